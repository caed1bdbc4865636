/**
 * The tabs of one browser ask the server together. Whoever is about to ask has the others come along (`gather`): they
 * say what they would ask (`join`), and get their part of the answer (`land`).
 *
 * @typedef {{from: string, said: any[]}} Rider
 */

const GATHER_MS = 25; // no longer, for whoever asks may have something to say

/**
 * @param {string} name - of those who may ask together
 * @param {string} me - no other tab has this
 * @param {object} tab
 * @param {() => void} tab.cede - this tab does not ask now
 * @param {() => boolean|undefined} tab.isHolding - its request waits for news
 * @param {(from: string) => any[]} tab.join - what this tab would ask; none: it does not come along
 * @param {(from: string, answer: any) => void} tab.land - null: it was not asked after all
 * @param {() => void} tab.hurry - somebody who came along has something to say
 * @param {any} [BroadcastChannel]
 * @param {(run: () => void, ms: number) => any} [setTimeout]
 */
export function createTabs(
  name,
  me,
  { cede, isHolding, join, land, hurry },
  BroadcastChannel,
  setTimeout = globalThis.setTimeout,
) {
  /** @type {BroadcastChannel|null} */
  let channel = null;
  /** Tabs that were heard of, as far as they have answered since. @type {Set<string>} */
  const others = new Set();
  /** @type {null|(() => void)} ends the gathering under way */
  let finish = null;
  /** @type {(rider: Rider) => void} */
  let collect = () => {};

  /** @param {string} type @param {object} [more] */
  function say(type, more) {
    channel?.postMessage({ type, from: me, ...more });
  }

  /** @param {{data: any}} event */
  function hear({ data: { type, from, to, said = [], holds, answer } }) {
    if (to && to !== me) return;
    others.add(from);
    if (type === "hello") say("here", { to: from });
    if (type === "asking") {
      if (finish && from < me) {
        cede(); // both at once: one of them comes along
        finish();
      }
      say("joins", { to: from, said: join(from), holds: isHolding() });
    }
    if (type === "joins" && finish && holds) {
      cede(); // its request is held for this tab, too, as soon as it is asked again
      finish();
      tabs.hurry(from);
    } else if (type === "joins") {
      if (finish) collect({ from, said });
      else tabs.turnAway([{ from, said }]); // too late
    }
    if (type === "answer") land(from, answer);
    if (type === "hurry") hurry();
  }

  const tabs = {
    open() {
      if (channel || !name || !BroadcastChannel) return;
      channel = new BroadcastChannel(`admin-collaborator:${name}`);
      /** @type {any} */ (channel).onmessage = hear;
      say("hello");
    },

    /** A page with an open channel is not kept by the browser for the way back. */
    close() {
      channel?.close();
      channel = null;
      others.clear();
    },

    isAlone: () => !others.size,

    /** @param {number} room - for so many clients @returns {Promise<Rider[]>} */
    gather(room) {
      return new Promise((resolve) => {
        const missing = new Set(others);
        /** @type {Rider[]} */
        const answers = [];
        const done = () => {
          if (finish !== done) return;
          finish = null;
          const fitting = answers.filter(({ said }, index) => {
            const before = answers.slice(0, index + 1).flatMap((rider) => rider.said);
            return said.length && before.length <= room;
          });
          tabs.turnAway(answers.filter((rider) => !fitting.includes(rider)));
          resolve(fitting);
        };
        collect = (rider) => {
          answers.push(rider);
          missing.delete(rider.from);
          if (!missing.size) done();
        };
        const giveUp = () => {
          if (finish === done) for (const gone of missing) others.delete(gone);
          done();
        };
        finish = done;
        setTimeout(giveUp, GATHER_MS);
        say("asking");
      });
    },

    /** They are not asked for, after all. @param {Rider[]} riders */
    turnAway(riders) {
      for (const { from, said } of riders) if (said.length) tabs.answer(from, null);
    },

    /** @param {string} to @param {any} answer */
    answer: (to, answer) => say("answer", { to, answer }),

    /** @param {string} to - who asks for this tab, and may wait for news */
    hurry: (to) => say("hurry", { to }),
  };
  return tabs;
}
