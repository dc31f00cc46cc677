// The sections of the page, in the order in which a planner asks: what, how well, who, what is missing, on what ground.

function tile(number, label, look = "", note = "") {
  return make("div", { class: `tile ${look}` }, make("div", { class: "figure" }, number), make("div", {}, label), note && make("div", { class: "small" }, note));
}

function summaryPart() {
  const { seats, filled, demands, below, officers, questions, asked } = CONTENT.totals;
  return [
    CONTENT.head.conditional && make("p", { class: "banner" }, word("conditional", { facts: say(CONTENT.head.conditional) })),
    make("div", { class: "tiles" },
      tile(`${filled}/${seats}`, word("tile.filled", { share: percent(filled, seats) }), filled < seats ? "short" : "full", word("tile.officers", { filled, officers })),
      tile(seats - filled, word("tile.empty"), seats > filled ? "short" : "full"),
      tile(below, word("tile.below", { demands }), below ? "below" : "full", below ? word("tile.below.note") : ""),
      questions !== undefined && tile(questions, word("tile.questions"), questions ? "short" : "full", word("tile.asked", { asked }))),
    make("p", {}, say(CONTENT.standing.status)),
    CONTENT.head.recommended.map((item) => make("div", { class: "banner" },
      make("p", {}, say(item.text)), make("p", { class: "small" }, word("decree")),
      item.proof.length > 0 && folded({}, word("why"), () => proofTree(item.proof)))),
  ];
}

// ---- situation -----------------------------------------------------------------------------------------------------

function situationPart() {
  const row = (fact) => make("li", {}, folded({}, [
    make("span", { class: "fact" }, say(fact.name), fact.where ? `, ${say(fact.where)}` : ""), " ",
    make("strong", {}, say(fact.value)), " ",
    fact.given !== "" && make("span", { class: "small" }, word("given", { value: say(fact.given) }), " "),
    fact.rules.length > 0 && make("span", { class: "cite" }, fact.rules.join(", ")),
  ], () => (fact.proof.length ? proofTree(fact.proof, 3) : make("p", { class: "note" }, word("no_proof")))));
  const local = CONTENT.facts.filter((fact) => fact.where);
  return [
    make("p", { class: "note" }, word("situation.note")),
    make("ul", { class: "known" }, CONTENT.facts.filter((fact) => !fact.where).map(row)),
    local.length > 0 && folded({ class: "local" }, word("local", { count: local.length }), () => make("ul", { class: "known" }, local.map(row))),
    CONTENT.priorities.length > 0 && [make("h3", {}, word("priorities")), CONTENT.priorities.map(priority)],
    CONTENT.possible.length > 0 && [make("h3", {}, word("possible")), make("ul", {}, CONTENT.possible.map((item) =>
      make("li", {}, make("strong", {}, say(item.duty)), ` – ${say(item.rule)} (${word("unknown")}: ${item.missing.map(say).join(", ")})`)))],
  ];
}

function priority(item) {
  const add = item.add > 0 ? `+${item.add}` : String(item.add);
  const title = `${say(item.rule)} (${add})`;
  return folded({}, [title, item.asked ? make("span", { class: "small" }, ` – ${say(item.asked)}`) : ""], () =>
    table(title, [word("area"), say(item.asked) || word("value"), word("duty"), word("priority")],
      item.rows.map(([area, value, duty, before, after]) => [say(area), say(value), say(duty), `${before} → ${after}`])));
}

// ---- coverage ------------------------------------------------------------------------------------------------------

function coverLine(name, demands) {
  const seats = sum(demands, "seats");
  const filled = sum(demands, "filled");
  const look = stateOf(demands);
  return [make("span", { class: "what" }, name), bar(filled, seats, look), make("span", { class: "count" }, `${filled}/${seats}`),
    make("span", { class: "count dim" }, percent(filled, seats)), badge(look)];
}

/** Return the demands of one duty by place, or those of one place by duty. */
function demandRows(demands, name) {
  const heads = [word("demand"), word("when"), word("priority"), word("minimum"), word("filled"), word("state"), word("because")];
  return table(word("demands"), heads, demands.map((demand) => [
    [demandLink(CONTENT.demands.indexOf(demand), name(demand)), make("div", { class: "place" }, demand.id)],
    say(demand.days), demand.priority, demand.minimum, `${demand.filled}/${demand.seats}`, badge(demand.state), demand.because.join(", "),
  ]), "demands");
}

function coveragePart() {
  const shown = CONTENT.demands.filter((demand) => state.duty === "" || demand.duty === Number(state.duty));
  const areaBox = make("div", {});
  const choose = (area) => {
    const box = areaBox.querySelector(`[data-area="${CSS.escape(area.id)}"]`);
    box.makeInside();
    box.open = true;
    box.scrollIntoView({ block: "center" });
    box.querySelector("summary").focus();
  };
  const byArea = new Map();
  for (const demand of shown) byArea.set(demand.area || "", [...(byArea.get(demand.area || "") || []), demand]);
  areaBox.append(...[...byArea].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([area, demands]) =>
    folded({ class: "cover", "data-area": area }, coverLine(say(demands[0].place), demands), () => [areaFacts(area), demandRows(demands, dutyName)].filter(Boolean))));
  const change = (event) => {
    state.duty = event.target.value;
    redraw("coverage");
    document.querySelector("#coverage select").focus();
  };
  return [
    make("p", { class: "legend" }, Object.keys(SIGNS).map((look) => [badge(look), " "]), make("span", { class: "small" }, word("legend"))),
    make("h3", {}, word("by_duty")),
    CONTENT.classes.map((name, i) => classPart(name, i)),
    make("h3", {}, word("by_area")),
    make("label", { class: "pick" }, word("duty"), " ", make("select", { onchange: change }, make("option", { value: "" }, word("list.every")),
      CONTENT.duties.map((duty, i) => make("option", { value: String(i), selected: state.duty === String(i) }, say(duty.name))))),
    areaMap(shown, choose), make("p", { class: "small" }, word("map.note")), areaBox,
  ];
}

function classPart(name, number) {
  const here = CONTENT.duties.map((duty, i) => [duty, i]).filter(([duty]) => duty.class === number);
  if (!here.length) return null;
  const demandsOf = (i) => CONTENT.demands.filter((demand) => demand.duty === i);
  return make("div", { class: "class" },
    make("h4", { class: "cover" }, coverLine(say(name), here.flatMap(([, i]) => demandsOf(i)))),
    here.map(([duty, i]) => folded({ class: "cover" }, coverLine(say(duty.name), demandsOf(i)), () => demandRows(demandsOf(i), placeName))));
}

function areaFacts(id) {
  const area = CONTENT.areas.list.find((item) => item.id === id);
  if (!area) return null;
  const known = [[word("id"), make("span", { class: "place" }, area.id)], [word("within"), say(area.within)]];
  for (const name of ["flooded", "depth_cm", "affected_people"]) if (area[name] !== undefined) known.push([word(`area.${name}`), say(area[name])]);
  return facts(known);
}

// ---- shortfalls, questions, units ----------------------------------------------------------------------------------

function shortfallPart() {
  const short = CONTENT.demands.map((demand, i) => [demand, i]).filter(([demand]) => demand.short);
  if (!short.length) return make("p", { class: "good" }, word("no_shortfall"));
  const groups = new Map();
  for (const item of short) {
    const key = `${String(item[0].duty).padStart(4, "0")} ${item[0].short.reason} ${say(item[0].short.text)}`;
    groups.set(key, [...(groups.get(key) || []), item]);
  }
  return [...groups.keys()].sort().map((key) => {
    const items = groups.get(key);
    const [first] = items[0];
    return make("div", { class: "card" },
      make("h3", {}, `${say(CONTENT.duties[first.duty].name)} −${items.reduce((total, [demand]) => total + demand.short.missing, 0)}`),
      make("p", {}, say(first.short.text)),
      make("ul", { class: "inline" }, items.map(([demand, i]) => make("li", {}, demandLink(i, placeName(demand)), ` −${demand.short.missing} `, demand.state === "below" && badge("below")))),
      first.short.reason === "nobody_eligible" && nearest(first), remedies(first));
  });
}

function questionPart() {
  const asked = PEOPLE.filter((person) => person.asks.length);
  if (!asked.length) return make("p", { class: "good" }, word("no_question"));
  const units = new Map();
  for (const person of asked) units.set(person.unit, [...(units.get(person.unit) || []), person]);
  const done = make("p", { role: "status", class: "note" });
  const total = asked.reduce((count, person) => count + person.asks.length, 0);
  const tell = () => { done.textContent = word("asked", { done: state.asked.size, total }); };
  tell();
  const compare = new Intl.Collator(state.lang).compare;
  const ordered = [...units].sort((a, b) => compare(say(CONTENT.people.units[a[0]]), say(CONTENT.people.units[b[0]])));
  const row = (person) => [personLink(person), person.phone || "–", demandLink(person.demand),
    make("ul", { class: "bare" }, person.asks.map((number) => make("li", { class: "ask" }, answerBox(person, number, tell), " ", questionText(number))))];
  return [make("p", { class: "note" }, word("questions.note")), done,
    table(word("questions"), [word("officer"), word("phone"), word("goes_to"), word("question")],
      ordered.flatMap(([unit, people]) => [say(CONTENT.people.units[unit]), ...people.map(row)]), "calls")];
}

function answerBox(person, number, tell) {
  const key = `${person.id} ${number}`;
  const change = (event) => {
    if (event.target.checked) state.asked.add(key);
    else state.asked.delete(key);
    tell();
  };
  const label = `${person.id}: ${say(CONTENT.people.questions[number].text)} ${word("is_asked")}`;
  return [make("input", { type: "checkbox", class: "screen", "aria-label": label, checked: state.asked.has(key), onchange: change }),
    make("span", { class: "paper" }, word("paper_answer"))];
}

function unitPart() {
  const heads = [word("unit"), word("stays.count"), word("goes.count"), word("share"), word("protection")];
  return [make("p", { class: "note" }, word("units.note")), table(word("units"), heads, CONTENT.units.map((unit) => [
    say(unit.name), `${unit.total - unit.gone}/${unit.total}`, unit.gone,
    make("div", { class: "with-bar" }, bar(unit.total - unit.gone, unit.total, "plain"), percent(unit.total - unit.gone, unit.total)),
    make("ul", { class: "bare" }, unit.keep.map(([rule, keep, stay, all, full]) => make("li", {}, say(rule), ": ", word("keep", { keep, stay, all }), full && [" ", make("span", { class: "badge short" }, word("at_limit"))]))),
  ]), "units")];
}

// ---- competencies, law ---------------------------------------------------------------------------------------------

function graphPart() {
  const { graph } = CONTENT;
  const change = (event) => {
    state.allEdges = event.target.checked;
    redraw("graph");
    document.querySelector("#graph input").focus();
  };
  const name = (number) => say(graph.nodes[number][1]);
  return [
    make("p", { class: "note" }, word("graph.note")),
    make("label", { class: "pick screen" }, make("input", { type: "checkbox", checked: state.allEdges, onchange: change }), " ", word("graph.all")),
    competencyGraph(graph, state.allEdges),
    graph.paths.length > 0 && table(word("paths"), [word("path"), word("strength"), word("duty"), word("officers")],
      graph.paths.map(([via, strength, duty, count]) => [via.map(name).join(" → "), strength, say(CONTENT.duties[duty].name), count])),
  ];
}

function lawPart() {
  const cited = new Map();
  for (const [id, , , sources] of CONTENT.rules) for (const cite of sources) cited.set(cite, [...(cited.get(cite) || []), id]);
  return [
    table(word("law"), [word("cite"), word("source"), word("rules")], CONTENT.sources.map(([cite, label, url]) => [
      make("span", { class: "place" }, cite),
      url ? make("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, say(label)) : say(label),
      (cited.get(cite) || []).join(", ")]), "law"),
    folded({}, word("rules.count", { count: CONTENT.rules.length }), () => make("ul", { class: "rules" }, CONTENT.rules.map(([, sentence, place]) =>
      make("li", {}, say(sentence), " ", make("span", { class: "place" }, shortPlace(place)))))),
  ];
}

function doubtsPart() {
  const { warnings, aside, displaced, replaced } = CONTENT.doubts;
  return [
    replaced && make("p", {}, say(replaced)),
    displaced.length > 0 && [make("h3", {}, word("displaced")), make("ul", {}, displaced.map(([officer, demand, why]) =>
      make("li", {}, BY_ID.has(officer) ? personLink(BY_ID.get(officer)) : officer, ` – ${demand}: ${say(why)}`)))],
    warnings.length > 0 && [make("h3", {}, word("warnings")), make("ul", {}, warnings.map(([code, text]) => make("li", {}, make("span", { class: "cite" }, code), ` ${say(text)}`)))],
    aside.length > 0 && [make("h3", {}, word("aside")), make("ul", {}, aside.map(([place, officer, problem]) =>
      make("li", {}, make("span", { class: "place" }, place), ` ${officer || "?"}: ${say(problem)}`)))],
  ];
}

function standingPart() {
  const { standing, head } = CONTENT;
  return [
    make("p", {}, say(standing.status)),
    table(word("tiers"), ["#", word("tier"), word("value"), word("bound")],
      standing.tiers.map(([name, value, bound, better], i) => [i + 1, [say(name), make("div", { class: "small" }, say(better))], value, bound])),
    facts([
      [word("plan"), make("span", { class: "place" }, head.id)], [word("supersedes"), head.supersedes && make("span", { class: "place" }, head.supersedes)],
      [word("rulebook"), [`${standing.rulebook[0]} ${standing.rulebook[1]} `, make("span", { class: "place" }, standing.rulebook[2])]],
      [word("scenario"), [`${standing.scenario[0]} `, make("span", { class: "place" }, standing.scenario[1])]],
      [word("engine"), standing.engine], [word("versions"), standing.versions.map(([name, version]) => `${name} ${version}`).join(", ")],
      [word("audience"), say(CONTENT.reader)],
    ]),
  ];
}
