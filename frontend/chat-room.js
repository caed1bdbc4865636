/**
 * The talks of one person on one page, as one value; `reduce` is pure. Ids of users are compared as
 * texts, since they travel as numbers or as texts.
 *
 * @typedef {{id: string, name: string, avatar: string|null}} Partner
 * @typedef {{mine: boolean, text: string, at: string}} Line
 * @typedef {{partner: Partner, lines: Line[], unread: number, draft: string}} Talk
 * @typedef {object} Chat
 * @property {string} userId
 * @property {Partner[]} online - other people on this page
 * @property {Record<string, Talk>} talks - by the partner's id
 * @property {boolean} open - the panel is shown
 * @property {string|null} partner - whose talk is shown; null: the list
 * @property {string} sent - what may have to go back into the draft
 * @property {string} error - code of what went wrong last; empty for nothing
 */

const KEPT_LINES = 100;

/** @param {any} userId @param {Record<string, Talk>} [talks] @returns {Chat} */
export function initial(userId, talks = {}) {
  return { userId: String(userId), online: [], talks, open: false, partner: null, sent: "", error: "" };
}

/**
 * @param {Chat} chat
 * @param {any} event - a server message, or one of the panel's own events
 * @returns {Chat}
 */
export function reduce(chat, event) {
  switch (event.type) {
    case "active_users":
      return { ...chat, online: event.users.map(partnerOf) };
    case "user_joined": {
      const partner = partnerOf(event);
      const others = chat.online.filter(({ id }) => id !== partner.id);
      return partner.id === chat.userId ? chat : { ...chat, online: [...others, partner] };
    }
    case "user_left":
      return { ...chat, online: chat.online.filter(({ id }) => id !== String(event.user_id)) };
    case "closed":
      return { ...chat, online: [] };
    case "chat_message":
      return said(chat, event);
    case "error":
      return event.in_reply_to === "chat_message" ? failed(chat, event.code) : chat;
    case "send":
      return { ...withTalk(chat, chat.partner, { draft: "" }), sent: event.text, error: "" };
    case "unsent":
      return { ...chat, error: event.code };
    case "draft":
      return withTalk(chat, chat.partner, { draft: event.text });
    case "show":
      return event.partner === null
        ? { ...chat, open: true, partner: null, error: "" }
        : withTalk({ ...chat, open: true, partner: event.partner, error: "" }, event.partner, { unread: 0 });
    case "hide":
      return { ...chat, open: false };
    default:
      return chat;
  }
}

/** @param {Chat} chat @param {string|null} id */
export function isOnline(chat, id) {
  return chat.online.some((partner) => partner.id === id);
}

/** @param {Chat} chat @returns {Partner[]} who is here, then whose talk is still at hand */
export function partners(chat) {
  const away = Object.values(chat.talks).filter(({ partner, lines }) => lines.length && !isOnline(chat, partner.id));
  return [...chat.online, ...away.map(({ partner }) => partner)];
}

/** @param {Chat} chat */
export function unread(chat) {
  return Object.values(chat.talks).reduce((sum, talk) => sum + talk.unread, 0);
}

/** @param {any} user @returns {Partner} */
function partnerOf(user) {
  return { id: String(user.user_id), name: user.username, avatar: user.avatar_url };
}

/** @param {Chat} chat @param {any} message @returns {Chat} */
function said(chat, message) {
  const mine = String(message.sender_id) === chat.userId;
  const id = String(mine ? message.recipient_id : message.sender_id);
  const talk = talkWith(chat, id);
  const partner = mine ? talk.partner : { id, name: message.sender_name, avatar: message.sender_avatar };
  const lines = [...talk.lines, { mine, text: message.message, at: message.timestamp }].slice(-KEPT_LINES);
  const read = mine || (chat.open && chat.partner === id);
  return withTalk(chat, id, { partner, lines, unread: read ? talk.unread : talk.unread + 1 });
}

/** What was not delivered goes back to where it was typed. @param {Chat} chat @param {string} code @returns {Chat} */
function failed(chat, code) {
  const draft = chat.partner === null ? "" : talkWith(chat, chat.partner).draft;
  return { ...withTalk(chat, chat.partner, { draft: draft || chat.sent }), sent: "", error: code };
}

/** @param {Chat} chat @param {string} id @returns {Talk} */
export function talkWith(chat, id) {
  const partner = chat.online.find((one) => one.id === id) || { id, name: "", avatar: null };
  return chat.talks[id] || { partner, lines: [], unread: 0, draft: "" };
}

/** @param {Chat} chat @param {string|null} id @param {Partial<Talk>} changes @returns {Chat} */
function withTalk(chat, id, changes) {
  if (id === null) return chat;
  return { ...chat, talks: { ...chat.talks, [id]: { ...talkWith(chat, id), ...changes } } };
}
