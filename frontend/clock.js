/**
 * Milliseconds that passed for this page, never fewer than really passed.
 *
 * In some browsers `performance.now()` stands still while the machine sleeps, and `Date.now()` may be
 * set back; each step therefore counts the larger of the two, so a lease never seems to live too long.
 *
 * @param {() => number} [ticks]
 * @param {() => number} [wall]
 * @returns {() => number}
 */
export function createClock(ticks = () => performance.now(), wall = () => Date.now()) {
  let elapsed = 0;
  let lastTicks = ticks();
  let lastWall = wall();
  return () => {
    const nextTicks = ticks();
    const nextWall = wall();
    elapsed += Math.max(nextTicks - lastTicks, nextWall - lastWall, 0);
    lastTicks = nextTicks;
    lastWall = nextWall;
    return elapsed;
  };
}
