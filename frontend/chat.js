/**
 * The entry of admin_chat.js: a button, until somebody else is on the page, something was said here or it is pressed.
 * Then the rest is loaded. Nothing at all where chat is switched off.
 */

const PRESENCE = "admin-collaborator:presence";

/**
 * @param {import("./config.js").PageConfig} config
 * @param {string} path - of the socket
 * @param {import("./config.js").Shared} shared
 */
function wait(config, path, { parts, stamp }) {
  // Each load of the page signs another address.
  const key = `admin-collaborator:chat:${config.user_id}:${path.split("?")[0]}`;
  document.body.append(stamp("chat"));
  const button = /** @type {any} */ (document.querySelector("[data-chat-action=toggle]"));
  button.hidden = false;
  /** @type {any[]} what was said about the object before the panel was there */
  const early = [];
  let isPressed = false;
  let isLoading = false;

  async function load() {
    if (isLoading) return;
    isLoading = true;
    const start = await parts.load("chat").catch(() => null);
    isLoading = false;
    if (!start) return; // it did not come; the next event tries again
    document.removeEventListener(PRESENCE, meet);
    const open = start(config, path, key, early);
    if (isPressed) open();
  }

  function meet() {
    const { people, userId } = config.presence || { people: [], userId: "" };
    if (people.some((person) => String(person.user_id) !== String(userId))) load();
  }

  /** @param {any} message */
  function hear(message) {
    if (message.type === "welcome") config.say?.({ type: "read_back" });
    if (message.type !== "chat_message") return;
    early.push(message);
    load();
  }

  button.onclick = () => {
    isPressed = true;
    load();
  };
  document.addEventListener(PRESENCE, meet);
  if (config.chat?.about) {
    config.heard = hear;
    config.say?.({ type: "read_back" });
  }
  if (sessionStorage.getItem(key)) load();
  else meet();
}

function ready() {
  const config = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
  if (config?.chat && config.shared) wait(config, config.chat.socket_path, config.shared);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
