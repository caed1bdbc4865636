import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../", import.meta.url);
const messages = JSON.parse(readFileSync(new URL("messages.json", folder), "utf8"));
const source = readdirSync(folder)
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(new URL(name, folder), "utf8"))
  .join("\n");

test("every text that the scripts name exists", () => {
  const named = [...source.matchAll(/texts\.([a-z_]+)/g)].map(([, key]) => key);
  const options =
    /^(every|join|length|map|push|slice|some|chat_(user_list|empty|start|input|online|offline|cannot)|notification_|editor_|viewer_|claiming_)/;
  const missing = named.filter((key) => !(key in messages) && !options.test(key));
  assert.deepEqual(missing, []);
});

test("every text is used", () => {
  const unused = Object.keys(messages).filter(
    (key) =>
      !/^(state|store|answer|lost|got|promised|others|site)_/.test(key) &&
      !new RegExp(`\\b(${key}|${key.replace(/_/g, "-")})\\b`).test(source),
  );
  assert.deepEqual(unused, []);
});
