/**
 * The entry of admin_who_edits.js: the page of operators shows what is now, while it is looked at.
 */
import { ago } from "../times.js";

const PLACE = "collaborator-who-edits";
const AGAIN_MS = 5000;

/** Moments as people say them; the exact one stays where the pointer is. */
function tellTimes() {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll(`#${PLACE} time`))) {
    time.title = time.title || time.textContent || "";
    time.textContent = ago(Date.parse(time.dateTime));
  }
}

/** Whether somebody is about to say why they end an editing. */
function isBusy() {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll(`#${PLACE} [name=reason]`));
  return [...fields].some((field) => field.value || field === document.activeElement);
}

async function look() {
  if (document.hidden || isBusy()) return;
  const headers = { "X-Collaborator-Poll": "1" };
  const response = await fetch(location.href, { headers, credentials: "same-origin", redirect: "error" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const [now, before] = [page, document].map((one) => one.getElementById(PLACE));
  if (!now || !before || isBusy()) return;
  before.replaceWith(document.adoptNode(now));
  tellTimes();
}

function ready() {
  tellTimes();
  setInterval(() => look().catch(() => {}), AGAIN_MS);
  document.addEventListener("visibilitychange", () => look().catch(() => {}));
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
