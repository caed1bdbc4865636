/** What differs between two values of a control, line by line, as people read it. */
import { compared, folded, marked, merge, readable } from "./words.js";

/** @param {Pick<typeof import("./shared.js").shared, "element"|"named"|"read"|"rowOf">} shared */
export function createComparison({ element, named, read, rowOf }) {
  return {
    /** @param {HTMLFormElement} form @param {import("./difference.js").Difference[]} differences */
    lines: (form, differences) =>
      differences.map(({ name, now, mine, shown }) => {
        const [before, after] = /** @type {string[]} */ (readable([read(form, name, now), shown || mine]));
        return { label: label(form, name), text: nodes(folded(marked(before, after))) };
      }),

    label,

    /** @param {string[]} texts - before, theirs and mine @param {boolean} isText - they can be put together */
    sides([before, theirs, mine], isText) {
      const found = compared(before, theirs, mine);
      const both = isText ? merge(before, theirs, mine) : null;
      const [shownBefore, shownBoth] = /** @type {string[]} */ (readable([before, both || ""]));
      const merged = both === null ? "" : nodes(folded(marked(shownBefore, shownBoth)));
      return { theirs: nodes(found.theirs), mine: nodes(found.mine), merged, both };
    },
  };

  /** @param {import("./words.js").Piece[]} pieces @returns {any[]} */
  function nodes(pieces) {
    return pieces.map(({ text, change }) => (change ? element(change, { text }) : text));
  }

  /** @param {HTMLFormElement} form @param {string} name @returns {string} what people call the control */
  function label(form, name) {
    const control = named(form, name) || named(form, name.replace(/-\d+-/, "-__prefix__-"));
    const box = control ? rowOf(control) : form.querySelector(`.field-${CSS.escape(name)}`); // no longer to be changed
    const cell = control?.closest("td");
    const head = cell?.closest("table").querySelectorAll("thead th")[cell.cellIndex];
    const row = /-(\d+)-/.exec(name);
    const own = box?.querySelector("label, legend");
    const words = (own || head)?.firstChild?.textContent.trim().replace(/:$/, "") || name;
    return row ? `${words} ${Number(row[1]) + 1}` : words;
  }
}
