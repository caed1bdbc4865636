/** The entry of admin_live.js. */
import { createLive } from "../live.js";

const { shared } = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
shared.parts.add("live", (/** @type {import("../live.js").Page} */ page) => createLive(shared, page));
