import assert from "node:assert/strict";
import { test } from "node:test";
import { createConnection } from "../connection.js";
import { createPoller } from "../http.js";
import { createTransport } from "../transport.js";
import { fakeServer, fakeTime, fakeWebSocket, passing, settled } from "./support.js";

globalThis.location = /** @type {any} */ ({ href: "https://host/admin/news/article/1/change/" });

const PATH = "/admin/news/article/1/collaborator/";
const SOCKET = "/ws/news/article/1/?site=admin&page=signed";
const BOTH = { transports: ["websocket", "http"], http_path: PATH };
const MINUTE = 60000;

/** What a server does with each socket that is opened. */
const SOCKETS = {
  welcomes(socket, time) {
    socket.accept();
    socket.say({ type: "welcome", by: "websocket" });
    const ping = () => {
      if (socket.readyState !== 1 || socket.closedWith !== undefined) return;
      socket.say({ type: "ping" });
      time.setTimeout(ping, 8000);
    };
    time.setTimeout(ping, 8000);
  },
  refuses: (socket) => socket.end(1006),
  swallows: () => {},
  buffers: (socket) => socket.accept(),
  kills: (ms) => (socket, time) => {
    SOCKETS.welcomes(socket, time);
    time.setTimeout(() => socket.readyState === 1 && socket.end(1006), ms);
  },
  "kills unheard": (ms) => (socket, time) => {
    socket.accept();
    time.setTimeout(() => socket.readyState === 1 && socket.end(1006), ms);
  },
};
const answers = ({ body }) => [
  200,
  {
    clients: body.clients.map(({ at }) => ({
      messages: at === null ? [{ type: "welcome", by: "http" }] : [],
      at: [1],
      next: 2000,
    })),
  },
];

/** A page with an edit client: `heard` has its welcomes and ends, `opened` each socket that was tried. */
function setUp({ config = BOTH, sockets = SOCKETS.welcomes, http = answers, stored = {}, loads = true } = {}) {
  const time = fakeTime();
  const server = fakeServer(http);
  const { FakeWebSocket, made } = fakeWebSocket();
  const page = { time, server, made, sockets, stored, loaded: 0, heard: [] };
  class Socket extends FakeWebSocket {
    constructor(url) {
      super(url);
      time.setTimeout(() => this.closedWith === undefined && this.readyState === 0 && page.sockets(this, time), 5);
    }
    close(code) {
      super.close(code);
      this.closedWith = code ?? null;
    }
  }
  const storage = {
    getItem: (key) => stored[key] ?? null,
    setItem: (key, value) => (stored[key] = value),
    removeItem: (key) => delete stored[key],
  };
  const parts = {
    async load() {
      page.loaded += 1;
      if (!loads) throw new Error("it did not come");
      return (path) => createPoller(path, { fetch: server.fetch, tokens: () => [], locks: null, ...time });
    },
  };
  const wall = () => 1_700_000_000_000 + time.now();
  page.transport = createTransport(config, parts, { ...time, WebSocket: Socket, storage, wall });
  page.client = (kind, path) => {
    const heard = [];
    const connection = createConnection({
      carry: (events) => page.transport.carry(kind, path, () => "m1", events),
      onMessage({ type, by }) {
        if (type === "welcome") heard.push(by);
        if (type === "welcome") connection.healthy();
        if (type === "ping") connection.send({ type: "pong" });
      },
      onClose: ({ code }) => heard.push(code),
      random: () => 1,
      ...time,
    });
    return { heard, connection };
  };
  Object.assign(page, page.client("edit", SOCKET), { pass: (ms) => passing(time, ms) });
  return page;
}

async function openPage(options) {
  const page = setUp(options);
  page.connection.open();
  await page.pass(0);
  return page;
}

test("a socket that is welcomed is all that a page needs", async () => {
  const page = await openPage();
  await page.pass(10 * MINUTE);
  assert.deepEqual(page.heard, ["websocket"]);
  assert.deepEqual([page.made.length, page.server.requests.length, page.loaded], [1, 0, 0]);
  assert.equal(page.transport.isPolling(), false);
});

test("where a socket is refused, HTTP is tried within half a second, and nothing is said of it", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses });
  await page.pass(500);
  assert.deepEqual(page.heard, ["http"]);
  assert.equal(page.made.length, 2);
  assert.equal(page.transport.isPolling(), true);
  assert.equal(page.transport.everyMs(), 2000);
});

for (const way of ["swallows", "buffers"]) {
  test(`a server that ${way} what is sent over a socket has 2.5 seconds`, async () => {
    const page = await openPage({ sockets: SOCKETS[way] });
    await page.pass(2499);
    assert.deepEqual(page.heard, []);
    await page.pass(10);
    assert.deepEqual(page.heard, ["http"]);
    assert.equal(page.made.length, 1);
  });
}

for (const ms of [100, 500]) {
  test(`two sockets that a proxy kills after ${ms} ms are enough`, async () => {
    const page = await openPage({ sockets: SOCKETS.kills(ms) });
    await page.pass(3000);
    assert.deepEqual(page.heard, ["websocket", 1006, "websocket", 1006, "http"]);
    await page.pass(30000);
    assert.equal(page.heard.length, 5, "it stays there");
  });

  test(`two sockets that are killed after ${ms} ms without a word are not worth one`, async () => {
    const page = await openPage({ sockets: SOCKETS["kills unheard"](ms) });
    await page.pass(2 * ms + 500);
    assert.deepEqual(page.heard, ["http"]);
  });
}

test("one lost connection demotes no page", async () => {
  const page = await openPage();
  for (let count = 0; count < 5; count += 1) {
    await page.pass(5000);
    page.made[page.made.length - 1].end(1006);
  }
  await page.pass(1000);
  assert.deepEqual(new Set(page.heard), new Set(["websocket", 1006]));
  assert.equal(page.server.requests.length, 0);
});

test("a server that restarts for long is waited for in both ways, and sockets are used again soon", async () => {
  const page = await openPage();
  await page.pass(5000);
  page.sockets = SOCKETS.refuses;
  page.server.script = () => "fail";
  page.made[0].end(1012);
  await page.pass(7000);
  assert.ok(page.made.length > 4 && page.server.requests.length > 1);
  page.sockets = SOCKETS.welcomes;
  page.server.script = answers;
  await page.pass(7000);
  assert.equal(page.transport.isPolling(), false);
  assert.equal(page.heard[page.heard.length - 1], "websocket");
});

test("a server that changes to WSGI and back is followed", async () => {
  const page = await openPage();
  await page.pass(5000);
  page.sockets = SOCKETS.refuses;
  page.made[0].end(1012);
  await page.pass(2000);
  assert.deepEqual(page.heard, ["websocket", 1012, "http"]);
  await page.pass(30000);
  page.sockets = SOCKETS.welcomes;
  await page.pass(MINUTE);
  assert.deepEqual(page.heard, ["websocket", 1012, "http", "websocket"]);
});

test("on HTTP a socket is tried every minute, and HTTP goes on meanwhile", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses });
  await page.pass(5 * MINUTE);
  assert.equal(page.made.length, 2 + 4);
  assert.deepEqual(page.heard, ["http"]);
  page.sockets = SOCKETS.swallows;
  const before = page.server.requests.length;
  await page.pass(MINUTE);
  assert.equal(page.made.length, 2 + 5);
  assert.equal(page.server.requests.length, before + 30);
  assert.deepEqual(page.heard, ["http"]);
});

test("a socket that gets through after all takes over without a break", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses });
  await page.pass(2000);
  page.sockets = SOCKETS.welcomes;
  await page.pass(MINUTE);
  assert.deepEqual(page.heard, ["http", "websocket"]);
  const before = page.server.requests.length;
  await page.pass(5000);
  assert.equal(page.server.requests.length, before, "nobody asks any more");
  assert.equal(
    page.server.requests.every(({ body }) => body.clients.every(({ close }) => !close)),
    true,
  );
  assert.equal(page.connection.send({ type: "heartbeat" }), true);
  assert.deepEqual(page.made[page.made.length - 1].sent.at(-1), { type: "heartbeat" });
});

test("the end of the HTTP connection that our own socket brings about is not heard", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses });
  await page.pass(MINUTE - 1000);
  page.sockets = SOCKETS.swallows;
  page.server.script = () => [200, { clients: [{ close: 4409 }] }];
  await page.pass(2500);
  assert.deepEqual(page.heard, ["http"]);
  SOCKETS.welcomes(page.made[page.made.length - 1], page.time);
  await page.pass(10);
  assert.deepEqual(page.heard, ["http", "websocket"]);
});

test("an end over HTTP while a socket is tried is heard when that fails", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses });
  await page.pass(MINUTE - 1000);
  page.sockets = SOCKETS.swallows;
  page.server.script = () => [401, { close: 4401 }];
  await page.pass(5000);
  assert.deepEqual(page.heard, ["http", 4401]);
});

test("a socket that got through and is killed at once costs one short break a minute", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses });
  await page.pass(2000);
  page.sockets = SOCKETS.kills(500);
  await page.pass(MINUTE);
  assert.deepEqual(page.heard, ["http", "websocket", 1006, "http"]);
});

for (const code of [4401, 4403, 4409, 4410, 4411, 4413]) {
  test(`a socket that the server closes with ${code} is no reason for HTTP`, async () => {
    const closes = (socket) => {
      socket.accept();
      socket.end(code);
    };
    const page = await openPage({ sockets: closes });
    await page.pass(10000);
    assert.deepEqual(page.heard, [code]);
    assert.equal(page.server.requests.length, 0);
  });
}

test("who may not use the page hears so over HTTP, where a socket would only be refused", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses, http: () => [401, { close: 4401 }] });
  await page.pass(600_000);
  assert.deepEqual(page.heard, [4401]);
  assert.deepEqual([page.made.length, page.server.requests.length], [2, 1]);
});

test("a server that has no such address is not asked for ever: sockets are tried again", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses, http: () => [404, "<html>"] });
  await page.pass(3000);
  page.sockets = SOCKETS.welcomes;
  await page.pass(3000);
  assert.equal(page.heard[page.heard.length - 1], "websocket");
});

test("the part that does not come leaves the page with sockets", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses, loads: false });
  await page.pass(3000);
  assert.ok(page.heard.length > 0 && page.heard.every((code) => code === 1006));
  page.sockets = SOCKETS.welcomes;
  await page.pass(3000);
  assert.equal(page.heard[page.heard.length - 1], "websocket");
});

test("a reload begins with what worked, for five minutes", async () => {
  const stored = {};
  const page = await openPage({ sockets: SOCKETS.refuses, stored });
  await page.pass(10 * MINUTE);
  page.connection.close();
  const reloaded = await openPage({ sockets: SOCKETS.refuses, stored: { ...stored } });
  assert.deepEqual([reloaded.made.length, reloaded.loaded], [0, 1]);
});

test("what worked before is forgotten after five minutes, and when a socket works again", async () => {
  const at = (ms) => ({ "admin-collaborator:http": String(1_700_000_000_000 - ms) });
  const soon = await openPage({ stored: at(5 * MINUTE - 1) });
  assert.equal(soon.made.length, 0);
  assert.equal((await openPage({ stored: at(5 * MINUTE) })).made.length, 1);
  await soon.pass(MINUTE + 10);
  assert.deepEqual(soon.heard, ["http", "websocket"]);
  soon.connection.close();
  assert.deepEqual(soon.stored, {});
});

test("a page with one way knows no other", async () => {
  const socket = await openPage({ config: {}, sockets: SOCKETS.refuses });
  await socket.pass(10000);
  assert.equal(socket.server.requests.length + socket.loaded, 0);
  assert.ok(socket.heard.length > 5 && socket.heard.every((code) => code === 1006));
  const http = await openPage({ config: { ...BOTH, transports: ["http"] } });
  await http.pass(10 * MINUTE);
  assert.deepEqual([http.heard, http.made.length], [["http"], 0]);
});

test("the chat goes the way of the edit client, in the same requests", async () => {
  const page = await openPage({ sockets: SOCKETS.refuses });
  await page.pass(1000);
  const chat = page.client("chat", "/ws/chat/x/?model=news.article&page=signed");
  chat.connection.open();
  await page.pass(100);
  assert.deepEqual(chat.heard, ["http"]);
  assert.equal(page.made.length, 2);
  const { clients } = page.server.newest().body;
  assert.deepEqual(
    clients.map(({ kind, path, model, site, page: signed, member }) => [kind, path, model, site, signed, member]),
    [
      ["edit", "/ws/news/article/1/", undefined, "admin", "signed", "m1"],
      ["chat", "/ws/chat/x/", "news.article", undefined, "signed", "m1"],
    ],
  );
  page.sockets = SOCKETS.welcomes;
  await page.pass(MINUTE);
  assert.deepEqual(chat.heard, ["http", 1012, "websocket"]);
});

test("a chat that finds no socket does not take the page from its own", async () => {
  const page = await openPage();
  await page.pass(100);
  page.sockets = SOCKETS.refuses;
  const chat = page.client("chat", "/ws/chat/x/");
  chat.connection.open();
  await page.pass(3000);
  assert.deepEqual(new Set(chat.heard), new Set([1006]));
  assert.deepEqual(page.heard, ["websocket"]);
  assert.equal(page.transport.isPolling(), false);
});

test("a page that was closed tries nothing any more", async () => {
  for (const sockets of [SOCKETS.refuses, SOCKETS.swallows, SOCKETS.welcomes]) {
    for (const after of [0, 3, 100, 1000, MINUTE]) {
      const page = await openPage({ sockets });
      await page.pass(after);
      page.connection.close();
      const before = [page.made.length, page.server.requests.length, page.heard.length];
      await page.pass(10 * MINUTE);
      assert.deepEqual([page.made.length, page.server.requests.length, page.heard.length], before);
    }
  }
  await settled();
});
