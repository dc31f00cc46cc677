"""What orders and notices say, worked out from the plan once, for every form they are written in (semantics §12.8).

Everything is text in one language, in one line each, without characters that a document cannot hold. Orders name
colleagues, as orders do; a notice tells its officer nothing about other people, and of a ground that rests on a
sensitive fact only that it is protected (semantics §9, audience `officer`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from asn_flex.domain.plan import Assignment, DemandRecord, Plan
from asn_flex.errors import Lang, Text
from asn_flex.explain.made import Made
from asn_flex.explain.naming import area_name, duty_name, join, plain, unit_name
from asn_flex.i18n import say, visible
from asn_flex.letters.approval import Signer
from asn_flex.letters.dates import long_day, long_moment, period
from asn_flex.letters.grounds import ground, protected_rules
from asn_flex.letters.settings import EVERYWHERE, LetterSettings, number_text
from asn_flex.rulebook.model import Rulebook

By = Literal["demand", "unit"]
BLANK = "……………………"
ABSENT = "–"
# XML cannot hold these, nor can a surrogate without its twin.
_UNWRITABLE = re.compile("[\ufffe\uffff\ud800-\udfff]")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Person:
    """One officer as a letter names them, with where and when."""

    no: int
    officer: str
    name: str
    nip: str
    rank: str
    post: str
    unit: str
    phone: str
    demand: str
    duty: str
    place: str
    period: str


@dataclass(frozen=True)
class Head:
    """What all letters of a plan share: letterhead, place and date, and who signs."""

    agency: str
    office: str
    address: str
    city: str
    date: str
    signer_post: str
    signer_name: str
    signer_rank: str
    signer_nip: str
    draft: bool
    draft_word: str
    foot: str


@dataclass(frozen=True)
class Order:
    """An order (*Surat Perintah Tugas*): `key` is the demand or unit, `subject` what people call it."""

    key: str
    file: str
    subject: str
    number: str
    considering: str
    basis: tuple[str, ...]
    people: tuple[Person, ...]
    tasks: tuple[str, ...]
    duty: str
    place: str
    period: str
    report_to: str
    copies: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """What one officer is told: nothing of it is about anybody else."""

    file: str
    person: Person
    number: str
    why: tuple[str, ...]
    report_to: str
    objection: str


@dataclass(frozen=True)
class Letters:
    """All letters of a plan in one language, and what nobody has filled in."""

    lang: Lang
    by: By
    head: Head
    orders: tuple[Order, ...]
    notices: tuple[Notice, ...]
    unfilled: tuple[str, ...]


def compose(planned: Made, settings: LetterSettings, *, by: By = "demand", lang: Lang = "id") -> Letters:
    """Work out what the letters of a plan say.

    Parameters
    ----------
    planned : the plan, draft or approved, with its rulebook and scenario
    settings : the agency's own words
    by : one order per demand, or per home office
    lang : their language

    References
    ----------
    docs/semantics.md §12.8.
    """
    writer = _Writer(planned, settings, lang)
    orders = tuple(writer.order(index, by, key) for index, key in enumerate(writer.keys(by)))
    number_of = {p.officer: order.number for order in orders for p in order.people}
    notices = tuple(
        writer.notice(index, a, number_of[a.officer]) for index, a in enumerate(planned.plan.assignments, start=1)
    )
    return Letters(lang, by, writer.head, orders, notices, tuple(writer.unfilled))


def as_context(letters: Letters, letter: Order | Notice) -> dict[str, Any]:
    """Return a letter's fields by name, as templates use them: those of all letters, and its own."""
    fields: dict[str, Any] = asdict(letters.head) | asdict(letter)
    own: dict[str, Any] = fields.pop("person", {})
    return fields | own


def file_name(index: int, name: str) -> str:
    """Return a name for a file that every system takes; the number keeps names apart that look alike there."""
    return f"{index:03d}_{re.sub(r'[^A-Za-z0-9.-]+', '_', name)[:_LONGEST_NAME].strip('._') or 'x'}"


def clean(text: str) -> str:
    """Return text that every document can hold, in one line."""
    return _UNWRITABLE.sub("\ufffd", visible(" ".join(text.split())))


@dataclass
class _Writer:
    planned: Made
    settings: LetterSettings
    lang: Lang

    def said(self, text: Text) -> str:
        return clean(text.in_lang(self.lang))

    @property
    def plan(self) -> Plan:
        return self.planned.plan

    @property
    def moment(self) -> datetime:
        """When it was approved, or for a draft when it was planned."""
        approval = self.plan.approval
        return datetime.fromisoformat(approval.at if approval is not None else self.plan.now)

    @cached_property
    def demands(self) -> Mapping[str, DemandRecord]:
        return {d.id: d for d in self.plan.demands}

    @cached_property
    def officers(self) -> Mapping[str, Mapping[str, Any]]:
        """The row of every officer that the plan assigns."""
        wanted = {a.officer for a in self.plan.assignments}
        frame = self.planned.scenario.tables.officers
        return {row["id"]: row for row in frame.iter_rows(named=True) if row["id"] in wanted}

    @cached_property
    def pinned(self) -> frozenset[tuple[str, str]]:
        """Return who is where because somebody decided so."""
        rows = self.planned.scenario.tables.pins.select("officer", "demand", "pin").iter_rows()
        return frozenset((officer, demand) for officer, demand, pin in rows if pin == "must")

    @cached_property
    def protected(self) -> frozenset[str]:
        return protected_rules(self.planned.rulebook)

    @cached_property
    def head(self) -> Head:
        settings, approval = self.settings, self.plan.approval
        signer = settings.signer or Signer("")
        if approval is not None:
            known = signer if signer.name == approval.signer else Signer("")
            signer = Signer(
                approval.signer, approval.post or known.post, approval.rank or known.rank, approval.nip or known.nip
            )
        return Head(
            agency=settings.agency or BLANK, office=settings.office or "", address=settings.address or "",
            city=settings.city or BLANK,
            date=BLANK if approval is None else self.said(long_day(self.moment)),
            signer_post=clean(signer.post or BLANK), signer_name=clean(signer.name or BLANK),
            signer_rank=clean(signer.rank or ""), signer_nip=clean(signer.nip or BLANK),
            draft=approval is None, draft_word=self.said(say("letter.draft")),
            foot=self.said(say("letter.foot", plan=self.plan.id.removeprefix("sha256:")[:12],
                               now=long_moment(datetime.fromisoformat(self.plan.now)))),
        )  # fmt: skip

    @cached_property
    def unfilled(self) -> list[str]:
        """Return the keys of the settings that are missing, in their order."""
        settings, approval = self.settings, self.plan.approval
        reported = EVERYWHERE in settings.report_to or all(
            d.id in settings.report_to or d.duty in settings.report_to for d in self.demands.values() if d.filled
        )
        given = {
            "agency": settings.agency, "city": settings.city, "number": settings.number,
            "signer": approval or settings.signer, "report_to": reported or None, "objection.to": settings.objection_to,
            "objection.hours": settings.objection_hours,
        }  # fmt: skip
        return [key for key, value in given.items() if value is None]

    # ---- people and demands ------------------------------------------------------------------------------------------

    def keys(self, by: By) -> list[str]:
        """Return the demands that have officers, or the home offices of those who go."""
        if by == "demand":
            return sorted({a.demand for a in self.plan.assignments})
        return sorted({self.officers[a.officer]["unit"] for a in self.plan.assignments})

    def place(self, demand: DemandRecord) -> Text:
        if demand.area is None:
            return say(
                "letter.place.event", area=area_name(self.planned.scenario, self.planned.scenario.event.command_area)
            )
        return area_name(self.planned.scenario, demand.area)

    def hours(self, demand: DemandRecord) -> timedelta | None:
        return shift_hours(self.planned.rulebook, demand)

    def period(self, demand: DemandRecord) -> Text:
        return period(demand.start, demand.end, demand.shift, self.hours(demand))

    def person(self, number: int, assignment: Assignment) -> Person:
        row, demand = self.officers[assignment.officer], self.demands[assignment.demand]
        rank = ", ".join(str(row[key]) for key in ("rank", "grade") if row.get(key))
        return Person(
            no=number, officer=assignment.officer, name=clean(row["name"] or assignment.officer),
            nip=clean(row["nip"] or ABSENT), rank=clean(rank or ABSENT), post=clean(row["post"] or ""),
            unit=self.said(unit_name(self.planned.scenario, row["unit"])), phone=clean(row["phone"] or ABSENT),
            demand=demand.id, duty=self.said(duty_name(self.planned.rulebook, demand.duty)),
            place=self.said(self.place(demand)), period=self.said(self.period(demand)),
        )  # fmt: skip

    def report_to(self, demand: DemandRecord) -> str:
        told = self.settings.report_to
        return next((clean(told[key]) for key in (demand.id, demand.duty, EVERYWHERE) if key in told), BLANK)

    # ---- orders ------------------------------------------------------------------------------------------------------

    def order(self, index: int, by: By, key: str) -> Order:
        unit_of = {officer: row["unit"] for officer, row in self.officers.items()}
        wanted = [a for a in self.plan.assignments if key == (a.demand if by == "demand" else unit_of[a.officer])]
        people = tuple(self.person(number, a) for number, a in enumerate(wanted, start=1))
        served = [self.demands[d] for d in dict.fromkeys(a.demand for a in wanted)]
        common = Order(
            key=key, file=file_name(index + 1, key), subject="", considering=self.said(self.considering()),
            number=clean(number_text(self.settings, index, month=self.moment.month, year=self.moment.year) or BLANK),
            basis=self.basis(wanted, served), people=people, tasks=(), duty="", place="", period="", report_to="",
            copies=tuple(clean(c) for c in self.settings.copies),
        )  # fmt: skip
        return self._for_demand(common, served[0]) if by == "demand" else self._for_unit(common, served)

    def _for_demand(self, order: Order, demand: DemandRecord) -> Order:
        one = order.people[0]
        report_to = self.report_to(demand)
        told = [
            say("letter.task.do", duty=one.duty, place=one.place, period=one.period),
            say("letter.task.report", report_to=report_to),
            say("letter.task.return"),
        ]
        return replace(
            order, subject=f"{one.duty}, {one.place}", tasks=tuple(map(self.said, told)), duty=one.duty,
            place=one.place, period=one.period, report_to=report_to,
        )  # fmt: skip

    def _for_unit(self, order: Order, served: Sequence[DemandRecord]) -> Order:
        desks: dict[str, list[Text]] = {}
        for demand in served:
            name = say("letter.at", duty=duty_name(self.planned.rulebook, demand.duty), place=self.place(demand))
            desks.setdefault(self.report_to(demand), []).append(name)
        told = [say("letter.task.listed")]
        if len(desks) == 1:
            told.append(say("letter.task.report", report_to=next(iter(desks))))
        else:
            told += [
                say("letter.task.report_for", report_to=desk, demands=join(dict.fromkeys(names), "; "))
                for desk, names in desks.items()
            ]
        told.append(say("letter.task.return"))
        return replace(
            order, subject=order.people[0].unit, tasks=tuple(map(self.said, told)),
            report_to="; ".join(desks),
        )  # fmt: skip

    def considering(self) -> Text:
        """Return why orders are given at all: what happened, where, and by which decree it is what."""
        event, scenario = self.plan.event, self.planned.scenario
        areas = join(area_name(scenario, area) for area in scenario.event.areas)
        kind = self.planned.rulebook.label_of("events", event.type)
        started = (
            say("letter.since", moment=long_moment(scenario.event.started)) if scenario.event.started else plain("")
        )
        phase = say("letter.phase", phase=say(f"value.event.phase.{event.phase}")) if event.phase else plain("")
        return say("letter.considering", event=kind, areas=areas, started=started, phase=phase)

    def basis(self, wanted: Iterable[Assignment], served: Iterable[DemandRecord]) -> tuple[str, ...]:
        """Return the sources of the rules behind it, the decree, and what the agency adds.

        A cover rule that asks a sensitive fact of somebody is left out: its law would tell on that officer.
        """
        rulebook = self.planned.rulebook
        rules = {rule for demand in served for rule in demand.because}
        rules |= {a.basis.rule for a in wanted if a.basis.rule is not None and a.basis.rule not in self.protected}
        cited = {cite for rule in rules if rule in rulebook.by_id for cite in rulebook.by_id[rule].source}
        cited |= {cite for demand in served for cite in rulebook.duties[demand.duty].source}
        told = [self.said(_source(rulebook, cite)) for cite in sorted(cited)]
        decree = self.planned.scenario.event.decree
        return tuple(dict.fromkeys([*told, *([clean(decree)] if decree else []), *map(clean, self.settings.basis)]))

    # ---- notices -----------------------------------------------------------------------------------------------------

    def notice(self, index: int, assignment: Assignment, number: str) -> Notice:
        demand = self.demands[assignment.demand]
        person = self.person(index, assignment)
        need = say(
            "letter.why.need", event=self.planned.rulebook.label_of("events", self.plan.event.type),
            seats=demand.seats, duty=person.duty, place=person.place,
        )  # fmt: skip
        pins = self.planned.scenario.tables.pins
        is_pinned = (assignment.officer, assignment.demand, "must") in set(
            pins.select("officer", "demand", "pin").rows()
        )
        why = (need, ground(self.planned.rulebook, assignment, demand, self.protected, is_pinned=is_pinned))
        return Notice(
            file=file_name(index, assignment.officer), person=person, number=number,
            why=tuple(map(self.said, why)), report_to=self.report_to(demand), objection=self.said(self.objection()),
        )  # fmt: skip

    def objection(self) -> Text:
        """Return to whom an officer objects, and by when: a moment once the order has a date."""
        to, hours = self.settings.objection_to or BLANK, self.settings.objection_hours
        if hours is None:
            return say("letter.objection.open", to=to, blank=BLANK)
        if self.plan.approval is None:
            return say("letter.objection.hours", to=to, hours=hours)
        return say("letter.objection.until", to=to, moment=long_moment(self.moment + timedelta(hours=hours)))


def shift_hours(rulebook: Rulebook, demand: DemandRecord) -> timedelta | None:
    """Return how long a turn of a demand is; None where it has no shift."""
    for rule in rulebook.activations if demand.shift is not None else ():
        for shift in rule.shifts if rule.duty == demand.duty else ():
            if shift.id == demand.shift:
                return timedelta(seconds=int(shift.hours * 3600))
    return None


def _source(rulebook: Rulebook, cite: str) -> Text:
    key, _, article = cite.partition("#")
    label = rulebook.label_of("sources", key)
    suffix = say("why.article", article=article) if article else plain("")
    return Text(*(f"{a}{b}" for a, b in zip(label, suffix, strict=True)))
