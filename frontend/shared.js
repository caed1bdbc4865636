/**
 * What the parts and the chat need and admin_edit.js has anyway. It is handed over in the configuration object, so
 * that it is loaded once; a script that does not find it does nothing.
 */
import { putValues } from "./apply-values.js";
import { createClock } from "./clock.js";
import { readConfig, texts } from "./config.js";
import { createConnection } from "./connection.js";
import { copies } from "./copies.js";
import { read } from "./difference.js";
import { element, foldable, setText, stamp } from "./elements.js";
import { fetchPage } from "./fetch-page.js";
import { controls, cover, liveValues, rowOf } from "./form-values.js";
import { format } from "./format.js";
import { named } from "./rows.js";
import { ago } from "./times.js";

export const shared = {
  ago,
  controls,
  copies,
  cover,
  createClock,
  createConnection,
  element,
  fetchPage,
  foldable,
  format,
  liveValues,
  named,
  putValues,
  read,
  readConfig,
  rowOf,
  setText,
  stamp,
  texts,
};
