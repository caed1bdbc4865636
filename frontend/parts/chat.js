/** The entry of admin_chat_panel.js. */
import { startChat } from "../chat-session.js";

/** @type {any} */ (window).ADMIN_COLLABORATOR_CONFIG.shared.parts.add("chat", startChat);
