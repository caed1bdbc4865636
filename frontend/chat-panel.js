/**
 * The chat: its button is in the bar; a list of people, and one talk, in the lower corner. Stable hooks:
 *
 * - `#admin-collaborator-chat[data-chat-unread]`, `[data-chat-panel]` with `hidden`
 * - `[data-chat-action]`: toggle, back, close, send; `[data-chat-user]` is a person's button
 * - `[data-chat-log]`, `[data-chat-input]`, `[data-chat-error]`
 *
 * Its markup is in panels.html, and on the page already. It raises `act(event)`; it sends nothing.
 */
import { avatar } from "./avatars.js";
import { EVERYBODY, isOnline, partners, talkWith, unread, unreadOf } from "./chat-room.js";
import { freePart } from "./free-space.js";

const MARGIN_PX = 8;
const LOWEST_PX = 76; // as chat.css has it
const LEAST_PX = 200;
const MARK = "● "; // of a tab that nobody looks at

/**
 * @param {typeof import("./shared.js").shared} shared
 * @param {Record<string, string>} texts
 * @param {(event: any) => void} act
 */
export function createChatPanel({ element, format, setText }, texts, act) {
  const root = /** @type {HTMLElement} */ (document.getElementById("admin-collaborator-chat"));
  const part = (/** @type {string} */ what) => /** @type {any} */ (root.querySelector(what));
  const button = (/** @type {string} */ action) => part(`[data-chat-action=${action}]`);
  const toggle = /** @type {any} */ (document.querySelector("[data-chat-action=toggle]")); // in the bar
  const back = button("back");
  const close = button("close");
  const send = button("send");
  const panel = part("section");
  const title = part("strong");
  const presence = part("small");
  const list = part("ul");
  const log = part("[role=log]");
  const empty = part(".collaborator-chat-empty");
  const error = part("[role=alert]");
  const input = part("textarea");
  const writing = input.parentElement;
  const count = toggle.lastElementChild;
  const announced = root.lastElementChild;
  toggle.onclick = () => act(panel.hidden ? { type: "show", partner: null } : { type: "hide" });
  back.onclick = () => act({ type: "show", partner: null });
  close.onclick = () => act({ type: "hide" });
  send.onclick = submit;
  input.oninput = () => act({ type: "draft", text: input.value });
  input.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  toggle.onkeydown = root.onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !panel.hidden) act({ type: "hide" });
  };
  let shown = "";
  let known = 0; // messages that were not read
  /** @type {import("./chat-room.js").Line[]} - in the log */
  let written = [];

  // Cards take the mark away too, where there are any.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
  });

  document.addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);

  /** Where it covers no button that saves, nor the bar, as long as there is room for it. */
  function place() {
    if (panel.hidden) return;
    const bar = document.querySelector(".collaborator-bar");
    const own = [root, document.getElementById("admin-collaborator") || root];
    const [top, bottom] = freePart(panel.getBoundingClientRect(), own, [bar]);
    const isRoom = bottom - top > LEAST_PX;
    const lowest = innerHeight - bottom + MARGIN_PX;
    root.style.bottom = isRoom && bottom < innerHeight - LOWEST_PX + MARGIN_PX ? `${lowest}px` : "";
    const used = isRoom ? Math.max(lowest, root.style.bottom ? 0 : LOWEST_PX) : LOWEST_PX;
    panel.style.maxHeight = isRoom ? `${innerHeight - used - top - MARGIN_PX}px` : "";
  }

  function submit() {
    if (input.value.trim()) act({ type: "send", text: input.value });
  }

  /** @param {import("./chat-room.js").Chat} chat */
  function renderList(chat) {
    const items = partners(chat).map((partner) => {
      const { id, name } = partner;
      const waiting = unreadOf(chat, id);
      const person = element(
        "button",
        { type: "button", "data-chat-user": id, onclick: () => act({ type: "show", partner: id }) },
        avatar({ user_id: id, name: id === EVERYBODY ? "#" : name, avatar_url: partner.avatar }), // as channels have it
        element("span", { text: name }),
        element("small", { text: status(chat, id) }),
      );
      if (waiting) person.append(element("span", { class: "collaborator-chat-count", text: String(waiting) }));
      return element("li", {}, person);
    });
    const focused = list.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).dataset.chatUser
      : null;
    list.replaceChildren(...items);
    for (const { firstChild: person } of items) if (person.dataset.chatUser === focused) person.focus();
    const others = items.length - (chat.everybody ? 1 : 0);
    setText(empty, others ? "" : texts.chat_empty_state_text);
  }

  /** @param {import("./chat-room.js").Chat} chat @param {string} id */
  function renderTalk(chat, id) {
    const { lines, draft } = talkWith(chat, id);
    const there = isOnline(chat, id);
    // Most lines are added at the end; kept ones may come before, and another talk may be shown.
    const isOther = log.dataset.partner !== id;
    if (isOther || written.some((line, index) => line !== lines[index])) {
      log.replaceChildren();
      written = [];
    }
    log.dataset.partner = id;
    for (const line of lines.slice(written.length)) {
      const time = new Date(line.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      log.append(
        element(
          "p",
          { "data-mine": line.mine },
          ...(id === EVERYBODY && !line.mine ? [element("b", { text: line.name })] : []),
          element("span", { text: line.text }),
          element("small", { text: time }),
        ),
      );
      log.scrollTop = log.scrollHeight;
    }
    written = lines;
    const writer = chat.typing[id];
    const nothing = lines.length ? "" : texts.chat_start_conversation_text;
    setText(empty, writer ? format(texts.chat_typing, { name: writer }) : nothing);
    if (input.value !== draft) input.value = draft;
    input.placeholder = there ? texts.chat_input_placeholder : texts.chat_offline_placeholder;
    input.setAttribute("aria-label", texts.chat_input_placeholder);
    send.setAttribute("aria-disabled", String(!there));
  }

  /** @param {import("./chat-room.js").Chat} chat @param {string} id */
  function status(chat, id) {
    if (id === EVERYBODY) return "";
    return isOnline(chat, id) ? texts.chat_online_status_text : texts.chat_offline_status_text;
  }

  /** @param {string} code */
  function errorText(code) {
    if (!code) return "";
    if (code === "recipient_offline") return texts.chat_cannot_send_message;
    return texts[/^(too_large|rate_limited)$/.test(code) ? code : "chat_failed"];
  }

  return {
    /** @param {import("./chat-room.js").Chat} chat */
    render(chat) {
      const { open, partner, error: code } = chat;
      const waiting = unread(chat);
      root.dataset.chatUnread = String(waiting);
      setText(count, waiting ? String(waiting) : "");
      setText(/** @type {Element} */ (announced), waiting ? format(texts.chat_unread, { count: waiting }) : "");
      toggle.setAttribute("aria-expanded", String(open));
      panel.hidden = !open;
      back.hidden = log.hidden = writing.hidden = partner === null;
      list.hidden = partner !== null;
      setText(title, partner === null ? texts.chat_user_list_title : talkWith(chat, partner).partner.name);
      setText(presence, partner === null ? "" : status(chat, partner));
      if (waiting > known && document.hidden && !document.title.startsWith(MARK))
        document.title = MARK + document.title;
      known = waiting;
      setText(error, errorText(code));
      if (partner === null) renderList(chat);
      else renderTalk(chat, partner);
      place();
      const now = open ? `talk ${partner}` : "";
      if (now === shown) return;
      if (!open) toggle.focus();
      else if (partner === null) (list.querySelector("button") || close).focus();
      else input.focus();
      shown = now;
    },
  };
}
