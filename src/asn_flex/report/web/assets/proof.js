// Proof trees: read when one is asked for, for they are the largest part of the file.

let kept = null;

function proofs() {
  if (kept === null) kept = JSON.parse(document.getElementById("proofs").textContent);
  return kept;
}

const OUTCOMES = {
  true: ["✓", "good"], met: ["✓", "good"], released: ["✓", "good"], applies: ["✓", "good"], free: ["✓", "good"],
  overridden: ["✓", "warn"], false: ["✗", "dim"], not_met: ["✗", "bad"], stops: ["✗", "bad"], full: ["●", "warn"],
  asks: ["?", "warn"], unknown: ["?", "warn"], hidden: ["·", "dim"],
};

function stepLine(step) {
  const { words, texts, sources } = proofs();
  const [, text, outcome = 0, place = 0, cited = []] = step;
  const parts = [];
  if (outcome) {
    const [sign, look] = OUTCOMES[words[outcome]];
    parts.push(make("span", { class: `sign ${look}`, "aria-hidden": "true" }, sign), hidden(`${word(`outcome.${words[outcome]}`)}: `));
  }
  parts.push(make("span", { class: "said" }, say(texts[text])));
  for (const number of cited) {
    const [cite, label] = sources[number];
    parts.push(" ", make("span", { class: "cite", title: say(label) }, cite));
  }
  if (place) parts.push(" ", make("span", { class: "place" }, shortPlace(words[place])));
  return parts;
}

/** Leave out the column, which only programs need. */
function shortPlace(place) {
  return place.replace(/:\d+$/, "");
}

function stepItem(number, depth) {
  const step = proofs().steps[number];
  const below = step[5] || [];
  if (!below.length) return make("li", {}, stepLine(step));
  return make("li", {}, folded({ open: depth > 0 }, stepLine(step), () => make("ul", {}, below.map((child) => stepItem(child, depth - 1)))));
}

/** Return proofs as lists that open and close; the first levels are open. */
function proofTree(roots, depth = 2) {
  return make("ul", { class: "proof" }, roots.map((root) => stepItem(root, depth)));
}
