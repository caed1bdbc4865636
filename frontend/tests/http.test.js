import assert from "node:assert/strict";
import { test } from "node:test";
import { createPoller } from "../http.js";
import { fakeLocks, fakeServer, fakeTime, passing, settled } from "./support.js";

const PATH = "/admin/news/article/1/collaborator/";

/** A page with an edit client, whose events are noted in `events`. */
function setUp({ script, locks = null } = {}) {
  const time = fakeTime();
  const server = fakeServer(script);
  const tokens = [{ value: "token-1" }, { value: "token-1" }];
  const options = { fetch: server.fetch, tokens: () => tokens, locks, ...time };
  const poller = createPoller(PATH, options);
  const page = { time, server, tokens, poller, options, pass: (ms) => passing(time, ms) };
  return Object.assign(page, { edit: client(page, { kind: "edit", member: "m1" }) });
}

function client({ poller }, about) {
  const events = [];
  const self = { events, onMessage: () => {} };
  self.carrier = poller.carry(() => about, {
    opened: () => events.push("opened"),
    heard: (ms) => {
      self.silenceMs = ms;
    },
    received(message) {
      events.push(message.type);
      if (message.type === "ping") self.carrier.send({ type: "pong", n: 1 });
      self.onMessage(message);
    },
    closed: (code, busyMs) => events.push(busyMs ? `closed ${code} ${busyMs}` : `closed ${code}`),
  });
  return self;
}

const said = (...clients) => [200, { clients }];
const welcomed = (next = 2000) => said({ messages: [{ type: "welcome" }], at: [1], ticket: "t1", next });
const frames = ({ body }) => body.clients.flatMap((each) => each.frames.map(({ type }) => type));

/** A page whose edit client was welcomed, and what it has been asked from then on. */
async function openPage({ next, ...options } = {}) {
  const page = setUp({ script: () => welcomed(next), ...options });
  page.edit.carrier.open();
  await page.pass(0);
  page.server.requests.length = 0;
  page.edit.events.length = 0;
  page.server.script = () => undefined;
  return page;
}

test("the first request opens, and its answer's messages are heard in order", async () => {
  const { server, edit, pass } = setUp();
  edit.carrier.open();
  assert.equal(edit.carrier.send({ type: "early" }), false);
  await pass(0);
  const { address, method, headers, body, redirect } = server.newest();
  assert.deepEqual([address, method, redirect], [PATH, "POST", "manual"]);
  assert.equal(headers["X-CSRFToken"], "token-1");
  assert.equal(headers["X-Collaborator-Poll"], "1");
  assert.equal(headers["Content-Type"], "application/json");
  const [{ connection, ...asked }] = body.clients;
  assert.match(connection, /^[0-9a-f]{16}$/);
  assert.deepEqual(asked, { kind: "edit", member: "m1", at: null, ticket: null, frames: [] });
  server
    .newest()
    .respond(...said({ messages: [{ type: "user_joined" }, { type: "welcome" }], at: [7], ticket: "t" }));
  await settled();
  assert.deepEqual(edit.events, ["opened", "user_joined", "welcome"]);
});

test("the answer's cursor and ticket come back, and are kept when an answer has none", async () => {
  const { server, edit, pass } = await openPage();
  edit.carrier.send({ type: "claim_editor" });
  await pass(0);
  server.newest().respond(...said({ messages: [{ type: "lease" }], at: [2] }));
  await pass(2000);
  const [{ at, ticket }] = server.newest().body.clients;
  assert.deepEqual([at, ticket], [[2], "t1"]);
});

test("frames of one turn of the event loop go together and at once", async () => {
  const { server, edit, pass } = await openPage();
  edit.carrier.send({ type: "claim_editor" });
  edit.carrier.send({ type: "activity" });
  await pass(0);
  assert.deepEqual(server.requests.map(frames), [["claim_editor", "activity"]]);
});

test("a frame that is said while a request is under way goes with the next one, at once after the answer", async () => {
  const { server, edit, pass } = await openPage();
  edit.carrier.send({ type: "first" });
  await pass(0);
  edit.carrier.send({ type: "second" });
  await pass(500);
  assert.equal(server.requests.length, 1);
  server.newest().respond(204);
  await pass(0);
  assert.deepEqual(server.requests.map(frames), [["first"], ["second"]]);
});

test("what says that nothing new was typed rides with the next request", async () => {
  const { server, edit, pass } = await openPage();
  server.script = () => [204];
  edit.carrier.send({ type: "typed", values: {} });
  await pass(1900);
  assert.equal(server.requests.length, 0);
  await pass(100);
  assert.deepEqual(server.requests.map(frames), [["typed", "pong"]]);
  edit.carrier.send({ type: "typed", values: { title: "A" } });
  await pass(0);
  assert.deepEqual(frames(server.newest()), ["typed"]);
});

test("a request that is under way does not bring another one for it", async () => {
  const { server, edit, pass } = await openPage();
  await pass(2000);
  edit.carrier.send({ type: "typed", values: {} });
  server.newest().respond(204);
  await pass(1900);
  assert.equal(server.requests.length, 1);
});

for (const [what, empty] of [
  ["204", [204]],
  ["an empty body", [200, ""]],
  ["null for the client", said(null)],
]) {
  test(`the clock goes on after ${what}`, async () => {
    const { server, edit, pass } = await openPage();
    server.script = () => empty;
    await pass(6100);
    assert.deepEqual(server.requests.map(frames), [["pong"], ["pong"], ["pong"]]);
    assert.deepEqual(edit.events, ["ping", "ping", "ping"]);
  });
}

test("the clock follows what the server wishes, and keeps it", async () => {
  const { server, pass, poller } = await openPage();
  server.script = () => said({ next: 15000 });
  await pass(2000);
  assert.equal(poller.everyMs(), 15000);
  server.script = () => [204];
  await pass(14999);
  assert.equal(server.requests.length, 1);
  await pass(1);
  assert.equal(server.requests.length, 2);
  await pass(15000);
  assert.equal(server.requests.length, 3);
});

test("a ping of our own is no sign of life of the server", async () => {
  const { edit, pass } = await openPage();
  edit.silenceMs = "not heard";
  await pass(2000);
  assert.deepEqual(edit.events, ["ping"]);
  assert.equal(edit.silenceMs, "not heard");
});

test("silence is normal for longer than until the next answer", async () => {
  const { server, edit, pass } = await openPage();
  server.script = () => said({ next: 60000 });
  await pass(2000);
  assert.ok(edit.silenceMs > 60000 + 30000, edit.silenceMs);
});

test("a page in view again asks at once, and not twice", async () => {
  const { server, edit, pass } = await openPage({ next: 60000 });
  edit.carrier.wake();
  edit.carrier.send({ type: "heartbeat" });
  await pass(100);
  assert.deepEqual(server.requests.map(frames), [["heartbeat"]]);
});

test("a request that was under way when the machine fell asleep is not waited for", async () => {
  const time = fakeTime();
  let asleep = 0;
  const server = fakeServer();
  const now = () => time.now() + asleep; // the timers stood still
  const poller = createPoller(PATH, { fetch: server.fetch, tokens: () => [], locks: null, ...time, now });
  const { carrier, events } = client({ poller }, { kind: "edit" });
  carrier.open();
  await passing(time, 0);
  carrier.wake();
  await settled();
  assert.equal(server.newest().isAborted, undefined);
  asleep = 3_600_000;
  carrier.wake();
  await settled();
  assert.deepEqual(events, ["closed 1006"]);
});

test("the chat rides in the same request, and each hears its own", async () => {
  const page = await openPage();
  const chat = client(page, { kind: "chat", model: "news.article", path: "/chat/x/" });
  chat.carrier.open();
  await page.pass(0);
  assert.deepEqual(
    page.server.newest().body.clients.map(({ kind, at }) => [kind, at]),
    [
      ["edit", [1]],
      ["chat", null],
    ],
  );
  page.server.newest().respond(...said(null, { messages: [{ type: "active_users" }], at: 5, next: 5000 }));
  await settled();
  assert.deepEqual(chat.events, ["opened", "active_users"]);
  assert.deepEqual(page.edit.events, []);
  page.server.script = () => [204];
  page.server.requests.length = 0;
  await page.pass(10000);
  assert.equal(page.server.requests.length, 5, "the one that is in a hurry has the clock");
});

test("a client for which the server wishes nothing is asked for at the pace of the others", async () => {
  const page = await openPage({ next: 15000 });
  const chat = client(page, { kind: "chat" });
  chat.carrier.open();
  page.server.script = () => said(null, { messages: [{ type: "active_users" }], at: 5 });
  await page.pass(0);
  page.server.script = () => [204];
  page.server.requests.length = 0;
  await page.pass(45000);
  assert.deepEqual(page.server.requests.map(frames), Array(3).fill(["pong", "pong"]));
});

test("a client that is closed by the server ends alone", async () => {
  const page = await openPage();
  const chat = client(page, { kind: "chat" });
  chat.carrier.open();
  await page.pass(0);
  page.server.newest().respond(...said({ messages: [{ type: "room" }] }, { close: 4403 }));
  await page.pass(2000);
  assert.deepEqual(chat.events, ["opened", "closed 4403"]);
  assert.deepEqual(
    page.server.newest().body.clients.map(({ kind }) => kind),
    ["edit"],
  );
});

test("messages before the end are heard", async () => {
  const { server, edit, pass } = await openPage();
  server.script = () => said({ messages: [{ type: "error" }], close: 4429 });
  await pass(2000);
  assert.deepEqual(edit.events, ["ping", "error", "closed 4429"]);
});

for (const [what, answer, event] of [
  ["401", [401, { close: 4401 }], "closed 4401"],
  ["403 by permission", [403, { close: 4403 }], "closed 4403"],
  ["the login page", [200, "<!doctype html><input type=password>"], "closed 4401"],
  ["a redirect", [0], "closed 4401"],
  ["somebody else's 401", [401, "Unauthorized"], "closed 4401"],
  ["400 of ours", [400, { error: "frames" }], "closed 1003"],
  ["400 of a proxy", [400, "<html>Bad Request</html>"], "closed 1006"],
  ["404", [404, "<html>"], "closed 1006"],
  ["500", [500, "<html>"], "closed 1006"],
  ["503 with Retry-After", [503, { error: "busy" }, { "Retry-After": "7" }], "closed 4429 7000"],
  ["429 with Retry-After", [429, "", { "Retry-After": "30" }], "closed 4429 30000"],
  ["no answer", "fail", "closed 1006"],
]) {
  test(`${what} is ${event}, and nothing more is asked`, async () => {
    const page = await openPage();
    const chat = client(page, { kind: "chat" });
    chat.carrier.open();
    page.server.script = () => answer;
    await page.pass(600_000);
    assert.equal(page.server.requests.length, 1);
    assert.deepEqual(page.edit.events.slice(-1), [event]);
    assert.deepEqual(chat.events, [event]);
  });
}

test("no answer within ten seconds is a lost connection, and a late one is not listened to", async () => {
  const { server, edit, pass } = await openPage();
  await pass(2000);
  await pass(9999);
  assert.deepEqual(edit.events, ["ping"]);
  await pass(1);
  assert.deepEqual(edit.events, ["ping", "closed 1006"]);
  assert.equal(server.newest().isAborted, true);
});

test("a connection that is opened again is a new one", async () => {
  const { server, edit, pass } = await openPage();
  server.script = () => "fail";
  await pass(2000);
  server.script = () => welcomed();
  const [{ connection: before }] = server.newest().body.clients;
  edit.carrier.open();
  await pass(0);
  const [{ connection, at, ticket, frames: none }] = server.newest().body.clients;
  assert.notEqual(connection, before);
  assert.deepEqual([at, ticket, none], [null, null, []]);
});

test("a refused token is exchanged for a new one, in the form too, and the request is repeated", async () => {
  const { server, edit, tokens, pass } = await openPage();
  server.script = ({ method, headers }) => {
    if (method === "GET") return [200, { csrf: "token-2" }];
    return headers["X-CSRFToken"] === "token-2"
      ? said({ messages: [{ type: "alive" }] })
      : [403, "<h1>Forbidden</h1>"];
  };
  await pass(2000);
  assert.deepEqual(edit.events, ["ping", "alive"]);
  assert.deepEqual(
    tokens.map(({ value }) => value),
    ["token-2", "token-2"],
  );
  assert.deepEqual(
    server.requests.map(({ method }) => method),
    ["POST", "GET", "POST"],
  );
  assert.deepEqual(frames(server.requests[2]), ["pong"]);
});

test("who is logged out hears so instead of a new token", async () => {
  const { server, edit, pass } = await openPage();
  server.script = ({ method }) => (method === "GET" ? [401, { close: 4401 }] : [403, "<h1>Forbidden</h1>"]);
  await pass(600_000);
  assert.deepEqual(edit.events, ["ping", "closed 4401"]);
  assert.equal(server.requests.length, 2);
});

test("a second 403 that is not ours ends it", async () => {
  const { server, edit, pass } = await openPage();
  server.script = ({ method }) => (method === "GET" ? [200, { csrf: "token-2" }] : [403, "<h1>Forbidden</h1>"]);
  await pass(600_000);
  assert.deepEqual(edit.events, ["ping", "closed 1003"]);
  assert.equal(server.requests.length, 3);
});

test("the last frames outlive the page, and say that it has gone", async () => {
  const { server, edit, pass } = await openPage();
  edit.carrier.send({ type: "release_lock" });
  edit.carrier.send({ type: "leave" });
  edit.carrier.close(1000);
  assert.equal(server.requests.length, 1, "at once, without waiting for a turn");
  const [{ close, at }] = server.newest().body.clients;
  assert.deepEqual([server.newest().keepalive, close, at], [true, 1000, [1]]);
  assert.deepEqual(frames(server.newest()), ["release_lock", "leave"]);
  await pass(600_000);
  assert.equal(server.requests.length, 1);
  assert.deepEqual(edit.events, []);
});

test("a page that goes away before it was welcomed says that, too", async () => {
  const { server, edit, pass } = setUp();
  edit.carrier.open();
  await pass(0);
  edit.carrier.close(1000);
  const [{ close, at, connection }] = server.newest().body.clients;
  assert.deepEqual([close, at, server.newest().keepalive], [1000, null, true]);
  assert.equal(connection, server.requests[0].body.clients[0].connection);
});

test("a connection that is given up says nothing", async () => {
  const { server, edit, pass } = await openPage();
  edit.carrier.close();
  await pass(600_000);
  assert.deepEqual([server.requests.length, edit.events], [0, []]);
});

test("what a message has the page close hears nothing more", async () => {
  const { server, edit, pass } = await openPage();
  edit.onMessage = ({ type }) => type === "first" && edit.carrier.close();
  server.script = () => said({ messages: [{ type: "first" }, { type: "second" }], close: 4403 });
  await pass(10000);
  assert.deepEqual(edit.events, ["ping", "first"]);
});

/** A server that keeps requests: what asks for it is answered only by the test. */
const holding = ({ body }) =>
  body.clients.some((each) => each.frames.length || each.at === null) || !body.hold
    ? said(...body.clients.map(() => ({ messages: [], at: [1], next: body.hold ? 0 : 2000 })))
    : undefined;

test("the tab with the lock has its requests held, without frames", async () => {
  const { server, edit, pass } = setUp({ script: holding, locks: fakeLocks() });
  edit.carrier.open();
  await pass(0);
  await pass(500);
  const { body } = server.newest();
  assert.deepEqual([body.hold, frames(server.newest()), server.waiting().length], [20, [], 1]);
  const before = server.requests.length;
  await pass(20000);
  assert.equal(server.requests.length, before, "it waits");
  server.newest().respond(200, "");
  await settled();
  server.script = () => undefined;
  await pass(0);
  assert.deepEqual(frames(server.newest()), ["pong"], "a sign of life first");
});

test("another tab of the browser asks by the clock, until the first one has gone", async () => {
  const locks = fakeLocks();
  const first = setUp({ script: holding, locks });
  first.edit.carrier.open();
  await first.pass(100);
  const second = setUp({ script: holding, locks });
  second.edit.carrier.open();
  await second.pass(6000);
  assert.equal(second.server.waiting().length, 0);
  assert.deepEqual(
    second.server.requests.map(({ body }) => body.hold),
    [0, 0, 0, 0],
  );
  first.edit.carrier.close(1000);
  assert.equal(
    first.server.requests.some(({ isAborted }) => isAborted),
    true,
  );
  await second.pass(4000);
  assert.equal(second.server.waiting().length, 1);
});

test("a held request is given up when there is something to say", async () => {
  const { server, edit, pass } = setUp({ script: holding, locks: fakeLocks() });
  edit.carrier.open();
  await pass(500);
  const [held] = server.waiting();
  edit.carrier.send({ type: "claim_editor" });
  await pass(0);
  assert.equal(held.isAborted, true);
  assert.deepEqual(edit.events, ["opened"]);
  assert.ok(server.requests.some((request) => frames(request).includes("claim_editor")));
});

test("news do not bring a ping each, while requests are held", async () => {
  const { server, edit, pass } = setUp({ script: holding, locks: fakeLocks() });
  edit.carrier.open();
  await pass(500);
  for (let number = 0; number < 5; number += 1) {
    server.waiting()[0].respond(...said({ messages: [{ type: "room" }], at: [number], next: 0 }));
    await pass(100);
  }
  assert.deepEqual(edit.events, ["opened", "room", "room", "room", "room", "room"]);
  assert.equal(server.waiting().length, 1);
});

test("a held request that nobody answers is a lost connection in the end", async () => {
  const { edit, pass } = setUp({ script: holding, locks: fakeLocks() });
  edit.carrier.open();
  await pass(500);
  await pass(30000);
  assert.deepEqual(edit.events, ["opened", "closed 1006"]);
});
