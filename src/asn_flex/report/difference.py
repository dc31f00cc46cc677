"""What an edit changes, as one structure of titles, lines and tables for text and pages (semantics §12.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from asn_flex.analysis.changes import Change, Part
from asn_flex.analysis.effects import MOST_ALONE, Alone, Effect, RulebookDiff, ScenarioDiff
from asn_flex.analysis.meaning import DemandChange, Meaning, Pairs, Seats
from asn_flex.analysis.plan_diff import Empty, Filled, Move, PlanDiff
from asn_flex.errors import Diagnostic, Lang, Text
from asn_flex.explain.naming import day, duty_name, plain
from asn_flex.explain.sentences import law_texts
from asn_flex.i18n import say, say_count
from asn_flex.rulebook.draft import singular
from asn_flex.rulebook.model import Rulebook

_MARKS = {"added": "+", "removed": "−", "changed": "~"}


@dataclass(frozen=True)
class Line:
    """One line: `depth` 0 is a statement, 1 a detail of it; `mark` is `+`, `−`, `~` or nothing."""

    text: str
    depth: int = 0
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """A small table; the first column holds names, the others numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A titled part of the page."""

    title: str
    blocks: tuple[Line | Table, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole comparison in one language."""

    title: str
    verdict: str
    sections: tuple[Section, ...]
    foot: tuple[str, ...]
    signatures: tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """How much of a list is told: entries of the text, people, places, duties in the table of seats.

    A page is short, and shows people by id only; on the screen they have names, and every item its own line.
    """

    entries: int
    people: int
    places: int
    duties: int
    is_page: bool = True


# From the largest that may fit on a page to the smallest.
PAGES = (Size(10, 6, 6, 20), Size(8, 4, 4, 6), Size(7, 3, 2, 3), Size(5, 2, 1, 0), Size(5, 0, 0, 0))
SCREEN = Size(200, 20, 20, 100, is_page=False)


def sheet_of(found: RulebookDiff, lang: Lang, size: Size) -> Sheet:
    """Return the comparison in words of one language."""
    writer = _Writer(found, lang, size)
    sections = [Section(writer.say("diff.text"), tuple(writer.text()))]
    sections += [Section(writer.scenario_title(item), tuple(writer.scenario(item))) for item in found.scenarios]
    return Sheet(
        title=writer.say("diff.title", rulebook=writer.pack()),
        verdict=writer.verdict(),
        sections=tuple(sections),
        foot=tuple(writer.foot()),
        signatures=(writer.say("diff.prepared"), writer.say("diff.signature")),
    )


@dataclass(frozen=True)
class _Writer:
    """Writes one comparison in one language and size."""

    found: RulebookDiff
    lang: Lang
    size: Size

    def say(self, key: str, /, **values: object) -> str:
        return say(key, **values).in_lang(self.lang)

    def count(self, key: str, number: int, /, **values: object) -> str:
        return say_count(key, number, **values).in_lang(self.lang)

    def cut(self, items: Sequence[str], most: int, between: str = "; ", *, total: int | None = None) -> str:
        """Return a list as far as there is room for it; `total` is how many there are where not all are given."""
        shown = items[:most]
        left = (len(items) if total is None else total) - len(shown)
        text = between.join(shown)
        return f"{text}{between}{self.say('diff.more', count=left)}" if left > 0 and shown else text

    def pack(self) -> Text:
        old, new = self.found.old.pack, self.found.new.pack
        label = new.label.text if new.label is not None else plain(new.id)
        versions = new.version if old.version == new.version else f"{old.version} → {new.version}"
        return Text(f"{label.id or label.en} ({versions})", f"{label.en or label.id} ({versions})")

    def verdict(self) -> str:
        found = self.found
        if not found.changes:
            return self.say("diff.same" if _bytes(found.old) == _bytes(found.new) else "diff.same_layout")
        if found.nothing_for_any_scenario:
            return self.say("diff.nothing_for_any")
        if not found.scenarios:
            return self.say("diff.no_scenario")
        if found.nothing_for_these:
            return self.count("diff.nothing_for_these", len(found.scenarios))
        if all(item.all_together is None for item in found.scenarios):
            return self.say("diff.not_compared")
        return self.say("diff.something")

    def foot(self) -> Iterator[str]:
        for key, rulebook in (("diff.old", self.found.old), ("diff.new", self.found.new)):
            digest = rulebook.digest.removeprefix("sha256:")[:16]
            yield self.say(key, id=rulebook.pack.id, version=rulebook.pack.version, digest=digest)
        for item in self.found.scenarios:
            if item.read is not None:
                digest = item.read.digest.removeprefix("sha256:")[:16]
                yield self.say("diff.of_scenario", id=item.read.id, digest=digest)

    # ---- the text ----------------------------------------------------------------------------------------------------

    def text(self) -> Iterator[Line]:
        changes = list(self.found.changes)
        if self.size.is_page:
            # What moves people comes first, in case not all of it fits.
            changes.sort(key=lambda change: not change.matters)
        if not changes:
            yield Line(self.verdict())
        for change in changes[: self.size.entries]:
            yield from self._change(change)
        if len(changes) > self.size.entries:
            yield Line(self.count("diff.more_changes", len(changes) - self.size.entries))
        if self.size.is_page:
            yield from self._laws(changes)

    def _laws(self, changes: Sequence[Change]) -> Iterator[Line]:
        """Say once, for the page, which laws and orders the changed rules rest on."""
        cited: dict[str, list[str]] = {}
        for change in changes:
            if change.section == "rules":
                for law in self._law_names(change):
                    cited.setdefault(law, []).append(change.id)
        told = [f"{law}: {self.cut(rules, self.size.entries, ', ')}" for law, rules in cited.items()]
        if told:
            yield Line(self.say("diff.law", laws=self.cut(told, self.size.entries)))

    def _law_names(self, change: Change) -> list[str]:
        rulebook = self.found.old if change.kind == "removed" else self.found.new
        return [law.in_lang(self.lang) for law in law_texts(rulebook, change.sources)]

    def _change(self, change: Change) -> Iterator[Line]:
        label = change.label.in_lang(self.lang)
        name = f"{self.say(f'word.{singular(change.section)}')} {change.id}"
        title = name if label == change.id else f"{name} “{label}”"
        note = "" if change.matters else f" – {self.say('diff.moves_nobody')}"
        yield Line(f"{title}{note}", 0, _MARKS[change.kind])
        if change.kind == "changed" and change.keys != ("kind",):
            for part in change.parts:
                yield Line(self._part(part), 1)
        else:
            both = change.before is not None and change.after is not None
            for said, mark in ((change.before, "−"), (change.after, "+")):
                # An entry that says no more than its label has said it.
                if said is not None and said != change.label:
                    yield Line(said.in_lang(self.lang), 1, mark if both else "")
        if change.used_by:
            yield Line(self.say("diff.used_by", rules=self.cut(change.used_by, self.size.entries, ", ")), 1)
        if change.sources and change.section == "rules" and not self.size.is_page:
            yield Line(self.say("diff.law", laws="; ".join(self._law_names(change))), 1)

    def _part(self, part: Part) -> str:
        name = part.name.in_lang(self.lang)
        before, after = ([item.in_lang(self.lang) for item in side] for side in (part.before, part.after))
        if before == after:
            # It was said otherwise in the other language only.
            before, after = ([f"{item.id} / {item.en}" for item in side] for side in (part.before, part.after))
        if not before and not after:
            return self.say("diff.part.rewritten", key=name)
        if part.whole:
            none = [self.say("value.none")]
            return f"{name}: {', '.join(before or none)} → {', '.join(after or none)}"
        items = [f"− {item}" for item in before] + [f"+ {item}" for item in after]
        return f"{name}: {self.cut(items, max(self.size.places, 2))}"

    # ---- a scenario --------------------------------------------------------------------------------------------------

    def scenario_title(self, item: ScenarioDiff) -> str:
        if item.read is None:
            return self.say("diff.scenario", name=item.scenario)
        label = item.read.label
        name = Text(label.id or label.en or item.scenario, label.en or label.id or item.scenario)
        return self.say("diff.scenario.at", name=name, day=day(item.read.today))

    def scenario(self, item: ScenarioDiff) -> Iterator[Line | Table]:
        yield from self._faults("diff.unfit.old", item.faults_before)
        yield from self._faults("diff.unfit.new", item.faults_after)
        effect = item.all_together
        if effect is None:
            return
        if effect.is_nothing:
            yield Line(self.say("diff.scenario_nothing"))
            return
        if effect.plan is not None:
            yield from self._seats(effect.plan)
        yield from self._meaning(item, effect.meaning)
        if effect.plan is not None:
            yield from self._plan(item, effect.plan)
        yield from self._alone(item)

    def _faults(self, key: str, faults: Sequence[Diagnostic]) -> Iterator[Line]:
        if faults:
            yield Line(self.say(key), 0, "!")
            for fault in faults[: self.size.entries]:
                yield Line(fault.render(self.lang), 1)
            if len(faults) > self.size.entries:
                yield Line(self.say("diff.more", count=len(faults) - self.size.entries), 1)

    def _seats(self, plan: PlanDiff) -> Iterator[Table]:
        """Show seats filled, class by class, and the duties in which they differ."""
        rows: list[tuple[str, ...]] = []
        differing = sorted((row for row in plan.filled if _differs(row)), key=_by_difference)
        shown = {row.duty for row in differing[: self.size.duties]}
        for class_ in dict.fromkeys(row.duty_class for row in plan.filled):
            duties = [row for row in plan.filled if row.duty_class == class_]
            rows.append(_row(self.say(f"value.duty.class.{class_}").capitalize(), duties))
            rows += [_row(f"   {self._duty(row.duty)}", [row]) for row in duties if row.duty in shown]
        if len(differing) > len(shown) > 0:
            rows.append((f"   {self.say('diff.more', count=len(differing) - len(shown))}", "", "", ""))
        rows.append(_row(self.say("diff.total"), plan.filled))
        heads = [self.say(f"diff.head.{name}") for name in ("class", "before", "after", "more")]
        yield Table(tuple(heads), tuple(rows))

    def _duty(self, duty: str) -> str:
        rulebook = self.found.new if duty in self.found.new.duties else self.found.old
        return duty_name(rulebook, duty).in_lang(self.lang)

    def _place(self, item: ScenarioDiff, demand: str | None) -> str:
        if demand is None:
            return self.say("diff.home_office")
        name = item.names.get(demand)
        return demand if name is None else name.in_lang(self.lang)

    def _person(self, item: ScenarioDiff, officer: str) -> str:
        if self.size.is_page or item.read is None:
            return officer
        frame = item.read.tables.officers
        if "name" not in frame.columns:
            return officer
        row = frame["id"].search_sorted(officer)
        name = frame["name"][row] if row < frame.height and frame["id"][row] == officer else None
        return f"{officer} {name}" if name else officer

    def _meaning(self, item: ScenarioDiff, meaning: Meaning) -> Iterator[Line]:
        for key, mark, pairs in (
            ("diff.gained", "+", meaning.gained), ("diff.lost", "−", meaning.lost),
            ("diff.grounds", "~", meaning.other_grounds),
        ):  # fmt: skip
            if pairs.count:
                duties = self.cut(self._where(pairs), max(self.size.places, 2))
                yield Line(self.count(key, pairs.people, duties=duties), 0, mark)
                yield from self._people(item, pairs)
        if meaning.demands:
            yield Line(self.count("diff.demands", len(meaning.demands)), 0, "~")
            yield from self._items([self._demand(item, demand) for demand in meaning.demands], self.size.places)

    def _where(self, pairs: Pairs) -> list[str]:
        """Return the duties of pairs, each with the number of its places."""
        places: dict[str, int] = {}
        for at in pairs.at:
            duty = at.demand.partition("@")[0]
            places[duty] = places.get(duty, 0) + 1
        return [self.count("diff.duty", number, duty=self._duty(duty)) for duty, number in places.items()]

    def _people(self, item: ScenarioDiff, pairs: Pairs) -> Iterator[Line]:
        named = sorted({officer for at in pairs.at for officer in at.officers})
        if not named:
            yield Line(self.say("diff.not_named"), 1)
        elif self.size.people:
            told = [self._person(item, officer) for officer in named]
            yield Line(self.cut(told, self.size.people, ", ", total=pairs.people), 1)

    def _demand(self, item: ScenarioDiff, change: DemandChange) -> str:
        name = self._place(item, change.demand)
        return f"{name}: {self._asked(change.before)} → {self._asked(change.after)}"

    def _asked(self, seats: Seats | None) -> str:
        if seats is None:
            return self.say("value.none")
        return self.say(
            "diff.demand", seats=say_count("count.seats", seats.seats), minimum=seats.minimum, priority=seats.priority
        )

    def _plan(self, item: ScenarioDiff, plan: PlanDiff) -> Iterator[Line]:
        if plan.moves:
            needed = len(plan.must_move)
            yield Line(self.count("diff.must_move", needed) if needed else self.say("diff.no_need"), 0, "~")
            yield from self._items([self._move(item, move) for move in plan.must_move], self.size.people)
        lists = (("diff.sent", "+", plan.sent), ("diff.home", "−", plan.home), ("diff.moved", "~", plan.moved))
        for key, mark, moves in lists:
            if moves:
                yield Line(self.count(key, len(moves)), 0, mark)
                # On the page those who must move stand above; the others are choices of a plan made anew.
                if not (self.size.is_page and key == "diff.moved"):
                    yield from self._items([self._move(item, move) for move in moves], self.size.people)
        if plan.empty:
            yield Line(self.count("diff.shortfalls", len(plan.empty)), 0, "~")
            yield from self._items([self._empty(item, row) for row in plan.empty], self.size.places)
        if plan.tiers and not self.size.is_page:
            told = [f"{self.say(f'show.tier.{t.tier}')} {_or_none(t.before)} → {_or_none(t.after)}" for t in plan.tiers]
            yield Line(self.say("diff.tiers", tiers="; ".join(told)))
        if not plan.proven:
            yield Line(self.say("diff.unproven"), 0, "!")

    def _items(self, items: Sequence[str], most: int) -> Iterator[Line]:
        """Show a list below a statement: on the page in one paragraph, on the screen line by line."""
        if self.size.is_page:
            if items and most:
                yield Line(self.cut(items, most), 1)
            return
        yield from (Line(item, 1) for item in items[:most])
        if len(items) > most:
            yield Line(self.say("diff.more", count=len(items) - most), 1)

    def _move(self, item: ScenarioDiff, move: Move) -> str:
        who = self._person(item, move.officer)
        if move.before is None:
            return f"{who} → {self._place(item, move.after)}"
        if move.after is None:
            return f"{who} ({self._place(item, move.before)})"
        return f"{who}: {self._place(item, move.before)} → {self._place(item, move.after)}"

    def _empty(self, item: ScenarioDiff, row: Empty) -> str:
        reason = row.reason[1] if row.missing[1] else None
        why = "" if reason is None else f" ({self.say(f'diff.reason.{reason}')})"
        return f"{self._place(item, row.demand)}: {row.missing[0]} → {row.missing[1]}{why}"

    # ---- one at a time -----------------------------------------------------------------------------------------------

    def _alone(self, item: ScenarioDiff) -> Iterator[Line | Table]:
        if len(item.alone) < 2:
            return
        yield Line(self.say("diff.one_at_a_time"))
        rows = [row for alone in item.alone[: self.size.entries] for row in self._single(alone)]
        assert item.all_together is not None  # noqa: S101 - nothing was tried alone otherwise
        rows.append((self.say("diff.all_together"), *_numbers(item.all_together)))
        heads = ("change", "gained", "lost", "filled", "sent", "home", "moved")
        yield Table(tuple(self.say(f"diff.head.{name}") for name in heads), tuple(rows))
        left = len(item.alone) - self.size.entries + self.found.untried
        if left > 0 or self.found.untried:
            yield Line(self.count("diff.not_shown", max(left, self.found.untried), most=MOST_ALONE))
        if item.interaction is not None:
            single, together = (f"{number:+d}".replace("-", "−") for number in item.interaction)
            yield Line(self.say("diff.interaction", single=single, together=together), 0, "!")

    def _single(self, alone: Alone) -> Iterator[tuple[str, ...]]:
        change = self.found.changes[alone.change]
        name = f"{_MARKS[change.kind]} {change.id}"
        others = [self.found.changes[i].id for i in alone.members if i != alone.change]
        if others:
            name = self.say("diff.with", change=name, others=self.cut(others, 3, ", "))
        if alone.effect is not None:
            yield (name, *_numbers(alone.effect))
        else:
            key = "diff.unfit.alone" if alone.members else "diff.not_alone"
            yield (f"{name}: {self.say(key)}", *("–" for _ in range(6)))


def _bytes(rulebook: Rulebook) -> list[bytes]:
    return sorted(rulebook.files.values())


def _row(name: str, rows: Iterable[Filled]) -> tuple[str, ...]:
    found = list(rows)
    seats, filled = ([sum(getattr(row, key)[side] for row in found) for side in (0, 1)] for key in ("seats", "filled"))
    return name, f"{filled[0]} / {seats[0]}", f"{filled[1]} / {seats[1]}", _signed(filled[1] - filled[0])


def _differs(row: Filled) -> bool:
    return row.seats[0] != row.seats[1] or row.filled[0] != row.filled[1]


def _by_difference(row: Filled) -> tuple[int, str]:
    return -abs(row.filled[1] - row.filled[0]), row.duty


def _signed(number: int) -> str:
    return "0" if number == 0 else f"{number:+d}".replace("-", "−")


def _or_none(value: int | None) -> str:
    return "–" if value is None else str(value)


def _numbers(effect: Effect) -> tuple[str, ...]:
    meaning, plan = effect.meaning, effect.plan
    pairs = (str(meaning.gained.count), str(meaning.lost.count))
    if plan is None:
        return (*pairs, "–", "–", "–", "–")
    before, after = plan.total
    return (*pairs, _signed(after - before), *(str(len(moves)) for moves in (plan.sent, plan.home, plan.moved)))
