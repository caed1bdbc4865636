/** The entry of admin_company.js. */
import { createCards } from "../cards.js";
import { createPeople } from "../people.js";

const { shared } = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
shared.parts.add("company", (/** @type {any} */ root, /** @type {any} */ texts, /** @type {any} */ act) => ({
  ...createPeople(shared, root, texts),
  ...createCards(shared, root, texts, act),
}));
