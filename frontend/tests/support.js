/** Fakes for what a browser would give: a clock with timers, a socket, and the states of a room. */

/** A clock and timers that move only when told to. */
export function fakeTime() {
  let now = 0;
  let last = 0;
  const timers = new Map();
  return {
    now: () => now,
    setTimeout(run, ms) {
      last += 1;
      timers.set(last, { at: now + ms, run });
      return last;
    },
    clearTimeout: (id) => timers.delete(id),
    /** Milliseconds until each waiting timer. */
    pauses: () => [...timers.values()].map(({ at }) => at - now),
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
      now = end;
    },
  };
}

/** A WebSocket class whose sockets are kept in `made`. */
export function fakeWebSocket() {
  const made = [];
  class FakeWebSocket {
    constructor(url) {
      this.url = url;
      this.readyState = 0;
      this.sent = [];
      made.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close(code) {
      this.closedWith = code;
    }
    accept() {
      this.readyState = 1;
      this.onopen();
    }
    say(message) {
      this.onmessage({ data: JSON.stringify(message) });
    }
    end(code) {
      this.readyState = 3;
      this.onclose({ code });
    }
  }
  return { FakeWebSocket, made, newest: () => made[made.length - 1] };
}

export const ME = "member-me";
export const OTHER = "member-other";

/** The server's word about a room in which nobody edits. */
export function room(changes = {}) {
  return { editor: null, people: [], people_count: 0, queue: [], saved: null, deleted: false, ...changes };
}

export function editor(memberId, userId = memberId === ME ? 1 : 2) {
  return { member_id: memberId, user_id: userId, name: `User ${userId}`, avatar_url: null, since: 1000 };
}

export function saved(at, memberId = OTHER, number = 1) {
  return { at, number, user_id: 2, name: "User 2", member_id: memberId };
}

/** The store's clock when this page was rendered, and when it is welcomed at own clock 0. */
export const RENDERED = 1000;

export function welcome(changes = {}) {
  return {
    type: "welcome",
    member_id: ME,
    user_id: 1,
    may_edit: true,
    version: 10,
    now: RENDERED,
    may_take_over: false,
    heartbeat_ms: 8000,
    idle_ms: 600_000,
    lease: null,
    room: room(),
    at: 0,
    ...changes,
  };
}

/** Let every promise go on that can, and what tabs say to each other arrive. */
export async function settled() {
  for (let round = 0; round < 8; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Let time pass, and what is promised meanwhile come true. */
export async function passing(time, ms) {
  const end = time.now() + ms;
  for (;;) {
    await settled();
    const next = Math.min(...time.pauses());
    if (next > end - time.now()) break;
    time.pass(Math.max(0, next));
  }
  time.pass(end - time.now());
}

/**
 * An HTTP server as `fetch`. Each request is kept in `requests` until `answer`, `refuse` or `fail` is called for it;
 * `script` answers by itself instead: a function of the request that returns [status, body, headers], or nothing.
 */
export function fakeServer(script = () => undefined) {
  const requests = [];
  const server = {
    script,
    requests,
    newest: () => requests[requests.length - 1],
    waiting: () => requests.filter((request) => !request.isOver),
    fetch(address, options) {
      const request = { address, ...options, body: options.body && JSON.parse(options.body), isOver: false };
      requests.push(request);
      const promise = new Promise((resolve, reject) => {
        request.respond = (status, body, headers = {}) => {
          request.isOver = true;
          const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
          const opaque = status === 0;
          resolve({
            status,
            type: opaque ? "opaqueredirect" : "basic",
            headers: { get: (name) => headers[name] ?? null },
            text: async () => text,
          });
        };
        request.fail = () => {
          request.isOver = true;
          reject(new TypeError("Failed to fetch"));
        };
        options.signal?.addEventListener("abort", () => {
          request.isAborted = request.isOver = true;
          reject(new DOMException("aborted", "AbortError"));
        });
      });
      const said = server.script(request);
      if (said === "fail") request.fail();
      else if (said) request.respond(...said);
      return promise;
    },
  };
  return server;
}

/** Web Locks of a browser, for its tabs to share. */
export function fakeLocks() {
  const queues = new Map();
  const grant = (name) => {
    const queue = queues.get(name);
    if (queue.held || !queue.waiting.length) return;
    queue.held = true;
    const { held, resolve, reject } = queue.waiting.shift();
    Promise.resolve(held({ name }))
      .then(resolve, reject)
      .finally(() => {
        queue.held = false;
        grant(name);
      });
  };
  return {
    request(name, { signal }, held) {
      if (!queues.has(name)) queues.set(name, { held: false, waiting: [] });
      const queue = queues.get(name);
      return new Promise((resolve, reject) => {
        const entry = { held, resolve, reject };
        queue.waiting.push(entry);
        signal?.addEventListener("abort", () => {
          if (!queue.waiting.includes(entry)) return;
          queue.waiting.splice(queue.waiting.indexOf(entry), 1);
          reject(new DOMException("aborted", "AbortError"));
        });
        grant(name);
      });
    },
  };
}

/** BroadcastChannel of a browser: what one tab says, the others hear later. */
export function fakeChannels() {
  const channels = [];
  class FakeBroadcastChannel {
    constructor(name) {
      this.name = name;
      channels.push(this);
    }
    postMessage(data) {
      if (this.isFrozen) return;
      const copy = structuredClone(data);
      for (const other of channels) {
        if (other === this || other.isClosed || other.isFrozen || other.name !== this.name) continue;
        setImmediate(() => other.isClosed || other.isFrozen || other.onmessage({ data: copy }));
      }
    }
    close() {
      this.isClosed = true;
    }
  }
  return { BroadcastChannel: FakeBroadcastChannel, channels };
}
