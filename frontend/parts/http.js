/** The entry of admin_http.js. */
import { createPoller } from "../http.js";

const { shared } = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
shared.parts.add("http", createPoller);
