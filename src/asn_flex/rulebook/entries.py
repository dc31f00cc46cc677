"""From a raw entry to its model; every fault of the entry at its own place, and each slip once.

A misspelt key is put right in passing, so that it is not reported as missing as well; a faulty value is left out, so
that the rest of the entry can still be compared with other entries. The rulebook is refused either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from asn_flex.errors import Diagnostic, Text
from asn_flex.i18n import fault, say
from asn_flex.rulebook.compile import LoadContext, complaint
from asn_flex.rulebook.findings import listed, misnamed
from asn_flex.rulebook.scalars import WANTED, cut, shown, variant
from asn_flex.rulebook.schema import Entry
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq, Spot, spot_at

E = TypeVar("E", bound=Entry)
Path = tuple[str | int, ...]


def read_entry(model: type[E], raw: Node, where: Text, context: LoadContext) -> tuple[E | None, Node, frozenset[str]]:
    """Read an entry and report what is wrong with it to `context.found`.

    Parameters
    ----------
    model : what the entry should be
    raw : the entry as it stands in the file
    where : how messages call it

    Returns
    -------
    entry : the model; None where too little is left of it to be compared with other entries
    node : the raw entry as it was read in the end, with slips put right
    left_out : the keys whose values were faulty
    """
    node = raw
    while True:
        try:
            return _validate(model, node, context), node, frozenset()
        except ValidationError as error:
            problems: list[Any] = error.errors(include_url=False)
        unknown = [p for p in problems if p["type"] == "extra_forbidden"]
        if not unknown:
            # An item that is faulty does not count, but a list of faulty items is not an empty one.
            problems = [p for p in problems if p["type"] != "too_short" or not p["input"]]
            break
        node = _copy(node)
        for problem in unknown:
            _settle_key(model, node, problem["loc"], where, context)
    context.found.extend(_missing_keys(problems, node, where, context))
    context.found.extend(_diagnose(p, node, context) for p in problems if p["type"] != "missing")
    return _read_rest(model, node, problems, context)


def _read_rest(
    model: type[E], node: Node, problems: list[Any], context: LoadContext
) -> tuple[E | None, Node, frozenset[str]]:
    """Read what is left of an entry without its faulty values."""
    rest = _copy(node)
    left_out = _leave_out(rest, [p["loc"] for p in problems])
    # Conditions are compiled again; what they report is there already.
    quiet = replace(context, found=[])
    if left_out:
        # Now that single values are out of the way, the form of the whole can be judged.
        try:
            return _validate(model, rest, replace(quiet, left_out=left_out)), rest, left_out
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                if problem["type"].startswith("E"):
                    context.found.append(_diagnose(problem, node, context))
    try:
        return _validate(model, rest, replace(quiet, left_out=None)), rest, left_out
    except ValidationError:
        return None, node, left_out


def _validate(model: type[E], node: Node, context: LoadContext) -> E:
    # The names that fields have in Python (`for_`, `class_`) are no keys of files.
    return model.model_validate(node, context=context, by_alias=True, by_name=False)


def _copy(node: Node) -> Node:
    """Copy the containers; scalars are never changed."""
    if isinstance(node, Map):
        copied = Map(node.spot)
        copied.update((key, _copy(value)) for key, value in node.items())
        copied.key_spots.update(node.key_spots)
        return copied
    if isinstance(node, Seq):
        items = Seq(node.spot)
        items.extend(_copy(item) for item in node)
        return items
    return node


def _step(node: Any, step: str | int) -> Any:
    if isinstance(node, Map) and isinstance(step, str):
        return node.get(step)
    if isinstance(node, Seq) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def _follow(node: Any, path: Path) -> Any:
    for step in path:
        node = _step(node, step)
    return node


def _settle_key(model: type[Entry], node: Node, path: Path, where: Text, context: LoadContext) -> None:
    """Report a key that means nothing here; rename it to what was meant, or take it out."""
    parent, key = _follow(node, path[:-1]), str(path[-1])
    assert isinstance(parent, Map)  # noqa: S101 - only a mapping has keys that are not known
    spot = parent.key_spots.pop(key)
    value = parent.pop(key)
    place = context.at(spot)
    known = keys_of(_model_at(model, path[:-1]))
    slip = context.suggestions.slip(key, [k for k in known if k not in parent])
    told = _describe(where, path[:-1])
    context.found.append(
        misnamed("E201", place, key, slip, key=cut(key), where=told, hint=say("hint.keys", known=listed(known)))
    )
    meant, _ = slip
    if meant is not None:
        parent[meant], parent.key_spots[meant] = value, spot


def _leave_out(node: Node, paths: Iterable[Path]) -> frozenset[str]:
    """Take faulty values out of an entry; return its keys that are gone or no longer whole."""
    if not isinstance(node, Map):
        return frozenset()
    # Of a list only the faulty items go; None stands for all of the value.
    gone: dict[str, set[int] | None] = {}
    for path in paths:
        key = str(path[0]) if path else ""
        if key not in node:
            continue
        inside = path[1] if len(path) > 1 else None
        items = gone.setdefault(key, set())
        if not isinstance(inside, int) or not isinstance(node[key], Seq):
            gone[key] = None
        elif items is not None:
            items.add(inside)
    for key, items in gone.items():
        value = node[key]
        if items is not None and isinstance(value, Seq):
            value[:] = [item for index, item in enumerate(value) if index not in items]
        else:
            del node[key]
    return frozenset(gone)


def _missing_keys(problems: list[Any], node: Node, where: Text, context: LoadContext) -> Iterator[Diagnostic]:
    """Report all keys that one mapping lacks in one message."""
    lacking: dict[Path, list[str]] = {}
    for problem in problems:
        if problem["type"] == "missing":
            lacking.setdefault(problem["loc"][:-1], []).append(str(problem["loc"][-1]))
    for path, keys in lacking.items():
        place = context.at(spot_at(node, path))
        yield fault("E202", place, where=_describe(where, path), key="`, `".join(keys))


def _diagnose(problem: Any, node: Node, context: LoadContext) -> Diagnostic:
    """Turn one problem of validation into a diagnostic at the place of the input."""
    kind = str(problem["type"])
    if kind.startswith("E"):
        texts = problem["ctx"]
        place = context.at(spot_at(node, (*problem["loc"], *texts["at"])) if texts["at"] else _spot_of(problem, node))
        return complaint(kind, texts, place)
    place = context.at(_spot_of(problem, node))
    found = shown(problem["input"])
    if kind == "too_short":
        return fault("E206", place, found=found, wanted=say("range.not_empty"))
    is_label = problem["loc"][-1:] in {("label",), ("name",)}
    wanted = WANTED["list" if kind in {"tuple_type", "list_type"} else "label" if is_label else "map"]
    return fault(variant("E203", found), place, found=found, wanted=wanted)


def _spot_of(problem: Any, node: Node) -> Spot:
    """Return where the faulty value itself begins."""
    value = problem["input"]
    return value.spot if isinstance(value, (Scalar, Map, Seq)) else spot_at(node, problem["loc"])


def _describe(where: Text, path: Path) -> Text:
    steps = [str(step) for step in path if isinstance(step, str)]
    if not steps:
        return where
    inner = f"`{'.'.join(steps)}`"
    return Text(f"{inner} ({where.id})", f"{inner} ({where.en})")


def keys_of(model: type[Entry]) -> tuple[str, ...]:
    """Return the keys that an entry may have in a file."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _model_at(model: type[Entry], path: Path) -> type[Entry]:
    """Return the model of the part of an entry that a path of keys and indices leads to."""
    for step in path:
        if isinstance(step, str):
            info = next(i for name, i in model.model_fields.items() if step == (i.alias or name))
            model = next(_models_in(info.annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
