/** Marks the fields that got another value from somebody else, until they are touched. */
import { element } from "./elements.js";

/**
 * @param {string} text - for screen readers
 * @returns {(control: any) => void}
 */
export function createMark(text) {
  return (control) => {
    const row = control.closest('[class*="field-"]');
    if (!row || control.type === "hidden" || row.matches(".collaborator-changed")) return;
    const words = element("span", { class: "collaborator-hidden", text: ` ${text}` });
    const unmark = () => {
      row.classList.remove("collaborator-changed");
      words.remove();
    };
    row.classList.add("collaborator-changed");
    (control.labels?.[0] || row).append(words);
    for (const touch of ["focusin", "pointerdown"]) row.addEventListener(touch, unmark, { once: true });
  };
}
