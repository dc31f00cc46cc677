"""What the plan rests on: laws, rules in force, tiers, versions, digests; and what was set aside or doubted."""

from __future__ import annotations

import re
from typing import Any

from asn_flex.errors import Text
from asn_flex.explain.sentences import rule_sentence
from asn_flex.i18n import say
from asn_flex.report.web.reader import WEB, Reader, said, shown


def rules(reader: Reader) -> list[list[Any]]:
    """Return every rule in force that the reader may know of: id, sentence, place, what it cites.

    A rule about a sensitive fact is only named: whom it stops would tell what its sentence says of them.
    """
    rulebook, view = reader.planned.rulebook, reader.view
    kept_back: frozenset[str] = frozenset() if view.sees_values else view.protected_rules
    return [
        [
            rule,
            said(view.title(rule) if rule in kept_back else rule_sentence(rulebook, found)),
            str(rulebook.place_of("rules", rule)),
            list(found.source),
        ]
        for rule in reader.rules(reader.planned.plan.rules_in_force)
        if (found := rulebook.by_id.get(rule)) is not None
    ]


def sources(reader: Reader) -> list[list[Any]]:
    """Return every law and order cited by a rule in force: how it is cited, its name, where to read it."""
    rulebook = reader.planned.rulebook
    cited = {
        cite
        for rule in reader.rules(reader.planned.plan.rules_in_force)
        if rule in rulebook.by_id
        for cite in rulebook.by_id[rule].source
    }
    return [
        [source.cite, said(Text(source.label.id, source.label.en)), source.url if WEB.match(source.url or "") else ""]
        for source in reader.view.cited(sorted(cited))
    ]


def standing(reader: Reader) -> dict[str, Any]:
    """Return how good the plan is and who says so, with versions and digests."""
    plan = reader.planned.plan
    key = "show.status.feasible" if plan.status == "feasible" else f"show.status.optimal.{plan.proof}"
    better = {True: said(say("show.more_is_better")), False: said(say("show.less_is_better"))}
    return {
        "status": said(say(key)),
        "tiers": [
            [said(say(f"show.tier.{t.tier}")), t.value, t.bound, better[t.tier.startswith("coverage.")]]
            for t in plan.objective
        ],
        "rulebook": [plan.rulebook.id, plan.rulebook.version, plan.rulebook.digest],
        "scenario": [plan.scenario.id, plan.scenario.digest],
        "engine": plan.engine,
        "versions": [[name, version] for name, version in plan.versions.items()],
    }


def doubts(reader: Reader) -> dict[str, Any]:
    """Return warnings, rows that were set aside and officers who were displaced; nothing for who may not know."""
    planned = reader.planned
    found: dict[str, Any] = {"warnings": [], "aside": [], "displaced": [], "replaced": ""}
    if not reader.view.sees_others:
        return found
    for notice in planned.plan.warnings:
        text = Text(notice.message_id or notice.message, notice.message)
        found["warnings"].append([notice.code, said(text)])
    sensitive = {a.name for a in planned.rulebook.attributes.values() if a.sensitive}
    for item in planned.scenario.quarantined:
        # A fault quotes the cell: what stands in a sensitive column stays there.
        hides = not reader.view.sees_values and sensitive & set(re.findall(r"`([^`]*)`", item.problem.en))
        problem = say("show.quarantined.hidden") if hides else item.problem
        place = planned.scenario.place_of(item.table, item.row)
        found["aside"].append([f"{place.file}:{place.line}", shown(item.officer), said(problem)])
    for gone in planned.plan.displaced:
        why = say(f"show.displaced.{gone.reason}", rules=", ".join(gone.rules))
        found["displaced"].append([gone.officer, gone.demand, said(why)])
    found["replaced"] = said(_replaced(reader))
    return found


def _replaced(reader: Reader) -> Text:
    plan, previous = reader.planned.plan, reader.planning.previous
    if plan.supersedes is None or previous is None:
        return Text("", "")
    before = {a.officer: a.demand for a in previous.assignments}
    after = {a.officer: a.demand for a in plan.assignments}
    kept = sum(after.get(officer) == demand for officer, demand in before.items())
    return say("show.displaced.supersedes", id=plan.supersedes.removeprefix("sha256:")[:12], kept=kept,
               changed=len(before) - kept, new=len(after.keys() - before.keys()))  # fmt: skip
