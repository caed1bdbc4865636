/**
 * The choice between theirs and mine after a conflict. The server follows it at the save; here the form
 * shows it at once.
 */
import { chosenBehind, liveValues } from "./form-values.js";
import { putValues } from "./take-over.js";

/** @param {HTMLFormElement} form */
export function followChoices(form) {
  const panel = document.getElementById("collaborator-conflict");
  if (!panel) return;
  panel.querySelectorAll("template[data-collaborator-choice]").forEach((each) => {
    const template = /** @type {HTMLTemplateElement} */ (each);
    const theirs = /** @type {any[]} */ ([...template.content.querySelectorAll("input, select, textarea")]);
    const names = new Set(theirs.map(({ name }) => name));
    const choice = template.dataset.collaboratorChoice;
    const radios = /** @type {any[]} */ ([...form.elements]).filter(({ name }) => name === choice);
    /** @type {any[]} */
    let mine = [];
    for (const radio of radios) {
      radio.addEventListener("change", () => {
        if (radio.value !== "theirs") return putValues(form, mine, names);
        mine = copies(form, names);
        putValues(form, theirs, names);
      });
    }
    // Typing into the field is a choice too: otherwise the server would put theirs over it.
    form.addEventListener("input", ({ target }) => {
      if (!names.has(/** @type {any} */ (target).name)) return;
      for (const radio of radios) radio.checked = radio.value === "mine";
    });
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Set<string>} names
 * @returns {any[]} the controls as a page would have them that was rendered with what they hold now
 */
function copies(form, names) {
  const values = liveValues(form);
  const named = /** @type {any[]} */ ([...form.elements]).filter(({ name }) => names.has(name));
  return named.map((control) => {
    const copy = control.cloneNode(true);
    const held = (values.get(control.name) || "").split("\0");
    if (/^(checkbox|radio)$/.test(control.type)) copy.defaultChecked = control.checked;
    else if (control.options) renderChoice(copy, control, held);
    else copy.defaultValue = values.get(control.name) || "";
    return copy;
  });
}

/** @param {HTMLSelectElement} copy @param {HTMLSelectElement} select @param {string[]} held */
function renderChoice(copy, select, held) {
  const chosen = chosenBehind(select); // of filter_horizontal, which keeps the other options in a second list
  if (chosen) {
    const { cache } = /** @type {any} */ (globalThis).SelectBox;
    const options = [...chosen, ...cache[select.id.replace(/_to$/, "_from")]];
    copy.replaceChildren(...options.map(({ text, value }) => new Option(text, value)));
  }
  for (const option of copy.options) {
    option.defaultSelected = held.includes(option.value);
    option.selected = option.defaultSelected;
  }
}
