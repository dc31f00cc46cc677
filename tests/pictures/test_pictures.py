"""Pictures hold the numbers of the plan, nobody's name, and the same bytes for the same input (semantics §12.1)."""

from __future__ import annotations

import dataclasses
import re
import struct
from collections import Counter
from pathlib import Path

import pytest

import asn_flex as af
from asn_flex.pictures import KINDS, data

from ..support import FOLDERS, REPOSITORY, load_case

pytest.importorskip("matplotlib", reason="matplotlib is not installed")


@pytest.fixture(scope="module")
def city() -> af.Planning:
    rulebook = af.load_rulebook(REPOSITORY / "rules" / "tanjungbalai")
    scenario = af.load_scenario(REPOSITORY / "examples" / "tanjungbalai_flood", rulebook)
    return af.plan(rulebook, scenario, engine="plain")


def planned_cases() -> list[af.Planning]:
    found = []
    for folder in FOLDERS:
        try:
            found.append(af.plan(*load_case(folder), engine="plain"))
        except af.InputError:
            continue
    return found


def test_numbers_are_those_of_the_plan(city: af.Planning) -> None:
    for planning in (city, *planned_cases()):
        plan = planning.plan
        bars = data.coverage(planning)
        assert sum(bar.seats for bar in bars.bars) == sum(d.seats for d in plan.demands)
        assert sum(bar.filled for bar in bars.bars) == len(plan.assignments)
        table = data.moves(planning)
        assert sum(map(sum, table.counts)) == len(plan.assignments)
        assert all(len(row) == len(table.duties) for row in table.counts)
        assert len(table.counts) == len(table.units)
        spots = data.areas(planning)
        placed = {d.area for d in plan.demands if d.area is not None}
        assert len(spots.spots) + spots.unplaced == len(placed)
        uses = Counter(
            pair for a in plan.assignments for p in a.basis.paths for pair in zip(p.via, p.via[1:], strict=False)
        )
        graph = data.competencies(planning.rulebook, planning)
        assert sum(edge.used for edge in graph.edges) == sum(uses.values())


def test_counts_by_unit_and_duty_are_those_of_the_assignments(city: af.Planning) -> None:
    unit_of = dict(zip(city.scenario.tables.officers["id"], city.scenario.tables.officers["unit"], strict=True))
    duty_of = {d.id: d.duty for d in city.plan.demands}
    expected = Counter((unit_of[a.officer], duty_of[a.demand]) for a in city.plan.assignments)
    table = data.moves(city)
    shown = sorted(count for row in table.counts[:-1] for count in row if count)
    assert table.units[-1].en == "others"
    senders = Counter(unit_of[a.officer] for a in city.plan.assignments)
    most = sorted(senders, key=lambda unit: (-senders[unit], unit))[: data.MOST]
    assert shown == sorted(count for (unit, _), count in expected.items() if unit in most)


def test_what_does_not_fit_is_said(city: af.Planning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MOST", 3)
    bars = data.coverage(city)
    assert (len(bars.bars), bars.rest) == (3, 12)
    assert "12 further duties are not drawn" in city.plot("coverage", lang="en").to_svg().decode()
    assert len(data.moves(city).units) == len(data.moves(city).duties) == 4
    assert sum(map(sum, data.moves(city).counts)) == len(city.plan.assignments)


@pytest.mark.parametrize("kind", KINDS)
def test_same_input_same_bytes_in_both_languages_and_nobodys_name(city: af.Planning, kind, tmp_path: Path) -> None:
    english, indonesian = city.plot(kind, lang="en"), city.plot(kind)
    svg = english.to_svg()
    assert svg == city.plot(kind, lang="en").to_svg()
    assert svg != indonesian.to_svg()
    text = svg.decode()
    assert not re.search(r"A-0\d{3}|Rekaan \d", text)
    assert "<dc:date>" not in text
    png = english.to_png()
    assert png == english.to_png()
    width, height = struct.unpack(">II", png[16:24])
    assert min(width, height) > 600
    english.save(tmp_path / "picture.SVG")
    english.save(tmp_path / "picture.png")
    assert (tmp_path / "picture.SVG").read_bytes() == svg
    assert (tmp_path / "picture.png").read_bytes() == png
    assert english._repr_mimebundle_() == {"image/svg+xml": text}


def test_what_the_caller_has_set_for_other_pictures_changes_no_byte(city: af.Planning) -> None:
    import matplotlib as mpl

    svg = city.plot().to_svg()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 20}):
        assert city.plot().to_svg() == svg
        assert mpl.rcParams["font.size"] == 30


def test_words_and_numbers_stand_in_the_picture(city: af.Planning) -> None:
    text = city.plot("coverage", lang="en").to_svg().decode()
    for bar in data.coverage(city).bars:
        assert f"{bar.filled}/{bar.seats}" in text
        assert bar.label.en in text
    places = city.plot("map", lang="id").to_svg().decode()
    assert all(f"{spot.label.id} {spot.filled}/{spot.seats}" in places for spot in data.areas(city).spots)


def test_rulebook_shows_every_edge(city: af.Planning) -> None:
    rulebook = city.rulebook
    graph = data.competencies(rulebook)
    edges = sum(len(c.implies) + len(c.substitutes) for c in rulebook.competencies.values())
    assert len(graph.edges) == edges
    assert {e.start for e in graph.edges} == set(graph.left)
    assert {e.end for e in graph.edges} == set(graph.right)
    assert rulebook.plot(lang="en").to_svg().count(b"0.85") >= 1


def test_labels_with_signs_of_formulas_stay_text(city: af.Planning) -> None:
    bars = data.Coverage((data.Bar(af.Text("$x$ <b>&", "$x$ <b>&"), 1, 2, "short"),), 0)
    picture = dataclasses.replace(city.plot("coverage"), data=bars)
    assert "$x$ &lt;b&gt;&amp;" in picture.to_svg().decode()


def test_empty_plans_have_pictures(city: af.Planning) -> None:
    nothing = dataclasses.replace(
        city, plan=city.plan.model_copy(update={"demands": (), "assignments": (), "shortfalls": ()})
    )
    for kind in KINDS:
        assert nothing.plot(kind).to_svg()


def test_what_is_no_picture_is_told(city: af.Planning, tmp_path: Path) -> None:
    with pytest.raises(af.UsageError, match="there is no picture `pie`; there are coverage, moves, map, graph"):
        city.plot("pie")  # type: ignore[arg-type]
    with pytest.raises(af.UsageError, match=r"saved as .svg or .png, not `.gif`"):
        city.plot().save(tmp_path / "picture.gif")
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_one_line_says_how_to_get_it(city: af.Planning, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(af.UsageError, match=r"asn-flex\[chart\]"):
        city.plot().to_svg()
