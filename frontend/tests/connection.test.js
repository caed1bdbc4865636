import assert from "node:assert/strict";
import { test } from "node:test";
import { createConnection } from "../connection.js";
import { createSocket } from "../socket.js";
import { fakeTime, fakeWebSocket } from "./support.js";

function setUp({ random = () => 1 } = {}) {
  const time = fakeTime();
  const { FakeWebSocket, made, newest } = fakeWebSocket();
  const messages = [];
  const ends = [];
  const connection = createConnection({
    carry: (events) => createSocket(() => `ws://host/${made.length + 1}`, events, FakeWebSocket),
    onMessage: (message) => messages.push(message),
    onClose: (end) => ends.push(end),
    now: time.now,
    setTimeout: time.setTimeout,
    clearTimeout: time.clearTimeout,
    random,
  });
  return { time, made, newest, messages, ends, connection };
}

/** The pauses before the next attempts, when each fails at once. */
function pauses(context, count) {
  const seen = [];
  context.connection.open();
  for (let i = 0; i < count; i += 1) {
    context.newest().end(1006);
    const [pause] = context.time.pauses();
    seen.push(pause);
    context.time.pass(pause);
  }
  return seen;
}

test("pauses stay under a second while an editor may be waited for, then double up to fifteen and never end", () => {
  const all = pauses(setUp(), 20);
  const inGrace = [300, 600, ...Array(10).fill(1000)];
  assert.deepEqual(all, [...inGrace, 1200, 2400, 4800, 9600, 15000, 15000, 15000, 15000]);
});

test("pauses are jittered down to a half", () => {
  assert.deepEqual(pauses(setUp({ random: () => 0 }), 3), [150, 300, 500]);
});

test("after a good answer the next pause is short again", () => {
  const context = setUp();
  pauses(context, 5);
  context.connection.healthy();
  context.newest().end(1012);
  assert.deepEqual(context.time.pauses(), [300]);
});

test("each attempt asks for the address anew", () => {
  const context = setUp();
  pauses(context, 2);
  assert.deepEqual(
    context.made.map(({ url }) => url),
    ["ws://host/1", "ws://host/2", "ws://host/3"],
  );
});

for (const code of [1003, 1009, 4401, 4403, 4409, 4410, 4411]) {
  test(`after ${code} it does not come back by itself`, () => {
    const { connection, newest, time, ends, made } = setUp();
    connection.open();
    newest().end(code);
    time.pass(600000);
    assert.equal(made.length, 1);
    assert.deepEqual(ends, [{ code, heardAt: null }]);
  });
}

test("after 4429 it waits as long as the server asked", () => {
  const { connection, newest, time } = setUp();
  connection.open();
  newest().say({ type: "error", code: "rate_limited", retry_after: 42 });
  newest().end(4429);
  assert.deepEqual(time.pauses(), [42000]);
});

test("twenty seconds of silence count as a dead connection", () => {
  const { connection, newest, time, ends, made } = setUp();
  connection.open();
  time.pass(5000);
  newest().say({ type: "ping" });
  time.pass(19999);
  assert.deepEqual(ends, []);
  time.pass(1);
  assert.deepEqual(ends, [{ code: 1006, heardAt: 5000 }]);
  time.pass(300);
  assert.equal(made.length, 2);
});

test("a dead connection that speaks after all is not listened to", () => {
  const { connection, made, time, messages, ends } = setUp();
  connection.open();
  time.pass(20300);
  made[0].say({ type: "room" });
  made[0].end(1000);
  assert.deepEqual(messages, []);
  assert.equal(ends.length, 1);
});

test("waking up tries at once", () => {
  const context = setUp();
  pauses(context, 6);
  context.newest().end(1006);
  const before = context.made.length;
  context.connection.wake();
  assert.equal(context.made.length, before + 1);
  assert.equal(context.time.pauses().length, 1, "only the watch over silence is left");
});

test("waking up after a sleep does not trust the old connection", () => {
  let at = 0;
  const { FakeWebSocket, made, newest } = fakeWebSocket();
  const noTimers = { setTimeout: () => 0, clearTimeout: () => {} };
  const connection = createConnection({
    carry: (events) => createSocket(() => "ws://host/", events, FakeWebSocket),
    onMessage: () => {},
    onClose: () => {},
    now: () => at,
    ...noTimers,
  });
  connection.open();
  newest().say({ type: "ping" });
  at = 20000;
  connection.wake();
  assert.equal(made.length, 1);
  at = 20001;
  connection.wake();
  assert.equal(made.length, 2);
});

test("nothing is queued: a message that cannot go out now is refused", () => {
  const { connection, newest } = setUp();
  assert.equal(connection.send({ type: "heartbeat" }), false);
  connection.open();
  assert.equal(connection.send({ type: "heartbeat" }), false);
  newest().accept();
  assert.equal(connection.send({ type: "heartbeat", n: 1 }), true);
  assert.deepEqual(newest().sent, [{ type: "heartbeat", n: 1 }]);
});

test("a socket that was closed on purpose stays closed and tells nothing", () => {
  const { connection, newest, time, ends, made } = setUp();
  connection.open();
  newest().accept();
  connection.close();
  assert.equal(newest().closedWith, 1000);
  newest().end(1000);
  time.pass(600000);
  assert.equal(made.length, 1);
  assert.deepEqual(ends, []);
});

test("opening twice keeps one connection", () => {
  const { connection, made } = setUp();
  connection.open();
  connection.open();
  assert.equal(made.length, 1);
});

test("a socket that is closing takes no more frames", () => {
  const { connection, newest } = setUp();
  connection.open();
  newest().accept();
  newest().readyState = 2;
  assert.equal(connection.send({ type: "heartbeat" }), false);
});

/** A carrier that is no socket. */
function setUpCarrier() {
  const time = fakeTime();
  const calls = [];
  let events;
  const connection = createConnection({
    carry: (theirs) => {
      events = theirs;
      return {
        open: () => calls.push("open"),
        send: ({ type }) => calls.push(type) > 0,
        close: (code) => calls.push(`close ${code}`),
      };
    },
    onMessage: () => {},
    onClose: ({ code }) => calls.push(`closed ${code}`),
    random: () => 1,
    ...time,
  });
  return { time, calls, connection, events };
}

test("frames go out from when the carrier has opened until it closes", () => {
  const { connection, calls, events } = setUpCarrier();
  connection.open();
  assert.equal(connection.send({ type: "early" }), false);
  events.opened();
  assert.equal(connection.send({ type: "heartbeat" }), true);
  events.closed(1006);
  assert.equal(connection.send({ type: "late" }), false);
  assert.deepEqual(calls, ["open", "heartbeat", "closed 1006"]);
});

test("a silent carrier is closed without a code, one that is no longer needed with 1000", () => {
  const { connection, calls, events, time } = setUpCarrier();
  connection.open();
  events.opened();
  time.pass(20000);
  assert.deepEqual(calls, ["open", "close undefined", "closed 1006"]);
  time.pass(300);
  connection.close();
  assert.deepEqual(calls.slice(3), ["open", "close 1000"]);
});
