/**
 * One reading of the saved values at a time: again after a pause when it failed, and once more when the person
 * gave up unsaved input meanwhile.
 */

const RETRY_MS = 2000;

/**
 * @param {{read: (discard: boolean) => Promise<{outcome: string, renderedAt: number}>}} savedValues
 * @param {() => number} now - own clock, milliseconds
 * @param {(values: {reason: number, outcome: string, renderedAt: number}) => void} onRead
 */
export function createRefetch(savedValues, now, onRead) {
  let underWay = false;
  let againAt = 0;
  /** @type {(() => number)|null} the person said so while values were being read */
  let discardNext = null;

  /** @param {number} reason @param {boolean} discard */
  async function read(reason, discard) {
    underWay = true;
    const values = await savedValues.read(discard);
    underWay = false;
    if (values.outcome === "failed") againAt = now() + RETRY_MS;
    onRead({ reason, ...values });
    if (discardNext) refetch.discard(discardNext);
  }

  const refetch = {
    /** @param {number} reason - which of the page's reasons to read it is for */
    start(reason) {
      if (!underWay && now() >= againAt) read(reason, false);
    },

    /** The person gives up unsaved input. @param {() => number} reason - the newest, when the reading begins */
    discard(reason) {
      discardNext = underWay ? reason : null;
      if (!underWay) read(reason(), true);
    },
  };
  return refetch;
}
