/**
 * A carrier over HTTP: the page asks the server again and again, one request for all its clients. What the requests
 * and their answers have is in docs/protocol.md, "Over HTTP".
 *
 * @typedef {import("./socket.js").CarrierEvents} CarrierEvents
 * @typedef {object} Client
 * @property {Record<string, string>} about - what it is: kind, member, path, and what the path's query says
 * @property {CarrierEvents} events
 * @property {string} connection - new for each time that it opens
 * @property {any[]} frames - not sent yet
 * @property {any} at - where it has got to in what the server tells, by the last answer
 * @property {any} ticket
 * @property {number} nextMs - the server's wish; Infinity where it leaves that to the other clients of the page
 * @property {number} pingedAt
 * @property {boolean} isOpen
 */
import { randomId } from "./member.js";

const PATIENCE_MS = 10000; // with an answer
const HOLD_SECONDS = 20; // so long a server that can may keep a request until there is news
const HELD_MS = 1000; // a server that keeps requests wants the next one sooner than this
const FIRST_MS = 2000;
const PING_MS = 10000; // a page is counted as present for much longer
const SILENCE_MS = 15000; // beyond the next answer

const LOGGED_OUT = 4401;
const STOPPED = 1003;
const LOST = 1006;
const BUSY = 4429;

/**
 * @param {string} path - where to ask
 * @param {object} [browser]
 * @param {typeof globalThis.fetch} [browser.fetch]
 * @param {() => any[]} [browser.tokens] - the form's controls with the token against forged requests
 * @param {() => number} [browser.now] - own clock, milliseconds
 * @param {(run: () => void, ms: number) => any} [browser.setTimeout]
 * @param {(timer: any) => void} [browser.clearTimeout]
 * @param {LockManager|null} [browser.locks] - absent on insecure origins
 */
export function createPoller(
  path,
  {
    fetch = (address, options) => globalThis.fetch(address, options),
    tokens = () => [...document.querySelectorAll("[name=csrfmiddlewaretoken]")],
    now = () => performance.now(),
    setTimeout = (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout = (timer) => globalThis.clearTimeout(timer),
    locks = navigator.locks,
  } = {},
) {
  /** @type {Client[]} */
  const clients = [];
  /** @type {null|{isHeld: boolean, at: number, fail: () => void, abort: () => void}} the request under way */
  let flight = null;
  /** @type {any} */
  let timer;
  /** @type {(() => void)|null} */
  let unlock = null;
  let mayHold = false; // one tab of a browser: there are six connections to a host, and other tabs need some

  /** @param {number} ms */
  function schedule(ms) {
    clearTimeout(timer);
    timer = setTimeout(ask, ms);
  }

  /** Frames of one turn of the event loop go together; what a request brings that is under way comes first. */
  function hurry() {
    if (!flight || flight.isHeld) schedule(0);
  }

  function ask() {
    flight?.abort();
    for (const client of clients.filter(isPingDue)) {
      client.pingedAt = now();
      client.events.received({ type: "ping", version: 0 });
    }
    clearTimeout(timer); // the answers to the ping are in this request
    if (!clients.length) return;
    const isHeld = mayHold && clients.every(({ isOpen, frames }) => isOpen && !frames.length);
    const asked = [...clients];
    const said = asked.map(say);
    const controller = new AbortController();
    const patience = setTimeout(() => controller.abort(), PATIENCE_MS + (isHeld ? HOLD_SECONDS * 1000 : 0));
    const mine = {
      isHeld,
      at: now(),
      fail: () => controller.abort(),
      abort() {
        flight = null;
        controller.abort();
      },
    };
    flight = mine;
    post({ hold: mayHold ? HOLD_SECONDS : 0, clients: said }, { signal: controller.signal })
      .catch(() => ({ code: LOST, busyMs: 0 }))
      .then((answer) => {
        clearTimeout(patience);
        if (flight !== mine) return; // given up on purpose
        flight = null;
        /** @type {[Client, any][]} */
        const told = asked.map((client, index) => [client, answer.code ? answer : answer.answers?.[index] || {}]);
        const listening = told.filter((_, index) => asked[index].connection === said[index].connection);
        for (const [client, { at, ticket, next }] of listening) {
          client.at = at ?? client.at;
          client.ticket = ticket ?? client.ticket;
          client.nextMs = next ?? client.nextMs;
        }
        const heard = listening.map(([client]) => client);
        const isDue = clients.some((client) => client.frames.length || !heard.includes(client));
        schedule(isDue ? 0 : pause());
        for (const [client, answered] of listening) tell(client, answered);
      });
  }

  /** @param {Client} client */
  function isPingDue({ isOpen, nextMs, pingedAt }) {
    return isOpen && now() - pingedAt >= Math.min(nextMs < HELD_MS ? PING_MS : nextMs, PING_MS);
  }

  function pause() {
    const wished = Math.min(...clients.map(({ nextMs }) => nextMs));
    return Number.isFinite(wished) ? wished : FIRST_MS;
  }

  /** @param {Client} client @returns {any} what the server is told of it */
  function say({ about, connection, at, ticket, frames }) {
    return { ...about, connection, at, ticket, frames: frames.splice(0) };
  }

  /** @param {Client} client @param {any} answered */
  function tell(client, { code, busyMs, messages = [], close = code }) {
    const { events, connection } = client;
    const isSame = () => connection && client.connection === connection; // what it hears may have it close
    if (!code) {
      if (!client.isOpen) events.opened();
      client.isOpen = true;
      events.heard(pause() + HOLD_SECONDS * 1000 + SILENCE_MS);
      for (const message of messages) if (isSame()) events.received(message);
    }
    if (!close || !isSame()) return;
    remove(client);
    events.closed(close, busyMs);
  }

  /** @param {Client} client */
  function remove(client) {
    client.connection = "";
    client.isOpen = false;
    const index = clients.indexOf(client);
    if (index >= 0) clients.splice(index, 1);
    if (clients.length) return;
    lock(false);
    clearTimeout(timer);
    if (flight?.isHeld) flight.abort();
  }

  /** One tab of a browser has its requests held. @param {boolean} wanted */
  function lock(wanted) {
    if (wanted === Boolean(unlock) || !locks) return;
    if (!wanted) {
      unlock?.();
      unlock = null;
      mayHold = false;
      return;
    }
    const patience = new AbortController();
    unlock = () => patience.abort();
    locks
      .request("admin-collaborator:poll", { signal: patience.signal }, () => {
        mayHold = true;
        return new Promise((done) => {
          unlock = () => done(undefined);
        });
      })
      .catch(() => {});
  }

  /**
   * @param {object} body @param {RequestInit} options @param {boolean} [isRepeated]
   * @returns {Promise<any>} `answers`, in the order of the clients; or the `code` that ends them all
   */
  async function post(body, options, isRepeated) {
    const [control] = tokens();
    const headers = { "Content-Type": "application/json", "X-CSRFToken": control ? control.value : "" };
    const answer = await request({ method: "POST", headers, body: JSON.stringify(body), ...options });
    if (!answer.isForged) return answer;
    // Logged in again in another tab: the form would be refused, too.
    const fresh = isRepeated ? { code: STOPPED } : await request({ method: "GET", signal: options.signal });
    if (!fresh.csrf) return fresh.code ? fresh : { code: LOGGED_OUT };
    for (const each of tokens()) each.value = fresh.csrf;
    return post(body, options, true);
  }

  /** @param {RequestInit} options @returns {Promise<any>} see ``post``; or `csrf`, or `isForged` */
  async function request(options) {
    const headers = { ...options.headers, "X-Collaborator-Poll": "1" };
    const fixed = /** @type {RequestInit} */ ({ credentials: "same-origin", cache: "no-store", redirect: "manual" });
    const response = await fetch(path, { ...fixed, ...options, headers });
    const { status, type } = response;
    if (type === "opaqueredirect") return { code: LOGGED_OUT };
    const text = status === 204 ? "" : await response.text();
    const answer = parsed(text);
    if (status === 204 || (status === 200 && !text)) return {};
    if (status === 200 && answer?.clients) return { answers: answer.clients };
    if (status === 200 && answer?.csrf) return answer;
    if ((status === 401 || status === 403) && answer?.close) return { code: answer.close };
    if (status === 403) return { isForged: true };
    if (status === 400 && answer?.error) return { code: STOPPED };
    if (status === 200 || status === 401) return { code: LOGGED_OUT }; // somebody else's page
    const busyMs = Number(response.headers.get("Retry-After")) * 1000;
    return { code: busyMs ? BUSY : LOST, busyMs };
  }

  return {
    /** Milliseconds until the next request; 0 where the server answers as soon as there is news. */
    everyMs: () => (clients.length && pause() >= HELD_MS ? pause() : 0),

    /**
     * @param {() => Record<string, string>} about - see Client; asked again for each connection
     * @param {CarrierEvents} events
     * @returns {import("./socket.js").Carrier}
     */
    carry(about, events) {
      /** @type {Client} */
      const client = {
        about: {},
        events,
        connection: "",
        frames: [],
        at: null,
        ticket: null,
        nextMs: Infinity,
        pingedAt: 0,
        isOpen: false,
      };
      return {
        open() {
          remove(client);
          const fresh = { about: about(), connection: randomId(8), frames: [], at: null, ticket: null };
          clients.push(Object.assign(client, fresh, { nextMs: Infinity, pingedAt: now() }));
          lock(true);
          hurry();
        },

        send(frame) {
          if (!client.isOpen) return false;
          client.frames.push(frame);
          hurry();
          return true;
        },

        close(code) {
          if (code && client.connection && (client.isOpen || flight)) {
            post({ hold: 0, clients: [{ ...say(client), close: code }] }, { keepalive: true }).catch(() => {});
          }
          remove(client);
        },

        wake() {
          if (flight && now() - flight.at > PATIENCE_MS)
            flight.fail(); // begun before the machine slept
          else hurry();
        },
      };
    },
  };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
