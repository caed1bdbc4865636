/** A moment as people say it: "2 minutes ago", in the language of the page. */

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86400000],
  ["hour", 3600000],
  ["minute", 60000],
];

/** @param {number} at - milliseconds since the Unix epoch @param {number} [now] */
export function ago(at, now = Date.now()) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: "auto" });
  const [unit, length] = UNITS.find(([, length]) => now - at >= length) || ["second", Infinity];
  return words.format(-Math.floor(Math.max(0, now - at) / length), unit);
}
