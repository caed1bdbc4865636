/**
 * The choice between theirs and mine after a conflict. The server follows it at the save; here the form
 * shows it at once.
 */

/** @param {typeof import("./shared.js").shared} shared */
export function createFollower({ copies, liveValues, putValues }) {
  return (/** @type {HTMLFormElement} */ form) => {
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
          mine = copies(form, new Map([...liveValues(form)].filter(([name]) => names.has(name))));
          putValues(form, theirs, names);
        });
      }
      // Typing into the field is a choice too: otherwise the server would put theirs over it.
      form.addEventListener("input", ({ target }) => {
        if (!names.has(/** @type {any} */ (target).name)) return;
        for (const radio of radios) radio.checked = radio.value === "mine";
      });
    });
  };
}
