/** The entry of admin_input.js. */
import { watchInput } from "../first-input.js";

const { shared } = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
shared.parts.add("input", watchInput);
