/** A connection that comes back for as long as the page is open, whatever carries it. It knows no message. */

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 15000;
const GRACE_MS = 10000; // so long after a break an editor may still be waited for: no pause longer than this one:
const LONGEST_PAUSE_IN_GRACE_MS = 1000;
const SILENCE_MS = 20000; // a socket is pinged every 8 s; another carrier says itself how long it may be silent

/** Coming back would change nothing, or needs something else first (4409: a new member id). */
const FINAL = [1003, 1007, 1009, 4401, 4403, 4409, 4410, 4411, 4413];

/**
 * @param {object} options
 * @param {(events: import("./socket.js").CarrierEvents) => import("./socket.js").Carrier} options.carry
 * @param {(message: any) => void} options.onMessage
 * @param {(end: {code: number, heardAt: number|null}) => void} options.onClose - heardAt: own clock, of the last
 *   frame; null when this connection never said anything
 * @param {() => number} options.now - own clock, milliseconds
 * @param {(run: () => void, ms: number) => any} [options.setTimeout]
 * @param {(timer: any) => void} [options.clearTimeout]
 * @param {() => number} [options.random]
 */
export function createConnection({
  carry,
  onMessage,
  onClose,
  now,
  setTimeout = (run, ms) => globalThis.setTimeout(run, ms),
  clearTimeout = (timer) => globalThis.clearTimeout(timer),
  random = Math.random,
}) {
  const carrier = carry({ opened, heard, received: onMessage, closed });
  /** @type {null|"opening"|"open"} */
  let stage = null;
  /** @type {number|null} */
  let heardAt = null;
  let attempts = 0;
  /** @type {number|null} - own clock, when the last connection that worked broke */
  let brokeAt = null;
  let silentUntil = 0;
  /** @type {any} */
  let retry;
  /** @type {any} */
  let silence;

  function open() {
    clearTimeout(retry);
    if (stage) return;
    stage = "opening";
    heardAt = null;
    listen(SILENCE_MS);
    carrier.open();
  }

  function opened() {
    stage = "open";
  }

  function heard(silenceMs = SILENCE_MS) {
    heardAt = now();
    listen(silenceMs);
  }

  /** @param {number} ms */
  function listen(ms) {
    clearTimeout(silence);
    silence = setTimeout(drop, ms);
    silentUntil = now() + ms;
  }

  /** Give up a connection that says nothing; its own end may take minutes. */
  function drop() {
    if (!stage) return;
    carrier.close();
    closed(1006);
  }

  /** @param {number} code @param {number} [busyMs] */
  function closed(code, busyMs = 0) {
    clearTimeout(silence);
    stage = null;
    brokeAt ??= now();
    if (!FINAL.includes(code)) {
      const cap = now() - brokeAt < GRACE_MS ? LONGEST_PAUSE_IN_GRACE_MS : LONGEST_PAUSE_MS;
      const longest = Math.min(cap, FIRST_PAUSE_MS * 2 ** attempts);
      if (longest < cap) attempts += 1;
      const pause = longest * (0.5 + random() / 2);
      retry = setTimeout(open, Math.max(pause, busyMs));
    }
    onClose({ code, heardAt });
  }

  return {
    open,

    /**
     * @param {object} frame
     * @returns {boolean} whether it went out; nothing is queued, a stale frame is worse than none
     */
    send: (frame) => stage === "open" && carrier.send(frame),

    /** The server answered well: the next break starts with a short pause again. */
    healthy() {
      attempts = 0;
      brokeAt = null;
    },

    /** The network or the page is back: try at once, and do not trust a connection that was silent. */
    wake() {
      if (stage && heardAt !== null && now() > silentUntil) drop();
      if (stage) carrier.wake?.();
      else open();
    },

    /** The network is gone: the open connection says nothing of it for many seconds. */
    broken: drop,

    /** Close for good, until `open` is called. */
    close() {
      clearTimeout(retry);
      clearTimeout(silence);
      stage = null;
      carrier.close(1000);
    },
  };
}
