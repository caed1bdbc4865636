import assert from "node:assert/strict";
import { test } from "node:test";
import { isSubmitting, step } from "../page-protocol.js";
import { initial } from "../state.js";
import { view } from "../view-state.js";
import { editor, ME, OTHER, RENDERED, room, welcome } from "./support.js";

const PAGE = { mayEdit: true, userId: 1, valuesAt: RENDERED, bound: false };
const TOKEN = 500;
const WALL = Date.UTC(2026, 0, 1);

/** A page that is played one event after the other; `more` is in each event. */
function open(page = PAGE, more = {}) {
  let at = 0;
  const played = {
    state: initial(page),
    frames: [],
    commands: [],
    do(type, fields = {}) {
      const next = step(played.state, { type, at, time: WALL + at, ...more, ...fields });
      Object.assign(played, next);
      return played;
    },
    hear: (type, fields = {}) => played.do("received", { message: { type, ...fields } }),
    welcome: (changes = {}) => {
      const { at: _, ...message } = welcome({ now: RENDERED + at / 1000, ...changes });
      return played.do("received", { message });
    },
    pass(ms) {
      at += ms;
      return played;
    },
    said: (type) => played.frames.filter((frame) => frame.type === type),
    names: () => played.commands.map(({ type }) => type),
    view: () => view(played.state, at).name,
  };
  return played.do("started");
}

function editing(more) {
  const page = open(PAGE, more).welcome();
  const [{ n }] = page.said("claim_editor");
  page.hear("lease", { token: TOKEN, proof: "signed", lease_ms: 30000, version: 11, n });
  return page.hear("room", { version: 11, room: room({ editor: editor(ME) }) });
}

const viewingOver = (more) => open(PAGE, more).welcome({ room: room({ editor: editor(OTHER) }) });
const viewing = () => viewingOver({});
const passing = { member_id: OTHER, user_id: 2, name: "User 2", kind: "request" };

test("a page that opens shows itself, connects, and goes on without protection when nobody answers for 3 s", () => {
  const page = open();
  assert.deepEqual(page.names(), ["show", "wait", "connect"]);
  const { ms, event } = page.commands[1];
  assert.equal(ms, 3000);
  page.pass(ms).do(event.type);
  assert.equal(page.view(), "unprotected");
});

test("the answer came in time: the page stays what it is", () => {
  const page = editing();
  assert.deepEqual([page.do("no_answer").commands, page.view()], [[], "editing"]);
});

test("a welcomed page claims at once, and says when by the clock of the wall", () => {
  const page = open().pass(1000).welcome();
  assert.equal(page.names()[0], "welcomed");
  const timestamp = "2026-01-01T00:00:01.000Z";
  assert.deepEqual(page.frames, [{ type: "claim_editor", wait: true, n: 1, timestamp }]);
  assert.deepEqual(page.pass(4999).do("look").frames, []);
  assert.equal(page.pass(1).do("look").said("claim_editor")[0].n, 2);
});

test("the same state and event give the same answer, and change nothing in either", () => {
  const { state } = open();
  const before = structuredClone(state);
  const { at: _, ...message } = welcome();
  const event = { type: "received", message, at: 5, time: WALL };
  const first = step(state, event);
  assert.deepEqual(step(state, structuredClone(event)), first);
  assert.deepEqual(state, before);
});

test("a lease counts from the moment at which the claim was sent, not from its answer", () => {
  const page = open().welcome().pass(3000);
  page.hear("lease", { token: TOKEN, lease_ms: 30000, version: 11, n: 1 });
  assert.equal(page.state.lease.until, 30000);
});

test("an editor says a heartbeat every four seconds, and its answer lengthens the lease", () => {
  const page = editing();
  page.do("look"); // the first one is due at once
  assert.deepEqual(page.pass(3999).do("look").frames, []);
  const [{ n }] = page.pass(1).do("look").said("heartbeat");
  page.pass(500).hear("alive", { n, version: 11, lease_ms: 30000 });
  assert.equal(page.state.lease.until, 34000);
});

test("a lease that came through the queue is confirmed by a heartbeat before it counts", () => {
  const page = viewing().hear("queued", { version: 11 });
  page.pass(60000).hear("lease", { token: TOKEN, proof: "signed", lease_ms: 8000, version: 12 });
  assert.equal(page.state.lease.until, 0);
  const [{ n }] = page.said("heartbeat");
  page.hear("alive", { n, version: 12, lease_ms: 30000 });
  assert.equal(page.state.lease.until, 90000);
});

test("a ping is answered and nothing else is done", () => {
  const page = editing().hear("ping", { version: 11 });
  assert.deepEqual(page.commands, []);
  assert.deepEqual(
    page.frames.map(({ type }) => type),
    ["pong"],
  );
});

test("a ping that names a newer version makes the page ask for the room", () => {
  const page = editing().hear("ping", { version: 12 });
  assert.deepEqual(
    page.frames.map(({ type }) => type),
    ["pong", "request_room"],
  );
});

test("a lost connection leaves the lease the grace after the last frame that was acknowledged", () => {
  const page = editing().pass(1000).do("look");
  const [{ n }] = page.pass(4000).do("look").said("heartbeat");
  page.hear("alive", { n, version: 11, lease_ms: 30000 });
  page.pass(2000).do("closed", { code: 1006, heardAt: 6900 });
  assert.equal(page.state.lease.until, 5000 + 8000);
  assert.equal(page.pass(6000).do("look").view(), "held-back");
  assert.deepEqual(page.frames, [], "nothing is said to nobody");
});

test("a page that comes back says what it knew, and its frames are counted on", () => {
  const page = editing().do("closed", { code: 1006, heardAt: 0 }).pass(2000).welcome({ version: 30 });
  const [{ n, seen, token, proof }] = page.said("claim_editor");
  assert.deepEqual([seen, token, proof], [11, TOKEN, "signed"]);
  assert.ok(n > 1);
});

test("a page that comes back to its own lease has it confirmed, and claims nothing", () => {
  const page = editing().do("closed", { code: 1006, heardAt: 0 }).pass(20000);
  const [lease, mine] = [{ token: TOKEN, proof: "signed" }, room({ editor: editor(ME) })];
  page.welcome({ version: 30, lease, room: mine });
  assert.deepEqual(
    page.frames.map(({ type }) => type),
    ["heartbeat"],
  );
});

test("an answer that belongs to no frame of this page proves nothing", () => {
  const page = editing();
  const { until } = page.state.lease;
  page.pass(5000).hear("alive", { n: 99, version: 11, lease_ms: 30000 });
  assert.equal(page.state.lease.until, until);
});

test("the page asks why after two connections that said nothing, and then after every fifth", () => {
  const page = open();
  const asking = [];
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    page.do("closed", { code: 1006, heardAt: null });
    if (page.names().includes("ask_why")) asking.push(attempt);
  }
  assert.deepEqual(asking, [2, 7]);
  page.do("closed", { code: 1006, heardAt: 5 }).do("closed", { code: 1006, heardAt: null });
  assert.equal(page.names().includes("ask_why"), false);
  page.do("closed", { code: 1006, heardAt: null });
  assert.equal(page.names().includes("ask_why"), true, "one that spoke starts the count again");
});

test("a page that was refused ends, unless it was let in meanwhile", () => {
  const page = open().do("refused", { code: null });
  assert.deepEqual(page.commands, []);
  page.do("refused", { code: 4401 });
  assert.deepEqual(page.names(), ["disconnect", "show"]);
  assert.equal(page.state.ended, "login");
  assert.equal(editing().do("refused", { code: 4401 }).state.ended, null);
});

test("after 4409 the page comes back as a new member", () => {
  const page = editing().do("closed", { code: 4409, heardAt: 1 });
  assert.deepEqual(page.commands.at(-1), { type: "connect", anew: true });
  assert.equal(page.state.lease, null);
});

test("a yield locks the form, then hands the text over, then lets the lease go", () => {
  const page = editing().hear("room", { version: 12, room: room({ editor: editor(ME), passing }) });
  page.hear("yield", { version: 12 });
  assert.deepEqual(page.names(), ["show", "hand_over"]);
  assert.deepEqual(page.frames, [{ type: "release_lock" }]);
  assert.equal(page.state.lease, null);
});

test("a yield to another tab of the same person hands nothing over", () => {
  const own = { ...passing, user_id: "1" };
  const page = editing().hear("room", { version: 12, room: room({ editor: editor(ME), passing: own }) });
  assert.deepEqual(page.hear("yield", { version: 12 }).names(), ["show"]);
  assert.deepEqual(page.frames, [{ type: "release_lock" }]);
});

test("a yield while a save is under way waits for the save", () => {
  const page = editing().do("submitted").pass(1000).hear("yield", { version: 12 });
  const wait = { type: "wait", ms: 5000, event: { type: "received", message: { type: "yield", version: 12 } } };
  assert.deepEqual([page.commands, page.frames], [[wait], []]);
  assert.notEqual(page.state.lease, null);
  page.pass(5000).do(wait.event.type, wait.event);
  assert.deepEqual(page.frames, [{ type: "release_lock" }]);
});

test("while a save is under way nothing is claimed or read; five seconds later both", () => {
  const page = viewing();
  page.pass(60000).hear("error", { code: "lease_held", in_reply_to: "claim_editor" }).do("submitted");
  page.hear("room", { version: 12, room: room({ saved: { at: 5000, member_id: OTHER, number: 1 } }) });
  page.pass(4999).do("look");
  assert.equal(isSubmitting(page.state, 64999), true);
  assert.deepEqual([page.frames, page.names()], [[], ["show"]]);
  page.pass(1).do("look");
  assert.equal(page.said("claim_editor").length, 1);
  assert.deepEqual(page.commands[0], { type: "read", reason: 1 });
});

test("who lost the lease proves it no longer, and asks again half a second later", () => {
  const page = editing().pass(1000).hear("lease_lost", { version: 12 });
  assert.equal(page.state.lease, null);
  assert.deepEqual(page.pass(499).do("look").frames, []);
  const [claim] = page.pass(1).do("look").said("claim_editor");
  assert.deepEqual(Object.keys(claim).sort(), ["n", "timestamp", "type", "wait"]);
});

test("a lease_lost from before the lease is not about it", () => {
  assert.notEqual(editing().hear("lease_lost", { version: 10 }).state.lease, null);
});

test("while the lock service is unavailable nobody claims; its holder says a heartbeat when it is back", () => {
  const viewer = viewing().pass(60000).hear("lock_service", { available: false });
  assert.deepEqual([viewer.said("claim_editor"), viewer.view()], [[], "unprotected"]);
  const holder = editing().do("look").hear("lock_service", { available: false });
  assert.deepEqual([holder.said("heartbeat"), holder.view()], [[], "unprotected"]);
  holder.hear("lock_service", { available: true });
  assert.equal(holder.said("heartbeat").length, 1);
  assert.equal(viewer.hear("lock_service", { available: true }).said("claim_editor").length, 1);
});

test("a page that is woken looks after its connection and says that it is there", () => {
  const page = editing().do("look").do("woken");
  assert.equal(page.names()[0], "wake");
  assert.equal(page.said("heartbeat").length, 1);
});

test("a page that polls says that it is alive when it is asked, not by itself", () => {
  const page = editing({ polls: true });
  for (let second = 0; second < 30; second += 1) assert.deepEqual(page.pass(1000).do("look").frames, []);
  assert.equal(page.hear("ping", { version: 0 }).said("pong").length, 1);
});

test("a page that polls and was out of sight is locked until its lease is confirmed", () => {
  const page = editing({ polls: true }).do("woken", { wasHidden: true });
  assert.equal(page.view(), "promoting");
  const { enabled, text } = view(page.state, 0);
  assert.deepEqual([enabled, text], [false, ["confirming"]]);
  const [{ n }] = page.said("heartbeat");
  assert.equal(page.hear("alive", { n, version: 11, lease_ms: 30000 }).view(), "editing");
});

test("a page that polls and was out of sight learns that its lease has passed on", () => {
  const page = editing({ polls: true }).do("woken", { wasHidden: true });
  page.hear("lease_lost", { version: 12 });
  assert.equal(page.hear("room", { version: 12, room: room({ editor: editor(OTHER) }) }).view(), "viewing");
});

test("neither a page with a socket nor one that was never out of sight is locked when it is woken", () => {
  assert.equal(editing().do("woken", { wasHidden: true }).view(), "editing");
  assert.equal(editing({ polls: true }).do("woken", { wasHidden: false }).view(), "editing");
  const page = viewingOver({ polls: true }).do("woken", { wasHidden: true });
  assert.equal(page.view(), "viewing");
});

test("a failed poll takes nothing from a lease, since the server does not see it fail", () => {
  const polling = editing({ polls: true }).pass(10000).do("closed", { code: 1006, heardAt: 0 });
  assert.equal(polling.pass(15000).view(), "offline");
  assert.equal(polling.pass(10000).view(), "held-back");
  assert.equal(editing().pass(10000).do("closed", { code: 1006, heardAt: 0 }).pass(15000).view(), "held-back");
});

test("only a page that may come back is woken: logged out, yes; without access, no", () => {
  for (const [code, names] of [
    [4401, ["wake", "show"]],
    [4403, ["show"]],
  ]) {
    assert.deepEqual(open().do("closed", { code, heardAt: 0 }).do("woken").names(), names);
  }
});

test("a page that goes elsewhere lets its lease go; one that is loaded again or saves keeps it", () => {
  const types = (page) => page.frames.map(({ type, reason }) => reason || type);
  assert.deepEqual(types(editing().do("left", { isElsewhere: true })), ["release_lock", "unload"]);
  assert.deepEqual(types(editing().do("left", { isElsewhere: false })), ["unload"]);
  assert.deepEqual(types(editing().do("submitted").do("left", { isElsewhere: true })), ["submit"]);
  assert.deepEqual(types(viewing().do("left", { isElsewhere: true })), ["unload"]);
});

test("a page from the browser's cache connects again, counts on, and is not saving any more", () => {
  const page = editing().do("submitted").do("restored");
  assert.deepEqual(page.names().slice(-2), ["wait", "connect"]);
  assert.equal(isSubmitting(page.state, 0), false);
  const [{ n, token }] = page.welcome({ version: 30 }).said("claim_editor");
  assert.ok(n > 1);
  assert.equal(token, TOKEN);
});

test("buttons are frames: of their name, with the fields of their panel", () => {
  const page = viewing();
  const press = (action, fields) => page.do("acted", { action, fields }).frames;
  assert.deepEqual(press("transfer-lease"), [{ type: "transfer_lease" }]);
  assert.deepEqual(press("take-over", { reason: "Print" }), [{ type: "take_over", reason: "Print" }]);
  assert.deepEqual(press("call-off"), [{ type: "call_off" }]);
  const timestamp = "2026-01-01T00:00:00.000Z";
  assert.deepEqual(press("request-attention"), [{ type: "request_attention", timestamp, edit: true }]);
  assert.deepEqual(press("load-saved"), []);
});

test("an answer names who asked, and its minutes are a number", () => {
  const request = { member_id: OTHER, user_id: 2, name: "User 2", answer: null, until: 0 };
  const page = editing().hear("room", { version: 12, room: room({ editor: editor(ME), requests: [request] }) });
  const fields = { user_id: 2, answer: "later", minutes: "5", text: "Soon" };
  page.do("acted", { action: "answer-request", fields });
  assert.deepEqual(page.frames, [{ type: "answer_request", user_id: 2, answer: "later", minutes: 5, text: "Soon" }]);
});

test("who leaves the line says so and claims no more, until they join it again", () => {
  const page = viewing().hear("queued", { version: 11 }).do("acted", { action: "stop-waiting" });
  assert.deepEqual(page.frames, [{ type: "stop_waiting" }]);
  assert.deepEqual(page.pass(60000).do("look").frames, []);
  assert.equal(page.do("acted", { action: "join-line" }).said("claim_editor").length, 1);
});

test("what is for the person's eyes is told before the state is shown", () => {
  const asking = editing().hear("attention_requested", { username: "User 2" });
  assert.deepEqual(asking.names(), ["notify_attention", "show"]);
  const offered = viewing().hear("draft_offered", { username: "User 2", values: null });
  assert.deepEqual(offered.names().slice(0, 1), ["offer_draft"]);
});
