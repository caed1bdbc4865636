/**
 * Who is here, and what is to be noticed: the part "company" shows both (people.js, cards.js). Nothing of it is loaded
 * before there is somebody else, or something to say.
 */

/**
 * @param {ReturnType<typeof import("./parts.js").createParts>} parts
 * @param {HTMLElement} root
 * @param {Record<string, string>} texts
 * @param {(action: string, fields: Record<string, any>) => void} act - a button of a panel was pressed
 */
export function createCompany(parts, root, texts, act) {
  /** @type {Record<string, any>} */
  const wanted = {};
  /** @type {any} */
  let part = null;

  function bring() {
    const begin = (/** @type {any} */ create) => {
      part ??= create(root, texts, act);
      for (const [name, what] of Object.entries(wanted)) part.put(name, what);
    };
    parts.load("company").then(begin, () => {});
  }

  return {
    /** @param {import("./state.js").State} state */
    render({ room, userId }) {
      const people = room ? room.people : [];
      const isAlone = people.every((person) => String(person.user_id) === String(userId));
      if (part) part.render(people, room ? room.people_count : 0, userId);
      else if (!isAlone || Object.keys(wanted).length) bring();
    },

    /** @param {string} name - one of a name at a time @param {string|object|null|undefined} what - words, or the values of a panel; null: gone */
    put(name, what) {
      if (part) return part.put(name, what);
      if (!what) delete wanted[name];
      else wanted[name] = what;
      return what && bring();
    },

    /** The newest notice gets the focus. @returns {boolean} whether there is one */
    focus: () => part?.focus(),
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
