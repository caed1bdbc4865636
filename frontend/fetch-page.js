/**
 * Asks for this page anew. XMLHttpRequest parses the document itself, which Trusted Types allow without a
 * policy, and runs nothing of it.
 */

const PATIENCE_MS = 15000;

/**
 * @param {string} address @param {string} [header] - says what the page is read for
 * @returns {Promise<XMLHttpRequest>} ended, one way or the other; status 0: no answer
 */
function ask(address, header) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.setRequestHeader("Cache-Control", "no-cache");
    if (header) request.setRequestHeader(header, "1");
    request.timeout = PATIENCE_MS;
    request.onloadend = () => resolve(request);
    request.send();
  });
}

/** @returns {Promise<Document>} this page, as it would be loaded now, and what of it may be taken over */
export async function fetchPage(address = location.href) {
  const { status, response } = await ask(address, "X-Collaborator-Values");
  if (status !== 200 || !response) throw new Error(`the page could not be read, status ${status}`);
  return response;
}

/**
 * A handshake that is refused looks like a line that is cut. The page's own address tells them apart.
 *
 * @returns {Promise<4401|4403|null>} what the server would close a socket with; null: nothing that we know of
 */
export async function whyRefused(address = location.href) {
  const { status, responseURL, response } = await ask(address);
  if (status === 403) return 4403;
  if (status !== 200 || !response) return null;
  if (response.querySelector("input[type=password]")) return 4401;
  return new URL(responseURL).pathname === new URL(address).pathname ? null : 4403;
}
