/**
 * What the server says about this page: room, user, socket address, texts. Nothing of it is parsed
 * from the address bar.
 *
 * @typedef {object} PageConfig
 * @property {string} socket_path - path and query of the edit socket
 * @property {("websocket"|"http")[]} [transports] - ways to the server, the best first
 * @property {string|null} [http_path] - where HTTP requests go
 * @property {string} [tabs] - the same in all tabs of a browser that may ask together over HTTP
 * @property {string} [store] - where rooms are kept: redis, sql, file, memory, own or none
 * @property {number|string} user_id
 * @property {boolean} may_edit
 * @property {number} rendered_at - seconds on the store's clock; 0 when it is not known
 * @property {string} form_id
 * @property {string} object - the object's name as the page shows it
 * @property {null|{socket_path: string, about: boolean}} chat - about: all who are at the object may talk
 * @property {string|null} draft - under what name unsaved text lies in the browser; null: nowhere
 * @property {boolean} [keeps_drafts] - the server keeps it too
 * @property {string[]} [old_drafts] - names under which it lay before the site's secret was changed
 * @property {string[]} [fillable] - of a page that was read: names of the controls that may be filled from it
 * @property {{shows: string, keys: Record<string, string>, hidden?: string[]}} [live] - of the live view: the controls
 *   that this page shows, signed; the field of the key by the prefix of a formset; the controls that nobody is shown
 * @property {string[]} [unguarded] - labels of the fields that the server cannot compare
 * @property {number} [free_ms] - where the first input claims the lease: how long it is kept without any
 * @property {Record<string, any>} options - ADMIN_COLLABORATOR_OPTIONS with defaults
 * @property {{rows: string, count: number}} [list] - of a list alone: its rows, signed
 * @property {Record<string, string>} messages - frontend/messages.json, translated
 * @property {Record<string, import("./parts.js").Files>} [parts] - where those are that are loaded when they are needed
 * @property {Shared} [shared] - ours: code that the chat and the parts share
 * @property {{people: any[], userId: any, memberId: string}} [presence] - ours: who is here, for the chat
 * @property {(frame: object) => boolean} [say] - ours: on the edit connection, for the chat
 * @property {(message: any) => void} [heard] - the chat's: what the edit connection says
 *
 * @typedef {typeof import("./shared.js").shared & Page} Shared
 * @typedef {object} Page
 * @property {ReturnType<typeof import("./parts.js").createParts>} parts
 * @property {import("./transport.js").Transport} transport
 */

const ID = "admin-collaborator-config";

/**
 * @param {Document} page
 * @returns {PageConfig|null} null on pages without collaboration, and while the block is still being parsed
 */
export function readConfig(page) {
  const block = page.getElementById(ID);
  try {
    return block && JSON.parse(block.textContent || "");
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * @param {string} path - path and query, as the server names it
 * @param {string} member
 * @param {string} [base] - address of the page
 */
export function socketUrl(path, member, base = location.href) {
  const url = new URL(path, base);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("member", member);
  return url.href;
}

/**
 * All texts of the page in one place: the site's options first, then our own.
 *
 * @param {PageConfig} config
 * @returns {Record<string, string>}
 */
export function texts(config) {
  return { ...config.messages, ...config.options };
}
