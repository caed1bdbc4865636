/**
 * What the person has typed and not saved, told apart from what scripts and browsers do to a form by
 * themselves: a script may rewrite a value or add controls while the page loads, a browser may bring back old input.
 */
import { controls, differences, isShown, liveValues, renderedValues } from "./form-values.js";

const ACTS = ["keydown", "pointerdown", "click", "beforeinput", "input", "change", "paste", "drop"];
const OURS = "#admin-collaborator, #admin-collaborator-chat";
const ROW = /-\d+-/;
const SHORT = 20;
const LARGEST = 100000;

/**
 * @param {HTMLFormElement} form
 * @param {boolean} bound - the server refused the form and rendered it with what was posted
 */
export function createUnsaved(form, bound) {
  let saved = renderedValues(form);
  const restored = broughtBack();
  /** @type {Map<string, string>|null} the values as the person was given them */
  let given = null;
  /** @type {Map<string, string>|null} the values as the last save took them along */
  let sent = null;
  /** An editor that we know nothing of was typed in; its text reaches the form when that is submitted. */
  let elsewhere = false;
  /** The person has done something since the form was theirs. What differs before is the work of scripts. */
  let acted = false;
  /** Names of controls that the person has changed by hand. */
  const touched = new Set();

  form.addEventListener("input", ({ target }) => {
    if (/** @type {HTMLElement} */ (target).isContentEditable) elsewhere = true;
  });
  for (const type of ACTS) document.addEventListener(type, act, true);

  /** @param {Event} event */
  function act({ isTrusted, type, target }) {
    const { name, form: owner } = /** @type {any} */ (target);
    if (!isTrusted || !given || /** @type {any} */ (target).closest?.(OURS)) return;
    const isAfter = /^(click|input|change)$/.test(type); // by then the control has its new value
    if (!acted && !isAfter) begin();
    acted = true;
    if (isAfter && type !== "click" && owner === form) touched.add(name);
  }

  /** After a reload or a step back a browser fills what people see. @returns {Set<string>} */
  function broughtBack() {
    const [load] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
    const names = load?.type === "navigate" ? new Set() : differences(saved, liveValues(form));
    const seen = controls(form).filter((control) => /^id_/.test(control.id) && isShown(control));
    return new Set(seen.map(({ name }) => name).filter((name) => names.has(name)));
  }

  function begin() {
    given = liveValues(form);
    for (const name of restored) given.set(name, saved.get(name) || "");
  }

  /** Keys that are pressed in a frame, as editors have them, are heard of nowhere else. */
  function hasActed() {
    const { activeElement } = document;
    acted = acted || (activeElement?.tagName === "IFRAME" && form.contains(activeElement));
    return acted;
  }

  return {
    /** The form is handed to the person: what differs from now on is theirs. */
    begin() {
      if (!given) begin();
    },

    /** Something was put into the form for the person. */
    acted() {
      acted = true;
    },

    /** The form is being saved: what differs from now on is not in that save. */
    send() {
      sent = liveValues(form);
    },

    /** @returns {Set<string>} names of controls with input that came after the last save went out */
    later: () => (sent ? differences(sent, liveValues(form)) : new Set()),

    /** @returns {Set<string>} names of controls with unsaved input */
    names() {
      if (given && !hasActed()) begin();
      const names = new Set([...(given ? differences(given, liveValues(form)) : restored), ...this.later()]);
      // What scripts add to the form is no input, but for the rows of inlines.
      names.forEach((name) => saved.has(name) || touched.has(name) || ROW.test(name) || names.delete(name));
      return names;
    },

    /** @param {string} name @returns {boolean} whether the person has changed this control by hand */
    isTouched: (name) => touched.has(name),

    /** @param {string} name @returns {string} what the person was given there */
    before: (name) => given?.get(name) || "",

    /** @returns {string|null} the longer ones of the saved texts that were changed: the base has only digests of them */
    shown() {
      const long = [...this.names()].map((name) => saved.get(name) || "").filter((text) => text.length > SHORT);
      const list = long.length ? JSON.stringify(long) : "";
      return bound ? null : list.length < LARGEST ? list : "";
    },

    isEmpty() {
      return !bound && !elsewhere && this.names().size === 0;
    },

    /** @param {Map<string, string>} theirs - of a page that was read @returns {Set<string>} names that have other saved values */
    outdated(theirs) {
      const names = differences(bound ? liveValues(form) : saved, theirs);
      names.forEach((name) => theirs.has(name) || names.delete(name)); // a script's, or no longer to be changed
      return names;
    },

    /**
     * These saved values are known to the person from now on.
     *
     * @param {Iterable<string>} names @param {Map<string, string>} theirs
     * @param {boolean} taken - they are in the form; else the person keeps their own
     */
    accept(names, theirs, taken) {
      const live = liveValues(form);
      for (const name of names) {
        saved.set(name, theirs.get(name) || "");
        given?.set(name, (taken ? live : theirs).get(name) || "");
        if (taken) touched.delete(name);
        if (taken) restored.delete(name);
      }
      for (const name of given?.keys() || []) {
        if (!live.has(name) && !theirs.has(name)) given?.delete(name); // of a row that others have removed
      }
    },

    /** The values of the page that was read are now this form's. @param {Map<string, string>} theirs */
    renew(theirs) {
      bound = elsewhere = acted = false;
      restored.clear();
      touched.clear();
      saved = new Map(theirs);
      given = liveValues(form);
      sent = null;
    },
  };
}
