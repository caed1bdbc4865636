/**
 * Watches a form that is open to everybody: tells the page of the first input, and holds a save back until the page has
 * the lease for it.
 */
import { editOnInput } from "./edit-on-input.js";

/** After these a control may have another value without an `input` of its own: lists that move choices, editors. */
const ACTS = ["click", "dblclick", "keyup", "drop", "paste"];

/**
 * @param {import("./edit-on-input.js").StepRule} step
 * @param {import("./edit-on-input.js").ViewRule} view
 * @param {number} freeMs
 * @param {HTMLFormElement} form
 * @param {{isEmpty: () => boolean}} unsaved - it reads the whole form
 * @param {{forget: () => void}} activity - has what was read last
 * @param {() => string} shown - name of the page's state
 * @param {(event: {type: string}) => void} dispatch
 */
export function watchInput(step, view, freeMs, form, unsaved, activity, shown, dispatch) {
  const rules = editOnInput({ step, view }, freeMs);
  /** @type {{submitter: HTMLElement|null}|null} a save that waits for the lease */
  let waiting = null;
  /** The lease is held without unsaved input, and so for a time only. */
  let isUnused = false;

  function isOpen() {
    return shown() === "free";
  }

  /** Does input change anything? */
  function counts() {
    return isUnused || isOpen();
  }

  function typed() {
    if (!counts()) return;
    activity.forget();
    dispatch({ type: "typed" });
  }

  for (const type of ["input", "change"]) {
    document.addEventListener(
      type,
      ({ isTrusted, target }) => {
        const { form: owner, name } = /** @type {any} */ (target);
        if (isTrusted && owner === form && name) typed();
      },
      true,
    );
  }
  for (const type of ACTS) {
    document.addEventListener(
      type,
      ({ isTrusted }) => isTrusted && counts() && setTimeout(() => counts() && !unsaved.isEmpty() && typed()),
      true,
    );
  }

  addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || !isOpen()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { submitter: event.submitter };
      typed();
    },
    true,
  );

  function goOn() {
    if (!waiting || isOpen()) return;
    const { submitter } = waiting;
    waiting = null;
    form.requestSubmit(submitter); // where the form is locked by now, the lock says why
  }

  return {
    ...rules,

    /** @type {import("./edit-on-input.js").StepRule} */
    step(state, event) {
      if (waiting) queueMicrotask(goOn);
      const next = rules.step(state, event);
      isUnused = typeof next.state.cleanAt === "number";
      return next;
    },
  };
}
