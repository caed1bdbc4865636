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
