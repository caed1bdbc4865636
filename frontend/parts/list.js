/** The entry of admin_list.js. */
import { watchList } from "../list.js";

const { shared } = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
shared.parts.add("list", watchList);
