import assert from "node:assert/strict";
import { test } from "node:test";
import { reduce } from "../room.js";
import { initial } from "../state.js";
import { view } from "../view-state.js";
import { editor, ME, OTHER, RENDERED, room, saved, welcome } from "./support.js";

const PAGE = { mayEdit: true, userId: 1, valuesAt: RENDERED, bound: false };
const play = (events, state = initial(PAGE)) => events.reduce(reduce, state);
const name = (state, at) => view(state, at).name;
const grant = (changes = {}) => ({
  type: "lease",
  token: 500,
  lease_ms: 30000,
  version: 11,
  n: 1,
  until: 30000,
  at: 10,
  ...changes,
});
const wantsValues = (state) => state.have < state.wanted;
const read = (state, outcome, at = 100) =>
  reduce(state, { type: "values", reason: state.wanted, outcome, renderedAt: RENDERED + at / 1000, at });

test("a young page without a save since then needs no reading", () => {
  const state = play([welcome(), grant()]);
  assert.equal(wantsValues(state), false);
});

test("a page that is older than a minute at the first grant is read again, locked meanwhile", () => {
  const state = play([welcome({ now: RENDERED + 61 }), grant()]);
  assert.equal(wantsValues(state), true);
  assert.equal(name(state, 20), "promoting");
});

test("a page that does not know when it was rendered is read again", () => {
  const state = play([welcome(), grant()], initial({ ...PAGE, valuesAt: 0 }));
  assert.equal(name(state, 20), "promoting");
});

test("a save after the page was rendered, or shortly before, is read", () => {
  for (const at of [RENDERED + 1, RENDERED, RENDERED - 4.9]) {
    assert.equal(wantsValues(play([welcome({ room: room({ saved: saved(at) }) })])), true, String(at));
  }
  assert.equal(wantsValues(play([welcome({ room: room({ saved: saved(RENDERED - 5) }) })])), false);
});

test("one's own save is older than the page that answers it", () => {
  assert.equal(wantsValues(play([welcome({ room: room({ saved: saved(RENDERED - 0.1, ME) }) })])), false);
  assert.equal(wantsValues(play([welcome({ room: room({ saved: saved(RENDERED + 0.1, ME) }) })])), true);
});

test("a refused form was compared with the row: only a later save is news", () => {
  const page = () => initial({ ...PAGE, bound: true });
  assert.equal(wantsValues(play([welcome({ room: room({ saved: saved(RENDERED - 1) }) })], page())), false);
  assert.equal(wantsValues(play([welcome({ room: room({ saved: saved(RENDERED + 1) }) })], page())), true);
});

test("each save is read once", () => {
  let state = play([welcome({ room: room({ saved: saved(RENDERED + 1) }) })]);
  state = read(state, "taken");
  state = reduce(state, { type: "room", version: 12, room: room({ saved: saved(RENDERED + 1) }), at: 200 });
  assert.equal(wantsValues(state), false);
  state = reduce(state, { type: "room", version: 13, room: room({ saved: saved(RENDERED + 9, OTHER, 2) }), at: 300 });
  assert.equal(wantsValues(state), true);
});

test("a save that comes while values are being read makes them be read once more", () => {
  let state = play([welcome({ room: room({ saved: saved(RENDERED + 1) }) })]);
  const reason = state.wanted;
  state = reduce(state, { type: "room", version: 12, room: room({ saved: saved(RENDERED + 2, OTHER, 2) }), at: 50 });
  state = reduce(state, { type: "values", reason, outcome: "taken", renderedAt: RENDERED + 1, at: 60 });
  assert.equal(wantsValues(state), true);
});

test("a viewer is told who saved and when", () => {
  const save = saved(RENDERED + 1);
  const state = read(play([welcome({ room: room({ editor: editor(OTHER), saved: save }) })]), "taken");
  assert.deepEqual(view(state, 100).detail, ["saved_by", { name: "User 2", time: new Date(save.at * 1000) }]);
});

test("nobody is enabled with old values: a grant that follows unseen changes waits for their room", () => {
  // The welcome was version 10; the grant is 14: a save and a release came in between.
  let state = play([welcome({ room: room({ editor: editor(OTHER) }) }), grant({ version: 14 })]);
  assert.equal(name(state, 20), "promoting");
  const newer = room({ editor: editor(ME), saved: saved(RENDERED + 3) });
  state = reduce(state, { type: "room", version: 14, room: newer, at: 30 });
  assert.equal(name(state, 30), "promoting");
  state = read(state, "taken");
  assert.equal(name(state, 100), "editing");
});

test("a grant after changes that were no save is enabled with their room", () => {
  let state = play([welcome(), grant({ version: 12 })]);
  assert.equal(name(state, 20), "promoting");
  state = reduce(state, { type: "room", version: 12, room: room({ editor: editor(ME) }), at: 30 });
  assert.equal(name(state, 30), "editing");
});

test("a save by somebody else, while we edit, is verified without locking the form", () => {
  let state = play([welcome(), grant()]);
  state = reduce(state, {
    type: "room",
    version: 12,
    room: room({ editor: editor(ME), saved: saved(RENDERED + 5) }),
    at: 50,
  });
  assert.equal(wantsValues(state), true);
  assert.equal(name(state, 60), "editing");
});

test("saved values that differ under unsaved input are a choice, and the form is never locked for it", () => {
  let state = play([welcome(), grant()]);
  state = reduce(state, {
    type: "room",
    version: 12,
    room: room({ editor: editor(ME), saved: saved(RENDERED + 5) }),
    at: 50,
  });
  assert.equal(view(state, 60).enabled, true);
  state = read(state, "unsaved");
  assert.equal(name(state, 110), "stale");
  assert.equal(view(state, 110).enabled, true);
  assert.deepEqual(view(state, 110).actions, ["keep-mine", "load-saved"]);
  assert.equal(name(reduce(state, { type: "keep", at: 120 }), 130), "editing");
  assert.equal(name(read(state, "taken", 120), 130), "editing");
});

test("saves that follow each other never lock the editor's form, whatever was decided of the one before", () => {
  let state = play([welcome(), grant()]);
  const mine = (at, number) => room({ editor: editor(ME), saved: saved(RENDERED + at, OTHER, number) });
  state = reduce(state, { type: "room", version: 12, room: mine(5, 1), at: 50 });
  state = reduce(state, { type: "room", version: 13, room: mine(6, 2), at: 55 });
  assert.equal(view(state, 60).enabled, true, "while the first is being read");
  state = read(state, "unsaved");
  state = reduce(state, { type: "room", version: 14, room: mine(7, 3), at: 120 });
  assert.equal(view(state, 130).enabled, true, "while the first is being decided on");
  state = reduce(state, { type: "keep", at: 140 });
  assert.equal(view(state, 150).enabled, true, "while the last is being read");
});

test("a viewer with unsaved input is offered the saved values", () => {
  const state = play([welcome({ room: room({ editor: editor(OTHER), saved: saved(RENDERED + 1) }) })]);
  const shown = view(read(state, "unsaved"), 110);
  assert.equal(shown.name, "viewing");
  assert.deepEqual(shown.detail, ["values_changed"]);
  assert.deepEqual(shown.actions, ["load-saved"]);
  assert.deepEqual(shown.menu, ["request-attention"]);
});

test("values that could not be read keep the form locked, and that is said", () => {
  let state = play([welcome({ now: RENDERED + 61 }), grant()]);
  state = read(state, "failed");
  assert.equal(name(state, 110), "promoting");
  assert.deepEqual(view(state, 110).detail, ["values_failed"]);
  assert.equal(wantsValues(state), true);
  assert.equal(name(read(state, "same"), 110), "editing");
});

test("the lease is granted anew after somebody else had it: values are read", () => {
  let state = play([welcome(), grant()]);
  state = reduce(state, { type: "room", version: 12, room: room({ editor: editor(OTHER) }), at: 50 });
  state = reduce(state, grant({ token: 700, version: 13, until: 30060, at: 60 }));
  assert.equal(name(state, 70), "promoting");
});

test("the same lease, resumed, needs no reading", () => {
  let state = play([welcome(), grant()]);
  state = reduce(state, { type: "lease_lost", version: 12, at: 50 });
  state = reduce(state, { type: "room", version: 12, room: room(), at: 51 });
  state = reduce(state, grant({ version: 13, until: 30060, at: 60 }));
  assert.equal(name(state, 70), "editing");
});
