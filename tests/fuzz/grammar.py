"""The grammar of rule files as hypothesis strategies: valid and almost valid rulebooks of every section and kind.

A drawn tree is made of dicts, lists and scalars as they are written (`40%`, `"07:00"`), so that it can be spoiled
before it is written in block or flow style.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from asn_flex.domain.attributes import BUILT_IN, Attribute
from asn_flex.rulebook.compile import OPERATORS
from asn_flex.rulebook.schema import KINDS, RESERVED_KINDS
from tests.rulebook.mutations import ODD_VALUES, part, paths_in, text_of

Tree = Any
Drawn = st.SearchStrategy[Tree]

pick = st.sampled_from
EVENTS, COMPETENCIES, DUTIES, TAGS = ("banjir", "rob", "gempa"), ("c1", "c2", "c3"), ("d1", "d2", "M.05"), ("t1", "t2")
SOURCES, PARAMETERS, MEASURES, UNITS = ("uu24", "pp21"), ("rest", "rain"), ("river", "reports"), ("u1", "12.10")
AREAS = ("kota", "12.10", "kel-1")
DECLARED = ("officer.swims", "unit.load", "event.rain", "area.road")
RULES = tuple(f"{kind[:3].upper()}-{n}" for kind in KINDS for n in (1, 2))
FACTS = (*(a.key for a in BUILT_IN), *DECLARED, *(f"measure.{m}" for m in MEASURES))

texts = pick(("x", "satu dua", '"a: b"', "'it''s'", "40", '"5"', "yes", "–", "é", '"\\u202e"', '"\\n"'))
labels = st.fixed_dictionaries({}, optional={"id": texts, "en": texts}) | pick(({"id": "a", "en": "b"},))
numbers = pick(("0", "1", "2", "3", "5", "8", "0.5", "0.7", "100", "-1", "1e3", "12.50"))
whole = pick(("0", "1", "1", "2", "3", "4", "5", "9", "10", "-1", "100"))
shares = pick(("40%", "0%", "100%", "12.5%", "33.33%", "40", "0.4", "120%"))
dates = pick(("2024-01-01", "2024-12-10", "2025-01-01", "2024-02-29", "2023-02-29", "9999-12-31", "0001-01-01"))
clocks = pick(('"07:00"', "07:00", "22:30", "24:00", "7:00"))
booleans = pick(("true", "false", "True", "yes", "ya", "1"))
sources = st.lists(pick(("uu24", "uu24#50", "pp21#6 (1)", "pp22")), max_size=2) | pick(("uu24", "pp21#3"))


def one_or_some(options: tuple[str, ...]) -> Drawn:
    return pick(options) | st.lists(pick(options), max_size=3)


def entry(required: dict[str, Drawn], **optional: Drawn) -> Drawn:
    """A mapping with the required keys and some of the others; `for_` is written `for`."""
    plain = {key.rstrip("_"): value for key, value in optional.items()}
    return st.fixed_dictionaries({key.rstrip("_"): value for key, value in required.items()}, optional=plain)


def _fitting(attribute: Attribute | None) -> Drawn:
    """Values that mostly fit a fact."""
    if attribute is None:
        return numbers | booleans | texts
    if attribute.kind == "enum":
        return pick(attribute.values)
    simple = {"bool": booleans, "int": whole, "number": numbers, "date": dates, "area": pick(AREAS)}
    return pick(EVENTS) if attribute.key == "event.type" else simple.get(attribute.kind, pick((*TAGS, *UNITS, *DUTIES)))


_BY_KEY = {a.key: a for a in BUILT_IN}


@st.composite
def tests_of(draw: st.DrawFn, key: str) -> Tree:
    """What may be asked of a fact: a value, a parameter, or one or two operators."""
    fitting = _fitting(_BY_KEY.get(key))
    form = draw(pick(("value", "value", "param", "operators", "operators", "known")))
    if form == "value":
        return draw(fitting)
    if form == "param":
        return {"param": draw(pick((*PARAMETERS, "gone")))}
    if form == "known":
        return {"known": draw(booleans)}
    found: dict[str, Tree] = {}
    for operator in draw(st.lists(pick(OPERATORS), min_size=1, max_size=2)):
        is_list = operator in {"in", "not_in", "has", "has_any"}
        found[operator] = draw(st.lists(fitting, min_size=1, max_size=3) if is_list else fitting)
    return found


def _tests(scopes: tuple[str, ...]) -> Drawn:
    facts = [key for key in FACTS if key.split(".")[0] in scopes] * 6 + ["officer.fitt", "event.severity", "pair.x"]
    holds = entry({"competency": pick((*COMPETENCIES, "c9"))}, level=whole, evidence=one_or_some(("paper", "course")))
    asked = pick(facts).flatmap(lambda key: st.tuples(st.just(key), tests_of(key)))
    one = asked | st.tuples(st.just("holds"), holds) if "officer" in scopes else asked
    return st.lists(one, min_size=0, max_size=3).map(dict)


def conditions(*scopes: str) -> Drawn:
    """A condition over facts of these scopes, up to three `all`, `any` or `not` deep."""
    return st.recursive(
        _tests(scopes),
        lambda inner: (
            st.dictionaries(pick(("all", "any")), st.lists(inner, max_size=3), min_size=1, max_size=1)
            | st.fixed_dictionaries({"not": inner})
        ),
        max_leaves=4,
    )


when = conditions("event", "measure", "area", "duty")
when_of_event = conditions("event", "measure")
who = conditions("officer", "unit", "pair")
effective = entry({}, from_=dates, until=dates)
duties = (
    one_or_some(DUTIES)
    | st.fixed_dictionaries({"class": pick(("life_safety", "essential", "support"))})
    | st.fixed_dictionaries({"tag": pick((*TAGS, "t9"))})
)
units = one_or_some(UNITS) | pick(({"service_class": "essential"}, {"tag": "t1"}, {"tag": "t1", "x": "1"}))
seats = entry(
    {"base": whole}, per=entry({"fact": pick(FACTS), "each": numbers, "add": whole}), minimum=whole, max=whole
)
shifts = st.lists(entry({"id": pick(("pagi", "malam")), "from": clocks, "hours": numbers}), max_size=2)
confirm = {"if_unknown": pick(("confirm", "refuse", "ask")), "confirm_points": whole, "absolute": booleans}
set_facts = st.dictionaries(
    pick(("severity", "rain", "event.rain", "phase", "days", "gone")), whole | numbers | texts, max_size=2
)

BODIES: dict[str, tuple[dict[str, Drawn], dict[str, Drawn]]] = {
    "escalate": ({}, {"when": when_of_event, "set": set_facts, "recommend": set_facts}),
    "activate": (
        {"duty": pick(DUTIES), "each": pick(("event", "area")), "seats": seats},
        {"level": pick(("kota", "rw")), "when": when, "shifts": shifts},
    ),
    "prioritise": ({"add": whole}, {"duty": duties, "when": when}),
    "cover": (
        {"who": who, "strength": numbers},
        {"duty": duties, "when": when, "for_": one_or_some(COMPETENCIES), "max_share": shares, "at_least": whole,
         "by": pick(("substitution", "standard")), "min_strength": numbers, "max_hops": whole,
         "overrides": one_or_some(RULES), "waives": one_or_some(COMPETENCIES)},
    ),
    "forbid": ({"who": who}, {"duty": duties, "when": when, **confirm}),
    "limit": ({"must": who}, {"duty": duties, "when": when, **confirm}),
    "protect": (
        {"unit": units, "keep": entry({}, share=shares, at_least=whole)},
        {"when": when_of_event, "who": conditions("officer", "unit")},
    ),
    "team": (
        {"include": entry({"per": whole}, who=who, qualified=booleans)},
        {"duty": duties, "when": when, "max_substitutes": shares, "at_least": whole},
    ),
    "prefer": (
        {},
        {"duty": duties, "when": when, "who": who, "points": whole, "minimise": pick(FACTS), "weight": numbers,
         "if_unknown": whole},
    ),
}  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> Tree:
    """A rule of any kind, now and then of one that there is not."""
    kind = draw(pick(KINDS))
    required, optional = BODIES[kind]
    common = {"label": labels, "source": sources, "effective": effective, "note": texts | labels}
    body = draw(entry(required, **optional, **common))
    name = draw(pick((*(r for r in RULES if r.startswith(kind[:3].upper())), "X-1", "a b")))
    shown = draw(pick((*[kind] * 20, *RESERVED_KINDS, kind[:-1])))
    return {"id": name, "kind": shown, **body}


def _section(names: tuple[str, ...], one: Drawn) -> Drawn:
    """All the usual entries, now and then one less or one more."""
    return st.fixed_dictionaries(dict.fromkeys(names[:-1], one), optional={names[-1]: one, "a b": one})


edge = st.lists(entry({"competency": pick(COMPETENCIES)}, level_offset=pick(("0", "-1", "-2", "1"))), max_size=2)
swap = st.lists(
    entry({"for": pick(COMPETENCIES), "strength": pick(("0.5", "0.7", "1", "0"))}, level_offset=pick(("-1", "0"))),
    max_size=2,
)
needs = st.lists(
    entry({"competency": pick((*COMPETENCIES, "c9"))}, level=whole, strict=booleans, evidence=one_or_some(("paper",))),
    max_size=2,
)
declaration = entry(
    {"type": pick(("bool", "int", "number", "text", "enum", "date", "area", "set"))},
    label=labels, values=one_or_some(("a", "b")), unit=pick(("h", "mm")), min=numbers, max=numbers,
    missing=pick(("unknown", "false", "0", "a", "[]")), sensitive=booleans,
)  # fmt: skip
given = {
    "event": st.dictionaries(pick(("type", "severity", "rain")), whole | pick(EVENTS), max_size=2),
    "officer": st.dictionaries(pick(("fit", "swims", "holds")), booleans, max_size=2),
    "measure": st.dictionaries(pick(MEASURES), numbers, max_size=1),
}
expected = {name: st.dictionaries(pick(DUTIES), whole, max_size=1) for name in ("seats", "eligible", "refused")}

SECTIONS: dict[str, Drawn] = {
    "sources": _section(SOURCES, entry({"label": labels}, url=texts, issued=dates)),
    "events": _section(EVENTS, entry({"label": labels}, is_a=pick(EVENTS))),
    "attributes": _section((*DECLARED, "officer.name", "x"), declaration),
    "measures": _section(MEASURES, entry(
        {"observe": texts, "window": pick(("6h", "90min", "2d", "0h", "6 jam")),
         "take": pick(("max", "count", "median")), "scope": pick(("event", "area"))},
        label=labels, unit=pick(("m", "h")),
    )),
    "parameters": _section(PARAMETERS, entry(
        {"values": st.lists(entry({"from": dates, "value": numbers | texts}, source=sources), max_size=3)},
        unit=pick(("h", "mm")), label=labels,
    )),
    "competencies": _section(COMPETENCIES, entry(
        {"label": labels}, levels=whole, implies=edge, substitutes=swap, source=sources
    )),
    "duties": _section(DUTIES, entry(
        {"label": labels, "class": pick(("life_safety", "essential", "support", "vital")), "priority": whole},
        cluster=texts, tags=one_or_some(TAGS), requires=needs, source=sources,
    )),
    "tests": st.lists(entry(
        {"name": labels, "now": pick(("2024-12-09T08:00:00+07:00", "2024-12-09", "kini")),
         "given": entry({}, **given), "expect": entry({}, **expected)}
    ), max_size=2),
}  # fmt: skip

HEAD = {"format": "asn-flex/rules/1", "pack": {"id": "p", "version": '"1"'}}


@st.composite
def rulebooks(draw: st.DrawFn, *, slips: int = 2) -> Tree:
    """A rulebook as one tree, with up to so many slips of the pen."""
    tree: dict[str, Tree] = deepcopy(HEAD)
    for name in draw(st.lists(pick(tuple(SECTIONS)), unique=True, max_size=5)):
        tree[name] = draw(SECTIONS[name])
    tree["rules"] = draw(st.lists(rules(), min_size=1, max_size=4))
    # Drawn parts may be one object in several places, and in several draws.
    tree = deepcopy(tree)
    for _ in range(draw(st.integers(0, slips))):
        _slip(draw, tree)
    return tree


def _slip(draw: st.DrawFn, tree: Tree) -> None:
    path = draw(pick(paths_in(tree)))
    parent, step = part(tree, path[:-1]), path[-1]
    parent[step] = deepcopy(parent[step])
    kind = draw(pick(("value", "value", "drop", "rename", "wrap", "double", "extra")))
    if kind == "value":
        parent[step] = draw(pick(ODD_VALUES))
    elif kind == "drop":
        del parent[step]
    elif kind == "wrap":
        parent[step] = draw(pick(([parent[step]], {"x": parent[step]})))
    elif isinstance(parent, list):
        parent.append(deepcopy(parent[step]))
    elif kind == "rename":
        parent[f"{step[:-1]}{draw(pick(('', 'e', 's', '_')))}"] = parent.pop(step)
    else:
        parent[draw(pick(("extends", "replaces", "source", "who", "x")))] = draw(pick(ODD_VALUES))


def in_blocks(tree: Tree, indent: int = 0, width: int = 2) -> str:
    """Write a tree in block style, as people write rule files."""
    space = " " * indent
    if isinstance(tree, dict) and tree:
        return "".join(f"{space}{key}:{_below(value, indent, width)}" for key, value in tree.items())
    if isinstance(tree, list) and tree:
        return "".join(f"{space}-{_below(item, indent, width)}" for item in tree)
    return f"{space}{text_of(tree)}\n"


def _below(value: Tree, indent: int, width: int) -> str:
    if isinstance(value, (dict, list)) and value:
        return "\n" + in_blocks(value, indent + width, width)
    return f" {text_of(value)}\n"


@st.composite
def documents(draw: st.DrawFn) -> dict[str, bytes]:
    """A rulebook as one or two files, in block or flow style."""
    tree = draw(rulebooks())
    files = [tree]
    if draw(st.integers(0, 3)) == 0 and len(tree) > 3:
        keys = draw(st.lists(pick(tuple(tree)), unique=True, min_size=1))
        second = {key: tree.pop(key) for key in keys}
        files.append({"format": "asn-flex/rules/1", **second} if draw(st.integers(0, 9)) else second)
    style = draw(pick(("blocks", "blocks", "flow", "wide")))
    written = [text_of(t) if style == "flow" else in_blocks(t, width=4 if style == "wide" else 2) for t in files]
    return {f"{'xy'[n]}.yaml": text.encode("utf-8", "surrogatepass") for n, text in enumerate(written)}
