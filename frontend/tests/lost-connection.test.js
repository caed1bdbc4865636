import assert from "node:assert/strict";
import { test } from "node:test";
import { reduce, wantsLease } from "../room.js";
import { initial } from "../state.js";
import { view } from "../view-state.js";
import { editor, ME, OTHER, RENDERED, room, welcome } from "./support.js";

const PAGE = { mayEdit: true, userId: 1, valuesAt: RENDERED, bound: false };
const TOKEN = 500;
const granted = { type: "lease", token: TOKEN, lease_ms: 30000, version: 11, n: 1, until: 30000, at: 10 };
const mine = { type: "room", version: 11, room: room({ editor: editor(ME) }), at: 20 };
const editing = [welcome(), { type: "claimed", at: 1 }, granted, mine];

const play = (events, state = initial(PAGE)) => events.reduce(reduce, state);
const name = (state, at) => view(state, at).name;
const cut = (at, acknowledgedAt, code = 1006) => ({ type: "closed", code, heardAt: at, acknowledgedAt, at });
const back = (at, changes = {}) =>
  welcome({
    at,
    now: RENDERED + at / 1000,
    version: 30,
    room: room({ editor: editor(ME) }),
    lease: { token: TOKEN },
    ...changes,
  });

test("a short break is not worth a word", () => {
  const state = play([...editing, cut(5000, 4000)]);
  assert.equal(name(state, 5600), "editing");
  assert.equal(name(state, 5700), "offline");
});

test("after a break the lease surely lives for the grace after the last acknowledged frame, and no longer", () => {
  const state = play([...editing, cut(5000, 4000)]);
  assert.equal(name(state, 11999), "offline");
  assert.equal(view(state, 11999).enabled, true);
  assert.equal(view(state, 9000).countdown, 3);
  assert.equal(name(state, 12000), "held-back");
  assert.equal(view(state, 12000).enabled, false);
});

test("a break never makes a lease live longer", () => {
  const state = play([...editing, cut(29000, 28000)]);
  assert.equal(name(state, 29999), "offline");
  assert.equal(name(state, 30000), "held-back");
});

test("a viewer who lost the connection is told so and stays locked", () => {
  const state = play([welcome({ room: room({ editor: editor(OTHER) }) }), cut(5000, 0)]);
  assert.equal(name(state, 6000), "reconnecting");
  assert.equal(view(state, 6000).enabled, false);
});

test("a promoted member that is cut off before it was confirmed is not held back but reconnecting", () => {
  const promoted = { type: "lease", token: TOKEN, lease_ms: 8000, version: 11, at: 1000 };
  const state = play([welcome({ room: room({ editor: editor(OTHER) }) }), promoted, cut(1500, 0)]);
  assert.equal(name(state, 3000), "reconnecting");
});

test("back within the grace under the same token, the form stays enabled throughout", () => {
  const state = play([...editing, cut(5000, 4000), back(8000)]);
  assert.equal(name(state, 8000), "editing");
  assert.equal(state.wanted, state.have);
});

test("back after a longer break, the values are read before the form is enabled", () => {
  let state = play([...editing, cut(5000, 4000), back(20000)]);
  assert.equal(name(state, 20000), "promoting");
  state = reduce(state, { type: "alive", n: 9, lease_ms: 30000, until: 50000, at: 20010 });
  assert.equal(name(state, 20010), "promoting");
  assert.deepEqual(view(state, 20010).text, ["reading"], "nobody has left, so nothing is claimed");
  state = reduce(state, { type: "values", reason: state.wanted, outcome: "same", renderedAt: 1021, at: 20100 });
  assert.equal(name(state, 20100), "editing");
});

test("back when somebody else has the lease, the page asks to be next", () => {
  const state = play([
    ...editing,
    cut(5000, 4000),
    back(40000, { lease: null, room: room({ editor: editor(OTHER) }) }),
  ]);
  assert.equal(name(state, 40000), "viewing");
  assert.equal(wantsLease(state, 40000), true);
});

test("where the server knows why there is no lock, the page says it until there is one", () => {
  const away = { type: "lock_service", available: false, reason: "unmigrated", at: 3000 };
  const state = reduce(initial(PAGE), away);
  assert.deepEqual(view(state, 3000).text, ["unmigrated"]);
  const later = reduce(reduce(state, { type: "lock_service", available: true, at: 4000 }), {
    ...away,
    reason: undefined,
  });
  assert.deepEqual(view(later, 5000).text, ["unprotected"]);
});

test("without an answer the form is enabled without protection, and no lease is claimed to be held", () => {
  const state = reduce(initial(PAGE), { type: "no_answer", at: 3000 });
  assert.equal(name(state, 3000), "unprotected");
  assert.equal(view(state, 3000).enabled, true);
});

test("an unprotected form becomes a protected one without being locked in between", () => {
  let state = play([{ type: "no_answer", at: 3000 }, welcome({ at: 4000 }), { type: "claimed", at: 4000 }]);
  assert.equal(name(state, 4000), "unprotected");
  state = reduce(state, { ...granted, until: 34000, at: 4010 });
  assert.equal(name(state, 4010), "unprotected");
  assert.ok(state.wanted > state.have, "values have to be verified");
  state = reduce(state, { type: "values", reason: state.wanted, outcome: "same", renderedAt: 1004, at: 4100 });
  assert.equal(name(state, 4100), "editing");
});

test("an unprotected form is locked when it turns out that somebody else edits", () => {
  const state = play([{ type: "no_answer", at: 3000 }, welcome({ at: 4000, room: room({ editor: editor(OTHER) }) })]);
  assert.equal(name(state, 4000), "viewing");
});

test("while the lock service is away everybody may edit, unprotected, and nobody claims", () => {
  for (const before of [editing, [welcome({ room: room({ editor: editor(OTHER) }) })]]) {
    const state = play([...before, { type: "lock_service", available: false, at: 5000 }]);
    assert.equal(name(state, 5000), "unprotected");
    assert.equal(wantsLease(state, 600000), false);
  }
});

test("an observer may not edit while the lock service is away either", () => {
  const page = initial({ ...PAGE, mayEdit: false });
  const state = play([welcome({ may_edit: false }), { type: "lock_service", available: false, at: 1 }], page);
  assert.equal(name(state, 1), "observer");
});

test("when the lock service is back, the values are verified and the lease is confirmed anew", () => {
  let state = play([...editing, { type: "lock_service", available: false, at: 5000 }]);
  state = reduce(state, { type: "lock_service", available: true, at: 9000 });
  assert.equal(name(state, 9000), "unprotected");
  state = reduce(state, { type: "alive", n: 5, lease_ms: 30000, until: 39000, at: 9010 });
  state = reduce(state, { type: "values", reason: state.wanted, outcome: "same", renderedAt: 1010, at: 9100 });
  assert.equal(name(state, 9100), "editing");
});

test("who held back saving may go on without protection; the doubtful lease is given up", () => {
  const state = play([...editing, cut(5000, 4000), { type: "edit_unprotected", at: 20000 }]);
  assert.equal(name(state, 20000), "unprotected");
  assert.equal(state.lease, null);
});

for (const [code, text] of [
  [4401, "login_required"],
  [4403, "no_access"],
  [1003, "stopped"],
  [1009, "stopped"],
]) {
  test(`${code} ends it and says why`, () => {
    const state = play([...editing, cut(5000, 4000, code)]);
    assert.equal(name(state, 5000), "ended");
    assert.deepEqual(view(state, 5000).text, [text]);
    assert.equal(view(state, 5000).enabled, false);
  });
}

for (const [code, text] of [
  [4410, "other_user"],
  [4411, "unasked"],
]) {
  for (const before of [[], editing]) {
    test(`${code} leaves the form to the guard alone and says why, ${before.length ? "later" : "at once"}`, () => {
      const state = play([...before, cut(5000, 4000, code)]);
      assert.equal(name(state, 60000), "unprotected");
      assert.deepEqual(view(state, 60000).text, [text]);
      assert.equal(view(state, 60000).enabled, true);
      assert.deepEqual(view({ ...state, mayEdit: false }, 60000).text, ["observer"]);
    });
  }
}

test("after a new log-in everything goes on", () => {
  const state = play([...editing, cut(5000, 4000, 4401), back(9000)]);
  assert.notEqual(name(state, 9000), "ended");
});

test("4409 gives the lease up: it is another tab's now", () => {
  assert.equal(play([...editing, cut(5000, 4000, 4409)]).lease, null);
});

test("a page from the browser's cache knows nothing and reads its values before it is enabled", () => {
  let state = play([...editing, { type: "restored", at: 50000 }]);
  assert.equal(name(state, 50000), "connecting");
  state = play([welcome({ at: 50010, now: 1050 }), { type: "claimed", at: 50010 }], state);
  state = reduce(state, { ...granted, token: TOKEN + 1, until: 80000, at: 50020 });
  assert.equal(name(state, 50020), "promoting");
});
