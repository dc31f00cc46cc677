"""A proof as a tree on the terminal (semantics §9)."""

from __future__ import annotations

from pathlib import PurePath

from rich.text import Text as Line
from rich.tree import Tree

from asn_flex.domain.proof import Proof, ProofNode
from asn_flex.report.console import Sheet, clean

_SIGNS = {
    "true": ("✓", "green"), "met": ("✓", "green"), "released": ("✓", "green"), "applies": ("✓", "green"),
    "free": ("✓", "green"), "overridden": ("✓", "yellow"), "false": ("✗", "dim"), "not_met": ("✗", "red"),
    "stops": ("✗", "red"), "full": ("●", "yellow"), "asks": ("?", "yellow"), "unknown": ("?", "yellow"),
    "hidden": ("·", "dim"),
}  # fmt: skip
_BOLD = frozenset({"answer", "section", "demand", "basis"})
# Leaves that only say where their parent comes from stand on its line.
_WHERE = frozenset({"fact", "observation"})


def show_proof(proof: Proof, sheet: Sheet) -> None:
    """Print the tree, then the laws cited and the files that it names."""
    audience = sheet.say(f"show.audience.{proof.audience}")
    sheet.line(sheet.say("show.proof.title", audience=audience), style="dim")
    sheet.print()
    show_tree(proof.root, sheet)


def show_tree(top: ProofNode, sheet: Sheet) -> None:
    """Print steps as a tree, then the laws that they cite and the files that they name."""
    names = file_names(top)
    root = Tree(_line(top, sheet, names), guide_style="dim")
    for child in top.children:
        _grow(root, child, sheet, names)
    sheet.console.print(root)
    sheet.console.print()
    foot = Sheet(sheet.console, sheet.lang)
    cited = {s.cite: s for n in top.walk() for s in n.sources}
    if cited:
        foot.heading(foot.say("show.proof.sources"))
        for cite, source in sorted(cited.items()):
            link = f" <{source.url}>" if source.url else ""
            foot.bullet(f"{cite}: {foot.word(source.label.in_lang(sheet.lang))}{clean(link)}")
    if names:
        foot.heading(foot.say("show.proof.files"))
        for path, name in sorted(names.items(), key=lambda item: item[1]):
            foot.bullet(name if name == path else f"{name}: {path}")
    foot.print()


def _grow(tree: Tree, step: ProofNode, sheet: Sheet, names: dict[str, str]) -> None:
    branch = tree.add(_line(step, sheet, names))
    for child in step.children:
        if not _stands_beside(child):
            _grow(branch, child, sheet, names)


def _stands_beside(step: ProofNode) -> bool:
    return step.kind in _WHERE and not step.children and not step.sources


def _line(step: ProofNode, sheet: Sheet, names: dict[str, str]) -> Line:
    line = Line()
    if step.outcome is not None:
        sign, style = _SIGNS[step.outcome]
        line.append(f"{sign} ", style=style)
    text = clean(step.text.in_lang(sheet.lang))
    line.append(text, style="bold" if step.kind in _BOLD else "")
    if step.sources:
        line.append(f" [{', '.join(s.cite for s in step.sources)}]", style="cyan")
    beside = [child for child in step.children if _stands_beside(child)]
    for place in dict.fromkeys(p for p in (step.place, *(c.place for c in beside)) if p is not None):
        line.append(f"  {_short(place, names)}", style="dim")
    if beside and not any(c.place for c in beside):
        line.append(f"  ({'; '.join(clean(c.text.in_lang(sheet.lang)) for c in beside)})", style="dim")
    return line


def file_names(root: ProofNode) -> dict[str, str]:
    """Return a short name for every file of a proof: its last part, or more where two would be the same."""
    files = sorted({_split(step.place)[0] for step in root.walk() if step.place is not None})
    named: dict[str, str] = {}
    for path in files:
        parts = PurePath(path).parts
        for size in range(1, len(parts) + 1):
            tail = PurePath(*parts[-size:]).as_posix()
            if sum(_ends(other, tail) for other in files) == 1:
                break
        named[path] = tail if parts else path
    return named


def _ends(path: str, tail: str) -> bool:
    wanted = PurePath(tail).parts
    return PurePath(path).parts[-len(wanted) :] == wanted


def _split(place: str) -> tuple[str, str]:
    path, line, _ = place.rsplit(":", 2)
    return path, line


def _short(place: str, names: dict[str, str]) -> str:
    path, line = _split(place)
    return f"{names[path]}:{line}"
