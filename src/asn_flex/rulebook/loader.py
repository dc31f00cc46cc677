"""Reads a rulebook: files to trees, trees to entries, entries to one checked `Rulebook` (semantics §3, §4.5).

Order of work, so that every fault is found at once: the form of every file; then declarations (attributes,
measures, parameters, competencies …) that conditions lean on; then rules with their conditions; then references.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from asn_flex.domain.attributes import BUILT_IN, DECLARABLE, DISPLAY_ONLY, Attribute
from asn_flex.domain.ids import is_id
from asn_flex.errors import Diagnostic, Place, RulebookError, Text, sort_diagnostics
from asn_flex.i18n import fault, nearest, say
from asn_flex.rulebook import checks
from asn_flex.rulebook.compile import WHEN_AT_EVENT, DatedValue, LoadContext, compile_condition, read_value
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.scalars import WANTED, shown
from asn_flex.rulebook.schema import (
    FORMAT,
    KINDS,
    RESERVED_KINDS,
    AnyRule,
    AttributeEntry,
    Competency,
    Duty,
    Entry,
    EventType,
    Measure,
    Pack,
    ParameterEntry,
    Rule,
    RuleTest,
    Source,
)
from asn_flex.rulebook.tree import MAX_BYTES, Map, Node, Scalar, Seq, parse_yaml, spot_at

SECTIONS = ("pack", "sources", "events", "attributes", "measures", "parameters", "competencies", "duties", "rules", "tests")
_MAPS: Mapping[str, type[Entry]] = {
    "sources": Source,
    "events": EventType,
    "attributes": AttributeEntry,
    "measures": Measure,
    "parameters": ParameterEntry,
    "competencies": Competency,
    "duties": Duty,
}
_RULE: TypeAdapter[AnyRule] = TypeAdapter(Rule)


@dataclass
class Draft:
    """What has been read so far: raw entries with their files, models, and every fault."""

    trees: dict[str, Map] = field(default_factory=dict)
    raw: dict[tuple[str, str], tuple[Node, str]] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in (*_MAPS, "rules")})
    pack: Pack | None = None
    tests: list[RuleTest] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)

    def at(self, section: str, entry: str, *path: str | int) -> Place:
        """Return the place of a part of an entry."""
        node, file = self.raw[section, entry]
        if not path:
            return self.places[section, entry]
        return Place(file, *spot_at(node, path))


def load_rulebook(path: str | Path) -> Rulebook:
    """Read and check a rulebook folder or file.

    Parameters
    ----------
    path : path of a folder (every `*.yaml` and `*.yml` below it) or of one file

    Raises
    ------
    RulebookError
        With every fault of every file, each at its place.

    References
    ----------
    docs/semantics.md §3.
    """
    files, found = read_rule_files(Path(path))
    return build_rulebook(files, found)


def check_files(path: str | Path) -> tuple[Rulebook | None, list[Diagnostic]]:
    """Read a rulebook and return it, where it has no error, with every finding, warnings included."""
    try:
        rulebook = load_rulebook(path)
    except RulebookError as error:
        return None, list(error.diagnostics)
    return rulebook, list(rulebook.warnings)


def read_rule_files(root: Path) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """Return the bytes of every rule file by the name that messages use for it, in order of relative path."""
    if root.is_file():
        paths = [root]
    elif root.is_dir():
        paths = sorted(
            (p for p in root.rglob("*") if p.suffix in {".yaml", ".yml"} and p.is_file()),
            key=lambda p: p.relative_to(root).as_posix(),
        )
    else:
        paths = []
    if not paths:
        return {}, [fault("E101.none", Place(str(root), 1, 1))]
    files: dict[str, bytes] = {}
    found: list[Diagnostic] = []
    for path in paths:
        name = path.as_posix()
        try:
            if path.stat().st_size > MAX_BYTES:
                found.append(fault("E106.size", Place(name, 1, 1)))
                continue
            files[name] = path.read_bytes()
        except OSError as error:
            found.append(fault("E101", Place(name, 1, 1), problem=error.strerror or "?"))
    return files, found


def build_rulebook(files: Mapping[str, bytes], found: list[Diagnostic] | None = None) -> Rulebook:
    """Check rule files given as bytes (from a folder or a bundle) and return the rulebook.

    Raises
    ------
    RulebookError
        With every fault of every file.
    """
    draft = Draft(found=list(found or []))
    for name, content in files.items():
        _read_file(name, content, draft)
    _read_declarations(draft)
    context = _context(draft)
    _read_rules(draft, context)
    _read_tests(draft)
    draft.found.extend(context.found)
    checks.check_references(draft)
    if any(d.is_error for d in draft.found) or draft.pack is None:
        raise RulebookError(draft.found)
    return _assemble(draft, files)


def _read_file(name: str, content: bytes, draft: Draft) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        draft.found.append(fault("E101.utf8", Place(name, line, 1)))
        return
    tree, found = parse_yaml(text, name)
    draft.found.extend(found)
    if tree is None and any(d.is_error for d in found):
        return
    if not isinstance(tree, Map):
        draft.found.append(fault("E107", Place(name, *(tree.spot if tree is not None else (1, 1)))))
        return
    if not _has_format(tree, name, draft):
        return
    draft.trees[name] = tree
    for key in tree:
        if key != "format" and key not in SECTIONS:
            place = Place(name, *tree.key_spots[key])
            draft.found.append(fault("E210", place, key=key, hint=nearest(key, SECTIONS)))
    for section in (*_MAPS, "rules", "tests"):
        if section in tree:
            _collect(section, tree, name, draft)


def _has_format(tree: Map, name: str, draft: Draft) -> bool:
    given = tree.get("format")
    if given is None or next(iter(tree)) != "format":
        spot = tree.key_spots["format"] if given is not None else tree.spot
        draft.found.append(fault("E103", Place(name, *spot), format=FORMAT))
        return given is not None
    if not isinstance(given, Scalar) or given.text != FORMAT:
        place = Place(name, *given.spot)
        draft.found.append(fault("E103.other", place, found=shown(given).strip("`"), format=FORMAT))
        return False
    return True


def _collect(section: str, tree: Map, name: str, draft: Draft) -> None:
    """Note every raw entry of a section, and report ids that are taken."""
    node = tree[section]
    if isinstance(node, Scalar) and node.is_null:
        return
    if section in _MAPS:
        if not isinstance(node, Map):
            draft.found.append(_wrong(name, node, "map"))
            return
        for key, raw in node.items():
            _note(section, key, raw, Place(name, *node.key_spots[key]), draft)
        return
    if not isinstance(node, Seq):
        draft.found.append(_wrong(name, node, "list"))
        return
    for index, raw in enumerate(node):
        place = Place(name, *raw.spot)
        if not isinstance(raw, Map):
            draft.found.append(_wrong(name, raw, "map"))
        elif section == "tests":
            _note(section, f"{name}#{index:06d}", raw, place, draft)
        elif "id" not in raw or not isinstance(raw["id"], Scalar) or raw["id"].is_null:
            draft.found.append(fault("E202", place, where=say("word.rule"), key="id"))
        else:
            _note(section, raw["id"].text, raw, Place(name, *raw["id"].spot), draft)


def _wrong(name: str, node: Node, wanted: str) -> Diagnostic:
    return fault("E203", Place(name, *node.spot), found=shown(node), wanted=WANTED[wanted])


def _note(section: str, key: str, raw: Node, place: Place, draft: Draft) -> None:
    if (section, key) in draft.raw:
        first = draft.places[section, key]
        what = say(f"word.{_singular(section)}")
        draft.found.append(fault("E302", place, what=what, name=key, first=first))
        return
    if section not in {"attributes", "tests"} and not is_id(key):
        draft.found.append(fault("E208", place, found=key[:60]))
        return
    draft.raw[section, key] = (raw, place.file)
    draft.places[section, key] = place


def _singular(section: str) -> str:
    return "competency" if section == "competencies" else "duty" if section == "duties" else section.removesuffix("s")


def validate(adapter: TypeAdapter[Any] | type[Entry], raw: Node, file: str, draft: Draft, where: Text, context: object = None) -> Any:
    """Validate one raw entry; return the model, or None after reporting every fault in it."""
    try:
        if isinstance(adapter, TypeAdapter):
            return adapter.validate_python(raw, context=context)
        return adapter.model_validate(raw, context=context)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            draft.found.append(_diagnose(problem, raw, file, where))
        return None


def _diagnose(problem: Any, raw: Node, file: str, where: Text) -> Diagnostic:
    """Turn one validation problem into a diagnostic at the place of the input."""
    path = tuple(problem["loc"])
    kind = problem["type"]
    place = Place(file, *spot_at(raw, path))
    last = str(path[-1]) if path else ""
    inner = _describe(where, path[:-1])
    if kind == "extra_forbidden":
        hint = nearest(last, _known_keys(raw, path))
        if last in {"extends", "replaces"}:
            return fault("E205", _key_place(raw, path, file), name=last)
        return fault("E201", _key_place(raw, path, file), key=last, where=inner, hint=hint)
    if kind == "missing":
        return fault("E202", place, where=inner, key=last)
    if kind.startswith("E"):
        texts = problem["ctx"]
        return Diagnostic(place, kind, Text(texts["id"], texts["en"]))
    wanted = "list" if kind in {"tuple_type", "list_type"} else "map"
    if kind == "too_short":
        return fault("E206", place, found="`[]`", wanted=Text("daftar yang tidak kosong", "a list that is not empty"))
    return fault("E203", place, found=shown(problem["input"]), wanted=WANTED[wanted])


def _describe(where: Text, path: tuple[str | int, ...]) -> Text:
    steps = [str(p) for p in path if isinstance(p, str) and p not in KINDS]
    if not steps:
        return where
    inner = f"`{'.'.join(steps)}`"
    return Text(f"{inner} ({where.id})", f"{inner} ({where.en})")


def _key_place(raw: Node, path: tuple[str | int, ...], file: str) -> Place:
    here: Any = raw
    for step in path[:-1]:
        if isinstance(here, Map) and step in here:
            here = here[str(step)]
        elif isinstance(here, Seq) and isinstance(step, int) and step < len(here):
            here = here[step]
    if isinstance(here, Map) and path[-1] in here.key_spots:
        return Place(file, *here.key_spots[str(path[-1])])
    return Place(file, *spot_at(raw, path))


def _known_keys(raw: Node, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the keys that would be right beside the wrong one."""
    model: Any = _model_of(raw)
    for step in path[:-1]:
        if model is None or isinstance(step, int) or step in KINDS:
            continue
        model = _child_model(model, str(step))
    if model is None:
        models = (*_MAPS.values(), Pack)
        return tuple({f.alias or n for m in models for n, f in m.model_fields.items()})
    return tuple(f.alias or n for n, f in model.model_fields.items())


def _model_of(raw: Node) -> type[Entry] | None:
    kind = raw.get("kind") if isinstance(raw, Map) else None
    if isinstance(kind, Scalar):
        return next((m for m in RuleModels if m.model_fields["kind"].default == kind.text), None)
    return None


RuleModels: tuple[Any, ...] = tuple(AnyRule.__args__)  # type: ignore[attr-defined]


def _child_model(model: Any, step: str) -> Any:
    for name, info in model.model_fields.items():
        if step in {name, info.alias}:
            options = [info.annotation, *getattr(info.annotation, "__args__", ())]
            return next((o for o in options if isinstance(o, type) and issubclass(o, Entry)), None)
    return None


def _read_declarations(draft: Draft) -> None:
    _read_pack(draft)
    for section, model in _MAPS.items():
        for (owner, key), (raw, file) in draft.raw.items():
            if owner == section:
                what = say(f"word.{_singular(section)}")
                where = Text(f"{what.id} `{key}`", f"{what.en} `{key}`")
                entry = validate(model, raw, file, draft, where)
                if entry is not None:
                    draft.entries[section][key] = entry
    draft.attributes = {a.key: a for a in BUILT_IN}
    for key, entry in sorted(draft.entries["attributes"].items()):
        _declare_attribute(key, entry, draft)
    for key, measure in sorted(draft.entries["measures"].items()):
        label = measure.label.text if measure.label is not None else None
        draft.attributes[f"measure.{key}"] = Attribute(
            "measure", key, "number", unit=measure.unit, declared=True, label=label, area_bound=measure.scope == "area"
        )  # fmt: skip


def _read_pack(draft: Draft) -> None:
    packs = [(name, tree) for name, tree in draft.trees.items() if "pack" in tree]
    for name, tree in packs[1:]:
        first = Place(packs[0][0], *packs[0][1].key_spots["pack"])
        place = Place(name, *tree.key_spots["pack"])
        draft.found.append(fault("E302", place, what=say("word.pack"), name="pack", first=first))
    if packs:
        name, tree = packs[0]
        draft.pack = validate(Pack, tree["pack"], name, draft, say("word.pack"))
        draft.places["pack", "pack"] = Place(name, *tree.key_spots["pack"])
        draft.raw["pack", "pack"] = (tree["pack"], name)
    elif draft.trees:
        name = next(iter(draft.trees))
        draft.found.append(fault("E202", Place(name, 1, 1), where=say("word.rulebook"), key="pack"))


def _declare_attribute(key: str, entry: AttributeEntry, draft: Draft) -> None:
    place = draft.places["attributes", key]
    scope, _, name = key.partition(".")
    if scope not in DECLARABLE or not is_id(name) or "." in name:
        draft.found.append(fault("E209", place, where=f"attribute `{key}`", problem=say("attribute.name")))
        return
    if key in draft.attributes or (scope == "officer" and name in DISPLAY_ONLY):
        draft.found.append(fault("E209", place, where=f"attribute `{key}`", problem=say("attribute.taken")))
        return
    if (entry.type == "enum") != bool(entry.values):
        problem = say("attribute.values")
        draft.found.append(fault("E209", place, where=f"attribute `{key}`", problem=problem))
    if entry.type not in {"int", "number"} and {"min", "max", "unit"} & entry.model_fields_set:
        draft.found.append(fault("E209", place, where=f"attribute `{key}`", problem=say("attribute.range")))
    attribute = Attribute(
        scope, name, entry.type, values=entry.values, unit=entry.unit, minimum=entry.min, maximum=entry.max,  # type: ignore[arg-type]
        sensitive=entry.sensitive, declared=True, area_bound=scope == "area",
        label=entry.label.text if entry.label is not None else None,
    )  # fmt: skip
    raw_missing = entry.missing
    if raw_missing is not None and not (isinstance(raw_missing, Scalar) and raw_missing.text == "unknown"):
        attribute = _with_missing(attribute, raw_missing, place.file, draft)
    draft.attributes[key] = attribute


def _with_missing(attribute: Attribute, raw: Any, file: str, draft: Draft) -> Attribute:
    context = LoadContext(file=file, found=draft.found)
    if attribute.kind == "set":
        items = raw if isinstance(raw, Seq) else Seq((1, 1))
        values = [read_value(attribute, item, context) for item in items]
        return replace(attribute, missing=frozenset(str(v) for v in values if v is not None))
    value = read_value(attribute, raw, context)
    return replace(attribute, missing=value)


def _context(draft: Draft) -> LoadContext:
    parameters: dict[str, tuple[str | None, tuple[DatedValue, ...]]] = {}
    for key, entry in sorted(draft.entries["parameters"].items()):
        raw, file = draft.raw["parameters", key]
        dated = sorted(
            (
                DatedValue(v.from_, v.value, Place(file, *spot_at(raw, ("values", i, "value"))))
                for i, v in enumerate(entry.values)
            ),
            key=lambda d: d.start,
        )
        for before, after in zip(dated, dated[1:], strict=False):
            if before.start == after.start:
                problem = say("parameter.twice", date=after.start)
                draft.found.append(fault("E209", after.place, where=f"parameter `{key}`", problem=problem))
        parameters[key] = (entry.unit, tuple(dated))
    return LoadContext(
        attributes=draft.attributes,
        events=frozenset(key for section, key in draft.raw if section == "events"),
        levels={
            key: draft.entries["competencies"][key].levels if key in draft.entries["competencies"] else 99
            for section, key in draft.raw
            if section == "competencies"
        },
        parameters=parameters,
        found=[],
    )


def _read_rules(draft: Draft, context: LoadContext) -> None:
    for (section, key), (raw, file) in draft.raw.items():
        if section != "rules" or not isinstance(raw, Map):
            continue
        kind = raw.get("kind")
        text = kind.text if isinstance(kind, Scalar) else ""
        if text in RESERVED_KINDS:
            draft.found.append(fault("E205", Place(file, *spot_at(raw, ("kind",))), name=text))
            continue
        if text not in KINDS:
            place = Place(file, *(spot_at(raw, ("kind",)) if kind is not None else raw.spot))
            if kind is None:
                draft.found.append(fault("E202", place, where=_rule_name(key), key="kind"))
            else:
                known = ", ".join(KINDS)
                draft.found.append(fault("E204", place, kind=text, known=known, hint=nearest(text, KINDS)))
            continue
        context.file = file
        if text == "activate" and _text(raw.get("each")) == "event":
            _refuse_area_facts(raw, context)
        rule = validate(_RULE, raw, file, draft, _rule_name(key), context)
        if rule is not None:
            draft.entries["rules"][key] = rule


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _refuse_area_facts(raw: Map, context: LoadContext) -> None:
    """`activate … each: event` knows no area yet, so its `when` may not ask about one (semantics §4.2)."""
    if "when" in raw:
        known = len(context.found)
        compile_condition(raw["when"], WHEN_AT_EVENT, context)
        # The rule's own reading reports everything else again; keep only what is particular here.
        context.found[known:] = [d for d in context.found[known:] if d.code == "E402"]


def _rule_name(key: str) -> Text:
    return Text(f"aturan `{key}`", f"rule `{key}`")


def _read_tests(draft: Draft) -> None:
    for (section, _), (raw, file) in draft.raw.items():
        if section == "tests":
            test = validate(RuleTest, raw, file, draft, say("word.tests"))
            if test is not None:
                draft.tests.append(test)


def _assemble(draft: Draft, files: Mapping[str, bytes]) -> Rulebook:
    assert draft.pack is not None  # noqa: S101 - checked by the caller
    ordered = {name: dict(sorted(entries.items())) for name, entries in draft.entries.items()}
    return Rulebook(
        pack=draft.pack,
        sources=ordered["sources"],
        events=ordered["events"],
        attributes=dict(sorted(draft.attributes.items())),
        measures=ordered["measures"],
        parameters=ordered["parameters"],
        competencies=ordered["competencies"],
        duties=ordered["duties"],
        rules=tuple(ordered["rules"].values()),
        tests=tuple(draft.tests),
        places=draft.places,
        digest=_digest(draft),
        files=dict(files),
        warnings=sort_diagnostics(d for d in draft.found if not d.is_error),
    )


def _digest(draft: Draft) -> str:
    """Hash the canonical content: entries by section and id, whatever files and order they came in."""
    content = [(section, key if section != "tests" else "", _plain(raw)) for (section, key), (raw, _) in draft.raw.items()]
    content.sort(key=lambda item: (item[0], item[1], json.dumps(item[2], sort_keys=True)))
    blob = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(blob.encode()).hexdigest()


def _plain(node: Node) -> Any:
    if isinstance(node, Map):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return [_plain(item) for item in node]
    return node.text if node.plain else [node.text]
