/**
 * The box of a conflict: what differs, word by word, the choices and what the form shows for them, and the ways between
 * a choice and its field. The server follows the choices at the save, also without any of this.
 */
import { compared, marked, merge, readable } from "./words.js";

const LONG = 80; // characters
const SEEN = "input, select, textarea, [tabindex], [contenteditable], iframe";

/** @param {typeof import("./shared.js").shared} shared */
export function createFollower({ ago, copies, element, liveValues, named, putValues, rowOf }) {
  return (/** @type {HTMLFormElement} */ form) => {
    const panel = document.getElementById("collaborator-conflict");
    if (!panel) return;
    const entries = [.../** @type {any} */ (panel.querySelectorAll("fieldset"))].map(follow);
    const undecided = () => entries.filter(({ isOpen }) => isOpen());
    const all = /** @type {any} */ (panel.querySelector(".collaborator-all"));
    if (all) all.hidden = entries.length < 2;
    all?.addEventListener(
      "click",
      (/** @type {any} */ { target }) => target.value && entries.forEach(({ choose }) => choose(target.value)),
    );
    panel.addEventListener("click", goTo);
    form.addEventListener("submit", (event) => {
      const [first] = undecided();
      if (!first || event.submitter?.getAttribute("name") === "_saveasnew") return;
      event.preventDefault(); // as the server would refuse it
      const word = /** @type {any} */ (panel.querySelector(".collaborator-save [role=status]"));
      word.hidden = false;
      first.radios[0].focus();
    });
    for (const time of panel.querySelectorAll("time")) time.textContent = ago(Date.parse(time.dateTime));
    if (document.activeElement === document.body) panel.focus();

    /** @param {HTMLElement} entry */
    function follow(entry) {
      const template = /** @type {HTMLTemplateElement|null} */ (entry.querySelector("template"));
      const theirs = /** @type {any[]} */ ([
        ...(template?.content.querySelectorAll("input, select, textarea") || []),
      ]);
      const names = new Set(theirs.map(({ name }) => name));
      const radios = /** @type {any[]} */ ([...entry.querySelectorAll("input[type=radio]")]);
      const merged = show(entry, theirs);
      const unmark = mark(entry);
      /** @type {any[]} */
      let mine = [];
      let isMine = true; // the form shows it
      const isOpen = () => radios.length > 0 && !radios.some((radio) => radio.checked);
      for (const radio of radios) {
        radio.addEventListener("change", () => {
          unmark();
          if (!names.size) return;
          if (isMine) mine = copies(form, new Map([...liveValues(form)].filter(([name]) => names.has(name))));
          const isMerged = radio.closest("[data-collaborator-version=merged]");
          isMine = radio.value === "mine" && !isMerged;
          const both = () => copies(form, new Map([[theirs[0].name, merged || ""]]));
          putValues(form, isMerged ? both() : isMine ? mine : theirs, names);
        });
      }
      // Typing into the field is a choice too: otherwise the server would put theirs over it.
      form.addEventListener("input", ({ target }) => {
        if (!names.has(/** @type {any} */ (target).name)) return;
        isMine = true;
        for (const radio of radios) radio.checked = radio === radios.find(({ value }) => value === "mine");
        unmark();
      });
      /** @param {string} value */
      function choose(value) {
        const radio = radios.find((each) => each.value === value);
        if (radio && !radio.checked) radio.click();
      }
      return { radios, isOpen, choose };
    }

    /** @param {HTMLElement} entry @param {any[]} theirs @returns {string|null} what both make together */
    function show(entry, theirs) {
      const place = (/** @type {string} */ version) =>
        entry.querySelector(`[data-collaborator-version=${version}] dd`);
      const [was, one, other, both] = ["before", "theirs", "mine", "merged"].map(place);
      if (!one || !other) return null;
      const text = (/** @type {Element|null} */ shown) => (shown?.textContent || "").replace(/\r\n?/g, "\n");
      const [before, theirText, myText] = [was ? text(was) : undefined, text(one), text(other)];
      const [source] = theirs;
      const own = source && named(form, source.name);
      const isText = theirs.length === 1 && /^(text|textarea)$/.test(source.type) && own?.type === source.type;
      const merged = isText && before !== undefined ? merge(before, source.value, own.value) : null;
      const pieces = compared(before, theirText, myText);
      one.replaceChildren(...nodes(pieces.theirs));
      other.replaceChildren(...nodes(pieces.mine));
      if (was && before !== undefined) {
        was.textContent = readable([before, theirText, myText])[0] || "";
        /** @type {any} */ (was.parentElement).hidden = before.length > LONG; // the others have what differs from it
      }
      const box = /** @type {any} */ (both?.parentElement);
      if (merged === null || before === undefined) box?.remove();
      else if (both) {
        box.hidden = false;
        for (const radio of box.querySelectorAll("input")) radio.disabled = false;
        const [shownBefore, shownMerged] = /** @type {string[]} */ (readable([before, merged]));
        both.replaceChildren(...nodes(marked(shownBefore, shownMerged)));
      }
      for (const each of [one, other, both]) {
        if (each && each.scrollHeight > each.clientHeight) each.setAttribute("tabindex", "0"); // to be scrolled by keys
      }
      return merged;
    }

    /** @param {import("./words.js").Piece[]} pieces @returns {any[]} */
    function nodes(pieces) {
      return pieces.map(({ text, change }) => (change ? element(change, { text }) : text));
    }

    /** @param {string|undefined} anchor @returns {any} what the admin shows the field in */
    function rowAt(anchor) {
      const control = anchor && document.getElementById(anchor);
      return control ? rowOf(control) || control.parentElement : null;
    }

    /** Say at the field that it is to be decided. @param {HTMLElement} entry @returns {() => void} take that back */
    function mark(entry) {
      const row = rowAt(entry.dataset.collaboratorAnchor);
      const template = /** @type {HTMLTemplateElement|null} */ (panel?.querySelector("[data-collaborator-mark]"));
      if (!row || !template || !entry.dataset.collaboratorPath) return () => {};
      const note = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
      const link = /** @type {HTMLAnchorElement} */ (note.firstElementChild);
      link.href = `#${entry.id}`;
      link.addEventListener("click", (event) => {
        event.preventDefault();
        entry.scrollIntoView({ block: "center" });
        entry.querySelector("input")?.focus({ preventScroll: true });
      });
      row.classList.add("collaborator-conflicting");
      row.append(note);
      return () => {
        row.classList.remove("collaborator-conflicting");
        note.remove();
      };
    }

    /** To the field, in whatever section and editor it is. @param {Event} event */
    function goTo(event) {
      const link = /** @type {any} */ (event.target).closest('a[href^="#"]');
      const row = link && rowAt(decodeURIComponent(link.hash.slice(1)));
      if (!row) return;
      event.preventDefault();
      const section = row.closest("details");
      if (section) section.open = true;
      row.closest("fieldset.collapsed")?.querySelector(".collapse-toggle")?.click();
      row.scrollIntoView({ block: "center" });
      const shown = [...row.querySelectorAll(SEEN)].find((each) => each.getClientRects().length);
      shown?.focus({ preventScroll: true });
    }
  };
}
