import assert from "node:assert/strict";
import { test } from "node:test";
import { reduce, wantsLease } from "../room.js";
import { initial } from "../state.js";
import { alertOf, questionsOf, view } from "../view-state.js";
import { editor, ME, OTHER, RENDERED, room, welcome } from "./support.js";

const PAGE = { mayEdit: true, userId: 1, valuesAt: RENDERED, bound: false };
const TOKEN = 500;

function play(events, state = initial(PAGE)) {
  return events.reduce(reduce, state);
}

/** What the server answers to a claim that it grants as its next change. */
const granted = { type: "lease", token: TOKEN, lease_ms: 30000, version: 11, n: 1, until: 30000, at: 10 };
const mine = { type: "room", version: 11, room: room({ editor: editor(ME) }), at: 20 };
const editing = [welcome(), { type: "claimed", at: 1 }, granted, mine];
const held = [
  welcome({ room: room({ editor: editor(OTHER) }) }),
  { type: "claimed", at: 1 },
  { type: "error", code: "lease_held", in_reply_to: "claim_editor", at: 5 },
  { type: "queued", version: 11, at: 5 },
];
const name = (state, at) => view(state, at).name;

test("nothing is known before the welcome, and the form is locked", () => {
  assert.equal(name(initial(PAGE), 0), "connecting");
  assert.equal(view(initial(PAGE), 0).enabled, false);
  assert.equal(wantsLease(initial(PAGE), 0), false);
});

test("a welcomed page asks for the lease once, and again when no answer came", () => {
  const welcomed = play([welcome()]);
  assert.equal(wantsLease(welcomed, 0), true);
  const asked = reduce(welcomed, { type: "claimed", at: 0 });
  assert.equal(wantsLease(asked, 4999), false);
  assert.equal(wantsLease(asked, 5000), true);
});

test("the first one edits as soon as the claim is acknowledged", () => {
  const state = play(editing.slice(0, 3));
  assert.equal(name(state, 100), "editing");
  assert.equal(view(state, 100).enabled, true);
  assert.equal(wantsLease(state, 100), false);
});

test("who comes second sees who edits, is locked, and does not ask again while in the queue", () => {
  const state = play(held);
  assert.equal(name(state, 100), "viewing");
  assert.deepEqual(view(state, 100).text, ["viewer_mode_text", { editor_name: "User 2" }]);
  assert.equal(view(state, 100).enabled, false);
  assert.equal(wantsLease(state, 600000), false);
});

test("one's own other tab is called so, and can hand over, but not be asked for attention", () => {
  const state = play([welcome({ room: room({ editor: editor(OTHER, 1) }) })]);
  assert.deepEqual(view(state, 0).text, ["own_elsewhere"], "somebody else may be next");
  assert.deepEqual(view(state, 0).actions, ["transfer-lease"]);
  const queue = [{ member_id: ME, user_id: 1 }];
  const next = reduce(state, { type: "room", version: 12, room: { ...state.room, queue }, at: 1 });
  assert.deepEqual(view(next, 1).text, ["own_other_tab"]);
  const third = [{ member_id: "third", user_id: 3 }, ...queue];
  const second = reduce(state, { type: "room", version: 12, room: { ...state.room, queue: third }, at: 1 });
  assert.deepEqual(view(second, 1).text, ["own_elsewhere"]);
  assert.deepEqual(view(second, 1).line, ["place_in_line", { place: 2, count: 2 }]);
});

test("somebody who may not edit is told so and never asks", () => {
  const state = play([welcome({ may_edit: false })], initial({ ...PAGE, mayEdit: false }));
  assert.equal(name(state, 0), "observer");
  assert.equal(wantsLease(state, 0), false);
});

test("a claim that is refused as forbidden makes an observer", () => {
  const state = play([welcome(), { type: "error", code: "forbidden", in_reply_to: "claim_editor", at: 1 }]);
  assert.equal(name(state, 2), "observer");
});

test("a claim that cannot be granted just now is repeated after the pause that was asked for", () => {
  const no = { type: "error", code: "lease_not_free_yet", in_reply_to: "claim_editor", retry_after: 1, at: 100 };
  const state = play([welcome(), { type: "claimed", at: 1 }, no]);
  assert.equal(name(state, 200), "waiting");
  assert.equal(wantsLease(state, 1099), false);
  assert.equal(wantsLease(state, 1100), true);
});

test("a promoted member is protected only after its heartbeat was answered and the values were read", () => {
  const promoted = { type: "lease", token: TOKEN, lease_ms: 8000, version: 12, at: 1000 };
  let state = play([...held, promoted]);
  assert.equal(name(state, 1000), "promoting");
  assert.deepEqual(view(state, 1000).text, ["claiming_editor_text"]);
  state = reduce(state, { type: "alive", n: 2, lease_ms: 30000, until: 31000, at: 1020 });
  assert.equal(name(state, 1020), "promoting");
  state = reduce(state, { type: "room", version: 12, room: room({ editor: editor(ME) }), at: 1030 });
  assert.equal(name(state, 1030), "promoting");
  state = reduce(state, { type: "values", reason: state.wanted, outcome: "same", renderedAt: 1001, at: 1050 });
  assert.equal(name(state, 1050), "editing");
});

test("the lease ends for the page at its deadline, without any message", () => {
  const state = play(editing);
  assert.equal(name(state, 29999), "editing");
  assert.equal(name(state, 30000), "held-back");
  assert.equal(view(state, 30000).enabled, false);
  assert.equal(view(state, 29999).until, 30000);
});

test("an answered heartbeat moves the deadline, an older answer does not move it back", () => {
  const later = { type: "alive", n: 3, lease_ms: 30000, until: 38000, at: 8010 };
  const earlier = { type: "alive", n: 2, lease_ms: 30000, until: 34000, at: 8020 };
  assert.equal(play([...editing, later, earlier]).lease.until, 38000);
});

test("an answer to somebody who holds no lease changes nothing", () => {
  const state = play(held);
  assert.equal(reduce(state, { type: "alive", n: 3, lease_ms: null, at: 10 }), state);
});

test("rooms may be reordered; the newest wins, and an old one changes nothing", () => {
  const state = play(editing);
  assert.equal(reduce(state, { type: "room", version: 9, room: room(), at: 30 }), state);
});

test("a lost lease is claimed again, once it can be known why it was lost", () => {
  const state = reduce(play(editing), { type: "lease_lost", version: 12, at: 40 });
  assert.equal(state.lease, null);
  assert.equal(wantsLease(state, 539), false);
  assert.equal(wantsLease(state, 540), true);
});

test("the loss of an older lease is no news", () => {
  const state = play(editing);
  assert.equal(reduce(state, { type: "lease_lost", version: 10, at: 40 }), state);
});

test("a newer room in which somebody else edits ends the lease, though lease_lost was lost", () => {
  const state = reduce(play(editing), { type: "room", version: 15, room: room({ editor: editor(OTHER) }), at: 50 });
  assert.equal(name(state, 50), "viewing");
});

test("a room in which we edit, though the lease was lost on the way, makes us ask for it", () => {
  const state = play([...held, { type: "room", version: 15, room: room({ editor: editor(ME) }), at: 50 }]);
  assert.equal(wantsLease(state, 50), true);
});

test("whoever the room no longer counts among the waiting asks again", () => {
  const state = play([...held, { type: "room", version: 15, room: room({ editor: editor(OTHER) }), at: 50 }]);
  assert.equal(wantsLease(state, 50), true);
});

test("whoever waits behind more people than are named does not ask again", () => {
  const queue = Array.from({ length: 50 }, (_, i) => ({ member_id: `m${i}`, user_id: i }));
  const state = play([...held, { type: "room", version: 15, room: room({ editor: editor(OTHER), queue }), at: 50 }]);
  assert.equal(wantsLease(state, 50), false);
});

test("a heartbeat that is answered with not_holder ends the lease", () => {
  const state = reduce(play(editing), { type: "error", code: "not_holder", in_reply_to: "heartbeat", at: 60 });
  assert.equal(state.lease, null);
});

test("a deleted object ends everything", () => {
  const state = reduce(play(editing), { type: "room", version: 20, room: room({ deleted: true }), at: 70 });
  assert.equal(name(state, 70), "ended");
  assert.equal(wantsLease(state, 70), false);
});

test("messages that are not known change nothing", () => {
  const state = play(editing);
  assert.equal(reduce(state, { type: "of_the_future", version: 99, at: 1 }), state);
});

test("a refused attention request tells why and when to ask again", () => {
  const soon = {
    type: "error",
    code: "attention_too_soon",
    in_reply_to: "request_attention",
    retry_after: 7,
    at: 1000,
  };
  const state = play([...held, soon]);
  assert.deepEqual(view(state, 2500).detail, ["attention_too_soon", { seconds: 6 }]);
  assert.deepEqual(view(state, 2500).busy, ["request-attention"]);
  assert.deepEqual(view(state, 8000).busy, []);
});

test("an attention request that went out is confirmed, and the button rests", () => {
  const state = play([...held, { type: "attention_sent", retry_after: 15, at: 1000 }]);
  assert.deepEqual(view(state, 1000).detail, ["notification_request_sent_text"]);
  assert.equal(view(state, 1000).until, 16000);
  assert.deepEqual(view(state, 16000).busy, []);
});

const hisRoom = (changes) => room({ editor: editor(OTHER), queue: [{ member_id: ME, user_id: 1 }], ...changes });
const mayAsk = (changes, more) => play([welcome({ room: hisRoom(changes), ...more })]);

test("an asked page locks itself and gives the lease up, and does not ask for it at once", () => {
  const state = reduce(play(editing), { type: "yield", version: 12, at: 100 });
  assert.equal(state.lease, null);
  assert.equal(view(state, 100).enabled, false);
  assert.equal(wantsLease(state, 5099), false);
  assert.equal(wantsLease(state, 5100), true);
});

test("who has left the line does not ask again until they want to", () => {
  const left = play([...held, { type: "rest", at: 10 }]);
  assert.equal(wantsLease(left, 10), false);
  assert.deepEqual(view(left, 10).actions, ["request-attention"]);
  assert.deepEqual(view(left, 10).menu, ["join-line"]);
  assert.equal(wantsLease(reduce(left, { type: "join", at: 11 }), 11), true);
});

test("what an operator has taken away is not taken back by itself", () => {
  const handover = { kind: "forced", at: RENDERED, reason: "Stuck", from_member: ME };
  const lost = { type: "lease_lost", version: 12, at: 40 };
  const state = play([...editing, lost, { type: "room", version: 12, room: room({ handover }), at: 41 }]);
  assert.equal(wantsLease(state, 10_000), false);
  assert.deepEqual(view(state, 50).actions, ["claim-editor"]);
  assert.deepEqual(alertOf(state, 50), ["lost_forced", handover]);
  const again = reduce(state, { type: "join", at: 60 });
  assert.equal(
    wantsLease({ ...reduce(again, { type: "room", version: 13, room: room({ handover }), at: 61 }) }, 61),
    true,
  );
});

test("a place in line is told, the first one is next", () => {
  assert.deepEqual(view(mayAsk(), 0).line, ["next_in_line", { place: 1, count: 1 }]);
  const queue = [
    { member_id: OTHER, user_id: 3 },
    { member_id: ME, user_id: 1 },
  ];
  assert.deepEqual(view(mayAsk({ queue }), 0).line, ["place_in_line", { place: 2, count: 2 }]);
});

test("only an idle editor, or any with the permission, can be taken over", () => {
  const offers = (state) => [...view(state, 0).actions, ...view(state, 0).menu].includes("take-over");
  assert.equal(offers(mayAsk()), false);
  assert.equal(offers(mayAsk({ editor: { ...editor(OTHER), idle: true } })), true);
  assert.equal(offers(mayAsk({}, { may_take_over: true })), true);
  assert.equal(offers(mayAsk({ take_over: { member_id: "third", at: 1 } }, { may_take_over: true })), false);
  const announced = mayAsk({ take_over: { member_id: ME, at: RENDERED + 9 } }, { may_take_over: true });
  assert.deepEqual([view(announced, 0).actions, view(announced, 0).countdown > 0], [["call-off"], true]);
});

test("an open question shows its countdown to both, and an answer is short in the bar and whole in a notice", () => {
  const open = { user_id: 1, member_id: ME, answer: null, until: RENDERED + 60, text: "" };
  const asker = view(mayAsk({ requests: [open] }), 1500);
  assert.deepEqual(asker.detail, ["notification_request_sent_text", open]);
  assert.equal(asker.countdown, 59);
  assert.ok(asker.menu.includes("withdraw-request"));
  const asked = { ...mine, version: 12, room: room({ editor: editor(ME), requests: [{ ...open, user_id: 2 }] }) };
  assert.equal(questionsOf(play([...editing, asked]), 1500)[0].seconds, 59);
  assert.equal(alertOf(mayAsk({ requests: [open] }), 0), null);
  const no = { ...open, answer: "no", until: null, text: "The headline first" };
  const refused = view(mayAsk({ requests: [no] }), 0);
  assert.deepEqual(refused.detail, ["answer_no", { ...no, text: "" }]);
  assert.deepEqual(alertOf(mayAsk({ requests: [no] }), 0), ["answer_no", no]);
  assert.equal(alertOf(mayAsk({ requests: [{ ...no, user_id: 2 }] }), 0), null);
  assert.equal(refused.menu.includes("withdraw-request"), false);
});

test("while another is asked whether they are there, nobody is promised to be next", () => {
  const queue = [
    { member_id: OTHER, user_id: 2 },
    { member_id: ME, user_id: 1 },
  ];
  const offer = { member: OTHER, until: RENDERED + 20 };
  const state = play([welcome({ room: room({ queue, offer }) }), { type: "queued", version: 11, at: 1 }]);
  assert.deepEqual(view(state, 2).text, ["waiting_offer"]);
});

test("who may only look is told who edits, and since when", () => {
  const ada = { ...editor(OTHER), since: RENDERED - 720 };
  const state = play(
    [welcome({ may_edit: false, room: room({ editor: ada }) })],
    initial({ ...PAGE, mayEdit: false }),
  );
  assert.deepEqual(view(state, 0).detail, ["is_editing", ada]);
  assert.equal(Math.round(view(state, 0).since), 720);
});

test("an idle editor is told that others may take over", () => {
  const idle = { ...mine, version: 12, room: room({ editor: { ...editor(ME), idle: true } }) };
  assert.deepEqual(view(play([...editing, idle]), 0).detail, ["idle_self"]);
});

test("promises are told beside open questions, so that they can be changed", () => {
  const asked = { user_id: 2, member_id: OTHER, answer: null, until: RENDERED + 60, text: "" };
  const requests = [asked, { ...asked, answer: "after_save", until: null }, { ...asked, answer: "no", until: null }];
  const state = play([...editing, { ...mine, version: 12, room: room({ editor: editor(ME), requests }) }]);
  assert.deepEqual(
    questionsOf(state, 0).map(({ answer }) => answer),
    [null, "after_save"],
  );
  assert.equal(questionsOf({ ...state, lease: null }, 0), null, "of no concern to anybody else");
});

test("a save that names nobody is not called anybody's", () => {
  const at = 1000;
  const state = { ...play(editing), news: { at: RENDERED, name: "" } };
  assert.deepEqual(view(state, at).detail, ["saved_at", { name: "", time: new Date(RENDERED * 1000) }]);
});

test("an announced take-over is told to the editor, what happened to both for a while, and to nobody else", () => {
  const take_over = { member_id: OTHER, user_id: 2, name: "User 2", reason: "Print", at: RENDERED + 10 };
  const warned = play([...editing, { ...mine, version: 12, room: room({ editor: editor(ME), take_over }) }]);
  assert.deepEqual(alertOf(warned, 0), ["taken_soon", take_over]);
  assert.equal(view(warned, 0).countdown, 10);
  assert.equal(view(warned, 0).enabled, true);
  const handover = { kind: "take_over", at: RENDERED, from_member: ME, to_member: OTHER };
  assert.deepEqual(alertOf(mayAsk({ handover }), 0), ["lost_take_over", handover]);
  assert.equal(alertOf(mayAsk({ handover }), 60_000), null);
  assert.equal(alertOf(mayAsk({ handover: { ...handover, from_member: "third" } }), 0), null);
});

test("whoever is asked whether they are there can say so", () => {
  const state = mayAsk({ editor: null, offer: { member: ME, until: RENDERED + 20 } });
  assert.equal(view(state, 0).name, "offered");
  assert.deepEqual(view(state, 0).actions, ["claim-editor"]);
  assert.equal(view(state, 0).countdown, 20);
});
