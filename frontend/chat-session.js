/** The chat of one page: its talks, its panel and its connection, which is opened when somebody else is here. */
import { createChatPanel } from "./chat-panel.js";
import { initial, isOnline, reduce } from "./chat-room.js";

const PRESENCE = "admin-collaborator:presence";

/**
 * @param {import("./config.js").PageConfig} config
 * @param {string} path - of the socket
 * @param {string} key - under which this tab keeps the talks
 * @returns {() => void} opens the panel
 */
export function startChat(config, path, key) {
  const shared = /** @type {import("./config.js").Shared} */ (config.shared);
  const panel = createChatPanel(shared, shared.texts(config), act);
  const member = () => (config.presence ? config.presence.memberId : "");
  const connection = shared.createConnection({
    carry: (events) => shared.transport.carry("chat", path, member, events),
    onMessage: receive,
    onClose: () => dispatch({ type: "closed" }),
    now: shared.createClock(),
  });
  let chat = initial(config.user_id, JSON.parse(sessionStorage.getItem(key) || "{}"));

  /** @param {any} event */
  function dispatch(event) {
    const before = chat.talks;
    chat = reduce(chat, event);
    if (chat.talks !== before) sessionStorage.setItem(key, JSON.stringify(chat.talks));
    panel.render(chat);
  }

  /** @param {any} message */
  function receive(message) {
    if (message.type === "active_users") connection.healthy();
    if (message.type === "ping") connection.send({ type: "pong" });
    else dispatch(message);
  }

  /** @param {any} event */
  function act(event) {
    if (event.type !== "send") return dispatch(event);
    const there = isOnline(chat, chat.partner);
    const sent = there && connection.send({ type: "chat_message", recipient_id: chat.partner, message: event.text });
    dispatch(sent ? event : { type: "unsent", code: "recipient_offline" });
  }

  function meet() {
    const { people, userId } = config.presence || { people: [], userId: "" };
    if (people.some((person) => String(person.user_id) !== String(userId))) connection.open();
  }

  document.addEventListener(PRESENCE, meet);
  addEventListener("pagehide", connection.close);
  addEventListener("pageshow", (event) => event.persisted && meet());
  addEventListener("online", () => config.presence && meet());
  panel.render(chat);
  meet();
  return () => dispatch({ type: "show", partner: null });
}
