/**
 * Keeps unsaved text on the server, where the project wants that: for the person's other devices, and for whoever
 * edits next. A page says it while it has the lease, and asks for what there is when it gets one.
 */
const EVERY_MS = 5000;
const NOTHING = { values: {} };

export function createKeeper() {
  let said = JSON.stringify(NOTHING);
  let saidAt = -Infinity;
  /** @type {number|null} */
  let asked = null;

  /**
   * @param {number} token - of the lease @param {number} at - own clock; Infinity: now or never
   * @param {(all: boolean) => object|undefined} draft - what is typed and not saved @param {(frame: object) => void} send
   */
  return (token, at, draft, send) => {
    // What the person has typed elsewhere is asked for once: later it may be what this page has kept itself.
    if (asked !== token) send({ type: "read_drafts", own: asked === null });
    asked = token;
    if (at - saidAt < EVERY_MS) return;
    if (at !== Infinity) saidAt = at;
    const now = draft(true) || NOTHING;
    const text = JSON.stringify(now);
    if (text !== said) send({ type: "keep_draft", ...now });
    said = text;
  };
}
