/** Controls as a page would have them that was rendered with given values, to be put into the live form. */
import { chosenBehind } from "./form-values.js";

/**
 * @param {HTMLFormElement} form
 * @param {Map<string, string>} values - by name, as form-values.js reads them; other controls are left out
 * @param {Map<string, string>} [labels] - what choices are called, for those that the form does not know
 * @returns {any[]}
 */
export function copies(form, values, labels = new Map()) {
  const named = /** @type {any[]} */ ([...form.elements]).filter(({ name }) => values.has(name));
  return named.map((control) => {
    const copy = control.cloneNode(true);
    const value = values.get(control.name) || "";
    const held = value.split("\0");
    if (/^(checkbox|radio)$/.test(control.type)) copy.defaultChecked = held.includes(control.value);
    else if (control.options) renderChoice(copy, control, held, (labels.get(control.name) || value).split("\0"));
    else copy.defaultValue = value;
    return copy;
  });
}

/** @param {HTMLSelectElement} copy @param {HTMLSelectElement} select @param {string[]} held @param {string[]} labels */
function renderChoice(copy, select, held, labels) {
  const chosen = chosenBehind(select); // of filter_horizontal, which keeps the other options in a second list
  if (chosen) {
    const { cache } = /** @type {any} */ (globalThis).SelectBox;
    const options = [...chosen, ...cache[select.id.replace(/_to$/, "_from")]];
    copy.replaceChildren(...options.map(({ text, value }) => new Option(text, value)));
  }
  held.forEach((value, i) => {
    if (value && ![...copy.options].some((option) => option.value === value)) copy.add(new Option(labels[i], value));
  });
  for (const option of copy.options) {
    option.defaultSelected = held.includes(option.value);
    option.selected = option.defaultSelected;
  }
}
