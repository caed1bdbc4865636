import assert from "node:assert/strict";
import { test } from "node:test";
import { colour, initials, pictureUrl } from "../avatars.js";

function luminance(hsl) {
  const [hue, saturation, lightness] = hsl.match(/[\d.]+/g).map(Number);
  const [s, l] = [saturation / 100, lightness / 100];
  const channel = (n) => {
    const k = (n + hue / 30) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4);
}

test("white text has a contrast of at least 4.5 on the colour of every hue", () => {
  const pattern = colour(1).replace(/\d+/, "HUE");
  for (let hue = 0; hue < 360; hue += 1) {
    const contrast = 1.05 / (luminance(pattern.replace("HUE", String(hue))) + 0.05);
    assert.ok(contrast >= 4.5, `hue ${hue}: ${contrast}`);
  }
});

test("a person keeps the colour, as number or as text, and people differ", () => {
  assert.equal(colour(7), colour("7"));
  assert.ok(new Set(Array.from({ length: 50 }, (_, id) => colour(id))).size > 35);
});

test("neighbours have clearly different hues", () => {
  const hue = (id) => Number(/\d+/.exec(colour(id))[0]);
  for (let first = 0; first < 100; first += 1) {
    const hues = Array.from({ length: 9 }, (_, index) => hue(first + index));
    for (const one of hues) {
      const apart = hues.filter((other) => other !== one).map((other) => Math.abs(one - other));
      assert.equal(apart.length, 8);
      assert.ok(Math.min(...apart.map((degrees) => Math.min(degrees, 360 - degrees))) >= 23, String(hues));
    }
  }
});

test("initials are of first and last word, of an address its first letter", () => {
  assert.equal(initials("Ada King Lovelace"), "AL");
  assert.equal(initials("ada"), "A");
  assert.equal(initials("ada@example.org"), "A");
  assert.equal(initials("  "), "?");
  assert.equal(initials("😀 smile"), "😀S");
});

test("only addresses of pictures on the web are taken", () => {
  const base = "https://host/admin/";
  assert.equal(pictureUrl("/media/a.png", base), "https://host/media/a.png");
  assert.equal(pictureUrl("http://cdn/a.png", base), "http://cdn/a.png");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "http://[", "", null, undefined, {}, 7]) {
    assert.equal(pictureUrl(bad, base), null, String(bad));
  }
});
