import assert from "node:assert/strict";
import { test } from "node:test";
import { paceOf } from "../pace.js";

const BOTH = ["websocket", "http"];
const pace = (config, isPolling, everyMs) => paceOf(config, { isPolling: () => isPolling, everyMs: () => everyMs });
const keys = ({ why }) => why.map(([key]) => key);

test("a page that asks over HTTP says how often, and what it would take to be live", () => {
  const said = pace({ transports: BOTH, store: "file" }, true, 2000);
  assert.deepEqual(said.late, ["updates_every", { seconds: 2 }]);
  assert.deepEqual(keys(said), ["updates_every", "store_file", "faster_websocket"]);
});

test("where the settings allow HTTP alone, it says that", () => {
  assert.deepEqual(keys(pace({ transports: ["http"], store: "redis" }, true, 15000)).slice(1), [
    "store_redis",
    "http_alone",
  ]);
});

test("a page that hears at once has nothing to explain but the store", () => {
  const socket = pace({ transports: BOTH, store: "sql" }, false, 0);
  assert.deepEqual([socket.late, keys(socket)], [null, ["live_websocket", "store_sql", "faster_redis"]]);
  const held = pace({ transports: BOTH, store: "redis" }, true, 0);
  assert.deepEqual([held.late, keys(held)], [null, ["live_http", "store_redis"]]);
});
