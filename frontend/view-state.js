/**
 * What the page shows: one name, one sentence, and whether the form may be changed. Pure.
 *
 * connecting   no answer yet                        viewing      somebody else edits
 * editing      own lease, surely live               waiting      nobody edits, we are to be next
 * promoting    the lease is ours, values are read   offline      connection lost, lease surely live
 * stale        saved values and own input differ    held-back    the lease may have ended: no saving
 * reconnecting connection lost, nothing to save     unprotected  no lock service: the guard alone protects
 * observer     may look, not change                 ended        no way back without the person
 *
 * @typedef {import("./state.js").State} State
 * @typedef {[key: string, values?: Record<string, unknown>]} Text
 * @typedef {object} View
 * @property {string} name
 * @property {boolean} enabled - the form may be changed and saved
 * @property {"ok"|"info"|"warn"|"error"} tone
 * @property {Text} text
 * @property {Text|null} detail
 * @property {string[]} actions - see banner.js
 * @property {string[]} busy - those of them that have to wait
 * @property {number} countdown - seconds; 0 for none
 * @property {number|null} until - own clock: when this view has to be looked at again
 */
import { isBehind, isFresh } from "./freshness.js";

const RECENT_SECONDS = 60;
const SHORT_BREAK_MS = 700; // shorter breaks are not worth a word

/** @type {Record<string, Text>} */
const ENDED = { login: ["login_required"], access: ["no_access"], stopped: ["stopped"] };

/** @param {State} state @param {number} at - own clock, milliseconds @returns {View} */
export function view(state, at) {
  const { room, lease, ended } = state;
  if (ended) return show("ended", "error", ENDED[ended], { actions: ended === "login" ? ["log-in"] : [] });
  if (room?.deleted) return show("ended", "error", ["deleted"]);
  if (!state.mayEdit) return show("observer", "info", ["observer"], { enabled: true });
  if (state.unprotected) return show("unprotected", "warn", ["unprotected"], { enabled: true });
  if (lease) return lease.until > at ? protectedView(state, at) : unconfirmed(state);
  if (!room) return show("connecting", "info", ["connecting"]);
  if (!state.connected && at - state.brokeAt >= SHORT_BREAK_MS) {
    return show("reconnecting", "warn", ["reconnecting"]);
  }
  return outside(state, at);
}

/** @param {State} state @param {number} at */
function protectedView(state, at) {
  const { until } = /** @type {{until: number}} */ (state.lease);
  if (state.choice) {
    return show("stale", "warn", ["values_changed"], { actions: ["load-saved", "keep-mine"], until });
  }
  if (isBehind(state) || (!isFresh(state) && state.hard)) return promoting(state);
  if (!state.connected && at - state.brokeAt >= SHORT_BREAK_MS) {
    const countdown = Math.ceil((until - at) / 1000);
    return show("offline", "warn", ["offline"], { enabled: true, countdown, until });
  }
  const recent = state.news && state.offset + at / 1000 - state.news.at < RECENT_SECONDS;
  return show("editing", "ok", ["editor_mode_text"], { enabled: true, detail: recent ? news(state) : null, until });
}

/** A lease that is not confirmed, or no longer surely live. @param {State} state */
function unconfirmed(state) {
  const { until } = /** @type {{until: number}} */ (state.lease);
  if (until === 0) return state.connected ? promoting(state) : show("reconnecting", "warn", ["reconnecting"]);
  return show("held-back", "error", ["held_back"], { actions: ["edit-unprotected"] });
}

/** @param {State} state */
function promoting(state) {
  const text = state.waited ? "claiming_editor_text" : "reading";
  return show("promoting", "info", [text], { detail: state.failed ? ["values_failed"] : null });
}

/** Somebody else has the lease, or nobody. @param {State} state @param {number} at */
function outside(state, at) {
  const { room, choice, userId, memberId, claim } = state;
  const editor = room?.editor && room.editor.member_id !== memberId ? room.editor : room?.passing;
  /** @type {string[]} */
  const actions = choice ? ["load-saved"] : [];
  /** @type {Text|null} */
  const detail = choice ? ["values_changed"] : state.failed ? ["values_failed"] : news(state);
  if (!editor) {
    const name = claim === "queued" || claim === "refused" ? "waiting" : "connecting";
    return show(name, "info", [name], { actions, detail });
  }
  if (String(editor.user_id) === String(userId)) {
    return show("viewing", "info", ["own_other_tab"], { actions: [...actions, "transfer-lease"], detail });
  }
  const attention = state.attention && state.attention.until > at ? state.attention : null;
  return show("viewing", "info", ["viewer_mode_text", { editor_name: editor.name }], {
    actions: [...actions, "request-attention"],
    detail: attention ? asked(attention, at) : detail,
    busy: attention ? ["request-attention"] : [],
    until: attention ? attention.until : null,
  });
}

/** @param {{until: number, code: string, message: string}} attention @param {number} at @returns {Text} */
function asked({ code, message, until }, at) {
  if (code === "sent") return ["notification_request_sent_text"];
  if (code === "attention_too_soon") return [code, { seconds: Math.ceil((until - at) / 1000) }];
  return code === "no_editor" ? [code] : ["message", { message }];
}

/** @param {State} state @returns {Text|null} */
function news({ news: saved }) {
  return saved && ["saved_by", { name: saved.name, time: new Date(saved.at * 1000) }];
}

/**
 * @param {string} name @param {View["tone"]} tone @param {Text} text @param {Partial<View>} [more]
 * @returns {View}
 */
function show(name, tone, text, more) {
  return {
    name,
    tone,
    text,
    enabled: false,
    detail: null,
    actions: [],
    busy: [],
    countdown: 0,
    until: null,
    ...more,
  };
}
