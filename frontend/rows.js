/**
 * Which row of an inline formset is which. A name counts rows by their place; saved rows are known by the
 * hidden keys that they carry, new ones by their place behind the saved ones.
 */

const ROW = /^(.+)-(\d+)(-.+)$/;

/** @param {HTMLFormElement} form @param {string} name @returns {any} the first control of this name */
export function named(form, name) {
  return /** @type {any[]} */ ([...form.elements]).find((control) => control.name === name);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name - of a control
 * @returns {string|undefined} the same for the same row, whatever its place; undefined outside of rows
 */
export function rowOf(form, name) {
  const [, prefix, place] = ROW.exec(name) || [];
  const saved = named(form, `${prefix}-INITIAL_FORMS`);
  if (!saved) return undefined;
  const row = `${prefix}-${place}-`;
  const keys = /** @type {any[]} */ ([...form.elements]).filter(
    (control) => control.type === "hidden" && control.name.startsWith(row),
  );
  const index = Number(place) - saved.value;
  return index < 0 ? keys.map((control) => control.defaultValue).join("\0") : `+${index}`;
}

/**
 * @param {HTMLFormElement} form @param {string[]} names - of controls
 * @returns {Record<string, string>} by which a server knows their rows: hidden keys, and how many rows are saved
 */
export function rowKeys(form, names) {
  /** @type {Record<string, string>} */
  const keys = {};
  for (const name of names) {
    const [, prefix, place] = ROW.exec(name) || [];
    const saved = named(form, `${prefix}-INITIAL_FORMS`);
    if (!saved) continue;
    keys[saved.name] = saved.value;
    for (const control of /** @type {any[]} */ ([...form.elements])) {
      if (control.type === "hidden" && control.name.startsWith(`${prefix}-${place}-`)) {
        keys[control.name] = control.defaultValue;
      }
    }
  }
  return keys;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name @param {string|null|undefined} row - what `rowOf` said when the name was written down
 * @param {boolean} add - let there be as many new rows as it takes
 * @returns {string} the name in this form; empty if the row is not there
 */
export function place(form, name, row, add) {
  const [, prefix, , field] = ROW.exec(name) || [];
  const total = named(form, `${prefix}-TOTAL_FORMS`);
  if (typeof row !== "string" || !total) return name;
  for (let i = 0; ; i += 1) {
    if (i >= total.value) {
      const { value } = total;
      if (add && row.startsWith("+") && i < named(form, `${prefix}-MAX_NUM_FORMS`).value) {
        document.getElementById(`${prefix}-group`)?.querySelector(ADD)?.click();
      }
      if (total.value === value) return "";
    }
    const here = `${prefix}-${i}${field}`;
    if (rowOf(form, here) === row) return here;
  }
}

/** @type {any} */
const ADD = ".add-row a, a.add-row, .grp-add-handler";
