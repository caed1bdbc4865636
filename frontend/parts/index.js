/** The entry of admin_index.js, which stands behind the data that it reads. */
import { watchSite } from "../site-index.js";

const block = document.getElementById("admin-collaborator-site");
if (block) watchSite(JSON.parse(block.textContent || ""));
