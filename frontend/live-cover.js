/**
 * Shows values in a locked form that are not the form's: whoever reads the form here (form-values.js) is given what lies
 * beneath, and before anybody may change or post it, it has that again.
 */
import { controlsByName, counted } from "./live-names.js";

const SHOWN = "collaborator-live";
const HERE = "collaborator-live-here";
const GONE = "collaborator-live-gone";
const ADD = ".add-row a, a.add-row, .grp-add-handler";

/** @param {any} shared @param {any} page - see live.js */
export function createCover(shared, { config, form, unsaved, texts }) {
  const { controls, copies, cover, element, format, liveValues, putValues, rowOf } = shared;
  const { keys } = config.live;
  /** @type {Map<string, any[]>} controls with the values beneath */
  const beneath = new Map();
  /** @type {Map<string, string>} what is shown */
  const shown = new Map();
  /** @type {[string, number][]} prefix and place of the rows that were added, the last one last */
  const added = [];

  /** What the controls have, whoseever it is. @returns {Map<string, string>} */
  function visible() {
    const own = [...cover.own];
    cover.own.clear();
    const values = liveValues(form);
    for (const [name, value] of own) cover.own.set(name, value);
    return values;
  }

  /** @param {string} name @param {Map<string, string>} before - the values before it is covered */
  function hide(name, before) {
    if (cover.own.has(name)) return;
    cover.own.set(name, before.get(name));
    if (before.has(name)) beneath.set(name, copies(form, new Map([[name, before.get(name)]])));
  }

  /** What scripts change besides is the form's as little. @param {Map<string, string>} before */
  function hideDerived(before) {
    for (const [name, value] of visible()) if (before.get(name) !== value) hide(name, before);
  }

  /** @param {any} link */
  function press(link) {
    const event = new MouseEvent("click", { bubbles: true, cancelable: true });
    link?.dispatchEvent(Object.assign(event, { collaborator: true }));
  }

  /** @param {string} prefix @param {number} place */
  const rowAt = (prefix, place) => document.getElementById(`${prefix}-${place}`);

  /** @param {any} total - the control that counts the rows @param {string} prefix @param {number} wanted - new ones */
  function countRows(total, prefix, wanted) {
    const initial = Number(shared.named(form, `${prefix}-INITIAL_FORMS`)?.value || 0);
    const before = visible();
    while (total.value < initial + wanted) {
      const place = Number(total.value);
      press(document.getElementById(`${prefix}-group`)?.querySelector(ADD));
      if (Number(total.value) === place) break;
      added.push([prefix, place]);
    }
    hideDerived(before);
    for (let place = initial; place < total.value; place += 1) {
      rowAt(prefix, place)?.classList.toggle(GONE, place >= initial + wanted);
    }
  }

  function removeRows() {
    for (const [prefix, place] of added.splice(0).reverse()) {
      const row = rowAt(prefix, place);
      const total = shared.named(form, `${prefix}-TOTAL_FORMS`);
      press(row?.querySelector(".inline-deletelink"));
      if (row?.isConnected) row.remove();
      total.value = place;
    }
    for (const row of form.querySelectorAll(`.${GONE}`)) row.classList.remove(GONE);
  }

  /** @param {Map<string, string>} wanted @param {Map<string, string>} labels */
  function write(wanted, labels) {
    for (const [name, value] of [...wanted]) {
      if (shown.get(name) === value) wanted.delete(name);
      else shown.set(name, value);
    }
    if (!wanted.size) return;
    const before = visible();
    for (const name of wanted.keys()) hide(name, before);
    putValues(form, copies(form, wanted, labels), new Set(wanted.keys()));
    hideDerived(before);
  }

  /** @param {string} mark */
  function unmark(mark) {
    for (const row of form.querySelectorAll(`.${mark}`)) row.classList.remove(mark);
    for (const note of form.querySelectorAll(`.${mark}-note`)) note.remove();
  }

  /** @param {any} control @param {string} mark @param {string} key - of the text @param {string} [file] - its name */
  function note(control, mark, key, file) {
    const row = rowOf(control) || control.parentElement;
    if (!row || row.matches(`.${mark}`)) return;
    row.classList.add(mark);
    const text = format(texts[key], { name: person.name, file });
    const isSpoken = mark === SHOWN && !file; // where it is typed is seen by the outline
    row.prepend(element("span", { class: `${mark}-note${isSpoken ? " collaborator-hidden" : ""}`, text }));
  }

  let person = { name: "" };

  /** What lies beneath is the form's again. */
  function lift() {
    if (!cover.own.size && !shown.size) return;
    const names = new Set(beneath.keys());
    const values = [...beneath.values()].flat();
    removeRows();
    cover.own.clear();
    beneath.clear();
    shown.clear();
    putValues(form, values, names);
    unmark(SHOWN);
    unmark(HERE);
    isLifted = true;
  }

  let isLifted = false;
  cover.lift = lift;
  for (const type of ["pagehide", "submit"]) addEventListener(type, lift, true);
  form.addEventListener("formdata", (/** @type {any} */ { formData }) => {
    const names = new Set(cover.own.keys());
    if (!names.size) return; // else a script posts the form by itself
    lift();
    for (const name of names) formData.delete(name);
    for (const control of controls(form)) {
      if (names.has(control.name)) for (const value of posted(control)) formData.append(control.name, value);
    }
  });

  return {
    lift,

    /** @returns {boolean} whether somebody has lifted it since this was asked last */
    wasLifted() {
      const was = isLifted;
      isLifted = false;
      return was;
    },

    /** @param {import("./live-values.js").Typed} typed @param {any} editor */
    show({ values, labels, focus }, editor) {
      person = editor;
      const mine = unsaved.names();
      const isMine = (/** @type {string} */ prefix) =>
        [...mine].some((name) => name.startsWith(`${prefix}-`) && !cover.own.has(name));
      let here = controlsByName(form.elements, keys);
      for (const [name, control] of [...here]) {
        const prefix = counted(name);
        if (prefix && !isMine(prefix)) {
          const initial = Number(shared.named(form, `${prefix}-INITIAL_FORMS`)?.value || 0);
          const own = Number(cover.own.get(control.name) ?? control.value) - initial;
          countRows(control, prefix, Number(values[name] ?? own));
        }
      }
      here = controlsByName(controls(form), keys);
      const wanted = new Map();
      const names = new Map();
      for (const [name, value] of Object.entries(values)) {
        const control = here.get(name);
        if (!control || counted(name) || control.type === "file" || mine.has(control.name)) continue;
        wanted.set(control.name, value);
        if (labels[name]) names.set(control.name, labels[name]);
      }
      for (const name of shown.keys()) if (!wanted.has(name)) wanted.set(name, cover.own.get(name) || "");
      write(wanted, names);
      unmark(SHOWN);
      unmark(HERE);
      for (const name of Object.keys(values)) {
        const control = here.get(name);
        if (!control || counted(name) || control.type === "hidden") continue;
        if (control.type !== "file") note(control, SHOWN, "live_unsaved");
        else if (values[name]) note(control, SHOWN, "live_file", values[name]);
      }
      const at = focus && here.get(focus);
      if (at) note(at, HERE, "live_typing");
    },
  };
}

/** @param {any} control @returns {string[]} */
function posted(control) {
  if (control.options) return [...control.selectedOptions].map((option) => option.value);
  return /^(checkbox|radio)$/.test(control.type) && !control.checked ? [] : [control.value];
}
