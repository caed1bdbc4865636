/**
 * Notices and cards that float at the edge of the window, so that they are seen wherever one has scrolled to, and
 * never over a button that saves; and the tab's title, which carries a mark while one waits in a hidden tab.
 *
 * A card is a form that the server has rendered, with `{placeholders}` in its lines. That of a question can be closed;
 * a chip in the bar brings it back, and says what was promised.
 */
import { avatar } from "./avatars.js";
import { freePart } from "./free-space.js";
import { ahead, duration, plural } from "./times.js";

const MARK = "● ";
const MARGIN_PX = 8;
/**
 * @param {import("./config.js").Shared} shared
 * @param {HTMLElement} root
 * @param {Record<string, string>} texts
 * @param {(action: string, fields: Record<string, any>) => void} act - a button of a card was pressed
 */
export function createCards({ element, format, setText, stamp }, root, texts, act) {
  const list = /** @type {any} */ (root.querySelector(".collaborator-notices"));
  const bar = /** @type {any} */ (root.querySelector(".collaborator-bar"));
  const chip = bar.querySelector(".collaborator-chip");
  /** @type {any} where the focus was before it came to a card */
  let before = null;
  /** @type {any[]} */
  let questions = [];
  /** @type {any} the one that is on the screen */
  let question = null;
  const closed = new Set(); // keys of questions whose cards were closed
  let opened = ""; // and of the one whose card was asked for
  document.addEventListener("visibilitychange", unmark);
  document.addEventListener("keydown", close);
  document.addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
  list.addEventListener("click", pressed);
  chip.onclick = reopen;

  function mark() {
    if (document.hidden && !document.title.startsWith(MARK)) document.title = MARK + document.title;
  }

  function unmark() {
    if (!document.hidden && document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
  }

  /** @param {string} name */
  function find(name) {
    return list.querySelector(`[data-collaborator-notice="${name}"]`);
  }

  /** @param {KeyboardEvent} event - in a card, or anywhere while a question is on the screen */
  function close({ key, target, defaultPrevented }) {
    if (key !== "Escape" || defaultPrevented) return;
    const card = /** @type {Element} */ (target).closest?.(".collaborator-notice") || find("request");
    card?.querySelector("[data-collaborator-action=dismiss]")?.click();
  }

  /** @param {any} event */
  function pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const notice = button.closest("[data-collaborator-notice]");
    const { collaboratorNotice: name } = notice.dataset;
    const { collaboratorAction: action } = button.dataset;
    event.preventDefault();
    if (action === "dismiss") {
      if (name !== "request") return hide(name);
      closed.add(keyOf(question));
      opened = "";
      return ask();
    }
    if (notice.reportValidity?.() === false) return;
    const about = name === "request" && { user_id: question.user_id };
    const fields = notice.matches("form") ? Object.fromEntries(new FormData(notice)) : {};
    act(action, { ...fields, answer: button.value, ...about });
    if (action === "take-over") hide(action);
  }

  /** @param {string} name */
  function hide(name) {
    const notice = find(name);
    if (!notice) return;
    const focused = notice.contains(document.activeElement);
    notice.remove();
    if (!focused) return;
    before?.focus(); // it takes no focus any more where it is gone, or in a menu that was closed
    if (document.activeElement === before) return;
    (chip.offsetParent ? chip : /** @type {any} */ (root.querySelector(".collaborator-menu > summary"))).focus();
  }

  /** @param {any} card @param {Record<string, any>} line - texts or nodes for the parts of a line */
  function addLine(card, line) {
    const template = card.querySelector("template");
    const made = /** @type {any} */ (document.importNode(template.content, true));
    for (const [part, text] of Object.entries(line)) {
      for (const each of made.querySelectorAll(`[data-collaborator-part="${part}"]`)) {
        if (each.type === "button") each.value = text;
        else each.append(...[text].flat());
      }
    }
    for (const each of made.querySelectorAll("[data-collaborator-if]")) {
      if (!line[each.dataset.collaboratorIf]) each.remove();
    }
    template.before(made);
  }

  /** @param {string} name @param {Record<string, any>} values */
  function showCard(name, values) {
    let card = find(name);
    if (card && (card.lines !== values.lines || card.about !== values.at)) {
      card.remove();
      card = null;
    }
    if (!card) {
      list.append(stamp(name));
      card = find(name);
      card.addEventListener("focusin", (/** @type {FocusEvent} */ { relatedTarget }) => {
        if (!card.contains(relatedTarget)) before = relatedTarget;
      });
      card.querySelector("[autofocus]")?.focus();
      card.querySelector("[data-collaborator-face]")?.append(avatar(/** @type {any} */ (values)));
      card.lines = values.lines;
      card.about = values.at;
      for (const line of values.lines || []) addLine(card, line);
    }
    for (const each of card.querySelectorAll("[data-collaborator-enabled]")) {
      each.hidden = each.dataset.collaboratorEnabled !== String(values.enabled);
    }
    for (const line of card.querySelectorAll("[data-collaborator-words]")) {
      setText(line, format(line.dataset.collaboratorWords, values));
    }
  }

  /** @param {string} name @param {string} text @param {string} [action] - of a button */
  function showNotice(name, text, action) {
    let notice = find(name);
    if (!notice) {
      notice = stamp("notice").firstElementChild;
      notice.dataset.collaboratorNotice = name;
      list.append(notice);
    }
    setText(notice.firstElementChild, text);
    const isThere = notice.querySelector("[data-collaborator-action]").dataset.collaboratorAction === action;
    if (action && !isThere) {
      const label = texts[action.replace(/-/g, "_")];
      const attributes = { type: "button", "data-collaborator-action": action, text: label };
      notice.lastElementChild.before(element("button", attributes));
    }
    mark();
  }

  /** @param {any} asked */
  function keyOf({ member_id: member, at, answer }) {
    return `${member} ${at} ${answer || ""}`;
  }

  /** The card of one question; the chip for the first of the others. */
  function ask() {
    question =
      questions.find((one) => keyOf(one) === opened) ||
      questions.find((one) => !one.answer && !closed.has(keyOf(one)));
    const other = questions.find((one) => one !== question && (one.answer || !question));
    chip.hidden = !other;
    if (other) {
      const { name, answer, seconds } = other;
      setText(chip, format(texts[answer ? `promised_${answer}` : "asks"], { name, when: ahead(seconds) }));
      chip.value = keyOf(other);
    }
    if (!question) return hide("request");
    const others = questions.filter((one) => one !== question && !one.answer).length;
    const words = texts[`others_${plural(others)}`] || texts.others_other;
    if (!find("request")) mark();
    showCard("request", {
      ...question,
      question: format(texts.notification_message, { username: question.name }),
      left: question.answer ? "" : duration(question.seconds),
      waiting: others ? format(words, { count: others }) : "",
    });
  }

  function reopen() {
    opened = chip.value;
    ask();
    place();
    focus();
  }

  /** @returns {boolean} whether there was something to come to */
  function focus() {
    const newest = list.lastElementChild;
    const isThere = Boolean(newest || !chip.hidden);
    if (newest) (newest.querySelector("button[value]") || newest.querySelector("input, button")).focus();
    else if (!chip.hidden) reopen();
    return isThere;
  }

  /** In the highest free part of the window: clear of the bar, and of every button that saves. */
  function place() {
    if (!list.firstElementChild) return;
    const best = freePart(list.getBoundingClientRect(), [root], [bar, document.querySelector("[data-chat-panel]")]);
    list.style.bottom = `${innerHeight - best[1] + MARGIN_PX}px`;
    list.style.maxHeight = `${best[1] - best[0] - 2 * MARGIN_PX}px`;
  }

  return {
    focus,

    /** @param {string} name - one of a name at a time @param {any} what - words, words and an action, or the values of a card; nothing: gone */
    put(name, what) {
      if (name === "request") {
        questions = what || [];
        ask();
      } else if (!what) hide(name);
      else if (typeof what === "string") showNotice(name, what);
      else if (Array.isArray(what)) showNotice(name, what[0], what[1]);
      else showCard(name, what);
      place();
    },
  };
}
