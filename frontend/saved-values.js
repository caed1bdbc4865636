/**
 * Reads the saved values of this page and merges them into the form: what only others have changed is taken over,
 * what both have changed is asked about, and what cannot be shown in place is shown by a new page. The base of
 * the page that was read comes into the form only when the form has, or the person has seen, all that it stands for.
 */

import { applyTitles, putValues, showStill, takeBase } from "./apply-values.js";
import { createMark } from "./changed.js";
import { readConfig } from "./config.js";
import { copies } from "./copies.js";
import { read } from "./difference.js";
import { fetchPage } from "./fetch-page.js";
import { differsBeside, isPlain } from "./fillable.js";
import { controls, cover, liveValues, renderedValues } from "./form-values.js";
import { replaceRows } from "./inline-rows.js";
import { richText } from "./rich-text.js";
import { named } from "./rows.js";

const RELOADED = "admin-collaborator:reloaded";
const JUST_LOADED_MS = 10000;

/**
 * @typedef {object} Open - what is left of the page that was read last
 * @property {HTMLFormElement} fetched
 * @property {Map<string, string>} theirs
 * @property {Set<string>} asked - names of controls whose value the person decides on
 * @property {boolean} isStuck - there is more, which only the answer to a save can show
 */

/**
 * @param {import("./config.js").PageConfig} config
 * @param {HTMLFormElement} form
 * @param {ReturnType<typeof import("./unsaved.js").createUnsaved>} unsaved
 * @param {boolean} bound - the server refused the form, and rendered what was posted
 * @param {object} page
 * @param {() => null|{name: string, at: number}} page.whoSaved - who saved last, and when, milliseconds
 * @param {() => boolean} page.isEnabled
 * @param {() => void} page.onReload - this document is about to be loaded again
 */
export function createSavedValues(config, form, unsaved, bound, { whoSaved, isEnabled, onReload }) {
  const before = reloadedFor();
  let objectName = config.object;
  /** @type {Open|null} */
  let open = null;
  /** @type {string[]} */
  let ownBase = [];
  /** @type {Map<string, any>} controls as the page that was read last has them, of those whose value lies beside them */
  const beside = new Map();
  /** Names of those that were changed: what they are is not to be read from the control. */
  const unread = new Set();
  /** @type {Map<string, {was: string, is: string}>} what was taken over beside unsaved input */
  const taken = new Map();
  /** @type {Map<string, string>} what both have made of a text, where that can be put together */
  const merged = new Map();

  /** @param {Iterable<string>} names @returns {boolean} whether the page is loaded again */
  function reload(names) {
    const key = [...names].sort().join();
    // Once: a page that shows another value each time would be loaded for ever.
    if (key === before && performance.now() < JUST_LOADED_MS) return false;
    onReload();
    sessionStorage.setItem(RELOADED, key);
    location.reload();
    return true;
  }

  /**
   * @param {HTMLFormElement} fetched @param {Map<string, string>} theirs @param {Set<string>} names
   * @param {Set<string>|undefined} fillable - names that the server has proved @param {boolean} tell
   * @returns {Set<string>} names of those that could not be filled
   */
  function fill(fetched, theirs, names, fillable, tell) {
    const sources = controls(fetched);
    const was = liveValues(form);
    const plain = new Set(names);
    for (const name of names) {
      const [own, source] = [named(form, name), sources.find((control) => control.name === name)];
      const sure = own && source && isPlain(own, source) && (!fillable || fillable.has(name));
      if (!sure) plain.delete(name);
    }
    const undo = isEnabled() ? (/** @type {any} */ control) => putBack(control.name, was) : undefined;
    putValues(form, sources, plain, createMark(config.messages, tell ? whoSaved() : null, undo));
    const is = liveValues(form);
    const left = new Set(names);
    for (const name of plain) {
      const value = is.get(name) || "";
      if (value !== theirs.get(name) && !richText(named(form, name))) continue; // an editor has its own spelling
      left.delete(name);
      taken.set(name, { was: was.get(name) || "", is: value });
    }
    return left;
  }

  /** @param {string} name @param {Map<string, string>} was */
  function putBack(name, was) {
    taken.delete(name);
    unsaved.acted();
    putValues(form, copies(form, new Map([[name, was.get(name) || ""]])), new Set([name]));
  }

  /** @param {Document} page @param {boolean} discard @returns {string} what became of the fetched values */
  function put(page, discard) {
    const fetched = /** @type {HTMLFormElement|null} */ (page.getElementById(form.id));
    const fetchedConfig = readConfig(page);
    if (!fetched || !fetchedConfig) throw new Error("there is no form on the page that was read");
    cover.lift();
    const theirs = renderedValues(fetched);
    const outdated = unsaved.outdated(theirs);
    const replace = discard || unsaved.isEmpty();
    open = null;
    unread.clear();
    for (const source of controls(fetched)) {
      const own = named(form, source.name);
      if (!own || outdated.has(source.name) || isPlain(own, source)) continue;
      if (differsBeside(beside.get(source.name) || own, source)) unread.add(source.name);
    }
    unread.forEach((name) => outdated.add(name));
    if (bound && !replace && outdated.size) return "unsaved"; // of what it was made is not known here
    const mine = replace ? new Set() : unsaved.names();
    if (discard) unsaved.names().forEach((name) => theirs.has(name) && outdated.add(name));
    const { stuck, done } = replaceRows(form, fetched, outdated, mine);
    const live = liveValues(form);
    const news = [...outdated].filter((name) => !stuck.has(name) && !done.has(name));
    const differing = news.filter((name) => live.get(name) !== theirs.get(name) || unread.has(name));
    const both = differing.filter((name) => mine.has(name));
    const wanted = new Set(differing.filter((name) => !mine.has(name)));
    const fillable = fetchedConfig.fillable && new Set(fetchedConfig.fillable);
    const left = keepInView(() => {
      showStill(form, fetched);
      return fill(fetched, theirs, wanted, fillable, !discard);
    });
    if (replace && (left.size || stuck.size)) return reload([...left, ...stuck]) ? "failed" : "same";
    if (replace) {
      unsaved.renew(theirs);
      bound = false;
      document.getElementById("collaborator-conflict")?.remove(); // what it is about is no longer in the form
    } else {
      unsaved.accept([...news.filter((name) => !both.includes(name) && !left.has(name)), ...done], theirs, true);
    }
    applyTitles(document, page, objectName, fetchedConfig.object);
    objectName = fetchedConfig.object;
    open = { fetched, theirs, asked: new Set([...both, ...left]), isStuck: stuck.size > 0 };
    settle();
    if (open) return "unsaved";
    return outdated.size ? "taken" : "same";
  }

  /** All is known: a save is made from the values of the page that was read. */
  function settle() {
    if (!open || open.asked.size || open.isStuck) return;
    ownBase = takeBase(form, open.fetched);
    open = null;
    setTimeout(prove);
  }

  /** Has a script put an old value back? Then the save is one from the old base, and is refused. */
  function prove() {
    const live = liveValues(form);
    for (const [name, { was, is }] of taken) {
      if (was === is || live.get(name) !== was || unsaved.isTouched(name)) continue;
      takeBase(form, null, ownBase);
      if (unsaved.isEmpty()) reload([name]);
      return;
    }
  }

  return {
    /**
     * @param {boolean} discard - the person gives up unsaved input
     * @returns {Promise<{outcome: string, renderedAt: number}>} outcome: `taken`; `same`, when nothing differed;
     *   `unsaved`, when there is something to decide; `failed`
     */
    async read(discard) {
      try {
        const page = await fetchPage();
        return { outcome: put(page, discard), renderedAt: (readConfig(page) || config).rendered_at };
      } catch (error) {
        console.warn("django-admin-collaborator:", error);
        return { outcome: "failed", renderedAt: 0 };
      }
    },

    prove,

    /**
     * @param {ReturnType<typeof import("./comparison.js").createComparison>} comparison
     * @returns {any[]|null} what is asked, a line for each control
     */
    lines({ label, sides }) {
      if (!open?.asked.size) return null;
      const { fetched, theirs, asked } = open;
      const live = liveValues(form);
      return [...asked].map((name) => {
        if (unread.has(name)) return { name, label: label(form, name), theirs: "…", mine: "…" }; // not to be read here
        const versions = [unsaved.before(name), theirs.get(name), live.get(name)];
        const isText = /^text/.test(named(form, name)?.type); // or textarea
        const shown = sides(
          versions.map((text) => read(fetched, name, text || "")),
          isText,
        );
        merged.set(name, shown.both || "");
        return { name, label: label(form, name), ...shown };
      });
    },

    /**
     * @param {string|null} name - null: all of them @param {boolean} isMine @param {boolean} [isBoth] - put together
     * @returns {boolean} whether all is decided
     */
    decide(name, isMine, isBoth) {
      if (!open) return true;
      if (name && isBoth) putBack(name, merged);
      const { fetched, theirs, asked } = open;
      const names = new Set(name ? [name] : asked);
      const left = isMine ? null : fill(fetched, theirs, names, undefined, false);
      if (left?.size) reload(left);
      for (const each of names) {
        if (left?.has(each)) continue;
        beside.set(each, named(fetched, each));
        unsaved.accept([each], theirs, !isMine);
        asked.delete(each);
      }
      settle();
      return !open?.asked.size;
    },
  };
}

/** @returns {string|null} the names for which this document has been loaded again */
function reloadedFor() {
  const names = sessionStorage.getItem(RELOADED);
  sessionStorage.removeItem(RELOADED);
  return names;
}

/** What is typed in stays where it is in the window. @template T @param {() => T} change @returns {T} */
function keepInView(change) {
  const { activeElement } = document;
  const top = () => activeElement?.getBoundingClientRect().top || 0;
  const before = top();
  const result = change();
  if (activeElement !== document.body && activeElement?.isConnected) scrollBy(0, top() - before);
  return result;
}
