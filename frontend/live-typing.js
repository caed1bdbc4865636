/**
 * Tells those who watch what the person types here: the last value of each control with unsaved input, at most ten
 * times a second, and only what has changed since. What no input has caused is not among it (unsaved.js).
 */
import { controlsByName, counted, pattern } from "./live-names.js";
import { change } from "./live-values.js";

const EVERY_MS = 100;
const POLLING_MS = 2000; // where this page has no connection, its frames are requests
const KEPT_MS = 1000; // what is kept for those who have none
const LOOK_MS = 500; // editors in frames are heard of by their text alone
const REPEAT_MS = 8000;
const LARGEST = 100000; // characters of one frame
const KEPT = 2;
const ACTS = ["keydown", "pointerdown", "input", "change", "click"];
const SECRET = "[type=password], [autocomplete*=password], [autocomplete^=cc-], [data-collaborator-secret]";

/**
 * @param {any} shared
 * @param {any} page - see live.js
 */
export function createTyping({ liveValues, read, rowOf, transport }, { config, form, unsaved, send }) {
  const { keys, hidden = [] } = config.live;
  const secrets = new Set(hidden);
  let n = Date.now(); // greater than those of a page before this one
  /** @type {Record<string, string>} */
  let sent = {};
  /** @type {string|null} */
  let focus = null;
  let watched = 0;
  let isNew = true; // all has to be told
  let acted = false;
  let isBehind = false; // more was told than is kept
  let sentAt = -Infinity;
  let keptAt = -Infinity;
  /** @type {any} */
  let timer = null;

  for (const type of ACTS) document.addEventListener(type, act, true);

  /** @param {Event} event */
  function act({ isTrusted }) {
    acted ||= isTrusted;
    if (watched) schedule();
  }

  function schedule() {
    const wait = sentAt + (transport.isPolling() ? POLLING_MS : EVERY_MS) - performance.now();
    if (timer === null) timer = setTimeout(look, Math.max(0, wait));
  }

  function look() {
    timer = null;
    if (watched) tell(isNew, performance.now() - sentAt >= REPEAT_MS);
  }

  /** @param {Map<string, any>} controls */
  function focused(controls) {
    const { activeElement: active } = /** @type {any} */ (document);
    if (!active || !form.contains(active)) return null;
    const name = active.name || rowOf(active)?.querySelector("textarea[name]")?.name; // an editor's
    if (!acted && !unsaved.isTouched(name)) return null; // a script has put it there
    return [...controls].find(([, control]) => control.name === name)?.[0] || null;
  }

  /** @param {Map<string, any>} controls @returns {Record<string, string>} */
  function typed(controls) {
    const live = liveValues(form);
    const names = unsaved.names();
    for (const control of form.querySelectorAll(SECRET)) secrets.add(control.name.replace(/-\d+-/, "--"));
    /** @type {Record<string, string>} */
    const values = {};
    let size = 0;
    for (const [name, control] of controls) {
      if (!names.has(control.name) || secrets.has(pattern(name))) continue;
      const prefix = counted(name);
      let value = live.get(control.name);
      if (control.type === "file") value = [...control.files].map((file) => file.name).join(", ");
      if (prefix) value = String(value - (live.get(`${prefix}-INITIAL_FORMS`) || 0));
      if (value === undefined || size + value.length > LARGEST) continue;
      size += value.length;
      values[name] = value;
    }
    return values;
  }

  /** @param {boolean} all @param {boolean} isDue - say something in any case */
  function tell(all, isDue) {
    const at = performance.now();
    const controls = controlsByName(form.elements, keys);
    const now = typed(controls);
    const isKept = watched === KEPT || transport.isPolling();
    const whole = all || (isKept && (isDue || at - keptAt >= KEPT_MS));
    /** @type {Record<string, any>} */
    const values = {};
    for (const name of Object.keys({ ...sent, ...now })) {
      if (now[name] === undefined) {
        if (!whole) values[name] = null;
      } else if (whole || sent[name] !== now[name]) {
        values[name] = whole ? now[name] : change(sent[name], now[name]);
      }
    }
    const here = focused(controls);
    const isChanged =
      here !== focus || Object.keys({ ...sent, ...now }).some((name) => sent[name] !== now[name]) || isNew;
    if (!isChanged && !isDue && !(whole && isBehind) && !all) return;
    if (isChanged || all) n += 1;
    /** @type {Record<string, string>} */
    const labels = {};
    for (const name of Object.keys(values)) {
      const control = controls.get(name);
      const label = control?.options && read(form, control.name, now[name]);
      if (label && label !== now[name]) labels[name] = label;
    }
    const frame = { type: "typed", n, values: isChanged || whole ? values : {}, focus: here };
    isNew = !send({ ...frame, ...(Object.keys(labels).length && { labels }), ...(whole && { all: true }) });
    isBehind = isKept && !whole;
    sent = now;
    focus = here;
    sentAt = at;
    if (whole) keptAt = at;
  }

  setInterval(() => watched && schedule(), LOOK_MS);

  return {
    /** @param {number} wanted - whether somebody watches, and has no connection (2) */
    render(wanted) {
      if (wanted && !watched) isNew = true;
      watched = wanted;
      if (wanted && isNew) schedule();
    },

    /** Somebody begins to watch. */
    again() {
      isNew = true;
      watched ||= 1;
      schedule();
    },
  };
}
