"""A rulebook of any size, for measuring `check`: rules of all kinds over many duties, with thresholds of their own."""

from __future__ import annotations

HEAD = """format: asn-flex/rules/1
pack: {id: big, version: "1"}
sources: {law: {label: {id: a, en: b}}}
events: {flood: {label: {id: a, en: b}}, quake: {label: {id: a, en: b}}}
"""
LABEL = "label: {id: a, en: b}, source: [law]"


def big_rulebook(rules: int) -> bytes:
    """Return the text of a rulebook with so many rules; a duty for every ten."""
    duties = max(1, rules // 10)
    lines = [HEAD, "competencies:"]
    for i in range(duties):
        edges = f", substitutes: [{{for: c{i - 1}, strength: 0.7}}]" if i else ""
        lines.append(f"  c{i}: {{label: {{id: a, en: b}}{edges}}}")
    lines.append("duties:")
    classes = ("life_safety", "essential", "support")
    for i in range(duties):
        needs = f"requires: [{{competency: c{i}, level: {1 + i % 4}}}]"
        lines.append(f"  d{i}: {{label: {{id: a, en: b}}, class: {classes[i % 3]}, priority: {1 + i % 9}, {needs}}}")
    lines.append("rules:")
    for n in range(rules):
        duty, part = divmod(n, 10)
        duty %= duties
        where = f"duty: d{duty}, {LABEL}"
        low = 3 + n % 97
        body = (
            f"kind: activate, {where}, each: event, when: {{event.severity: {{gte: {1 + n % 4}}}}}, seats: {{base: 9}}",
            f"kind: activate, {where}, each: area, when: {{area.depth_cm: {{gte: {low}}}}}, seats: {{base: 4}}",
            f"kind: cover, {where}, by: substitution, min_strength: 0.6, max_share: 50%",
            f"kind: cover, {where}, who: {{officer.willing: true, officer.rest_hours: {{gte: {low}}}}}, strength: 0.5",
            f"kind: forbid, {where}, who: {{officer.fit: false, officer.hours_7d: {{gt: {low}}}}}",
            f"kind: forbid, {where}, who: {{officer.deployed_days_90d: {{gt: {low}}}, officer.employment: cpns}}",
            f"kind: limit, {where}, must: {{pair.travel_min: {{lte: {low * 5}}}}}, if_unknown: confirm",
            f"kind: prefer, {where}, who: {{unit.tags: {{has: [t{n % 7}]}}}}, points: {1 + n % 50}",
            f"kind: prioritise, {where}, when: {{area.population: {{gte: {low * 100}}}}}, add: 1",
            f"kind: team, {where}, include: {{who: {{holds: {{competency: c{duty}, level: 5}}}}, per: {2 + n % 5}}}",
        )[part]
        lines.append(f"  - {{id: R-{n:05}, {body}}}")
    return ("\n".join(lines) + "\n").encode()
