/**
 * What a draft would change in the form. How people read it, says comparison.js.
 *
 * @typedef {[mine: string, before: string, row?: string|null, shown?: string]} Entry - a control's value, what the
 *   person was given there, in which row (rows.js), and what its choices are called
 * @typedef {object} Draft
 * @property {number} at - when it was typed, milliseconds since the Unix epoch
 * @property {string} [sent] - known to the save that it went out with
 * @property {string[]} [later] - names of what was typed after that save went out, and is not in it
 * @property {Record<string, Entry>} values - by name
 * @typedef {{name: string, now: string, mine: string, shown?: string}} Difference - name: of the control that is there
 */
import { chosenBehind, controls, liveValues } from "./form-values.js";
import { place, rowOf } from "./rows.js";

/** @param {HTMLFormElement} form @param {Draft} draft @returns {Difference[]} */
export function differing(form, { values }) {
  const live = liveValues(form);
  return Object.entries(values).flatMap(([name, [mine, , row, shown]]) => {
    const here = place(form, name, row, false);
    const now = live.get(here) || "";
    if (!here && isInNewRow(form, live, name, mine)) return []; // others deleted its row, and the page has it as a new one
    return now === mine ? [] : [{ name: here || name, now, mine, shown }];
  });
}

/** @param {HTMLFormElement} form @param {Map<string, string>} live @param {string} name @param {string} mine */
function isInNewRow(form, live, name, mine) {
  const same = (/** @type {string} */ other) => other.replace(/-\d+-/, "--");
  return [...live].some(
    ([other, value]) => value === mine && same(other) === same(name) && rowOf(form, other)?.startsWith("+"),
  );
}

/**
 * @param {HTMLFormElement} form @param {string} name @param {string} value
 * @returns {string} the names of choices, other values as they are
 */
export function read(form, name, value) {
  const options = controls(form)
    .filter((control) => control.name === name)
    .flatMap((control) => {
      if (control.options) return chosenBehind(control) || [...control.options];
      return control.labels && /^(checkbox|radio)$/.test(control.type)
        ? [{ value: control.value, text: control.labels[0]?.textContent.trim() }]
        : [];
    });
  const call = (/** @type {string} */ held) => options.find((option) => option.value === held)?.text || held;
  return options.length ? value.split("\0").map(call).join("\0") : value;
}
