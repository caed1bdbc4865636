/**
 * What the server has to know of the person at this page: when they last touched it, whether they see it,
 * whether there is something unsaved on it. It rides on other frames; news of it are a frame of their own.
 *
 * @typedef {{idle_ms: number, hidden: boolean, unsaved: boolean}} Report
 */

const LOOK_MS = 2000; // between two looks for unsaved text; they read the whole form

/**
 * @param {() => number} now - own clock, milliseconds
 * @param {() => boolean} hasUnsaved
 * @param {() => void} onReturn - there is input again after a pause that counts as idle
 * @param {Document} [page]
 */
export function createActivity(now, hasUnsaved, onReturn, page = document) {
  let inputAt = now();
  let lookAt = 0;
  /** @type {Report|null} */
  let told = null;
  const activity = {
    /** Input after a pause of so long is told at once. */
    pauseMs: Infinity,

    /** For a frame that is sent now. @returns {Report} */
    report() {
      lookAt = now() + LOOK_MS;
      told = { idle_ms: Math.round(now() - inputAt), hidden: page.hidden, unsaved: hasUnsaved() };
      return told;
    },

    /** @returns {Report|undefined} what the server does not know yet */
    news() {
      const before = told;
      if (before && before.hidden === page.hidden && now() < lookAt) return undefined;
      const { hidden, unsaved } = activity.report();
      return !before || before.hidden !== hidden || before.unsaved !== unsaved ? told || undefined : undefined;
    },

    /** @returns {boolean|undefined} as of the last report */
    isUnsaved: () => told?.unsaved,

    /** Whatever was told is not to count: a new connection, a return, or a question whether somebody is there. */
    forget() {
      told = null;
    },
  };
  for (const type of ["input", "keydown", "pointerdown"]) {
    page.addEventListener(
      type,
      () => {
        const pause = now() - inputAt;
        inputAt = now();
        if (pause < activity.pauseMs) return;
        activity.forget();
        onReturn();
      },
      true,
    );
  }
  return activity;
}
