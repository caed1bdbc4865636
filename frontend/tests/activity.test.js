import assert from "node:assert/strict";
import { test } from "node:test";
import { createActivity } from "../activity.js";
import { fakeTime } from "./support.js";

function createPerson() {
  const time = fakeTime();
  const page = Object.assign(new EventTarget(), { hidden: false });
  const person = { time, page, unsaved: false, returns: 0 };
  person.activity = createActivity(
    time.now,
    () => person.unsaved,
    () => {
      person.returns += 1;
    },
    page,
  );
  person.activity.pauseMs = 600_000;
  person.types = () => page.dispatchEvent(new Event("keydown"));
  return person;
}

test("a report counts from the last input", () => {
  const { activity, time, types } = createPerson();
  time.pass(5000);
  assert.deepEqual(activity.report(), { idle_ms: 5000, hidden: false, unsaved: false });
  types();
  assert.equal(activity.report().idle_ms, 0);
});

test("after a welcome the first look is news, the next one is none", () => {
  const { activity, time } = createPerson();
  assert.ok(activity.news());
  time.pass(3000);
  assert.equal(activity.news(), undefined);
  activity.forget();
  assert.ok(activity.news());
});

test("a page that goes out of sight tells it at once, unsaved text at the next look", () => {
  const person = createPerson();
  person.activity.news();
  person.unsaved = true;
  assert.equal(person.activity.news(), undefined);
  person.time.pass(2000);
  assert.deepEqual(person.activity.news(), { idle_ms: 2000, hidden: false, unsaved: true });
  person.page.hidden = true;
  assert.equal(person.activity.news().hidden, true);
});

test("input after an idle time is told at once, other input is not", () => {
  const person = createPerson();
  person.activity.news();
  person.types();
  assert.equal(person.returns, 0);
  person.time.pass(600_000);
  person.activity.report();
  person.types();
  assert.equal(person.returns, 1);
  assert.equal(person.activity.news().idle_ms, 0);
});
