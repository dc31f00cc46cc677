"""Every fault at once, none three times: k independent mistakes in a random rulebook are exactly k findings.

Each mistake comes as an entry of its own, or as a part added to one, that bears a name found nowhere else; so its place
is known, whatever files and order the entries are scattered over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asn_flex.errors import RulebookError
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from tests.oracle.draw_rules import draw_rules
from tests.oracle.drawing import LABEL, Dice, Plain, yaml_text

Tree = dict[str, Any]


class Planted(NamedTuple):
    """A mistake: the code, the name that only its entry has, and what stands at the place, at or after that name."""

    code: str
    name: str
    text: str


def _rule(tree: Tree, name: str, kind: str, **keys: Any) -> str:
    tree["rules"].append({"id": name, "kind": kind, "label": LABEL, **keys})
    return name


def _duty(tree: Tree, name: str, **keys: Any) -> str:
    tree["duties"][name] = {"label": LABEL, "class": "support", "priority": 5, "tags": [], **keys}
    return name


def unknown_key(tree: Tree, dice: Dice, name: str) -> Planted:
    # In an entry that is sound otherwise: what keys a rule may have, its kind says.
    rules = [rule for rule in tree["rules"] if "zq" not in rule["id"]]
    dice.one([*rules, *tree["duties"].values(), *tree["competencies"].values()])[name] = "x"
    return Planted("E201", name, name)


def missing_key(tree: Tree, dice: Dice, name: str) -> Planted:
    _duty(tree, name)
    del tree["duties"][name][dice.one(["class", "priority"])]
    return Planted("E202", name, "{")


def no_list(tree: Tree, dice: Dice, name: str) -> Planted:
    _duty(tree, name, requires=Plain(name))
    return Planted("E203", f"requires: {name}", name)


def unknown_kind(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, name, "xyzzy")
    return Planted("E204", name, '"xyzzy"')


def out_of_range(tree: Tree, dice: Dice, name: str) -> Planted:
    _duty(tree, name, priority=77)
    return Planted("E206", name, "77")


def dates_reversed(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, name, "prioritise", add=1, effective={"from": "2030-01-01", "until": "2029-01-01"})
    return Planted("E206", name, "2029-01-01")


def share_without_percent(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, name, "team", max_substitutes=dice.one([40, 100]))
    return Planted("E207", name, str(tree["rules"][-1]["max_substitutes"]))


def bad_id(tree: Tree, dice: Dice, name: str) -> Planted:
    tree["events"][f"{name} x"] = {"label": LABEL}
    return Planted("E208", f"{name} x", f"{name} x")


def unknown_competency(tree: Tree, dice: Dice, name: str) -> Planted:
    # In a duty that is sound otherwise: of one without its class nobody asks what it requires.
    sound = [duty for duty_id, duty in tree["duties"].items() if not duty_id.startswith("zq")]
    dice.one(sound).setdefault("requires", []).append({"competency": name})
    return Planted("E301", f'"{name}"', f'"{name}"')


def level_too_high(tree: Tree, dice: Dice, name: str) -> Planted:
    _duty(tree, name, requires=[{"competency": dice.one(tree["competencies"]), "level": 66}])
    return Planted("E308", name, "66")


def unknown_fact(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, f"R{name}", "forbid", who={"any": [{"officer.fit": True}, {f"officer.{name}": True}]})
    return Planted("E401", f"officer.{name}", f"officer.{name}")


def wrong_scope(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, name, "prioritise", add=1, when={dice.one(["officer.fit", "pair.same_area"]): True})
    return Planted("E402", name, next(iter(tree["rules"][-1]["when"])))


def wrong_type(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, f"R{name}", "limit", must={"officer.rest_hours": {"gte": name}})
    return Planted("E403", f'"{name}"', f'"{name}"')


def wrong_choice(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, f"R{name}", "limit", must={"officer.employment": {"in": ["pns", name]}})
    return Planted("E404", f'"{name}"', f'"{name}"')


def unknown_parameter(tree: Tree, dice: Dice, name: str) -> Planted:
    _rule(tree, f"R{name}", "limit", must={"officer.rest_hours": {"gte": {"param": name}}})
    return Planted("E409", f'"{name}"', f'"{name}"')


KINDS: tuple[Callable[[Tree, Dice, str], Planted], ...] = (
    unknown_key, missing_key, no_list, unknown_kind, out_of_range, dates_reversed, share_without_percent, bad_id,
    unknown_competency, level_too_high, unknown_fact, wrong_scope, wrong_type, wrong_choice, unknown_parameter,
)  # fmt: skip


def sound_tree(seed: int) -> tuple[Tree, Dice]:
    dice = Dice(seed)
    return draw_rules(dice, [Plain(area) for area in ("kota", "12.10")]), dice


def scattered(tree: Tree, dice: Dice, count: int) -> dict[str, str]:
    """Scatter the entries over files, in any order of files and entries."""
    files: list[Tree] = [{"format": "asn-flex/rules/1"} for _ in range(count)]
    pieces = [(section, key) for section, entries in tree.items() if isinstance(entries, dict) for key in entries]
    pieces = [piece for piece in pieces if piece[0] != "pack"]
    for section, key in dice.random.sample(pieces, len(pieces)):
        dice.one(files).setdefault(section, {})[key] = tree[section][key]
    for rule in dice.random.sample(tree["rules"], len(tree["rules"])):
        dice.one(files).setdefault("rules", []).append(rule)
    dice.one(files)["pack"] = tree["pack"]
    texts = {f"{number}.yaml": yaml_text(file) for number, file in enumerate(files)}
    return dict(dice.random.sample(list(texts.items()), count))


def place_of(planted: Planted, files: dict[str, str]) -> tuple[str, int, int]:
    [(name, text)] = [(name, text) for name, text in files.items() if planted.name in text]
    at = text.index(planted.text, text.index(planted.name))
    return name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def errors_of(files: dict[str, str]) -> list[tuple[str, tuple[str, int, int]]]:
    try:
        build_rulebook({name: text.encode() for name, text in files.items()})
    except RulebookError as error:
        return sorted((d.code, tuple(d.place)) for d in error.diagnostics if d.is_error)
    return []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.lists(st.sampled_from(KINDS), min_size=1, max_size=7), st.integers(1, 4))
def test_each_planted_mistake_is_found_once_at_its_place(seed: int, kinds: list, count: int) -> None:
    tree, dice = sound_tree(seed)
    # Names that are near to no other, and not to each other.
    planted = [kind(tree, dice, f"zq{'jwvxkh'[n % 6] * 6}{n}") for n, kind in enumerate(kinds)]
    files = scattered(tree, dice, count)
    assert errors_of(files) == sorted((one.code, place_of(one, files)) for one in planted)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_mistake_is_one_finding(kind: Callable[[Tree, Dice, str], Planted]) -> None:
    tree, dice = sound_tree(7)
    one = kind(tree, dice, "zqjjjjjj")
    files = scattered(tree, dice, 2)
    assert errors_of(files) == [(one.code, place_of(one, files))]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_a_copied_rule_is_one_finding_at_the_later_place(seed: int, count: int) -> None:
    tree, dice = sound_tree(seed)
    copied = dice.one(tree["rules"])
    tree["rules"].append({**copied})
    files = scattered(tree, dice, count)
    needle = f'id: "{copied["id"]}"'
    places = []
    for name, text in sorted(files.items()):
        at = text.find(needle)
        while at >= 0:
            places.append((name, text.count("\n", 0, at) + 1, at + 4 - text.rfind("\n", 0, at)))
            at = text.find(needle, at + 1)
    assert errors_of(files) == [("E302", places[1])]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_sound_rulebook_is_the_same_in_any_files_and_order(seed: int, count: int) -> None:
    def book(dice: Dice) -> Rulebook:
        return build_rulebook({name: text.encode() for name, text in scattered(tree, dice, count).items()})

    tree, dice = sound_tree(seed)
    one, other = book(dice), book(dice)
    assert one.digest == other.digest
    assert (one.rules, one.duties, one.competencies, one.parameters) == (
        other.rules, other.duties, other.competencies, other.parameters
    )  # fmt: skip
