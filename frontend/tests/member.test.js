import assert from "node:assert/strict";
import { test } from "node:test";
import { createMember } from "../member.js";

const KEY = "admin-collaborator:member:7";

function fakeStorage(items = {}) {
  return {
    items: { ...items },
    getItem: (key) => items[key] ?? null,
    setItem(key, value) {
      items[key] = value;
      this.items = items;
    },
  };
}

/** Web Locks, as one browser shares them among its tabs. */
function fakeLocks() {
  const held = new Map();
  return {
    held,
    request(name, { signal }, run) {
      return new Promise((resolve, reject) => {
        const grant = () => {
          held.set(name, true);
          run().then(() => {
            held.delete(name);
            resolve();
          });
        };
        if (!held.has(name)) return grant();
        const wait = setInterval(() => {
          if (held.has(name)) return;
          clearInterval(wait);
          grant();
        }, 5);
        signal.addEventListener("abort", () => {
          clearInterval(wait);
          reject(new DOMException("aborted", "AbortError"));
        });
      });
    },
  };
}

function tab(storage, browser) {
  return createMember(KEY, { storage, locks: null, BroadcastChannel: null, ...browser });
}

test("the first id is random, long enough, and of the allowed characters", async () => {
  const member = tab(fakeStorage(), { locks: fakeLocks() });
  await member.acquire();
  assert.match(member.id, /^[A-Za-z0-9_-]{16,64}$/);
});

test("a reloaded tab keeps its id, even when the lock of the old document outlives it for a moment", async () => {
  const locks = fakeLocks();
  const storage = fakeStorage();
  const before = tab(storage, { locks });
  await before.acquire();
  setTimeout(before.release, 50);
  const after = tab(storage, { locks });
  await after.acquire();
  assert.equal(after.id, before.id);
});

test("a duplicated tab, born with a copy of the storage, takes a new id", async () => {
  const locks = fakeLocks();
  const original = tab(fakeStorage(), { locks });
  await original.acquire();
  const copied = fakeStorage({ [KEY]: original.id });
  const duplicate = tab(copied, { locks });
  await duplicate.acquire();
  assert.notEqual(duplicate.id, original.id);
  assert.equal(copied.getItem(KEY), duplicate.id);
});

test("asked for a new id, it gives back the lock on the old one", async () => {
  const locks = fakeLocks();
  const member = tab(fakeStorage(), { locks });
  await member.acquire();
  const old = member.id;
  await member.acquire(true);
  assert.notEqual(member.id, old);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([...locks.held.keys()], [`admin-collaborator:${member.id}`]);
});

test("on an insecure origin a duplicated tab is told by the other one", async () => {
  const original = tab(fakeStorage(), { BroadcastChannel });
  await original.acquire();
  const duplicate = tab(fakeStorage({ [KEY]: original.id }), { BroadcastChannel });
  await duplicate.acquire();
  assert.notEqual(duplicate.id, original.id);
  original.release();
  const reloaded = tab(fakeStorage({ [KEY]: original.id }), { BroadcastChannel });
  await reloaded.acquire();
  assert.equal(reloaded.id, original.id);
  duplicate.release();
  reloaded.release();
});

test("a browser with neither keeps the stored id; the server tells by 4409", async () => {
  const member = tab(fakeStorage({ [KEY]: "stored-stored-stored" }), {});
  await member.acquire();
  assert.equal(member.id, "stored-stored-stored");
});
