/**
 * What the chat needs and admin_edit.js has anyway. It is handed over in the configuration object, so that
 * it is loaded once; a chat script that does not find it does nothing.
 */
import { avatar } from "./avatars.js";
import { createClock } from "./clock.js";
import { socketUrl, texts } from "./config.js";
import { createConnection } from "./connection.js";
import { element, setText, stamp } from "./elements.js";
import { format } from "./format.js";
import { createSocket } from "./socket.js";

export const shared = {
  avatar,
  createClock,
  createConnection,
  createSocket,
  element,
  format,
  setText,
  stamp,
  socketUrl,
  texts,
};
