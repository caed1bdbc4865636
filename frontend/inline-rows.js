/**
 * Inline formsets whose rows are others than before are replaced as a whole and brought to life with
 * the admin's own scripts.
 */

import { isPlain } from "./fillable.js";
import { rowOf } from "./form-values.js";

const COUNT = "-TOTAL_FORMS";

/**
 * @param {HTMLFormElement} form @param {HTMLFormElement} fetched
 * @param {Set<string>} outdated - names of controls that have other saved values
 * @param {Set<string>} mine - names of those that have unsaved input
 * @returns {{stuck: Set<string>, done: Set<string>}} names of controls of rows that cannot be shown in place, and of
 *   those that are
 */
export function replaceRows(form, fetched, outdated, mine) {
  const stuck = new Set();
  const done = new Set();
  for (const total of fetched.querySelectorAll(`input[name$="${COUNT}"]`)) {
    const prefix = /** @type {HTMLInputElement} */ (total).name.slice(0, -COUNT.length);
    if (rows(form, prefix) === rows(fetched, prefix)) continue;
    const own = [...outdated].filter((name) => name.startsWith(`${prefix}-`));
    const isMine = [...mine].some((name) => name.startsWith(`${prefix}-`));
    // Where only I have added rows, theirs are still those at the same places.
    if (isMine && !own.some((name) => isOfPlaces(fetched, name))) continue;
    const group = isMine ? null : replace(form, fetched, prefix);
    for (const name of own) (group ? done : stuck).add(name);
    if (!group && !own.length && !isMine) stuck.add(total.getAttribute("name"));
  }
  return { stuck, done };
}

/** @param {HTMLFormElement} fetched @param {string} name @returns {boolean} whether it says which rows there are, or in which order */
function isOfPlaces(fetched, name) {
  return /** @type {any} */ (fetched.elements.namedItem(name))?.type === "hidden";
}

/** @param {HTMLFormElement} form @param {HTMLFormElement} fetched @param {string} prefix */
function replace(form, fetched, prefix) {
  const shown = find(form, prefix);
  const theirs = find(fetched, prefix);
  if (!shown || !theirs || !isAllPlain(shown, fetched)) return null;
  const group = /** @type {HTMLElement} */ (document.importNode(theirs, true));
  for (const script of group.querySelectorAll("script")) script.remove();
  shown.replaceWith(group);
  try {
    enliven(group, prefix);
  } catch (error) {
    console.warn("django-admin-collaborator:", error); // another script's; its widgets stay plain
  }
  return group;
}

/** What a script has made a widget of would be dead in the rows that are put in its place. @param {Element} group @param {HTMLFormElement} fetched */
function isAllPlain(group, fetched) {
  return [.../** @type {any} */ (group.querySelectorAll("input, select, textarea"))].every((control) => {
    const source = control.name && fetched.elements.namedItem(control.name);
    return !source?.tagName || !rowOf(control) || isPlain(control, source);
  });
}

/** @param {HTMLFormElement} form @param {string} prefix @returns {Element|null} */
function find(form, prefix) {
  return form.querySelector(`[id="${CSS.escape(prefix)}-group"]`);
}

/**
 * What tells rows apart: how many there are, and the hidden keys of those that are saved.
 *
 * @param {HTMLFormElement} form @param {string} prefix
 */
function rows(form, prefix) {
  const value = (/** @type {string} */ name) => {
    const input = /** @type {any} */ (form.elements.namedItem(prefix + name));
    return input ? input.value : "";
  };
  const saved = Number(value("-INITIAL_FORMS"));
  const keys = Array.from(/** @type {any} */ (form.elements))
    .filter((control) => control.type === "hidden" && control.name.startsWith(`${prefix}-`))
    .filter((control) => Number.parseInt(control.name.slice(prefix.length + 1), 10) < saved)
    .map((control) => control.value);
  return JSON.stringify([saved, value(COUNT), keys]);
}

/** @param {HTMLElement} group @param {string} prefix */
function enliven(group, prefix) {
  const { django, inlines, DateTimeShortcuts, SelectFilter } = /** @type {any} */ (window);
  const live = (/** @type {string} */ what) =>
    [.../** @type {any} */ (group.querySelectorAll(what))].filter((element) => !element.closest(".empty-form"));
  if (DateTimeShortcuts) {
    live(".vTimeField").forEach((input) => DateTimeShortcuts.addClock(input));
    live(".vDateField").forEach((input) => DateTimeShortcuts.addCalendar(input));
  }
  if (SelectFilter) {
    live("select.selectfilter, select.selectfilterstacked").forEach(({ id, dataset }) =>
      SelectFilter.init(id, dataset.fieldName, Number(dataset.isStacked)),
    );
  }
  const $ = django?.jQuery;
  if ($?.fn.djangoAdminSelect2) $(live(".admin-autocomplete")).djangoAdminSelect2();
  if (!group.matches(".js-inline-admin-formset")) return inlines?.(); // unfold's own; it may be called again
  const { inlineType, inlineFormset } = group.dataset;
  if (!$?.fn.formset || !inlineFormset) return undefined;
  const { name, options } = JSON.parse(inlineFormset);
  const row = inlineType === "stacked" ? ".inline-related" : ".tabular.inline-related tbody:first > tr.form-row";
  $(`${name}-group ${row}`)[`${inlineType}Formset`](`${name}-group ${row}`, options);
  // Widgets of other packages wait for this event; before Django 4.1 it was not one of the browser's.
  if (!String($.fn.formset).includes("CustomEvent")) return undefined;
  for (const added of live(".form-row.has_original, .inline-related.has_original")) {
    added.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix } }));
  }
  return undefined;
}
