/**
 * The entry of admin_edit.js. It runs in <head>, before there is a form, so that the form is locked from
 * its first control on until it is known who may edit.
 */
import { readConfig } from "./config.js";
import { followChoices } from "./conflict.js";
import { adopt, sweep } from "./draft-store.js";
import { createFormLock } from "./form-lock.js";
import { start } from "./page.js";
import { shared } from "./shared.js";

const PENDING = "collaborator-pending";

/** @type {import("./config.js").PageConfig|null} */
let config = null;

/** @returns {any} the change form, as soon as it is parsed */
function findForm() {
  config = config || readConfig(document);
  return config && document.getElementById(config.form_id);
}

function ready() {
  sweep();
  const form = findForm();
  if (config && form) {
    /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG = Object.assign(config, { shared });
    adopt(config.draft, config.old_drafts || []);
    start(config, form, lock);
    followChoices(form);
  } else {
    lock.set(false); // a list, an add form, another page of the admin
  }
  document.documentElement.classList.remove(PENDING);
}

document.documentElement.classList.add(PENDING);
const lock = createFormLock(findForm);
lock.set(true);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
