"""Conditions that are now true, now false, now unknown."""

from __future__ import annotations

from decimal import Decimal

from .drawing import Dice

BIRTHDAYS = ("1970-05-01", "1985-05-01", "1995-05-01")
CONDITION_SHAPES = ("one", "one", "one", "one", "both", "both", "any", "not", "not_any", "all")


def order(dice: Dice, values, param: str | None = None) -> object:
    """A test on a number."""
    if param and dice.chance(30):
        return {dice.one(["gte", "lt"]): {"param": param}}
    operator = dice.one(["gte", "lt", "gt", "lte", "gte", "eq", "ne", "in", "between"])
    if operator == "between":
        low, high = sorted([dice.one(values), dice.one(values)])
        return {"gte": low, "lte": high}
    if operator == "in":
        return {"in": dice.some(values, 1, 2)}
    return {operator: dice.one(values)}


def among(dice: Dice, values) -> object:
    """A test on text, an enum or an area."""
    operator = dice.one(["eq", "eq", "in", "ne", "not_in"])
    if operator in ("in", "not_in"):
        return {operator: dice.some(values, 1, 2)}
    value = dice.one(values)
    return value if operator == "eq" and dice.chance(70) else {operator: value}


def place(dice: Dice, areas) -> object:
    """A test on an area."""
    return {"within": dice.one(areas)} if dice.chance(40) else among(dice, areas)


def truth(dice: Dice, expected: bool) -> object:
    """A test on a bool."""
    value = expected if dice.chance(75) else not expected
    return {"ne": value} if dice.chance(15) else value


def words(dice: Dice, values) -> object:
    """A test on a set."""
    return {dice.one(["has", "has_any"]): dice.some(values, 1, 2)}


def event_atoms(dice: Dice) -> dict:
    """Tests on facts of the event that no rule sets, by attribute."""
    return {
        "event.phase": lambda: among(dice, ["response", "alert", "recovery"]),
        "event.type": lambda: among(dice, ["banjir", "rob", "bencana", "gempa"]),
        "event.affected_people": lambda: order(dice, [100, 500, 1000]),
        "event.days": lambda: order(dice, [1, 2, 3]),
        "event.hujan": lambda: order(dice, [50, 100, Decimal("150.5")], "batas_hujan"),
        "measure.air": lambda: order(dice, [1, Decimal("2.5"), 3]),
        "measure.laporan": lambda: order(dice, [1, 2]),
    }


# The facts that escalate rules set, in the order in which they may build on each other.
DERIVED = {
    "event.jebol": lambda dice: truth(dice, True),
    "event.posko": lambda dice: among(dice, ["siap", "penuh"]),
    "event.severity": lambda dice: order(dice, [2, 3, 4]),
}


def area_atoms(dice: Dice, areas) -> dict:
    """Tests on the demand's area."""
    return {
        "area.id": lambda: place(dice, areas),
        "area.level": lambda: among(dice, ["kota", "kecamatan", "kelurahan"]),
        "area.flooded": lambda: truth(dice, True),
        "area.depth_cm": lambda: order(dice, [30, Decimal("70.5")]),
        "area.population": lambda: order(dice, [500, 1000]),
        "area.affected_people": lambda: order(dice, [50, 150]),
        "area.jalan": lambda: among(dice, ["baik", "putus"]),
        "measure.air_area": lambda: order(dice, [1, Decimal("2.5")]),
    }


def duty_atoms(dice: Dice, duties) -> dict:
    """Tests on the demand's duty."""
    return {
        "duty.id": lambda: among(dice, list(duties)),
        "duty.class": lambda: among(dice, ["life_safety", "essential", "support"]),
        "duty.tags": lambda: words(dice, ["medis", "logistik"]),
        "duty.priority": lambda: order(dice, [3, 5, 7]),
    }


def officer_atoms(dice: Dice, areas) -> dict:
    """Tests on the officer and the unit."""
    return {
        "officer.rest_hours": lambda: order(dice, [4, 8, 12], "batas_istirahat"),
        "officer.fit": lambda: truth(dice, True),
        "officer.willing": lambda: truth(dice, True),
        "officer.affected": lambda: truth(dice, True),
        "officer.renang": lambda: truth(dice, True),
        "officer.home_flooded": lambda: truth(dice, True),
        "officer.sex": lambda: among(dice, ["f", "m"]),
        "officer.employment": lambda: among(dice, ["pns", "pppk", "cpns"]),
        "officer.birth_date": lambda: {dice.one(["lt", "gte"]): dice.one(BIRTHDAYS)},
        "officer.hours_7d": lambda: order(dice, [10, 30]),
        "officer.home_area": lambda: place(dice, areas),
        "officer.id": lambda: among(dice, ["A", "B", "C", "D"]),
        "officer.bahasa": lambda: words(dice, ["melayu", "batak"]),
        "unit.service_class": lambda: among(dice, ["essential", "administrative"]),
        "unit.tags": lambda: words(dice, ["posko", "gudang"]),
        "unit.area": lambda: place(dice, areas),
        "unit.beban": lambda: order(dice, [1, Decimal("2.5")]),
        "unit.id": lambda: among(dice, ["u1", "u2"]),
    }


def pair_atoms(dice: Dice) -> dict:
    """Tests on the way to the demand."""
    return {
        "pair.travel_min": lambda: order(dice, [10, 20, 40]),
        "pair.same_area": lambda: truth(dice, True),
    }


def compose(dice: Dice, atoms: dict) -> dict:
    """A condition over these tests, of one of a few shapes."""

    def entry() -> dict:
        name = dice.one(atoms)
        if name == "holds":
            return {name: atoms[name]()}
        return {name: {"known": dice.chance(60)} if dice.chance(8) else atoms[name]()}

    shape = dice.one(CONDITION_SHAPES)
    if shape == "both":
        return entry() | entry()
    if shape == "any":
        return {"any": [entry(), entry()]}
    if shape == "all":
        return {"all": [entry(), {"any": [entry(), entry()]}]}
    if shape == "not":
        return {"not": entry()}
    if shape == "not_any":
        return entry() | {"not": {"any": [entry(), entry()]}}
    return entry()


def when(dice: Dice, *, areas=(), duties=(), derived: int = 3) -> dict:
    """A condition on the situation; `derived`: how many of the facts that rules set it may read."""
    atoms = event_atoms(dice)
    atoms |= {name: (lambda test=test: test(dice)) for name, test in list(DERIVED.items())[:derived]}
    if areas and dice.chance(50):
        atoms = area_atoms(dice, areas)
    elif duties and dice.chance(20):
        atoms = duty_atoms(dice, duties)
    return compose(dice, atoms)


def who(dice: Dice, *, areas, competencies: dict, pair: bool = True, mostly: bool | None = None) -> dict:
    """A condition on the officer, with `mostly` more often true or more often false."""

    def holding() -> dict:
        name = dice.one(competencies)
        level = dice.number(1, min(3, competencies[name].get("levels", 5)))
        found = {"competency": name} | ({"level": level} if dice.chance(60) else {})
        return found | dice.maybe(10, "evidence", [["sertifikat"], ["sertifikat", "latihan"]])

    def one() -> dict:
        kind = dice.one(["officer", "officer", "officer", "holds", "holds", "pair", "pair"])
        if kind == "holds":
            return compose(dice, {"holds": holding})
        if kind == "pair" and pair:
            return compose(dice, pair_atoms(dice))
        return compose(dice, officer_atoms(dice, areas) | {"holds": holding})

    if mostly is True and dice.chance(75):
        return {"any": [one(), one()]}
    if mostly is False and dice.chance(75):
        return {"all": [one(), one()]}
    return one()
