/**
 * What differs between texts, word by word, and what two people made of one text, put together sentence by sentence.
 * Pure: texts in, pieces out.
 *
 * @typedef {{text: string, change: ""|"del"|"ins"}} Piece
 * @typedef {{from: number, to: number, instead: string[]}} Hunk - what stands in place of the texts between two places
 */

const MOST_EDITS = 1000; // between two texts; what differs more is replaced as a whole
const AROUND = 40; // characters that are shown before and after what differs
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}_'’]+|\s+|[^\p{L}\p{M}\p{N}_'’\s]/gu;
const SENTENCE = /[\s\S]+?(?:<[^>]*>|(?=<)|[.!?…]+["'”’»)\]]*(?:\s+|$)|[。！？]+|\n+|$)/gu;
const RICH = /^\s*<[a-z][^>]*>[\s\S]*<\/[a-z][a-z0-9]*>\s*$/i;
const TAG = /<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/gi;
const EMPTY = /^(area|br|col|embed|hr|img|input|source|track|wbr)$/i;

/** @param {string} text @returns {string[]} */
export const wordsOf = (text) => text.match(WORD) || [];

/** @param {string} text @returns {string[]} also the tags of rich text, each by itself */
export const sentencesOf = (text) => text.match(SENTENCE) || [];

/** @param {string[]} before @param {string[]} after @returns {Hunk[]} in order, none touching the next */
export function hunks(before, after) {
  const least = Math.min(before.length, after.length);
  let start = 0;
  let end = 0;
  while (start < least && before[start] === after[start]) start += 1;
  while (end < least - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const one = before.slice(start, before.length - end);
  const other = after.slice(start, after.length - end);
  /** @type {Hunk[]} */
  const found = [];
  let [x, y] = [0, 0];
  for (const [nextX, nextY] of [...common(one, other), [one.length, other.length]]) {
    if (nextX > x || nextY > y) found.push({ from: start + x, to: start + nextX, instead: other.slice(y, nextY) });
    [x, y] = [nextX + 1, nextY + 1];
  }
  return found;
}

/**
 * The places at which two lists have the same, as many as can be, by the greedy algorithm of E. W. Myers, "An O(ND)
 * difference algorithm and its variations", 1986.
 *
 * @param {string[]} one @param {string[]} other @returns {number[][]}
 */
function common(one, other) {
  /** @type {Int32Array[]} how far each diagonal comes with so many edits */
  const reached = [];
  for (let edits = 0; edits <= Math.min(one.length + other.length, MOST_EDITS); edits += 1) {
    const row = new Int32Array(2 * edits + 1);
    reached.push(row);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = edits ? begin(reached[edits - 1], edits, diagonal)[0] : 0;
      while (x < one.length && x - diagonal < other.length && one[x] === other[x - diagonal]) x += 1;
      row[diagonal + edits] = x;
      if (x >= one.length && x - diagonal >= other.length) return walkBack(reached, diagonal);
    }
  }
  return [];
}

/** @param {Int32Array} before @param {number} edits @param {number} diagonal @returns {number[]} where it begins, and from which one */
function begin(before, edits, diagonal) {
  const at = (/** @type {number} */ other) => before[other + edits - 1];
  const isInsertion = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1));
  return isInsertion ? [at(diagonal + 1), diagonal + 1] : [at(diagonal - 1) + 1, diagonal - 1];
}

/** @param {Int32Array[]} reached @param {number} last @returns {number[][]} */
function walkBack(reached, last) {
  const found = [];
  let diagonal = last;
  for (let edits = reached.length - 1; edits >= 0; edits -= 1) {
    const [first, next] = edits ? begin(reached[edits - 1], edits, diagonal) : [0, 0];
    for (let x = reached[edits][diagonal + edits] - 1; x >= first; x -= 1) found.push([x, x - diagonal]);
    diagonal = next;
  }
  return found.reverse();
}

/** @param {string} before @param {string} after @returns {Piece[]} */
export function marked(before, after) {
  const words = wordsOf(before);
  /** @type {Hunk[]} */
  const joined = [];
  for (const hunk of hunks(words, wordsOf(after))) {
    const last = joined[joined.length - 1];
    const between = last ? words.slice(last.to, hunk.from) : [];
    if (last && between.every((word) => !word.trim())) {
      last.instead.push(...between, ...hunk.instead); // two words in a row are one change
      last.to = hunk.to;
    } else joined.push(hunk);
  }
  return pieces(words, joined);
}

/** @param {string[]} tokens @param {Hunk[]} changes @returns {Piece[]} */
function pieces(tokens, changes) {
  /** @type {Piece[]} */
  const made = [];
  let at = 0;
  const add = (/** @type {string[]} */ list, /** @type {Piece["change"]} */ change) =>
    list.length && made.push({ text: list.join(""), change });
  for (const { from, to, instead } of changes) {
    add(tokens.slice(at, from), "");
    add(tokens.slice(from, to), "del");
    add(instead, "ins");
    at = to;
  }
  add(tokens.slice(at), "");
  return made;
}

/** @param {Piece[]} all @returns {Piece[]} long stretches in which nothing differs are left out */
export function folded(all) {
  return all.map((piece, i) => {
    const { text, change } = piece;
    const head = i ? text.slice(0, AROUND).replace(/\S*$/, "") : "";
    const tail = i < all.length - 1 ? text.slice(-AROUND).replace(/^\S*/, "") : "";
    return change || text.length <= 3 * AROUND ? piece : { text: `${head}…${tail}`, change };
  });
}

/**
 * @param {string} before @param {string} theirs @param {string} mine
 * @returns {string|null} both together; null where they changed one sentence in two ways, or it would be no other text
 */
export function merge(before, theirs, mine) {
  const sentences = sentencesOf(before);
  const own = hunks(sentences, sentencesOf(mine));
  const others = hunks(sentences, sentencesOf(theirs)).filter((hunk) => !own.some((each) => isSame(each, hunk)));
  if (others.some((hunk) => own.some((each) => meets(each, hunk)))) return null;
  const all = [...own, ...others].sort((one, other) => one.from - other.from || one.to - other.to);
  let at = 0;
  let merged = "";
  for (const { from, to, instead } of all) {
    merged += sentences.slice(at, from).join("") + instead.join("");
    at = to;
  }
  merged += sentences.slice(at).join("");
  if (merged === mine || merged === theirs || (isRich([before]) && !isBalanced(merged))) return null;
  return merged;
}

/** @param {Hunk} one @param {Hunk} other */
const isSame = (one, other) =>
  one.from === other.from && one.to === other.to && one.instead.join("\0") === other.instead.join("\0");

/** @param {Hunk} one @param {Hunk} other @returns {boolean} whether they change the same place */
const meets = (one, other) =>
  (one.from < other.to && other.from < one.to) ||
  (one.from === other.from && (one.from === one.to || other.from === other.to));

/** @param {string[]} all @returns {boolean} whether an editor wrote them that shows something else than their source */
export const isRich = (all) =>
  all.some((text) => text.trim()) && all.every((text) => !text.trim() || RICH.test(text));

/** @param {string} source @returns {boolean} whether each tag that is opened is closed */
function isBalanced(source) {
  /** @type {string[]} */
  const open = [];
  for (const [, end, name, rest] of source.matchAll(TAG)) {
    if (EMPTY.test(name) || rest.endsWith("/")) continue;
    if (!end) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return !open.length;
}

/** @param {string} source - rich text @returns {string} what it says, with the addresses of links and pictures */
export function spoken(source) {
  let address = "";
  const text = source
    .replace(/\s+/g, " ")
    .replace(/<!--.*?-->|<(script|style)\b.*?<\/\1>/gi, "")
    .replace(TAG, (_, end, tag, rest) => {
      const name = tag.toLowerCase();
      const value = (/** @type {string} */ attribute) =>
        new RegExp(`\\b${attribute}="([^"]*)"`, "i").exec(rest)?.[1] || "";
      if (name === "a") {
        const shown = end && address ? ` (${address})` : "";
        address = end ? "" : value("href");
        return shown;
      }
      if (name === "img") return `[${value("alt") || value("src")}]`;
      if (name === "br") return "\n";
      if (name === "li") return end ? "" : "\n• ";
      if (name === "td" || name === "th") return end ? " | " : "";
      return /^(p|div|h\d|ul|ol|tr|table|blockquote|figure|pre|hr|section)$/.test(name) ? "\n" : "";
    });
  return decoded(text)
    .replace(/ *\n */g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const LATIN =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
  "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
  "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave " +
  "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
  "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute " +
  "thorn yuml";
/** @type {Record<string, number>} */
const ENTITIES = { quot: 34, amp: 38, apos: 39, lt: 60, gt: 62, OElig: 338, oelig: 339, ndash: 8211, mdash: 8212 };
Object.assign(ENTITIES, { lsquo: 8216, rsquo: 8217, sbquo: 8218, ldquo: 8220, rdquo: 8221, bdquo: 8222, bull: 8226 });
Object.assign(ENTITIES, { hellip: 8230, lsaquo: 8249, rsaquo: 8250, euro: 8364 });
LATIN.split(" ").forEach((name, i) => {
  ENTITIES[name] = 160 + i;
});

/** @param {string} text */
const decoded = (text) =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
    const code = name ? ENTITIES[name] : Number.parseInt(decimal || hex, decimal ? 10 : 16);
    return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : all;
  });

/**
 * Texts as people read them: several values with commas, rich text without its tags, unless these are all that differs.
 *
 * @param {(string|undefined)[]} all - of one control
 * @returns {(string|undefined)[]}
 */
export function readable(all) {
  const there = all.map((text) => text?.replaceAll("\0", ", ").replace(/\r\n?/g, "\n"));
  const known = /** @type {string[]} */ (there.filter((text) => text !== undefined));
  if (!isRich(known)) return there;
  const said = there.map((text) => (text === undefined ? text : spoken(text)));
  return new Set(said).size < new Set(there).size ? there : said;
}

/**
 * Their text and mine, with what each changed; where nobody knows what was before, with what the other has not.
 *
 * @param {string|undefined} before @param {string} theirs @param {string} mine
 * @returns {{theirs: Piece[], mine: Piece[]}}
 */
export function compared(before, theirs, mine) {
  const [was, one, other] = /** @type {string[]} */ (readable([before, theirs, mine]));
  if (was !== undefined) return { theirs: folded(marked(was, one)), mine: folded(marked(was, other)) };
  const own = (/** @type {Piece[]} */ all) => folded(all.filter(({ change }) => change !== "del"));
  return { theirs: own(marked(other, one)), mine: own(marked(one, other)) };
}
