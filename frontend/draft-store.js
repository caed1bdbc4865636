/**
 * Where drafts lie in the browser, and how long. A browser may refuse its storage, or be full.
 *
 * @typedef {import("./difference.js").Draft} Draft
 */

const PREFIX = "admin-collaborator:draft:";
const OLDEST_MS = 30 * 86400000;
const LARGEST = 1000000; // characters of one draft
const SAVED = "collaborator_saved";

/** @param {() => any} use @returns {any} undefined when that fails */
function attempt(use) {
  try {
    return use();
  } catch {
    return undefined;
  }
}

/** On every page of the admin: forget what was saved meanwhile, and what nobody came back for. */
export function sweep() {
  const [, saved] = new RegExp(`${SAVED}=(\\w+)`).exec(document.cookie) || [];
  attempt(() => {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) sweepOne(createDraftStore(key.slice(PREFIX.length)), saved);
    }
  });
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser
  if (saved) document.cookie = `${SAVED}=; path=/; max-age=0`;
}

/** @param {ReturnType<typeof createDraftStore>} store @param {string|undefined} saved - what the server names */
function sweepOne(store, saved) {
  const { at = 0, sent, later, values } = store.parse(store.read()) || /** @type {any} */ ({});
  const young = Date.now() - at < OLDEST_MS;
  if (young && !(sent && sent === saved)) return;
  const rest =
    young && later?.length && Object.fromEntries(later.map((/** @type {string} */ name) => [name, values[name]]));
  store.write(rest ? JSON.stringify({ at, values: rest }) : "");
}

/**
 * The site's secret was changed, and with it the names that it makes: a draft is found under the new one.
 *
 * @param {string|null} name @param {string[]} oldNames
 */
export function adopt(name, oldNames) {
  for (const old of oldNames) {
    const text = createDraftStore(old).read();
    if (!name || !text) continue;
    if (createDraftStore(name).read() || createDraftStore(name).write(text)) createDraftStore(old).write("");
  }
}

/** @param {string|null} name - the server's for this user and object */
export function createDraftStore(name) {
  const key = PREFIX + name;
  return {
    /** @returns {string} empty: nothing */
    read: () => attempt(() => localStorage.getItem(key)) || "",

    /** @param {string} text @returns {Draft|undefined} */
    parse: (text) => attempt(() => JSON.parse(text)),

    /** @param {string} text - empty: nothing @returns {boolean|undefined} whether it is kept; else what was kept before is */
    write: (text) =>
      text.length <= LARGEST &&
      attempt(() => {
        if (text) localStorage.setItem(key, text);
        else localStorage.removeItem(key);
        return true;
      }),
  };
}
