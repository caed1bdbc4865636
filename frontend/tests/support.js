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
