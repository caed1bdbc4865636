import assert from "node:assert/strict";
import { test } from "node:test";
import { format } from "../format.js";

test("placeholders are filled by name", () => {
  assert.equal(format("{a} and {b}, {a}", { a: 1, b: "two" }), "1 and two, 1");
});

test("a placeholder without a value stays as it is", () => {
  assert.equal(format("{name} at {time}", { name: "Ada" }), "Ada at {time}");
  assert.equal(format("{constructor}", {}), "{constructor}");
});

test("values are inert: no patterns of replace, no second round", () => {
  assert.equal(format("<{name}>", { name: "$& $1 {name} $`" }), "<$& $1 {name} $`>");
});

test("a text that is not a string is shown as one", () => {
  assert.equal(format(null), "null");
});
