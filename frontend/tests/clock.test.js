import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock } from "../clock.js";
import { createLeaseClock } from "../lease-clock.js";

function twoClocks() {
  const at = { ticks: 500, wall: 1_700_000_000_000 };
  return {
    at,
    now: createClock(
      () => at.ticks,
      () => at.wall,
    ),
  };
}

test("time that passed while the machine slept counts, though the ticks stood still", () => {
  const { at, now } = twoClocks();
  at.wall += 60_000;
  assert.equal(now(), 60_000);
});

test("a wall clock that is set back never takes time away", () => {
  const { at, now } = twoClocks();
  at.ticks += 1000;
  at.wall += 3_600_000;
  const before = now();
  at.ticks += 1000;
  at.wall -= 3_600_000;
  assert.equal(now(), before + 1000);
});

test("each step counts the larger of the two", () => {
  const { at, now } = twoClocks();
  at.ticks += 100;
  at.wall += 90;
  now();
  at.ticks += 100;
  at.wall += 5000;
  assert.equal(now(), 5100);
});

test("a lease lives from the moment at which the acknowledged frame was sent", () => {
  let at = 1000;
  const clock = createLeaseClock(() => at);
  const n = clock.next();
  at = 4000; // the answer took three seconds
  assert.equal(clock.until({ n, lease_ms: 30000 }), 31000);
  assert.equal(clock.acknowledged(), 1000);
});

test("an answer without a number, to an unknown frame, or without a lease proves no lease", () => {
  const clock = createLeaseClock(() => 0);
  const n = clock.next();
  assert.equal(clock.until({ lease_ms: 30000 }), undefined);
  assert.equal(clock.until({ n: 99, lease_ms: 30000 }), undefined);
  assert.equal(clock.until({ n, lease_ms: null }), undefined);
});

test("frames have growing numbers, and only the newest are remembered", () => {
  const clock = createLeaseClock(() => 0);
  const first = clock.next();
  let last = first;
  for (let i = 0; i < 100; i += 1) {
    const next = clock.next();
    assert.ok(next > last);
    last = next;
  }
  assert.equal(clock.until({ n: first, lease_ms: 30000 }), undefined);
  assert.equal(clock.until({ n: last, lease_ms: 30000 }), 30000);
});
