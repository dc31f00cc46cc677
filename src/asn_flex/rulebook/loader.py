"""Reads a rulebook: files to trees, trees to entries, entries to one checked `Rulebook` (semantics §3, §4.5).

Order of work, so that every fault is found at once: the form of every file; then declarations (attributes,
measures, parameters, competencies …) that conditions lean on; then rules with their conditions; then references.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from asn_flex.domain.attributes import BUILT_IN, DECLARABLE, DISPLAY_ONLY, Attribute
from asn_flex.domain.exact import number_text
from asn_flex.domain.ids import is_id
from asn_flex.errors import Diagnostic, Place, Repair, RulebookError, Text
from asn_flex.i18n import fault, say
from asn_flex.rulebook import checks
from asn_flex.rulebook.compile import WHEN_AT_EVENT, DatedValue, compile_condition, read_value
from asn_flex.rulebook.draft import MAPS, SECTIONS, Draft, named, singular
from asn_flex.rulebook.entries import keys_of, read_entry
from asn_flex.rulebook.files import read_rule_files
from asn_flex.rulebook.findings import listed, misnamed
from asn_flex.rulebook.ignores import apply_ignores
from asn_flex.rulebook.lines import place_in
from asn_flex.rulebook.model import Rulebook
from asn_flex.rulebook.overlays import OWN, settle_layers
from asn_flex.rulebook.replacing import check_replacements
from asn_flex.rulebook.scalars import WANTED, as_list, cut, hyphen_hint, shown, variant, with_hyphens
from asn_flex.rulebook.schema import FORMAT, KINDS, RESERVED_KINDS, AnyRule, AttributeEntry, Pack, RuleBase, RuleTest
from asn_flex.rulebook.slips import repair_of_format, with_repairs, with_standing_repairs
from asn_flex.rulebook.test_checks import settle_tests
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, parse_yaml, spot_at

__all__ = ["SECTIONS", "build_rulebook", "check_files", "load_rulebook", "read_rule_files"]

_RULE_MODELS: Mapping[str, type[AnyRule]] = {model.model_fields["kind"].default: model for model in AnyRule.__args__}
_COMMON_KEYS = frozenset(RuleBase.model_fields)


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


def build_rulebook(files: Mapping[str, bytes], found: Iterable[Diagnostic] = ()) -> Rulebook:
    """Check rule files given as bytes (from a folder or a bundle) and return the rulebook.

    Parameters
    ----------
    files : content of each file by the name that messages use for it; their order does not matter
    found : faults of files that could not even be read

    Raises
    ------
    RulebookError
        With every fault of every file.
    """
    draft = Draft()
    draft.found.extend(found)
    draft.is_complete = not draft.found
    for name, content in sorted(files.items()):
        _read_file(name, content, draft)
    _collect_all(draft)
    _read_declarations(draft)
    _read_rules(draft)
    _read_tests(draft)
    checks.check_references(draft)
    check_replacements(draft)
    settle_tests(draft)
    settled, ignored = apply_ignores(with_standing_repairs(draft.found.settled(), files), files)
    if any(d.is_error for d in settled) or draft.pack is None:
        raise RulebookError(settled)
    return replace(_assemble(draft, files, settled), ignored=ignored)


def _read_file(name: str, content: bytes, draft: Draft) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        readable = bytes(error.object[: error.start]).decode("utf-8", "replace")
        draft.found.append(fault("E101.utf8", place_in(readable, name, len(readable))))
        draft.is_complete = False
        return
    if "\0" in text[:2]:
        # UTF-16 of plain letters is good UTF-8, with a NUL beside every letter.
        draft.found.append(fault("E101.utf8", Place(name, 1, 1)))
        draft.is_complete = False
        return
    tree, found = parse_yaml(text, name)
    draft.found.extend(with_repairs(found, text))
    if tree is None and found:
        draft.is_complete = False
        return
    if not isinstance(tree, Map):
        # Of nothing at all YAML says that it stands behind the end.
        spot = (1, 1) if tree is None or (isinstance(tree, Scalar) and not tree.text) else tree.spot
        draft.found.append(fault("E107", Place(name, *spot)))
        return
    if not _has_format(tree, text, name, draft):
        return
    draft.trees[name] = _with_known_sections(tree, name, draft)


def _collect_all(draft: Draft) -> None:
    """Note the entries of every file, those of bases first, so that what is wrong is told of what rests on them."""
    known = len(draft.found)
    draft.layers = settle_layers(draft.trees, draft.found)
    # What a base that is not there would define is missing for everybody.
    draft.is_complete = draft.is_complete and len(draft.found) == known
    draft.layer_of = {file: layer for layer in draft.layers for file in layer.files}
    for name in draft.layer_of:
        tree = draft.trees[name]
        for section in (*MAPS, "rules", "tests"):
            if section in tree:
                _collect(section, tree[section], name, draft)


def _with_known_sections(tree: Map, name: str, draft: Draft) -> Map:
    """Report sections that do not exist; return the tree with misspelt ones put right, to read their content."""
    kept = Map(tree.spot)
    for key, node in tree.items():
        section: str | None = key
        if key != "format" and key not in SECTIONS:
            slip = draft.suggestions.slip(key, [s for s in SECTIONS if s not in tree])
            section, known = slip[0], say("hint.keys", known=", ".join(SECTIONS))
            draft.found.append(misnamed("E210", Place(name, *tree.key_spots[key]), key, slip, key=cut(key), hint=known))
        if section == "pack" and key != section and isinstance(node, Map) and node.pop("extends", None) is not None:
            # Its bases were not read, which is no second fault.
            draft.is_complete = False
        if section is not None:
            kept[section], kept.key_spots[section] = node, tree.key_spots[key]
    return kept


def _has_format(tree: Map, text: str, name: str, draft: Draft) -> bool:
    """Report a format that is missing, late or another; return whether the file is one of ours all the same."""
    given = tree.get("format")
    if given is None or next(iter(tree)) != "format":
        spot = tree.key_spots["format"] if given is not None else tree.spot
        late = fault("E103", Place(name, *spot), format=FORMAT)
        draft.found.append(replace(late, repair=repair_of_format(tree, text, name)))
        if given is None:
            return not tree.keys().isdisjoint(SECTIONS)
    if not isinstance(given, Scalar) or given.text != FORMAT:
        place = Place(name, *spot_at(tree, ("format",)))
        draft.found.append(fault("E103.other", place, found=shown(given).strip("`"), format=FORMAT))
        draft.is_complete = False
        return False
    return True


def _collect(section: str, node: Node, name: str, draft: Draft) -> None:
    """Note every raw entry of a section, and report ids that are taken."""
    if isinstance(node, Scalar) and node.is_null:
        return
    wanted = "map" if section in MAPS else "list"
    if not isinstance(node, Map if wanted == "map" else Seq):
        draft.found.append(_wrong(name, node, wanted))
        # Whatever it was meant to define is not there.
        draft.is_complete = False
    elif isinstance(node, Map):
        for key, raw in node.items():
            _note(section, key, raw, Place(name, *node.key_spots[key]), draft)
    elif isinstance(node, Seq):
        _collect_items(section, node, name, draft)


def _collect_items(section: str, node: Seq, name: str, draft: Draft) -> None:
    for index, raw in enumerate(node):
        if draft.found.is_full:
            return
        if not isinstance(raw, Map):
            draft.found.append(_wrong(name, raw, "map"))
        elif section == "tests":
            _note(section, f"{name}#{index:06d}", raw, Place(name, *raw.spot), draft)
        else:
            given = raw.get("id") or _misspelt_id(raw, draft)
            if isinstance(given, Scalar) and not given.is_null:
                _note(section, given.text, raw, Place(name, *given.spot), draft)
            else:
                draft.spare.append((section, "?", raw, name))


def _misspelt_id(rule: Map, draft: Draft) -> Node | None:
    """Return the id of a rule whose `id` is misspelt, which is told by itself: those who name the rule are right."""
    keys = set(RuleBase.model_fields) | {"kind"}
    return next(
        (raw for key, raw in rule.items() if key not in keys and draft.suggestions.closest(key, keys) == "id"), None
    )


def _wrong(name: str, node: Node, wanted: str) -> Diagnostic:
    found = shown(node)
    return fault(variant("E203", found), Place(name, *node.spot), found=found, wanted=WANTED[wanted])


def _note(section: str, key: str, raw: Node, place: Place, draft: Draft) -> None:
    if section not in {"attributes", "tests"} and not is_id(key):
        plain = with_hyphens(key)
        repair = Repair(place, key, plain) if plain is not None else None
        draft.found.append(replace(fault("E208", place, found=cut(key), hint=hyphen_hint(plain)), repair=repair))
    elif (section, key) in draft.raw:
        first, what = draft.places[section, key], say(f"word.{singular(section)}")
        code = "E302" if draft.layer_of[first.file] is draft.layer_of[place.file] else "E302.base"
        if code != "E302" and section == "rules":
            code = "E302.base_rule"
        draft.found.append(fault(code, place, what=what, name=cut(key), first=first))
    else:
        draft.raw[section, key] = (raw, place.file)
        draft.places[section, key] = place
        return
    draft.spare.append((section, key, raw, place.file))


def _read_declarations(draft: Draft) -> None:
    _read_pack(draft)
    for section, model in MAPS.items():
        for key in draft.names[section]:
            if draft.found.is_full:
                return
            raw, file = draft.raw[section, key]
            if not isinstance(raw, Map) and key in keys_of(model):
                # Set in too little, a key of an entry becomes an entry of its own.
                draft.found.append(fault("E203.outside", draft.at(section, key), key=key, section=section))
                draft.left_out[section, key] = frozenset()
                continue
            entry, node, left_out = read_entry(model, raw, named(section, key), draft.context(file))
            draft.raw[section, key], draft.left_out[section, key] = (node, file), left_out
            if entry is not None:
                draft.entries[section][key] = entry
    for section, key, raw, file in draft.spare:
        if section in MAPS:
            read_entry(MAPS[section], raw, named(section, key), draft.context(file))
    draft.attributes = {a.key: a for a in BUILT_IN}
    for key, entry in draft.entries["attributes"].items():
        _declare_attribute(key, entry, draft)
    for key, measure in draft.entries["measures"].items():
        label = measure.label.text if measure.label is not None else None
        draft.attributes[f"measure.{key}"] = Attribute(
            "measure", key, "number", unit=measure.unit, declared=True, label=label, area_bound=measure.scope == "area"
        )  # fmt: skip
    _date_parameters(draft)
    draft.settle_names()


def _read_pack(draft: Draft) -> None:
    """Read the pack of every rulebook: that of the one asked for names the whole."""
    for layer in draft.layers:
        first: Place | None = None
        for name in (file for file in layer.files if "pack" in draft.trees[file]):
            raw, place = draft.trees[name]["pack"], Place(name, *draft.trees[name].key_spots["pack"])
            entry, node, _ = read_entry(Pack, raw, say("word.pack"), draft.context(name))
            if isinstance(node, Map) and isinstance(raw, Map) and "extends" in node and "extends" not in raw:
                # A misspelt key: what stands in the bases is not there.
                draft.is_complete = False
            if first is not None and any(d.code == "E311" for d in draft.found):
                # It may be the base that a misspelt path was meant to lead to.
                continue
            if first is not None:
                draft.found.append(fault("E302", place, what=say("word.pack"), name="pack", first=first))
            elif layer.key == OWN:
                draft.pack, draft.places["pack", "pack"], draft.raw["pack", "pack"] = entry, place, (node, name)
            elif entry is not None:
                _note_base(layer.key, entry, node, place, draft)
            first = first or place
        if first is None and layer.files and draft.is_complete:
            name = layer.files[0]
            draft.found.append(fault("E202", Place(name, 1, 1), where=say("word.rulebook"), key="pack"))
    if draft.pack is not None:
        _refuse_same_name(draft.pack, draft.places["pack", "pack"], draft)


def _note_base(key: str, pack: Pack, node: Node, place: Place, draft: Draft) -> None:
    _refuse_same_name(pack, place, draft)
    draft.base_packs[key] = (pack, node)
    draft.places.setdefault(("bases", pack.id), place)


def _refuse_same_name(pack: Pack, place: Place, draft: Draft) -> None:
    """Two rulebooks of one name in one whole: probably two copies, or two versions, of the same base."""
    first = draft.places.get(("bases", pack.id))
    if first is not None:
        draft.found.append(fault("E302", place, what=say("word.pack"), name=cut(pack.id), first=first))


def _declare_attribute(key: str, entry: AttributeEntry, draft: Draft) -> None:
    where = named("attributes", key)
    scope, _, name = key.partition(".")
    problem = None
    if scope not in DECLARABLE or not is_id(name) or "." in name:
        problem = say("attribute.name")
    elif key in draft.attributes or (scope == "officer" and name in DISPLAY_ONLY):
        problem = say("attribute.taken")
    if problem is not None:
        draft.found.append(fault("E209", draft.at("attributes", key), where=where, problem=problem))
        return
    for at, problem in _attribute_problems(entry, draft.left_out["attributes", key]):
        draft.found.append(fault("E209", draft.at("attributes", key, at), where=where, problem=problem))
    attribute = Attribute(
        scope, name, entry.type, values=entry.values, unit=entry.unit, minimum=entry.min, maximum=entry.max,  # type: ignore[arg-type]
        sensitive=entry.sensitive, declared=True, area_bound=scope == "area",
        label=entry.label.text if entry.label is not None else None,
    )  # fmt: skip
    missing = entry.missing
    if missing is not None and not (isinstance(missing, Scalar) and missing.text == "unknown"):
        attribute = _with_missing(attribute, missing, draft)
    draft.attributes[key] = attribute


def _attribute_problems(entry: AttributeEntry, left_out: frozenset[str]) -> Iterable[tuple[str, Text]]:
    if (entry.type == "enum") != bool(entry.values) and "values" not in left_out:
        yield ("values" if entry.values else "type"), say("attribute.values")
    if entry.type not in {"int", "number"}:
        unfit = [name for name in ("min", "max", "unit") if name in entry.model_fields_set]
        if unfit:
            yield unfit[0], say("attribute.range")
    elif entry.min is not None and entry.max is not None and entry.min > entry.max:
        yield "min", say("attribute.order", low=number_text(entry.min), high=number_text(entry.max))


def _with_missing(attribute: Attribute, raw: Any, draft: Draft) -> Attribute:
    context = draft.context(draft.places["attributes", attribute.key].file)
    if attribute.kind != "set":
        return replace(attribute, missing=read_value(attribute, raw, context))
    items = as_list(raw)
    values = [read_value(attribute, item, context) for item in (items if isinstance(items, Seq) else [raw])]
    return replace(attribute, missing=frozenset(str(v) for v in values if v is not None))


def _date_parameters(draft: Draft) -> None:
    """Put the values of every parameter in order of the dates from which they stand."""
    for key, entry in draft.entries["parameters"].items():
        dated = sorted(
            (
                DatedValue(v.from_, v.value, draft.at("parameters", key, "values", index, "value"))
                for index, v in enumerate(entry.values)
            ),
            key=lambda d: (d.start, d.place),
        )
        for before, after in pairwise(dated):
            if before.start == after.start:
                problem = say("parameter.twice", date=after.start)
                draft.found.append(fault("E209", after.place, where=named("parameters", key), problem=problem))
        draft.parameters[key] = (entry.unit, tuple(dated))


def _read_rules(draft: Draft) -> None:
    # In order of id: when a fault is reported once for several rules, it is always for the same one.
    for key in draft.names["rules"]:
        if draft.found.is_full:
            return
        raw, file = draft.raw["rules", key]
        if isinstance(raw, Map):
            rule, node, left_out = _read_rule(key, raw, file, draft)
            draft.raw["rules", key], draft.left_out["rules", key] = (node, file), left_out
            if rule is not None:
                draft.entries["rules"][key] = rule
    for section, key, raw, file in draft.spare:
        if section == "rules" and isinstance(raw, Map):
            _read_rule(key, raw, file, draft)


def _read_rule(key: str, raw: Map, file: str, draft: Draft) -> tuple[AnyRule | None, Node, frozenset[str]]:
    where = named("rules", key) if key != "?" else say("word.rule")
    kind = _kind_of(raw, file, where, draft)
    if kind is None:
        return None, raw, frozenset()
    if _text(raw.get("kind")) != kind and "kind" in raw:
        raw = _corrected(raw, kind)
    context = draft.context(file)
    if _asks_who(kind, raw, draft):
        place = Place(file, *raw.key_spots["when"])
        context.found.append(replace(fault("E402.who", place), repair=Repair(place, "when", "who")))
        raw = _renamed(raw, "when", "who")
    if kind != "activate" or _text(raw.get("each")) != "event" or "when" not in raw:
        return read_entry(_RULE_MODELS[kind], raw, where, context)
    # No area is known yet, so `when` may not ask about one (semantics §4.2); the rest the rule itself reports.
    early, late = replace(context, found=[]), replace(context, found=[])
    compile_condition(raw["when"], WHEN_AT_EVENT, early)
    told = {d.place for d in early.found if d.code == "E402"}
    found = read_entry(_RULE_MODELS[kind], raw, where, late)
    context.found.extend(d for d in early.found if d.code == "E402")
    context.found.extend(d for d in late.found if d.code != "E402" or d.place not in told)
    return found


def _kind_of(raw: Map, file: str, where: Text, draft: Draft) -> str | None:
    """Return the kind of a rule, or the kind that was probably meant; None where there is nothing to go by."""
    # A misspelt key `kind` is reported with the other keys.
    key = "kind" if "kind" in raw else draft.suggestions.closest("kind", [k for k in raw if k not in _COMMON_KEYS])
    if key is None:
        draft.found.append(fault("E202", Place(file, *raw.spot), where=where, key="kind"))
        return None
    given = raw[key]
    kind, place = _text(given), Place(file, *spot_at(raw, (key,)))
    if kind in KINDS:
        return kind
    if kind in RESERVED_KINDS:
        draft.found.append(fault("E205", place, name=kind))
        return None
    slip = draft.suggestions.slip(kind, KINDS)
    draft.found.append(misnamed("E204", place, kind, slip, kind=shown(given).strip("`"), known=listed(KINDS)))
    return slip[0]


def _corrected(raw: Map, kind: str) -> Map:
    """Return the rule with the kind that was meant, to find its other faults."""
    meant = Map(raw.spot)
    meant.update(raw)
    meant.key_spots.update(raw.key_spots)
    meant["kind"] = Scalar(kind, plain=True, spot=raw["kind"].spot)
    return meant


def _asks_who(kind: str, raw: Map, draft: Draft) -> bool:
    """Whether `when` of a rule stands where `who` should: it asks about officers and units, and nothing else."""
    condition, known = raw.get("when"), keys_of(_RULE_MODELS[kind])
    if not isinstance(condition, Map) or not condition or "who" not in known or "who" in raw or "by" in raw:
        return False
    # What a unit keeps hangs on no demand, so on no pair (semantics §5.8).
    scopes = {"officer", "unit"} if kind == "protect" else {"officer", "unit", "pair"}
    facts = [draft.attributes.get(key) for key in condition]
    return all(fact is not None and fact.scope in scopes for fact in facts)


def _renamed(raw: Map, key: str, meant: str) -> Map:
    """Return the rule with the key that was meant, to find its other faults."""
    renamed = Map(raw.spot)
    renamed.update((meant if k == key else k, value) for k, value in raw.items())
    renamed.key_spots.update((meant if k == key else k, spot) for k, spot in raw.key_spots.items())
    return renamed


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _read_tests(draft: Draft) -> None:
    for key in draft.names["tests"]:
        raw, file = draft.raw["tests", key]
        test, node, _ = read_entry(RuleTest, raw, say("word.tests"), draft.context(file))
        if test is not None:
            draft.tests.append((node, test, draft.places["tests", key]))


def _assemble(draft: Draft, files: Mapping[str, bytes], warnings: tuple[Diagnostic, ...]) -> Rulebook:
    assert draft.pack is not None  # noqa: S101 - checked by the caller
    ordered = {name: dict(sorted(entries.items())) for name, entries in draft.entries.items()}
    # Tests have no id: their content orders them, so that neither files nor their order matter.
    tests = sorted(draft.tests, key=lambda item: (_canonical(item[0]), item[2]))
    packs = {
        file: draft.pack if layer.key == OWN else draft.base_packs[layer.key][0]
        for file, layer in (draft.layer_of.items() if draft.base_packs else ())
    }
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
        tests=tuple(test for _, test, _ in tests),
        test_places=tuple(place for _, _, place in tests),
        places=draft.places,
        packs=packs,
        digest=_digest(draft),
        files=dict(files),
        warnings=warnings,
    )


def _digest(draft: Draft) -> str:
    """Hash the canonical content: entries by section and id, whatever files and order they came in."""
    content = [
        (section, key if section != "tests" else "", _canonical(raw))
        for (section, key), (raw, _) in draft.raw.items()
        if section != "pack"
    ]
    own, _ = draft.raw["pack", "pack"]
    content.append(("pack", "pack", _canonical(_without_paths(own))))
    content.extend(("pack", pack.id, _canonical(_without_paths(node))) for pack, node in draft.base_packs.values())
    content.sort()
    return "sha256:" + hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _without_paths(pack: Node) -> Node:
    """Return a pack without where its bases lie: their content counts, not their folders."""
    assert isinstance(pack, Map)  # noqa: S101 - it was read as a pack
    kept = Map(pack.spot)
    kept.update((key, value) for key, value in pack.items() if key != "extends")
    return kept


def _canonical(node: Node) -> str:
    return json.dumps(_plain(node), sort_keys=True)


def _plain(node: Node) -> Any:
    # INVARIANT: no two different trees look alike: text is text, a list begins with `list`, and a plain scalar that
    # YAML does not read as text stands alone in a list (`5` is not `"5"`, and neither is `[5]`).
    if isinstance(node, Map):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return ["list", *(_plain(item) for item in node)]
    is_text = not node.plain or (node.as_bool is None and node.as_number_text is None and not node.is_null)
    return node.text if is_text else [node.text]
