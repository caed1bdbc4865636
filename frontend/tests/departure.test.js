import assert from "node:assert/strict";
import { test } from "node:test";
import { createDeparture } from "../departure.js";
import { fakeTime } from "./support.js";

const HERE = "/admin/newsroom/article/1/change/";

function setUp() {
  const time = fakeTime();
  const navigation = new EventTarget();
  const departure = createDeparture(time.now, navigation, { pathname: HERE });
  const go = (path, changes = {}) => {
    const more = {
      destination: { url: `https://host${path}` },
      hashChange: false,
      downloadRequest: null,
      ...changes,
    };
    navigation.dispatchEvent(Object.assign(new Event("navigate"), more));
  };
  return { time, departure, go };
}

test("a link to another page leads elsewhere", () => {
  const { departure, go } = setUp();
  assert.equal(departure.isElsewhere(), false);
  go("/admin/newsroom/article/");
  assert.equal(departure.isElsewhere(), true);
});

test("the page that asks whether to delete the object does not", () => {
  const { departure, go } = setUp();
  go("/admin/newsroom/article/1/delete/");
  assert.equal(departure.isElsewhere(), false);
  go("/admin/newsroom/article/11/delete/");
  assert.equal(departure.isElsewhere(), true);
});

test("a reload, a hash and a download do not", () => {
  const { departure, go } = setUp();
  go(`${HERE}?_popup=1`);
  go(`${HERE}#tab`, { hashChange: true });
  go("/media/file.pdf", { downloadRequest: "" });
  go("/media/file.pdf", { downloadRequest: "file.pdf" });
  assert.equal(departure.isElsewhere(), false);
});

test("a navigation that was given up is forgotten, and a reload after it counts as one", () => {
  const { departure, go, time } = setUp();
  go("/slow/");
  go(HERE);
  assert.equal(departure.isElsewhere(), false);
  go("/slow/");
  time.pass(10000);
  assert.equal(departure.isElsewhere(), false);
});

test("a browser without the Navigation API tells nothing", () => {
  assert.equal(createDeparture(() => 0, undefined, { pathname: HERE }).isElsewhere(), false);
});
