import assert from "node:assert/strict";
import { test } from "node:test";
import { keepAsking } from "../asking.js";

/** A page whose requests are answered with `answers`, one after the other; the pauses that it makes are noted. */
async function asked(t, ...answers) {
  const found = { requests: 0, pauses: [], shown: [] };
  const page = { hidden: false, querySelector: () => ({ value: "token" }), addEventListener() {} };
  const replaced = {
    document: page,
    fetch: async () => {
      found.requests += 1;
      const [status, body] = answers.shift();
      return { status, text: async () => (body ? JSON.stringify(body) : "") };
    },
    setTimeout: (_run, ms) => found.pauses.push(ms),
    clearTimeout() {},
  };
  for (const [name, value] of Object.entries(replaced)) {
    const before = globalThis[name];
    globalThis[name] = value;
    t.after(() => {
      globalThis[name] = before;
    });
  }
  keepAsking("/admin/collaborator/", {}, (answer) => found.shown.push(answer));
  for (let turn = 0; turn < 20; turn += 1) await null;
  return found;
}

test("a page asks again when it was told to", async (t) => {
  const { pauses, shown } = await asked(t, [200, { seen: "s1", next: 10000, rows: {} }]);
  assert.deepEqual(pauses, [10000]);
  assert.equal(shown[0].seen, "s1");
});

test("who is logged out, or may no longer look, is shown nothing and asks no more", async (t) => {
  for (const refused of [[401], [403, { close: 4403 }]]) {
    const { pauses, shown, requests } = await asked(t, refused);
    assert.deepEqual(pauses, []);
    assert.deepEqual(shown, [null]);
    assert.equal(requests, 1);
  }
});

test("after a fault of the server a page asks later", async (t) => {
  assert.deepEqual((await asked(t, [500])).pauses, [30000]);
});
