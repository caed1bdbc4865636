/**
 * What differs between two values of a control, line by line, as people read it.
 *
 * @typedef {{label: string, start: string, now: string, mine: string, end: string}} Line
 */

const LONG = 80; // characters: longer texts are cut to what differs
const AROUND = 30;

/** @param {typeof import("./shared.js").shared} shared */
export function createComparison({ named, read, rowOf }) {
  return {
    /** @param {HTMLFormElement} form @param {import("./difference.js").Difference[]} differences @returns {Line[]} */
    lines: (form, differences) =>
      differences.map(({ name, now, mine, shown }) => ({
        label: label(form, name),
        ...excerpt(read(form, name, now), shown || mine),
      })),

    label,
    excerpt,
  };

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

/** @param {string} now @param {string} mine */
export function excerpt(now, mine) {
  let start = 0;
  let end = 0;
  const shortest = Math.min(now.length, mine.length);
  if (now.length > LONG || mine.length > LONG) {
    while (start < shortest && now[start] === mine[start]) start += 1;
    while (end < shortest - start && now[now.length - 1 - end] === mine[mine.length - 1 - end]) end += 1;
  }
  const tell = (/** @type {string} */ text) => text.slice(start, text.length - end).replaceAll("\0", ", ");
  const around = start || end ? "…" : "";
  return {
    start: around + now.slice(0, start).slice(-AROUND),
    now: tell(now),
    mine: tell(mine) || "–",
    end: now.slice(now.length - end).slice(0, AROUND) + around,
  };
}
