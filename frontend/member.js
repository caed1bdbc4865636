/**
 * The id of this tab: random, kept over reloads, and never shared with another tab or person. It proves to the
 * server which tab this is; others are shown an id that the server makes of it. A duplicated tab is
 * born with a copy of sessionStorage, so the id counts only while this document holds a lock on it.
 */

const PATIENCE_MS = 300;
const RELOAD_MS = 2500; // the lock of a document that has just left may outlive it on a busy machine
const JUST_LEFT_MS = 10000;
const PROBE_MS = 150;

/**
 * @param {string} key - sessionStorage key; names the user
 * @param {object} [browser]
 * @param {Storage} [browser.storage]
 * @param {LockManager|null} [browser.locks] - absent on insecure origins
 * @param {typeof globalThis.BroadcastChannel|null} [browser.BroadcastChannel]
 * @param {() => string} [browser.random]
 * @param {() => number} [browser.now] - milliseconds, the same for all documents
 */
export function createMember(
  key,
  {
    storage = sessionStorage,
    locks = navigator.locks,
    BroadcastChannel = globalThis.BroadcastChannel,
    random = randomId,
    now = Date.now,
  } = {},
) {
  const leftKey = `${key}:left`;
  let release = () => {};

  /**
   * @param {string} id @param {LockManager} locks @param {number} [patienceMs]
   * @returns {Promise<boolean>} whether the id is now ours
   */
  function lock(id, locks, patienceMs) {
    return new Promise((resolve) => {
      const patience = new AbortController();
      const timer = patienceMs && setTimeout(() => patience.abort(), patienceMs);
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

  /** @param {string} id @param {number} [patienceMs] */
  function hold(id, patienceMs) {
    return locks
      ? lock(id, locks, patienceMs)
      : BroadcastChannel
        ? probe(id, BroadcastChannel)
        : Promise.resolve(true);
  }

  return {
    id: "",

    /** Take the tab's id, or a new one when another tab has it. @param {boolean} [anew] */
    async acquire(anew = false) {
      release();
      let id = anew ? null : storage.getItem(key);
      // Said by the document before, in this very tab: who copied the storage while it was open did not copy this.
      const justLeft = now() - Number(storage.getItem(leftKey)) < JUST_LEFT_MS;
      storage.removeItem(leftKey);
      if (!id || !(await hold(id, justLeft ? RELOAD_MS : PATIENCE_MS))) {
        id = random();
        await hold(id); // however busy the machine: without the lock a duplicate of this tab would take it
      }
      storage.setItem(key, id);
      this.id = id;
    },

    /** Let the document that follows in this tab have the id. */
    release() {
      storage.setItem(leftKey, String(now()));
      release();
    },
  };
}

/** @param {number} [size] - bytes @returns {string} hexadecimal */
export function randomId(size = 16) {
  const bytes = crypto.getRandomValues(new Uint8Array(size));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
