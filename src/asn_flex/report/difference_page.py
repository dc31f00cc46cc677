"""What an edit changes as lines for the terminal, as Markdown, and as one page for A4 (semantics §12.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from asn_flex._version import __version__
from asn_flex.analysis.effects import RulebookDiff
from asn_flex.errors import Lang
from asn_flex.i18n import one_line
from asn_flex.report.difference import PAGES, SCREEN, Line, Sheet, Table, sheet_of


def as_text(found: RulebookDiff, lang: Lang) -> Iterator[str]:
    """Yield lines for the terminal."""
    sheet = sheet_of(found, lang, SCREEN)
    yield one_line(sheet.title)
    yield one_line(sheet.verdict)
    for section in sheet.sections:
        yield ""
        yield one_line(section.title).upper()
        for block in section.blocks:
            yield from _table_text(block) if isinstance(block, Table) else [_line_text(block)]
    yield ""
    yield from map(one_line, sheet.foot)


def _line_text(line: Line) -> str:
    return f"{'    ' * line.depth}  {line.mark + ' ' if line.mark else ''}{one_line(line.text)}"


def _table_text(table: Table) -> Iterator[str]:
    rows = [[one_line(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.head))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield f"  {'  '.join(cells)}".rstrip()


# ---- Markdown --------------------------------------------------------------------------------------------------------


def as_markdown(found: RulebookDiff, lang: Lang) -> str:
    """Return the page as Markdown."""
    sheet = _one_page(found, lang)
    lines = [f"# {_marked(sheet.title)}", "", f"**{_marked(sheet.verdict)}**"]
    for section in sheet.sections:
        lines += ["", f"## {_marked(section.title)}"]
        was_line = False
        for block in section.blocks:
            if isinstance(block, Table):
                lines += ["", *_table_markdown(block)]
            else:
                lines += [] if was_line else [""]
                mark = f"{block.mark} " if block.mark else ""
                lines.append(f"{'  ' * block.depth}- {mark}{_marked(block.text)}")
            was_line = isinstance(block, Line)
    lines += ["", *(f"{_marked(name)}: ______________________  " for name in sheet.signatures), ""]
    lines += [f"{_marked(line)}  " for line in (*sheet.foot, f"asn-flex {__version__}")]
    return "\n".join(lines) + "\n"


def _table_markdown(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(_marked(cell) for cell in table.head)} |"
    yield f"|---|{'---:|' * (len(table.head) - 1)}"
    for row in table.rows:
        yield f"| {' | '.join(_marked(cell) for cell in row)} |"


def _marked(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|~" else c for c in str(one_line(text)))


# ---- one page --------------------------------------------------------------------------------------------------------

_STYLE = """
@page { size: A4; margin: 12mm 14mm }
body { font: 9pt/1.3 "Liberation Sans", Arial, Helvetica, sans-serif; color: #111; max-width: 182mm; margin: 0 auto }
h1 { font-size: 13pt; line-height: 1.2; margin: 0 0 1mm }
h2 { font-size: 10pt; margin: 3mm 0 1mm; border-bottom: .3mm solid #666; break-after: avoid }
p.verdict { font-weight: bold; margin: 0; padding: 1mm 2mm; border-left: 1mm solid #111; background: #f2f2f2 }
ul { list-style: none; margin: 0; padding: 0 }
li { margin: .5mm 0; padding-left: 4mm; text-indent: -4mm; overflow-wrap: anywhere }
li.d1 { margin-left: 4mm; padding-left: 3mm; text-indent: -3mm; color: #333; font-size: 8pt }
b.m { display: inline-block; width: 4mm; text-indent: 0 }
li.d1 b.m { width: 3mm }
table { border-collapse: collapse; width: 100%; margin: 1mm 0; font-size: 8.5pt; break-inside: avoid }
th, td { padding: .4mm 1.5mm; text-align: right; vertical-align: top; border-bottom: .1mm solid #bbb }
th { border-bottom: .3mm solid #666; font-weight: bold }
th:first-child, td:first-child { text-align: left; white-space: pre-wrap }
.sign { margin-top: 5mm; display: flex; justify-content: space-between; break-inside: avoid }
.sign div { width: 62mm; border-bottom: .2mm solid #111; height: 19mm }
footer { margin-top: 3mm; font-size: 7pt; color: #444; break-inside: avoid }
footer div { overflow-wrap: anywhere }
"""


# Millimetres: the page within its margins, what stands on every page, a title, a row, and lines of either size with the
# characters that fit into one.
_PAGE_MM, _FIXED_MM, _TITLE_MM, _ROW_MM = 273.0, 46.0, 8.5, 4.7
_LINES = ((4.7, 108), (4.0, 118))


def _one_page(found: RulebookDiff, lang: Lang) -> Sheet:
    """Return as much as one page holds: lists are shortened, step by step, before a second page begins."""
    for size in PAGES[:-1]:
        sheet = sheet_of(found, lang, size)
        if _height(sheet) <= _PAGE_MM:
            return sheet
    return sheet_of(found, lang, PAGES[-1])


def _height(sheet: Sheet) -> float:
    """Estimate how high a page is, in millimetres; a little too much rather than too little."""
    height = _FIXED_MM + 3 * len(sheet.foot)
    for section in sheet.sections:
        height += _TITLE_MM
        for block in section.blocks:
            if isinstance(block, Table):
                height += _ROW_MM * (1 + len(block.rows)) + 3
            else:
                high, wide = _LINES[min(block.depth, 1)]
                height += high * -(-len(block.text) // wide)
    return height


def as_html(found: RulebookDiff, lang: Lang) -> str:
    """Return one self-contained page for A4, without scripts."""
    sheet = _one_page(found, lang)
    body = [f"<h1>{_html(sheet.title)}</h1>", f'<p class="verdict">{_html(sheet.verdict)}</p>']
    for section in sheet.sections:
        body += ["<section>", f"<h2>{_html(section.title)}</h2>", *_blocks_html(section.blocks), "</section>"]
    body.append(f'<div class="sign">{"".join(f"<div>{_html(name)}</div>" for name in sheet.signatures)}</div>')
    foot = (*sheet.foot, f"asn-flex {__version__}")
    body.append(f"<footer>{''.join(f'<div>{_html(line)}</div>' for line in foot)}</footer>")
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8"><title>{_html(sheet.title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def _blocks_html(blocks: Sequence[Line | Table]) -> Iterator[str]:
    open_list = False
    for block in blocks:
        is_line = isinstance(block, Line)
        if is_line is not open_list:
            yield "<ul>" if is_line else "</ul>"
            open_list = is_line
        if isinstance(block, Line):
            mark = f'<b class="m">{_html(block.mark)}</b>' if block.mark else ""
            yield f'<li class="d{block.depth}">{mark}{_html(block.text)}</li>'
        else:
            head = "".join(f"<th>{_html(cell)}</th>" for cell in block.head)
            rows = "".join(f"<tr>{''.join(f'<td>{_html(cell)}</td>' for cell in row)}</tr>\n" for row in block.rows)
            yield f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    if open_list:
        yield "</ul>"


def _html(text: str) -> str:
    return escape(str(one_line(text)))
