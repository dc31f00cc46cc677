"""Overlays: which files belong to which rulebook, where one rulebook extends others (semantics §5.11).

Everything is read off the names of the files, so that a bundle opened elsewhere falls into the same rulebooks as the
folders it was made from: a path in `pack.extends` is taken from the folder of the file that says so, step by step as
it is written (links are not resolved).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from asn_flex.errors import Diagnostic, Note, Place
from asn_flex.i18n import fault, say
from asn_flex.rulebook.cycles import find_cycles
from asn_flex.rulebook.scalars import as_list, cut
from asn_flex.rulebook.tree import Map, Node, Scalar, Seq

if TYPE_CHECKING:
    from asn_flex.rulebook.model import Rulebook

# The rulebook that was asked for: no other names its files.
OWN = ""


@dataclass(frozen=True)
class Extension:
    """One path of `pack.extends`, as it is written, and the absolute path that it leads to."""

    file: str
    place: Place
    written: str
    target: str


@dataclass
class Layer:
    """The files of one rulebook, and the rulebooks that it rests on."""

    key: str
    files: list[str] = field(default_factory=list)
    extends: list[Extension] = field(default_factory=list)
    # Every rulebook below, however far.
    below: frozenset[str] = frozenset()


def absolute(name: str) -> str:
    """Return the absolute path of a file, with `.` and `..` taken out as written."""
    return Path(os.path.abspath(name)).as_posix()  # noqa: PTH100 - `resolve` would follow links


def is_within(path: str, folder: str) -> bool:
    """Whether an absolute path is a folder (or file) itself, or below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def extensions_in(tree: Node | None, file: str) -> list[Extension]:
    """Return what the `pack` of a file extends; what is no path at all is left to the schema."""
    pack = tree.get("pack") if isinstance(tree, Map) else None
    given = as_list(pack.get("extends")) if isinstance(pack, Map) else None
    items = given if isinstance(given, Seq | list) else []
    folder = PurePosixPath(absolute(file)).parent
    return [
        Extension(file, Place(file, *item.spot), item.text, absolute((folder / item.text).as_posix()))
        for item in items
        if isinstance(item, Scalar) and not item.is_null
    ]


def ways_to_bases(rulebook: Rulebook) -> list[str]:
    """Return the highest folder on the way of every path from a rulebook to a base, as an absolute path."""
    packs = {("bases", pack.id): pack for pack in rulebook.packs.values()} | {("pack", "pack"): rulebook.pack}
    found = []
    for key, pack in packs.items():
        place = rulebook.places.get(key)
        if place is None:
            continue
        folder = PurePosixPath(absolute(place.file)).parent
        for path in pack.extends:
            steps = PurePosixPath(os.path.normpath(path)).parts
            found.append(absolute((folder / "/".join(step for step in steps if step == "..")).as_posix()))
    return found


def is_relative(written: str) -> bool:
    """Whether a path means the same on every machine."""
    return not PurePosixPath(written).is_absolute() and not PureWindowsPath(written).drive and "\0" not in written


def leads_to_itself(one: Extension) -> bool:
    """Whether a rulebook names its own file, or a folder that holds it."""
    return is_within(absolute(one.file), one.target)


def settle_layers(trees: Mapping[str, Node], found: list[Diagnostic]) -> list[Layer]:
    """Put every file into its rulebook; bases come before what rests on them, the rulebook asked for is the last.

    A file that several paths reach belongs to the longest of them, so that a base may be a folder inside the
    rulebook that extends it.
    """
    said = [one for file, tree in sorted(trees.items()) for one in extensions_in(tree, file)]
    if not said:
        return [Layer(OWN, sorted(trees))]
    usable: list[Extension] = []
    # A base that cannot be read is there all the same, and what is wrong with it is told already.
    unread = [absolute(d.place.file) for d in found]
    paths = {file: absolute(file) for file in trees}
    for one in said:
        problem = _problem(one, [*paths.values(), *unread])
        if problem is None:
            usable.append(one)
        else:
            found.append(problem)
    targets = sorted({one.target for one in usable}, key=len, reverse=True)
    layers = {key: Layer(key) for key in (*targets, OWN)}
    for file, path in sorted(paths.items()):
        owner = next((target for target in targets if is_within(path, target)), OWN)
        layers[owner].files.append(file)
        layers[owner].extends.extend(one for one in usable if one.file == file)
    return _in_order(layers, found)


def _problem(one: Extension, paths: Iterable[str]) -> Diagnostic | None:
    if not is_relative(one.written):
        return fault("E311.absolute", one.place, path=cut(one.written))
    if leads_to_itself(one):
        return fault("E311.itself", one.place, path=cut(one.written))
    if not any(is_within(path, one.target) for path in paths):
        return fault("E311", one.place, path=cut(one.written), file=one.file)
    return None


def _in_order(layers: Mapping[str, Layer], found: list[Diagnostic]) -> list[Layer]:
    """Order bases before what rests on them; report circles, once each, with every step."""
    links = {key: [one.target for one in layer.extends] for key, layer in layers.items()}
    cycles = find_cycles(links)
    for cycle in cycles:
        steps = [
            next(one for one in layers[key].extends if one.target == target)
            for key, target in zip(cycle, (*cycle[1:], cycle[0]), strict=True)
        ]
        steps.sort(key=lambda step: step.place)
        notes = tuple(Note(s.place, say("note.extends", path=cut(s.written))) for s in steps[1:])
        shown = ", ".join(str(step.place) for step in steps[1:])
        one = fault("E311.circle", steps[0].place, path=cut(steps[0].written), others=shown)
        found.append(Diagnostic(one.place, one.code, one.text, notes))
    ordered: list[Layer] = []
    if cycles:
        return [layer for layer in layers.values() if layer.files]
    waiting = dict(layers)
    while waiting:
        ready = sorted(key for key in waiting if not any(target in waiting for target in links[key]))
        for key in ready:
            layer = waiting.pop(key)
            layer.below = frozenset(links[key]).union(*(layers[target].below for target in links[key]))
            ordered.append(layer)
    return ordered
