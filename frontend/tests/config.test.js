import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig, socketUrl, texts } from "../config.js";

const page = (text) => ({
  getElementById: (id) => (id === "admin-collaborator-config" && text !== null ? { textContent: text } : null),
});

test("a page without the block has no configuration", () => {
  assert.equal(readConfig(page(null)), null);
});

test("a block that is still being parsed is not there yet", () => {
  assert.equal(readConfig(page('{"user_id": 7, "mess')), null);
});

test("the block is read", () => {
  assert.deepEqual(readConfig(page('{"user_id": 7}')), { user_id: 7 });
});

test("the address of the socket keeps path and query as the server wrote them", () => {
  const url = socketUrl("/x/shop/item/a_2Fb%20%C3%BC/?site=back%20office", "abc", "https://host:8443/admin/");
  assert.equal(url, "wss://host:8443/x/shop/item/a_2Fb%20%C3%BC/?site=back+office&member=abc");
  assert.equal(socketUrl("/x/", "abc", "http://host/"), "ws://host/x/?member=abc");
});

test("options of the site win over our own texts", () => {
  assert.deepEqual(texts({ messages: { a: "ours", b: "ours" }, options: { b: "theirs" } }), {
    a: "ours",
    b: "theirs",
  });
});
