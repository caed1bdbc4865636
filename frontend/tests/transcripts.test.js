/**
 * The golden conversations of tests/transcripts/, as the pages in them live through them: `step` hears every
 * message, says what the file has a page say, and in the end shows what the file says.
 */
import { deepEqual } from "node:assert"; // loose: ids of users are numbers or texts
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { editOnInput } from "../edit-on-input.js";
import { step } from "../page-protocol.js";
import { initial } from "../state.js";
import { view } from "../view-state.js";
import { fakeTime } from "./support.js";

const FOLDER = new URL("../../tests/transcripts/", import.meta.url);
const START_MS = 1_790_000_000_000; // the store's clock when a conversation begins
const TICK_MS = 1000;
const FREE_MS = 20_000;
const RULES = { open: { step, view }, input: editOnInput({ step, view }, FREE_MS) };

const press = ({ type, ...fields }) => [{ type: "acted", action: type.replace("_", "-"), fields }];
const ping = (version) => [{ type: "received", message: { type: "ping", version } }];

/** The events that make a page say a frame which it has not just said by itself. */
const CAUSES = {
  claim_editor: () => [{ type: "acted", action: "join-line" }],
  heartbeat: () => [{ type: "woken" }],
  pong: () => ping(0),
  request_room: () => ping(Infinity),
  release_lock: () => [{ type: "left", isElsewhere: true }],
  leave: ({ reason }) => [...(reason === "submit" ? [{ type: "submitted" }] : []), { type: "left" }],
  request_attention: press,
  withdraw_request: press,
  transfer_lease: press,
  stop_waiting: press,
  take_over: press,
  answer_request: press,
};

/** What the page adds (a report of activity), what is new each time, and what the file names otherwise. */
const UNCOMPARED = ["n", "timestamp", "idle_ms", "hidden", "unsaved", "token", "proof", "values"];

/**
 * A document of a tab: page.js without a browser. Where the first input claims, its person types something and takes it
 * back at once.
 */
function createPage(person, time, editOn = "open") {
  const seconds = () => (START_MS + time.now()) / 1000;
  const rules = RULES[editOn];
  const about = { mayEdit: !person.only_looks, userId: person.id, valuesAt: seconds(), bound: false };
  let state = initial({ ...about, resting: editOn === "input" });
  let heardAt = null;
  let left = false;
  let timer;
  /** @type {{at: number, frame: any}[]} */
  let said = [];
  /** The numbers of our frames, by those that they have in the conversation. */
  const numbers = new Map();
  const commands = {
    read: ({ reason }) => dispatch({ type: "values", reason, outcome: "taken", renderedAt: seconds() }),
    wait: ({ ms, event }) => time.setTimeout(() => dispatch(event), ms),
    hand_over: () => said.push({ at: time.now(), frame: { type: "draft" } }),
    show() {
      time.clearTimeout(timer);
      timer = time.setTimeout(() => dispatch({ type: "look" }), TICK_MS);
    },
  };

  function dispatch(event) {
    if (left) return;
    const next = rules.step(state, { ...event, at: time.now(), time: seconds() * 1000, unsaved: false });
    state = next.state;
    for (const command of next.commands) commands[command.type]?.(command);
    said.push(...next.frames.map((frame) => ({ at: time.now(), frame })));
  }

  function lastSaid(type) {
    return said.findLast(({ at, frame }) => at === time.now() && frame.type === type);
  }

  dispatch({ type: "started" });
  return {
    hasLeft: () => left,
    state: () => state,
    view: () => rules.view(state, time.now()).name,

    /** @param {any} frame @param {boolean} isRefused - what the server refuses is no word of a page of ours */
    say(frame, isRefused) {
      const causes = { ...CAUSES, ...(editOn === "input" && { claim_editor: () => [{ type: "typed" }] }) };
      if (!lastSaid(frame.type)) for (const event of causes[frame.type]?.(frame) || []) dispatch(event);
      const own = lastSaid(frame.type);
      if (frame.type === "leave") left = true;
      said = said.filter((one) => one !== own);
      if (isRefused || frame.type === "request_editor_status") return;
      assert.ok(own, `a page says ${JSON.stringify(frame)}`);
      numbers.set(frame.n, own.frame.n);
      for (const name of Object.keys(frame).filter((name) => !UNCOMPARED.includes(name))) {
        deepEqual(own.frame[name], frame[name], `${name} of ${JSON.stringify(frame)}`);
      }
    },

    hear(message) {
      heardAt = time.now();
      if (message.type === "(closed)") return this.lose(message.code);
      return dispatch({ type: "received", message: { ...message, n: numbers.get(message.n) } });
    },

    lose: (code) => dispatch({ type: "closed", code, heardAt }),
  };
}

/** @returns {Map<string, object>} the last document of each page client's tab */
function play({ people, tabs, scenes }) {
  const time = fakeTime();
  const pages = new Map();
  const isOpen = (name) => pages.has(name) && !pages.get(name).hasLeft();
  for (const { wait = 0, connect, cut, close, tab, say, hears } of scenes) {
    time.pass(wait * 1000);
    if (connect && tabs[connect].member !== undefined && !isOpen(connect)) {
      pages.set(connect, createPage(people[tabs[connect].person], time, tabs[connect].edit_on));
    }
    if (isOpen(cut || close)) pages.get(cut || close).lose(1006);
    const isRefused = (hears[tab] || []).some(({ type }) => type === "error");
    if (pages.has(tab) && typeof say === "object") pages.get(tab).say(say, isRefused);
    for (const [name, messages] of Object.entries(hears)) {
      if (pages.has(name)) for (const message of messages) pages.get(name).hear(message);
    }
  }
  return pages;
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
  const conversation = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));

  test(`${conversation.title} (${file})`, () => {
    const pages = play(conversation);
    for (const [name, expected] of Object.entries(conversation.in_the_end)) {
      const state = pages.get(name).state();
      const shown = {
        view: pages.get(name).view(),
        lease: state.lease !== null,
        claim: state.claim,
        editor: state.room?.editor ? state.room.editor.user_id : null,
      };
      const wanted = { ...shown, ...expected };
      assert.deepEqual(shown, wanted, name);
    }
  });
}
