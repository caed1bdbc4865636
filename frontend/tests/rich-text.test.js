import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { richText } from "../rich-text.js";

/** A control whose widget consists of what `around` says, by selector. */
function control(changes = {}, around = {}) {
  const find = (selectors) =>
    selectors
      .split(", ")
      .map((selector) => around[selector])
      .find(Boolean) ?? null;
  return { type: "textarea", id: "id_body", parentElement: { querySelector: find }, ...changes };
}

afterEach(() => {
  globalThis.tinymce = undefined;
  globalThis.CKEDITOR = undefined;
});

test("a plain control has no editor", () => {
  assert.equal(richText(control({ type: "text" })), null);
  assert.equal(richText(control()), null);
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
