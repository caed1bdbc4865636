/**
 * Editors that keep their text to themselves until the form is submitted. TinyMCE and CKEditor 4 and 5 can
 * be asked; of others it is only known that one is there.
 *
 * @typedef {object} RichText
 * @property {() => string} read
 * @property {(text: string) => void} write
 * @property {boolean} isHeld
 * @property {(on: boolean) => void} hold - let it be read, not changed
 */

/**
 * @param {any} control - the textarea behind it
 * @returns {RichText|null}
 */
export function richText(control) {
  if (control.type !== "textarea") return null;
  const { tinymce, CKEDITOR } = /** @type {any} */ (globalThis);
  const tiny = tinymce?.get?.(control.id);
  if (tiny?.initialized) {
    return {
      read: () => tiny.getContent(),
      write: (text) => tiny.setContent(text),
      isHeld: tiny.mode.isReadOnly(),
      hold: (on) => tiny.mode.set(on || tiny.options?.get("readonly") ? "readonly" : "design"),
    };
  }
  const four = CKEDITOR?.instances?.[control.id];
  if (four) {
    const ready = four.status === "ready"; // before, it takes after its textarea
    return {
      read: () => four.getData(),
      write: (text) => four.setData(text),
      isHeld: four.readOnly || !ready,
      hold(on) {
        const set = () => four.setReadOnly(Boolean(on || four.config.readOnly));
        if (ready) set();
        else four.once("instanceReady", set);
      },
    };
  }
  const five = control.parentElement?.querySelector(".ck-editor__editable")?.ckeditorInstance;
  if (!five) return null;
  return {
    read: () => five.getData(),
    write: (text) => five.setData(text),
    isHeld: five.isReadOnly,
    hold: (on) => five[on ? "enableReadOnlyMode" : "disableReadOnlyMode"]("collaborator"),
  };
}
