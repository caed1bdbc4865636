import assert from "node:assert/strict";
import { test } from "node:test";
import { createPoller } from "../http.js";
import { fakeChannels, fakeLocks, fakeServer, fakeTime, passing } from "./support.js";

const PATH = "/admin/news/article/1/collaborator/";

/** A browser with tabs that share one server. `tab.heard` has the messages of its client. */
function setUp({ script, locks = null, ids = 1 } = {}) {
  const time = fakeTime();
  const server = fakeServer(script);
  const { BroadcastChannel, channels } = fakeChannels();
  let last = 500;
  const random = () => {
    last += ids; // whoever has the smaller one asks first
    return String(last);
  };
  const browser = { time, server, channels, pass: (ms) => passing(time, ms) };
  browser.tab = (member) => {
    const tokens = [{ value: "token-1" }];
    const options = {
      fetch: server.fetch,
      tokens: () => tokens,
      locks,
      name: "n",
      BroadcastChannel,
      random,
      ...time,
    };
    const heard = [];
    const tab = { heard, tokens, ends: [], onMessage: () => {} };
    const poller = createPoller(PATH, options);
    tab.carrier = poller.carry(() => ({ kind: "edit", member }), {
      opened: () => {},
      heard: () => {},
      received(message) {
        heard.push(message.type);
        if (message.type === "ping") tab.carrier.send({ type: "pong" });
        tab.onMessage(message);
      },
      closed: (code) => tab.ends.push(code),
    });
    tab.carrier.open();
    return tab;
  };
  return browser;
}

const answerAll =
  (next, messages = () => []) =>
  ({ body }) => [
    200,
    {
      clients: body.clients.map((each) => ({
        messages: each.at === null ? [{ type: "welcome" }] : messages(each),
        at: [each.member],
        ticket: `ticket of ${each.member}`,
        next,
      })),
    },
  ];
const members = ({ body }) => body.clients.map(({ member }) => member);

test("two tabs make no more requests than one", async () => {
  for (const next of [2000, 15000]) {
    const browser = setUp({ script: answerAll(next) });
    const one = browser.tab("one");
    await browser.pass(500);
    const two = browser.tab("two");
    await browser.pass(1000);
    browser.server.requests.length = 0;
    await browser.pass(10 * next);
    const alone = 10;
    assert.ok(browser.server.requests.length <= 1.2 * alone, `${browser.server.requests.length} at ${next}`);
    for (const { heard } of [one, two]) {
      const pings = heard.filter((type) => type === "ping").length;
      assert.ok(pings >= 8, `each says that it is alive: ${pings}`);
    }
  }
});

for (const ids of [1, -1])
  test(`each tab hears its own, with its own cursor and ticket, ${ids}`, async () => {
    const browser = setUp({ ids, script: answerAll(2000, ({ member }) => [{ type: `for ${member}` }]) });
    const tabs = ["one", "two", "three"].map((member) => browser.tab(member));
    await browser.pass(10000);
    tabs.forEach(({ heard }, index) => {
      const own = `for ${["one", "two", "three"][index]}`;
      assert.deepEqual(new Set(heard), new Set(["welcome", "ping", own]));
    });
    for (const request of browser.server.requests) {
      for (const { member, at, ticket } of request.body.clients) {
        if (at) assert.deepEqual([at, ticket], [[member], `ticket of ${member}`]);
      }
    }
    const [newest] = browser.server.requests.slice(-1);
    assert.deepEqual(members(newest).sort(), ["one", "three", "two"]);
  });

test("what a tab has to say goes at once, by itself, and the others come along", async () => {
  const browser = setUp({ script: answerAll(15000) });
  browser.tab("one");
  const two = browser.tab("two");
  await browser.pass(5000);
  browser.server.requests.length = 0;
  two.carrier.send({ type: "claim_editor" });
  await browser.pass(30);
  const [request] = browser.server.requests;
  assert.deepEqual(members(request), ["two", "one"]);
  assert.deepEqual(request.body.clients[0].frames, [{ type: "claim_editor" }]);
});

test("a tab that comes to an end while it asks for others leaves them to themselves", async () => {
  const browser = setUp({ script: answerAll(2000) });
  const one = browser.tab("one");
  const two = browser.tab("two");
  await browser.pass(1000);
  browser.server.script = () => undefined;
  one.carrier.send({ type: "activity" });
  await browser.pass(30);
  assert.deepEqual(members(browser.server.newest()), ["one", "two"]);
  two.carrier.send({ type: "claim_editor" });
  one.carrier.close(1000);
  browser.server.script = answerAll(2000);
  await browser.pass(1000);
  assert.deepEqual(two.ends, []);
  const claims = browser.server.requests.flatMap(({ body }) => body.clients).flatMap(({ frames }) => frames);
  assert.equal(claims.filter(({ type }) => type === "claim_editor").length, 1);
  await browser.pass(20000);
  assert.deepEqual(members(browser.server.newest()), ["two"]);
});

test("a tab that falls silent costs the others one short wait", async () => {
  const browser = setUp({ script: answerAll(2000) });
  browser.tab("one");
  browser.tab("two");
  await browser.pass(5000);
  browser.channels[0].isFrozen = true;
  browser.server.requests.length = 0;
  await browser.pass(20000);
  const asked = browser.server.requests.filter((request) => members(request).includes("two"));
  assert.ok(asked.length >= 9, String(asked.length));
});

test("whatever ends all ends it in every tab that came along", async () => {
  const browser = setUp({ script: answerAll(2000) });
  const tabs = [browser.tab("one"), browser.tab("two")];
  await browser.pass(3000);
  browser.server.requests.length = 0;
  browser.server.script = () => [401, { close: 4401 }];
  await browser.pass(60000);
  assert.deepEqual(
    tabs.map(({ ends }) => ends),
    [[4401], [4401]],
  );
  assert.equal(browser.server.requests.length, 1);
});

test("a new token comes into the forms of all tabs", async () => {
  const browser = setUp({ script: answerAll(2000) });
  const tabs = [browser.tab("one"), browser.tab("two")];
  await browser.pass(3000);
  const answer = answerAll(2000);
  browser.server.script = (request) => {
    if (request.method === "GET") return [200, { csrf: "token-2" }];
    return request.headers["X-CSRFToken"] === "token-2" ? answer(request) : [403, "<h1>Forbidden</h1>"];
  };
  await browser.pass(2500);
  assert.deepEqual(
    tabs.map(({ tokens: [{ value }] }) => value),
    ["token-2", "token-2"],
  );
});

/** A server that keeps a request without frames until the test answers it. */
const holding = (request) =>
  request.body.hold && request.body.clients.every(({ at, frames }) => at !== null && !frames.length)
    ? undefined
    : answerAll(request.body.hold ? 0 : 2000)(request);

test("the request that is held is held for all tabs", async () => {
  const browser = setUp({ script: holding, locks: fakeLocks() });
  browser.tab("one");
  const two = browser.tab("two");
  await browser.pass(5000);
  const waiting = browser.server.waiting();
  assert.deepEqual(waiting.map(members), [["one", "two"]]);
  browser.server.requests.length = 0;
  await browser.pass(10000);
  assert.equal(browser.server.requests.length, 0, "nobody else asks meanwhile");
  browser.server.script = (request) => (request.body.hold ? undefined : answerAll(2000)(request));
  two.carrier.send({ type: "claim_editor" });
  await browser.pass(50);
  assert.equal(waiting[0].isAborted, true);
  const [request] = browser.server.waiting();
  assert.deepEqual(request.body.clients.find(({ member }) => member === "two").frames[0], { type: "claim_editor" });
});

for (const ids of [1, -1]) {
  test(`a tab that comes later has a part in the held request with its first question, ${ids}`, async () => {
    const browser = setUp({ script: holding, locks: fakeLocks(), ids });
    browser.tab("one");
    await browser.pass(5000);
    browser.server.requests.length = 0;
    browser.tab("two");
    await browser.pass(2500);
    const alone = browser.server.requests.filter((request) => members(request).join() === "two");
    assert.equal(alone.length, 1, "it opens");
    assert.deepEqual(browser.server.waiting().map(members), [["one", "two"]]);
    await browser.pass(7000);
    assert.equal(browser.server.requests.filter(({ isOver }) => isOver).length, 2, "and says that it is alive");
  });
}

test("when the tab whose request is held goes away, another one takes its place at once", async () => {
  const browser = setUp({ script: holding, locks: fakeLocks() });
  const one = browser.tab("one");
  const two = browser.tab("two");
  await browser.pass(5000);
  one.carrier.close(1000);
  await browser.pass(1000);
  assert.deepEqual(browser.server.waiting().map(members), [["two"]]);
  assert.deepEqual(two.ends, []);
});
