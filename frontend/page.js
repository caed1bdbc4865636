/**
 * One page among those of a room: events of the connection, the document and the person go into `step`, and
 * the frames and commands that it returns are sent and performed here and nowhere else.
 */
import { createActivity } from "./activity.js";
import { createBanner, sentence } from "./banner.js";
import { createClock } from "./clock.js";
import { createCompany, tellPresence } from "./company.js";
import { texts as textsOf } from "./config.js";
import { createConnection } from "./connection.js";
import { createDeparture } from "./departure.js";
import { createDrafts } from "./drafts.js";
import { whyRefused } from "./fetch-page.js";
import { format } from "./format.js";
import { createMember } from "./member.js";
import { paceOf } from "./pace.js";
import { isSubmitting, step } from "./page-protocol.js";
import { createRefetch } from "./refetch.js";
import { createSaveFields } from "./save-fields.js";
import { createSavedValues } from "./saved-values.js";
import { initial } from "./state.js";
import { createUnsaved } from "./unsaved.js";
import { alertOf, lastSave, questionsOf, view, wallTime } from "./view-state.js";

const TICK_MS = 1000;
const RETURN_MS = 15000; // who polls asks at once after so long without input
const RESTING = "admin-collaborator:resting"; // the page whose line this tab has left
const WELCOMED = "admin-collaborator:welcomed"; // tells other tabs that somebody is logged in
const REPORTING = /^(pong|heartbeat)$/; // frames with a report of the person's activity
/** What can be done about what is said, by its text. @type {Record<string, string>} */
const ANSWERS = { offered: "claim-editor", taken_soon: "save-now" };

/**
 * @param {import("./config.js").PageConfig} config
 * @param {HTMLFormElement} form
 * @param {{set: (form: boolean, saving: boolean) => void, onHeldBack: () => void}} lock
 * @param {ReturnType<typeof import("./parts.js").createParts>} parts
 * @param {import("./transport.js").Transport} transport
 */
export function start(config, form, lock, parts, transport) {
  const root = /** @type {HTMLElement} */ (document.getElementById("admin-collaborator"));
  const texts = textsOf(config);
  // Said only where it is true; the form is read only where a text asks.
  const { kept } = texts;
  Object.defineProperty(texts, "kept", { get: () => (unsaved.isEmpty() ? "" : kept) });
  const now = createClock();
  const departure = createDeparture(now);
  const member = createMember(`admin-collaborator:member:${config.user_id}`);
  const bound = document.querySelector(".errornote, .errorlist, #collaborator-conflict") !== null;
  const unsaved = createUnsaved(form, bound);
  const activity = createActivity(
    now,
    () => !unsaved.isEmpty(),
    () => look(),
  );
  const savedValues = createSavedValues(config, form, unsaved, bound, {
    whoSaved: () => lastSave(state, now()),
    isEnabled: () => wasEnabled,
    onReload: () => keepDraft(),
  });
  const refetch = createRefetch(savedValues, now, (values) => {
    asked = undefined;
    dispatch({ type: "values", ...values });
  });
  const saveFields = createSaveFields(form);
  const banner = createBanner(root, texts, act, config.unguarded);
  const company = createCompany(parts, root, texts, act);
  const drafts = createDrafts(config.draft, form, unsaved, bound, {
    panel: company.put,
    tell: (key, values) => company.put(key, values && format(texts[key], values)),
    compare: (differences) => comparison()?.lines(form, differences),
  });
  const connection = createConnection({
    carry: (events) => transport.carry("edit", config.socket_path, () => member.id, events),
    onMessage(message) {
      live?.hear(message);
      if (message.type === "related") company.put("related", message.text);
      dispatch({ type: "received", message });
      config.heard?.(message);
    },
    onClose: (end) => dispatch({ type: "closed", ...end }),
    now,
  });
  let rules = { step, view };
  let state = initial({
    mayEdit: config.may_edit,
    userId: config.user_id,
    valuesAt: config.rendered_at,
    bound,
    choosesMs: transport.choosesMs,
    resting: Boolean(config.free_ms) || (isReload() && sessionStorage.getItem(RESTING) === location.pathname),
  });
  config.say = connection.send;
  let alerted = "";
  let wasEnabled = false;
  let rested = state.resting;
  let lost = false;
  let rescuing = false;
  let wasHidden = false;
  /** @type {any[]|null|undefined} fields that others and this person have changed; undefined: to be compared */
  let asked = null;
  /** @type {any} */
  let timer;
  /** @type {any} */
  let live;

  /** See page-protocol.js. @type {Record<string, (command: any) => void>} */
  const commands = {
    connect: ({ anew }) => member.acquire(anew).then(connection.open),
    disconnect: connection.close,
    wake: connection.wake,
    welcomed() {
      connection.healthy();
      activity.forget();
      try {
        localStorage.setItem(WELCOMED, String(Date.now()));
      } catch {} // then the other tabs find out when they are looked at
    },
    wait: ({ ms, event }) => setTimeout(dispatch, ms, event),
    ask_why: () => whyRefused().then((code) => dispatch({ type: "refused", code })),
    read: ({ reason }) => refetch.start(reason),
    notify_attention({ message }) {
      // Who asks to edit has a card.
      if (!message.edit) company.put("attention", sentence(texts, ["notification_message", message]));
    },
    offer_draft({ message }) {
      const isOwn = String(message.user_id) === String(state.userId);
      drafts.take(message, isOwn, message.at ? wallTime(state, now(), message.at) : 0);
    },
    hand_over() {
      const draft = drafts.handOver();
      if (draft) send({ type: "draft", ...draft });
    },
    show,
  };

  /** @param {any} event */
  function dispatch(event) {
    const about = { at: now(), time: Date.now(), polls: transport.isPolling(), unsaved: activity.isUnsaved() };
    const next = rules.step(state, { ...event, ...about });
    state = next.state;
    for (const command of next.commands) commands[command.type](command);
    next.frames.forEach(send);
  }

  /** @param {any} frame */
  function send(frame) {
    connection.send(REPORTING.test(frame.type) ? { ...frame, ...activity.report() } : frame);
  }

  function comparison() {
    return parts.get("comparison", look);
  }

  function look() {
    dispatch({ type: "look" });
  }

  function keepDraft() {
    if (wasEnabled || !unsaved.isEmpty()) drafts.keep(true);
    keepThere(true);
  }

  /** Where the project keeps unsaved text. @param {boolean} [isLast] - this page may be gone in a moment */
  function keepThere(isLast) {
    if (config.keeps_drafts && state.lease && wasEnabled && !isSubmitting(state, now()))
      parts.get("keeper", look)?.(state.lease.token, isLast ? Infinity : now(), drafts.handOver, send);
  }

  function show() {
    const at = now();
    const news = state.connected && activity.news();
    if (news) send({ type: "activity", ...news });
    clearTimeout(timer);
    if (state.resting !== rested) sessionStorage.setItem(RESTING, state.resting ? location.pathname : "");
    rested = state.resting;
    const shown = rules.view(state, at);
    const pauseMs = transport.isPolling() ? Math.min(state.idleMs, RETURN_MS) : state.idleMs;
    activity.pauseMs = shown.name === "offered" ? 0 : pauseMs;
    timer = setTimeout(look, Math.max(0, Math.min(TICK_MS, (shown.until || Infinity) - at)));
    if (config.live && /** @type {any} */ (state.room)?.people_count > 1) {
      live ??= parts.get("live", look)?.({ config, form, unsaved, send: connection.send, look, texts, root });
    }
    live?.render(shown, state);
    if (shown.writable) unsaved.begin();
    if (shown.writable || wasEnabled) drafts.keep(!shown.writable); // while a save is under way, too
    if (isSubmitting(state, at)) return;
    wasEnabled = shown.writable;
    lock.set(!shown.writable && !rescuing, !shown.enabled && !rescuing);
    saveFields.set(member.id, state.lease ? state.lease.token : null);
    banner.render(shown, state, paceOf(config, transport));
    if (shown.enabled) company.put("held-back", null);
    const alert = alertOf(state, at);
    const words = alert ? sentence(texts, alert) : "";
    const best = alert && ANSWERS[alert[0]];
    if (words && words !== alerted) company.put("passing", best ? [words, best] : words);
    // Who lost the lease while away is to find out why, whatever has happened since.
    lost = alert ? /^lost/.test(alert[0]) : lost && !shown.enabled;
    if (!words && !lost) company.put("passing", null);
    alerted = words;
    company.put("request", questionsOf(state, at));
    const choosing = state.choice && shown.enabled;
    if (choosing && asked === undefined && comparison()) asked = savedValues.lines(comparison());
    company.put("values", choosing && asked ? { lines: asked } : null);
    if (![...shown.actions, ...shown.menu].includes("take-over")) company.put("take-over", null);
    const told = /^(viewing|waiting)$/.test(shown.name) && shown.text[0] !== "own_other_tab";
    drafts.render(shown.name, shown.enabled, told);
    keepThere();
    company.render(state);
    tellPresence(config, state, member.id);
  }

  /** @param {string} action @param {Record<string, any>} [fields] - of the panel that its button stands in */
  function act(action, fields) {
    const editor = state.room?.editor;
    if (action === "take-over" && !fields && !editor?.idle) return company.put(action, editor);
    if (config.keeps_drafts && /-draft$/.test(action) && fields?.answer === "handed") {
      send({ type: "answer_draft", user_id: drafts.giver() });
    }
    if (action === "restore-draft" && fields) drafts.restore(fields.answer);
    if (action === "discard-draft" && fields) drafts.drop(fields.answer);
    if (/-draft$/.test(action)) return look();
    if (action === "save-now") return /** @type {any} */ (form.querySelector("[name=_continue]"))?.click();
    if (action === "keep-mine") return decide(null, true);
    if (/-one$/.test(action) && fields) return decide(fields.answer, action !== "take-one", action === "both-one");
    if (action === "load-saved") {
      drafts.setAside();
      return refetch.discard(() => state.wanted);
    }
    if (action === "save-as-new") {
      rescuing = true;
      lock.set(false, false);
      saveFields.saveAsNew();
      rescuing = false;
      return undefined;
    }
    return dispatch({ type: "acted", action, fields });
  }

  /** @param {string|null} name - null: all @param {boolean} isMine @param {boolean} [isBoth] */
  function decide(name, isMine, isBoth) {
    const isDone = savedValues.decide(name, isMine, isBoth);
    asked = undefined;
    dispatch({ type: isDone ? "keep" : "look" });
  }

  /** @param {Event} event */
  function submit(event) {
    if (event.target !== form || event.defaultPrevented) return;
    look(); // the lease may have ended since the last one
    if ((rules.view(state, now()).enabled || rescuing) && !isSubmitting(state, now())) {
      savedValues.prove();
      dispatch({ type: "submitted" });
      const shown = unsaved.shown();
      if (shown !== null) saveFields.put("_collaborator_before", shown); // else the server has put it there again
      saveFields.put("_collaborator_draft", drafts.send());
      return;
    }
    event.preventDefault();
    lock.onHeldBack();
  }

  lock.onHeldBack = () => {
    const { enabled, text } = rules.view(state, now());
    if (!enabled) company.put("held-back", sentence(texts, text));
  };

  function leave() {
    keepDraft();
    dispatch({ type: "left", isElsewhere: departure.isElsewhere() });
    connection.close();
    member.release();
    clearTimeout(timer);
  }

  function wake() {
    keepDraft();
    wasHidden ||= document.hidden;
    if (document.hidden || !member.id) return;
    dispatch({ type: "woken", wasHidden });
    wasHidden = false;
  }

  /** F8 goes to what there is to notice, or to the bar. @param {KeyboardEvent} event */
  function come({ key }) {
    const menu = /** @type {any} */ (root.querySelector(".collaborator-menu > summary"));
    if (key === "F8" && !company.focus()) menu.focus();
  }

  addEventListener("keydown", come);
  addEventListener("storage", ({ key }) => key === WELCOMED && state.ended === "login" && wake());
  addEventListener("submit", submit);
  addEventListener("pagehide", leave);
  addEventListener("online", wake);
  addEventListener("offline", connection.broken);
  addEventListener("focus", wake);
  document.addEventListener("visibilitychange", wake);
  addEventListener("pageshow", ({ persisted }) => persisted && dispatch({ type: "restored" }));
  dispatch({ type: "started" });
  if (!config.free_ms) return;
  const name = () => rules.view(state, now()).name;
  parts
    .load("input")
    .then((watch) => {
      rules = watch(step, view, config.free_ms, form, unsaved, activity, name, dispatch);
      look();
    })
    .catch(() => {}); // then the button of the bar begins
}

function isReload() {
  const [load] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
  return load?.type === "reload";
}
