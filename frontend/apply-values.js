/**
 * Puts the values of a fetched page into the one that is shown, in place: nothing is scrolled, and
 * what is focused, selected or open stays so.
 */
import { chosenBehind, controls, fileWidget } from "./form-values.js";
import { richText } from "./rich-text.js";

const STILL = ".readonly, .original p, .inline_label"; // what the admin shows of a row besides controls
const TOKEN = "csrfmiddlewaretoken";
const BASE = /^(_collaborator_base|csrfmiddlewaretoken)$/;

/**
 * @param {HTMLFormElement} form
 * @param {any[]} sources - controls as a page has them that was rendered with the wanted values
 * @param {Set<string>} names - the controls to set
 * @param {(control: any) => void} [onChange]
 */
export function putValues(form, sources, names, onChange = () => {}) {
  /** @type {Map<string, any>} */
  const wanted = new Map();
  for (const control of sources) wanted.set(key(control), control);
  const pairs = controls(form)
    .map((control) => ({ control, source: names.has(control.name) && wanted.get(key(control)) }))
    .filter(({ source }) => source);
  const changed = pairs.filter(({ control, source }) => write(control, source));
  for (const { control } of changed) {
    announce(control);
    onChange(control);
  }
  // A listener may have derived other values from these; the given ones are the last word.
  for (const { control, source } of pairs) write(control, source);
}

/** @param {Document} page @param {Document} fetched @param {string} before @param {string} after - names of the object */
export function applyTitles(page, fetched, before, after) {
  const [mark] = /** @type {RegExpExecArray} */ (/^(● )?/.exec(page.title)); // see notices.js
  page.title = mark + fetched.title;
  if (before === after || !before) return;
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    const shown = node.data.trim();
    if (shown !== before && shown !== `› ${before}`) continue;
    if (!node.parentElement || node.parentElement.closest("form, script, #admin-collaborator")) continue;
    node.data = node.data.replace(before, () => after);
  }
}

/** One box of several with the same name is known by its value. @param {any} control */
function key(control) {
  return /^(checkbox|radio)$/.test(control.type) ? `${control.name}\0${control.value}` : control.name;
}

/** @param {any} control @param {any} source @returns {boolean} whether the control's value changed */
function write(control, source) {
  switch (control.type) {
    case "checkbox":
    case "radio": {
      const changed = control.checked !== source.defaultChecked;
      control.defaultChecked = source.defaultChecked;
      control.checked = source.defaultChecked;
      return changed;
    }
    case "select-one":
    case "select-multiple":
      return chosenBehind(control) ? writeFilter(control, source) : writeSelect(control, source);
    case "file":
      return writeFile(control, source);
    default:
      return writeText(control, source.defaultValue);
  }
}

/** @param {any} control @param {string} value */
function writeText(control, value) {
  const changed = control.value !== value;
  const focused = changed && document.activeElement === control && typeof control.selectionStart === "number";
  const { selectionStart, selectionEnd, scrollTop } = focused ? control : /** @type {any} */ ({});
  control.defaultValue = value;
  if (changed) {
    control.value = value;
    richText(control)?.write(value);
  }
  if (focused) {
    control.setSelectionRange(selectionStart, selectionEnd);
    control.scrollTop = scrollTop;
  }
  return changed;
}

/** @param {HTMLSelectElement} select @param {HTMLSelectElement} source */
function writeSelect(select, source) {
  const list = (/** @type {HTMLSelectElement} */ { options }) =>
    [...options].map((option) => `${option.value}\0${option.text}`).join("\0\0");
  const before = [...select.selectedOptions].map((option) => option.value).join("\0");
  if (list(select) !== list(source)) {
    select.replaceChildren(...[...source.childNodes].map((node) => document.importNode(node, true)));
  }
  const wanted = [...source.options].map((option) => option.selected);
  [...select.options].forEach((option, i) => {
    option.defaultSelected = source.options[i].defaultSelected;
  });
  [...select.options].forEach((option, i) => {
    option.selected = wanted[i];
  });
  return before !== [...select.selectedOptions].map((option) => option.value).join("\0");
}

/** filter_horizontal and filter_vertical. @param {HTMLSelectElement} chosen @param {HTMLSelectElement} source */
function writeFilter(chosen, source) {
  const { SelectBox, SelectFilter } = /** @type {any} */ (window);
  const id = chosen.id.slice(0, -"_to".length);
  const lists = { [`${id}_from`]: [], [`${id}_to`]: /** @type {any[]} */ ([]) };
  for (const { value, text, defaultSelected } of source.options) {
    lists[id + (defaultSelected ? "_to" : "_from")].push({ value, text, displayed: 1 });
  }
  const values = (/** @type {any[]} */ options) => JSON.stringify(options.map((option) => option.value).sort());
  if (values(SelectBox.cache[chosen.id]) === values(lists[chosen.id])) return false;
  for (const [list, options] of Object.entries(lists)) {
    SelectBox.cache[list] = options;
    const box = document.getElementById(list); // SelectBox.redisplay() fails under Trusted Types
    if (box) box.replaceChildren(...options.map(({ text, value }) => new Option(text, value)));
  }
  SelectFilter.refresh_icons(id);
  return true;
}

/** @param {HTMLInputElement} input @param {HTMLInputElement} source */
function writeFile(input, source) {
  const widget = fileWidget(input);
  const wanted = fileWidget(source);
  if (!input.value && widget.textContent === wanted.textContent) return false;
  widget.replaceWith(document.importNode(wanted, true));
  return true;
}

/** @param {Element} form @param {Element} fetched */
export function showStill(form, fetched) {
  const shown = form.querySelectorAll(STILL);
  const theirs = fetched.querySelectorAll(STILL);
  if (shown.length !== theirs.length) return;
  shown.forEach((element, i) => {
    if (element.isEqualNode(theirs[i]) || element.querySelector("input, select, textarea")) return;
    element.replaceChildren(...document.importNode(theirs[i], true).childNodes);
  });
}

/**
 * The signed base of the values, and the token that lets the form be posted. Some themes have them beside
 * the form.
 *
 * @param {HTMLFormElement} form @param {HTMLFormElement|null} fetched - null: put back what was there
 * @param {any[]} [before] - what was there
 * @returns {any[]} what was there
 */
export function takeBase(form, fetched, before = []) {
  const inputs = (/** @type {any} */ { elements }) => [...elements].filter(({ name }) => BASE.test(name));
  const own = inputs(form);
  const was = own.map(({ name, value }) => ({ name, value }));
  for (const input of fetched ? inputs(fetched) : before.filter(({ name }) => name !== TOKEN)) {
    const place = own.find(({ name }) => name === input.name);
    if (place) place.value = input.value;
    else form.append(document.importNode(input, true));
  }
  return was;
}

/** @param {Element} control */
function announce(control) {
  const event = new Event("change", { bubbles: true });
  control.dispatchEvent(Object.assign(event, { collaborator: true }));
}
