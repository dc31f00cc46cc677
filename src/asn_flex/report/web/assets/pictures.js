// The map and the competency graph, drawn as SVG; tables beside them say the same in words.

/** Return the areas as circles where they lie: as large as their seats, filled as far as their seats are. */
function areaMap(demands, choose) {
  const { width, height, list } = CONTENT.areas;
  const placed = list.filter((area) => area.x !== undefined);
  if (!placed.length) return make("p", { class: "note" }, word("map.none"));
  const here = (area) => demands.filter((demand) => demand.area === area.id);
  return make("div", { class: "scroll map", tabindex: "0", role: "group", "aria-label": word("map.label") },
    draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": word("map.label") },
      placed.map((area) => areaCircle(area, here(area), choose)),
      // Names come last, so that no circle covers one.
      placed.map(areaName)));
}

function areaCircle(area, demands, choose) {
  const seats = sum(demands, "seats");
  const filled = sum(demands, "filled");
  const look = seats ? stateOf(demands) : "none";
  const around = 2 * Math.PI * (area.r - 5);
  const name = say(area.name);
  const text = seats ? `${name}: ${filled}/${seats}, ${word(`state.${look}`)}` : name;
  const open = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(area);
  };
  return draw("g", { class: `area ${look}`, transform: `translate(${area.x} ${area.y})`, tabindex: "0", role: "button", "aria-label": text, onclick: open, onkeydown: open },
    draw("title", {}, text),
    draw("circle", { class: "ground", r: area.r }),
    area.wet && draw("circle", { class: "wet", r: area.r + 3 }),
    draw("circle", { class: "share", r: area.r - 5, "stroke-dasharray": `${seats ? (around * filled) / seats : 0} ${around}`, transform: "rotate(-90)" }),
    seats > 0 && draw("text", { class: "count", y: 6 }, `${filled}/${seats}`));
}

function areaName(area) {
  const name = say(area.name);
  const long = name.length > 14 ? name.lastIndexOf(" ", 15) : -1;
  const lines = long > 0 ? [name.slice(0, long), name.slice(long + 1)] : [name];
  return draw("g", { class: "name", "aria-hidden": "true", transform: `translate(${area.x} ${area.y + area.r})` },
    lines.map((line, i) => draw("text", { y: 21 + 19 * i }, line)));
}

// ---- the competency graph ------------------------------------------------------------------------------------------

const COLUMN = 300;
const ROW = 58;
const BOX = [196, 44];

/** Return each competency's column: one further to the right than what leads to it; what closes a circle is left out. */
function columns(ends, edges) {
  const onward = new Map(ends.map((end) => [end, []]));
  for (const [start, end] of edges) onward.get(start).push(end);
  const order = [];
  const seen = new Map();
  const visit = (end) => {
    seen.set(end, "open");
    onward.set(end, onward.get(end).filter((next) => seen.get(next) !== "open" && (seen.has(next) || visit(next))));
    seen.set(end, "done");
    order.unshift(end);
    return true;
  };
  for (const end of ends) if (!seen.has(end)) visit(end);
  const column = new Map(ends.map((end) => [end, 0]));
  for (const end of order) for (const next of onward.get(end)) column.set(next, Math.max(column.get(next), column.get(end) + 1));
  return column;
}

/** Return the place of every competency, those that belong together near each other. */
function layout(ends, edges) {
  const column = columns(ends, edges);
  const stacks = [];
  for (const end of ends) (stacks[column.get(end)] ||= []).push(end);
  const row = new Map();
  const number = (stack) => stack.forEach((end, i) => row.set(end, i - (stack.length - 1) / 2));
  stacks.forEach(number);
  const beside = new Map(ends.map((end) => [end, []]));
  for (const [start, end] of edges) {
    beside.get(start).push(end);
    beside.get(end).push(start);
  }
  const middle = (end) => beside.get(end).reduce((total, other) => total + row.get(other), 0) / (beside.get(end).length || 1);
  for (let turn = 0; turn < 6; turn += 1) {
    for (const stack of turn % 2 ? [...stacks].reverse() : stacks) {
      const wanted = new Map(stack.map((end) => [end, middle(end)]));
      stack.sort((a, b) => wanted.get(a) - wanted.get(b) || a - b);
      number(stack);
    }
  }
  const tallest = Math.max(...stacks.map((stack) => stack.length));
  const points = new Map(ends.map((end) => [end, [column.get(end) * COLUMN, (row.get(end) + (tallest - 1) / 2) * ROW]]));
  return { points, width: (stacks.length - 1) * COLUMN + BOX[0], height: tallest * ROW };
}

function cut(text, most) {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Return the graph: thick where officers were sent along an edge, with how many and at which strength. */
function competencyGraph(graph, all) {
  const edges = graph.edges.filter((edge) => all || edge[3] > 0);
  const ends = [...new Set(edges.flatMap((edge) => [edge[0], edge[1]]))].sort((a, b) => a - b);
  if (!ends.length) return make("p", { class: "note" }, word("graph.none"));
  const { points, width, height } = layout(ends, edges);
  const picture = draw("svg", { viewBox: `-4 -4 ${width + 8} ${height + 8}`, role: "img", "aria-label": word("graph.label") });
  picture.style.minWidth = `${Math.min(width, 900)}px`;
  picture.style.maxWidth = `${width * 1.15}px`;
  for (const edge of edges) picture.append(...graphEdge(edge, points));
  for (const end of ends) picture.append(graphNode(graph.nodes[end], points.get(end)));
  return make("div", { class: "scroll graph", tabindex: "0", role: "group", "aria-label": word("graph.label") }, picture);
}

function graphEdge([start, end, strength, count], points) {
  const [ax, ay] = points.get(start);
  const [bx, by] = points.get(end);
  const forth = bx > ax;
  const from = [forth ? ax + BOX[0] : ax, ay + BOX[1] / 2];
  const to = [forth ? bx : bx + BOX[0], by + BOX[1] / 2];
  const bend = forth ? (to[0] - from[0]) / 2 : -60;
  const line = draw("path", {
    class: `edge${count ? " used" : ""}${strength ? "" : " implies"}`,
    d: `M${from} C${from[0] + bend},${from[1]} ${to[0] - bend},${to[1]} ${to}`,
    "stroke-width": count ? 2 + Math.min(6, Math.sqrt(count)) : 1.2,
  });
  if (!count) return [line];
  const text = strength ? word("graph.edge", { count, strength }) : word("graph.implied", { count });
  return [line, draw("text", { class: "along", x: (from[0] + to[0]) / 2, y: (from[1] + to[1]) / 2 - 7 }, text)];
}

function graphNode([id, label], [x, y]) {
  const name = say(label).replace(` (${id})`, "");
  return draw("g", { class: "competency", transform: `translate(${x} ${y})` }, draw("title", {}, say(label)),
    draw("rect", { width: BOX[0], height: BOX[1], rx: 6 }),
    draw("text", { x: 10, y: 18 }, cut(name, 27)), draw("text", { class: "code", x: 10, y: 35 }, cut(id, 27)));
}
