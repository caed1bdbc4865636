/**
 * What the parts and the chat need and admin_edit.js has anyway. It is handed over in the configuration object, so
 * that it is loaded once; a script that does not find it does nothing.
 */
import { putValues } from "./apply-values.js";
import { createClock } from "./clock.js";
import { texts } from "./config.js";
import { createConnection } from "./connection.js";
import { copies } from "./copies.js";
import { read } from "./difference.js";
import { element, foldable, setText, stamp } from "./elements.js";
import { liveValues, rowOf } from "./form-values.js";
import { format } from "./format.js";
import { named } from "./rows.js";
import { ago } from "./times.js";

export const shared = {
  ago,
  copies,
  createClock,
  createConnection,
  element,
  foldable,
  format,
  liveValues,
  named,
  putValues,
  read,
  rowOf,
  setText,
  stamp,
  texts,
};
