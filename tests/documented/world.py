"""The base pack and the base scenario that complete the fragments of the documentation, and what a story comes to.

An invented town (data rekaan): a city `kota` of two kelurahan, three offices and six officers. A fragment replaces
base entries of the same id, base keys of the scenario, and whole base tables.
"""

# ruff: noqa: E501 - an entry per line

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from asn_flex import pipeline
from asn_flex.domain.exact import number_text
from asn_flex.domain.plan import Plan
from asn_flex.errors import InputError
from asn_flex.pipeline import Planning
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.tree import Map, Seq, parse_yaml

FORMAT = "format: asn-flex/rules/1\n"
# Section → id → the entry as YAML; the pack is one entry.
BASE: dict[str, dict[str, str]] = {
    "sources": {"sk7": "{label: {id: SK Wali Kota 7 (rekaan), en: Mayor's decree 7 (invented)}}"},
    "events": {
        "disaster": "{label: {id: Bencana, en: Disaster}}",
        "flood": "{is_a: disaster, label: {id: Banjir, en: Flood}}",
        "tidal_flood": "{is_a: flood, label: {id: Rob, en: Tidal flood}}",
        "earthquake": "{is_a: disaster, label: {id: Gempa, en: Earthquake}}",
    },
    "competencies": {
        "nursing": "{label: {id: Keperawatan, en: Nursing}, implies: [{competency: first_aid, level_offset: -1}]}",
        "midwifery": "{label: {id: Kebidanan, en: Midwifery}, substitutes: [{for: nursing, strength: 0.7, level_offset: -1}]}",
        "first_aid": "{label: {id: P3K, en: First aid}}",
        "data_entry": "{label: {id: Pendataan, en: Registration}}",
        "archives": "{label: {id: Kearsipan, en: Archives}, substitutes: [{for: data_entry, strength: 0.8}]}",
        "cooking": "{label: {id: Memasak, en: Cooking}}",
    },
    "duties": {
        "health_post": "{label: {id: Pos kesehatan, en: Health post}, class: life_safety, priority: 5, requires: [{competency: nursing, level: 3}]}",
        "kitchen": "{label: {id: Dapur umum, en: Kitchen}, class: essential, priority: 5, tags: [warm], requires: [{competency: cooking}]}",
        "registration": "{label: {id: Pendataan, en: Registration}, class: support, priority: 4, requires: [{competency: data_entry, level: 2}]}",
        "guard": "{label: {id: Jaga, en: Guard}, class: support, priority: 3}",
    },
}  # fmt: skip
SCENARIO: dict[str, str] = {
    "id": "docs",
    "now": "2026-11-20T08:00:00+07:00",
    "event": "{type: flood, areas: [k1, k2], command_area: kota, started: 2026-11-18T06:00:00+07:00, severity: 3, phase: alert}",
    "period": "{start: 2026-11-20, end: 2026-11-22}",
}
TABLES: dict[str, str] = {
    "officers": """\
id,unit,home_area,fit,willing,rest_hours,hours_7d
ani,dinkes,k1,true,true,12,40
budi,dinkes,k2,true,,12,30
citra,bpbd,k1,true,true,12,20
dedi,setda,k2,,,12,10
eka,setda,k1,false,true,,0
fajar,setda,,true,false,6,50
""",
    "holdings": """\
officer,competency,level,evidence,valid_until
ani,nursing,4,certificate,
budi,midwifery,4,certificate,
citra,cooking,3,,
dedi,archives,3,,
eka,data_entry,2,training,
fajar,cooking,1,,
""",
    "units": """\
id,service_class,area,tags
bpbd,essential,kota,responder
dinkes,essential,kota,
setda,administrative,kota,counter
""",
    "areas": """\
id,name,parent,level,lat,lon,flooded,depth_cm,population,affected_people
kota,Kota,,city,2.96,99.80,,,20000,3000
k1,Kelurahan 1,kota,kelurahan,2.97,99.80,true,55,9000,1200
k2,Kelurahan 2,kota,kelurahan,2.95,99.82,,,11000,300
""",
}


def section_ids(text: str) -> dict[str, set[str]]:
    """Return which entries a fragment defines, by section."""
    tree, found = parse_yaml(text, "fragment.yaml")
    assert isinstance(tree, Map), found
    ids: dict[str, set[str]] = {}
    for section, node in tree.items():
        if isinstance(node, Map):
            ids[section] = set(node)
        elif isinstance(node, Seq) and section == "rules":
            ids[section] = {item["id"].text for item in node if isinstance(item, Map) and "id" in item}
    return ids


def base_pack(taken: dict[str, set[str]]) -> str:
    """Return the base pack without the entries that fragments define."""
    lines = [FORMAT]
    if "pack" not in taken:
        lines.append("pack: {id: docs, version: '1'}\n")
    for section, entries in BASE.items():
        kept = {key: text for key, text in entries.items() if key not in taken.get(section, set())}
        if kept:
            lines.append(f"{section}:\n" + "".join(f"  {key}: {text}\n" for key, text in kept.items()))
    return "".join(lines)


def build(fragments: list[tuple[str, str]]) -> Rulebook:
    """Return the rulebook of fragments (name, text) and the base pack; raises `RulebookError` as any caller would see."""
    taken: dict[str, set[str]] = {}
    files: dict[str, bytes] = {}
    for name, text in fragments:
        whole = text if text.startswith("format:") else FORMAT + text
        for section, ids in section_ids(whole).items():
            taken.setdefault(section, set()).update(ids)
        files[f"{name}.yaml"] = whole.encode()
    return build_rulebook({"base.yaml": base_pack(taken).encode(), **files})


@dataclass
class World:
    """A story so far; expectations see its members by name."""

    folder: Path
    fragments: list[tuple[str, str]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def add_settings(self, text: str) -> None:
        """Replace keys of the base scenario."""
        tree, found = parse_yaml(text, "scenario.yaml")
        assert isinstance(tree, Map), found
        starts = [(tree.key_spots[key][0] - 1, key) for key in tree]
        lines = text.splitlines()
        for index, (start, key) in enumerate(starts):
            end = starts[index + 1][0] if index + 1 < len(starts) else len(lines)
            self.settings[key] = "\n".join(lines[start:end])

    def planning(self, **options: Any) -> Planning:
        """Plan the story."""
        rulebook = build(self.fragments)
        tables = {**TABLES, **self.tables}
        parts = ["format: asn-flex/scenario/1"]
        for key, text in {**{k: f"{k}: {v}" for k, v in SCENARIO.items()}, **self.settings}.items():
            if key != "format":
                parts.append(text)
        if "tables" not in self.settings:
            parts.append("tables: {" + ", ".join(f"{name}: {name}.csv" for name in tables) + "}")
        (self.folder / "scenario.yaml").write_text("\n".join(parts) + "\n", encoding="utf-8")
        for name, text in tables.items():
            (self.folder / f"{name}.csv").write_text(text, encoding="utf-8")
        quarantine = bool(options.pop("quarantine", False))
        scenario = pipeline.load_scenario(self.folder, rulebook, quarantine=quarantine)
        planning = pipeline.plan(rulebook, scenario, engine="plain", **options)
        verification = planning.verify()
        assert verification.ok, verification
        return planning

    def refusal(self) -> set[str]:
        """Return the codes with which the story is refused; empty where it is planned."""
        try:
            self.planning()
        except InputError as error:
            return {d.code for d in error.diagnostics}
        return set()


@dataclass
class Outcome:
    """What expectations may name: the plan and short ways into it."""

    world: World

    @cached_property
    def planning(self) -> Planning:
        """The story's plan with what explains it."""
        return self.world.planning()

    @cached_property
    def plan(self) -> Plan:
        """The story's plan."""
        return self.planning.plan

    def names(self) -> dict[str, Any]:
        """Return the names of an expectation."""
        return {
            "plan": self.plan,
            "planning": self.planning,
            "event": self.planning.situation.event,
            "demands": [d.id for d in self.plan.demands],
            "demand": {d.id: d for d in self.plan.demands},
            "seats": {d.id: d.seats for d in self.plan.demands},
            "goes": {a.officer: a.demand for a in self.plan.assignments},
            "basis": {a.officer: a.basis.rule or a.basis.kind for a in self.plan.assignments},
            "short": {s.demand: (s.missing, s.reason) for s in self.plan.shortfalls},
            "tier": {t.tier: t.value for t in self.plan.objective},
            "in_force": self.plan.rules_in_force,
            "possible": {p.rule: list(p.missing) for p in self.plan.possible_demands},
            "warned": sorted({w.code for w in self.plan.warnings}),
            "bases": self.bases,
            "who_may": self.who_may,
            "replan": lambda **previous: self.world.planning(previous=self.previous(previous)),
            "assuming": lambda **facts: self.world.planning(assume={f"event.{k}": v for k, v in facts.items()}),
        }

    def bases(self, officer: str, demand: str) -> list[str]:
        """Return the surviving bases of a pair: `RULE strength loss points ?fact/rule …`."""
        found = self.planning.eligibility.bases(officer, demand)
        return [
            " ".join(
                [b.rule or "standard", number_text(b.strength), str(b.loss), str(b.points)]
                + [f"?{fact}/{rule}" for fact, rule in b.questions]
            )
            for b in found
        ]

    def who_may(self, demand: str) -> list[str]:
        """Return the officers who are eligible for a demand."""
        eligibility = self.planning.eligibility
        return [eligibility.officer_ids[n] for n in eligibility.eligible_officers(demand).tolist()]

    def previous(self, demand_of: dict[str, str]) -> Plan:
        """Return the story's plan with these assignments instead, as a plan to be replaced."""
        template = self.plan.assignments[0]
        assignments = tuple(
            template.model_copy(update={"officer": officer, "demand": demand})
            for officer, demand in sorted(demand_of.items())
        )
        return self.plan.model_copy(update={"assignments": assignments})
