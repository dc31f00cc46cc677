"""The report in a real Chromium without a network: what it says, how it is used, that it is safe (semantics §12.2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import asn_flex as af
from asn_flex.errors import Lang

from ...explain.build import RULES, TABLES, plan_flood, write_flood
from ...support import REPOSITORY
from .browser import chromium, visit

LANGS: tuple[Lang, ...] = ("id", "en")
CELLS = "(rows) => [...document.querySelectorAll(rows)].map((row) => [...row.cells].map((cell) => cell.innerText))"
# A look at one of each kind of thing that opens.
OPENED = """
for (const kind of ['.class details', '.known details', '[data-area]', '#law details']) {
  const box = document.querySelector(kind);
  box.makeInside();
  box.open = true;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def city() -> af.Planning:
    """The example: 431 officers, 98 demands."""
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    return af.plan(rulebook, scenario, engine="plain")


@pytest.fixture(scope="module")
def city_file(browser: Any, city: af.Planning, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kota") / "laporan.html"
    city.save_html(file)
    return file


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    return plan_flood(tmp_path_factory.mktemp("banjir"))


@pytest.fixture(scope="module")
def town_file(browser: Any, town: af.Planning, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("banjir") / "report.html"
    town.save_html(file, lang="en")
    return file


def test_nothing_but_the_file_is_asked_for(browser: Any, city_file: Path) -> None:
    with visit(browser, city_file) as seen:
        seen.show_everybody()
        seen.unfold()
        seen.page.click("table.people tbody button >> nth=0")
        assert seen.asked == [city_file.as_uri()]
        assert seen.complaints == []


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_says_all_of_the_plan(browser: Any, city: af.Planning, city_file: Path, lang: Lang) -> None:
    plan = city.plan
    with visit(browser, city_file) as seen:
        seen.speak(lang)
        assert seen.page.evaluate("document.documentElement.lang") == lang
        seen.show_everybody()
        rows = ["\n".join(row) for row in seen.page.evaluate(CELLS, "table.people tbody tr")]
        assert len(rows) == city.scenario.tables.officers.height
        by_officer = {row.split()[0]: row.split("\n") for row in rows}
        for item in plan.assignments:
            cells = by_officer[item.officer]
            assert any(line.startswith(f"{item.demand} ·") for line in cells), item.officer
            assert cells[-1] == str(item.loss + item.points), item.officer
            assert sum(line.startswith("? ") for line in cells) == len(item.confirm), item.officer
            assert item.basis.rule is None or any(f"{item.basis.rule} " in line for line in cells)
        going = {item.officer for item in plan.assignments}
        assert all("@" not in "".join(cells) for officer, cells in by_officer.items() if officer not in going)

        seen.unfold("#coverage")
        demands = seen.page.evaluate(CELLS, "#coverage .class .demands tbody tr")
        shown = {row[0].split("\n")[1]: row for row in demands}
        assert set(shown) == {demand.id for demand in plan.demands}
        for demand in plan.demands:
            row = shown[demand.id]
            assert row[2:5] == [str(demand.priority), str(demand.minimum), f"{demand.filled}/{demand.seats}"]
            assert row[6] == ", ".join(demand.because)

        missing = sum(item.missing for item in plan.shortfalls)
        heads = seen.page.evaluate("[...document.querySelectorAll('#shortfalls h3')].map(h => h.innerText)")
        assert sum(int(head.rpartition("−")[2]) for head in heads) == missing
        text = seen.text("#standing")
        for number in (n for tier in plan.objective for n in (tier.value, tier.bound)):
            assert str(number) in text
        for part in (plan.id, plan.rulebook.digest, plan.scenario.digest, *plan.versions.values()):
            assert part in text
        calls = seen.page.evaluate(
            "[...document.querySelectorAll('#questions tbody td:first-child')].map(c => c.innerText)"
        )
        assert sorted(call.split()[0] for call in calls) == [a.officer for a in plan.assignments if a.confirm]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("officer", ["P-01", "P-05", "P-07"])
def test_an_officer_opens_with_the_whole_proof(
    browser: Any, town: af.Planning, town_file: Path, lang: Lang, officer: str
) -> None:
    with visit(browser, town_file) as seen:
        seen.speak(lang)
        seen.page.select_option("select[name=who]", "all")
        seen.page.fill("input[type=search]", officer)
        seen.page.click("table.people tbody button >> nth=0")
        seen.unfold("#panel")
        text = seen.text("#panel")
        for node in town.why(officer).root.walk():
            assert " ".join(node.text.in_lang(lang).split()) in text
            assert node.place is None or node.place.rpartition(":")[0] in text


def test_the_nearest_demands_are_told_with_what_is_lacking(browser: Any, town_file: Path) -> None:
    """P-07 is a nurse of level 1 who rested for 3 hours; the post asks for level 2 and LIM-1 for 8 hours."""
    with visit(browser, town_file) as seen:
        seen.page.evaluate("openPanel({ person: BY_ID.get('P-07') })")
        text = seen.text("#panel")
        assert "Health post" in text.split("Nearest, but not allowed")[1]
        assert "LIM-1" in text.split("Nearest, but not allowed")[1]


def test_officers_are_searched_filtered_grouped_and_sorted(browser: Any, city: af.Planning, city_file: Path) -> None:
    def first(seen: Any) -> str:
        return str(seen.page.inner_text("table.people tbody .id >> nth=0"))

    with visit(browser, city_file) as seen:
        assert first(seen) == city.assignments[0].officer
        seen.page.click("table.people thead button >> nth=0")
        assert first(seen) == city.assignments[-1].officer
        assert seen.page.get_attribute("table.people thead th >> nth=0", "aria-sort") == "descending"
        seen.page.select_option("select[name=sort]", "weight")
        lightest = min(city.assignments, key=lambda a: (a.loss + a.points, a.officer))
        assert first(seen) == lightest.officer
        seen.page.select_option("select[name=group]", "unit")
        assert seen.page.locator("tr.group").count() >= 1
        seen.page.select_option("select[name=basis]", "asks")
        asked = sum(bool(a.confirm) for a in city.assignments)
        assert f"{asked} " in seen.text("#people [role=status]")
        seen.page.fill("input[type=search]", "tidak ada yang bernama begini")
        assert seen.page.locator("table.people tbody tr").count() == 0


def test_pages_hold_everybody_once(browser: Any, city: af.Planning, city_file: Path) -> None:
    found: list[str] = []
    with visit(browser, city_file) as seen:
        while True:
            found += seen.page.locator("table.people tbody .id").all_inner_texts()
            after = seen.page.locator(".pages button >> nth=1")
            if after.is_disabled():
                break
            after.click()
    assert found == [a.officer for a in city.assignments]


def test_paper_gets_everybody_and_every_demand(browser: Any, city: af.Planning, city_file: Path) -> None:
    with visit(browser, city_file) as seen:
        seen.page.emulate_media(media="print")
        seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert seen.page.locator("table.people tbody tr").count() == len(city.assignments)
        assert seen.page.locator("#coverage .class .demands tbody tr:visible").count() == len(city.plan.demands)
        assert not seen.page.locator("nav").is_visible()
        seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert seen.page.locator("table.people tbody tr").count() < len(city.assignments)


# ---- everybody can use it --------------------------------------------------------------------------------------------


# Colours do not hang on the width: each once is enough, and reading a page of 431 people takes the checker long.
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 360)])
def test_no_serious_barrier_is_found(browser: Any, city_file: Path, theme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

    def barriers(seen: Any) -> list[str]:
        found = axe.Axe().run(seen.page).response["violations"]
        return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in {"serious", "critical"}]

    with visit(browser, city_file, theme=theme, width=width) as seen:
        seen.page.evaluate(OPENED)
        assert barriers(seen) == []
        seen.page.evaluate("openPanel({ person: PEOPLE.find((person) => person.asks.length) })")
        assert barriers(seen) == []


def test_the_keyboard_is_enough(browser: Any, town_file: Path) -> None:
    with visit(browser, town_file) as seen:
        keys = seen.page.keyboard
        keys.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        seen.page.focus("table.people tbody button")
        keys.press("Enter")
        assert seen.page.evaluate("document.activeElement.id") == "panel-title"
        keys.press("Escape")
        assert not seen.page.evaluate("panel.box.open")
        assert seen.page.evaluate("document.activeElement.closest('table').className") == "people"
        seen.page.focus(".area")
        keys.press("Enter")
        assert seen.page.evaluate("document.activeElement.parentElement.dataset.area") == "kel1"


@pytest.mark.parametrize("lang", LANGS)
def test_a_narrow_screen_is_never_wider_than_itself(browser: Any, city_file: Path, lang: Lang) -> None:
    with visit(browser, city_file, width=360) as seen:
        seen.speak(lang)
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 360
        seen.page.evaluate("openPanel({ person: PEOPLE[50] })")
        assert seen.page.evaluate("panel.box.scrollWidth <= panel.box.clientWidth")


def test_the_look_follows_the_reader_and_the_switch(browser: Any, town_file: Path) -> None:
    with visit(browser, town_file, theme="dark") as seen:
        ground = "getComputedStyle(document.body).backgroundColor"
        dark = seen.page.evaluate(ground)
        seen.page.click("text=Light / dark")
        assert seen.page.evaluate(ground) != dark


# ---- what comes from others does nothing -----------------------------------------------------------------------------

EVIL = "<img src=x onerror=window.hacked=1>"
CLOSING = "</script><script>window.hacked=1</script><!--"


def test_markup_in_labels_and_names_does_nothing(browser: Any, tmp_path: Path) -> None:
    rules = RULES.replace("{id: Pos kesehatan, en: Health post}", f'{{id: "{EVIL}", en: "{CLOSING}"}}')
    rules = rules.replace("https://example.org/uu", "javascript:window.hacked=1")
    tables = {**TABLES, "officers": TABLES["officers"].replace("Rekaan Satu", EVIL).replace("Rekaan Dua", CLOSING),
              "units": TABLES["units"].replace("Dinas Kesehatan", CLOSING),
              "areas": TABLES["areas"].replace("Kelurahan Satu", EVIL)}  # fmt: skip
    folder = write_flood(tmp_path, rules=rules, tables=tables)
    rulebook = af.load_rulebook(folder / "aturan.yaml")
    file = tmp_path / "laporan.html"
    af.plan(rulebook, af.load_scenario(folder, rulebook), engine="plain").save_html(file)
    with visit(browser, file) as seen:
        for lang in LANGS:
            seen.speak(lang)
            seen.show_everybody()
            seen.unfold()
            seen.page.evaluate("openPanel({ person: BY_ID.get('P-01') }); unfold(panel.box)")
            assert EVIL in seen.text("#panel")
            seen.page.keyboard.press("Escape")
        assert CLOSING in seen.text()
        assert seen.page.evaluate("window.hacked") is None
        assert seen.page.locator("img, a[href^=javascript]").count() == 0
        assert seen.asked == [file.as_uri()]
        assert seen.complaints == []


SCRIPT = (
    "const bad = document.createElement('script'); bad.textContent = 'window.hacked = 1'; document.body.append(bad)"
)
PICTURE = (
    "const asks = document.createElement('img'); asks.src = 'https://example.org/x.png'; document.body.append(asks)"
)


def test_the_policy_stops_what_is_put_into_the_page(browser: Any, town_file: Path) -> None:
    with visit(browser, town_file) as seen:
        seen.page.evaluate(SCRIPT)
        seen.page.evaluate(PICTURE)
        assert seen.page.evaluate("window.hacked") is None
        assert all("Content Security Policy" in complaint for complaint in seen.complaints)
        assert len(seen.complaints) == 2
