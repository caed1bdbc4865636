import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, ahead, duration, moment, plural } from "../times.js";

/** A page in this language. */
function speak(language) {
  const documentElement = { closest: () => ({ getAttribute: () => language }) };
  globalThis.document = { getElementById: () => null, documentElement };
}

test("times are said in the greatest unit that fits, in the language of our texts", () => {
  speak("en");
  assert.deepEqual(
    [45, 60, 730, 7300, 200_000].map((seconds) => duration(seconds)),
    ["45 sec", "1 min", "12 min", "2 hr", "2 days"],
  );
  assert.equal(duration(2, "long"), "2 seconds");
  assert.equal(ahead(299), "in 5 minutes");
  assert.equal(ago(0, 20_000), "now");
  assert.equal(ago(0, 730_000), "12 minutes ago");
  speak("de");
  assert.equal(duration(730), "12 Min.");
  assert.equal(ahead(60), "in 1 Minute");
  assert.equal(ago(0, 7_200_000), "vor 2 Stunden");
});

test("a moment has its day where that is not today", () => {
  speak("en");
  const now = new Date();
  assert.match(moment(now), /^\d+:\d\d\s[AP]M$/);
  assert.match(moment(new Date(2020, 4, 17, 15, 30)), /^May 17.*3:30\sPM$/);
});

test("one and many are told apart as the language does", () => {
  speak("en");
  assert.deepEqual([1, 2, 11].map(plural), ["one", "other", "other"]);
  speak("ar");
  assert.equal(plural(2), "two");
});
