/**
 * One page among those of a room: events come in from the socket, the page and the person, `reduce`
 * turns them into a state, and what the state asks for goes out from here and from nowhere else.
 */
import { createActivity } from "./activity.js";
import { createBanner, sentence } from "./banner.js";
import { createClock } from "./clock.js";
import { socketUrl, texts as textsOf } from "./config.js";
import { createDeparture } from "./departure.js";
import { createDrafts } from "./drafts.js";
import { whyRefused } from "./fetch-page.js";
import { format } from "./format.js";
import { createLeaseClock } from "./lease-clock.js";
import { createMember } from "./member.js";
import { createNotices } from "./notices.js";
import { tellPresence } from "./presence.js";
import { createProof } from "./proof.js";
import { createRefetch } from "./refetch.js";
import { reduce, wantsLease } from "./room.js";
import { createSaveFields } from "./save-fields.js";
import { createSavedValues } from "./saved-values.js";
import { createSocket } from "./socket.js";
import { initial } from "./state.js";
import { createUnsaved } from "./unsaved.js";
import { alertOf, lastSave, questionOf, view } from "./view-state.js";

/** Buttons that are no more than a word to the server. */
const SAID = /^(transfer-lease|withdraw-request|take-over|stop-waiting|answer-request)$/;
const NO_ANSWER_MS = 3000;
const TICK_MS = 1000;
const HEARTBEAT_MS = 4000; // keeps most of the grace for a broken connection certain
const SUBMIT_MS = 5000; // after that the page is still here: the answer was no page
const ASK_WHY_EVERY = 5; // attempts that nobody answered

/**
 * @param {import("./config.js").PageConfig} config
 * @param {HTMLFormElement} form
 * @param {{set: (on: boolean) => void, onHeldBack: () => void}} lock
 */
export function start(config, form, lock) {
  const root = /** @type {HTMLElement} */ (document.getElementById("admin-collaborator"));
  const texts = textsOf(config);
  const now = createClock();
  const leaseClock = createLeaseClock(now);
  const departure = createDeparture(now);
  const member = createMember(`admin-collaborator:member:${config.user_id}`);
  const bound = document.querySelector(".errornote, .errorlist, #collaborator-conflict") !== null;
  const unsaved = createUnsaved(form, bound);
  const activity = createActivity(
    now,
    () => !unsaved.isEmpty(),
    () => update(),
  );
  const savedValues = createSavedValues(config, form, unsaved, bound, {
    whoSaved: () => lastSave(state, now()),
    isEnabled: () => wasEnabled,
    onReload: () => keepDraft(),
  });
  const refetch = createRefetch(savedValues, now, (values) => {
    asked = savedValues.lines();
    dispatch({ type: "values", ...values });
  });
  const saveFields = createSaveFields(form);
  const proof = createProof();
  const banner = createBanner(root, texts, act, config.unguarded);
  const notices = createNotices(root, act);
  const drafts = createDrafts(config.draft, form, unsaved, bound, {
    panel: notices.panel,
    tell: (key, values) => (values ? notices.show(key, format(texts[key], values)) : notices.hide(key)),
  });
  const socket = createSocket({
    url: () => socketUrl(config.socket_path, member.id),
    onMessage: receive,
    onClose: closed,
    now,
  });
  let state = initial({ mayEdit: config.may_edit, userId: config.user_id, valuesAt: config.rendered_at, bound });
  let beatAt = 0;
  let submittedAt = -Infinity;
  let unheard = 0;
  let alerted = "";
  let wasEnabled = false;
  let lost = false;
  let rescuing = false;
  /** @type {any[]|null} fields that others and this person have changed */
  let asked = null;
  let idleMs = Infinity;
  /** @type {any} */
  let timer;

  const isSubmitting = () => now() - submittedAt < SUBMIT_MS;

  /** @param {any} event */
  function dispatch(event) {
    state = reduce(state, { ...event, at: now() });
    update();
  }

  /** @param {any} message */
  function receive(message) {
    const hadLease = state.lease;
    proof.note(message, state.version);
    if (message.type === "ping") return answer(message);
    if (message.type === "yield" && isSubmitting()) return void setTimeout(receive, SUBMIT_MS, message);
    if (message.type === "welcome") {
      socket.healthy();
      activity.forget();
      idleMs = message.idle_ms;
    }
    if (message.type === "attention_requested") {
      notices.show("attention", sentence(texts, ["notification_message", message]));
    }
    const until = leaseClock.until(message);
    if (message.type === "draft_offered") drafts.take(message);
    dispatch(until === undefined ? message : { ...message, until });
    if (message.type === "yield") {
      const heir = state.room?.passing;
      const draft = heir && String(heir.user_id) !== String(state.userId) ? drafts.handOver() : undefined;
      if (draft) socket.send({ type: "draft", ...draft });
      socket.send({ type: "release_lock" }); // not before the form is locked
    }
    if (state.lease && state.lease.until === 0 && state.lease !== hadLease) heartbeat();
    if (message.type === "lock_service" && message.available && state.lease) heartbeat();
  }

  /** In the handler of the message itself: timers of hidden tabs run once a minute. @param {any} ping */
  function answer(ping) {
    socket.send({ type: "pong", n: leaseClock.next(), ...activity.report() });
    if (ping.version > state.version) socket.send({ type: "request_room" });
  }

  function heartbeat() {
    beatAt = now();
    socket.send({ type: "heartbeat", n: leaseClock.next(), ...activity.report() });
  }

  /** @param {{code: number, heardAt: number|null}} end */
  function closed(end) {
    dispatch({ type: "closed", acknowledgedAt: leaseClock.acknowledged(), ...end });
    if (end.code === 4409) member.acquire(true).then(socket.open);
    unheard = end.heardAt === null ? unheard + 1 : 0;
    if (unheard % ASK_WHY_EVERY === 2) findOut();
  }

  /** Logged out, or only the line? */
  async function findOut() {
    const code = await whyRefused();
    if (!code || state.connected) return;
    socket.close();
    dispatch({ type: "closed", acknowledgedAt: leaseClock.acknowledged(), code, heardAt: null });
  }

  function keepDraft() {
    if (wasEnabled || !unsaved.isEmpty()) drafts.keep(true);
  }

  /** Send what the state asks for, then show it. */
  function update() {
    const at = now();
    const submitting = isSubmitting(); // the save gives the lease back; leave it there
    const news = state.connected && activity.news();
    if (news) socket.send({ type: "activity", ...news });
    if (!submitting && wantsLease(state, at)) {
      const timestamp = new Date().toISOString();
      const sent = socket.send({
        type: "claim_editor",
        wait: true,
        n: leaseClock.next(),
        timestamp,
        ...proof.get(),
      });
      if (sent) state = reduce(state, { type: "claimed", at });
    }
    if (state.connected && state.lease && at - beatAt >= HEARTBEAT_MS) heartbeat();
    if (state.have < state.wanted && !submitting) refetch.start(state.wanted);
    clearTimeout(timer);
    const shown = view(state, at);
    activity.pauseMs = shown.name === "offered" ? 0 : idleMs;
    timer = setTimeout(update, Math.max(0, Math.min(TICK_MS, (shown.until || Infinity) - at)));
    if (shown.enabled) unsaved.begin();
    if (shown.enabled || wasEnabled) drafts.keep(!shown.enabled); // while a save is under way, too
    if (submitting) return;
    wasEnabled = shown.enabled;
    lock.set(!shown.enabled && !rescuing);
    saveFields.set(member.id, state.lease ? state.lease.token : null);
    banner.render(shown, state);
    if (shown.enabled) notices.hide("held-back");
    const alert = alertOf(state, at);
    const words = alert ? sentence(texts, alert) : "";
    if (words && words !== alerted) notices.show("passing", words);
    // Who lost the lease while away is to find out why, whatever has happened since.
    lost = alert ? /^lost/.test(alert[0]) : lost && !shown.enabled;
    if (!words && !lost) notices.hide("passing");
    alerted = words;
    notices.panel("request", questionOf(state, at));
    notices.panel("values", state.choice && shown.enabled && asked ? { lines: asked } : null);
    if (!shown.actions.includes("take-over")) notices.hide("take-over");
    const told = /^(viewing|waiting)$/.test(shown.name) && shown.text[0] !== "own_other_tab";
    drafts.render(shown.name, shown.enabled, told);
    tellPresence(config, state, member.id);
  }

  /** @param {string} action @param {Record<string, any>} [fields] - of the panel that its button stands in */
  function act(action, fields) {
    const editor = state.room?.editor;
    if (action === "take-over" && !fields && !editor?.idle) return notices.panel(action, editor);
    if (action === "request-attention") {
      socket.send({ type: "request_attention", timestamp: new Date().toISOString(), edit: true });
    }
    if (action === "answer-request" && fields) {
      fields.user_id = questionOf(state, now())?.user_id;
      fields.minutes = Number(fields.minutes);
    }
    if (SAID.test(action)) socket.send({ type: action.replace("-", "_"), ...fields });
    if (action === "stop-waiting") dispatch({ type: "rest" });
    if (/^(claim-editor|join-line)$/.test(action)) dispatch({ type: "join" });
    if (action === "restore-draft" && fields) drafts.restore(fields.answer);
    if (action === "discard-draft" && fields) drafts.drop(fields.answer);
    if (/-draft$/.test(action)) update();
    if (action === "keep-mine") decide(null, true);
    if (/-one$/.test(action) && fields) decide(fields.answer, action === "keep-one");
    if (action === "edit-unprotected") dispatch({ type: "edit_unprotected" });
    if (action === "load-saved") {
      drafts.setAside();
      refetch.discard(() => state.wanted);
    }
    if (action === "save-as-new") {
      rescuing = true;
      lock.set(false);
      saveFields.saveAsNew();
      rescuing = false;
    }
  }

  /** @param {string|null} name - null: all @param {boolean} isMine */
  function decide(name, isMine) {
    const isDone = savedValues.decide(name, isMine);
    asked = savedValues.lines();
    if (isDone) dispatch({ type: "keep" });
    else update();
  }

  /** @param {Event} event */
  function submit(event) {
    if (event.target !== form || event.defaultPrevented) return;
    update(); // the lease may have ended since the last look
    if ((view(state, now()).enabled || rescuing) && !isSubmitting()) {
      savedValues.prove();
      submittedAt = now();
      saveFields.put("_collaborator_draft", drafts.send());
      return;
    }
    event.preventDefault();
    lock.onHeldBack();
  }

  lock.onHeldBack = () => {
    const { enabled, text } = view(state, now());
    if (!enabled) notices.show("held-back", sentence(texts, text));
  };

  function leave() {
    const submitted = isSubmitting();
    keepDraft();
    if (state.lease && !submitted && departure.isElsewhere()) socket.send({ type: "release_lock" });
    socket.send({ type: "leave", reason: submitted ? "submit" : "unload" });
    socket.close();
    member.release();
    clearTimeout(timer);
  }

  async function connect() {
    setTimeout(() => view(state, now()).name === "connecting" && dispatch({ type: "no_answer" }), NO_ANSWER_MS);
    update();
    await member.acquire();
    socket.open();
  }

  function wake() {
    keepDraft();
    if (document.hidden || !member.id) return;
    if (!state.ended || state.ended === "login") socket.wake();
    if (state.lease) heartbeat();
    update();
  }

  addEventListener("submit", submit);
  addEventListener("pagehide", leave);
  addEventListener("online", wake);
  addEventListener("offline", socket.broken);
  addEventListener("focus", wake);
  document.addEventListener("visibilitychange", wake);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    submittedAt = -Infinity;
    dispatch({ type: "restored" });
    connect();
  });
  connect();
}
