/**
 * Parts of the scripts that few pages need, with their styles, each loaded when it is first needed. The page's
 * configuration has their addresses; a script that has come hands itself over with `add`.
 *
 * @typedef {{script: string, style?: string}} Files
 */
import { element } from "./elements.js";

const POLICY = "django-admin-collaborator"; // named in docs/usage.md, for `trusted-types`
const AGAIN_MS = 5000; // after a file that did not come

/**
 * @param {Record<string, Files>} files - addresses, by the part's name; where one is missing, it does not come
 * @param {string} [nonce] - of the page's own scripts, where it has one
 */
export function createParts(files, nonce = "") {
  /** @type {Record<string, any>} */
  const added = {};
  /** @type {Record<string, any>} */
  const ready = {};
  /** @type {Record<string, Promise<any>>} */
  const loads = {};
  /** @type {any} */
  let policy;

  /** @param {string} address @returns {any} */
  function trusted(address) {
    try {
      policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy(POLICY, {
        createScriptURL: (/** @type {string} */ url) => url,
      });
    } catch {
      return address; // a policy of the site does not know ours; where it asks for one, the script does not come
    }
    return policy ? policy.createScriptURL(address) : address;
  }

  /** @param {string} tag @param {(made: any) => void} fill @returns {Promise<void>} */
  function put(tag, fill) {
    return new Promise((resolve, reject) => {
      const made = element(tag, { onload: resolve, onerror: reject });
      made.nonce = nonce;
      fill(made);
      document.head.append(made);
    });
  }

  /** @param {Files} files */
  function fetch({ script, style }) {
    const isStyled =
      style &&
      put("link", (link) => {
        link.rel = "stylesheet";
        link.href = style;
      });
    const isLoaded = put("script", (made) => {
      made.src = trusted(script);
    });
    return Promise.all([isLoaded, isStyled]);
  }

  const parts = {
    /** A part's script has come. @param {string} name @param {any} part */
    add(name, part) {
      added[name] = part;
    },

    /** @param {string} name @returns {Promise<any>} the part */
    load(name) {
      if (!loads[name]) {
        loads[name] = Promise.resolve(files[name])
          .then(fetch)
          .then(() => {
            ready[name] = added[name];
            return ready[name];
          });
        loads[name].catch(() => setTimeout(() => delete loads[name], AGAIN_MS));
      }
      return loads[name];
    },

    /** @param {string} name @param {() => void} onCome @returns {any} the part; undefined until it has come */
    get(name, onCome) {
      if (!loads[name]) parts.load(name).then(onCome, () => {});
      return ready[name];
    },
  };
  return parts;
}
