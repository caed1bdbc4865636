/**
 * A carrier of frames: what stands between a page and the server, for one connection at a time. This one is a
 * WebSocket, http.js has another; transport.js chooses, and connection.js opens it again when it breaks.
 *
 * @typedef {object} Carrier
 * @property {() => void} open
 * @property {(frame: object) => boolean} send - whether it went out
 * @property {(code?: number) => void} close - without an event; 1000 on purpose, no code: given up
 * @property {() => void} [wake] - ask at once whether there is something new
 *
 * @typedef {object} CarrierEvents
 * @property {() => void} opened - frames can be sent
 * @property {(silenceMs?: number) => void} heard - the server lives; so long it may now be silent
 * @property {(message: any) => void} received
 * @property {(code: number, busyMs?: number) => void} closed - the code of docs/protocol.md, and the pause that a busy
 *   server asks for
 */

const BUSY_PAUSE_MS = 10000;
const BUSY = 4429;

/**
 * @param {() => string} url - asked again for each connection
 * @param {CarrierEvents} events
 * @param {typeof globalThis.WebSocket} [WebSocket]
 * @returns {Carrier}
 */
export function createSocket(url, { opened, heard, received, closed }, WebSocket = globalThis.WebSocket) {
  /** @type {WebSocket|null} */
  let socket = null;
  let busyMs = BUSY_PAUSE_MS;
  return {
    open() {
      const mine = new WebSocket(url());
      socket = mine;
      mine.onopen = () => socket === mine && opened();
      mine.onmessage = ({ data }) => {
        if (socket !== mine) return;
        const message = JSON.parse(data);
        if (message.code === "rate_limited" && message.retry_after) busyMs = message.retry_after * 1000;
        heard();
        received(message);
      };
      mine.onclose = ({ code }) => {
        if (socket !== mine) return;
        socket = null;
        closed(code, code === BUSY ? busyMs : 0);
      };
    },

    send(frame) {
      if (socket?.readyState !== 1) return false; // it may be closing
      socket.send(JSON.stringify(frame));
      return true;
    },

    close(code) {
      const old = socket;
      socket = null;
      old?.close(code);
    },
  };
}
