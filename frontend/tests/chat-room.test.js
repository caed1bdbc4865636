import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERYBODY, initial, isOnline, partners, reduce, talkWith, unread } from "../chat-room.js";

const bob = { user_id: 2, username: "Bob", avatar_url: null };
const cleo = { user_id: "c-3", username: "Cleo", avatar_url: "/c.png" };
const here = { type: "active_users", users: [bob, cleo] };
const play = (events, chat = initial(1)) => events.reduce(reduce, chat);
let second = 0;
const now = () => new Date(Date.UTC(2026, 0, 1, 10) + 1000 * ++second).toISOString();
const from = (id, message, to = 1) => ({
  type: "chat_message",
  sender_id: id,
  sender_name: `User ${id}`,
  sender_avatar: null,
  recipient_id: to,
  message,
  timestamp: now(),
});

test("the others are listed, by name", () => {
  assert.deepEqual(
    partners(play([here])).map(({ id, name }) => [id, name]),
    [
      ["2", "Bob"],
      ["c-3", "Cleo"],
    ],
  );
});

test("people come once and go", () => {
  const chat = play([here, { type: "user_joined", ...bob }, { type: "user_left", user_id: "c-3" }]);
  assert.deepEqual(
    chat.online.map(({ id }) => id),
    ["2"],
  );
});

test("oneself is not among the others", () => {
  assert.deepEqual(play([{ type: "user_joined", user_id: "1", username: "Me" }]).online, []);
});

test("a message is kept in the talk with its other side, whoever wrote it", () => {
  const chat = play([here, from(2, "hello"), from("1", "hi", "2")]);
  assert.deepEqual(
    talkWith(chat, "2").lines.map(({ mine, text }) => [mine, text]),
    [
      [false, "hello"],
      [true, "hi"],
    ],
  );
});

test("messages count as unread until their talk is shown", () => {
  let chat = play([here, from(2, "one"), from(2, "two"), from("c-3", "three")]);
  assert.equal(unread(chat), 3);
  chat = reduce(chat, { type: "show", partner: "2" });
  assert.equal(unread(chat), 1);
  assert.equal(unread(reduce(chat, from(2, "four"))), 1, "seen at once");
  assert.equal(unread(reduce(reduce(chat, { type: "hide" }), from(2, "five"))), 2);
});

test("each partner has a draft of their own", () => {
  const chat = play([
    here,
    { type: "show", partner: "2" },
    { type: "draft", text: "to Bob" },
    { type: "show", partner: "c-3" },
    { type: "draft", text: "to Cleo" },
    from("c-3", "meanwhile"),
  ]);
  assert.equal(talkWith(chat, "2").draft, "to Bob");
  assert.equal(talkWith(chat, "c-3").draft, "to Cleo");
});

test("a message that was refused goes back into the draft, with the reason", () => {
  const refused = { type: "error", code: "recipient_offline", in_reply_to: "chat_message" };
  let chat = play([
    here,
    { type: "show", partner: "2" },
    { type: "draft", text: "hi" },
    { type: "send", text: "hi" },
  ]);
  assert.equal(talkWith(chat, "2").draft, "");
  chat = reduce(chat, refused);
  assert.equal(talkWith(chat, "2").draft, "hi");
  assert.equal(chat.error, "recipient_offline");
});

test("a refused message does not overwrite what was typed meanwhile", () => {
  const chat = play([
    here,
    { type: "show", partner: "2" },
    { type: "send", text: "first" },
    { type: "draft", text: "second" },
    { type: "error", code: "too_large", in_reply_to: "chat_message" },
  ]);
  assert.equal(talkWith(chat, "2").draft, "second");
});

test("who left stays listed as long as there is a talk", () => {
  const chat = play([here, from(2, "hello"), { type: "user_left", user_id: 2 }]);
  assert.deepEqual(
    partners(chat).map(({ id }) => id),
    ["c-3", "2"],
  );
  assert.equal(isOnline(chat, "2"), false);
});

test("without a connection nobody is online", () => {
  assert.deepEqual(play([here, { type: "closed" }]).online, []);
});

test("only the newest hundred lines are kept", () => {
  const chat = play([here, ...Array.from({ length: 120 }, (_, i) => from(2, `line ${i}`))]);
  assert.equal(talkWith(chat, "2").lines.length, 100);
  assert.equal(talkWith(chat, "2").lines[99].text, "line 119");
});

test("errors that are about something else are not the chat's", () => {
  const chat = play([here]);
  assert.equal(reduce(chat, { type: "error", code: "malformed" }), chat);
});

const texts = (chat, id) => talkWith(chat, id).lines.map(({ text }) => text);

test("what is told again is not shown twice, and stands where it was said", () => {
  const [first, second, third] = [from(2, "one"), from("1", "two", "2"), from(2, "three")];
  assert.deepEqual(texts(play([here, second, first, third, second, first]), "2"), ["one", "two", "three"]);
});

test("who is gone has a name in a talk that is read back", () => {
  const { lines, partner } = talkWith(play([{ ...from("1", "hello", 9), recipient_name: "Dan" }]), "9");
  assert.deepEqual([partner.name, lines.length], ["Dan", 1]);
});

test("a message is unread in every tab until one has shown it", () => {
  const messages = [from(2, "one"), from(2, "two")];
  const read = reduce(play([here, ...messages]), { type: "show", partner: "2" });
  const other = play([here, ...messages, from(2, "three")], initial(1, {}, read.marks));
  assert.equal(unread(other), 1);
});

const toAll = (id, message) => ({ ...from(id, message), recipient_id: undefined });

test("all who are at the object have a talk, and somebody may be written to though nobody is here", () => {
  const chat = play([toAll(2, "Careful"), toAll(1, "Yes")], initial(1, {}, {}, "About Budget"));
  assert.deepEqual(texts(chat, EVERYBODY), ["Careful", "Yes"]);
  assert.deepEqual(
    partners(chat).map(({ name }) => name),
    ["About Budget"],
  );
  assert.equal(isOnline(chat, EVERYBODY), true);
});

test("without a talk of all there is no such partner", () => {
  assert.deepEqual(partners(play([])), []);
});

test("who is typing is known until they have said it or stopped, and never oneself", () => {
  const typing = { type: "chat_typing", sender_id: 2, sender_name: "Bob", recipient_id: 1 };
  assert.equal(play([here, typing]).typing["2"], "Bob");
  assert.equal(play([here, typing, from(2, "hello")]).typing["2"], "");
  assert.equal(play([here, typing, { type: "typing_ended", partner: "2" }]).typing["2"], "");
  assert.deepEqual(play([here, { ...typing, sender_id: 1 }]).typing, {});
  assert.equal(play([{ ...typing, recipient_id: undefined }]).typing[EVERYBODY], "Bob");
});
