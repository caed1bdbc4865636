/**
 * How many people are in each model, beside the links to their lists on the index and in the sidebar; and above the
 * index, what one has open oneself. The admin's own markup stays what it is, whichever theme draws it.
 *
 * @typedef {[address: string, editing: number, here: number]} Model
 * @typedef {[title: string, address: string, isEditing: boolean]} Own
 */
import { keepAsking } from "./asking.js";
import { element } from "./elements.js";
import { format } from "./format.js";

const OTHER_LINKS = ".breadcrumbs, .changelink, .viewlink, #changelist";

/** @param {{path: string, is_index: boolean, messages: Record<string, string>}} config */
export function watchSite({ path, is_index: isIndex, messages }) {
  const own = element("p", { class: "collaborator-own-open", role: "status" });

  /** @param {Model} model */
  function words([, editing, here]) {
    const count = editing || here;
    const kind = `site_${editing ? "editing" : "here"}_${count === 1 ? "one" : "other"}`;
    return format(messages[kind], { count });
  }

  /** @param {string} address @returns {any[]} links to a list */
  function linksTo(address) {
    const all = /** @type {NodeListOf<any>} */ (document.querySelectorAll("a[href]"));
    return [...all].filter((link) => link.getAttribute("href") === address && !link.closest(OTHER_LINKS));
  }

  /** @param {Own} one @returns {Node[]} */
  function entry([title, address, isEditing]) {
    const words = isEditing ? ` ${messages.site_edited}` : "";
    return [element("a", { href: address, text: title }), document.createTextNode(`${words} `)];
  }

  keepAsking(path, { models: true }, (answer) => {
    /** @type {{models: Model[], own: Own[]}} */
    const { models, own: open } = answer || { models: [], own: [] };
    document.querySelectorAll(".collaborator-in-model").forEach((old) => old.remove());
    for (const model of models) {
      for (const link of linksTo(model[0])) {
        link.after(element("span", { class: "collaborator-in-model", text: words(model) }));
      }
    }
    own.replaceChildren(
      ...(open.length ? [document.createTextNode(`${messages.site_own} `)] : []),
      ...open.flatMap(entry),
    );
    if (isIndex && open.length) document.getElementById("content-main")?.prepend(own);
    else own.remove();
  });
}
