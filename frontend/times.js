/** Times as people say them, in the language of our texts and in the reader's own time zone. */

const UNITS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
]);

function language() {
  const place = document.getElementById("admin-collaborator") || document.documentElement;
  return place.closest("[lang]")?.getAttribute("lang") || undefined;
}

/** @param {number} seconds @returns {[number, any]} in the greatest unit of which there is one */
function measure(seconds) {
  const [unit, size] = UNITS.find(([, each]) => seconds >= each) || UNITS[3];
  return [Math.round(seconds / size), unit];
}

/** @param {number} seconds @returns {string} "12 min" */
export function duration(seconds, unitDisplay = /** @type {"short"|"long"} */ ("short")) {
  const [count, unit] = measure(seconds);
  return count.toLocaleString(language(), { style: "unit", unit, unitDisplay });
}

/** @param {number} seconds @returns {string} "in 12 minutes" */
export function ahead(seconds) {
  return new Intl.RelativeTimeFormat(language()).format(...measure(seconds));
}

/** @param {number} at - milliseconds since the Unix epoch @returns {string} "12 minutes ago", "now" */
export function ago(at, now = Date.now()) {
  const [count, unit] = measure((now - at) / 1000);
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(unit === "second" ? 0 : -count, unit);
}

/** @param {Date} time @returns {string} with the day where that is not today */
export function moment(time) {
  const isToday = time.toDateString() === new Date().toDateString();
  const day = isToday ? {} : /** @type {const} */ ({ day: "numeric", month: "short" });
  return time.toLocaleString(language(), { ...day, hour: "numeric", minute: "2-digit" });
}

/** @param {number} count @returns {string} "one", "other", or what else the language tells apart */
export function plural(count) {
  return new Intl.PluralRules(language()).select(count);
}
