/**
 * The bar above the form. Stable hooks for themes and tests:
 *
 * - `#admin-collaborator[data-collaborator-state]` is the name of the state (view-state.js lists them)
 * - `[data-collaborator-text]`, `[data-collaborator-detail]`, `[data-collaborator-line]` hold the sentences
 * - `[data-collaborator-late]` says how often a page asks that does not hear at once, `[data-collaborator-why]` asks why, and
 *   `[data-collaborator-pace]`, below the people, has the answer for every page
 * - `[data-collaborator-action]` is a button: request-attention, withdraw-request, take-over, transfer-lease,
 *   claim-editor, stop-waiting, join-line, answer-request, load-saved, keep-mine, take-one, keep-one, save-as-new,
 *   edit-unprotected, log-in, dismiss, restore-draft, discard-draft
 * - `[data-collaborator-notice]` is a notice: attention, held-back, why, passing, draft_back,
 *   draft_not_kept; or a panel: request, take-over, draft, handed, values
 * - `.collaborator-avatar`, `.collaborator-names li[data-state]` are people
 *
 * It raises `act(action)`; it sends nothing.
 */
import { element, setText, stamp } from "./elements.js";
import { format } from "./format.js";
import { createPresence } from "./presence.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} texts
 * @param {(action: string) => void} act
 * @param {string[]} [unguarded] - labels of the fields that the server cannot compare
 */
export function createBanner(root, texts, act, unguarded) {
  root.replaceChildren(stamp("bar"));
  const part = (/** @type {string} */ what) => /** @type {any} */ (root.querySelector(what));
  const text = part("[data-collaborator-text]");
  const detail = part("[data-collaborator-detail]");
  const line = part("[data-collaborator-line]");
  const countdown = part(".collaborator-countdown");
  const buttons = part(".collaborator-actions");
  const presence = createPresence(part("details"), texts);
  const why = part("[data-collaborator-why]");
  const lateness = part("[data-collaborator-late]");
  const pace = part("[data-collaborator-pace]");
  const status = text.parentElement;
  why.onclick = () => act("why");
  stayInView(root);
  /** @type {import("./view-state.js").Text|null} */
  const always = unguarded ? ["unguarded", { fields: unguarded.join(", ") }] : null;
  let offered = "";

  /** @param {string} action */
  function button(action) {
    if (action === "log-in") {
      const link = { href: location.href, target: "_blank", rel: "noopener", text: texts.log_in };
      return element("a", { class: "collaborator-button", "data-collaborator-action": action, ...link });
    }
    return element("button", {
      class: "collaborator-button",
      type: "button",
      "data-collaborator-action": action,
      text: texts[action === "request-attention" ? "notification_button_text" : action.replace(/-/g, "_")],
      onclick: (/** @type {Event} */ event) => {
        // Not `disabled`: the focus would be lost.
        if (/** @type {Element} */ (event.currentTarget).getAttribute("aria-disabled") !== "true") act(action);
      },
    });
  }

  return {
    /**
     * @param {import("./view-state.js").View} view
     * @param {import("./state.js").State} state
     * @param {ReturnType<typeof import("./pace.js").paceOf>} of - the page's pace
     */
    render(view, { connected, room, userId }, { late, why: reasons }) {
      root.dataset.collaboratorState = view.name;
      root.dataset.collaboratorTone = view.tone;
      setText(text, sentence(texts, view.text));
      const more = view.detail || always;
      why.hidden = !late;
      setText(lateness, late && connected ? ` ${sentence(texts, late)}` : "");
      setText(pace, sentences(texts, reasons));
      setText(detail, more ? ` ${sentence(texts, more)}` : "");
      setText(line, view.line ? ` ${sentence(texts, view.line)}` : "");
      status.title = status.textContent || "";
      setText(countdown, view.countdown ? format(texts.offline_seconds, { seconds: view.countdown }) : "");
      const offer = view.actions.join();
      if (offer !== offered) {
        const focused = buttons.contains(document.activeElement);
        buttons.replaceChildren(...view.actions.map(button));
        offered = offer;
        if (focused) (buttons.firstElementChild || root.querySelector("summary") || root).focus();
      }
      for (const made of buttons.children) {
        made.setAttribute("aria-disabled", String(view.busy.includes(made.dataset.collaboratorAction)));
      }
      presence.render(room ? room.people : [], room ? room.people_count : 0, userId);
    },
  };
}

/** @param {number} x @returns {number} how high the headers of the theme are that stay in view themselves */
function headers(x) {
  let bottom = 0;
  for (let below = /** @type {Element|null} */ (document.body); below; ) {
    below = document.elementsFromPoint(x, bottom + 1).find((each) => !each.closest("#admin-collaborator")) || null;
    while (below && !/fixed|sticky/.test(getComputedStyle(below).position)) below = below.parentElement;
    const box = below?.getBoundingClientRect();
    if (!box || box.bottom <= bottom || box.height > innerHeight / 4) break; // a dialog, say
    bottom = box.bottom;
  }
  return bottom;
}

/** Scrolled past, the bar stays in view. @param {HTMLElement} root */
function stayInView(root) {
  const bar = /** @type {HTMLElement} */ (root.firstElementChild);
  const place = () => {
    const { top, left, width } = root.getBoundingClientRect();
    const high = headers(left + width / 2);
    const isPast = width > 0 && top < high;
    root.classList.toggle("collaborator-stuck", isPast);
    bar.style.top = isPast ? `${high}px` : "";
    bar.style.left = isPast ? `${left}px` : "";
    bar.style.width = isPast ? `${width}px` : "";
  };
  document.addEventListener("scroll", place, { capture: true, passive: true });
  new ResizeObserver(place).observe(root);
  addEventListener("resize", place);
}

/** @param {Record<string, string>} texts @param {import("./view-state.js").Text[]} several */
export function sentences(texts, several) {
  return several.map((each) => sentence(texts, each)).join(" ");
}

/**
 * @param {Record<string, string>} texts
 * @param {import("./view-state.js").Text} text - key and values
 */
export function sentence(texts, [key, values = {}]) {
  if (key === "message") return String(values.message);
  const { time } = values;
  const language = document.documentElement.lang || undefined;
  const shown = time instanceof Date ? { ...values, time: time.toLocaleTimeString(language) } : values;
  return format(texts[key] || "", shown);
}
