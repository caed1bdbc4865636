/**
 * The values of a form by the names of its controls: as the server rendered them, or as they stand now.
 * Both read the same from a live form, whatever admin widgets made of it, and from a fetched document.
 *
 * @typedef {Map<string, string>} Values - one text per name; several values are joined
 */
import { richText } from "./rich-text.js";

/** Not values of the object: security, popups, our own fields, and the template rows of inlines. */
const SKIPPED = /^(_collaborator_|csrfmiddlewaretoken$|_popup$|_to_field$)|__prefix__/;
const PRESSED = /^(submit|button|image|reset|fieldset|output|object)$/;

/** @param {HTMLFormElement} form @returns {any[]} controls that carry a value of the object */
export function controls(form) {
  return Array.from(/** @type {any} */ (form.elements)).filter(
    (control) => control.name && !SKIPPED.test(control.name) && !PRESSED.test(control.type) && !isUnchosen(control),
  );
}

/**
 * @param {any} control - of the page that is shown
 * @returns {boolean} whether people see the control itself, if they open the section in which it is
 */
export function isShown(control) {
  const { display, visibility, opacity } = getComputedStyle(control);
  if (control.type === "hidden" || display === "none" || visibility === "hidden" || opacity === "0") return false;
  if (control.getClientRects().length) return control.offsetWidth > 2;
  return !rowOf(control)?.getClientRects().length; // hidden by itself, or with its section
}

/** @param {any} control @returns {Element|null} what the admin shows one field in */
export function rowOf(control) {
  return control.closest('[class*="field-"]');
}

/** @param {HTMLFormElement} form @returns {Values} as the server rendered them */
export function renderedValues(form) {
  return collect(form, renderedValue);
}

/**
 * Values that are shown and are not the form's, see live-cover.js.
 *
 * @type {{own: Map<string, string|undefined>, lift: () => void}} own: what lies beneath, by name; undefined where there
 *   is no control beneath. lift: let the form have it again
 */
export const cover = { own: new Map(), lift() {} };

/** @param {HTMLFormElement} form @returns {Values} as they stand now */
export function liveValues(form) {
  const values = collect(form, liveValue);
  cover.own.forEach((own, name) => {
    if (own === undefined) values.delete(name);
    else values.set(name, own);
  });
  return values;
}

/** @param {Values} one @param {Values} other @returns {Set<string>} */
export function differences(one, other) {
  const names = new Set([...one.keys(), ...other.keys()]);
  names.forEach((name) => one.get(name) === other.get(name) && names.delete(name));
  return names;
}

/**
 * @param {any} select
 * @returns {any[]|undefined} what filter_horizontal keeps behind its list of chosen options
 */
export function chosenBehind(select) {
  const box = /** @type {any} */ (globalThis).SelectBox;
  return /_to$/.test(select.id) && box ? box.cache[select.id] : undefined;
}

/** The left list of filter_horizontal; only the right one is posted. @param {any} control */
function isUnchosen(control) {
  return /_old$/.test(control.name) && /_from$/.test(control.id);
}

/** @param {HTMLFormElement} form @param {(control: any) => string[]} read @returns {Values} */
function collect(form, read) {
  /** @type {Map<string, string[]>} */
  const lists = new Map();
  for (const control of controls(form)) {
    lists.set(control.name, [...(lists.get(control.name) || []), ...read(control)]);
  }
  const values = new Map();
  lists.forEach((list, name) => values.set(name, list.sort().join("\0")));
  return values;
}

/** @param {any} control @returns {string[]} */
function renderedValue(control) {
  switch (control.type) {
    case "checkbox":
    case "radio":
      return control.defaultChecked ? [control.value] : [];
    case "select-one":
    case "select-multiple":
      return renderedChoice(control);
    case "file":
      return [currentFile(control)];
    default:
      return [control.defaultValue];
  }
}

/** @param {any} control @returns {string[]} */
function liveValue(control) {
  switch (control.type) {
    case "checkbox":
    case "radio":
      return control.checked ? [control.value] : [];
    case "select-one":
    case "select-multiple": {
      const chosen = chosenBehind(control) || [...control.options].filter((option) => option.selected);
      return chosen.map((option) => option.value);
    }
    case "file":
      return [currentFile(control) + [...control.files].map((file) => file.name)];
    default:
      return [(richText(control) || { read: () => control.value }).read()];
  }
}

/** @param {HTMLSelectElement} select */
function renderedChoice(select) {
  const options = [...select.options];
  const chosen = options.filter((option) => option.defaultSelected);
  // A drop-down list without a chosen option shows its first.
  if (!chosen.length && !select.multiple && select.size < 2) chosen.push(...options.slice(0, 1));
  return chosen.map((option) => option.value);
}

/** The address behind "Currently: …". @param {HTMLInputElement} input */
function currentFile(input) {
  const link = fileWidget(input).querySelector("a[href]");
  return link ? link.getAttribute("href") || "" : "";
}

/** @param {HTMLInputElement} input @returns {Element} what the widget of a file field consists of */
export function fileWidget(input) {
  return input.closest(".file-upload") || input;
}
