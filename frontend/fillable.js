/** Whether a control can be given a saved value in place: nothing else on the page may show, or put back, another. */
import { chosenBehind, isShown, rowOf } from "./form-values.js";
import { richText } from "./rich-text.js";

const CHOICE = /^(checkbox|radio|file)$/;
const OURS = ".collaborator-note, .collaborator-note *, .collaborator-hidden";

/**
 * @param {any} control
 * @param {any} source - the same control of a page on which no script has run
 */
export function isPlain(control, source) {
  if (control.tagName !== source.tagName || control.type !== source.type) return false;
  if (CHOICE.test(control.type) || chosenBehind(control) || richText(control)) return true;
  if (control.matches(".select2-hidden-accessible") || isShown(control)) return true;
  // It is hidden. Where a script has put something beside it, that shows a value of its own.
  return size(control) === size(source);
}

/** @param {any} control @returns {number} elements in its row, or beside it */
function size(control) {
  const around = rowOf(control) || control.parentElement;
  return around.querySelectorAll("*").length - around.querySelectorAll(OURS).length;
}

/**
 * Some widgets have their value beside the control, for a script to show: in its attributes, or in a script of the row.
 *
 * @param {any} control
 * @param {any} source - the same control of a page on which no script has run
 * @returns {boolean} whether something else was saved, though the control itself has the same value in both
 */
export function differsBeside(control, source) {
  const [own, theirs] = [control, source].map((each) => rowOf(each) || each.parentElement);
  const scripts = (/** @type {Element} */ row) => [...row.querySelectorAll("script")].map((each) => each.textContent);
  if (scripts(own).join() !== scripts(theirs).join()) return true;
  return [...theirs.querySelectorAll("[id]")].some((/** @type {any} */ element) => {
    const place = [...own.querySelectorAll("[id]")].find(({ id }) => id === element.id);
    return Object.keys(element.dataset).some(
      (key) => place?.dataset[key] && place.dataset[key] !== element.dataset[key],
    );
  });
}
