/**
 * Where a document goes when it goes away. Browsers tell it before the page is hidden, where they have the
 * Navigation API; elsewhere, and when somebody types an address, nothing is known.
 */

const SLOWEST_MS = 10000; // a navigation that takes longer may have been given up

/**
 * @param {() => number} now - own clock, milliseconds
 * @param {any} [navigation]
 * @param {{pathname: string}} [here]
 */
export function createDeparture(now, navigation = globalThis.navigation, here = location) {
  let leftAt = -Infinity;
  // The page that asks whether to delete, say, is beside the form: ".../12/change/" and ".../12/delete/".
  const object = here.pathname.replace(/[^/]+\/?$/, "");
  const isOfObject = (/** @type {string} */ path) => path === here.pathname || path === `${object}delete/`;
  navigation?.addEventListener("navigate", (/** @type {any} */ { destination, hashChange, downloadRequest }) => {
    if (hashChange || typeof downloadRequest === "string") return;
    const elsewhere = !isOfObject(new URL(destination.url).pathname);
    leftAt = elsewhere ? now() : -Infinity;
  });
  return {
    /** Whether the page that follows is another one: this one's tab will not be back in a moment. */
    isElsewhere: () => now() - leftAt < SLOWEST_MS,
  };
}
