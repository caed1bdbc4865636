/**
 * The entry of admin_edit.js. It runs in <head>, before there is a form, so that the form is locked from
 * its first control on until it is known who may edit.
 */
import { readConfig } from "./config.js";
import { adopt, sweep } from "./draft-store.js";
import { stamp } from "./elements.js";
import { createFormLock } from "./form-lock.js";
import { start } from "./page.js";
import { createParts } from "./parts.js";
import { shared } from "./shared.js";
import { createTransport } from "./transport.js";

const PENDING = "collaborator-pending";
const PATIENCE_MS = 2000; // with what belongs to a conflict page; after 3 s the page says that no script runs

const { nonce } = /** @type {any} */ (document.currentScript) || {};

/** @type {import("./config.js").PageConfig|null} */
let config = null;

/** @returns {any} the change form, as soon as it is parsed */
function findForm() {
  config = config || readConfig(document);
  return config && document.getElementById(config.form_id);
}

/**
 * The form stays locked until its choices are followed: what is typed before would not count as one.
 *
 * @param {ReturnType<typeof createParts>} parts @param {any} form
 */
async function followChoices(parts, form) {
  const unfollowed = () => {}; // the server follows them all the same
  const following = parts.load("conflict").then((follow) => follow(form), unfollowed);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([following, patience]);
}

function ready() {
  sweep();
  const form = findForm();
  const own = /** @type {any} */ (config);
  const parts = createParts(own?.parts || {}, nonce);
  if (own)
    /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG = Object.assign(own, { shared: { ...shared, parts } });
  if (config && form) {
    const transport = createTransport(config, parts);
    const begin = () => start(own, form, lock, parts, transport);
    own.shared.transport = transport;
    document.getElementById("admin-collaborator")?.replaceChildren(stamp("bar"));
    adopt(config.draft, config.old_drafts || []);
    if (document.getElementById("collaborator-conflict")) followChoices(parts, form).finally(begin);
    else begin();
  } else {
    lock.set(false, false); // a list, an add form, another page of the admin
    const add = document.getElementById("admin-collaborator-add");
    if (add) createParts(JSON.parse(add.textContent || "").parts, nonce).load("add");
    if (own?.list) parts.load("list").then((watch) => watch(own));
  }
  document.documentElement.classList.remove(PENDING);
}

document.documentElement.classList.add(PENDING);
const lock = createFormLock(findForm);
lock.set(true, true);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
