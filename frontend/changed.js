/** Marks the fields that got another value from somebody else: who, when, and a way back. */

import { element } from "./elements.js";
import { rowOf } from "./form-values.js";
import { format } from "./format.js";
import { ago } from "./times.js";

const MINUTE_MS = 60000;

/**
 * @param {Record<string, string>} texts
 * @param {null|{name: string, at: number}} news - who has changed it, and when, milliseconds; null: say nothing
 * @param {(control: any) => void} [undo] - for somebody who may change the form: put the value before back
 * @returns {(control: any) => void}
 */
export function createMark(texts, news, undo) {
  return (control) => {
    const row = rowOf(control);
    if (!row || control.type === "hidden") return;
    row.querySelectorAll(".collaborator-note").forEach((note) => note.remove());
    const marked = row.matches(".collaborator-changed");
    row.classList.add("collaborator-changed");
    const words = undo ? note(control, () => unmark()) : marked || hidden(control.labels?.[0] || row);
    const touches = undo ? ["input"] : ["focusin", "pointerdown"];
    const unmark = () => {
      row.classList.remove("collaborator-changed");
      words.remove?.();
      for (const touch of touches) row.removeEventListener(touch, unmark);
    };
    for (const touch of touches) row.addEventListener(touch, unmark);

    /** For screen readers. @param {Element} place */
    function hidden(place) {
      const made = element("span", { class: "collaborator-hidden", text: ` ${texts.changed}` });
      place.append(made);
      return made;
    }
  };

  /** @param {any} control @param {() => void} unmark */
  function note(control, unmark) {
    const text = element("span");
    const button = element("button", {
      type: "button",
      text: texts.undo,
      onclick: () => {
        unmark();
        undo?.(control);
        control.focus();
      },
    });
    const made = element("div", { class: "collaborator-note", role: "status" }, text, button);
    const tell = () => {
      text.textContent = says(texts, news);
      if (made.isConnected) setTimeout(tell, MINUTE_MS);
    };
    (rowOf(control) || control.parentElement).append(made);
    tell();
    return made;
  }
}

/** @param {Record<string, string>} texts @param {null|{name: string, at: number}} news */
function says(texts, news) {
  if (!news) return texts.changed;
  return format(news.name ? texts.changed_by : texts.changed_ago, { name: news.name, ago: ago(news.at) });
}
