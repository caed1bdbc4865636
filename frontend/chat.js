/**
 * The entry of admin_chat.js: no socket until somebody else is on the page, nothing at all where chat is
 * switched off.
 */
import { createChatPanel } from "./chat-panel.js";
import { initial, isOnline, reduce } from "./chat-room.js";

const PRESENCE = "admin-collaborator:presence";

/**
 * @param {import("./config.js").PageConfig} config
 * @param {string} path - of the socket
 * @param {typeof import("./shared.js").shared} shared
 */
function start(config, path, shared) {
  // Each load of the page signs another address.
  const key = `admin-collaborator:chat:${config.user_id}:${path.split("?")[0]}`;
  const panel = createChatPanel(shared, shared.texts(config), act);
  const url = () => shared.socketUrl(path, config.presence ? config.presence.memberId : "");
  const connection = shared.createConnection({
    carry: (events) => shared.createSocket(url, events),
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
}

function ready() {
  const config = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
  if (config?.chat && config.shared) start(config, config.chat.socket_path, config.shared);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
