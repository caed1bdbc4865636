/** The form of an object that is to be added: nobody else is there, and unsaved text is kept all the same. */
import { createCards } from "./cards.js";
import { createComparison } from "./comparison.js";
import { read } from "./difference.js";
import { createDrafts } from "./drafts.js";
import { element, setText, stamp } from "./elements.js";
import { rowOf } from "./form-values.js";
import { format } from "./format.js";
import { named } from "./rows.js";
import { createSaveFields } from "./save-fields.js";
import { createUnsaved } from "./unsaved.js";

const TICK_MS = 1000;

export function keepDrafts() {
  const block = /** @type {Element} */ (document.getElementById("admin-collaborator-add"));
  const { draft, form_id, messages } = JSON.parse(block.textContent || "");
  const form = /** @type {HTMLFormElement|null} */ (document.getElementById(form_id));
  const root = document.getElementById("admin-collaborator");
  if (!form || !root) return;
  const bound = document.querySelector(".errornote, .errorlist") !== null;
  const unsaved = createUnsaved(form, bound);
  const comparison = createComparison({ element, named, read, rowOf });
  const saveFields = createSaveFields(form);
  const own = /** @type {any} */ ({ element, format, setText, stamp });
  const cards = createCards(own, root, messages, (action, { answer }) => {
    if (action === "restore-draft") drafts.restore(answer);
    else drafts.drop(answer);
    look();
  });
  const drafts = createDrafts(draft, form, unsaved, bound, {
    panel: cards.put,
    tell: (key, values) => cards.put(key, values && format(messages[key], values)),
    compare: (differences) => comparison.lines(form, differences),
  });

  function look() {
    drafts.keep();
    drafts.render("adding", true, false);
  }

  unsaved.begin();
  look();
  setInterval(look, TICK_MS);
  addEventListener("submit", ({ target, defaultPrevented }) => {
    if (target === form && !defaultPrevented) saveFields.put("_collaborator_draft", drafts.send());
  });
  addEventListener("pagehide", () => drafts.keep(true));
  document.addEventListener("visibilitychange", () => drafts.keep(true));
}
