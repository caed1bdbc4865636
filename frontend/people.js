/** Who is here: avatars, and on demand the names. */
import { avatar } from "./avatars.js";

const SHOWN = 4;

/**
 * @param {import("./config.js").Shared} shared
 * @param {any} root - of the bar
 * @param {Record<string, string>} texts
 */
export function createPeople({ element, foldable, format, setText }, root, texts) {
  const fold = root.querySelector(".collaborator-people");
  const [discs, label] = fold.querySelectorAll("span");
  const names = fold.querySelector("ul");
  foldable(fold);
  let shown = "";

  return {
    /** @param {import("./state.js").Person[]} people @param {number} count @param {any} userId */
    render(people, count, userId) {
      const most = root.matches(".collaborator-narrow") ? 1 : SHOWN;
      const now = JSON.stringify([people, count, userId, most]);
      if (now === shown) return;
      shown = now;
      fold.hidden = !people.length;
      const named = people.map((person) => ({
        ...person,
        label: String(person.user_id) === String(userId) ? format(texts.you, { name: person.name }) : person.name,
      }));
      const rest = count - Math.min(people.length, most);
      discs.replaceChildren(
        ...named.slice(0, most).map((person) => {
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
            element("bdi", { text: person.label }),
            element("small", { text: texts[`state_${person.state}`] || "" }),
          ),
        ),
      );
      setText(label, format(texts.people_here, { count, names: named.map((person) => person.label).join(", ") }));
    },
  };
}
