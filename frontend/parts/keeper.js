/** The entry of admin_keeper.js. */
import { createKeeper } from "../keeper.js";

/** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG.shared.parts.add("keeper", createKeeper());
