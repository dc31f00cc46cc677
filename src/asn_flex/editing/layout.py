"""From the pieces of a rule file to its canonical text (semantics §12.2).

Whether the author wrote a value in braces or as a block is kept, as long as braces fit the line and hold no comment.
Laying out a text that is laid out changes nothing.
"""

from __future__ import annotations

from asn_flex.editing.emit import STEP, WIDTH
from asn_flex.editing.order import OfFile, Order, arranged
from asn_flex.editing.pieces import Branch, Comment, File, Item, Leaf, Line

# Between what a line says and its comment.
_GAP = 2


def laid_out(file: File) -> str:
    """Return the canonical text of a file."""
    order = OfFile()
    items = _in_order(file.root, order)
    head = _take_head(file.root)
    lines = list(file.prefix)
    for index, item in enumerate(items):
        if index > 1 and not any(line is None for line in item.lead):
            # Sections stand apart.
            item.lead.insert(0, None)
        if index == 1 and head:
            lines += _loose(head, 0)
            if item is not file.root.items[1] and not any(line is None for line in item.lead):
                lines.append("")
        lines += _loose(item.lead, 0, at_beginning=index == 0)
        lines += _pair(item, 0, order, file.root)
    lines += _loose(file.root.tail, 0)
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\n" for line in lines)


def _take_head(root: Branch) -> list[Line]:
    """Take out the comment right below the first key: it is about the file, whatever section stands there."""
    if len(root.items) < 2:
        return []
    lead = root.items[1].lead
    length = next((i for i, line in enumerate(lead) if line is None), len(lead))
    head, root.items[1].lead = lead[:length], lead[length:]
    return head


def _loose(lines: list[Line], indent: int, *, at_beginning: bool = False) -> list[str]:
    """Write comment lines and empty lines."""
    written: list[str] = []
    for line in lines:
        if line is not None:
            written.append(" " * indent + line.text)
        elif written or not at_beginning:
            written.append("")
    return written


def _in_order(branch: Branch, order: Order) -> list[Item]:
    if not branch.is_map:
        return branch.items
    return [branch.items[i] for i in arranged((item.name for item in branch.items), order)]


def _order_of(value: Leaf | Branch, order: Order) -> Order:
    """Return the order of an entry; of a rule it depends on the kind that the rule says it is."""
    if isinstance(value, Branch) and value.is_map:
        for item in value.items:
            if item.name == "kind" and isinstance(item.value, Leaf):
                return order.of(item.value.text)
        return order.of("")
    return order


def _flow(value: Leaf | Branch, order: Order, *, in_flow: bool) -> str:
    if isinstance(value, Leaf):
        return value.tidy(in_flow=in_flow)
    own = _order_of(value, order)
    if not value.is_map:
        return "[" + ", ".join(_flow(item.value, own, in_flow=True) for item in value.items) + "]"
    pairs = (
        f"{item.key.tidy(in_flow=True) if item.key else ''}: {_flow(item.value, own.below(item.name), in_flow=True)}"
        for item in _in_order(value, own)
    )
    return "{" + ", ".join(pairs) + "}"


def _needs_block(value: Leaf | Branch) -> bool:
    """Whether a value cannot stand in one line: written as a block, with comments or with nothing between commas."""
    if isinstance(value, Leaf):
        return value.is_lines
    if not value.items:
        return False
    return (
        not value.is_flow
        or any(line is not None for line in value.tail)
        or any(i.has_comments or (isinstance(i.value, Leaf) and i.value.is_empty) for i in value.items)
        or any(_needs_block(item.value) for item in value.items)
    )


def _in_line(value: Leaf | Branch, order: Order, room: int) -> str | None:
    """Return the value in one line, or None where it becomes a block."""
    if _needs_block(value):
        return None
    text = _flow(value, order, in_flow=False)
    return text if isinstance(value, Leaf) or not value.items or len(text) <= room else None


def _commented(line: str, end: Comment | None, more: list[Comment], moved: int | None) -> list[str]:
    """Put a comment at the end of a line: two blanks behind, or where it stood if it stood apart.

    `moved` is how far the line moved to the right; None where it is another line than it was.
    """
    if end is None:
        return [line]
    column = len(line) + _GAP
    if moved is not None and end.gap > _GAP:
        column = max(column, end.column + moved)
    return [f"{line:<{column}}{end.text}", *(" " * column + comment.text for comment in more)]


def _pair(item: Item, indent: int, order: Order, branch: Branch) -> list[str]:
    """Write a key of `branch` with its value."""
    assert item.key is not None  # noqa: S101 - asked for mappings only
    head = " " * indent + item.key.tidy(in_flow=False) + ":"
    return _value(item, head, indent, order.below(item.name), branch)


def _value(item: Item, head: str, indent: int, order: Order, branch: Branch) -> list[str]:
    value, moved = item.value, indent - branch.column
    text = _in_line(value, order, WIDTH - len(head) - 1)
    if text is not None:
        lines = _commented(f"{head} {text}".rstrip(" "), item.end, item.more, None if branch.is_flow else moved)
    elif isinstance(value, Leaf):
        first, *others = value.written.split("\n")
        lines = [f"{head} {first}", *(_shifted(line, moved) for line in others)]
    else:
        lines = _commented(head, item.end, item.more, None if branch.is_flow or value.is_flow else moved)
        above, block = _block(value, indent + STEP, order)
        lines += [*_loose(above, indent + STEP), *block]
    return lines + _loose(item.under, indent + STEP)


def _shifted(line: str, by: int) -> str:
    """Move a line of a text behind `|` or `>` with its key."""
    if by >= 0:
        return " " * by + line if line else line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]


def _block(branch: Branch, indent: int, order: Order) -> tuple[list[Line], list[str]]:
    """Write the items of a mapping or list, and apart what stands above the first one."""
    own = _order_of(branch, order)
    above: list[Line] = []
    lines: list[str] = []
    for index, item in enumerate(_in_order(branch, own)):
        if branch.is_map:
            inner: list[Line] = []
            written = _pair(item, indent, own, branch)
        else:
            inner, written = _listed(item, indent, own, branch)
        lead = [*item.lead, *inner]
        if index == 0:
            above = lead
        else:
            lines += _loose(lead, indent)
        lines += written
    return above, lines + _loose(branch.tail, indent)


def _listed(item: Item, indent: int, order: Order, branch: Branch) -> tuple[list[Line], list[str]]:
    """Write an item of a list behind its dash, and apart the comments that have to stand above it."""
    head = " " * indent + "-"
    if isinstance(item.value, Leaf) or _in_line(item.value, order, WIDTH - len(head) - 1) is not None:
        return [], _value(item, head, indent, order, branch)
    above, block = _block(item.value, indent + STEP, order)
    # Only comments move above the dash: there an empty line would part other things than it did.
    comments: list[Line] = [line for line in above if line is not None]
    if item.end is not None:
        comments = [item.end, *item.more, *comments]
    first, *others = block
    return comments, [f"{head} {first[len(head) + 1 :]}", *others, *_loose(item.under, indent + STEP)]
