/**
 * The courtesy lock: the form can be read, selected, copied, its sections opened and its links followed,
 * but not changed; or it can be changed, but not saved. Only what was set here is undone here.
 */
import { richText } from "./rich-text.js";

const HELD = "data-collaborator-held";
const SUBMIT = /^(submit|image)$/;
const CHOICE =
  "select, input[type=checkbox], input[type=radio], input[type=file], input[type=color], input[type=range]";
const WIDGETS = ".calendarbox, .clockbox, .select2-container";
/** Links that lead to a change. */
const LINKS = '.related-widget-wrapper-link:not(.view-related), a[href$="/delete/"]';
/** What a press would change; toggles, tabs and the pages of a calendar are not among it. */
const CHANGING =
  `${CHOICE}, .select2-container, button, .related-lookup, ${LINKS}, ` +
  'a[href=""], a[href="#"], a[href^="javascript:"], a:not([href])';
const HARMLESS =
  "summary, .collapse-toggle, [role=tab], [aria-expanded], [aria-controls], [data-toggle], [data-bs-toggle], " +
  "[id^=calendarlink], [id^=clocklink], .calendarnav-previous, .calendarnav-next, .calendar-cancel a";
/** What takes a press for itself; a press on anything else may begin to drag a row. */
const CONTROLS =
  "input, select, textarea, button, summary, label, [contenteditable], " +
  'a[href]:not([href=""], [href="#"], [href^="javascript:"])';
const MOVING_KEYS = /^(Tab|Shift|Control|Alt|Meta|Escape|F\d+|PageUp|PageDown)$/;

/**
 * @param {() => HTMLFormElement|null} findForm
 * @param {Document} [page]
 */
export function createFormLock(findForm, page = document) {
  /** What we set something on. A script may take it out of the page, or build it again from what it was then. */
  const touched = new Set();
  let locked = false; // against changes
  let isHeld = false; // against saving
  const observer = new MutationObserver(apply);

  /** @param {any} element @param {string} property */
  function set(element, property) {
    if (element[property]) return;
    touched.add(element);
    element.setAttribute(HELD, property);
    element[property] = true;
  }

  function apply() {
    const form = findForm();
    if (!isHeld) return page.querySelectorAll(`[${HELD}]`).forEach(release);
    if (!form) return undefined;
    form.classList.toggle("collaborator-locked", locked);
    for (const element of /** @type {any} */ (form.elements)) {
      if (element.closest(".empty-form")) continue; // rows are cloned from it
      if (SUBMIT.test(element.type)) set(element, "disabled");
      else if (!locked) continue;
      else if (element.matches(CHOICE)) set(element, "ariaDisabled");
      else if ("readOnly" in element && element.type !== "hidden") set(element, "readOnly");
      const editor = touched.has(element) && richText(element);
      if (editor && !editor.isHeld) editor.hold(true);
    }
    if (locked) for (const link of form.querySelectorAll(LINKS)) set(link, "ariaDisabled");
    return undefined;
  }

  /** @param {any} element */
  function release(element) {
    element[element.getAttribute(HELD) || ""] = null; // as it was: whatever was set before stayed untouched
    element.removeAttribute(HELD);
    try {
      richText(element)?.hold(false);
    } catch (error) {
      console.warn("django-admin-collaborator:", error); // an editor that its script has taken away
    }
  }

  function undo() {
    const form = findForm();
    if (form) form.classList.remove("collaborator-locked");
    touched.forEach(release);
    touched.clear();
    apply();
  }

  /** @param {any} target @returns {boolean} whether it belongs to the form, wherever it stands on the page */
  function covers(target) {
    const form = findForm();
    if (!form || !target?.closest) return false;
    return form.contains(target) || target.form === form || target.closest(WIDGETS) !== null;
  }

  /** @param {Event} event */
  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {Event} event @param {string} what @returns {any} */
  function pressed(event, what) {
    const target = /** @type {any} */ (event.target);
    const changing = target.closest(what);
    if (!changing || changing.matches(".select2-container")) return changing; // itself marked as expandable
    return target.closest(HARMLESS) ? null : changing;
  }

  /** @param {Event} event @returns {boolean} whether it may begin to move a row */
  function drags({ target }) {
    const pressed = /** @type {any} */ (target);
    if (/grab|move/.test(getComputedStyle(pressed).cursor)) return true;
    return !pressed.closest(CONTROLS) && !pressed.closest(HARMLESS);
  }

  /** @type {Record<string, (event: any) => boolean>} whether this event would change the form */
  const rules = {
    beforeinput: () => true,
    paste: () => true,
    cut: () => true,
    drop: () => true,
    dragstart: () => true,
    reset: () => true,
    submit: () => true,
    dblclick: (event) => event.target.closest("select") !== null,
    click: (event) => pressed(event, CHANGING) !== null,
    mousedown: (event) => pressed(event, `${CHOICE}, .select2-container`) !== null,
    keydown: (event) =>
      pressed(event, "select, input[type=radio], input[type=color], input[type=range], .select2-container") &&
      !MOVING_KEYS.test(event.key) &&
      !event.ctrlKey &&
      !event.metaKey,
  };
  for (const type of Object.keys(rules)) {
    page.addEventListener(
      type,
      (/** @type {any} */ event) => {
        if (
          event.collaborator ||
          !(type === "submit" ? isHeld : locked) ||
          !covers(event.target) ||
          !rules[type](event)
        )
          return;
        stop(event);
        if (type === "submit") lock.onHeldBack();
      },
      true,
    );
  }

  for (const type of ["pointerdown", "mousedown", "touchstart"]) {
    const keepFromRows = (/** @type {Event} */ event) => {
      if (locked && covers(event.target) && drags(event)) event.stopPropagation(); // it still scrolls and selects
    };
    page.addEventListener(type, keepFromRows, { capture: true, passive: true });
  }

  const lock = {
    /** Somebody tried to submit the locked form. */
    onHeldBack() {},

    /** @param {boolean} form - it cannot be changed @param {boolean} saving - nor saved */
    set(form, saving) {
      if (form === locked && saving === isHeld) return;
      const isOpened = (locked && !form) || !saving;
      [locked, isHeld] = [form, saving];
      observer.observe(page, { childList: true, subtree: true }); // from then on
      if (isOpened) undo();
      else apply();
    },
  };
  return lock;
}
