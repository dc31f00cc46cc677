"""Whether the plan belongs to this rulebook and scenario and sees the same situation (semantics §10)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from asn_flex.domain.attributes import Attribute, Value
from asn_flex.domain.exact import parse_number
from asn_flex.domain.plan import DemandRecord, Plan
from asn_flex.domain.scenario import Scenario
from asn_flex.domain.situation import Demand
from asn_flex.rulebook.model import Rulebook
from asn_flex.verify.demands import Reading
from asn_flex.verify.findings import Findings


def check_identity(plan: Plan, rulebook: Rulebook, scenario: Scenario, previous: Plan | None, found: Findings) -> None:
    """Compare digests and ids: the plan is whole, and belongs to these rules, scenario and previous plan."""
    found.differs("V101", plan.rulebook.digest, rulebook.digest)
    found.differs("V101.id", plan.rulebook.id, rulebook.pack.id)
    found.differs("V101.version", plan.rulebook.version, rulebook.pack.version)
    found.differs("V102", plan.scenario.digest, scenario.digest)
    found.differs("V102.id", plan.scenario.id, scenario.id)
    found.differs("V103", plan.id, plan.content_hash())
    if plan.supersedes is not None and previous is None:
        found.add("V104.missing", previous=plan.supersedes)
    elif previous is not None:
        found.differs("V104", plan.supersedes, previous.id)
        found.differs("V104.broken", previous.id, previous.content_hash())
    if not same_time(plan.now, scenario.now.isoformat()):
        found.differs("V105", plan.now, scenario.now.isoformat())
    listed = Counter((q.table, q.officer) for q in plan.quarantined)
    found.differs("V107", sorted(map(str, listed.elements())), _quarantined(scenario))


def _quarantined(scenario: Scenario) -> list[str]:
    return sorted(str((q.table, q.officer)) for q in scenario.quarantined)


def read_assumptions(plan: Plan, rulebook: Rulebook, found: Findings) -> dict[str, Value]:
    """Return what the plan is conditional on, by event fact (semantics §4.4)."""
    assumed: dict[str, Value] = {}
    for key, value in sorted(plan.conditional_on.items()):
        attribute = rulebook.attributes.get(key)
        exact = None if attribute is None else value_of(attribute, value)
        if attribute is None or attribute.scope != "event" or exact is None:
            found.add("V106", name=key, value=value)
        else:
            assumed[attribute.name] = exact
    return assumed


def value_of(attribute: Attribute, value: object) -> Value | None:
    """Return a plan's value as a fact of its own type; None where it does not fit."""
    kind = attribute.kind
    if isinstance(value, bool):
        return value if kind == "bool" else None
    if kind in {"int", "number"}:
        return parse_number(str(value))
    if kind == "set":
        return frozenset(map(str, value)) if isinstance(value, (list, tuple)) else None
    if kind == "date":
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return None
    return str(value) if isinstance(value, str) and kind != "bool" else None


def same_time(left: str, right: str) -> bool:
    """Whether two texts mean the same date, or the same moment."""
    if left == right:
        return True
    try:
        moments = datetime.fromisoformat(left), datetime.fromisoformat(right)
    except ValueError:
        return False
    written = min(len(left), len(right)) > len("2026-11-20")
    return written and all(m.tzinfo is not None for m in moments) and moments[0] == moments[1]


def check_situation(plan: Plan, reading: Reading, found: Findings) -> None:
    """Compare the event, the rules in force, and the demands with the plain reading."""
    _check_event(plan, reading, found)
    stated_rules, read_rules = set(plan.rules_in_force), set(reading.rules_in_force)
    if stated_rules != read_rules:
        found.differs("V207", stated_rules - read_rules, read_rules - stated_rules)
    _check_possible(plan, reading, found)
    records = {record.id: record for record in plan.demands}
    for demand_id in sorted(reading.demands.keys() - records.keys()):
        found.add("V204", demand=demand_id)
    for record in plan.demands:
        demand = reading.demands.get(record.id)
        if demand is None:
            found.add("V205", demand=record.id)
        else:
            _check_demand(record, demand, found)
    if len(records) != len(plan.demands):
        found.add("V205.twice", demands=_twice(record.id for record in plan.demands))
    found.checked["demands"] = len(reading.demands)
    found.checked["rules_in_force"] = len(reading.rules_in_force)


def _twice(ids: object) -> str:
    return ", ".join(sorted(key for key, n in Counter(ids).items() if n > 1))  # type: ignore[call-overload]


def _check_event(plan: Plan, reading: Reading, found: Findings) -> None:
    attributes = reading.world.rulebook.attributes
    event = plan.event
    stated: dict[str, object] = {**event.facts, "type": event.type}
    stated.update({k: v for k, v in (("severity", event.severity), ("phase", event.phase)) if v is not None})
    for name in sorted(stated.keys() | reading.world.event.keys()):
        attribute = attributes.get(f"event.{name}")
        if attribute is not None and attribute.sensitive and name not in stated:
            continue  # a plan keeps the values of sensitive facts to itself
        said = stated.get(name)
        exact = None if attribute is None or said is None else value_of(attribute, said)
        if exact != reading.world.event.get(name) or (said is not None and exact is None):
            found.differs("V201", f"`{said}`", f"`{reading.world.event.get(name)}`", name=name)
    for name in sorted(event.derived_by.keys() | reading.event.derived_by.keys()):
        found.differs("V202", event.derived_by.get(name, ()), reading.event.derived_by.get(name, ()), name=name)
    for name in sorted(event.recommended.keys() | reading.event.recommended.keys()):
        attribute = attributes.get(f"event.{name}")
        if attribute is not None and attribute.sensitive and name not in event.recommended:
            continue
        said_values = event.recommended.get(name, ())
        exact_values = {value_of(attribute, v) for v in said_values} if attribute is not None else set()
        if exact_values != reading.event.recommended.get(name, frozenset()):
            found.differs("V203", said_values, reading.event.recommended.get(name, frozenset()), name=name)
    for name, rules in sorted(reading.event.conflicts.items()):
        found.add("V209", name=name, rules=", ".join(rules))


def _check_possible(plan: Plan, reading: Reading, found: Findings) -> None:
    stated = {p.rule: p.missing for p in plan.possible_demands}
    read = {p.rule: p.missing for p in reading.possible}
    for rule in sorted(stated.keys() | read.keys()):
        if (rule in stated) != (rule in read):
            found.add("V208.only_plan" if rule in stated else "V208.only_read", rule=rule)
        else:
            found.differs("V208", stated[rule], read[rule], rule=rule)


def _check_demand(record: DemandRecord, demand: Demand, found: Findings) -> None:
    """Compare a demand field by field; `duty@event` may name its command area or none."""
    area = demand.area if record.area is not None or not demand.at_event else None
    fields: dict[str, tuple[object, object]] = {
        "duty": (record.duty, demand.duty),
        "area": (record.area, area),
        "shift": (record.shift, demand.shift),
        "class": (record.duty_class, demand.duty_class),
        "priority": (record.priority, demand.priority),
        "seats": (record.seats, demand.seats),
        "minimum": (record.minimum, demand.minimum),
        "because": (record.because, demand.because),
    }
    for name, (said, read) in fields.items():
        found.differs("V206", said, read, demand=demand.id, field=name)
    for name, said_time, read_time in (
        ("start", record.start, demand.start),
        ("end", record.end, demand.end),
    ):
        if not same_time(said_time, read_time):
            found.differs("V206", said_time, read_time, demand=demand.id, field=name)
