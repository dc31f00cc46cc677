"""Letters and roll call as PDF in the shipped layout (`layout.typ`), by typst (semantics §12.8)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal

from asn_flex.errors import Text, UsageError
from asn_flex.i18n import say
from asn_flex.letters.content import Letters, Notice, Order

PdfKind = Literal["order", "notice", "roll"]
_WORDS = {
    "number": "label.number", "considering": "label.considering", "basis": "label.basis", "orders": "label.orders",
    "to": "label.to", "for": "label.for", "copies": "label.copies", "nip": "label.nip", "duty": "label.duty",
    "place": "label.place", "period": "label.period", "report_to": "label.report_to", "why": "label.why",
    "objection": "label.objection", "intro": "notice.intro", "title_order": "title.order",
    "title_notice": "title.notice", "title_roll": "title.roll", "column_no": "column.no", "column_name": "column.name",
    "column_rank": "column.rank", "column_post": "column.post", "column_where": "column.where",
    "column_phone": "column.phone", "column_came": "column.came", "column_left": "column.left",
    "column_unit": "column.unit",
}  # fmt: skip


class Typesetter:
    """Sets letters of one plan; the same letters give the same bytes on machines with the same fonts."""

    def __init__(self, letters: Letters, *, made: datetime) -> None:
        try:
            import typst  # noqa: PLC0415 - an extra, and letters only
        except ImportError:
            raise UsageError(say("letters.not_installed")) from None
        self._letters = letters
        self._made = int(made.timestamp())
        self._words = {name: say(f"letter.{key}").in_lang(letters.lang) for name, key in _WORDS.items()}
        self._layout = (files("asn_flex.letters") / "layout.typ").read_bytes()
        self._compiler = typst.Compiler()

    def pdf(self, kind: PdfKind, letters: Sequence[Order | Notice]) -> bytes:
        """Return one PDF with letters of one kind, each beginning on a page of its own."""
        titles: dict[PdfKind, Text] = {
            "order": say("letter.title.order"), "notice": say("letter.title.notice"), "roll": say("letter.title.roll"),
        }  # fmt: skip
        data: dict[str, Any] = {
            "kind": kind, "lang": self._letters.lang, "by": self._letters.by, "head": asdict(self._letters.head),
            "words": self._words, "title": titles[kind].in_lang(self._letters.lang),
            "letters": [asdict(letter) for letter in letters],
        }  # fmt: skip
        # The layout goes along each time: typst forgets bytes after one document.
        found = self._compiler.compile(
            self._layout, format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=self._made
        )
        assert isinstance(found, bytes)  # noqa: S101 - one PDF is one file
        return found
