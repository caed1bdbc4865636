import assert from "node:assert/strict";
import { test } from "node:test";
import { rowKeys } from "../rows.js";

const hidden = (name, value) => ({ type: "hidden", name, value, defaultValue: value });
const form = {
  elements: [
    { type: "text", name: "title", value: "Budget" },
    hidden("rows-INITIAL_FORMS", "2"),
    hidden("rows-0-id", "7"),
    hidden("rows-1-id", "8"),
    hidden("rows-1-article", "5"),
    { type: "text", name: "rows-1-text", value: "Typed" },
    { type: "text", name: "rows-2-text", value: "New" },
  ],
};

test("the server is told which rows text was typed in, by their hidden keys", () => {
  assert.deepEqual(rowKeys(form, ["title", "rows-1-text", "rows-2-text"]), {
    "rows-INITIAL_FORMS": "2",
    "rows-1-id": "8",
    "rows-1-article": "5",
  });
});

test("text outside of rows needs no keys", () => {
  assert.deepEqual(rowKeys(form, ["title", "no-such-7-row"]), {});
});
