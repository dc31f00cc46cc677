"""The terminal as it is: any width, any encoding, colour only where it belongs."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text as Line

from asn_flex.errors import Lang, Text
from asn_flex.i18n import say, say_count

# What a terminal without UTF-8 sees in place of our signs.
_PLAIN_SIGNS = str.maketrans(
    {
        "█": "#", "░": ".", "·": "-", "–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "×": "x", "≥": ">=",
        "≤": "<=", "✓": "+", "✗": "x", "•": "*", "●": "*", "○": "o", "⚠": "!", "‰": "o/oo",
    }
)  # fmt: skip
# Below NARROW there are no bars and hardly an indent; below NARROWEST the terminal itself breaks lines.
NARROW, NARROWEST = 60, 32


class AnyEncoding:
    """A stream that never fails for a sign its encoding lacks: our signs have plain twins, others become `?`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:
        """The encoding of the stream beneath."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write the text as far as the encoding goes."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            text = text.translate(_PLAIN_SIGNS).encode(self.encoding, "replace").decode(self.encoding)
        except LookupError:
            text = text.translate(_PLAIN_SIGNS).encode("ascii", "replace").decode("ascii")
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream beneath."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person watches."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor beneath."""
        return self._stream.fileno()


def make_console(stream: TextIO | None = None) -> Console:
    """Return a console on stdout (or `stream`) that takes every text as it is."""
    beneath = AnyEncoding(sys.stdout if stream is None else stream)
    return Console(file=beneath, markup=False, highlight=False, emoji=False, soft_wrap=False)  # type: ignore[arg-type]


def clean(text: str) -> str:
    r"""Return text from a file without control characters, which could steer a terminal.

    Examples
    --------
    >>> clean("Siti\x1b[2J")
    'Siti[2J'
    """
    if text.isprintable():
        return text
    return "".join(
        " " if c in "\t\n\r" else c for c in text if c in "\t\n\r" or unicodedata.category(c) not in {"Cc", "Cf"}
    )


class Sheet:
    """Collects the lines of a report in one language, laid out for a console."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self.console = console
        self.lang: Lang = lang
        self.width = max(NARROWEST, console.width)
        self._lines: list[Line] = []

    def word(self, text: Text | str) -> str:
        """Return a sentence in the sheet's language, safe to show."""
        return clean(text if isinstance(text, str) else text.in_lang(self.lang))

    def say(self, key: str, /, **values: object) -> str:
        """Return a sentence of the catalogue in the sheet's language."""
        return self.word(say(key, **values))

    def say_count(self, key: str, /, count: int, **values: object) -> str:
        """Return a sentence of the catalogue that goes with a number, in the sheet's language."""
        return self.word(say_count(key, count, **values))

    def heading(self, text: str) -> None:
        """Begin a section."""
        self.blank()
        self.line(text.upper(), style="bold cyan")

    def blank(self) -> None:
        """Leave a line empty, never two."""
        if self._lines and self._lines[-1].plain:
            self._lines.append(Line())

    def line(self, text: str | Line, *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Add a text, wrapped at the width; `hang` indents the lines that follow the first."""
        whole = Line(text, style=style) if isinstance(text, str) else text
        # A narrow terminal has no room for indents.
        indent, hang = (min(indent, 2), min(hang, 2)) if self.width < NARROW else (indent, hang)
        first = True
        for part in whole.wrap(self.console, max(8, self.width - indent - hang)):
            part.rstrip()
            lead = indent if first else indent + hang
            self._lines.append(Line(" " * lead) + part)
            first = False

    def bullet(self, text: str | Line, *, indent: int = 2, sign: str = "•", style: str = "") -> None:
        """Add an item of a list."""
        body = Line(text, style=style) if isinstance(text, str) else text
        self.line(Line(f"{sign} ") + body, indent=indent, hang=2)

    def raw(self, text: str | Line, *, indent: int = 2, style: str = "") -> None:
        """Add a line that must not be broken, such as a command to copy."""
        whole = Line(clean(text), style=style) if isinstance(text, str) else text
        whole.no_wrap, whole.overflow = True, "ignore"
        self._lines.append(Line(" " * indent) + whole)

    def columns(self, cells: Iterable[tuple[str, int, str]], *, indent: int = 2) -> None:
        """Add a row of (text, width, style); a width below 0 sets the text to the right, 0 takes what is left."""
        row = Line(" " * indent)
        for text, width, style in cells:
            size = abs(width) if width else max(4, self.width - cell_len(row.plain))
            body = fit(text, size if width <= 0 else max(1, size - 1))
            pad = " " * max(0, size - cell_len(body))
            row.append(pad + body if width < 0 else body + pad, style=style)
        row.rstrip()
        self._lines.append(row)

    def print(self) -> None:
        """Show everything that was collected."""
        self.console.print(_Laid(self._lines), soft_wrap=True, end="")


class _Laid:
    """Lines that need no more wrapping."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = tuple(lines)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del options
        for line in self._lines:
            yield from line.render(console, end="\n")


def fit(text: str, size: int) -> str:
    """Cut a text to a number of cells, with `…` where something is lost.

    Examples
    --------
    >>> fit("Kota Tanjungbalai", 8)
    'Kota Ta…'
    """
    return text if cell_len(text) <= size else set_cell_size(text, max(0, size - 1)).rstrip() + "…"


def bar(part: int, whole: int, size: int) -> str:
    """Return a bar of `size` cells; it is full only where nothing is missing, and empty only where all is.

    Examples
    --------
    >>> bar(1, 2, 8), bar(99, 100, 8)
    ('████░░░░', '███████░')
    """
    if whole <= 0:
        return "░" * size
    cells = part * size // whole
    if 0 < part < whole:
        cells = min(max(cells, 1), size - 1)
    cells = min(cells, size)
    return "█" * cells + "░" * (size - cells)


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent, never `100%` where something is missing.

    Examples
    --------
    >>> percent(2, 3), percent(999, 1000), percent(0, 0)
    ('67%', '99%', '0%')
    """
    if whole <= 0:
        return "0%"
    value = (200 * part + whole) // (2 * whole)
    return f"{min(value, 99) if part < whole else value}%"
