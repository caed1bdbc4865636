import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { isOpaque, richText } from "../rich-text.js";

/** A control whose widget consists of what `around` says, by selector. */
function control(changes = {}, around = {}) {
  const find = (selectors) =>
    selectors
      .split(", ")
      .map((selector) => around[selector])
      .find(Boolean) ?? null;
  return { type: "textarea", id: "id_body", style: "none", parentElement: { querySelector: find }, ...changes };
}

globalThis.getComputedStyle = ({ style }) => ({ display: style });

afterEach(() => {
  globalThis.tinymce = undefined;
  globalThis.CKEDITOR = undefined;
});

test("a plain control has no editor and hides nothing", () => {
  assert.equal(richText(control({ type: "text" })), null);
  assert.equal(richText(control()), null);
  assert.equal(isOpaque(control({ style: "inline-block" })), false);
  assert.equal(isOpaque(control({ type: "hidden" })), false);
});

test("TinyMCE is read, written, held and released", () => {
  const modes = [];
  let content = "old";
  globalThis.tinymce = {
    get: (id) => ({
      initialized: id === "id_body",
      getContent: () => content,
      setContent: (text) => {
        content = text;
      },
      mode: { isReadOnly: () => modes.at(-1) === "readonly", set: (mode) => modes.push(mode) },
    }),
  };
  const editor = richText(control());
  editor.write("new");
  editor.hold(true);
  assert.equal(richText(control()).isHeld, true);
  editor.hold(false);
  assert.deepEqual([editor.read(), modes], ["new", ["readonly", "design"]]);
  assert.equal(isOpaque(control({}, { iframe: {} })), false);
});

test("CKEditor 4 that is not ready takes after its textarea, and is released when it is", () => {
  const held = [];
  const waiting = [];
  const four = {
    status: "loaded",
    config: {},
    setReadOnly: (on) => held.push(on),
    once: (_, run) => waiting.push(run),
  };
  globalThis.CKEDITOR = { instances: { id_body: four } };
  assert.equal(richText(control()).isHeld, true);
  richText(control()).hold(false);
  assert.deepEqual(held, []);
  waiting.forEach((run) => run());
  assert.deepEqual(held, [false]);
});

test("CKEditor 4 that its site made read-only stays so", () => {
  const held = [];
  const four = { status: "ready", config: { readOnly: true }, readOnly: true, setReadOnly: (on) => held.push(on) };
  globalThis.CKEDITOR = { instances: { id_body: four } };
  richText(control()).hold(false);
  assert.deepEqual(held, [true]);
});

test("CKEditor 5 is held under a lock of our own", () => {
  const said = [];
  const ckeditorInstance = {
    isReadOnly: false,
    getData: () => "text",
    enableReadOnlyMode: (lock) => said.push(["on", lock]),
    disableReadOnlyMode: (lock) => said.push(["off", lock]),
  };
  const editor = richText(control({}, { ".ck-editor__editable": { ckeditorInstance } }));
  editor.hold(true);
  editor.hold(false);
  assert.equal(editor.read(), "text");
  assert.deepEqual(said, [
    ["on", "collaborator"],
    ["off", "collaborator"],
  ]);
});

test("an editor that is not known would go on showing the old value", () => {
  assert.equal(isOpaque(control({}, { "[contenteditable]": {} })), true);
  assert.equal(isOpaque(control({ type: "hidden" }, { iframe: {} })), true);
  assert.equal(isOpaque(control({ style: "block" }, { "[contenteditable]": {} })), false, "its textarea is shown");
});
