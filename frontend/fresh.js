/**
 * Reads this page anew. XMLHttpRequest parses the document itself, which Trusted Types allow without a
 * policy, and runs nothing of it.
 *
 * @param {string} [address]
 * @returns {Promise<Document>}
 */
export function fetchPage(address = location.href) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.setRequestHeader("Cache-Control", "no-cache");
    request.timeout = 15000;
    request.onload = () => {
      if (request.status === 200 && request.response) resolve(request.response);
      else reject(new Error(`the saved values could not be read: status ${request.status}`));
    };
    request.onerror = () => reject(new Error("the saved values could not be read: no answer"));
    request.ontimeout = request.onerror;
    request.send();
  });
}

/**
 * A handshake that is refused looks like a line that is cut. The page's own address tells them apart.
 *
 * @param {string} [address]
 * @returns {Promise<4401|4403|null>} what the server would close a socket with; null: nothing that we know of
 */
export function whyRefused(address = location.href) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = 15000;
    request.onload = () => {
      const { status, responseURL, response } = request;
      if (status === 403) return resolve(4403);
      if (status !== 200 || !response) return resolve(null);
      if (response.querySelector("input[type=password]")) return resolve(4401);
      resolve(new URL(responseURL).pathname === new URL(address).pathname ? null : 4403);
    };
    request.onerror = () => resolve(null);
    request.ontimeout = request.onerror;
    request.send();
  });
}
