/**
 * The rules of `ADMIN_COLLABORATOR_EDIT_ON = "input"`, around those of page-protocol.js and view-state.js: a form that
 * nobody edits is open to everybody, the first input claims the lease, and a lease without unsaved input is given
 * back. Pure, as they are. A page that rests claims nothing by itself, so each page begins as one.
 *
 * One event more: `typed`, the person has changed something. Each event has `unsaved` where the page knows it.
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./page-protocol.js").Step} Step
 * @typedef {(state: State, event: any) => Step} StepRule
 * @typedef {(state: State, at: number) => import("./view-state.js").View} ViewRule
 */
import { isHard, want } from "./freshness.js";

const OLDEST_SECONDS = 60; // of values that a form is opened with, when nobody has said that they are fresh
const GAP_MS = 8000; // a break in which others may have saved
const SHORT_BREAK_MS = 700; // shorter breaks do not lock a form

/**
 * @param {{step: StepRule, view: ViewRule}} rules - those of every page
 * @param {number} freeMs - how long a lease without unsaved input is kept
 * @returns {{step: StepRule, view: ViewRule}}
 */
export function editOnInput({ step, view }, freeMs) {
  /** Another event at the same moment. @param {Step} first @param {any} event @param {any[]} [more] @returns {Step} */
  function then({ state, frames, commands }, event, more = []) {
    const next = step(state, event);
    return {
      state: next.state,
      frames: [...frames, ...more, ...next.frames],
      commands: [...commands, ...next.commands],
    };
  }

  return {
    step(before, event) {
      const known = noted(before, event);
      let next = step(known, event);
      const { message } = event;
      if (event.type === "received" && message.type === "welcome") {
        next = then({ ...next, state: welcomed(before, next.state, event.at) }, { ...event, type: "look" });
      }
      const lost = before.lease && !next.state.lease && next.state.cleanAt !== null;
      next = { ...next, state: opened(known, lost ? { ...next.state, resting: true } : next.state, event.at) };
      const { state } = next;
      const hasTyped = event.type === "typed" || (state.unsaved && !before.unsaved);
      if (hasTyped && state.open && !state.lease && state.resting) {
        next = then(next, { ...event, type: "acted", action: "claim-editor" });
      } else if (isUnused(state, event.at, freeMs)) {
        const given = { ...next, state: { ...state, lease: null, claim: null, resting: true } };
        next = then(given, { ...event, type: "look" }, [{ type: "release_lock" }]);
      } else return next;
      return { ...next, state: opened(state, next.state, event.at) };
    },

    view(state, at) {
      const shown = view(state, at);
      const isConfirming = shown.name === "promoting" && !state.lease?.doubted;
      if (state.open && (state.lease ? isConfirming : shown.name !== "reconnecting")) {
        const open = { enabled: true, writable: true, actions: [], menu: [], line: null, countdown: 0 };
        return { ...shown, ...open, name: "free", tone: "info", text: ["start_typing"] };
      }
      const isLate = shown.name === "viewing" && state.unsaved && !state.resting;
      return isLate && !shown.detail ? { ...shown, detail: ["typed_kept"] } : shown;
    },
  };
}

/** @param {State} state @param {any} event @returns {State} */
function noted(state, { type, unsaved, at }) {
  if (type === "typed") return { ...state, cleanAt: null };
  if (unsaved === undefined) return state;
  return { ...state, unsaved, cleanAt: unsaved || !state.lease ? null : (state.cleanAt ?? at) };
}

/**
 * No grant comes with the first look at a form, so its values are judged here. Who waits in line goes on waiting.
 *
 * @param {State} before @param {State} state @param {number} at @returns {State}
 */
function welcomed(before, state, at) {
  const { room, memberId, offset, valuesAt, lease } = state;
  const waits = room?.queue.some((one) => one.member_id === memberId);
  const next = waits ? { ...state, resting: false } : state;
  const isFirst = before.version === 0 && (!valuesAt || offset + at / 1000 - valuesAt > OLDEST_SECONDS);
  const isLater = before.lostAt !== null && at - before.lostAt > GAP_MS;
  return !lease && (isFirst || isLater) ? want(next, true) : next;
}

/**
 * Is the form open without a lease, or was it until this lease came? Values that are read then are merged into what is
 * typed, without a lock in between.
 *
 * @param {State} before @param {State} state @param {number} at @returns {State}
 */
function opened(before, state, at) {
  const { connected, brokeAt, mayEdit, ended, away, unprotected, room, memberId, choice, lease } = state;
  const next = before.open && !state.resting ? { ...state, hard: false } : state;
  const isThere = connected || (before.open && at - brokeAt < SHORT_BREAK_MS);
  const may = isThere && mayEdit && !ended && !away && !unprotected && !choice && room && !room.deleted;
  const isFree = may && !room.passing && !room.offer && (!room.editor || room.editor.member_id === memberId);
  return { ...next, open: Boolean(isFree && (lease ? before.open : !isHard(next))) };
}

/** @param {State} state @param {number} at @param {number} freeMs */
function isUnused({ lease, cleanAt, submittedAt, room, connected }, at, freeMs) {
  const isSure = connected && lease && lease.until > at && !room?.passing;
  return isSure && typeof cleanAt === "number" && at - Math.max(cleanAt, submittedAt) >= freeMs;
}
