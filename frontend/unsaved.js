/**
 * What the person has typed and not saved, told apart from what widgets and browsers do to a form by
 * themselves: a widget may rewrite a value while the page loads, a browser may bring back old input.
 */
import { differences, liveValues, renderedValues } from "./form-values.js";

/**
 * @param {HTMLFormElement} form
 * @param {boolean} bound - the server refused the form and rendered it with what was posted
 */
export function createUnsaved(form, bound) {
  let saved = renderedValues(form);
  const restored = differences(saved, liveValues(form));
  /** @type {Map<string, string>|null} the values as the person was given them */
  let given = null;
  /** @type {Map<string, string>|null} the values as the last save took them along */
  let sent = null;
  /** An editor that we know nothing of was typed in; its text reaches the form when that is submitted. */
  let elsewhere = false;
  form.addEventListener("input", ({ target }) => {
    if (/** @type {HTMLElement} */ (target).isContentEditable) elsewhere = true;
  });

  return {
    /** The form is handed to the person: what differs from now on is theirs. */
    begin() {
      if (given) return;
      given = liveValues(form);
      for (const name of restored) given.set(name, saved.get(name) || "");
    },

    /** The form is being saved: what differs from now on is not in that save. */
    send() {
      sent = liveValues(form);
    },

    /** @returns {Set<string>} names of controls with input that came after the last save went out */
    later: () => (sent ? differences(sent, liveValues(form)) : new Set()),

    /** @returns {Set<string>} names of controls with unsaved input */
    names() {
      return new Set([...(given ? differences(given, liveValues(form)) : restored), ...this.later()]);
    },

    /** @param {string} name @returns {string} what the person was given there */
    before: (name) => given?.get(name) || "",

    isEmpty() {
      return !bound && !elsewhere && this.names().size === 0;
    },

    /** @param {HTMLFormElement} fetched @returns {Set<string>} names whose saved values are not those of this page */
    outdated: (fetched) => differences(bound ? liveValues(form) : saved, renderedValues(fetched)),

    /** The values of the fetched form are now this form's. @param {HTMLFormElement} fetched */
    renew(fetched) {
      bound = elsewhere = false;
      restored.clear();
      saved = renderedValues(fetched);
      given = liveValues(form);
      sent = null;
    },
  };
}
