/** Where something that floats covers nothing: neither the bar nor a button that saves or deletes. */

const BUTTONS = '[type=submit], .submit-row, a[href$="/delete/"]';

/**
 * @param {{left: number, right: number}} column - of the window
 * @param {Element[]} own - whose parts do not count @param {(Element|null)[]} also - further ones to keep clear of
 * @returns {[number, number]} top and bottom of the highest part of the window that is free there
 */
export function freePart({ left, right }, own, also) {
  const taken = [...document.querySelectorAll(BUTTONS)]
    .filter((each) => !own.some((root) => root.contains(each)))
    .concat(/** @type {Element[]} */ (also.filter(Boolean)))
    .map((each) => each.getBoundingClientRect())
    .filter((box) => box.width && box.left < right && box.right > left && box.bottom > 0 && box.top < innerHeight)
    .sort((one, other) => one.top - other.top);
  let from = 0;
  /** @type {[number, number]} */
  let best = [0, 0];
  for (const { top, bottom } of [...taken, { top: innerHeight, bottom: 0 }]) {
    if (top - from >= best[1] - best[0]) best = [from, top];
    from = Math.max(from, bottom);
  }
  return best;
}
