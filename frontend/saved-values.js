/** Reads the saved values of this page and puts them into the form, unless that would cost unsaved input. */
import { readConfig } from "./config.js";
import { fetchPage } from "./fresh.js";
import { takeOver, takeOverTitles } from "./take-over.js";

/**
 * @param {import("./config.js").PageConfig} config
 * @param {HTMLFormElement} form
 * @param {ReturnType<typeof import("./unsaved.js").createUnsaved>} unsaved
 */
export function createSavedValues(config, form, unsaved) {
  let objectName = config.object;

  /** @param {Document} page @param {boolean} discard @returns {string} what became of the fetched values */
  function put(page, discard) {
    const fetched = /** @type {HTMLFormElement|null} */ (page.getElementById(form.id));
    const fetchedConfig = readConfig(page);
    if (!fetched || !fetchedConfig) throw new Error("there is no form on the page that was read");
    const outdated = unsaved.outdated(fetched);
    const replace = discard || unsaved.isEmpty();
    if (!replace && outdated.size) return "unsaved";
    if (discard) unsaved.names().forEach((name) => outdated.add(name));
    if (!takeOver(form, fetched, outdated, config.messages.changed, !replace)) {
      location.reload(); // what cannot be shown in place is shown by a new page
      return "failed";
    }
    if (replace) {
      unsaved.renew(fetched);
      const refusal = document.getElementById("collaborator-conflict");
      if (refusal) refusal.remove(); // what it is about is no longer in the form
    }
    takeOverTitles(document, page, objectName, fetchedConfig.object);
    objectName = fetchedConfig.object;
    return outdated.size ? "taken" : "same";
  }

  return {
    /**
     * @param {boolean} discard - the person gives up unsaved input
     * @returns {Promise<{outcome: string, renderedAt: number}>} outcome: `taken`; `same`, when nothing differed;
     *   `unsaved`, when there is input that would be lost; `failed`
     */
    async read(discard) {
      try {
        const page = await fetchPage();
        return { outcome: put(page, discard), renderedAt: (readConfig(page) || config).rendered_at };
      } catch (error) {
        console.warn("django-admin-collaborator:", error);
        return { outcome: "failed", renderedAt: 0 };
      }
    },
  };
}
