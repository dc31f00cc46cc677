"""Who goes where: every officer whom the reader may see, with the proof, the questions, and what is nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np

from asn_flex.domain.attributes import DUTY_CLASSES
from asn_flex.domain.plan import Assignment
from asn_flex.eligibility.misses import count_misses, miss_table
from asn_flex.errors import Text
from asn_flex.explain.naming import area_name, join, unit_name
from asn_flex.i18n import say
from asn_flex.report.web.coverage import lack
from asn_flex.report.web.reader import Reader, Said, said, shown

Proofs = Literal["all", "assigned", "none"]
# What a reader who may see other people is shown of each; the number (NIP) tells a person's sex, so it comes last.
_SHOWN = ("name", "rank", "post", "phone")
MOST_NEAR = 3


def people(reader: Reader, proofs: Proofs) -> dict[str, Any]:
    """Return the officers, one row each, in order of id; none for the public, oneself for an officer.

    Rows: id, name, rank, post, phone, NIP, unit, home, demand (−1: none), basis, loss, points, questions, proof
    (−1: none in the file), what is nearest.
    """
    planned = reader.planned
    number = {demand.id: i for i, demand in enumerate(planned.plan.demands)}
    going = {a.officer: a for a in planned.plan.assignments}
    near = _near(reader, number)
    lists = _Lists(reader)
    rows = []
    for row in planned.scenario.tables.officers.iter_rows(named=True):
        officer = row["id"]
        if not _is_seen(reader, officer):
            continue
        assignment = going.get(officer)
        proof = -1
        if reader.officer == officer or proofs == "all" or (proofs == "assigned" and assignment is not None):
            proof = reader.keep([reader.planning.why(officer, audience=reader.audience).root])[0]
        nip = shown(row.get("nip")) if reader.view.sees_values or reader.officer == officer else ""
        rows.append([
            shown(officer), *(shown(row.get(key)) for key in _SHOWN), nip,
            lists.unit(row["unit"]), _home(reader, row), *lists.assignment(assignment, number), proof,
            near.get(officer, []),
        ])  # fmt: skip
    return {"rows": rows, "units": lists.units, "bases": lists.bases, "questions": lists.questions}


def _is_seen(reader: Reader, officer: str) -> bool:
    return reader.view.sees_others or officer == reader.officer


def _home(reader: Reader, row: Mapping[str, Any]) -> str:
    return shown(area_name(reader.planned.scenario, row["home_area"]).en) if row["home_area"] else ""


class _Lists:
    """What many officers share, each kept once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.units: list[Said] = []
        self.bases: list[dict[str, Any]] = []
        self.questions: list[dict[str, Any]] = []
        self._known: dict[tuple[str, ...], int] = {}

    def unit(self, unit: str) -> int:
        return self._number(self.units, ("unit", unit), lambda: said(unit_name(self._reader.planned.scenario, unit)))

    def assignment(self, item: Assignment | None, number: Mapping[str, int]) -> tuple[Any, ...]:
        if item is None:
            return -1, -1, 0, 0, []
        basis = item.basis
        shown_basis = self._number(
            self.bases, ("basis", basis.rule or "", basis.strength),
            lambda: {"text": said(self._basis(item)), "rule": self._rule(basis.rule), "cover": basis.kind == "cover",
                     "strength": basis.strength},
        )  # fmt: skip
        asked = [
            self._number(
                self.questions, ("question", q.attribute, q.rule), partial(self._question, q.attribute, q.rule)
            )
            for q in item.confirm
        ]
        return number[item.demand], shown_basis, item.loss, item.points, sorted(set(asked))

    def _rule(self, rule: str | None) -> str:
        return rule if rule is not None and not self._reader.view.hides(rule) else ""

    def _basis(self, item: Assignment) -> Text:
        if item.basis.rule is None:
            return say("report.basis.standard")
        return say("report.basis.cover", rule=self._reader.view.title(item.basis.rule), strength=item.basis.strength)

    def _question(self, key: str, rule: str) -> dict[str, Any]:
        view = self._reader.view
        # Whoever may not know the ground learns only that something is to be confirmed.
        if view.hides(rule):
            return {"text": said(say("why.protected")), "key": "", "rule": ""}
        return {
            "text": said(Text(*(f"{name}?" for name in self._reader.planned.fact(key)))),
            "key": key,
            "rule": said(view.title(rule)),
        }

    def _number(self, kept: list[Any], key: tuple[str, ...], make: Callable[[], Any]) -> int:
        if key not in self._known:
            self._known[key] = len(kept)
            kept.append(make())
        return self._known[key]


def _near(reader: Reader, number: Mapping[str, int]) -> dict[str, list[list[Any]]]:
    """Return per officer the demands that they may not take but lack least for: one per duty, with what is lacking."""
    eligibility = reader.eligibility
    ids = eligibility.officer_ids
    if not reader.view.sees_others:
        return {}
    texts: dict[str, list[tuple[Text, Any]]] = {}
    found: list[list[tuple[int, int, int, str, str]]] = [[] for _ in ids]
    for demand in eligibility.situation.demands:
        table = miss_table(eligibility, demand.id)
        texts[demand.id] = [(lack(reader, miss.to_dict()), rows) for miss, rows in table]
        counts = count_misses(eligibility, demand.id)
        rank = DUTY_CLASSES.index(demand.duty_class)
        for officer in np.flatnonzero((counts > 0) & (counts <= MOST_NEAR)).tolist():
            found[officer].append((int(counts[officer]), rank, -demand.priority, demand.id, demand.duty))
    result: dict[str, list[list[Any]]] = {}
    for officer, entries in enumerate(found):
        near = [
            [number[demand], said(join((text for text, rows in texts[demand] if rows[officer]), "; "))]
            for demand in _one_per_duty(sorted(entries))
            if demand in number
        ]
        if near:
            result[ids[officer]] = near
    return result


def _one_per_duty(entries: list[tuple[int, int, int, str, str]]) -> Iterator[str]:
    seen: set[str] = set()
    for _, _, _, demand, duty in entries:
        if duty not in seen:
            seen.add(duty)
            yield demand
        if len(seen) == MOST_NEAR:
            return
