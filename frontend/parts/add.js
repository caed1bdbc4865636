/** The entry of admin_add.js. */
import { keepDrafts } from "../add-form.js";

keepDrafts();
