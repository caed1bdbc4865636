/**
 * Until when a lease certainly lives, by the browser's own clock alone: an answer to frame `n` counts from
 * the moment at which frame `n` was sent. Pure; moments are milliseconds on the own clock.
 *
 * @typedef {object} Sent - the numbered frames of this page
 * @property {number} last - number of the newest; 0: none yet
 * @property {number[]} moments - when the newest were sent, that of `last` at the end
 * @property {number} acknowledged - when the newest frame that the server certainly has was sent
 */

const KEPT = 64; // frames that may be unanswered at a time

/** @type {Sent} */
export const NOTHING_SENT = { last: 0, moments: [], acknowledged: 0 };

/** @param {Sent} sent @param {number} at @returns {Sent} its `last` is the number of a frame that is sent now */
export function count({ last, moments, acknowledged }, at) {
  return { last: last + 1, moments: [...moments, at].slice(-KEPT), acknowledged };
}

/**
 * @param {Sent} sent
 * @param {{n?: number, lease_ms?: number|null}} message - of the server
 * @returns {{sent: Sent, until: number|undefined}} until: end of the lease; undefined when the message proves none
 */
export function acknowledge(sent, { n, lease_ms: leaseMs }) {
  const moment = n === undefined ? undefined : sent.moments[n - 1 - sent.last + sent.moments.length];
  if (moment === undefined) return { sent, until: undefined };
  const acknowledged = Math.max(sent.acknowledged, moment);
  return { sent: { ...sent, acknowledged }, until: typeof leaseMs === "number" ? moment + leaseMs : undefined };
}
