/**
 * `reduce` is pure: events go in with the moment `at` on the own clock (milliseconds), and lease messages
 * with `until`, the end that lease-clock.js reckoned.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").RoomView} RoomView
 */
import { checkFresh, grant, isFresh, readAhead, want } from "./freshness.js";
import { initial } from "./state.js";

const GAP_MS = 8000; // a break that outlasts the server's grace for a broken connection
const GRACE_MS = 8000; // what a lease certainly has left when the server sees the connection break
const CLAIM_MS = 5000;
const LOST_MS = 500; // the room that says why comes right behind the word that a lease is lost
const QUEUE_NAMED = 50; // the server names no more people and places than this

/**
 * @param {State} state
 * @param {any} event - a server message, or one of the page's own events
 * @returns {State} the same object when the event changes nothing
 */
export function reduce(state, event) {
  switch (event.type) {
    case "welcome": // whatever we knew before is void
      return welcome(state, event);
    case "room": // the channel layer may reorder; the newest state wins
      return event.version > state.version
        ? verified(readAhead(settle({ ...state, version: event.version, room: event.room }), event.at), event.at)
        : state;
    case "lease":
      return leased(state, event);
    case "alive":
      return alive(state, event);
    case "lease_lost":
      return state.lease && event.version >= state.lease.version ? pausing(state, event.at + LOST_MS) : state;
    case "yield": // another is to have it; who waits again gets behind them
      return state.lease ? { ...pausing(state, event.at + CLAIM_MS), unprotected: false } : state;
    case "join": // the person wants to edit
      return { ...state, resting: false, claim: null };
    case "rest": // the person has left the line
      return { ...state, resting: true, claim: null };
    case "queued":
      return { ...state, claim: "queued", queuedVersion: event.version, waited: true, unprotected: state.away };
    case "error":
      return refused(state, event);
    case "attention_sent":
      return { ...state, attention: { until: event.at + event.retry_after * 1000, code: "sent", message: "" } };
    case "lock_service":
      return lockService(state, event);
    case "claimed": // ours: the claim went out
      return { ...state, claim: "sent", claimAgainAt: event.at + CLAIM_MS };
    case "closed":
      return closed(state, event);
    case "no_answer":
    case "edit_unprotected":
      return { ...state, unprotected: true, lease: null };
    case "values": // ours: the saved values were read
      return values(state, event);
    case "keep":
      return verified({ ...state, choice: false }, event.at);
    case "doubted": // ours: whether the lease is still ours has to be asked
      return state.lease ? { ...state, lease: { ...state.lease, until: 0, doubted: true } } : state;
    case "restored": // the browser took this page out of its cache: nothing of it is certain
      return restored(state);
    default:
      return state;
  }
}

/** @param {State} state @param {number} at @returns {boolean} whether to ask for the lease now */
export function wantsLease(state, at) {
  const { connected, mayEdit, away, ended, lease, claim, room, resting } = state;
  const idle = claim === null || (claim !== "queued" && at >= state.claimAgainAt);
  return connected && mayEdit && !resting && !away && !ended && !lease && idle && room !== null && !room.deleted;
}

/** @param {State} state @param {any} event @returns {State} */
function welcome(state, event) {
  const { lease: held, lostAt } = state;
  const token = event.lease ? event.lease.token : null;
  const until = held && held.token === token && held.until > event.at ? held.until : 0;
  const lease = token === null ? null : { token, until, version: event.version };
  /** @type {State} */
  let next = {
    ...state,
    connected: true,
    lostAt: null,
    ended: null,
    memberId: event.member_id,
    userId: event.user_id,
    mayEdit: event.may_edit,
    mayTakeOver: event.may_take_over,
    idleMs: event.idle_ms,
    version: event.version,
    room: event.room,
    offset: event.now - event.at / 1000,
    lease,
    claim: null,
    away: false,
  };
  if (state.ended === "login") next = want(next, true); // a login changes the token against forgery, too
  const gap = lostAt !== null && event.at - lostAt > GAP_MS;
  if (lease && (gap || state.unprotected)) next = want(next, until === 0);
  if (lease) next = grant(next, lease.token, event.at, state.waited);
  return settle(next);
}

/** @param {State} state @returns {State} */
function restored(state) {
  const { wanted, have, sent, proof, unheard } = state;
  return want({ ...initial({ ...state, valuesAt: 0 }), wanted, have, sent, proof, unheard }, true);
}

/** @param {State} state @param {any} event @returns {State} */
function leased(state, event) {
  const { lease: held } = state;
  const { token, version } = event;
  if (held && (version < held.version || token < held.token)) return state;
  const promoted = state.waited || event.until === undefined;
  const until = event.until || (held && held.token === token ? held.until : 0);
  // The grant itself is one change; when there were others in between, their room is yet to come.
  const seen = version === state.seen + 1 ? version : state.seen;
  /** @type {State} */
  let next = { ...state, seen, lease: { token, until, version }, claim: null };
  if (state.unprotected) next = want(next, false);
  next = grant(next, token, event.at, promoted);
  return verified(next, event.at);
}

/** @param {State} state @param {any} event @returns {State} */
function alive(state, event) {
  const { lease } = state;
  if (!lease || event.until === undefined || event.until <= lease.until) return state;
  return verified({ ...state, lease: { ...lease, until: event.until } }, event.at);
}

/** @param {State} state @returns {State} */
function withoutLease(state) {
  return { ...state, lease: null, claim: null };
}

/** @param {State} state @param {number} claimAgainAt @returns {State} */
function pausing(state, claimAgainAt) {
  return { ...state, lease: null, claim: "refused", claimAgainAt };
}

/** @param {State} state @param {any} event @returns {State} */
function refused(state, { code, in_reply_to: about, retry_after: wait, message, at }) {
  if (about === "claim_editor") {
    if (code === "forbidden") return { ...state, mayEdit: false, unprotected: false };
    if (state.claim === "queued") return state;
    const unprotected = state.unprotected && code === "lock_service_unavailable";
    return { ...state, claim: "refused", claimAgainAt: at + (wait || 2) * 1000, unprotected };
  }
  if (/attention|take_over|transfer/.test(about)) {
    return { ...state, attention: { until: at + (wait || 4) * 1000, code, message } };
  }
  return code === "not_holder" && state.lease ? withoutLease(state) : state;
}

/** @param {State} state @param {any} event @returns {State} */
function lockService(state, { available, reason }) {
  if (!available) return { ...state, away: true, reason, unprotected: state.mayEdit, claim: null };
  /** @type {State} */
  const back = { ...state, away: false, reason: undefined, claim: null };
  return state.lease && state.unprotected ? want(back, false) : back;
}

/** @type {Record<number, State["ended"]>} */
const ENDS = {
  4401: "login",
  4403: "access",
  4410: "other_user",
  4411: "unasked",
  1003: "stopped",
  1007: "stopped",
  1009: "stopped",
  4413: "stopped",
};

/**
 * The server may have seen the break of a socket as soon as it had our last acknowledged frame, and from then on
 * the lease waits only for its grace.
 *
 * @param {State} state @param {any} event @returns {State}
 */
function closed(state, { code, at, heardAt, acknowledgedAt }) {
  const { lease } = state;
  return {
    ...state,
    connected: false,
    lostAt: state.connected ? heardAt : state.lostAt,
    brokeAt: state.connected ? at : state.brokeAt,
    ended: ENDS[code] || state.ended,
    lease: code === 4409 ? null : lease && { ...lease, until: Math.min(lease.until, acknowledgedAt + GRACE_MS) },
    claim: null,
  };
}

/** @param {State} state @param {any} event @returns {State} */
function values(state, { reason, outcome, renderedAt, at }) {
  if (outcome === "failed") return { ...state, failed: true };
  if (outcome === "unsaved") {
    return { ...state, have: reason, failed: false, choice: true, unprotected: state.unprotected && !state.lease };
  }
  const news = outcome === "taken" && state.room ? state.room.saved : state.news;
  return verified({ ...state, have: reason, failed: false, choice: false, valuesAt: renderedAt, news }, at);
}

/**
 * An unprotected form becomes a protected one only when lease and values are certain, without being
 * locked in between.
 *
 * @param {State} state @param {number} at @returns {State}
 */
function verified(state, at) {
  const { unprotected, lease } = state;
  const certain = unprotected && lease && lease.until > at && isFresh(state);
  return certain ? { ...state, unprotected: false } : state;
}

/** Whatever messages were lost, the newest room says who holds the lease. @param {State} state @returns {State} */
function settle(state) {
  const { lease, version, memberId, claim, forcedAt } = state;
  const room = /** @type {RoomView} */ (state.room);
  const mine = room.editor !== null && room.editor.member_id === memberId;
  let next = state;
  if (lease && version > lease.version && !mine) next = withoutLease(next);
  if (room.editor && !mine) next = { ...next, unprotected: false };
  const overlooked =
    claim === "queued" &&
    version > state.queuedVersion &&
    room.queue.length < QUEUE_NAMED &&
    !room.queue.some((waiting) => waiting.member_id === memberId);
  if (overlooked) next = { ...next, claim: null };
  const { kind, from_member: from, at } = room.handover || {};
  // Not to take back at once what an operator has just taken away.
  if (kind === "forced" && from === memberId && at !== forcedAt) next = { ...next, forcedAt: at, resting: true };
  return { ...checkFresh(next), seen: version };
}
