/**
 * What a page says to the server and what it does, as one pure function: `step` takes the state and an event,
 * and returns the next state, the frames to send and the commands to perform. It has no DOM, timer or clock,
 * and does not know what carries its frames.
 *
 * Each event has `at`, milliseconds on the own clock; `time`, milliseconds since the Unix epoch; and `polls`: the page
 * asks over HTTP, so that the server does not see it break off, and only hears from it now and then.
 *
 * started, restored       the page is open; the browser took it out of its cache
 * received                a `message` of the server
 * closed                  the connection broke: `code`, `heardAt` (see connection.js)
 * refused                 the answer to `ask_why`: `code`, null when the server refuses nothing
 * look                    time has passed
 * woken                   the page is in view again (`wasHidden`), or the network is back
 * acted                   the person pressed a button: `action`, and the `fields` of its panel
 * submitted, left         the form is being posted; the document goes away, `isElsewhere`: to another page
 * values, keep            the saved values were read; the person has decided to keep their own
 *
 * The commands, in the order in which they are to be performed, before the frames are sent:
 *
 * connect                 open the connection; `anew`: as a new member
 * disconnect, wake        close the connection for good; look whether it still lives
 * welcomed                the server has answered well
 * wait                    come back with `event` after `ms`
 * ask_why                 find out why nobody answers
 * read                    read the saved values, for `reason`
 * notify_attention        somebody asks the editor to come: `message`
 * offer_draft             the editor before has left unsaved text: `message`
 * hand_over               send unsaved text to the editor that follows
 * show                    show the state
 *
 * The page adds its report (see activity.js) to `pong` and `heartbeat`.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {{state: State, frames: any[], commands: any[]}} Step
 */
import { acknowledge, count } from "./lease-clock.js";
import { noteProof } from "./proof.js";
import { reduce, wantsLease } from "./room.js";
import { view } from "./view-state.js";

const NO_ANSWER_MS = 3000;
const HEARTBEAT_MS = 4000; // keeps most of the grace for a broken connection certain
const SUBMIT_MS = 5000; // after that the page is still here: the answer was no page
const ASK_WHY_EVERY = 5; // attempts that nobody answered

/** @param {State} state @param {any} event @returns {Step} */
export function step(state, event) {
  const { at } = event;
  switch (event.type) {
    case "started":
      return look(state, event, { after: connecting(state) });
    case "restored":
      return look(reduce(state, event), event, { after: connecting(state) });
    case "received":
      return received(state, event);
    case "closed":
      return closed(state, event);
    case "refused":
      if (!event.code || state.connected) return quiet(state);
      return look(broken(state, { ...event, heardAt: null }), event, { before: [{ type: "disconnect" }] });
    case "woken":
      return woken(state, event);
    case "no_answer":
      return view(state, at).name === "connecting" ? look(reduce(state, event), event) : quiet(state);
    case "acted":
      return acted(state, event);
    case "submitted":
      return quiet({ ...state, submittedAt: at });
    case "left":
      return left(state, event);
    default:
      return look(reduce(state, event), event);
  }
}

/**
 * Nobody asks a hidden page that polls to let go of its lease: it may have passed on.
 *
 * @param {State} state @param {any} event @returns {Step}
 */
function woken(state, event) {
  const next = event.polls && event.wasHidden ? reduce(state, { type: "doubted" }) : state;
  return look(next, event, { before: mayComeBack(state) ? [{ type: "wake" }] : [], beat: true });
}

/** @param {State} state @returns {any[]} */
function connecting({ choosesMs }) {
  return [{ type: "wait", ms: NO_ANSWER_MS + choosesMs, event: { type: "no_answer" } }, { type: "connect" }];
}

/** Is a save under way? It gives the lease back by itself. @param {State} state @param {number} at */
export function isSubmitting({ submittedAt }, at) {
  return at - submittedAt < SUBMIT_MS;
}

/** Nothing to show. @param {State} state @param {any[]} [frames] @param {any[]} [commands] @returns {Step} */
function quiet(state, frames = [], commands = []) {
  return { state, frames, commands };
}

/**
 * Say what the state asks for.
 *
 * @param {State} state @param {{at: number, time: number, polls?: boolean}} event
 * @param {object} [more]
 * @param {any[]} [more.before] - commands before the state is shown @param {any[]} [more.after] - and after it
 * @param {any[]} [more.frames] - to send before others @param {boolean} [more.beat] - a heartbeat is due
 * @returns {Step}
 */
function look(state, { at, time, polls }, { before = [], after = [], frames = [], beat = false } = {}) {
  const submitting = isSubmitting(state, at);
  const said = [...frames];
  let next = state;
  if (!submitting && wantsLease(next, at)) {
    next = reduce(counted(next, at), { type: "claimed", at });
    const { sent, proof } = next;
    said.push({ type: "claim_editor", wait: true, n: sent.last, timestamp: timestamp(time), ...proof });
  }
  const isDue = beat || (!polls && at - next.beatAt >= HEARTBEAT_MS); // who polls is asked for signs of life
  if (next.connected && next.lease && isDue) {
    next = { ...counted(next, at), beatAt: at };
    said.push({ type: "heartbeat", n: next.sent.last });
  }
  const read = next.have < next.wanted && !submitting ? [{ type: "read", reason: next.wanted }] : [];
  return { state: next, frames: said, commands: [...before, ...read, { type: "show" }, ...after] };
}

/** @param {State} state @param {any} event @returns {Step} */
function received(state, event) {
  const { message, at } = event;
  const { sent, until } = acknowledge(state.sent, message);
  const known = { ...state, sent, proof: noteProof(state.proof, message, state.version) };
  if (message.type === "ping") return answered(known, message, at);
  if (message.type === "yield" && isSubmitting(state, at)) {
    return quiet(known, [], [{ type: "wait", ms: SUBMIT_MS, event: { type: "received", message } }]);
  }
  const next = reduce(known, until === undefined ? { ...message, at } : { ...message, at, until });
  const unconfirmed = next.lease?.until === 0 && next.lease !== state.lease;
  switch (message.type) {
    case "welcome":
      return look(next, event, { before: [{ type: "welcomed" }], beat: unconfirmed });
    case "attention_requested":
      return look(next, event, { before: [{ type: "notify_attention", message }] });
    case "draft_offered":
      return look(next, event, { before: [{ type: "offer_draft", message }] });
    case "yield": {
      const heir = next.room?.passing;
      const isOther = heir && String(heir.user_id) !== String(next.userId);
      // Both only after the form was locked.
      return look(next, event, { after: isOther ? [{ type: "hand_over" }] : [], frames: [{ type: "release_lock" }] });
    }
    case "lock_service":
      return look(next, event, { beat: unconfirmed || message.available });
    default:
      return look(next, event, { beat: unconfirmed });
  }
}

/** At once, and nothing else: the page may be hidden. @param {State} state @param {any} ping @param {number} at */
function answered(state, ping, at) {
  const next = counted(state, at);
  const behind = ping.version > state.version ? [{ type: "request_room" }] : [];
  return quiet(next, [{ type: "pong", n: next.sent.last }, ...behind]);
}

/** @param {State} state @param {any} event @returns {Step} */
function closed(state, event) {
  const unheard = event.heardAt === null ? state.unheard + 1 : 0;
  /** @type {any[]} */
  const after = event.code === 4409 ? [{ type: "connect", anew: true }] : [];
  if (unheard % ASK_WHY_EVERY === 2) after.push({ type: "ask_why" }); // logged out, or only the line?
  return look({ ...broken(state, event), unheard }, event, { after });
}

/** @param {State} state @param {any} event @returns {State} */
function broken(state, event) {
  const acknowledgedAt = event.polls ? Infinity : state.sent.acknowledged; // nobody sees a page that polls break off
  return reduce(state, { ...event, type: "closed", acknowledgedAt });
}

/** @param {State} state */
function mayComeBack({ ended }) {
  return !ended || ended === "login";
}

/** @param {State} state @param {any} event @returns {Step} */
function acted(state, event) {
  const { action, fields, at, time } = event;
  switch (action) {
    case "transfer-lease":
    case "call-off":
    case "take-over":
      return quiet(state, [{ type: action.replace("-", "_"), ...fields }]);
    case "withdraw-request": {
      const attention = state.attention && { ...state.attention, code: "withdrawn" };
      return look({ ...state, attention }, event, { frames: [{ type: "withdraw_request" }] });
    }
    case "request-attention":
      return quiet(state, [{ type: "request_attention", timestamp: timestamp(time), edit: true }]);
    case "answer-request":
      return quiet(state, [{ type: "answer_request", ...fields, minutes: Number(fields.minutes) }]);
    case "stop-waiting":
      return look(reduce(state, { type: "rest", at }), event, { frames: [{ type: "stop_waiting" }] });
    case "claim-editor":
    case "join-line":
      return look(reduce(state, { type: "join", at }), event);
    case "edit-unprotected":
      return look(reduce(state, { type: "edit_unprotected", at }), event);
    default:
      return quiet(state); // a button of the page alone
  }
}

/** @param {State} state @param {any} event @returns {Step} */
function left(state, { at, isElsewhere }) {
  const submitted = isSubmitting(state, at);
  const released = state.lease && !submitted && isElsewhere ? [{ type: "release_lock" }] : [];
  return quiet(state, [...released, { type: "leave", reason: submitted ? "submit" : "unload" }]);
}

/** @param {State} state @param {number} at @returns {State} with the number of a frame that is sent now */
function counted(state, at) {
  return { ...state, sent: count(state.sent, at) };
}

/** @param {number} time */
function timestamp(time) {
  return new Date(time).toISOString();
}
