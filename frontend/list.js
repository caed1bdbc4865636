/**
 * Who is in each row of a list. The list asks by itself, as nobody comes into a room by looking at a list; what
 * requests and answers have is in docs/protocol.md, "Lists".
 *
 * @typedef {object} Row - of the table
 * @property {any} cell - where it is shown who is there
 * @property {any[]} controls - cells of what can be edited in the list
 * @property {any} box - by which the row is chosen for an action
 *
 * @typedef {[people: number[], count: number, editing: 0|1|2]} Seen - what an answer has of a row: places in `people`
 * @typedef {[id: unknown, name: string, avatar: string|null]} Person
 */
import { keepAsking } from "./asking.js";
import { avatar } from "./avatars.js";

const HOLD_SECONDS = 20;
const BOX = "input.action-select";

/** @param {any} config */
export function watchList({ list, http_path: path, user_id: own, messages, shared }) {
  const { element, format, setText } = shared;
  const rows = findRows(list.count);
  const chosen = element("p", { class: "collaborator-chosen", role: "status" });
  /** @type {Person[]} */
  let people = [];
  /** @type {Record<string, Seen>} */
  let seen = {};

  /** @param {Seen} row */
  const isOthers = (row) => row[2] > 0 && people[row[0][0]][0] !== own;

  /** @param {Person} person */
  const nameOf = (person) => (person[0] === own ? format(messages.list_you, { name: person[1] }) : person[1]);

  /** @param {Seen} row */
  function sentence([places, count, editing]) {
    const names = places.map((place) => nameOf(people[place]));
    const said = [];
    if (editing) said.push(format(messages[editing > 1 ? "list_idle" : "list_editing"], { name: names.shift() }));
    if (count > places.length) names.push(format(messages.list_more, { count: count - places.length }));
    if (names.length) said.push(format(messages.list_here, { names: names.join(", ") }));
    return said.join(" ");
  }

  /** @param {Seen} row */
  function picture(row) {
    const [places, count, editing] = row;
    const text = sentence(row);
    const shown = element("span", { class: "collaborator-row", title: text });
    places.forEach((place, index) => {
      const [id, name, address] = people[place];
      const disc = avatar({ user_id: id, name, avatar_url: address });
      if (editing && !index) disc.classList.add("collaborator-editing");
      if (id === own) disc.classList.add("collaborator-own");
      shown.append(disc);
    });
    if (count > places.length)
      shown.append(element("span", { "aria-hidden": "true", text: `+${count - places.length}` }));
    shown.append(element("span", { class: "collaborator-spoken", text }));
    return shown;
  }

  function show() {
    rows.forEach(({ cell, controls }, place) => {
      const row = seen[place];
      cell.querySelector(".collaborator-row")?.remove();
      if (row) cell.append(picture(row));
      const isHeld = !!row && isOthers(row);
      for (const control of controls) {
        control.inert = isHeld; // what is in it is posted all the same, as Django wants the whole list
        control.classList.toggle("collaborator-held", isHeld);
        control.title = isHeld ? sentence(row) : "";
      }
    });
    nameChosen();
  }

  /** Say which of the chosen rows others are editing, before an action is run. */
  function nameChosen() {
    const named = rows.flatMap(({ box, cell }, place) => {
      const row = seen[place];
      if (!row || !box?.checked || !isOthers(row)) return [];
      const title = cell.querySelector("a") || cell;
      return [`${title.firstChild?.textContent.trim() || ""} (${people[row[0][0]][1]})`];
    });
    setText(chosen, named.length ? format(messages.list_chosen, { objects: named.join(", ") }) : "");
  }

  if (!rows.length) return;
  rows[0].cell.closest("table")?.before(chosen); // themes put their actions anywhere
  document.addEventListener("change", nameChosen);
  keepAsking(path, { rows: list.rows, hold: HOLD_SECONDS }, (answer) => {
    ({ people, rows: seen } = answer || { people: [], rows: {} });
    show();
  });
}

/** @param {number} count - how many there have to be @returns {Row[]} none where the table has others */
function findRows(count) {
  const boxes = document.querySelectorAll(BOX);
  const byBox = [...boxes].map((box) => box.closest("tr"));
  const table = document.querySelector("#result_list > tbody");
  const found = byBox.length === count ? byBox : [...(table ? table.children : [])];
  return found.length === count ? found.map(rowOf) : [];
}

/** @param {any} row @returns {Row} */
function rowOf(row) {
  const cells = [...row.children].filter((cell) => !cell.querySelector(BOX));
  const isEditable = (/** @type {any} */ cell) => cell.querySelector("input:not([type=hidden]), select, textarea");
  const cell = row.querySelector("th") || cells.find((one) => one.querySelector("a")) || cells[0] || row;
  return { cell, controls: cells.filter(isEditable), box: row.querySelector(BOX) };
}
