/**
 * A page that asks again and again for what it shows beside what it is about: a list, an index. It comes into no room
 * by that, and asks for nothing while it is hidden. What requests and answers have is in docs/protocol.md, "Lists".
 */

const AGAIN_MS = 300; // at least, between an answer and the next request
const NEXT_MS = 10000; // where nothing is new
const LATER_MS = 30000; // after something went wrong

/**
 * @param {string} path
 * @param {object} question
 * @param {(answer: any) => void} show - null: logged out, or no longer allowed; what is shown would only grow old
 */
export function keepAsking(path, question, show) {
  /** @type {any} */
  let seen = null;
  /** @type {any} */
  let timer;
  /** @type {AbortController|null} */
  let flight = null;
  const input = /** @type {any} */ (document.querySelector("input[name=csrfmiddlewaretoken]"));
  let token = input ? input.value : "";

  /** @param {number} ms */
  function askIn(ms) {
    clearTimeout(timer);
    if (ms < Infinity) timer = setTimeout(ask, ms); // a browser takes Infinity for 0
  }

  async function ask() {
    if (document.hidden || flight) return;
    flight = new AbortController();
    try {
      askIn(await told(await request()));
    } catch {
      if (!document.hidden) askIn(LATER_MS);
    } finally {
      flight = null;
    }
  }

  /** @returns {Promise<string>} */
  async function newToken() {
    return (await (await fetch(path, { credentials: "same-origin" })).json()).csrf;
  }

  async function request() {
    token = token || (await newToken()); // a page without a form has none
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, "X-Collaborator-Poll": "1" };
    const body = JSON.stringify({ ...question, seen });
    const options = { method: "POST", headers, body, signal: flight?.signal };
    return fetch(path, /** @type {any} */ ({ ...options, credentials: "same-origin", redirect: "error" }));
  }

  /** @param {Response} response @returns {Promise<number>} milliseconds until the next request */
  async function told(response) {
    const text = await response.text();
    if (response.status === 204) return NEXT_MS;
    if (response.status === 200 && !text) return AGAIN_MS; // it was held until there was something new
    const answer = text.startsWith("{") ? JSON.parse(text) : {};
    if (response.status === 200 && answer.seen) {
      ({ seen } = answer);
      show(answer);
      return Math.max(answer.next, AGAIN_MS);
    }
    if (response.status === 403 && !answer.close) {
      token = await newToken(); // logged in again meanwhile
      return LATER_MS;
    }
    if (response.status === 429 || response.status >= 500) return LATER_MS;
    show(null);
    return Infinity;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) flight?.abort();
    else askIn(0);
  });
  ask();
}
