/**
 * A carrier of frames: what stands between a page and the server, for one connection at a time. This one is a
 * WebSocket; connection.js brings it back when it breaks.
 *
 * @typedef {object} Carrier
 * @property {() => void} open
 * @property {(frame: object) => boolean} send - whether it went out
 * @property {(code?: number) => void} close - without an event; 1000 on purpose, no code: given up
 *
 * @typedef {object} CarrierEvents
 * @property {() => void} opened - frames can be sent
 * @property {(message: any) => void} received
 * @property {(code: number) => void} closed - see docs/protocol.md
 */

/**
 * @param {() => string} url - asked again for each connection
 * @param {CarrierEvents} events
 * @param {typeof globalThis.WebSocket} [WebSocket]
 * @returns {Carrier}
 */
export function createSocket(url, { opened, received, closed }, WebSocket = globalThis.WebSocket) {
  /** @type {WebSocket|null} */
  let socket = null;
  return {
    open() {
      const mine = new WebSocket(url());
      socket = mine;
      mine.onopen = () => socket === mine && opened();
      mine.onmessage = ({ data }) => socket === mine && received(JSON.parse(data));
      mine.onclose = ({ code }) => {
        if (socket !== mine) return;
        socket = null;
        closed(code);
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
