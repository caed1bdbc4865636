/** Pictures of people; where there is none, their initials on a colour that is always theirs. */
import { element } from "./elements.js";

/**
 * @param {unknown} id - of the user
 * @returns {string} a colour on which white text has a contrast of at least 4.5
 */
export function colour(id) {
  let number = Number(id);
  if (!(number >= 0)) {
    number = 2166136261; // FNV-1a
    for (const character of String(id)) number = Math.imul(number ^ character.charCodeAt(0), 16777619) >>> 0;
  }
  // Twelve ids in a row are 23 degrees apart at least; the twelve after them lie between.
  const hue = (number * 150 + Math.floor(number / 12) * 7) % 360;
  return `hsl(${hue}, 55%, 28%)`;
}

/** @param {string} name @returns {string} one or two letters */
export function initials(name) {
  const words = name
    .trim()
    .split(/[\s@._-]+/)
    .filter(Boolean);
  const letters = [words[0], words.length > 1 && !name.includes("@") ? words[words.length - 1] : ""];
  return (
    letters
      .map((word) => [...(word || "")][0] || "")
      .join("")
      .toUpperCase() || "?"
  );
}

/**
 * @param {unknown} address
 * @param {string} [base]
 * @returns {string|null} an address that can only be a picture, never a script
 */
export function pictureUrl(address, base = location.href) {
  if (typeof address !== "string" || !address) return null;
  try {
    const url = new URL(address, base);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * @param {{user_id: unknown, name: string, avatar_url: unknown}} person
 * @returns {HTMLElement} for the eye only; the name stands beside it
 */
export function avatar({ user_id: id, name, avatar_url: address }) {
  const disc = element("span", { class: "collaborator-avatar", "aria-hidden": "true", text: initials(name) });
  disc.style.backgroundColor = colour(id);
  const source = pictureUrl(address);
  if (source) {
    const picture = element("img", { alt: "", onerror: () => picture.remove() });
    picture.src = source;
    disc.append(picture);
  }
  return disc;
}
