"""The sentences that the page itself says; they stand in the catalogue as `report.NAME`."""

from __future__ import annotations

WORDS = (
    "area", "area.affected_people", "area.depth_cm", "area.flooded", "aside", "asked", "at_limit", "audience", "back",
    "bases.asks", "bases.cover", "bases.standard", "basis", "because", "bound", "by_area", "by_duty", "cite", "class",
    "close", "close_all", "conditional", "contents", "coverage", "decree", "demand", "demands", "displaced", "doubts",
    "duty", "engine", "fill", "fill.none", "filled", "footer", "given", "goes.count", "goes_to", "graph",
    "graph.all", "graph.edge",
    "graph.implied", "graph.label", "graph.none", "graph.note", "group.demand", "group.none", "group.place",
    "group.unit", "home", "id", "is_asked", "keep", "language", "law", "legend", "list.after", "list.before",
    "list.count", "list.every", "list.group", "list.page", "list.search", "list.sort", "list.who", "local",
    "map.label", "map.none", "map.note", "minimum", "missing", "near", "near.note", "nearest", "nip", "no_proof",
    "no_question", "no_shortfall", "officer", "officers", "open_all", "outcome.applies", "outcome.asks",
    "outcome.false", "outcome.free", "outcome.full", "outcome.hidden", "outcome.met", "outcome.not_met",
    "outcome.overridden", "outcome.released", "outcome.stops", "outcome.true", "outcome.unknown", "paper_answer",
    "path", "paths", "people", "phone", "plan", "plan.approved", "plan.draft", "planned", "possible", "post", "print",
    "priorities", "priority", "proof", "proof.none", "protection", "question", "questions", "questions.note", "rank",
    "rulebook", "rules", "rules.count", "scenario", "share", "shift", "shortfalls", "situation", "situation.note",
    "skip", "sort.basis", "sort.demand", "sort.id", "sort.name", "sort.place", "sort.unit", "sort.weight", "source",
    "standing", "state", "state.below", "state.full", "state.short", "stays", "stays.count", "strength", "summary",
    "supersedes", "theme", "tier", "tiers", "tile.asked", "tile.below", "tile.below.note", "tile.empty",
    "tile.filled", "tile.officers", "tile.questions", "title", "unit", "units", "units.note", "unknown", "value",
    "versions", "warnings", "weight", "weight.short", "weight.sum", "when", "who", "who.all", "who.going",
    "who.staying", "why", "within",
)  # fmt: skip
