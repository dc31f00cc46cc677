// The panel over the page: one officer, or one demand, with the whole proof. Escape closes it, the arrow goes back.

const panel = { box: null, trail: [] };

function personLink(person, extra = "") {
  return make("button", { class: "link", type: "button", onclick: () => openPanel({ person }) },
    make("span", { class: "id" }, person.id), person.name ? ` ${person.name}` : "", extra);
}

function demandLink(number, name = demandName(CONTENT.demands[number])) {
  return make("button", { class: "link", type: "button", onclick: () => openPanel({ demand: number }) }, name);
}

function openPanel(shown) {
  panel.trail.push(shown);
  showPanel();
  if (!panel.box.open) panel.box.showModal();
  panel.box.scrollTop = 0;
  panel.box.querySelector("h2").focus();
}

function closePanel() {
  panel.box.close();
}

function backPanel() {
  panel.trail.pop();
  if (!panel.trail.length) return closePanel();
  showPanel();
  panel.box.querySelector("h2").focus();
  return undefined;
}

function showPanel() {
  const shown = panel.trail.at(-1);
  const inside = shown.person ? personPanel(shown.person) : demandPanel(shown.demand);
  panel.box.replaceChildren(
    make("div", { class: "tools" },
      panel.trail.length > 1 && make("button", { type: "button", onclick: backPanel }, `← ${word("back")}`),
      make("button", { type: "button", onclick: () => window.print() }, word("print")),
      make("button", { type: "button", class: "close", onclick: closePanel }, `${word("close")} ✕`)),
    ...inside);
  document.body.classList.add("with-panel");
}

function panelBox() {
  panel.box = make("dialog", { id: "panel", "aria-labelledby": "panel-title", onclose: () => {
    panel.trail = [];
    document.body.classList.remove("with-panel");
  } });
  panel.box.addEventListener("click", (event) => event.target === panel.box && closePanel());
  return panel.box;
}

function facts(pairs) {
  return make("dl", { class: "facts" }, pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined)
    .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function foldButtons(tree) {
  const every = (open) => () => {
    if (open) unfold(tree);
    else for (const box of tree.querySelectorAll("details")) box.open = false;
  };
  return make("div", { class: "row" },
    make("button", { type: "button", onclick: every(true) }, word("open_all")),
    make("button", { type: "button", onclick: every(false) }, word("close_all")));
}

function proofPart(roots) {
  const tree = proofTree(roots);
  return [make("h3", {}, word("proof")), foldButtons(tree), tree];
}

function personPanel(person) {
  const demand = person.demand >= 0 ? CONTENT.demands[person.demand] : null;
  const basis = person.basis >= 0 ? CONTENT.people.bases[person.basis] : null;
  return [
    make("h2", { id: "panel-title", tabindex: "-1" }, make("span", { class: "id" }, person.id), person.name ? ` ${person.name}` : ""),
    facts([
      [word("unit"), say(CONTENT.people.units[person.unit])], [word("post"), person.post], [word("rank"), person.rank],
      [word("nip"), person.nip], [word("phone"), person.phone], [word("home"), person.home],
      [word("goes_to"), demand ? demandLink(person.demand) : word("stays")],
      [word("when"), demand ? say(demand.days) : ""], [word("basis"), basis ? say(basis.text) : ""],
      [word("weight"), demand ? word("weight.sum", { sum: person.loss + person.points, loss: person.loss, points: person.points }) : ""],
    ]),
    person.asks.length > 0 && [make("h3", {}, word("questions")), make("ul", {}, person.asks.map((number) => make("li", {}, questionText(number))))],
    person.proof >= 0 ? proofPart([person.proof]) : make("p", { class: "note" }, word("proof.none", { id: person.id })),
    person.near.length > 0 && [
      make("h3", {}, word("near")), make("p", { class: "note" }, word("near.note")),
      make("ul", {}, person.near.map(([number, lacks]) => make("li", {}, demandLink(number), `: ${say(lacks)}`))),
    ],
  ].flat(Infinity).filter(Boolean);
}

function questionText(number) {
  const question = CONTENT.people.questions[number];
  return [make("strong", {}, say(question.text)), question.rule ? make("span", { class: "small" }, ` ${say(question.rule)}`) : ""];
}

function demandPanel(number) {
  const demand = CONTENT.demands[number];
  const here = SEATED[number];
  return [
    make("h2", { id: "panel-title", tabindex: "-1" }, demandName(demand)),
    facts([
      [word("id"), make("span", { class: "place" }, demand.id)], [word("when"), say(demand.days)],
      [word("filled"), [`${demand.filled}/${demand.seats} `, badge(demand.state)]], [word("minimum"), demand.minimum],
      [word("class"), say(CONTENT.classes[CONTENT.duties[demand.duty].class])], [word("priority"), demand.priority],
      [word("because"), demand.because.join(", ")],
    ]),
    demand.short && [make("h3", {}, word("missing", { count: demand.short.missing })), make("p", {}, say(demand.short.text)), nearest(demand), remedies(demand)],
    here.length > 0 && [make("h3", {}, word("who")), make("ul", {}, here.map((person) => make("li", {}, personLink(person), ` – ${say(CONTENT.people.units[person.unit])}`)))],
    proofPart(demand.proof),
  ].flat(Infinity).filter(Boolean);
}

/** Return the single changes that would fill a seat, where it was solved. */
function remedies(demand) {
  const fill = demand.short && demand.short.fill;
  if (!fill) return null;
  if (!fill.length) return make("p", { class: "small" }, word("fill.none"));
  return [make("p", { class: "small" }, word("fill")), make("ul", { class: "small" }, fill.map(([change, gain]) =>
    make("li", {}, `${say(change)} `, make("span", { class: "place" }, say(gain)))))];
}

function nearest(demand) {
  const near = (demand.short && demand.short.near) || [];
  if (!near.length) return null;
  return [make("p", { class: "small" }, word("nearest")), make("ul", { class: "small" }, near.map(([id, lacks]) =>
    make("li", {}, BY_ID.has(id) ? personLink(BY_ID.get(id)) : id, `: ${say(lacks)}`)))];
}
