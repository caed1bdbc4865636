/**
 * Until when a lease surely lives, by the browser's own clock alone: an answer to frame `n` counts from
 * the moment at which frame `n` was sent.
 */

const KEPT = 64; // frames that may be unanswered at a time

/** @param {() => number} now - own clock, milliseconds */
export function createLeaseClock(now) {
  /** @type {Map<number, number>} */
  const sentAt = new Map();
  let last = 0;
  let acknowledged = 0;
  return {
    /** @returns {number} the number for a frame that is sent now */
    next() {
      last += 1;
      sentAt.set(last, now());
      sentAt.delete(last - KEPT);
      return last;
    },

    /**
     * @param {{n?: number, lease_ms?: number|null}} message
     * @returns {number|undefined} own clock, milliseconds; undefined when the answer proves nothing
     */
    until({ n, lease_ms: leaseMs }) {
      const sent = n === undefined ? undefined : sentAt.get(n);
      if (sent === undefined) return undefined;
      acknowledged = Math.max(acknowledged, sent);
      return typeof leaseMs === "number" ? sent + leaseMs : undefined;
    },

    /** When the newest frame that the server surely got was sent. */
    acknowledged: () => acknowledged,
  };
}
