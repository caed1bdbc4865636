import assert from "node:assert/strict";
import { test } from "node:test";
import { acknowledge, count, NOTHING_SENT } from "../lease-clock.js";

test("a lease lives from the moment at which the acknowledged frame was sent", () => {
  const sent = count(NOTHING_SENT, 1000);
  const answer = acknowledge(sent, { n: sent.last, lease_ms: 30000 }); // however long it took
  assert.equal(answer.until, 31000);
  assert.equal(answer.sent.acknowledged, 1000);
});

test("an answer without a number, to an unknown frame, or without a lease proves no lease", () => {
  const sent = count(NOTHING_SENT, 0);
  for (const message of [
    { lease_ms: 30000 },
    { n: 0, lease_ms: 30000 },
    { n: 2, lease_ms: 30000 },
    { n: 99, lease_ms: 30000 },
    { n: -1, lease_ms: 30000 },
    { n: sent.last, lease_ms: null },
  ]) {
    assert.equal(acknowledge(sent, message).until, undefined, JSON.stringify(message));
  }
});

test("an answer to an older frame takes nothing back", () => {
  const sent = count(count(NOTHING_SENT, 1000), 2000);
  const newest = acknowledge(sent, { n: 2, lease_ms: 30000 }).sent;
  const older = acknowledge(newest, { n: 1, lease_ms: 30000 });
  assert.equal(older.until, 31000);
  assert.equal(older.sent.acknowledged, 2000);
});

test("frames have growing numbers, and only the newest 64 are remembered", () => {
  let sent = NOTHING_SENT;
  for (let at = 1; at <= 100; at += 1) {
    sent = count(sent, at);
    assert.equal(sent.last, at);
  }
  for (const [n, until] of [
    [36, undefined],
    [37, 30037],
    [100, 30100],
  ]) {
    assert.equal(acknowledge(sent, { n, lease_ms: 30000 }).until, until);
  }
});
