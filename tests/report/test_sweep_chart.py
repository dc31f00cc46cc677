"""The chart of a sweep: what runs along, and a file that needs nothing else (semantics §12.7)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import asn_flex as af
from asn_flex.domain.attributes import COVERAGE_TIERS
from asn_flex.report.sweep_chart import Layout, chart_bytes, layout_of
from asn_flex.report.sweep_groups import facts_of, groups_of
from asn_flex.report.swept import cell_text, share_text

from ..sweep.towns import expected


@dataclass(frozen=True)
class Swept:
    varied: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]


def drawn(varied: tuple[str, ...], *cells: tuple[Any, ...], share: int = 50) -> Swept:
    """Make results in which each tier is covered to a share of a hundred."""
    tiers = dict.fromkeys(COVERAGE_TIERS, share) | {f"{tier}.of": 100 for tier in COVERAGE_TIERS}
    rest = {"scenario": "s", "plan": "x", "status": "optimal", "missing": 3, "severity": 3, "phase": None} | tiers
    return Swept(varied, tuple(dict(zip(varied, row, strict=True)) | rest for row in cells))


def texts_in(svg: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314


def test_ordered_fact_with_most_values_runs_along() -> None:
    varied = ("event.phase", "event.severity", "officer.absent", "officer.absent.seed")
    cells = [
        (p, s, Fraction(a, 20), k) for p in ("alert", "response") for s in (3, 4, 5) for a in range(4) for k in (1, 2)
    ]
    assert layout_of(drawn(varied, *cells)) == Layout("officer.absent", "event.phase", "event.severity")


@pytest.mark.parametrize(
    ("varied", "cells", "wanted"),
    [
        pytest.param(("event.severity",), [(3,), (4,)], Layout("event.severity", None, None), id="one"),
        pytest.param(("event.phase",), [("alert",), (None,)], Layout("event.phase", None, None), id="without order"),
        pytest.param(("event.phase", "event.severity"), [("alert", 3), ("alert", 4)],
                     Layout("event.severity", None, None), id="what has one value is left out"),
        pytest.param((), [(), ()], Layout(None, None, None), id="scenarios one by one"),
    ],
)  # fmt: skip
def test_layout(varied: tuple[str, ...], cells: list[tuple[Any, ...]], wanted: Layout) -> None:
    assert layout_of(drawn(varied, *cells)) == wanted


def test_groups_put_seeds_together_and_keep_the_order() -> None:
    swept = drawn(("officer.absent", "officer.absent.seed"), (1, 1), (0, 1), (1, 2))
    assert [(group.values, len(group.rows)) for group in groups_of(swept.rows, facts_of(swept))] == [
        ((1,), 2),
        ((0,), 1),
    ]


def test_declared_fact_that_is_called_seed_or_absent_is_a_fact_like_others() -> None:
    swept = drawn(("event.seed", "officer.absent_days@A"), (1, Fraction(3, 2)), (2, Fraction(3, 2)))
    assert facts_of(swept) == ("event.seed", "officer.absent_days@A")
    assert cell_text("officer.absent_days@A", Fraction(3, 2)) == "1.5"
    assert cell_text("officer.absent@u1", Fraction(3, 20)) == "15%"


def test_share_of_a_group_is_its_middle_and_its_worst() -> None:
    # 1, 1 and 4 of 10: the median is 10 %, and so is the worst; of 1, 3, 4 it is 30 % and 10 %.
    assert share_text([10.0, 10.0, 40.0]) == "10%"
    assert share_text([10.0, 30.0, 40.0]) == "30% (10%)"
    # Never 100 where something is missing.
    assert share_text([99.99]) == "99%"


def test_svg_says_what_it_shows_as_text() -> None:
    told = texts_in(chart_bytes(expected(), ".svg", "en"))
    assert {"coverage, life safety, %", "coverage, essential, %", "officer.absent", "event.severity", "50%"} <= set(
        told
    )
    assert "coverage, support, %" not in told  # no demand of that class in any plan
    assert any("8 of 8 scenarios" in text for text in told)
    assert "cakupan keselamatan jiwa, %" in texts_in(chart_bytes(expected(), ".svg", "id"))


@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_same_sweep_gives_the_same_bytes(suffix: str) -> None:
    assert chart_bytes(expected(), suffix, "en") == chart_bytes(expected(), suffix, "en")


def test_page_needs_no_network_and_has_the_numbers_as_a_table(tmp_path: Path) -> None:
    expected().save_chart(tmp_path / "chart.html", lang="en")
    page = (tmp_path / "chart.html").read_text("utf-8")
    assert "<script" not in page
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?https?:", page)
    assert page.count("<tr>") == 5  # a head, and two severities with two shares each
    assert "<td>50%</td>" in page


def test_what_comes_from_files_is_escaped_in_the_page() -> None:
    swept = drawn(("event.note",), ("<script>alert(1)</script>",))
    assert b"<script" not in chart_bytes(swept, ".html", "en")


def test_every_way_to_vary_can_be_drawn() -> None:
    many = [(p, s, bool(a)) for p in ("alert", "response", None) for s in range(1, 6) for a in (0, 1)]
    for varied, cells in (
        (("event.phase", "event.severity", "area.flooded@x"), many),
        (("event.phase",), [("alert",), ("response",)]),
        ((), [(), ()]),
        (("event.severity",), [(3,)]),
    ):
        assert chart_bytes(drawn(varied, *cells), ".svg", "en").startswith(b"<?xml")


def test_sweep_without_any_plan_can_be_drawn() -> None:
    swept = drawn(("event.severity",), (3,), (4,))
    lost = Swept(swept.varied, tuple(row | {"plan": None} for row in swept.rows))
    assert any("0 of 2" in text for text in texts_in(chart_bytes(lost, ".svg", "en")))


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(af.UsageError, match=r"\.svg or \.html"):
        expected().save_chart(tmp_path / "chart.png")
    assert list(tmp_path.iterdir()) == []
