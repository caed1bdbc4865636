/** Who is here: avatars, and on demand the names. */
import { avatar } from "./avatars.js";
import { element, setText } from "./elements.js";
import { format } from "./format.js";

const SHOWN = 5;

/**
 * @param {any} root - the `<details>` of the bar
 * @param {Record<string, string>} texts
 */
export function createPresence(root, texts) {
  const [discs, label] = root.querySelectorAll("span");
  const names = root.querySelector("ul");
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") root.open = false;
  });
  let shown = "";

  return {
    /** @param {import("./state.js").Person[]} people @param {number} count @param {any} userId */
    render(people, count, userId) {
      const now = JSON.stringify([people, count, userId]);
      if (now === shown) return;
      shown = now;
      root.hidden = !people.length;
      const named = people.map((person) => ({
        ...person,
        label: String(person.user_id) === String(userId) ? format(texts.you, { name: person.name }) : person.name,
      }));
      const rest = count - Math.min(people.length, SHOWN);
      discs.replaceChildren(
        ...named.slice(0, SHOWN).map((person) => {
          const disc = avatar(person);
          disc.dataset.state = person.state;
          disc.title = person.label;
          return disc;
        }),
        ...(rest > 0
          ? [element("span", { class: "collaborator-rest", "aria-hidden": "true", text: `+${rest}` })]
          : []),
      );
      names.replaceChildren(
        ...named.map((person) =>
          element(
            "li",
            { "data-state": person.state },
            avatar(person),
            element("span", { text: person.label }),
            element("small", { text: texts[`state_${person.state}`] || "" }),
          ),
        ),
      );
      setText(label, format(texts.people_here, { count, names: named.map((person) => person.label).join(", ") }));
    },
  };
}

/**
 * The chat, a script of its own, opens its socket only when somebody else is here.
 *
 * @param {import("./config.js").PageConfig} config
 * @param {import("./state.js").State} state @param {string} memberId
 */
export function tellPresence(config, { room, userId }, memberId) {
  const people = room ? room.people : [];
  if (config.presence && config.presence.people === people) return;
  config.presence = { people, userId, memberId };
  document.dispatchEvent(new CustomEvent("admin-collaborator:presence", { detail: config.presence }));
}
