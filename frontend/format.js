/** Texts with `{placeholders}`. Values come from people and are inert: no `$&`, no nesting. */

/**
 * @param {string} text
 * @param {Record<string, unknown>} [values]
 * @returns {string} placeholders without a value stay as they are
 */
export function format(text, values = {}) {
  return String(text).replace(/\{(\w+)\}/g, (whole, name) =>
    Object.keys(values).includes(name) ? String(values[name]) : whole,
  );
}
