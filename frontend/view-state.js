/**
 * What the page shows: one name, one sentence, and whether the form may be changed. Pure.
 *
 * connecting   no answer yet                        viewing      somebody else edits
 * editing      own lease, surely live               waiting      nobody edits, we are to be next
 * promoting    the lease is ours, values are read   offline      connection lost, lease surely live
 * stale        saved values and own input differ    held-back    the lease may have ended: no saving
 * reconnecting connection lost, nothing to save     unprotected  no lock service: the guard alone protects
 * observer     may look, not change                 ended        no way back without the person
 * offered      it is our turn, if we are there      free         nobody edits, the first input claims the lease
 *
 * @typedef {import("./state.js").State} State
 * @typedef {import("./state.js").RoomView} RoomView
 * @typedef {[key: string, values?: Record<string, unknown>]} Text
 * @typedef {object} View
 * @property {string} name
 * @property {boolean} enabled - the form may be changed and saved
 * @property {boolean} writable - it may be typed in at least; saving has to wait
 * @property {"ok"|"info"|"warn"|"error"} tone
 * @property {Text} text
 * @property {Text|null} detail
 * @property {Text|null} line - the place of those who wait
 * @property {string[]} actions - buttons, the best first; see banner.js
 * @property {string[]} menu - further ones
 * @property {string[]} busy - those of them that have to wait
 * @property {number} countdown - seconds; 0 for none
 * @property {number} since - for so many seconds somebody else has been editing; 0: nobody has
 * @property {number|null} until - own clock: when this view has to be looked at again
 */
import { isHard } from "./freshness.js";

const RECENT_SECONDS = 60;
const MINUTE_SECONDS = 60;
const SHORT_BREAK_MS = 700; // shorter breaks are not worth a word

/** @type {Record<string, Text>} */
const ENDED = { login: ["login_required"], access: ["no_access"], stopped: ["stopped"] };

/** @param {State} state @param {number} at - own clock, milliseconds @returns {View} */
export function view(state, at) {
  const { room, lease, ended } = state;
  if (room?.deleted && ended !== "login") {
    return show("ended", "error", ["deleted"], { actions: state.mayEdit ? ["save-as-new"] : [] });
  }
  if (ended && ENDED[ended]) {
    return show("ended", "error", ENDED[ended], { actions: ended === "login" ? ["log-in"] : [] });
  }
  if (!state.mayEdit) {
    const since = secondsSince(state, at, room?.editor);
    const detail = room?.editor ? /** @type {Text} */ (["is_editing", room.editor]) : null;
    return show("observer", "info", ["observer"], { enabled: true, detail, since });
  }
  // What the server cannot know of this page: nobody has a lease here, the guard alone protects.
  if (ended) return show("unprotected", "warn", [ended], { enabled: true });
  if (state.unprotected) return show("unprotected", "warn", [state.reason || "unprotected"], { enabled: true });
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
  if (isHard(state)) return promoting(state);
  if (state.choice) {
    return show("stale", "warn", different(state), { enabled: true, actions: ["keep-mine", "load-saved"], until });
  }
  if (!state.connected && at - state.brokeAt >= SHORT_BREAK_MS) {
    const countdown = Math.ceil((until - at) / 1000);
    return show("offline", "warn", ["offline"], { enabled: true, countdown, until });
  }
  const recent = state.news && isRecent(state, at, state.news.at);
  const coming = state.room?.take_over;
  const idle = state.room?.editor?.idle;
  return show("editing", coming ? "warn" : "ok", ["editor_mode_text"], {
    enabled: true,
    detail: idle ? ["idle_self"] : recent ? news(state) : null,
    actions: coming ? ["save-now"] : [],
    countdown: coming ? secondsUntil(state, at, coming.at) : 0,
    until,
  });
}

/** A lease that is not confirmed, or no longer surely live. @param {State} state */
function unconfirmed(state) {
  const { until } = /** @type {{until: number}} */ (state.lease);
  if (until === 0) return state.connected ? promoting(state) : show("reconnecting", "warn", ["reconnecting"]);
  return show("held-back", "error", ["held_back"], { actions: ["edit-unprotected"], writable: true });
}

/** @param {State} state */
function promoting(state) {
  const text = state.waited ? "claiming_editor_text" : "reading";
  const isAsked = state.lease?.doubted && !isHard(state);
  return show("promoting", "info", [isAsked ? "confirming" : text], {
    detail: state.failed ? ["values_failed"] : null,
  });
}

/** Somebody else has the lease, or nobody. @param {State} state @param {number} at */
function outside(state, at) {
  const { room, choice, memberId, claim } = state;
  const editor = room?.editor && room.editor.member_id !== memberId ? room.editor : room?.passing;
  /** @type {string[]} */
  const actions = choice ? ["load-saved"] : [];
  /** @type {Text|null} */
  const detail = choice ? different(state) : state.failed ? ["values_failed"] : news(state);
  if (room?.offer?.member === memberId) {
    const countdown = secondsUntil(state, at, room.offer.until);
    return show("offered", "warn", ["offered"], { actions: ["claim-editor"], countdown });
  }
  if (!editor && state.resting)
    return show("waiting", "info", ["free"], { actions: [...actions, "claim-editor"], detail });
  const { queue, offer, take_over: coming, passing } = /** @type {RoomView} */ (room);
  if (!editor) {
    const name = claim === "queued" || claim === "refused" ? "waiting" : "connecting";
    return show(name, "info", [offer ? "waiting_offer" : name], { actions, detail });
  }
  const place = queue.findIndex((one) => one.member_id === memberId) + 1;
  /** @type {Text|null} */
  const line = place ? [place > 1 ? "place_in_line" : "next_in_line", { place, count: queue.length }] : null;
  if (isOwn(state, editor)) {
    const isNext = place === 1;
    const text = isNext ? "own_other_tab" : "own_elsewhere";
    return show("viewing", "info", [text], {
      actions: [...actions, "transfer-lease"],
      detail,
      line: isNext ? null : line,
    });
  }
  const attention = state.attention && state.attention.until > at ? state.attention : null;
  const request = ownRequest(state);
  const pending = request && !/^(no|unanswered)$/.test(request.answer);
  const announced = coming?.member_id === memberId;
  const due = announced ? coming.at : request?.until;
  const mayTake = (editor.idle || state.mayTakeOver) && !coming && !passing;
  /** @type {string[]} */
  const menu = [];
  if (pending) menu.push("withdraw-request");
  if (state.resting) menu.push("join-line");
  else if (place && !pending) menu.push("stop-waiting");
  if (mayTake) (editor.idle ? actions : menu).push("take-over");
  (actions.length ? menu : actions).unshift(announced ? "call-off" : "request-attention");
  /** @type {Text|null} */
  let said = detail;
  if (attention) said = asked(attention, at);
  if (request && (!attention || attention.code === "sent")) said = answered({ ...request, text: "" });
  /** @type {Text} */
  let text = ["viewer_mode_text", { editor_name: editor.name }];
  if (editor.idle) text = ["idle_editor", editor];
  else if (request?.answer) text = ["is_editing", editor]; // short, for the answer has to be seen
  const countdown = due ? secondsUntil(state, at, due) : 0;
  return show("viewing", "info", text, {
    actions,
    menu,
    detail: announced ? ["taking_soon"] : said,
    line: attention || pending ? null : line,
    busy: attention ? ["request-attention"] : [],
    countdown,
    since: secondsSince(state, at, editor),
    until: attention ? attention.until : null,
  });
}

/** @param {State} state @param {{user_id: unknown}} person */
function isOwn({ userId }, person) {
  return String(person.user_id) === String(userId);
}

/** @param {State} state @returns {any} */
function ownRequest(state) {
  return state.room?.requests?.find((one) => isOwn(state, one));
}

/** @param {any} request @returns {Text} */
function answered(request) {
  if (!request.answer) return ["notification_request_sent_text", request];
  const promise = request.answer === "later" && { time: new Date(request.until * 1000) };
  return [`answer_${request.answer}`, { ...request, ...promise }];
}

/**
 * What the person has to hear wherever they are on the page: that it is their turn, or that the lease passes;
 * and the words of an answer, which may be more than the bar has room for.
 *
 * @param {State} state @param {number} at @returns {Text|null}
 */
export function alertOf(state, at) {
  const { room, memberId, lease } = state;
  const { offer, take_over: coming, handover } = room || /** @type {any} */ ({});
  if (offer?.member === memberId) return ["offered"];
  if (coming && lease) return ["taken_soon", coming];
  const request = ownRequest(state);
  if (request?.text) return answered(request);
  if (!handover || handover.kind === "transfer" || !isRecent(state, at, handover.at)) return null;
  if (handover.from_member === memberId) return [`lost_${handover.kind}`, handover];
  return handover.to_member === memberId ? [`got_${handover.kind}`, handover] : null;
}

/**
 * What the editor is asked, and what they have promised, as long as that can be changed.
 *
 * @param {State} state @param {number} at @returns {any[]|null} null: nothing
 */
export function questionsOf(state, at) {
  const requests = state.lease && state.room?.requests?.filter(({ answer }) => !/^(no|unanswered)$/.test(answer));
  if (!requests?.length) return null;
  return requests.map((one) => ({ ...one, seconds: one.until ? secondsUntil(state, at, one.until) : 0 }));
}

/** @param {State} state @param {number} at @param {number} moment - store's clock */
function secondsUntil({ offset }, at, moment) {
  return Math.max(0, Math.ceil(moment - offset - at / 1000));
}

/** @param {State} state @param {number} at @param {any} editor @returns {number} 0 within the first minute */
function secondsSince({ offset }, at, editor) {
  const seconds = editor?.since ? offset + at / 1000 - editor.since : 0;
  return seconds < MINUTE_SECONDS ? 0 : seconds;
}

/** @param {State} state @param {number} at @param {number} moment - store's clock */
function isRecent({ offset }, at, moment) {
  return offset + at / 1000 - moment < RECENT_SECONDS;
}

/** @param {{until: number, code: string, message: string}} attention @param {number} at @returns {Text} */
function asked({ code, message, until }, at) {
  if (code === "sent") return ["notification_request_sent_text"];
  if (code === "withdrawn") return [code];
  if (code === "attention_too_soon") return [code, { seconds: Math.ceil((until - at) / 1000) }];
  return code === "no_editor" ? [code] : ["message", { message }];
}

/** Of a form that was refused it is not known what it was made from. @param {State} state @returns {Text} */
function different({ bound }) {
  return [bound ? "values_differ" : "values_changed"];
}

/** @param {State} state @param {number} at @returns {null|{name: string, at: number}} at: milliseconds since the Unix epoch */
export function lastSave(state, at) {
  const saved = state.room?.saved;
  return saved ? { ...saved, at: wallTime(state, at, saved.at) } : null;
}

/** @param {State} state @param {number} at @param {number} moment - store's clock @returns {number} as `Date` counts */
export function wallTime({ offset }, at, moment) {
  return Date.now() - at + (moment - offset) * 1000;
}

/** @param {State} state @returns {Text|null} */
function news({ news: saved }) {
  return saved && [saved.name ? "saved_by" : "saved_at", { name: saved.name, time: new Date(saved.at * 1000) }];
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
    writable: more?.enabled || false,
    detail: null,
    line: null,
    actions: [],
    menu: [],
    busy: [],
    countdown: 0,
    since: 0,
    until: null,
    ...more,
  };
}
