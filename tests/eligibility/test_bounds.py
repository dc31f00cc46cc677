"""What the columns cannot carry is refused in words; nothing is planned without a rule."""

from __future__ import annotations

from pathlib import Path

import pytest

import asn_flex as af

from ..support import REPOSITORY

QUICKSTART = REPOSITORY / "examples" / "quickstart"
LABEL = "label: {id: x, en: x}"


def planned_with(folder: Path, rules: list[str], attributes: str = "") -> af.Planning:
    extra = "format: asn-flex/rules/1\n" + attributes + "rules:\n" + "".join(f"  - {{{r}, {LABEL}}}\n" for r in rules)
    (folder / "a.yaml").write_bytes((QUICKSTART / "rules.yaml").read_bytes())
    (folder / "b.yaml").write_text(extra, "utf-8")
    book = af.load_rulebook(folder)
    return af.plan(book, af.load_scenario(QUICKSTART, book), engine="plain")


def test_more_includes_than_can_be_carried_are_refused(tmp_path: Path) -> None:
    rules = [f"id: X-{i:02d}, kind: team, include: {{who: {{officer.id: A-{i}}}, per: 9}}" for i in range(65)]
    with pytest.raises(af.SolverError, match="65 `team"):
        planned_with(tmp_path, rules)


def test_more_rules_on_the_way_than_can_be_carried_are_refused(tmp_path: Path) -> None:
    rules = [f"id: X-{i:02d}, kind: prefer, minimise: pair.travel_min, weight: 1, if_unknown: 1" for i in range(66)]
    with pytest.raises(af.SolverError, match=r"6[67] `minimise`"):
        planned_with(tmp_path, rules)


def test_points_beyond_all_bounds_are_refused(tmp_path: Path) -> None:
    attributes = f"attributes: {{officer.debt: {{type: number, missing: 999999999999999, {LABEL}}}}}\n"
    with pytest.raises(af.SolverError, match="`X-01`"):
        planned_with(tmp_path, ["id: X-01, kind: prefer, minimise: officer.debt, weight: 10000"], attributes)
