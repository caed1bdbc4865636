import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeeper } from "../keeper.js";

/** @returns {{sent: any[], look: (token: number, at: number, draft?: any) => any[]}} look: what was said then */
function page() {
  const keep = createKeeper();
  return {
    sent: [],
    look(token, at, draft) {
      const said = [];
      keep(
        token,
        at,
        () => draft,
        (frame) => said.push(frame),
      );
      return said;
    },
  };
}

const TYPED = { values: { title: "Budget" }, rows: {} };
const KEPT = { type: "keep_draft", ...TYPED };

test("with each lease it is asked what others have left, and once what is one's own", () => {
  const { look } = page();
  assert.deepEqual(look(17, 0), [{ type: "read_drafts", own: true }]);
  assert.deepEqual(look(17, 9000), []);
  assert.deepEqual(look(18, 18000), [{ type: "read_drafts", own: false }]);
});

test("what is typed is kept every five seconds, and not again while it stays the same", () => {
  const { look } = page();
  look(17, 0);
  assert.deepEqual(look(17, 4999, TYPED), []);
  assert.deepEqual(look(17, 5000, TYPED), [KEPT]);
  assert.deepEqual(look(17, 10000, { ...TYPED }), []);
});

test("a page that goes keeps it at once", () => {
  const { look } = page();
  look(17, 0);
  assert.deepEqual(look(17, Infinity, TYPED), [KEPT]);
});

test("nothing typed any more is said once, and never before there was something", () => {
  const { look } = page();
  look(17, 0);
  assert.deepEqual(look(17, 5000), []);
  look(17, 10000, TYPED);
  assert.deepEqual(look(17, 15000), [{ type: "keep_draft", values: {} }]);
  assert.deepEqual(look(17, 20000), []);
});
