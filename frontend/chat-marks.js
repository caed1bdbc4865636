/** Up to which message each talk was read, in all tabs of this browser, which may refuse its storage. */

const KEY = "admin-collaborator:chat-read";
const OLDEST_MS = 30 * 86400000;

/** @typedef {Record<string, string>} Marks - time of the newest message that was read, by the partner's id */

/** @returns {Record<string, Marks>} by page */
function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY) || "{}");
  } catch {
    return {};
  }
}

/** @param {string} page @returns {Marks} */
export function marksOf(page) {
  return all()[page] || {};
}

/** @param {string} page @param {Marks} marks */
export function keepMarks(page, marks) {
  const pages = all();
  const merged = { ...pages[page] };
  for (const [id, at] of Object.entries(marks)) if (at > (merged[id] || "")) merged[id] = at;
  const isYoung = (/** @type {string} */ at) => Date.parse(at) > Date.now() - OLDEST_MS;
  const kept = Object.entries({ ...pages, [page]: merged }).filter(([, one]) => Object.values(one).some(isYoung));
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {} // then what was read counts as unread in the next tab
}
