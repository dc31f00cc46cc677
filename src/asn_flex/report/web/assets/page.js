// What every part of the page uses: the data, the two languages, and how elements are made.
// Nothing here or elsewhere writes markup from data: text goes in as text.

const CONTENT = JSON.parse(document.getElementById("content").textContent);
const state = {
  lang: CONTENT.lang,
  duty: "",
  allEdges: false,
  list: { search: "", who: "going", duty: "", unit: "", place: "", basis: "", group: "", sort: "id", down: false, page: 0, all: false },
  asked: new Set(),
};
const PEOPLE = CONTENT.people.rows.map((row) => ({
  id: row[0], name: row[1], rank: row[2], post: row[3], phone: row[4], nip: row[5], unit: row[6], home: row[7],
  demand: row[8], basis: row[9], loss: row[10], points: row[11], asks: row[12], proof: row[13], near: row[14],
}));
const BY_ID = new Map(PEOPLE.map((person) => [person.id, person]));
const SEATED = CONTENT.demands.map(() => []);
for (const person of PEOPLE) if (person.demand >= 0) SEATED[person.demand].push(person);

/** Return a sentence of the data in the language that is shown. */
function say(text) {
  return typeof text === "string" ? text : text[state.lang === "id" ? 0 : 1];
}

/** Return a sentence of the page with its blanks filled. */
function word(key, values = {}) {
  return say(CONTENT.words[key]).replace(/\{(\w+)\}/g, (blank, name) => (name in values ? String(values[name]) : blank));
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** Make an element: attributes, listeners (`onclick`), then children; strings are text. */
function make(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an element of a drawing. */
function draw(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Text that only those hear who cannot see the sign beside it. */
function hidden(text) {
  return make("span", { class: "hidden" }, text);
}

/** Return a share in whole percent, never 100 where something is missing. */
function percent(part, whole) {
  if (whole <= 0) return "0%";
  const value = Math.floor((200 * part + whole) / (2 * whole));
  return `${part < whole ? Math.min(value, 99) : value}%`;
}

/** Return a bar; the numbers beside it say the same, so it is not read aloud. */
function bar(part, whole, look) {
  const inner = make("span", { class: "fill" });
  inner.style.width = whole > 0 ? `${(100 * part) / whole}%` : "0";
  return make("span", { class: `bar ${look}`, "aria-hidden": "true" }, inner);
}

const SIGNS = { full: "✓", short: "◐", below: "▲" };

/** Return `full`, `short`, or `below` where some demand does not reach its minimum. */
function stateOf(demands) {
  if (demands.some((demand) => demand.state === "below")) return "below";
  return demands.every((demand) => demand.state === "full") ? "full" : "short";
}

function badge(look) {
  return make("span", { class: `badge ${look}` }, make("span", { "aria-hidden": "true" }, SIGNS[look]), " ", word(`state.${look}`));
}

function sum(items, name) {
  return items.reduce((total, item) => total + item[name], 0);
}

function shiftName(demand) {
  return demand.shift ? word("shift", { shift: demand.shift }) : "";
}

function placeName(demand) {
  return `${say(demand.place)}${shiftName(demand)}`;
}

function dutyName(demand) {
  return `${say(CONTENT.duties[demand.duty].name)}${shiftName(demand)}`;
}

function demandName(demand) {
  return `${say(CONTENT.duties[demand.duty].name)}, ${placeName(demand)}`;
}

function groupRow(name, width) {
  return make("tr", { class: "group" }, make("th", { colspan: String(width), scope: "rowgroup" }, name));
}

/** Return a table in a box that scrolls by itself where the page is narrow; a row that is a text heads those below it. */
function table(label, heads, rows, look = "") {
  const cells = (row, tag) => row.map((cell, i) => make(tag, { scope: tag === "th" ? "col" : null, "data-label": tag === "td" ? heads[i] : null }, cell));
  return make("div", { class: `scroll ${look}`, tabindex: "0", role: "group", "aria-label": label },
    make("table", {}, make("caption", { class: "hidden" }, label),
      make("thead", {}, make("tr", {}, cells(heads, "th"))),
      make("tbody", {}, rows.map((row) => (Array.isArray(row) ? make("tr", {}, cells(row, "td")) : groupRow(row, heads.length))))));
}

/** Return something to open; what is inside is made when it is opened for the first time, or printed. */
function folded(attributes, summary, inside) {
  const box = make("details", attributes, make("summary", {}, summary));
  let made = false;
  box.makeInside = () => {
    if (made) return;
    made = true;
    box.append(...[inside()].flat(Infinity));
  };
  box.addEventListener("toggle", () => box.open && box.makeInside());
  if (attributes.open) box.makeInside();
  return box;
}

/** Open what is folded within an element, and what appears by that. */
function unfold(root) {
  for (let closed; (closed = root.querySelector("details:not([open])")); ) {
    if (closed.makeInside) closed.makeInside();
    closed.open = true;
  }
}
