/**
 * When the form's values have to be read again. A form is given to somebody only with values that are
 * certain to be fresh; whatever is in doubt is a reason to read.
 *
 * @typedef {import("./state.js").State} State
 */

const MARGIN_SECONDS = 5; // between the reading of a page's row and the moment that the page names
const OLDEST_SECONDS = 60; // of values at the first grant
const AHEAD_MS = 2000; // of values that were read while the editor was leaving

/** @param {State} state @returns {boolean} */
export function isFresh(state) {
  return state.have >= state.wanted && !state.choice && !isBehind(state);
}

/** Must the form stay locked until its values were read? @param {State} state @returns {boolean} */
export function isHard(state) {
  return isBehind(state) || (state.have < state.wanted && state.hard);
}

/**
 * Was the lease granted after changes that this page has not been told of yet?
 *
 * @param {State} state @returns {boolean}
 */
export function isBehind({ lease, seen }) {
  return lease !== null && seen < lease.version;
}

/**
 * @param {State} state
 * @param {boolean} hard - lock the form until the values were read
 * @returns {State}
 */
export function want(state, hard) {
  const pending = state.have < state.wanted;
  return { ...state, wanted: state.wanted + 1, hard: hard || (pending && state.hard) };
}

/**
 * The editor is about to be gone and we are next: the values are read while the lease waits for their return.
 * A save of theirs until then is noticed as any other.
 *
 * @param {State} state @param {number} at @returns {State}
 */
export function readAhead(state, at) {
  const { room, memberId, lease, aheadAt } = state;
  if (lease || at - aheadAt < AHEAD_MS || !room?.editor?.away || room.queue[0]?.member_id !== memberId) return state;
  return { ...want(state, false), aheadAt: at };
}

/**
 * A lease was granted: are the values on this page good enough for it?
 *
 * @param {State} state @param {number} token @param {number} at - own clock, milliseconds
 * @param {boolean} promoted - it came through the queue
 * @returns {State}
 */
export function grant(state, token, at, promoted) {
  if (token === state.lastToken) return state;
  const age = state.offset + at / 1000 - state.valuesAt;
  const young = state.lastToken === null && state.valuesAt > 0 && age <= OLDEST_SECONDS;
  const next = { ...state, lastToken: token };
  if (at - state.aheadAt < AHEAD_MS) return { ...next, hard: !state.unprotected };
  return young && !promoted ? next : want(next, !state.unprotected);
}

/**
 * Was the object saved after the form's values were read? One's own save is older than the page that
 * answers it, and a refusal was rendered with the row in hand: no margin there.
 *
 * @param {State} state @returns {State}
 */
export function checkFresh(state) {
  const saved = state.room?.saved;
  if (!saved || saved.at === state.notedSave) return state;
  const compared = state.bound || saved.member_id === state.memberId;
  const margin = compared ? 0 : MARGIN_SECONDS;
  const next = { ...state, notedSave: saved.at };
  if (state.notedSave === 0 && saved.at + margin <= state.valuesAt) return next;
  const editing = state.lease !== null && state.lease.until > 0 && !isHard(state);
  return want(next, !editing && !state.unprotected);
}
