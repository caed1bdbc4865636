/**
 * The bar above the form. Stable hooks for themes and tests:
 *
 * - `#admin-collaborator[data-collaborator-state]` is the name of the state (view-state.js lists them)
 * - `[data-collaborator-text]`, `[data-collaborator-detail]`, `[data-collaborator-line]` hold the sentences
 * - `[data-collaborator-late]` says how often a page asks that does not hear at once, and `[data-collaborator-pace]`, in
 *   the menu, why
 * - `[data-collaborator-action]` is a button, the best one in the bar, others in its menu: request-attention,
 *   withdraw-request, take-over, call-off, transfer-lease, claim-editor, stop-waiting, join-line, save-now, answer-request,
 *   load-saved, keep-mine, take-one, keep-one, both-one, save-as-new, edit-unprotected, log-in, dismiss, restore-draft, discard-draft
 * - `[data-collaborator-promise]` brings a question back, and says what was promised
 * - `[data-collaborator-notice]` is a notice: attention, held-back, passing, draft_back,
 *   draft_not_kept, related; or a card: request, take-over, draft, handed, values
 * - `.collaborator-avatar`, `.collaborator-names li[data-state]` are people
 *
 * It raises `act(action)`; it sends nothing.
 */
import { element, foldable, setText } from "./elements.js";
import { format } from "./format.js";
import { ahead, duration, moment } from "./times.js";

const MOST_BUTTONS = 2; // beside the menu
const NARROW_PX = 720; // of the bar itself, whatever the window has

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} texts
 * @param {(action: string) => void} act
 * @param {string[]} [unguarded] - labels of the fields that the server cannot compare
 */
export function createBanner(root, texts, act, unguarded) {
  const part = (/** @type {string} */ what) => /** @type {any} */ (root.querySelector(what));
  const text = part("[data-collaborator-text]");
  const detail = part("[data-collaborator-detail]");
  const line = part("[data-collaborator-line]");
  const time = part(".collaborator-time");
  const buttons = part(".collaborator-actions");
  const menu = part(".collaborator-menu");
  const further = menu.querySelector("[data-collaborator-menu]");
  const lateness = part("[data-collaborator-late]");
  const pace = part("[data-collaborator-pace]");
  const status = text.parentElement;
  foldable(menu);
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
    render(view, { connected }, { late, why }) {
      root.dataset.collaboratorState = view.name;
      root.dataset.collaboratorTone = view.tone;
      setText(text, sentence(texts, view.text));
      const more = view.detail || always;
      setText(lateness, late && connected ? ` ${sentence(texts, late)}` : "");
      setText(pace, why.map((each) => sentence(texts, each)).join(" "));
      setText(detail, more ? ` ${sentence(texts, more)}` : "");
      setText(line, view.line ? ` ${sentence(texts, view.line)}` : "");
      status.title = status.textContent || "";
      const { countdown, since } = view;
      setText(time, countdown ? duration(countdown) : since ? `(${duration(since)})` : "");
      const most = root.matches(".collaborator-narrow") ? 1 : MOST_BUTTONS;
      const offer = JSON.stringify([view.actions, view.menu, most]);
      if (offer !== offered) {
        const focused = [buttons, further].some((each) => each.contains(document.activeElement));
        buttons.replaceChildren(...view.actions.slice(0, most).map(button));
        further.replaceChildren(...view.actions.slice(most).map(button), ...view.menu.map(button));
        offered = offer;
        if (focused) (buttons.firstElementChild || menu.firstElementChild).focus();
      }
      for (const made of [...buttons.children, ...further.children]) {
        made.setAttribute("aria-disabled", String(view.busy.includes(made.dataset.collaboratorAction)));
      }
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
    root.classList.toggle("collaborator-narrow", width < NARROW_PX);
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

/**
 * Besides its own, a text may have these placeholders: {time} of a `time`, {when} and {duration} of so many `seconds`,
 * and {kept}, which is empty where nothing was typed.
 *
 * @param {Record<string, string>} texts
 * @param {import("./view-state.js").Text} text - key and values
 */
export function sentence(texts, [key, values = {}]) {
  if (key === "message") return String(values.message);
  const { time, seconds } = values;
  const isNumber = typeof seconds === "number";
  return format(texts[key] || "", {
    ...values,
    time: time instanceof Date ? moment(time) : time,
    when: isNumber && ahead(seconds),
    duration: isNumber && duration(seconds, "long"),
    get kept() {
      return texts.kept;
    },
  }).trim();
}
