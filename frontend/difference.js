/**
 * What a draft would change in the form, line by line, as people read it.
 *
 * @typedef {[mine: string, before: string, row?: string|null, shown?: string]} Entry - a control's value, what the
 *   person was given there, in which row (rows.js), and what its choices are called
 * @typedef {object} Draft
 * @property {number} at - when it was typed, milliseconds since the Unix epoch
 * @property {string} [sent] - known to the save that it went out with
 * @property {string[]} [later] - names of what was typed after that save went out, and is not in it
 * @property {Record<string, Entry>} values - by name
 * @typedef {{label: string, start: string, now: string, mine: string, end: string}} Line
 */
import { chosenBehind, controls, liveValues, rowOf } from "./form-values.js";
import { named, place } from "./rows.js";

const LONG = 80; // characters: longer texts are cut to what differs
const AROUND = 30;

/** @param {HTMLFormElement} form @param {Draft} draft @returns {Line[]} */
export function lines(form, { values }) {
  const live = liveValues(form);
  return Object.entries(values).flatMap(([name, [mine, , row, shown]]) => {
    const here = place(form, name, row, false);
    const now = live.get(here) || "";
    if (now === mine) return [];
    return [{ label: label(form, here || name), ...excerpt(read(form, here, now), shown || mine) }];
  });
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

/** @param {string} now @param {string} mine */
export function excerpt(now, mine) {
  let start = 0;
  let end = 0;
  const shortest = Math.min(now.length, mine.length);
  if (now.length > LONG || mine.length > LONG) {
    while (start < shortest && now[start] === mine[start]) start += 1;
    while (end < shortest - start && now[now.length - 1 - end] === mine[mine.length - 1 - end]) end += 1;
  }
  const tell = (/** @type {string} */ text) => text.slice(start, text.length - end).replaceAll("\0", ", ");
  const around = start || end ? "…" : "";
  return {
    start: around + now.slice(0, start).slice(-AROUND),
    now: tell(now),
    mine: tell(mine) || "–",
    end: now.slice(now.length - end).slice(0, AROUND) + around,
  };
}

/** @param {HTMLFormElement} form @param {string} name @returns {string} what people call the control */
export function label(form, name) {
  const control = named(form, name) || named(form, name.replace(/-\d+-/, "-__prefix__-"));
  const box = control ? rowOf(control) : form.querySelector(`.field-${CSS.escape(name)}`); // no longer to be changed
  const cell = control?.closest("td");
  const head = cell?.closest("table").querySelectorAll("thead th")[cell.cellIndex];
  const row = /-(\d+)-/.exec(name);
  const own = box?.querySelector("label, legend");
  const words = (own || head)?.firstChild?.textContent.trim().replace(/:$/, "") || name;
  return row ? `${words} ${Number(row[1]) + 1}` : words;
}
