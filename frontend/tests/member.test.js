import assert from "node:assert/strict";
import { test } from "node:test";
import { createMember } from "../member.js";

const KEY = "admin-collaborator:member:7";

function fakeStorage(items = {}) {
  const map = new Map(Object.entries(items));
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => map.set(key, value),
    removeItem: (key) => map.delete(key),
    copy: () => fakeStorage(Object.fromEntries(map)),
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

test("a reloaded tab keeps its id, even when the lock of the old document outlives it for a second", async () => {
  const locks = fakeLocks();
  const storage = fakeStorage();
  const before = tab(storage, { locks });
  await before.acquire();
  storage.setItem(`${KEY}:left`, String(Date.now())); // as release() does at once
  setTimeout(before.release, 1000);
  const after = tab(storage, { locks });
  await after.acquire();
  assert.equal(after.id, before.id);
});

test("a duplicated tab, born with a copy of the storage, takes a new id", async () => {
  const locks = fakeLocks();
  const storage = fakeStorage();
  const original = tab(storage, { locks });
  await original.acquire();
  const copied = storage.copy();
  const duplicate = tab(copied, { locks });
  await duplicate.acquire();
  assert.notEqual(duplicate.id, original.id);
  assert.equal(copied.getItem(KEY), duplicate.id);
});

test("a tab that was duplicated after its form was left long ago does not wait for the lock", async () => {
  const locks = fakeLocks();
  const storage = fakeStorage();
  let at = 1_000_000;
  const before = tab(storage, { locks, now: () => at });
  await before.acquire();
  before.release();
  at += 10_000;
  const copied = storage.copy();
  const original = tab(storage, { locks, now: () => at });
  await original.acquire();
  const started = performance.now();
  const duplicate = tab(copied, { locks, now: () => at });
  await duplicate.acquire();
  assert.equal(original.id, before.id);
  assert.notEqual(duplicate.id, original.id);
  assert.ok(performance.now() - started < 1000);
});

test("a new id is locked before it is used, however long a busy machine takes, so no duplicate gets it", async () => {
  const locks = fakeLocks();
  const storage = fakeStorage();
  const { request } = locks;
  locks.request = async (...asked) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (!asked[1].signal.aborted) return request(...asked);
    throw new DOMException("aborted", "AbortError");
  };
  const original = tab(storage, { locks });
  await original.acquire();
  assert.deepEqual([...locks.held.keys()], [`admin-collaborator:${original.id}`]);
  const duplicate = tab(storage.copy(), { locks });
  await duplicate.acquire();
  assert.notEqual(duplicate.id, original.id);
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
