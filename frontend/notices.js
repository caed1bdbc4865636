/**
 * Notices that float at the edge of the window, so that they are seen wherever one has scrolled to, and
 * the tab's title, which carries a mark while one waits in a hidden tab.
 */
import { setText, stamp } from "./elements.js";
import { format } from "./format.js";

const MARK = "● ";

/**
 * @param {HTMLElement} root
 * @param {(action: string, fields: Record<string, any>) => void} act - a button of a panel was pressed
 */
export function createNotices(root, act) {
  const list = /** @type {any} */ (root.querySelector(".collaborator-notices"));
  document.addEventListener("visibilitychange", unmark);
  list.addEventListener("click", pressed);
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && hide("take-over"));
  /** @type {any} where the focus was before it came to a panel */
  let before = null;

  function unmark() {
    if (!document.hidden && document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
  }

  /** @param {string} name */
  function find(name) {
    return list.querySelector(`[data-collaborator-notice="${name}"]`);
  }

  /** @param {any} event */
  function pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const notice = button.closest("[data-collaborator-notice]");
    const { collaboratorAction: action } = button.dataset;
    event.preventDefault();
    if (action === "dismiss") return hide(notice.dataset.collaboratorNotice);
    if (!notice.reportValidity()) return;
    act(action, { ...Object.fromEntries(new FormData(notice)), answer: button.value });
    if (action === "take-over") hide(action);
  }

  /** @param {string} name */
  function hide(name) {
    const notice = find(name);
    if (!notice) return;
    const focused = notice.contains(document.activeElement);
    notice.remove();
    if (focused && before) (before.isConnected ? before : root.querySelector("summary")).focus();
  }

  /** @param {any} panel @param {Record<string, any>} line - texts or nodes for the parts of a line */
  function addLine(panel, line) {
    const template = panel.querySelector("template");
    const made = /** @type {any} */ (document.importNode(template.content, true));
    for (const [part, text] of Object.entries(line)) {
      for (const each of made.querySelectorAll(`[data-collaborator-part="${part}"]`)) {
        if (each.type === "button") each.value = text;
        else each.append(...[text].flat());
      }
    }
    template.before(made);
  }

  return {
    hide,

    /**
     * A panel is a form that the server has rendered, with `{placeholders}` in its lines.
     *
     * @param {string} name @param {Record<string, any>|null|undefined} values - null: no such panel
     */
    panel(name, values) {
      if (!values) return hide(name);
      let panel = find(name);
      if (panel && panel.lines !== values.lines) {
        panel.remove();
        panel = null;
      }
      if (!panel) {
        list.append(stamp(name));
        panel = find(name);
        panel.addEventListener("focusin", (/** @type {FocusEvent} */ { relatedTarget }) => {
          if (!panel.contains(relatedTarget)) before = relatedTarget;
        });
        panel.querySelector("[autofocus]")?.focus();
        panel.lines = values.lines;
        for (const line of values.lines || []) addLine(panel, line);
      }
      for (const each of panel.querySelectorAll("[data-collaborator-enabled]")) {
        each.hidden = each.dataset.collaboratorEnabled !== String(values.enabled);
      }
      for (const line of panel.querySelectorAll("[data-collaborator-words]")) {
        setText(line, format(line.dataset.collaboratorWords, values));
      }
    },

    /** @param {string} name - one notice of a name at a time @param {string} text */
    show(name, text) {
      let notice = find(name);
      if (!notice) {
        notice = stamp("notice").firstElementChild;
        notice.dataset.collaboratorNotice = name;
        list.append(notice);
      }
      setText(notice.firstElementChild, text);
      if (document.hidden && !document.title.startsWith(MARK)) document.title = MARK + document.title;
    },
  };
}
