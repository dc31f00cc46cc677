// Puts the page together, in one language and one look at a time.

const hasDoubts = CONTENT.doubts.replaced || ["warnings", "aside", "displaced"].some((name) => CONTENT.doubts[name].length);
const SECTIONS = [
  ["summary", summaryPart, true],
  ["situation", situationPart, true],
  ["coverage", coveragePart, true],
  ["people", listPart, PEOPLE.length > 0],
  ["shortfalls", shortfallPart, true],
  ["questions", questionPart, PEOPLE.length > 0],
  ["units", unitPart, CONTENT.units.length > 0],
  ["graph", graphPart, CONTENT.graph !== null],
  ["law", lawPart, true],
  ["doubts", doubtsPart, hasDoubts],
  ["standing", standingPart, true],
].filter((section) => section[2]);

function sectionPart([name, inside]) {
  return make("section", { id: name, "aria-labelledby": `title-${name}` },
    make("h2", { id: `title-${name}` }, word(name)), inside());
}

/** Draw one section again after a choice in it. */
function redraw(name) {
  document.getElementById(name).replaceWith(sectionPart(SECTIONS.find((section) => section[0] === name)));
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

function toggle(label, on, action) {
  return make("button", { type: "button", "aria-pressed": String(on), onclick: action }, label);
}

function setLang(lang) {
  state.lang = lang;
  const at = document.activeElement && document.activeElement.dataset.lang;
  render();
  if (at) document.querySelector(`[data-lang="${lang}"]`).focus();
}

function switches() {
  const languages = [["id", "Indonesia"], ["en", "English"]].map(([lang, name]) => {
    const button = toggle(name, state.lang === lang, () => setLang(lang));
    button.dataset.lang = lang;
    button.lang = lang;
    return button;
  });
  const theme = () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  return make("div", { class: "switches" },
    make("div", { role: "group", "aria-label": word("language") }, languages),
    make("button", { type: "button", onclick: theme }, word("theme")),
    make("button", { type: "button", onclick: () => window.print() }, word("print")));
}

function render() {
  const { head } = CONTENT;
  document.documentElement.lang = state.lang;
  document.title = `${say(head.title)} – ${word("title")}`;
  const box = panelBox();
  document.getElementById("app").replaceChildren(
    make("a", { class: "skip", href: "#summary" }, word("skip")),
    make("header", {}, switches(),
      make("p", { class: "kind" }, word("title"), " ", make("span", { class: `badge ${head.state === "approved" ? "full" : "short"}` }, word(`plan.${head.state}`))),
      make("h1", {}, say(head.title)),
      make("p", {}, say(head.about)),
      make("p", { class: "small" }, word("planned", { days: say(head.days), now: say(head.now), id: head.id.replace("sha256:", "").slice(0, 12) }))),
    make("nav", { "aria-label": word("contents") }, make("ul", {}, SECTIONS.map(([name]) => make("li", {}, make("a", { href: `#${name}` }, word(name)))))),
    make("main", {}, SECTIONS.map(sectionPart)),
    make("footer", { class: "small" }, make("p", {}, word("footer", { version: CONTENT.version, audience: say(CONTENT.reader), id: head.id }))),
    box);
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
setTheme(dark.matches ? "dark" : "light");
dark.addEventListener("change", (event) => setTheme(event.matches ? "dark" : "light"));

// Paper has no buttons: everything that can be opened is printed open, and the list of officers whole.
const before = { opened: [], all: false };
window.addEventListener("beforeprint", () => {
  if (document.body.classList.contains("with-panel")) {
    unfold(panel.box);
    return;
  }
  before.all = state.list.all;
  state.list.all = true;
  if (list.body) showList();
  before.opened = [...document.querySelectorAll("#coverage .class details:not([open])")];
  for (const box of before.opened) {
    box.makeInside();
    box.open = true;
  }
});
window.addEventListener("afterprint", () => {
  state.list.all = before.all;
  if (list.body) showList();
  for (const box of before.opened) box.open = false;
  before.opened = [];
});

render();
