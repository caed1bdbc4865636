import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock } from "../clock.js";

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
