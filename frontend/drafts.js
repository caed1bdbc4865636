/**
 * What the person types, kept in the browser while it is unsaved, and offered back when it was lost. The key
 * under which it lies is made by the server for this user and object; passwords and files never get there.
 *
 * @typedef {import("./difference.js").Draft} Draft
 */

import { putValues } from "./apply-values.js";
import { copies } from "./copies.js";
import { differing, read } from "./difference.js";
import { createDraftStore } from "./draft-store.js";
import { liveValues } from "./form-values.js";
import { place, rowKeys, rowOf } from "./rows.js";
import { ago } from "./times.js";

const KEEP_MS = 2000;
const LARGEST_SENT = 80000; // characters of one that is handed over; a frame has 262,144 bytes
const SECRET =
  "[type=password], [type=file], [autocomplete*=password], [autocomplete^=cc-], [data-collaborator-secret]";

/**
 * @param {string|null} name - the server's; null: drafts are switched off
 * @param {HTMLFormElement} form
 * @param {ReturnType<typeof import("./unsaved.js").createUnsaved>} unsaved
 * @param {boolean} bound - the server refused the form, and rendered what was posted
 * @param {object} show - with values of null: do not show it any more
 * @param {(name: string, values: any) => void} show.panel
 * @param {(key: string, values: any) => void} show.tell
 * @param {(differences: import("./difference.js").Difference[]) => any[]|undefined} show.compare - undefined: not yet
 */
export function createDrafts(name, form, unsaved, bound, show) {
  const store = createDraftStore(name);
  const secrets = new Set();
  /** @typedef {Draft & {username?: string, giver?: any, differing?: any[], lines?: any[], isAside?: boolean}} Offer */
  /** @type {Record<string, Offer>} what can be put back, by panel */
  const offers = {};
  let written = ""; // by this page
  /** @type {string|undefined} what the last save of this page calls the draft that it went out with */
  let sent;
  let keptAt = 0;
  let seen = "";
  let warned = false;

  /** @param {string} control */
  const pattern = (control) => control.replace(/-(\d+|__prefix__)-/g, "--");

  /** @param {string} control - name; secrets, and the counters of inlines, which no row is known by */
  const isPrivate = (control) => secrets.has(pattern(control)) || /-[A-Z_]+_FORMS$/.test(control);

  /** @returns {Draft} what is typed and not saved here */
  function typed() {
    const live = liveValues(form);
    /** @type {Draft} */
    const draft = { at: Date.now(), values: {} };
    for (const control of /** @type {any} */ (form.elements)) {
      if (control.matches(SECRET)) secrets.add(pattern(control.name));
    }
    for (const each of unsaved.names()) {
      const value = live.get(each);
      if (value === undefined || isPrivate(each)) continue;
      const shown = read(form, each, value);
      draft.values[each] = [value, unsaved.before(each), rowOf(form, each), shown === value ? undefined : shown];
    }
    return draft;
  }

  function write() {
    look();
    const draft = typed();
    const values = { ...offers.draft?.values, ...draft.values };
    // What is on offer and was not answered is in no save either.
    const offered = Object.keys(offers.draft?.values || {}).filter((each) => !draft.values[each]);
    const later = [...unsaved.later(), ...offered].filter((each) => values[each]);
    const text = Object.keys(values).length ? JSON.stringify({ at: draft.at, sent, later, values }) : "";
    const but = (/** @type {string} */ one) => one.slice(one.indexOf(",")); // the time
    if (but(text) === but(written)) return;
    const refused = !store.write(text);
    if (!refused) written = text;
    if (refused !== warned) show.tell("draft_not_kept", refused ? {} : null);
    warned = refused;
  }

  /** Is there something that this page has not written? */
  function look() {
    const text = store.read();
    if (text === written) return;
    written = text;
    const draft = store.parse(text);
    if (draft) offers.draft = draft;
    else delete offers.draft;
  }

  /** @param {any} offer */
  function compare(offer) {
    offer.differing = differing(form, offer);
    offer.lines = undefined;
  }

  /** @param {Draft} draft */
  function put({ values }) {
    const wanted = new Map();
    const labels = new Map();
    for (const [each, [mine, , row, shown]] of Object.entries(values)) {
      const here = place(form, each, row, true);
      if (!here || isPrivate(here)) continue;
      wanted.set(here, mine);
      labels.set(here, shown);
    }
    unsaved.acted();
    putValues(form, copies(form, wanted, labels), new Set(wanted.keys()));
  }

  return {
    /** @param {boolean} [now] - do not wait for the next two seconds */
    keep(now) {
      if (!name || (!now && Date.now() - keptAt < KEEP_MS)) return;
      keptAt = Date.now();
      write();
    },

    /** The person takes the saved values instead: what was typed stays on offer. */
    setAside() {
      if (name) look();
      const draft = typed();
      offers.draft = { at: draft.at, values: { ...offers.draft?.values, ...draft.values }, isAside: true };
      seen = "";
    },

    /** The form is being saved. @returns {string|null} what the server is to name when that was done */
    send() {
      unsaved.send();
      if (!name) return null;
      sent = Math.random().toString(36).slice(2);
      write();
      return sent;
    },

    /**
     * @param {string} state - name of the page's state
     * @param {boolean} enabled @param {boolean} told - somebody who cannot change the form hears of it too
     */
    render(state, enabled, told) {
      if (state !== seen) {
        seen = state;
        if (name) look();
        Object.values(offers).forEach(compare);
        const { draft } = offers;
        if (draft && enabled) {
          const { sent, at } = draft;
          const untouched = Object.entries(draft.values).every(
            ([each, [, before]]) => unsaved.before(each) === before,
          );
          if (!draft.differing?.length) {
            if (draft.isAside)
              seen = ""; // the form still shows it, until the saved values have come
            else if (!bound) this.drop("draft");
          } else if (sent && untouched && !bound) {
            this.restore("draft"); // a save that nobody answered, because the session had ended, say
            if (!offers.draft) show.tell("draft_back", { time: ago(at) });
          }
        }
      }
      for (const panel of ["draft", "handed"]) {
        const offer = offers[panel];
        const open = offer?.differing?.length && (enabled || told);
        if (open) offer.lines ??= show.compare(offer.differing || []);
        show.panel(panel, open && offer.lines ? { ...offer, time: ago(offer.at), enabled } : null);
      }
    },

    /**
     * The editor before has left this, or the person themself elsewhere.
     *
     * @param {{user_id: any, username: string, values: Record<string, string>|null}} message
     * @param {boolean} isOwn @param {number} at - when that was kept on the server; 0: it comes from the editor's page
     */
    take({ user_id: giver, username, values }, isOwn, at) {
      if (!values) return show.tell("draft_too_long", { username });
      const entries = Object.entries(values).map(([each, text]) => [each, [text, "", rowOf(form, each)]]);
      const taken = Object.fromEntries(entries);
      const { draft, handed } = offers;
      if (isOwn && !(at < (draft?.at || 0))) offers.draft = { ...draft, at, values: { ...draft?.values, ...taken } };
      else if (!isOwn && !(at && handed?.giver === giver)) offers.handed = { at, username, giver, values: taken };
      seen = "";
    },

    /**
     * @param {boolean} [all] - also what is on offer
     * @returns {object|undefined} fields of the message to the editor that follows; values of null: too much
     */
    handOver(all) {
      const values = name ? { ...(all && offers.draft?.values), ...typed().values } : {};
      const entries = Object.entries(values).map(([each, [mine]]) => [each, mine]);
      if (!entries.length) return undefined;
      const draft = {
        values: Object.fromEntries(entries),
        rows: rowKeys(
          form,
          entries.map(([each]) => each),
        ),
      };
      return JSON.stringify(draft).length < LARGEST_SENT ? draft : { values: null };
    },

    /** @returns {any} whose text was handed over and is on offer */
    giver: () => offers.handed?.giver,

    /** @param {string} panel */
    restore(panel) {
      const offer = offers[panel];
      put(offer);
      compare(offer); // what could not be put back stays on offer
      if (!offer.differing?.length) this.drop(panel);
    },

    /** Do not offer it any more. @param {string} panel */
    drop(panel) {
      delete offers[panel];
      if (panel === "draft" && name) write();
    },
  };
}
