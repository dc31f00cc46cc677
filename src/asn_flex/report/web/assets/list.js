// Who goes where: searched, filtered, grouped, sorted, and shown a page at a time, so that thousands stay quick.

const PAGE = 25;

function placeOf(person) {
  return person.demand < 0 ? "" : say(CONTENT.demands[person.demand].place);
}

function dutyOf(person) {
  return person.demand < 0 ? -1 : CONTENT.demands[person.demand].duty;
}

function unitOf(person) {
  return say(CONTENT.people.units[person.unit]);
}

const KEYS = {
  id: (person) => person.id,
  name: (person) => person.name || person.id,
  unit: unitOf,
  demand: (person) => (person.demand < 0 ? "\uffff" : `${String(dutyOf(person)).padStart(4, "0")} ${demandName(CONTENT.demands[person.demand])}`),
  place: (person) => placeOf(person) || "\uffff",
  basis: (person) => (person.basis < 0 ? "\uffff" : say(CONTENT.people.bases[person.basis].text)),
  weight: (person) => (person.demand < 0 ? Infinity : person.loss + person.points),
};
const GROUPS = {
  demand: (person) => (person.demand < 0 ? word("stays") : demandName(CONTENT.demands[person.demand])),
  unit: unitOf,
  place: (person) => placeOf(person) || word("stays"),
};

function searched(person) {
  const parts = [person.id, person.name, person.nip, person.post, person.rank, unitOf(person)];
  if (person.demand >= 0) parts.push(demandName(CONTENT.demands[person.demand]), CONTENT.demands[person.demand].id, say(CONTENT.people.bases[person.basis].text));
  return parts.join("\n").toLowerCase();
}

function chosen() {
  const { search, who, duty, unit, place, basis } = state.list;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (person) =>
    (who === "all" || (who === "going") === person.demand >= 0) &&
    (duty === "" || dutyOf(person) === Number(duty)) &&
    (unit === "" || person.unit === Number(unit)) &&
    (place === "" || (person.demand >= 0 && (CONTENT.demands[person.demand].area || "") === place.slice(1))) &&
    (basis === "" || (basis === "asks" ? person.asks.length > 0 : person.basis >= 0 && CONTENT.people.bases[person.basis].cover === (basis === "cover"))) &&
    (!words.length || ((text) => words.every((part) => text.includes(part)))(searched(person)));
  return arranged(PEOPLE.filter(fits));
}

/** Sort by group and then by what is asked; people of one value stay in order of id. */
function arranged(people) {
  const compare = new Intl.Collator(state.lang, { numeric: true }).compare;
  const group = GROUPS[state.list.group];
  const key = KEYS[state.list.sort];
  const turn = state.list.down ? -1 : 1;
  const keyed = people.map((person) => ({ person, group: group ? group(person) : "", key: key(person) }));
  keyed.sort((a, b) => compare(a.group, b.group) ||
    turn * (typeof a.key === "number" ? a.key - b.key || 0 : compare(a.key, b.key)) || compare(a.person.id, b.person.id));
  return keyed;
}

const list = { body: null, foot: null, count: null, heads: null };

function showList() {
  const found = chosen();
  const size = state.list.all ? Math.max(found.length, 1) : PAGE;
  const pages = Math.max(1, Math.ceil(found.length / size));
  state.list.page = Math.min(state.list.page, pages - 1);
  const first = state.list.page * size;
  const rows = [];
  const counts = new Map();
  if (state.list.group) for (const item of found) counts.set(item.group, (counts.get(item.group) || 0) + 1);
  let group = null;
  for (const item of found.slice(first, first + size)) {
    if (state.list.group && item.group !== group) {
      group = item.group;
      rows.push(groupRow(`${group} (${counts.get(group)})`, 4));
    }
    rows.push(personRow(item.person));
  }
  list.body.replaceChildren(...rows);
  list.count.textContent = word("list.count", { count: found.length, first: found.length ? first + 1 : 0, last: Math.min(first + size, found.length) });
  list.foot.replaceChildren(...(pages > 1 ? pageButtons(pages) : []));
  showHeads();
}

function personRow(person) {
  const demand = person.demand >= 0 ? CONTENT.demands[person.demand] : null;
  return make("tr", {},
    make("td", {}, personLink(person), make("div", { class: "small" }, unitOf(person), person.post ? ` · ${person.post}` : "")),
    make("td", {}, demand ? [demandLink(person.demand), make("div", { class: "small" }, make("span", { class: "place" }, demand.id), ` · ${say(demand.days)}`)] : make("span", { class: "dim" }, word("stays"))),
    make("td", {}, demand && say(CONTENT.people.bases[person.basis].text),
      person.asks.map((number) => make("div", { class: "asks" }, "? ", say(CONTENT.people.questions[number].text)))),
    make("td", { class: "number" }, demand && String(person.loss + person.points)));
}

function pageButtons(pages) {
  const go = (page) => () => {
    state.list.page = page;
    showList();
    list.count.focus();
  };
  const { page } = state.list;
  return [
    make("button", { type: "button", disabled: page === 0, onclick: go(page - 1) }, `← ${word("list.before")}`),
    make("span", {}, word("list.page", { page: page + 1, pages })),
    make("button", { type: "button", disabled: page >= pages - 1, onclick: go(page + 1) }, `${word("list.after")} →`),
  ];
}

const HEADS = [["id", "officer"], ["demand", "goes_to"], ["basis", "basis"], ["weight", "weight.short"]];

function showHeads() {
  list.heads.replaceChildren(...HEADS.map(([key, label]) => {
    const on = state.list.sort === key;
    const sort = () => {
      state.list.down = on && !state.list.down;
      state.list.sort = key;
      showList();
      list.heads.querySelectorAll("button")[HEADS.findIndex((head) => head[0] === key)].focus();
    };
    return make("th", { scope: "col", class: key === "weight" ? "number" : null, "aria-sort": on ? (state.list.down ? "descending" : "ascending") : null },
      make("button", { type: "button", onclick: sort }, word(label), make("span", { "aria-hidden": "true" }, on ? (state.list.down ? " ▼" : " ▲") : "")));
  }));
}

function picker(name, label, options) {
  const change = (event) => {
    state.list[name] = event.target.value;
    state.list.page = 0;
    if (name === "sort") state.list.down = false;
    showList();
  };
  return make("label", {}, word(label), make("select", { name, onchange: change },
    options.map(([value, text]) => make("option", { value, selected: state.list[name] === value }, text))));
}

function listPart() {
  list.body = make("tbody", {});
  list.heads = make("tr", {});
  list.foot = make("div", { class: "row pages" });
  list.count = make("p", { class: "note", role: "status", tabindex: "-1" });
  const type = (event) => {
    state.list.search = event.target.value;
    state.list.page = 0;
    showList();
  };
  const every = [["", word("list.every")]];
  const compare = new Intl.Collator(state.lang).compare;
  const units = CONTENT.people.units.map((unit, i) => [String(i), say(unit)]).sort((a, b) => compare(a[1], b[1]));
  const places = [...new Map(CONTENT.demands.map((demand) => [`@${demand.area || ""}`, say(demand.place)]))].sort((a, b) => compare(a[1], b[1]));
  const sorts = Object.keys(KEYS).map((key) => [key, word(`sort.${key}`)]);
  const part = make("div", {},
    make("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
      make("label", { class: "wide" }, word("list.search"), make("input", { type: "search", value: state.list.search, oninput: type })),
      picker("who", "list.who", ["going", "staying", "all"].map((who) => [who, word(`who.${who}`)])),
      picker("duty", "duty", [...every, ...CONTENT.duties.map((duty, i) => [String(i), say(duty.name)])]),
      picker("place", "area", [...every, ...places]),
      picker("unit", "unit", [...every, ...units]),
      picker("basis", "basis", [...every, ...["standard", "cover", "asks"].map((basis) => [basis, word(`bases.${basis}`)])]),
      picker("group", "list.group", [["", word("group.none")], ...Object.keys(GROUPS).map((group) => [group, word(`group.${group}`)])]),
      picker("sort", "list.sort", sorts)),
    list.count,
    make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": word("people") },
      make("table", { class: "people" }, make("caption", { class: "hidden" }, word("people")), make("thead", {}, list.heads), list.body)),
    list.foot);
  showList();
  return part;
}
