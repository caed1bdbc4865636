import assert from "node:assert/strict";
import { test } from "node:test";
import { editOnInput } from "../edit-on-input.js";
import { step } from "../page-protocol.js";
import { initial } from "../state.js";
import { view } from "../view-state.js";
import { editor, ME, OTHER, RENDERED, room, saved, welcome } from "./support.js";

const FREE_MS = 20_000;
const TOKEN = 500;
const rules = editOnInput({ step, view }, FREE_MS);

/** A page that is played one event after the other. */
function open(unsaved = false) {
  let at = 0;
  const page = {
    state: initial({ mayEdit: true, userId: 1, valuesAt: RENDERED, bound: false, resting: true }),
    frames: [],
    commands: [],
    unsaved,
    do(type, fields = {}) {
      Object.assign(page, rules.step(page.state, { type, at, time: at, unsaved: page.unsaved, ...fields }));
      return page;
    },
    hear: (type, fields = {}) => page.do("received", { message: { type, ...fields } }),
    welcome(changes = {}) {
      const { at: _, ...message } = welcome({ now: RENDERED + at / 1000, ...changes });
      return page.do("received", { message });
    },
    tell: (version, changes = {}) => page.hear("room", { version, room: room(changes) }),
    type() {
      page.unsaved = true;
      return page.do("typed");
    },
    /** The server grants what this page has just claimed. */
    granted(version) {
      const n = page.state.sent.last;
      page.hear("lease", { token: TOKEN + version, proof: "signed", lease_ms: 30_000, version, n });
      return page;
    },
    pass(ms) {
      at += ms;
      return page.do("look");
    },
    beat: () => page.hear("alive", { lease_ms: 30_000, n: page.state.sent.last }),
    /** What it has just said, but for signs of life. */
    kinds: () => page.frames.map(({ type }) => type).filter((type) => type !== "heartbeat"),
    reads: () => page.commands.filter(({ type }) => type === "read").length,
    shows: () => rules.view(page.state, at),
  };
  return page.do("started");
}

const ready = () => open().welcome();
const mine = { editor: editor(ME) };
const theirs = { editor: editor(OTHER) };
const editing = () => ready().type().granted(11).tell(11, mine);

test("nobody claims on opening: the form is open, and says how to begin", () => {
  const page = ready();
  assert.deepEqual(page.kinds(), []);
  const { name, enabled, writable, text, actions } = page.shows();
  assert.deepEqual([name, enabled, writable, actions], ["free", true, true, []]);
  assert.deepEqual(text, ["start_typing"]);
  assert.deepEqual(page.pass(60_000).kinds(), []);
});

test("the first input claims, once, and the form stays open until the answer and after it", () => {
  const page = ready().type();
  assert.deepEqual(page.kinds(), ["claim_editor"]);
  assert.equal(page.frames[0].wait, true);
  assert.equal(page.shows().name, "free");
  assert.deepEqual(page.do("typed").kinds(), []);
  page.granted(11);
  assert.equal(page.shows().writable, true);
  assert.equal(page.tell(11, mine).shows().name, "editing");
});

test("unsaved text that no event has told of claims too: an editor in a frame", () => {
  const page = ready();
  page.unsaved = true;
  assert.deepEqual(page.do("look").kinds(), ["claim_editor"]);
  assert.deepEqual(page.do("look").kinds(), []);
});

test("a lease that comes after changes of others does not lock a form that is typed in", () => {
  const page = ready().type().granted(14);
  const behind = page.shows();
  assert.deepEqual([behind.name, behind.writable], ["free", true]);
  page.tell(14, { ...mine, saved: saved(RENDERED + 1) });
  assert.deepEqual([page.shows().name, page.shows().enabled, page.reads()], ["editing", true, 1]);
});

test("an old page that is typed in reads the saved values without a lock in between", () => {
  const page = ready().pass(120_000).type().granted(11);
  assert.deepEqual([page.reads(), page.shows().writable], [1, true]);
  assert.equal(page.tell(11, mine).shows().name, "editing");
});

test("somebody else begins: the form is locked, and its page is not in line", () => {
  const page = ready().tell(11, theirs);
  assert.deepEqual([page.shows().name, page.shows().writable], ["viewing", false]);
  assert.ok(page.shows().menu.includes("join-line"));
  assert.deepEqual(page.kinds(), []);
});

test("who typed at the same moment and lost waits in line, and is told that the text is kept", () => {
  const page = ready().type();
  page.hear("queued", { version: 12 });
  assert.equal(page.shows().writable, true);
  const queue = [{ member_id: ME, user_id: 1 }];
  const { name, writable, detail, line } = page.tell(12, { ...theirs, queue }).shows();
  assert.deepEqual([name, writable, detail, line?.[0]], ["viewing", false, ["typed_kept"], "next_in_line"]);
  page.hear("lease", { token: TOKEN + 13, proof: "signed", lease_ms: 8000, version: 13 });
  page.tell(13, mine);
  assert.deepEqual([page.shows().writable, page.reads()], [false, 1], "only with the saved values");
  page.do("values", { reason: page.state.wanted, outcome: "same", renderedAt: RENDERED });
  page.granted(13);
  assert.equal(page.shows().name, "editing");
});

test("when the lease ends the form is open again, once the saved values were read", () => {
  const page = ready().tell(11, theirs);
  page.tell(12, { saved: saved(RENDERED + 30) });
  assert.deepEqual([page.shows().enabled, page.reads()], [false, 1]);
  page.do("values", { reason: page.state.wanted, outcome: "taken", renderedAt: RENDERED + 30 });
  assert.deepEqual([page.shows().name, page.shows().enabled], ["free", true]);
  assert.deepEqual(page.kinds(), []);
});

test("a lease without unsaved input is given back after its time, and the form stays open", () => {
  const page = editing();
  page.unsaved = false; // the text was put back by hand
  page.do("look").pass(10_000).beat();
  assert.deepEqual(page.pass(9_999).kinds(), []);
  assert.deepEqual(page.pass(1).kinds(), ["release_lock"]);
  assert.equal(page.shows().name, "free");
  assert.deepEqual(page.tell(12).kinds(), []);
  assert.deepEqual(page.type().kinds(), ["claim_editor"]);
});

test("unsaved text keeps the lease, however old it is", () => {
  const page = editing();
  for (let round = 0; round < 20; round += 1) {
    assert.ok(!page.pass(5000).kinds().includes("release_lock"));
    page.beat();
  }
  assert.equal(page.shows().name, "editing");
});

test("input within the time begins it anew", () => {
  const page = editing();
  page.unsaved = false;
  page.do("look").pass(15_000).beat();
  page.do("typed").do("look");
  assert.deepEqual(page.pass(15_000).kinds().includes("release_lock"), false);
});

test("a lease that somebody waited for is kept as long, though the page was open without input before", () => {
  const page = ready().pass(60_000).tell(11, theirs);
  page.do("acted", { action: "join-line" }).hear("queued", { version: 12 });
  page.hear("lease", { token: TOKEN + 13, proof: "signed", lease_ms: 8000, version: 13 });
  page.tell(13, mine).do("values", { reason: page.state.wanted, outcome: "same", renderedAt: RENDERED + 60 });
  page.beat();
  assert.equal(page.shows().name, "editing");
  page.pass(10_000).beat();
  assert.deepEqual([page.pass(9000).kinds(), page.pass(1000).kinds()], [[], ["release_lock"]]);
});

test("a lease that is about to pass on is given back by the rules for that alone", () => {
  const page = editing();
  page.unsaved = false;
  page.do("look").pass(10_000).beat();
  page.tell(12, { ...mine, passing: { member_id: OTHER, user_id: 2, name: "User 2", kind: "request" } });
  assert.deepEqual(page.pass(15_000).kinds().includes("release_lock"), false);
});

test("who loses the lease without unsaved text waits in no line; who has some does", () => {
  const lose = (unsaved) => {
    const page = editing();
    page.unsaved = unsaved;
    page.do("look").hear("yield", { version: 12 });
    return page.tell(12, theirs).pass(6000).kinds();
  };
  assert.deepEqual([lose(false), lose(true)], [[], ["claim_editor"]]);
});

test("after a reload the lease that this tab still has goes on, and its page that waited waits on", () => {
  const lease = { token: TOKEN, proof: "signed" };
  const page = open().welcome({ lease, room: room(mine) });
  assert.deepEqual(page.kinds(), []);
  assert.equal(page.beat().shows().name, "editing");
  const waiting = open().welcome({ room: room({ ...theirs, queue: [{ member_id: ME, user_id: 1 }] }) });
  assert.deepEqual(waiting.kinds(), ["claim_editor"]);
});

test("a page that is older than a minute when it is welcomed reads the saved values first", () => {
  const page = open().welcome({ now: RENDERED + 61 });
  assert.deepEqual([page.shows().enabled, page.reads()], [false, 1]);
});

test("values may have changed in a break that others could save in", () => {
  const page = ready();
  page.do("closed", { code: 1006, heardAt: 0 });
  assert.equal(page.shows().name, "free", "a short break is not worth a word");
  assert.equal(page.pass(1000).shows().name, "reconnecting");
  page.pass(8000).welcome();
  assert.deepEqual([page.shows().enabled, page.reads()], [false, 1]);
});

test("a lease that has to be asked for keeps the form locked", () => {
  const page = editing();
  page.do("woken", { polls: true, wasHidden: true });
  assert.deepEqual([page.shows().name, page.shows().writable], ["promoting", false]);
});

test("who may only look, an object that is gone, and a lock service that is away are as ever", () => {
  assert.equal(open().welcome({ may_edit: false }).shows().name, "observer");
  assert.equal(ready().tell(11, { deleted: true }).shows().name, "ended");
  assert.equal(ready().hear("lock_service", { available: false }).shows().name, "unprotected");
});

test("a turn that waits for somebody else keeps the form locked", () => {
  const page = ready().tell(11, { offer: { member: OTHER, until: RENDERED + 20 } });
  assert.equal(page.shows().enabled, false);
});
