/**
 * How soon this page hears of others, and what would make it sooner, for people.
 *
 * @typedef {import("./view-state.js").Text} Text
 */

/**
 * @param {import("./config.js").PageConfig} config
 * @param {Pick<import("./transport.js").Transport, "isPolling"|"everyMs">} transport
 * @returns {{late: Text|null, why: Text[]}} late: null where changes show at once
 */
export function paceOf({ transports = ["websocket"], store }, transport) {
  const seconds = Math.round(transport.everyMs() / 1000);
  /** @type {Text} */
  const pace = seconds ? ["updates_every", { seconds }] : [transport.isPolling() ? "live_http" : "live_websocket"];
  /** @type {Text[]} */
  const why = [pace, [`store_${store}`]];
  if (seconds) why.push([transports.includes("websocket") ? "faster_websocket" : "http_alone"]);
  else if (store === "sql") why.push(["faster_redis"]);
  return { late: seconds ? pace : null, why };
}
