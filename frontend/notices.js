/**
 * Notices that float at the edge of the window, so that they are seen wherever one has scrolled to, and
 * the tab's title, which carries a mark while one waits in a hidden tab.
 */
import { element, setText } from "./elements.js";

const MARK = "● ";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} texts
 */
export function createNotices(root, texts) {
  const list = element("div", { class: "collaborator-notices" });
  root.append(list);
  document.addEventListener("visibilitychange", unmark);

  function unmark() {
    if (!document.hidden && document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
  }

  /** @param {string} name */
  function find(name) {
    return list.querySelector(`[data-collaborator-notice="${name}"]`);
  }

  return {
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
          onclick: () => notice.remove(),
        });
        notice = element("div", { class: "collaborator-notice", "data-collaborator-notice": name });
        notice.append(element("p", { role: "alert" }), close);
        list.append(notice);
      }
      setText(notice.firstChild, text);
      if (document.hidden && !document.title.startsWith(MARK)) document.title = MARK + document.title;
    },

    /** @param {string} name */
    hide(name) {
      const notice = find(name);
      if (notice) notice.remove();
    },
  };
}
