"""Random small rulebooks, valid by DESIGN."""

from __future__ import annotations

from decimal import Decimal

from .draw_book import Book
from .drawing import LABEL, Dice

CLASSES = ("life_safety", "essential", "support")
SHIFTS = (
    {"id": "pagi", "from": "07:00", "hours": 8},
    {"id": "sore", "from": "16:00", "hours": 8},
    {"id": "malam", "from": "22:00", "hours": 8},
)
STRENGTHS = (Decimal("0.9"), Decimal("0.7"), Decimal("0.5"), Decimal("0.333"))
MINIMISED = {
    "pair.travel_min": True,
    "officer.hours_7d": False,
    "officer.deployed_days_90d": False,
    "officer.rest_hours": True,
    "unit.beban": True,
}


def draw_competencies(dice: Dice) -> dict:
    """2-5 competencies; edges lead from earlier to later ones, but for a substitute now and then."""
    names = [f"k{n}" for n in range(1, dice.number(2, 5) + 1)]
    found = {name: {"label": LABEL} | dice.maybe(30, "levels", [3, 2]) for name in names}
    for n, name in enumerate(names):
        later = names[n + 1 :]
        implied = dice.some(later, 0, 1) if dice.chance(50) else []
        for target in implied:
            edge = {"competency": target} | dice.maybe(60, "level_offset", [-1, 0, -2])
            found[name].setdefault("implies", []).append(edge)
        left = [target for target in later if target not in implied]
        for target in dice.some(left, 1, 2) if dice.chance(80) else []:
            edge = {"for": target, "strength": dice.one(STRENGTHS)} | dice.maybe(35, "level_offset", [-1, 0])
            found[name].setdefault("substitutes", []).append(edge)
        earlier = [one for one in names[:n] if name not in str(found[one])]
        if earlier and dice.chance(10):  # substitutes may go in a circle
            edge = {"for": dice.one(earlier), "strength": dice.one(STRENGTHS)}
            found[name].setdefault("substitutes", []).append(edge)
    return found


def draw_duties(dice: Dice, competencies: dict) -> dict:
    """1-3 duties."""
    found = {}
    substituted = sorted({edge["for"] for entry in competencies.values() for edge in entry.get("substitutes", [])})
    for n in range(dice.one([2, 1, 3, 2, 3])):
        requires = []
        names = substituted if substituted and dice.chance(60) else list(competencies)
        for name in dice.some(names, 1, 2) if dice.chance(88) else []:
            top = competencies[name].get("levels", 5)
            entry = {"competency": name, "level": dice.one([1, 1, min(2, top), min(2, top), min(3, top)])}
            entry |= {"strict": True} if dice.chance(20) else {}
            requires.append(entry | dice.maybe(12, "evidence", [["sertifikat"], ["sertifikat", "latihan"]]))
        found[f"d{n + 1}"] = {
            "label": LABEL,
            "class": dice.one(CLASSES),
            "priority": dice.number(1, 9),
            "tags": dice.some(["medis", "logistik"], 0, 2),
            "requires": requires,
        }
    return found


def add_situation_rules(book: Book) -> None:
    """escalate, activate, prioritise."""
    dice = book.dice
    for _ in range(dice.one([0, 1, 2, 3])):
        rank, name = dice.one(list(enumerate(["jebol", "posko", "severity"])))
        value = dice.one({"jebol": [True, True, False], "posko": ["penuh", "siap"], "severity": [3, 4, 5]}[name])
        keys = {"set": {name: value}}
        if dice.chance(25):
            keys |= {"recommend": {"phase": dice.one(["response", "recovery"])}}
            if dice.chance(50):
                del keys["set"]
                rank = 3
        book.add("SIT", "escalate", **keys, **book.when(85, derived=rank), **book.window(10))
    shifts = {duty: dice.some(SHIFTS, 1, 2) for duty in book.duties}
    for duty in book.duties:
        for _ in range(dice.one([1, 1, 1, 2, 0, 1])):
            add_activate(book, duty, shifts[duty])
    if not any(rule["kind"] == "activate" for rule in book.rules):
        book.add("ACT", "activate", duty="d1", each="event", seats={"base": dice.number(1, 3)})
    for _ in range(dice.one([0, 0, 1, 2])):
        add = dice.one([2, 4, -3, 8])
        book.add("PRI", "prioritise", **book.selection(), add=add, **book.when_of_demand(70), **book.window())


def add_activate(book: Book, duty: str, shifts: list[dict]) -> None:
    """One activate rule."""
    dice = book.dice
    each = dice.one(["event", "area"])
    seats = {"base": dice.one([2, 3, 1, 2, 4, 3] if each == "event" else [1, 2, 0, 1, 2])}
    if dice.chance(30) or seats["base"] == 0:
        facts = ["event.affected_people", "measure.laporan", "measure.air", "event.hujan"]
        if each == "area":
            facts = ["area.affected_people", "area.population", "area.depth_cm", "measure.air_area"]
        fact = dice.one(facts)
        size = {"measure.laporan": 2, "measure.air": Decimal("2.5"), "measure.air_area": Decimal("1.5")}.get(fact, 100)
        seats |= {"per": {"fact": fact, "each": size, "add": 1}, "max": dice.number(max(1, seats["base"]), 4)}
    seats |= dice.maybe(25, "minimum", [2, 1, 3])
    keys = {"level": dice.one(["kecamatan", "kelurahan"])} if each == "area" and dice.chance(40) else {}
    if dice.chance(20 if each == "event" else 8):
        keys["shifts"] = shifts
    condition = book.when(30, areas=book.areas if each == "area" else (), duties=book.duties)
    book.add("ACT", "activate", duty=duty, each=each, seats=seats, **keys, **condition, **book.window(8))


def add_stops(book: Book) -> None:
    """forbid and limit."""
    dice = book.dice
    for _ in range(dice.one([0, 1, 1, 0, 2])):
        rule = book.add(
            "FRB",
            "forbid",
            **book.selection(),
            who=book.who(mostly=False),
            **book.when_of_demand(30),
            **book.window(),
        )
        refuse_or_ask(dice, rule)
    for _ in range(dice.one([0, 1, 0, 1, 0, 2])):
        rule = book.add(
            "LIM",
            "limit",
            **book.selection(),
            must=book.who(mostly=True),
            **book.when_of_demand(30),
            **book.window(),
        )
        refuse_or_ask(dice, rule)


def refuse_or_ask(dice: Dice, rule: dict) -> None:
    """`if_unknown`, `confirm_points` and `absolute` of a forbid or limit."""
    if dice.chance(60):
        rule["if_unknown"] = "confirm"
        rule |= dice.maybe(40, "confirm_points", [50, 300, 0])
    if dice.chance(20):
        rule["absolute"] = True


def add_covers(book: Book) -> None:
    """cover, in its three forms."""
    dice = book.dice
    for form in dice.some(["who", "substitution", "who", "standard", "substitution"], dice.one([1, 2, 1]), 3):
        rule = {"kind": "cover", **book.selection(30)}
        duties = [book.duties[name] for name in book.selected(rule)]
        stops = [
            one["id"]
            for one in book.rules
            if one["kind"] in ("forbid", "limit")
            and not one.get("absolute")
            and set(book.selected(one)) & set(book.selected(rule))
        ]
        required = sorted({one["competency"] for duty in duties for one in duty["requires"]})
        strict = sorted({one["competency"] for duty in duties for one in duty["requires"] if one.get("strict")})
        if form == "standard" and not stops:
            form = "who"  # noqa: PLW2901 (a standard cover needs something to lift)
        keys = cover_terms(book, form, required)
        if stops and (form == "standard" or dice.chance(35)):
            keys["overrides"] = dice.some(stops, 1, 2)
        if strict and form != "standard" and dice.chance(50):
            keys["waives"] = dice.some(strict, 1, 2)
        if "overrides" in keys or "waives" in keys:
            keys["source"] = ["sk1#2"]
            keys["effective"] = {"until": dice.one(["2024-12-31", "2024-12-31", "2024-12-12"])}
        else:
            keys |= book.window()
        if dice.chance(40):
            keys["max_share"] = dice.one(["50%", "40%", "33.4%", "25%", "0%"])
            keys |= dice.maybe(20, "at_least", [1, 2])
        del rule["kind"]
        book.add("COV", "cover", **rule, **keys, **book.when_of_demand(25))


def cover_terms(book: Book, form: str, required: list[str]) -> dict:
    """The keys of one form of cover."""
    dice = book.dice
    if form == "who":
        keys = {"who": book.who(mostly=True), "strength": dice.one([*STRENGTHS, 1])}
        if required and dice.chance(45):
            keys["for"] = dice.some(required, 1, dice.one([1, 1, 2]))
        return keys
    keys = {"by": form} | ({"who": book.who()} if dice.chance(25) else {})
    if form == "substitution":
        keys["min_strength"] = dice.one([Decimal("0.2"), Decimal("0.1"), Decimal("0.5"), Decimal("0.8")])
        keys |= dice.maybe(50, "max_hops", [2, 1, 3])
    return keys


def add_protects(book: Book) -> None:
    """protect; now and then two whose officers are likely to cross."""
    dice = book.dice
    for _ in range(dice.one([0, 1, 2])):
        unit = dice.one(["u1", "u1", ["u1", "u2"], {"service_class": "essential"}, {"tag": "posko"}])
        members = {"who": book.who(pair=False, mostly=False)} if dice.chance(60) else {}
        keep = dice.maybe(60, "share", ["50%", "60%", "33.4%", "50%", "100%"])
        if not keep or dice.chance(40):
            keep["at_least"] = dice.one([1, 2, 1])
        book.add("PRO", "protect", unit=unit, keep=keep, **members, **book.when(20), **book.window())
    if dice.chance(25):
        for members in crossing(book):
            keep = {"share": dice.one(["34%", "50%", "60%"])}
            book.add("PRO", "protect", unit="u1", who=members, keep=keep)


def add_teams(book: Book) -> None:
    """team; now and then two includes whose officers are likely to cross."""
    dice = book.dice
    for _ in range(dice.one([0, 1, 0, 2])):
        keys: dict = {}
        if dice.chance(60):
            include = {"who": book.who(mostly=True)} if dice.chance(75) else {}
            include |= {"qualified": True} if dice.chance(50) or not include else {}
            keys["include"] = include | {"per": dice.one([2, 1, 3, 1])}
        if not keys or dice.chance(40):
            keys["max_substitutes"] = dice.one(["50%", "34%", "25%", "0%"])
            keys |= dice.maybe(20, "at_least", [1, 2])
        book.add("TEA", "team", **book.selection(60), **keys, **book.when_of_demand(20), **book.window())
    if dice.chance(25):
        for leaders in crossing(book):
            include = {"who": leaders, **dice.maybe(30, "qualified", [True]), "per": dice.one([2, 1])}
            book.add("TEA", "team", **book.selection(75), include=include)


def crossing(book: Book) -> list[dict]:
    """Two conditions whose officers are likely to overlap without nesting."""
    simple = [
        {"officer.sex": "f"},
        {"officer.fit": True},
        {"officer.willing": True},
        {"officer.employment": {"in": ["pns", "cpns"]}},
        *({"holds": {"competency": name}} for name in book.competencies),
    ]
    return book.dice.some(simple, 2, 2)


def add_prefers(book: Book) -> None:
    """prefer."""
    dice = book.dice
    for _ in range(dice.one([0, 1, 1, 2])):
        keys = book.selection()
        if dice.chance(60):
            keys |= {"who": book.who(), "points": dice.one([10, 100, -50, -300, 500])}
        else:
            name = dice.one([*MINIMISED, "pair.travel_min", "pair.travel_min"])
            keys |= {"minimise": name, "weight": dice.one([1, Decimal("0.5"), Decimal("2.5")])}
            keys |= {"if_unknown": dice.one([20, 60])} if MINIMISED[name] else {}
            keys |= {"who": book.who()} if dice.chance(20) else {}
        book.add("PRF", "prefer", **keys, **book.when_of_demand(30), **book.window())


def draw_rules(dice: Dice, areas: list[str]) -> dict:
    """A whole rulebook about these areas."""
    book = Book(dice, areas)
    book.competencies = draw_competencies(dice)
    book.duties = draw_duties(dice, book.competencies)
    for add in (add_situation_rules, add_stops, add_covers, add_protects, add_teams, add_prefers):
        add(book)
    return {
        "format": "asn-flex/rules/1",
        "pack": {"id": "drawn", "version": "1", "languages": ["id", "en"], "label": LABEL},
        "sources": {"sk1": {"label": LABEL}},
        "events": {
            "bencana": {"label": LABEL},
            "banjir": {"is_a": "bencana", "label": LABEL},
            "rob": {"is_a": "banjir", "label": LABEL},
            "gempa": {"is_a": "bencana", "label": LABEL},
        },
        "attributes": draw_attributes(dice),
        "measures": draw_measures(dice),
        "parameters": draw_parameters(dice),
        "competencies": book.competencies,
        "duties": book.duties,
        "rules": book.rules,
    }


def draw_attributes(dice: Dice) -> dict:
    """The declared facts, with a default now and then."""
    return {
        "officer.renang": {"type": "bool"} | dice.maybe(30, "missing", [False, True]) | {"label": LABEL},
        "officer.bahasa": {"type": "set", "label": LABEL},
        "unit.beban": {"type": "number", "unit": "h", "min": 0, "max": 10, "label": LABEL},
        "area.jalan": {"type": "enum", "values": ["baik", "putus"]}
        | dice.maybe(30, "missing", ["baik"])
        | {"label": LABEL},
        "event.hujan": {"type": "number", "unit": "mm"} | dice.maybe(15, "missing", [0]) | {"label": LABEL},
        "event.jebol": {"type": "bool"} | dice.maybe(50, "missing", [False]) | {"label": LABEL},
        "event.posko": {"type": "enum", "values": ["siap", "penuh"]}
        | dice.maybe(30, "missing", ["siap"])
        | {"label": LABEL},
    }


def draw_measures(dice: Dice) -> dict:
    """Two measures of the event, one of each area."""
    takes = ["max", "min", "mean", "sum", "last"]
    windows = ["6h", "90min", "1d"]
    return {
        "air": {
            "observe": "tinggi_air",
            "window": dice.one(windows),
            "take": dice.one(takes),
            "scope": "event",
        },
        "laporan": {"observe": "laporan", "window": dice.one(windows), "take": "count", "scope": "event"},
        "air_area": {
            "observe": "tinggi_air",
            "window": dice.one(windows),
            "take": dice.one([*takes, "count"]),
            "scope": "area",
        },
    }


def draw_parameters(dice: Dice) -> dict:
    """Dated values; the first is now and then still to come."""
    first = "2024-12-11" if dice.chance(20) else "2024-01-01"
    return {
        "batas_hujan": {
            "unit": "mm",
            "values": [{"from": first, "value": 100}, {"from": "2025-01-01", "value": 10}],
        },
        "batas_istirahat": {
            "unit": "h",
            "values": [
                {"from": "2023-01-01", "value": 4},
                {"from": dice.one(["2024-12-10", "2024-12-11"]), "value": 8},
            ],
        },
    }
