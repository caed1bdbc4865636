/**
 * The id of this tab: random, kept over reloads, and never shared with another tab. A duplicated tab is
 * born with a copy of sessionStorage, so the id counts only while this document holds a lock on it.
 */

const RELOAD_MS = 300; // a reloaded document's lock may outlive it for a moment
const PROBE_MS = 150;

/**
 * @param {string} key - sessionStorage key; names the user, as an id belongs to one user
 * @param {object} [browser]
 * @param {Storage} [browser.storage]
 * @param {LockManager|null} [browser.locks] - absent on insecure origins
 * @param {typeof globalThis.BroadcastChannel|null} [browser.BroadcastChannel]
 * @param {() => string} [browser.random]
 */
export function createMember(
  key,
  {
    storage = sessionStorage,
    locks = navigator.locks,
    BroadcastChannel = globalThis.BroadcastChannel,
    random = randomId,
  } = {},
) {
  let release = () => {};

  /** @param {string} id @param {LockManager} locks @returns {Promise<boolean>} whether the id is now ours */
  function lock(id, locks) {
    return new Promise((resolve) => {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), RELOAD_MS);
      const held = () => {
        clearTimeout(timer);
        resolve(true);
        return new Promise((done) => {
          release = () => done(undefined);
        });
      };
      locks.request(`admin-collaborator:${id}`, { signal: patience.signal }, held).catch(() => resolve(false));
    });
  }

  /**
   * @param {string} id @param {typeof globalThis.BroadcastChannel} Channel
   * @returns {Promise<boolean>} whether no other tab says that the id is its own
   */
  function probe(id, Channel) {
    return new Promise((resolve) => {
      const me = random();
      const channel = new Channel("admin-collaborator:members");
      let mine = false;
      channel.onmessage = ({ data }) => {
        if (data.id !== id || data.from === me) return;
        if (!data.taken) channel.postMessage({ id, from: me, taken: true });
        else if (!mine) {
          channel.close();
          resolve(false);
        }
      };
      release = () => channel.close();
      channel.postMessage({ id, from: me });
      setTimeout(() => {
        mine = true;
        resolve(true);
      }, PROBE_MS);
    });
  }

  /** @param {string} id */
  function hold(id) {
    return locks ? lock(id, locks) : BroadcastChannel ? probe(id, BroadcastChannel) : Promise.resolve(true);
  }

  return {
    id: "",

    /** Take the tab's id, or a new one when another tab has it. @param {boolean} [anew] */
    async acquire(anew = false) {
      release();
      let id = anew ? null : storage.getItem(key);
      if (!id || !(await hold(id))) {
        id = random();
        await hold(id);
      }
      storage.setItem(key, id);
      this.id = id;
    },

    /** Let the document that follows in this tab have the id at once. */
    release: () => release(),
  };
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
