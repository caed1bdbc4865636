import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlain } from "../fillable.js";

/** A control in a row with `size` elements; `style` is how the page shows it. */
function control({ type = "text", tagName = "INPUT", size = 1, style = {}, id = "id_mood", ...more } = {}) {
  const row = {
    querySelectorAll: (what) => ({ length: what === "*" ? size : 0 }),
    getClientRects: () => ({ length: 1 }),
    querySelector: () => null,
  };
  return {
    ...{ type, tagName, id, offsetWidth: 200, parentElement: row },
    closest: () => row,
    matches: () => false,
    getClientRects: () => ({ length: style.display === "none" ? 0 : 1 }),
    style: { display: "block", visibility: "visible", opacity: "1", ...style },
    ...more,
  };
}

globalThis.getComputedStyle = ({ style }) => style;

test("what people see themselves is plain, whatever stands beside it", () => {
  assert.equal(isPlain(control({ size: 5 }), control()), true);
});

test("what is hidden is plain where the server alone has made its row", () => {
  assert.equal(isPlain(control({ type: "hidden", size: 2 }), control({ type: "hidden", size: 2 })), true);
});

test("what is hidden belongs to the script that has put something beside it", () => {
  for (const hidden of [
    { type: "hidden", size: 9 },
    { type: "textarea", tagName: "TEXTAREA", size: 9, style: { display: "none" } },
    { type: "textarea", tagName: "TEXTAREA", size: 9, style: { opacity: "0" } },
    { type: "textarea", tagName: "TEXTAREA", size: 9, offsetWidth: 1 },
  ]) {
    const source = control({ type: hidden.type, tagName: hidden.tagName || "INPUT", size: 2 });
    assert.equal(isPlain(control(hidden), source), false, JSON.stringify(hidden));
  }
});

test("what a script has made something else of is not plain", () => {
  assert.equal(isPlain(control({ type: "range" }), control()), false);
  assert.equal(isPlain(control({ type: "select-one", tagName: "SELECT" }), control()), false);
});
