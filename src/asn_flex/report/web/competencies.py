"""The competency graph, and the paths on which officers stand in for what a duty asks (semantics §7)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from asn_flex.explain.naming import competency_name
from asn_flex.report.planned import edges_of
from asn_flex.report.web.reader import Reader, said

Path = tuple[str, ...]


def competencies(reader: Reader) -> dict[str, Any] | None:
    """Return the edges, the paths on which a substitute was used, and how often; None for who may not know."""
    if not reader.view.sees_others:
        return None
    plan, rulebook = reader.planned.plan, reader.planned.rulebook
    duty_of = {demand.id: demand.duty for demand in plan.demands}
    paths: Counter[tuple[Path, str, str]] = Counter()
    steps: Counter[tuple[str, str]] = Counter()
    order = {duty: number for number, duty in enumerate(reader.planned.by_duty)}
    stands_in = {(start, end) for start, end, strength in edges_of(rulebook) if strength}
    for item in plan.assignments:
        for path in item.basis.paths:
            if any(edge in stands_in for edge in zip(path.via, path.via[1:], strict=False)):
                paths[path.via, path.strength, duty_of[item.demand]] += 1
                steps.update(zip(path.via, path.via[1:], strict=False))
    edges = [(start, end, strength, steps[start, end]) for start, end, strength in edges_of(rulebook)]
    ends = sorted({end for edge in edges for end in edge[:2]})
    number = {end: i for i, end in enumerate(ends)}
    return {
        "nodes": [[end, said(competency_name(rulebook, end))] for end in ends],
        "edges": [[number[start], number[end], strength, count] for start, end, strength, count in edges],
        "paths": [
            [[number[step] for step in via], strength, order[duty], count]
            for (via, strength, duty), count in sorted(paths.items(), key=lambda p: (-p[1], p[0]))
        ],
    }
