"""What an edit changes, as one structure of titles and lines; and that as text, Markdown or a page to print (§12.6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from asn_flex.analysis.changes import Change
from asn_flex.analysis.effects import MOST_ALONE, Effect, RulebookDiff, ScenarioDiff
from asn_flex.errors import Lang, Text
from asn_flex.i18n import one_line, say, say_count

FORMAT = "asn-flex/diff/1"
_MOST = 8  # of a list on the page


@dataclass(frozen=True)
class Line:
    """One line: `depth` 0 is a statement, 1 a detail of it; `mark` is `+`, `−`, `~` or nothing."""

    text: str
    depth: int = 0
    mark: str = ""


@dataclass(frozen=True)
class Part:
    """A titled part of the page."""

    title: str
    lines: tuple[Line, ...]


def parts_of(found: RulebookDiff, lang: Lang) -> tuple[str, str, tuple[Part, ...]]:
    """Return the title, the verdict in one sentence, and the parts: text, scenarios, plans."""
    title = say("diff.title", rulebook=_pack(found)).in_lang(lang)
    parts = [Part(say("diff.text").in_lang(lang), tuple(_text_lines(found.changes, lang)))]
    for scenario in found.scenarios:
        name = say("diff.scenario", name=scenario.scenario).in_lang(lang)
        parts.append(Part(name, tuple(_scenario_lines(found, scenario, lang))))
    return title, _verdict(found).in_lang(lang), tuple(parts)


def _pack(found: RulebookDiff) -> Text:
    old, new = found.old.pack, found.new.pack
    label = found.new.pack.label.text if found.new.pack.label is not None else Text(new.id, new.id)
    versions = new.version if old.version == new.version else f"{old.version} → {new.version}"
    return Text(f"{label.id or label.en} ({versions})", f"{label.en or label.id} ({versions})")


def _verdict(found: RulebookDiff) -> Text:
    if found.old.digest == found.new.digest:
        return say("diff.same")
    if found.nothing_for_any_scenario:
        return say("diff.nothing_for_any")
    if not found.scenarios:
        return say("diff.no_scenario")
    if found.nothing_for_these:
        return say_count("diff.nothing_for_these", len(found.scenarios))
    return say("diff.something")


def _text_lines(changes: Sequence[Change], lang: Lang) -> Iterator[Line]:
    if not changes:
        yield Line(say("diff.layout_only").in_lang(lang))
    for change in changes:
        mark = {"added": "+", "removed": "−", "changed": "~"}[change.kind]
        keys = f" [{', '.join(change.keys)}]" if change.keys else ""
        note = "" if change.matters else f" – {say('diff.moves_nobody').in_lang(lang)}"
        yield Line(f"{change.name.in_lang(lang)}{keys}{note}", 0, mark)
        if change.before is not None:
            yield Line(change.before.in_lang(lang), 1, "−" if change.after is not None else "")
        if change.after is not None:
            yield Line(change.after.in_lang(lang), 1, "+" if change.before is not None else "")


def _scenario_lines(found: RulebookDiff, scenario: ScenarioDiff, lang: Lang) -> Iterator[Line]:
    for fault in scenario.faults[:_MOST]:
        yield Line(fault.render(lang))
    effect = scenario.all_together
    if effect is None:
        return
    if effect.is_nothing:
        yield Line(say("diff.scenario_nothing").in_lang(lang))
        return
    yield from _effect_lines(effect, lang)
    if len(scenario.alone) > 1:
        yield Line(say("diff.one_at_a_time").in_lang(lang))
        for index, alone in sorted(scenario.alone.items()):
            told = say("diff.brief", **_counts(alone)) if not alone.is_nothing else say("diff.scenario_nothing")
            yield Line(f"{found.changes[index].name.in_lang(lang)}: {told.in_lang(lang)}", 1)
        single = sum(after - before for before, after in (e.filled for e in scenario.alone.values()))
        together = effect.filled[1] - effect.filled[0]
        if single != together:
            yield Line(say("diff.interaction", single=f"{single:+d}", together=f"{together:+d}").in_lang(lang), 1)
        matter = sum(change.matters for change in found.changes)
        if matter > len(scenario.alone):
            yield Line(say("diff.not_alone", count=matter - len(scenario.alone), most=MOST_ALONE).in_lang(lang), 1)


def _counts(effect: Effect) -> dict[str, object]:
    return {
        "gained": len(effect.gained), "lost": len(effect.lost), "before": effect.filled[0], "after": effect.filled[1],
        "sent": len(effect.sent), "home": len(effect.home), "moved": len(effect.moved),
    }  # fmt: skip


def _effect_lines(effect: Effect, lang: Lang) -> Iterator[Line]:
    seats = {"seats_before": effect.seats[0], "seats_after": effect.seats[1]}
    yield Line(say("diff.seats", before=effect.filled[0], after=effect.filled[1], **seats).in_lang(lang))
    lists: tuple[tuple[str, str, list[str]], ...] = (
        ("diff.demands", "~", [f"{d}: {_demand(a, lang)} → {_demand(b, lang)}" for d, a, b in effect.demands]),
        ("diff.gained", "+", _pairs(effect.gained)),
        ("diff.lost", "−", _pairs(effect.lost)),
        ("diff.grounds", "~", _pairs(effect.other_grounds)),
        ("diff.sent", "+", _pairs(effect.sent)),
        ("diff.home", "−", _pairs(effect.home)),
        ("diff.moved", "~", [f"{o}: {a} → {b}" for o, a, b in effect.moved]),
        ("diff.shortfalls", "~", [_shortfall(item, lang) for item in effect.shortfalls]),
    )  # fmt: skip
    for key, mark, items in lists:
        if items:
            yield Line(say_count(key, len(items)).in_lang(lang), 0, mark)
            yield Line(_cut(items, lang), 1)


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{officer} → {demand}" for officer, demand in pairs]


def _shortfall(item: tuple[str, int, int, str], lang: Lang) -> str:
    demand, before, after, reason = item
    return f"{demand}: {before} → {after} ({say(f'diff.reason.{reason}').in_lang(lang)})"


def _demand(values: tuple[int, ...] | None, lang: Lang) -> str:
    if values is None:
        return say("diff.none").in_lang(lang)
    return say("diff.demand", seats=values[0], minimum=values[1], priority=values[2]).in_lang(lang)


def _cut(items: Sequence[str], lang: Lang) -> str:
    shown = "; ".join(items[:_MOST])
    left = len(items) - _MOST
    return f"{shown} {say('diff.more', count=left).in_lang(lang)}" if left > 0 else shown


def as_text(found: RulebookDiff, lang: Lang) -> Iterator[str]:
    """Yield lines for the terminal."""
    title, verdict, parts = parts_of(found, lang)
    yield one_line(title)
    yield one_line(verdict)
    for part in parts:
        yield ""
        yield one_line(part.title).upper()
        for line in part.lines:
            yield f"{'    ' * line.depth}  {line.mark + ' ' if line.mark else ''}{one_line(line.text)}"


def as_markdown(found: RulebookDiff, lang: Lang) -> str:
    """Return the page as Markdown."""
    title, verdict, parts = parts_of(found, lang)
    lines = [f"# {_marked(title)}", "", f"**{_marked(verdict)}**"]
    for part in parts:
        lines += ["", f"## {_marked(part.title)}", ""]
        lines += [
            f"{'  ' * line.depth}- {line.mark + ' ' if line.mark else ''}{_marked(line.text)}" for line in part.lines
        ]
    return "\n".join([*lines, "", *(f"{line}  " for line in _foot(found, lang))]) + "\n"


def _marked(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in one_line(text))


def _foot(found: RulebookDiff, lang: Lang) -> list[str]:
    digests = [f"{d.removeprefix('sha256:')[:16]}…" for d in (found.old.digest, found.new.digest)]
    return [say("diff.digests", old=digests[0], new=digests[1]).in_lang(lang), say("diff.signature").in_lang(lang)]


_STYLE = """
@page { size: A4; margin: 14mm }
body { font: 10pt/1.35 "Liberation Sans", Arial, sans-serif; color: #111; max-width: 182mm; margin: 6mm auto }
h1 { font-size: 14pt; margin: 0 0 2mm }
h2 { font-size: 11pt; margin: 4mm 0 1mm; border-bottom: 1px solid #888 }
p.verdict { font-weight: bold; margin: 0 0 2mm }
ul { list-style: none; margin: 0; padding: 0 }
li { margin: .6mm 0; padding-left: 5mm; text-indent: -5mm; overflow-wrap: anywhere }
li.d1 { margin-left: 5mm; color: #333; font-size: 9pt }
b { display: inline-block; width: 5mm; text-indent: 0 }
footer { margin-top: 8mm; font-size: 8.5pt; color: #333 }
.sign { margin-top: 4mm; display: flex; justify-content: flex-end }
.sign div { width: 65mm; border-top: 1px solid #111; margin-top: 16mm; padding-top: 1mm; text-align: center }
"""


def as_html(found: RulebookDiff, lang: Lang) -> str:
    """Return one self-contained page for A4, without scripts."""
    title, verdict, parts = parts_of(found, lang)
    body = [f"<h1>{_html(title)}</h1>", f'<p class="verdict">{_html(verdict)}</p>']
    for part in parts:
        body.append(f"<h2>{_html(part.title)}</h2>\n<ul>")
        body += [f'<li class="d{line.depth}"><b>{_html(line.mark)}</b>{_html(line.text)}</li>' for line in part.lines]
        body.append("</ul>")
    digests, signature = _foot(found, lang)
    body.append(f'<div class="sign"><div>{_html(signature)}</div></div>\n<footer>{_html(digests)}</footer>')
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8"><title>{_html(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _html(text: str) -> str:
    return escape(one_line(text))


def as_json(found: RulebookDiff) -> str:
    """Return the comparison as stable JSON, `asn-flex/diff/1`."""
    whole = {
        "format": FORMAT,
        "old": {"id": found.old.pack.id, "version": found.old.pack.version, "digest": found.old.digest},
        "new": {"id": found.new.pack.id, "version": found.new.pack.version, "digest": found.new.digest},
        "nothing_for_any_scenario": found.nothing_for_any_scenario,
        "nothing_for_these_scenarios": bool(found.scenarios) and found.nothing_for_these,
        "changes": [_change(change) for change in found.changes],
        "scenarios": [
            {
                "scenario": s.scenario,
                "faults": [{"place": str(d.place), "code": d.code, "message": _both(d.text)} for d in s.faults],
                "all_together": None if s.all_together is None else _effect(s.all_together),
                "alone": [
                    {"section": found.changes[i].section, "id": found.changes[i].id, **_effect(e)}
                    for i, e in sorted(s.alone.items())
                ],
            }
            for s in found.scenarios
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"id": text.id, "en": text.en}


def _change(change: Change) -> dict[str, Any]:
    return {
        "section": change.section, "id": change.id, "kind": change.kind, "keys": list(change.keys),
        "matters": change.matters, "before": _both(change.before), "after": _both(change.after),
    }  # fmt: skip


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "filled": {"before": effect.filled[0], "after": effect.filled[1]},
        "seats": {"before": effect.seats[0], "after": effect.seats[1]},
        "gained": [list(pair) for pair in effect.gained],
        "lost": [list(pair) for pair in effect.lost],
        "other_grounds": [list(pair) for pair in effect.other_grounds],
        "demands": [{"demand": d, "before": _seats(a), "after": _seats(b)} for d, a, b in effect.demands],
        "sent": [list(pair) for pair in effect.sent],
        "home": [list(pair) for pair in effect.home],
        "moved": [list(item) for item in effect.moved],
        "shortfalls": [{"demand": d, "before": a, "after": b, "reason": r} for d, a, b, r in effect.shortfalls],
    }


def _seats(values: tuple[int, ...] | None) -> dict[str, int] | None:
    return None if values is None else dict(zip(("seats", "minimum", "priority"), values, strict=True))
