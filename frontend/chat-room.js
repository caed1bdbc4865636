/**
 * The talks of one person on one page, and that of all who are at its object, as one value; `reduce` is pure. Ids of users are compared as
 * texts, since they travel as numbers or as texts.
 *
 * @typedef {{id: string, name: string, avatar: string|null}} Partner
 * @typedef {{mine: boolean, from: string, name: string, text: string, at: string}} Line
 * @typedef {{partner: Partner, lines: Line[], draft: string}} Talk
 * @typedef {object} Chat
 * @property {string} userId
 * @property {Partner[]} online - other people on this page
 * @property {Partner|null} everybody - as a partner: all who are at the object; null where they may not talk
 * @property {Record<string, Talk>} talks - by the partner's id
 * @property {import("./chat-marks.js").Marks} marks - what was read
 * @property {boolean} open - the panel is shown
 * @property {string|null} partner - whose talk is shown; null: the list
 * @property {string} sent - what may have to go back into the draft
 * @property {string} error - code of what went wrong last; empty for nothing
 * @property {Record<string, string>} typing - by the talk's id: who is writing in it
 */

const KEPT_LINES = 100;
export const EVERYBODY = ""; // nobody's id

/**
 * @param {any} userId
 * @param {Record<string, Talk>} [talks]
 * @param {import("./chat-marks.js").Marks} [marks]
 * @param {string} [about] - what the talk of all is called; empty where there is none
 * @returns {Chat}
 */
export function initial(userId, talks = {}, marks = {}, about = "") {
  const everybody = about ? { id: EVERYBODY, name: about, avatar: null } : null;
  const nothing = { online: [], open: false, partner: null, sent: "", error: "", typing: {} };
  return { userId: String(userId), everybody, talks, marks, ...nothing };
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
    case "chat_typing": // in another tab of one's own it is no news
      if (String(event.sender_id) === chat.userId) return chat;
      return typing(chat, event.recipient_id === undefined ? EVERYBODY : String(event.sender_id), event.sender_name);
    case "typing_ended":
      return typing(chat, event.partner, "");
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
        : read({ ...chat, open: true, partner: event.partner, error: "" }, event.partner);
    case "hide":
      return { ...chat, open: false };
    default:
      return chat;
  }
}

/** @param {Chat} chat @param {string|null} id */
export function isOnline(chat, id) {
  return present(chat).some((partner) => partner.id === id);
}

/** @param {Chat} chat */
function present({ everybody, online }) {
  return everybody ? [everybody, ...online] : online;
}

/** @param {Chat} chat @returns {Partner[]} all, who is here, then whose talk is still at hand */
export function partners(chat) {
  const away = Object.values(chat.talks).filter(({ partner, lines }) => lines.length && !isOnline(chat, partner.id));
  return [...present(chat), ...away.map(({ partner }) => partner)];
}

/** @param {Chat} chat @param {string} id @returns {number} messages that were not read */
export function unreadOf(chat, id) {
  const mark = chat.marks[id] || "";
  return talkWith(chat, id).lines.filter(({ mine, at }) => !mine && at > mark).length;
}

/** @param {Chat} chat */
export function unread(chat) {
  return Object.keys(chat.talks).reduce((sum, id) => sum + unreadOf(chat, id), 0);
}

/** @param {any} user @returns {Partner} */
function partnerOf(user) {
  return { id: String(user.user_id), name: user.username, avatar: user.avatar_url };
}

/** @param {Chat} chat @param {string} id @param {string} name - empty: nobody @returns {Chat} */
function typing(chat, id, name) {
  return { ...chat, typing: { ...chat.typing, [id]: name } };
}

/** Said just now, or kept and told again; `unseen`: in a tab that nobody looks at. @param {Chat} chat @param {any} message @returns {Chat} */
function said(chat, message) {
  const { message: text, timestamp: at, sender_id: sender, sender_name: name, recipient_id: recipient } = message;
  const from = String(sender);
  const mine = from === chat.userId;
  const id = recipient === undefined ? EVERYBODY : String(mine ? recipient : sender);
  const talk = talkWith(chat, id);
  if (talk.lines.some((line) => line.at === at && line.from === from)) return chat;
  const lines = [...talk.lines, { mine, from, name, text, at }];
  lines.sort((one, other) => (one.at < other.at ? -1 : 1));
  const next = withTalk(chat, id, { partner: partnerIn(talk, mine, message), lines: lines.slice(-KEPT_LINES) });
  const heard = mine ? next : typing(next, id, "");
  return mine || (chat.open && chat.partner === id && !message.unseen) ? read(heard, id) : heard;
}

/** @param {Talk} talk @param {boolean} mine @param {any} message @returns {Partner} */
function partnerIn({ partner }, mine, { sender_name: sender, sender_avatar: avatar, recipient_name: recipient }) {
  if (partner.id === EVERYBODY) return partner;
  return mine ? { ...partner, name: partner.name || recipient || "" } : { ...partner, name: sender, avatar };
}

/** @param {Chat} chat @param {string} id @returns {Chat} with all of this talk read */
function read(chat, id) {
  const { lines } = talkWith(chat, id);
  return lines.length ? { ...chat, marks: { ...chat.marks, [id]: lines[lines.length - 1].at } } : chat;
}

/** What was not delivered goes back to where it was typed. @param {Chat} chat @param {string} code @returns {Chat} */
function failed(chat, code) {
  const draft = chat.partner === null ? "" : talkWith(chat, chat.partner).draft;
  return { ...withTalk(chat, chat.partner, { draft: draft || chat.sent }), sent: "", error: code };
}

/** @param {Chat} chat @param {string} id @returns {Talk} */
export function talkWith(chat, id) {
  const partner = present(chat).find((one) => one.id === id) || { id, name: "", avatar: null };
  return chat.talks[id] || { partner, lines: [], draft: "" };
}

/** @param {Chat} chat @param {string|null} id @param {Partial<Talk>} changes @returns {Chat} */
function withTalk(chat, id, changes) {
  if (id === null) return chat;
  return { ...chat, talks: { ...chat.talks, [id]: { ...talkWith(chat, id), ...changes } } };
}
