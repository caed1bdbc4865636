/** The entry of admin_conflict.js. */
import { createFollower } from "../conflict.js";

const { shared } = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
shared.parts.add("conflict", createFollower(shared));
