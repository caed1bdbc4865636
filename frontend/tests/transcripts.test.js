/**
 * The golden conversations of tests/transcripts/, as the pages in them live through them: every message
 * goes through `reduce`, and in the end each page shows what the file says.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { createLeaseClock } from "../lease-clock.js";
import { reduce } from "../room.js";
import { initial } from "../state.js";
import { view } from "../view-state.js";

const FOLDER = new URL("../../tests/transcripts/", import.meta.url);
const START = 1_790_000_000; // seconds, the store's clock when a conversation begins
const OWN_START = 5_000_000; // milliseconds, the pages' clock

/** A document of a tab: what session.js is without a browser. */
function createPage(person, now) {
  const leaseClock = createLeaseClock(now);
  const readAt = () => START + (now() - OWN_START) / 1000;
  let state = initial({
    mayEdit: !person.only_looks,
    userId: person.id,
    valuesAt: readAt(),
    bound: false,
  });
  let heardAt = null;
  let left = false;

  const dispatch = (event) => {
    state = reduce(state, { ...event, at: now() });
  };

  return {
    hasLeft: () => left,
    state: () => state,

    say(frame) {
      if (frame.n !== undefined) assert.equal(leaseClock.next(), frame.n, "frames are counted up");
      if (frame.type === "claim_editor") dispatch({ type: "claimed" });
      if (frame.type === "leave") left = true;
    },

    hear(message) {
      heardAt = now();
      if (message.type === "(closed)") return this.lose(message.code);
      if (message.type === "ping") return undefined; // the conversation says what is answered
      const until = leaseClock.until(message);
      return dispatch(until === undefined ? message : { ...message, until });
    },

    lose(code) {
      dispatch({ type: "closed", code, heardAt, acknowledgedAt: leaseClock.acknowledged() });
    },

    /** The saved values are there as soon as they are asked for. */
    readValues() {
      if (state.have < state.wanted && !left) {
        dispatch({ type: "values", reason: state.wanted, outcome: "taken", renderedAt: readAt() });
      }
    },
  };
}

/** @returns {Map<string, {page: object, at: number}>} the last document of each page client's tab */
function play({ people, tabs, scenes }) {
  let at = OWN_START;
  const now = () => at;
  const pages = new Map();
  const isPage = (name) => tabs[name].member !== undefined;
  for (const scene of scenes) {
    if (scene.wait) at += scene.wait * 1000;
    const coming = scene.connect;
    if (coming && isPage(coming) && (!pages.has(coming) || pages.get(coming).hasLeft())) {
      pages.set(coming, createPage(people[tabs[coming].person], now));
    }
    const lost = scene.cut || scene.close;
    if (lost && pages.has(lost) && !pages.get(lost).hasLeft()) pages.get(lost).lose(1006);
    if (pages.has(scene.tab) && typeof scene.say === "object") pages.get(scene.tab).say(scene.say);
    for (const [name, messages] of Object.entries(scene.hears)) {
      if (pages.has(name)) for (const message of messages) pages.get(name).hear(message);
    }
    for (const page of pages.values()) page.readValues();
  }
  return { pages, at };
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
  const conversation = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));

  test(`${conversation.title} (${file})`, () => {
    const { pages, at } = play(conversation);
    for (const [name, expected] of Object.entries(conversation.in_the_end)) {
      const state = pages.get(name).state();
      const shown = {
        view: view(state, at).name,
        lease: state.lease !== null,
        claim: state.claim,
        editor: state.room?.editor ? state.room.editor.user_id : null,
      };
      const wanted = { ...shown, ...expected };
      assert.deepEqual(shown, wanted, name);
    }
  });
}
