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
 * @property {boolean} isHurried - one of them does not wait for the next request
 * @property {any} at - where it has got to in what the server tells, by the last answer
 * @property {any} ticket
 * @property {string|null} shows - what it shows with values, signed, while it watches what the editor types
 * @property {number} nextMs - the server's wish; Infinity where it leaves that to the other clients of the page
 * @property {number} pingedAt
 * @property {boolean} isOpen
 *
 * @typedef {object} Flight - a request, our own or that of another tab in which our clients have a part
 * @property {Client[]} asked
 * @property {any[]} said - by each of them
 * @property {boolean} isHeld - the server may wait for news: it can be given up at any time
 * @property {number} at - when it began
 * @property {string|null} by - the other tab
 * @property {import("./tabs.js").Rider[]} riders - other tabs that have a part in ours
 * @property {() => void} stop - do not wait any longer
 * @property {any} patience
 */
import { randomId } from "./member.js";
import { createTabs } from "./tabs.js";

const PATIENCE_MS = 10000; // with an answer
const HOLD_SECONDS = 20; // so long a server that can may keep a request until there is news
const HELD_MS = 1000; // a server that keeps requests wants the next one sooner than this
const FIRST_MS = 2000;
const PING_MS = 10000; // a page is counted as present for much longer
const AFTER_OTHERS_MS = 300; // who was asked for by another tab lets it go first
const MOST_CLIENTS = 20; // in one request
const SILENCE_MS = 15000; // beyond the next answer

const LOGGED_OUT = 4401;
const STOPPED = 1003;
const LOST = 1006;
const BUSY = 4429;

/** @type {Omit<Flight, "at"|"stop">} */
const NONE = { asked: [], said: [], isHeld: false, by: null, riders: [], patience: null };

/**
 * @param {string} path - where to ask
 * @param {object} [browser]
 * @param {typeof globalThis.fetch} [browser.fetch]
 * @param {() => any[]} [browser.tokens] - the form's controls with the token against forged requests
 * @param {() => number} [browser.now] - own clock, milliseconds
 * @param {(run: () => void, ms: number) => any} [browser.setTimeout]
 * @param {(timer: any) => void} [browser.clearTimeout]
 * @param {LockManager|null} [browser.locks] - absent on insecure origins
 * @param {string} [browser.name] - of those tabs of the browser that may ask together
 * @param {any} [browser.BroadcastChannel]
 * @param {(size: number) => string} [browser.random]
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
    name = "",
    random = randomId,
    BroadcastChannel = globalThis.BroadcastChannel,
  } = {},
) {
  /** @type {Client[]} */
  const clients = [];
  /** @type {Flight|null} the request under way */
  let flight = null;
  /** @type {any} */
  let timer;
  /** @type {(() => void)|null} */
  let unlock = null;
  const isHolding = () => flight?.isHeld;
  const together = { cede, isHolding, join, land, hurry: () => isHolding() && schedule(0) };
  const tabs = createTabs(name, random(8), together, BroadcastChannel, setTimeout);
  let mayHold = false; // one tab of a browser: there are six connections to a host, and other tabs need some

  /** @param {number} ms */
  function schedule(ms) {
    clearTimeout(timer);
    timer = setTimeout(ask, ms);
  }

  /** Frames of one turn of the event loop go together; what a request brings that is under way comes first. */
  function hurry() {
    if (!flight || flight.isHeld) schedule(0);
    else if (flight.by) tabs.hurry(flight.by);
  }

  async function ask() {
    giveUp();
    if (!clients.length) return;
    const controller = new AbortController();
    /** @type {Flight} */
    const mine = { ...NONE, at: now(), stop: () => controller.abort() };
    flight = mine;
    const isAlone = tabs.isAlone() || !clients.every(({ isOpen }) => isOpen); // who opens does not wait
    mine.riders = isAlone ? [] : await tabs.gather(MOST_CLIENTS - clients.length);
    if (flight !== mine) return tabs.turnAway(mine.riders);
    board(mine);
    const said = [mine, ...mine.riders].flatMap((each) => each.said);
    mine.isHeld = mayHold && said.every(({ at, frames }) => at !== null && !frames.length);
    const patience = setTimeout(mine.stop, PATIENCE_MS + (mine.isHeld ? HOLD_SECONDS * 1000 : 0));
    const body = { hold: mayHold ? HOLD_SECONDS : 0, clients: said };
    const answer = await post(body, { signal: controller.signal }).catch(() => ({ code: LOST, busyMs: 0 }));
    clearTimeout(patience);
    if (flight !== mine) return undefined; // given up on purpose
    let taken = mine.said.length;
    for (const { from, said: theirs } of mine.riders) {
      tabs.answer(from, { ...answer, answers: answer.answers?.slice(taken, taken + theirs.length) });
      taken += theirs.length;
    }
    return settle(mine, answer);
  }

  /** What the clients of this page have to say goes with this request. @param {Flight} mine */
  function board(mine) {
    for (const client of clients.filter(isPingDue)) {
      client.pingedAt = now();
      client.events.received({ type: "ping", version: 0 });
    }
    clearTimeout(timer); // the answers to the ping are in this request
    mine.asked = [...clients];
    mine.said = mine.asked.map(say);
  }

  /** @param {Flight} mine @param {any} answer */
  function settle({ asked, said, by }, answer) {
    flight = null;
    if (answer.csrf) for (const each of tokens()) each.value = answer.csrf;
    /** @type {[Client, any][]} */
    const told = asked.map((client, index) => [client, answer.code ? answer : answer.answers?.[index] || {}]);
    const listening = told.filter(([{ connection }], index) => connection === said[index].connection);
    for (const [client, { at, ticket, next }] of listening) {
      client.at = at ?? client.at;
      client.ticket = ticket ?? client.ticket;
      client.nextMs = next ?? client.nextMs;
    }
    const heard = listening.map(([client]) => client);
    const isDue = clients.some((client) => client.isHurried || !heard.includes(client));
    schedule(isDue ? 0 : pause() + (by ? AFTER_OTHERS_MS : 0));
    for (const [client, answered] of listening) tell(client, answered);
  }

  /** End the request under way; nothing is known of what it said. */
  function giveUp() {
    const old = flight;
    flight = null;
    clearTimeout(old?.patience);
    if (!old || old.by) return;
    old.stop();
    tabs.turnAway(old.riders);
  }

  function cede() {
    flight = null;
    schedule(AFTER_OTHERS_MS);
  }

  /** Another tab is about to ask. @param {string} by @returns {any[]} what this one says with it */
  function join(by) {
    if (flight || !clients.length || !clients.every(({ isOpen }) => isOpen)) return [];
    const stop = () => land(by, null);
    flight = { ...NONE, at: now(), by, stop, patience: setTimeout(stop, PATIENCE_MS + HOLD_SECONDS * 1000) };
    board(flight);
    return flight.said;
  }

  /** Another tab has asked. @param {string} by @param {any} answer - null: it has not, after all */
  function land(by, answer) {
    const mine = flight;
    if (mine?.by !== by) return;
    clearTimeout(mine.patience);
    if (answer) return settle(mine, answer);
    flight = null;
    mine.asked.forEach((client, index) => {
      if (client.connection !== mine.said[index].connection) return;
      client.frames.unshift(...mine.said[index].frames);
      client.isHurried = true;
    });
    schedule(AFTER_OTHERS_MS);
  }

  /** @param {Client} client */
  function isPingDue({ isOpen, nextMs, pingedAt }) {
    return isOpen && now() - pingedAt >= Math.min(nextMs < HELD_MS ? PING_MS : nextMs, PING_MS);
  }

  function wish() {
    const wished = Math.min(...clients.map(({ nextMs }) => nextMs));
    return Number.isFinite(wished) ? wished : FIRST_MS;
  }

  function pause() {
    return wish() < HELD_MS && !mayHold ? FIRST_MS : wish(); // the tab that may hold asks for this one, too
  }

  /** @param {Client} client @returns {any} what the server is told of it */
  function say(client) {
    const { about, connection, at, ticket, shows, frames } = client;
    client.isHurried = false;
    return { ...about, connection, at, ticket, ...(shows && { shows }), frames: frames.splice(0) };
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
    giveUp();
    tabs.close();
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
        if (flight?.by) flight.stop(); // whoever held it has gone, perhaps with our request
        return new Promise((done) => {
          unlock = () => done(undefined);
        });
      })
      .catch(() => {});
  }

  /**
   * @param {object} body @param {RequestInit} options @param {string} [csrf] - a new token
   * @returns {Promise<any>} `answers`, in the order of the clients; or the `code` that ends them all; and a new token
   */
  async function post(body, options, csrf) {
    const token = csrf || tokens()[0]?.value || "";
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await request({ method: "POST", headers, body: JSON.stringify(body), ...options });
    if (!answer.isForged) return { ...answer, csrf };
    // Logged in again in another tab: the form would be refused, too.
    const fresh = csrf ? { code: STOPPED } : await request({ method: "GET", signal: options.signal });
    if (!fresh.csrf) return fresh.code ? fresh : { code: LOGGED_OUT };
    return post(body, options, fresh.csrf);
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
    everyMs: () => (clients.length && wish() >= HELD_MS ? wish() : 0),

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
        isHurried: false,
        at: null,
        ticket: null,
        shows: null,
        nextMs: Infinity,
        pingedAt: 0,
        isOpen: false,
      };
      return {
        open() {
          remove(client);
          const fresh = { about: about(), connection: random(8), frames: [], at: null, ticket: null, shows: null };
          clients.push(Object.assign(client, fresh, { nextMs: Infinity, pingedAt: now() }));
          lock(true);
          tabs.open();
          hurry();
        },

        send(/** @type {any} */ frame) {
          if (!client.isOpen) return false;
          if (frame.type === "watch") client.shows = frame.shows;
          client.frames.push(frame);
          // Nothing new was typed: that rides with the next look, so that it costs no request of its own.
          const rides = frame.type === "typed" && !Object.keys(frame.values).length && !isHolding();
          client.isHurried ||= !rides;
          if (!rides) hurry();
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
            flight.stop(); // begun before the machine slept
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
