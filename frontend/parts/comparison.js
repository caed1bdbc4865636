/** The entry of admin_comparison.js. */
import { createComparison } from "../comparison.js";

const { shared } = /** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG;
shared.parts.add("comparison", createComparison(shared));
