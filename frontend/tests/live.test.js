import assert from "node:assert/strict";
import { test } from "node:test";
import { controlsByName, counted, pattern } from "../live-names.js";
import { change, NOTHING, reduce } from "../live-values.js";

const typed = (n, values, more) => ({ type: "typed", n, values, focus: null, ...more });

test("what is typed adds up, and null is the saved value", () => {
  let live = reduce(NOTHING, typed(7, { title: "a", body: "b" }, { all: true, focus: "body" }));
  assert.deepEqual([live.values, live.focus], [{ title: "a", body: "b" }, "body"]);
  live = reduce(live, typed(8, { title: null, body: "bc" }));
  assert.deepEqual([live.n, live.values, live.focus], [8, { body: "bc" }, null]);
});

test("all of it takes the place of what was before", () => {
  const live = reduce(NOTHING, typed(7, { title: "a" }, { all: true }));
  assert.deepEqual(reduce(live, typed(12, { body: "b" }, { all: true })).values, { body: "b" });
});

test("without all of it nothing is known", () => {
  assert.equal(reduce(NOTHING, typed(8, { title: "a" })), NOTHING);
});

test("a message that was lost is noticed, one that comes again is not", () => {
  const live = reduce(NOTHING, typed(7, { title: "a" }, { all: true }));
  assert.equal(reduce(live, typed(9, {})), null);
  assert.equal(reduce(live, typed(7, {})), live);
  assert.equal(reduce(live, typed(6, { title: "old" }, { all: true })), live);
});

test("of a long text the change alone is told", () => {
  const before = "It rains. ".repeat(50);
  const after = before.replace("rains", "pours");
  const splice = change(before, after);
  assert.deepEqual(splice, [3, 4, "pour"]);
  const live = reduce(NOTHING, typed(1, { body: before }, { all: true }));
  assert.equal(reduce(live, typed(2, { body: splice })).values.body, after);
});

test("a short text, a new one and a wholly different one are told as they are", () => {
  assert.equal(change("old", "new"), "new");
  assert.equal(change(undefined, "x".repeat(500)), "x".repeat(500));
  assert.equal(change("x".repeat(500), "y".repeat(500)), "y".repeat(500));
});

test("no splice begins or ends within a pair of surrogates, which no frame could carry", () => {
  const faces = ["😀", "😁", "🙀", "🀀", "a"];
  let seed = 7;
  const random = (below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const text = () => Array.from({ length: 60 + random(5) }, () => faces[random(faces.length)]).join("");
  for (let i = 0; i < 2000; i += 1) {
    const before = text();
    const at = random(50);
    const letters = [...before];
    letters.splice(at, random(4), ...[...text()].slice(0, random(4)));
    const after = letters.join("");
    const told = change(before, after);
    if (typeof told === "string") continue;
    const [start, removed, inserted] = told;
    assert.equal(before.slice(0, start) + inserted + before.slice(start + removed), after);
    for (const part of [inserted, before.slice(0, start), before.slice(start + removed)]) {
      assert.equal(part, part.toWellFormed?.() ?? part);
    }
  }
});

const control = (name, value = "") => ({ name, value, defaultValue: value });

test("rows have names that do not depend on their places", () => {
  const elements = [
    control("title"),
    control("rows-INITIAL_FORMS", "2"),
    control("rows-TOTAL_FORMS", "3"),
    control("rows-0-id", "7"),
    control("rows-0-text"),
    control("rows-1-id", "6f1c-4e"),
    control("rows-1-text"),
    control("rows-2-id"),
    control("rows-2-text"),
    control("unkeyed-INITIAL_FORMS", "1"),
    control("unkeyed-0-text"),
    control("plain-0-text"),
  ];
  const names = [...controlsByName(elements, { rows: "id" }).keys()];
  for (const name of ["title", "rows-TOTAL_FORMS", "rows-@7-text", "rows-@6f1c-4e-text", "rows-+0-text"]) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(!names.some((name) => /^unkeyed.*text/.test(name)));
  assert.ok(names.includes("plain-0-text"));
  assert.equal(counted("rows-TOTAL_FORMS"), "rows");
  assert.equal(counted("rows-@7-text"), undefined);
  assert.equal(pattern("rows-@6f1c-4e-text"), "rows--text");
  assert.equal(pattern("rows-+0-text"), "rows--text");
});

/** Whole rounds of one editor and a few watchers, over lines that lose, repeat and delay; EDITS=1000000 for the long one. */
test("whatever is lost or late, every watcher shows in the end what the editor has", () => {
  const edits = Number(process.env.EDITS || 20000);
  let seed = Number(process.env.SEED || 11);
  const random = (below) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const names = ["title", "body", "rows-@1-text", "rows-+0-text", "rows-TOTAL_FORMS"];
  /** @type {Record<string, string>} */
  const now = {};
  /** @type {Record<string, string>} */
  let sent = {};
  let n = 1000;
  const watchers = Array.from({ length: 3 }, () => ({ live: NOTHING, line: [], asks: true, polls: random(2) === 0 }));
  let kept = null;

  const tell = (all) => {
    const values = {};
    for (const name of Object.keys({ ...sent, ...now })) {
      if (now[name] === undefined) {
        if (!all) values[name] = null;
      } else if (all || sent[name] !== now[name]) values[name] = all ? now[name] : change(sent[name], now[name]);
    }
    n += 1;
    sent = { ...now };
    const message = JSON.parse(JSON.stringify(typed(n, values, all ? { all } : {})));
    if (all) kept = message;
    for (const { line, polls } of watchers) if (!polls) line.push(message);
  };
  const repeat = () => watchers.forEach(({ line, polls }) => !polls && line.push(typed(n, {})));
  const hear = (watcher, message) => {
    const next = reduce(watcher.live, message);
    if (next) watcher.live = next;
    else [watcher.live, watcher.asks] = [NOTHING, true];
  };

  for (let i = 0; i < edits; i += 1) {
    const name = names[random(names.length)];
    const text = now[name] ?? "Saved ".repeat(random(40));
    const at = random(text.length + 1);
    if (random(9) === 0) delete now[name];
    else now[name] = text.slice(0, at) + "xyz😀".slice(0, random(4)) + text.slice(at + random(5));
    if (random(3) === 0) tell(random(8) === 0);
    for (const watcher of watchers) {
      if (watcher.polls && kept && random(5) === 0) hear(watcher, kept);
      if (watcher.line.length && random(20) === 0) watcher.line.splice(random(watcher.line.length), 1); // lost
      if (watcher.line.length > 1 && random(20) === 0) watcher.line.push(watcher.line.shift()); // overtaken
      while (watcher.line.length && random(3)) hear(watcher, watcher.line.shift());
      if (random(500) === 0) Object.assign(watcher, { live: NOTHING, line: [], asks: true }); // reconnected
      if (watcher.asks && random(4) === 0) {
        watcher.asks = false;
        tell(true);
      }
    }
    if (random(50) === 0) repeat();
  }
  for (let round = 0; round < 3; round += 1) {
    tell(round === 0);
    repeat();
    for (const watcher of watchers) {
      while (watcher.line.length) hear(watcher, watcher.line.shift());
      if (watcher.asks) {
        watcher.asks = false;
        tell(true);
      }
      while (watcher.line.length) hear(watcher, watcher.line.shift());
      if (watcher.polls) hear(watcher, kept);
    }
  }
  tell(true);
  for (const watcher of watchers) {
    if (watcher.polls) hear(watcher, kept);
    while (watcher.line.length) hear(watcher, watcher.line.shift());
    assert.deepEqual(watcher.live.values, now);
  }
});
