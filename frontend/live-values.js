/**
 * What the editor has typed and not saved, as one value that grows with each message. Names of controls are the same
 * on all pages (live-names.js). Pure.
 *
 * @typedef {[at: number, removed: number, inserted: string]} Splice - in units of UTF-16
 * @typedef {object} Typed
 * @property {number|null} n - of the last message; null: all has to be told first
 * @property {Record<string, string>} values
 * @property {Record<string, string>} labels - what choices are called, for those that a form may not know
 * @property {string|null} focus - the control that the editor is in
 */

/** @type {Typed} */
export const NOTHING = { n: null, values: {}, labels: {}, focus: null };

const SHORT = 100;

/**
 * @param {Typed} typed
 * @param {{n: number, all?: boolean, values: Record<string, string|null|Splice>, labels?: Record<string, string>, focus: string|null}} message
 * @returns {Typed|null} null: something was lost, and all has to be told again
 */
export function reduce(typed, { n, all, values, labels, focus }) {
  if (typed.n !== null && n <= typed.n) return typed;
  if (!all && typed.n === null) return typed;
  if (!all && n !== /** @type {number} */ (typed.n) + 1) return null;
  /** @type {Typed} */
  const next = {
    n,
    values: all ? {} : { ...typed.values },
    labels: { ...(all ? {} : typed.labels), ...labels },
    focus,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete next.values[name];
    else next.values[name] = typeof value === "string" ? value : applied(typed.values[name] || "", value);
  }
  return next;
}

/** @param {string} text @param {Splice} splice */
function applied(text, [at, removed, inserted]) {
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

/** @param {string|undefined} before @param {string} after @returns {string|Splice} the shorter one */
export function change(before, after) {
  if (before === undefined || after.length < SHORT) return after;
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start += 1;
  if (isHigh(before, start - 1)) start -= 1; // half of a pair is no text
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  if (end && isHigh(before, before.length - end - 1)) end -= 1;
  const inserted = after.slice(start, after.length - end);
  return inserted.length < after.length / 2 ? [start, before.length - end - start, inserted] : after;
}

/** @param {string} text @param {number} at */
function isHigh(text, at) {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}
