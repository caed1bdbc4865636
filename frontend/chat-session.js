/** The chat of one page: its talks, its panel and its connection, which is opened when somebody else is here. */

import { keepMarks, marksOf } from "./chat-marks.js";
import { createChatPanel } from "./chat-panel.js";
import { EVERYBODY, initial, isOnline, reduce } from "./chat-room.js";

const PRESENCE = "admin-collaborator:presence";
const READ_BACK = { type: "read_back" };
const TYPING_MS = 3000; // so often it is said
const TYPED_MS = 6000; // and so long believed

/**
 * @param {import("./config.js").PageConfig} config
 * @param {string} path - of the socket
 * @param {string} key - under which this tab keeps the talks
 * @param {any[]} early - messages about the object that came before
 * @returns {() => void} opens the panel
 */
export function startChat(config, path, key, early) {
  const shared = /** @type {import("./config.js").Shared} */ (config.shared);
  const texts = shared.texts(config);
  const panel = createChatPanel(shared, texts, act);
  const member = () => (config.presence ? config.presence.memberId : "");
  const connection = shared.createConnection({
    carry: (events) => shared.transport.carry("chat", path, member, events),
    onMessage: receive,
    onClose: () => dispatch({ type: "closed" }),
    now: shared.createClock(),
  });
  const about = config.chat?.about ? shared.format(texts.chat_about, { object: config.object }) : "";
  let chat = initial(config.user_id, JSON.parse(sessionStorage.getItem(key) || "{}"), marksOf(key), about);

  let saidAt = -Infinity;
  /** @type {Record<string, any>} */
  const timers = {};

  /** @param {any} event */
  function dispatch(event) {
    const before = chat;
    chat = reduce(chat, event);
    if (chat.talks !== before.talks) sessionStorage.setItem(key, JSON.stringify(chat.talks));
    if (chat.marks !== before.marks) keepMarks(key, chat.marks);
    if (event.type === "chat_typing") {
      const partner = event.recipient_id === undefined ? EVERYBODY : String(event.sender_id);
      clearTimeout(timers[partner]);
      timers[partner] = setTimeout(dispatch, TYPED_MS, { type: "typing_ended", partner });
    }
    panel.render(chat);
  }

  function sayTyping() {
    if (performance.now() - saidAt < TYPING_MS) return;
    saidAt = performance.now();
    if (chat.partner === EVERYBODY) config.say?.({ type: "chat_typing" });
    else if (isOnline(chat, chat.partner)) connection.send({ type: "chat_typing", recipient_id: chat.partner });
  }

  /** @param {any} message */
  function receive(message) {
    if (message.type === "active_users") {
      connection.healthy();
      connection.send(READ_BACK);
    }
    if (message.type === "ping") connection.send({ type: "pong" });
    else dispatch({ ...message, unseen: document.hidden });
  }

  /** What the edit connection says. @param {any} message */
  function hear(message) {
    if (message.type === "welcome") config.say?.(READ_BACK);
    if (/^chat_/.test(message.type) || message.in_reply_to === "chat_message") {
      dispatch({ ...message, unseen: document.hidden });
    }
  }

  /** @param {any} event */
  function act(event) {
    if (event.type === "draft" && event.text) sayTyping();
    if (event.type !== "send") return dispatch(event);
    saidAt = -Infinity;
    if (chat.partner === EVERYBODY) {
      const isSent = config.say?.({ type: "chat_message", message: event.text });
      return dispatch(isSent ? event : { type: "unsent", code: "offline" });
    }
    const there = isOnline(chat, chat.partner);
    const sent = there && connection.send({ type: "chat_message", recipient_id: chat.partner, message: event.text });
    return dispatch(sent ? event : { type: "unsent", code: "recipient_offline" });
  }

  function meet() {
    const { people, userId } = config.presence || { people: [], userId: "" };
    if (people.some((person) => String(person.user_id) !== String(userId))) connection.open();
  }

  document.addEventListener(PRESENCE, meet);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && chat.open) dispatch({ type: "show", partner: chat.partner }); // now it was read
  });
  addEventListener("pagehide", connection.close);
  addEventListener("pageshow", (event) => event.persisted && meet());
  addEventListener("online", () => config.presence && meet());
  if (about) config.heard = hear;
  panel.render(chat);
  early.forEach(dispatch);
  meet();
  return () => dispatch({ type: "show", partner: null });
}
