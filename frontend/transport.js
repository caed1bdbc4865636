/**
 * Which way this page talks to the server: over WebSockets, or where none gets through, over HTTP requests. The edit
 * client finds out, for all clients of the page, and goes back as soon as a socket gets through after all.
 *
 * Whoever uses a carrier of this hears nothing of a way that is tried in vain, only of a connection that breaks.
 */
import { socketUrl } from "./config.js";
import { createSocket } from "./socket.js";

const WELCOME_MS = 2500; // a socket on which nothing was said for so long is one that does not get through
const SHORT_MS = 2000; // some proxies accept every socket, and end it soon
const FAILURES = 2; // sockets in a row that did not live longer
const AGAIN_MS = 200;
const RETRY_MS = 60000; // while on HTTP
const SOON_MS = 5000; // where this page has had a socket before
const REMEMBERED_MS = 300_000;
const OWN_CODE = 4000; // from here on the server itself has closed the socket, for a reason
const TAKEN = 4409; // another connection has this member id
const LOST = 1006;
const GONE = 1012;
const KEY = "admin-collaborator:http";

/**
 * @typedef {"websocket"|"http"} Way
 * @typedef {import("./socket.js").Carrier} Carrier
 * @typedef {import("./socket.js").CarrierEvents} CarrierEvents
 * @typedef {{way: Way, isHeard: boolean, openedAt: number, carrier: Carrier, patience: any}} Trial
 * @typedef {ReturnType<typeof createTransport>} Transport
 * @typedef {ReturnType<typeof import("./http.js").createPoller>} Poller
 */

/**
 * @param {object} config
 * @param {Way[]} [config.transports] - what the server offers, the best first
 * @param {string|null} [config.http_path] - null: the project's own addresses have left it out
 * @param {string} [config.tabs] - the same for the tabs that may ask together
 * @param {{load: (part: string) => Promise<any>}} parts - one of them is http.js
 * @param {object} [browser]
 * @param {() => number} [browser.now] - own clock, milliseconds
 * @param {(run: () => void, ms: number) => any} [browser.setTimeout]
 * @param {(timer: any) => void} [browser.clearTimeout]
 * @param {any} [browser.WebSocket]
 * @param {Pick<Storage, "getItem"|"setItem"|"removeItem">} [browser.storage] - of this tab
 * @param {() => number} [browser.wall] - milliseconds, the same for all documents
 */
export function createTransport(
  { transports = ["websocket"], http_path: httpPath = null, tabs: name = "" },
  parts,
  {
    now = () => performance.now(),
    setTimeout = (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout = (timer) => globalThis.clearTimeout(timer),
    WebSocket = globalThis.WebSocket,
    storage = sessionStorage,
    wall = Date.now,
  } = {},
) {
  const ways = transports.filter((name) => name === "websocket" || httpPath);
  const hasBoth = ways.length > 1;
  /** @type {Way} - in which the next connection is opened */
  let way = ways[0];
  if (hasBoth && wall() - Number(storage.getItem(KEY)) < REMEMBERED_MS) way = "http";
  /** @type {Way|null} - in which the newest connection got through */
  let proven = null;
  let failures = 0;
  let hadSocket = false;
  /** @type {(() => void)[]} */
  const followers = [];
  /** @type {Promise<Poller>|null} */
  let loading = null;
  /** @type {Poller|null} */
  let poller = null;

  /** @returns {Promise<Poller>} */
  function load() {
    loading ??= parts.load("http").then((createPoller) => {
      poller = createPoller(/** @type {string} */ (httpPath), { now, name });
      return /** @type {Poller} */ (poller);
    });
    loading.catch(() => (loading = null));
    return loading;
  }

  /** @param {() => Record<string, string>} about @param {CarrierEvents} events @returns {Carrier} */
  function createRequests(about, events) {
    /** @type {Carrier|null} */
    let requests = null;
    let isWanted = true;
    return {
      open() {
        const begin = (/** @type {Poller} */ { carry }) => {
          if (!isWanted) return;
          requests = carry(about, events);
          requests.open();
        };
        load().then(begin, () => isWanted && events.closed(LOST));
      },
      send: (frame) => requests?.send(frame) || false,
      wake: () => requests?.wake?.(),
      close(code) {
        isWanted = false;
        requests?.close(code);
      },
    };
  }

  /**
   * @param {"edit"|"chat"} kind
   * @param {string} path - path and query of the socket
   * @param {() => string} member
   * @param {CarrierEvents} events
   * @returns {Carrier}
   */
  function carry(kind, path, member, events) {
    const leads = kind === "edit" && hasBoth;
    /** @type {Trial|null} */
    let current = null;
    /** @type {Trial|null} a socket that is tried while HTTP goes on */
    let probe = null;
    /** @type {[code: number, busyMs?: number]|null} how the connection over HTTP ended meanwhile */
    let end = null;
    /** @type {any} */
    let again;
    /** @type {any} */
    let retry;

    /** @param {Way} by @param {(trial: Trial) => void} [keep] */
    function launch(by, keep = (trial) => (current = trial)) {
      /** @type {Trial} */
      const trial = { way: by, isHeard: false, openedAt: 0, carrier: /** @type {any} */ (null), patience: null };
      /** @type {CarrierEvents} */
      const theirs = {
        opened() {
          trial.openedAt = now();
          if (trial === current) events.opened();
        },
        heard(ms) {
          if (!trial.isHeard) arrived(trial);
          if (trial === current) events.heard(ms);
        },
        received: (message) => trial === current && events.received(message),
        closed: (code, busyMs) => ended(trial, code, busyMs),
      };
      keep(trial);
      trial.carrier =
        by === "http"
          ? createRequests(() => about(kind, path, member()), theirs)
          : createSocket(() => socketUrl(path, member()), theirs, WebSocket);
      if (leads && by === "websocket") trial.patience = setTimeout(() => giveUp(trial), WELCOME_MS);
      trial.carrier.open();
    }

    /** @param {Trial} trial */
    function giveUp(trial) {
      trial.carrier.close();
      failures = FAILURES;
      ended(trial, LOST);
    }

    /** The server was heard for the first time in this connection. @param {Trial} trial */
    function arrived(trial) {
      clearTimeout(trial.patience);
      trial.isHeard = true;
      if (trial === probe) {
        current?.carrier.close();
        current = trial;
        probe = null;
        failures = FAILURES - 1; // if it does not last, back at once
        events.opened();
      }
      if (!leads && proven) return;
      way = trial.way;
      const isOther = proven !== null && proven !== way;
      proven = way;
      if (isOther) for (const follow of followers) follow();
      retryIn(hadSocket ? SOON_MS : RETRY_MS);
    }

    /** @param {number} ms */
    function retryIn(ms) {
      clearTimeout(retry);
      if (leads && way === "http") retry = setTimeout(tryAgain, ms);
    }

    function tryAgain() {
      end = null;
      if (current?.isHeard) launch("websocket", (trial) => (probe = trial));
      else retryIn(RETRY_MS);
    }

    /** @param {Trial} trial @param {number} code @param {number} [busyMs] */
    function ended(trial, code, busyMs) {
      clearTimeout(trial.patience);
      if (trial === probe) {
        probe = null;
        retryIn(RETRY_MS);
        if (end) close(...end);
        return;
      }
      if (trial !== current) return;
      if (probe) {
        end = [code === TAKEN ? LOST : code, busyMs]; // taken by our own socket, perhaps
        return;
      }
      const hasLasted = trial.isHeard && now() - trial.openedAt >= SHORT_MS;
      if (trial.way === "http") {
        if (!trial.isHeard && hasBoth) way = "websocket";
        failures = 0;
      } else if (leads) {
        hadSocket ||= hasLasted;
        failures = hasLasted || code >= OWN_CODE ? 0 : failures + 1;
        if (failures) load().catch(() => {}); // it may be needed soon
        if (failures >= FAILURES) way = "http";
        if (!trial.isHeard && code < OWN_CODE) {
          again = setTimeout(() => launch(way), failures < FAILURES ? AGAIN_MS : 0);
          return;
        }
      }
      close(code, busyMs);
    }

    /** @param {number} code @param {number} [busyMs] */
    function close(code, busyMs) {
      current = null;
      events.closed(code, busyMs);
    }

    /** The edit client has gone another way. */
    function follow() {
      if (!current || current.way === way) return;
      current.carrier.close(1000);
      close(GONE);
    }

    if (!leads) followers.push(follow);
    return {
      open: () => launch(way),
      send: (frame) => current?.carrier.send(frame) || false,
      wake: () => current?.carrier.wake?.(),

      close(code) {
        clearTimeout(again);
        clearTimeout(retry);
        clearTimeout(current?.patience);
        clearTimeout(probe?.patience);
        probe?.carrier.close();
        current?.carrier.close(code);
        current = probe = null;
        if (!leads || !code) return;
        if (proven === "http") storage.setItem(KEY, String(wall()));
        else storage.removeItem(KEY);
      },
    };
  }

  return {
    carry,

    /** So long it may take to find out that no socket gets through. */
    choosesMs: hasBoth && way === "websocket" ? WELCOME_MS : 0,

    /** Whether the page asks over HTTP, and so hears of everything late. */
    isPolling: () => proven === "http",

    /** Milliseconds between two requests; 0: it hears at once. */
    everyMs: () => (proven === "http" && poller ? poller.everyMs() : 0),
  };
}

/**
 * @param {string} kind @param {string} path @param {string} member
 * @returns {Record<string, string>} what an HTTP request says of a client: what the socket's address would say
 */
function about(kind, path, member) {
  const url = new URL(path, "http://page");
  return { kind, path: url.pathname, ...Object.fromEntries(url.searchParams), member };
}
