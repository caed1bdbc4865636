/**
 * The live view of one page: who edits tells what is typed (live-typing.js), who waits shows it in the locked form
 * (live-cover.js), until they pause it. Nothing is told while nobody watches.
 *
 * @typedef {object} Page
 * @property {import("./config.js").PageConfig} config
 * @property {HTMLFormElement} form
 * @property {ReturnType<typeof import("./unsaved.js").createUnsaved>} unsaved
 * @property {(frame: object) => boolean} send
 * @property {() => void} look
 * @property {Record<string, string>} texts
 * @property {HTMLElement} root
 */
import { colour } from "./avatars.js";
import { createCover } from "./live-cover.js";
import { createTyping } from "./live-typing.js";
import { NOTHING, reduce } from "./live-values.js";

const AGAIN_MS = 1000; // between two questions for what was lost
const RENEW_MS = 10000; // between two looks at the own page

/** @param {any} shared @param {Page} page */
export function createLive(shared, page) {
  const { config, form, root, send, texts, look } = page;
  const typing = createTyping(shared, page);
  const cover = createCover(shared, page);
  const live = /** @type {any} */ (config).live;
  const place = root.querySelector(".collaborator-menu > .collaborator-unfolded");
  const button = shared.element("button", { class: "collaborator-button", type: "button", onclick: pause });
  const line = shared.element("div", { "data-collaborator-live": true, "data-collaborator-menu": true }, button);
  /** @type {import("./live-values.js").Typed} */
  let typed = NOTHING;
  /** @type {any} */
  let editor = null;
  let watching = ""; // the member whose typing is shown
  let isPaused = false;
  let askedAt = -Infinity;
  let renewedAt = -Infinity;

  function pause() {
    isPaused = !isPaused;
    look();
  }

  function ask() {
    askedAt = performance.now();
    typed = NOTHING;
    send({ type: "watch", shows: live.shows });
  }

  /** What this person may do has changed: perhaps their page shows other fields now. */
  async function renew() {
    cover.lift();
    typed = NOTHING;
    if (performance.now() - renewedAt < RENEW_MS) return;
    renewedAt = performance.now();
    const fresh = shared.readConfig(await shared.fetchPage());
    Object.assign(live, { shows: undefined }, fresh?.live);
    if (watching && live.shows) ask();
  }

  return {
    /** @param {import("./view-state.js").View} shown @param {import("./state.js").State} state */
    render({ name }, { room, lease, connected, memberId }) {
      const present = room?.editor;
      typing.render(lease && connected ? /** @type {any} */ (present)?.watched || 0 : 0);
      const isViewing = name === "viewing" && connected && present && present.member_id !== memberId;
      const next = isViewing && !isPaused ? present.member_id : "";
      editor = present;
      if (next !== watching) {
        cover.lift();
        if (!next && connected) send({ type: "watch", shows: null });
        watching = next;
        if (next) ask();
      } else if (cover.wasLifted() && next) ask();
      button.textContent = texts[isPaused ? "resume_live" : "pause_live"];
      if (isViewing && !line.isConnected) place?.prepend(line);
      if (!isViewing) line.remove();
      if (present) {
        const own = colour(present.user_id);
        form.style.setProperty("--co-live", own);
        form.style.setProperty("--co-live-light", own.replace("28%", "65%"));
      }
      cover.wasLifted();
    },

    /** @param {any} message */
    hear(message) {
      if (message.type === "welcome") watching = "";
      if (message.type === "watched") typing.again();
      if (message.type === "unwatched") renew().catch(() => {}); // the next look over permissions tells again
      if (message.type !== "typed" || !watching) return;
      const next = reduce(typed, message);
      if (next === typed) return;
      if (next) {
        typed = next;
        cover.show(typed, editor);
      } else if (performance.now() - askedAt > AGAIN_MS) ask();
    },
  };
}
