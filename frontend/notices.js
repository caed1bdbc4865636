/**
 * Notices that float at the edge of the window, so that they are seen wherever one has scrolled to, and
 * the tab's title, which carries a mark while one waits in a hidden tab.
 */
import { element, setText } from "./elements.js";
import { format } from "./format.js";

const MARK = "● ";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} texts
 * @param {(action: string, fields: Record<string, any>) => void} act - a button of a panel was pressed
 */
export function createNotices(root, texts, act) {
  const list = element("div", { class: "collaborator-notices" });
  root.append(list);
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
    return /** @type {any} */ (list).querySelector(`[data-collaborator-notice="${name}"]`);
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
      if (!panel) {
        const template = document.querySelector(`template[data-collaborator-panel="${name}"]`);
        if (!template) return;
        list.append(document.importNode(/** @type {HTMLTemplateElement} */ (template).content, true));
        panel = find(name);
        panel.addEventListener("focusin", (/** @type {FocusEvent} */ { relatedTarget }) => {
          if (!panel.contains(relatedTarget)) before = relatedTarget;
        });
        panel.querySelector("[autofocus]")?.focus();
      }
      for (const line of panel.querySelectorAll("[data-collaborator-words]")) {
        setText(line, format(line.dataset.collaboratorWords, values));
      }
    },

    /** @param {string} name - one notice of a name at a time @param {string} text */
    show(name, text) {
      let notice = find(name);
      if (!notice) {
        const close = element("button", {
          class: "collaborator-dismiss",
          type: "button",
          "data-collaborator-action": "dismiss",
          "aria-label": texts.dismiss,
          text: "×",
        });
        notice = element("div", { class: "collaborator-notice", "data-collaborator-notice": name });
        notice.append(element("p", { role: "alert" }), close);
        list.append(notice);
      }
      setText(notice.firstChild, text);
      if (document.hidden && !document.title.startsWith(MARK)) document.title = MARK + document.title;
    },
  };
}
