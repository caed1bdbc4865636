/**
 * Names of controls that are the same on all pages of an object. A page counts the rows of a formset by their place;
 * here a saved row has its key, `prefix-@key-field`, and a new one its place behind the saved ones, `prefix-+0-field`.
 */

const ROW = /^(.+)-(\d+)-(.+)$/;
const COUNT = /^(.+)-TOTAL_FORMS$/;

/**
 * @param {Iterable<any>} elements - of the form
 * @param {Record<string, string>} keys - the field of the key, by the prefix of the formset
 * @returns {Map<string, any>} the first control of each name, by its name on all pages
 */
export function controlsByName(elements, keys) {
  /** @type {Map<string, any>} */
  const here = new Map();
  for (const control of elements) if (control.name && !here.has(control.name)) here.set(control.name, control);
  const found = new Map();
  for (const [name, control] of here) {
    const [, prefix, place, field] = ROW.exec(name) || [];
    const saved = here.get(`${prefix}-INITIAL_FORMS`);
    if (!saved) {
      found.set(name, control);
      continue;
    }
    const index = Number(place) - saved.value;
    const key = here.get(`${prefix}-${place}-${keys[prefix]}`);
    if (index >= 0) found.set(`${prefix}-+${index}-${field}`, control);
    else if (key) found.set(`${prefix}-@${key.defaultValue}-${field}`, control);
  }
  return found;
}

/** @param {string} name @returns {string|undefined} the prefix of the formset whose rows this control counts */
export function counted(name) {
  return COUNT.exec(name)?.[1];
}

/** @param {string} name - on all pages @returns {string} without what tells its row from others */
export function pattern(name) {
  return name.replace(/-(@.*|\+\d+)-/, "--");
}
