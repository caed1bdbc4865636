/** The two fields that tell the server from which member and under which lease a save comes. */
import { element } from "./elements.js";

/** @param {HTMLFormElement} form */
export function createSaveFields(form) {
  /** @param {string} name @param {string|number|null} value */
  function put(name, value) {
    let input = /** @type {any} */ (form.elements.namedItem(name));
    if (value === null || value === "") {
      if (input) input.remove();
      return;
    }
    if (!input) {
      input = element("input", { type: "hidden", name });
      form.append(input);
    }
    if (input.value !== String(value)) input.value = value;
  }

  return {
    put,

    /** Submit the form as if its button for that were pressed, which not every form has. */
    saveAsNew() {
      const button = element("button", { name: "_saveasnew", value: "1", hidden: true });
      form.append(button);
      button.click();
      button.remove();
    },

    /** @param {string} member @param {number|null} token - null without a lease */
    set(member, token) {
      put("_collaborator_member", member);
      put("_collaborator_token", token);
    },
  };
}
