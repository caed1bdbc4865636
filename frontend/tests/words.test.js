import assert from "node:assert/strict";
import { test } from "node:test";
import { compared, folded, hunks, marked, merge, readable, sentencesOf, spoken, wordsOf } from "../words.js";

const after = (pieces) => pieces.map(({ text, change }) => (change === "del" ? "" : text)).join("");
const before = (pieces) => pieces.map(({ text, change }) => (change === "ins" ? "" : text)).join("");
const shown = (pieces) =>
  pieces.map(({ text, change }) => ({ del: `[-${text}-]`, ins: `[+${text}+]` })[change] || text).join("");

test("only the words that differ are marked, however far apart they are", () => {
  const long = "All of this stays as it was. ".repeat(20);
  const pieces = marked(`The dog barks. ${long}It rains.`, `The cat barks. ${long}It snows.`);
  assert.deepEqual(
    pieces.filter(({ change }) => change).map(({ text, change }) => change + text),
    ["deldog", "inscat", "delrains", "inssnows"],
  );
  assert.ok(shown(folded(pieces)).length < 250);
});

test("two words in a row are one change", () => {
  assert.equal(shown(marked("a red car stops", "a blue bus stops")), "a [-red car-][+blue bus+] stops");
});

test("pieces give back both texts, whatever they are", () => {
  let seed = 7;
  const random = (limit) => {
    seed = (seed * 16807) % 2147483647;
    return seed % limit;
  };
  const word = () => ["a", "b", "c", " ", "\n", ".", "é", "日", "<p>"][random(9)];
  for (let i = 0; i < 500; i += 1) {
    const [one, other] = [0, 0].map(() => Array.from({ length: random(30) }, word).join(""));
    const pieces = marked(one, other);
    assert.deepEqual([before(pieces), after(pieces)], [one, other]);
    assert.equal(wordsOf(one).join(""), one);
    assert.equal(sentencesOf(one).join(""), one);
  }
});

test("texts that have nothing in common are replaced as a whole", () => {
  const [one, other] = ["a", "b"].map((letter) => Array.from({ length: 20000 }, (_, i) => `${letter}${i} `).join(""));
  assert.deepEqual([before(marked(one, other)), after(marked(one, other))], [one, other]);
});

test("hunks name the least that differs", () => {
  assert.deepEqual(
    hunks([..."abcabba"], [..."cbabac"]).flatMap(({ from, to, instead }) => to - from + instead.length),
    [2, 1, 1, 1],
  );
});

const TEXT = "It rains. The dog barks. Nobody hears it.\nAll sleep.";

test("edits to different sentences come together", () => {
  const theirs = TEXT.replace("rains", "snows");
  const mine = TEXT.replace("All sleep", "Nobody sleeps");
  assert.equal(merge(TEXT, theirs, mine), "It snows. The dog barks. Nobody hears it.\nNobody sleeps.");
});

test("edits to one sentence do not, nor texts that are added at one place", () => {
  assert.equal(merge(TEXT, TEXT.replace("dog", "cat"), TEXT.replace("barks", "sleeps")), null);
  assert.equal(merge(TEXT, `${TEXT}\nTheirs.`, `${TEXT}\nMine.`), null);
});

test("the same edit of both is made once, and what adds nothing is no merge", () => {
  const both = TEXT.replace("rains", "snows");
  const theirs = both.replace("Nobody hears it", "Ada hears it");
  const mine = both.replace("All sleep", "Nobody sleeps");
  assert.equal(merge(TEXT, theirs, mine), "It snows. The dog barks. Ada hears it.\nNobody sleeps.");
  assert.equal(merge(TEXT, both, both), null);
});

test("a number is no end of a sentence", () => {
  assert.equal(merge("About 3.5 of 4.", "About 4.5 of 4.", "About 3.6 of 4."), null);
});

const HTML = "<p>It rains.</p><p>The <b>dog</b> barks.</p>";

test("rich text comes together with its tags, or not at all", () => {
  const theirs = HTML.replace("rains", "snows");
  const mine = HTML.replace("barks", "sleeps");
  assert.equal(merge(HTML, theirs, mine), "<p>It snows.</p><p>The <b>dog</b> sleeps.</p>");
  const unwrapped = HTML.replace("<p>The <b>dog</b> barks.</p>", "<p>The dog.");
  assert.equal(merge(HTML, theirs, unwrapped), null);
});

test("rich text is shown as what it says", () => {
  const source =
    '<p>F&uuml;r <b>alle</b> &amp; <a href="https://a.example/">hier</a></p>\n<ul><li>Eins</li><li>Zwei</li></ul><img src="x.png">';
  assert.equal(spoken(source), "Für alle & hier (https://a.example/)\n\n• Eins\n• Zwei\n[x.png]");
});

test("where only tags differ, they are shown, and source that somebody writes by hand is left alone", () => {
  assert.deepEqual(readable(["<p>One</p>", "<p><b>One</b></p>"]), ["<p>One</p>", "<p><b>One</b></p>"]);
  assert.deepEqual(readable(["One <b>two</b>", "One two"]), ["One <b>two</b>", "One two"]);
  assert.deepEqual(readable(["a\0b"]), ["a, b"]);
});

test("without what was before, each side is marked by what the other has not", () => {
  const { theirs, mine } = compared(undefined, "A red car", "A blue car");
  assert.deepEqual([shown(theirs), shown(mine)], ["A [+red+] car", "A [+blue+] car"]);
  assert.equal(shown(compared("A car", "A red car", "A car here").theirs), "A [+red +]car");
});
