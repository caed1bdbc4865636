/**
 * The chat in the lower right corner: a button, a list of people, one talk. Stable hooks:
 *
 * - `#admin-collaborator-chat[data-chat-unread]`, `[data-chat-panel]` with `hidden`
 * - `[data-chat-action]`: toggle, back, close, send; `[data-chat-user]` is a person's button
 * - `[data-chat-log]`, `[data-chat-input]`, `[data-chat-error]`
 *
 * It raises `act(event)`; it sends nothing.
 */
import { isOnline, partners, talkWith, unread } from "./chat-room.js";

const LONGEST = 4000;

/**
 * @param {typeof import("./parts.js").parts} parts
 * @param {Record<string, string>} texts
 * @param {(event: any) => void} act
 */
export function createChatPanel({ avatar, element, format, setText }, texts, act) {
  const button = (/** @type {string} */ action, /** @type {string} */ label, /** @type {any} */ attributes) =>
    element("button", { type: "button", "data-chat-action": action, "aria-label": label, ...attributes });
  const count = element("span", { class: "collaborator-chat-count" });
  const announced = element("span", { class: "collaborator-hidden", role: "status" });
  const toggle = button("toggle", texts.chat, {
    "aria-expanded": "false",
    onclick: () => act(panel.hidden ? { type: "show", partner: null } : { type: "hide" }),
  });
  toggle.append(element("span", { text: texts.chat }), count);
  const back = button("back", texts.chat_back, { text: "‹", onclick: () => act({ type: "show", partner: null }) });
  const close = button("close", texts.chat_close, { text: "×", onclick: () => act({ type: "hide" }) });
  const title = element("strong", { id: "admin-collaborator-chat-title" });
  const presence = element("small");
  const list = element("ul", { class: "collaborator-chat-list" });
  const empty = element("p", { class: "collaborator-chat-empty" });
  const log = element("div", { "data-chat-log": true, role: "log", tabindex: "0" });
  const error = element("p", { "data-chat-error": true, role: "alert" });
  const input = element("textarea", {
    "data-chat-input": true,
    rows: "2",
    maxlength: String(LONGEST),
    oninput: () => act({ type: "draft", text: input.value }),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    },
  });
  const send = button("send", texts.chat_send, { text: texts.chat_send, onclick: submit });
  const writing = element("div", { class: "collaborator-chat-writing" }, input, send);
  const panel = element(
    "section",
    { "data-chat-panel": true, "aria-labelledby": title.id, hidden: true },
    element("header", {}, back, title, presence, close),
    list,
    log,
    empty,
    error,
    writing,
  );
  const root = element("div", { id: "admin-collaborator-chat" }, panel, toggle, announced);
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !panel.hidden) act({ type: "hide" });
  });
  document.body.append(root);
  let shown = "";

  function submit() {
    if (input.value.trim()) act({ type: "send", text: input.value });
  }

  /** @param {import("./chat-room.js").Chat} chat */
  function renderList(chat) {
    const items = partners(chat).map((partner) => {
      const { id, name } = partner;
      const waiting = talkWith(chat, id).unread;
      const person = element(
        "button",
        { type: "button", "data-chat-user": id, onclick: () => act({ type: "show", partner: id }) },
        avatar({ user_id: id, name, avatar_url: partner.avatar }),
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
    setText(empty, items.length ? "" : texts.chat_empty_state_text);
  }

  /** @param {import("./chat-room.js").Chat} chat @param {string} id */
  function renderTalk(chat, id) {
    const { lines, draft } = talkWith(chat, id);
    const there = isOnline(chat, id);
    // Lines are only ever added at the end, unless another talk is shown.
    if (log.dataset.partner !== id) log.replaceChildren();
    log.dataset.partner = id;
    if (log.childElementCount > lines.length) log.replaceChildren();
    for (const line of lines.slice(log.childElementCount)) {
      const time = new Date(line.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      log.append(
        element(
          "p",
          { "data-mine": line.mine },
          element("span", { text: line.text }),
          element("small", { text: time }),
        ),
      );
      log.scrollTop = log.scrollHeight;
    }
    setText(empty, lines.length ? "" : texts.chat_start_conversation_text);
    if (input.value !== draft) input.value = draft;
    input.placeholder = there ? texts.chat_input_placeholder : texts.chat_offline_placeholder;
    input.setAttribute("aria-label", texts.chat_input_placeholder);
    send.setAttribute("aria-disabled", String(!there));
  }

  /** @param {import("./chat-room.js").Chat} chat @param {string} id */
  function status(chat, id) {
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
      setText(announced, waiting ? format(texts.chat_unread, { count: waiting }) : "");
      toggle.setAttribute("aria-expanded", String(open));
      panel.hidden = !open;
      back.hidden = log.hidden = writing.hidden = partner === null;
      list.hidden = partner !== null;
      setText(title, partner === null ? texts.chat_user_list_title : talkWith(chat, partner).partner.name);
      setText(presence, partner === null ? "" : status(chat, partner));
      setText(error, errorText(code));
      if (partner === null) renderList(chat);
      else renderTalk(chat, partner);
      const now = open ? `talk ${partner}` : "";
      if (now === shown) return;
      if (!open) toggle.focus();
      else if (partner === null) (list.querySelector("button") || close).focus();
      else input.focus();
      shown = now;
    },
  };
}
