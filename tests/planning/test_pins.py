"""Each reason for which pins cannot hold, with the rule or the officers that it names (semantics §6.1)."""

from __future__ import annotations

from pathlib import Path

import pytest

import asn_flex as af

from ..oracle.drawing import Plain
from .world import ACTIVATE, LABEL, RULES, officer, pin, planned, who_goes

WIDE = ACTIVATE | {"seats": {"base": 4}}
BY_AREA = WIDE | {"id": "ACT-02", "each": "area"}
NO_A1 = {"id": "FRB-01", "kind": "forbid", "label": LABEL, "who": {"officer.id": "a1"}}
KEEP = {"id": "PRO-01", "kind": "protect", "label": LABEL, "unit": ["u"], "keep": {"at_least": 2}}
LED = {"id": "TEA-01", "kind": "team", "label": LABEL, "include": {"who": {"officer.id": "a3"}, "per": 1}}
STAND_IN = {
    "id": "COV-01", "kind": "cover", "label": LABEL, "who": {"officer.id": {"ne": "a3"}}, "strength": Plain("0.5"),
}  # fmt: skip
MUST_1 = pin("a1", "d1@event", "must")
MUST_2 = pin("a2", "d1@event", "must")

REFUSED = [
    pytest.param([WIDE], [pin("a1", "d1@k2", "must")], "P101", ["d1@k2"], id="no such demand"),
    pytest.param([WIDE, BY_AREA], [MUST_1, pin("a1", "d1@k1", "must")], "P103", ["a1", "d1@k1"], id="two places"),
    pytest.param([WIDE, NO_A1], [MUST_1], "P104", ["a1", "FRB-01"], id="refused by a rule"),
    pytest.param([WIDE], [MUST_1, pin("a1", "d1@event", "never")], "P105", ["a1"], id="must and never"),
    pytest.param([ACTIVATE], [MUST_1, MUST_2], "P106", ["a1", "a2", "d1@event"], id="too few seats"),
    pytest.param([WIDE, KEEP], [MUST_1, MUST_2], "P107", ["PRO-01", "a1", "a2"], id="protected"),
    pytest.param([WIDE, LED], [MUST_1, MUST_2], "P108", ["TEA-01", "a1", "a2"], id="team cannot be made up"),
]


@pytest.mark.parametrize(("rules", "pins", "code", "names"), REFUSED)
def test_pins_that_cannot_hold_are_refused_by_name(
    rules: list[dict], pins: list[dict], code: str, names: list[str], tmp_path: Path
) -> None:
    tables = {"officers": [officer(name, "0") for name in ("a1", "a2", "a3")], "pins": pins}
    with pytest.raises(af.PinError) as refusal:
        planned(tmp_path, rules, tables)
    (found,) = refusal.value.diagnostics
    assert found.code == code
    assert found.place.file.endswith("pins.csv")
    for lang in ("id", "en"):
        assert [name for name in names if f"`{name}`" not in found.message(lang)] == []


def test_pins_beyond_a_share_are_refused_by_name(tmp_path: Path) -> None:
    """Nobody meets the standard (k1 is held by nobody), so both pins rest on a cover that one seat may use."""
    duty = RULES["duties"]["d1"] | {"requires": [{"competency": "k", "level": 1}]}
    more = {"competencies": {"k": {"label": LABEL}}, "duties": {"d1": duty}}
    tables = {"officers": [officer(name, "0") for name in ("a1", "a2", "a3")], "pins": [MUST_1, MUST_2]}
    with pytest.raises(af.PinError) as refusal:
        planned(tmp_path, [WIDE, STAND_IN | {"max_share": Plain("25%")}], tables, more)
    assert [d.code for d in refusal.value.diagnostics] == ["P109"]
    assert "`COV-01`" in str(refusal.value)


def test_never_on_a_demand_that_does_not_arise_holds_by_itself(tmp_path: Path) -> None:
    tables = {"officers": [officer("a1", "0")], "pins": [pin("a1", "d1@k2", "never")]}
    assert who_goes(tmp_path, [ACTIVATE], tables) == [("a1", "d1@event")]
