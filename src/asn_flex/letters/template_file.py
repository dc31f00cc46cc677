"""The templates of letters as DOCX files that an agency edits in its word processor (semantics §12.8).

The shipped templates are built from the message catalogue, so that both languages say the same; whoever wants other
words writes them out (`asn-flex new letters DIR`), edits them and gives the folder to `asn-flex letters --templates`.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

from asn_flex.errors import Lang
from asn_flex.i18n import say

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

Kind = Literal["order_demand", "order_unit", "notice"]
# A template's file in a folder of templates.
FILES: dict[Kind, str] = {
    "order_demand": "surat-tugas-kebutuhan.docx",
    "order_unit": "surat-tugas-unit.docx",
    "notice": "pemberitahuan.docx",
}
_FONT = "Times New Roman"
# Of the columns of people, in centimetres; A4 leaves 16.5.
_WIDTHS = {
    "order_demand": (1.1, 5.7, 3.0, 6.7),
    "order_unit": (1.1, 4.1, 2.2, 3.5, 5.6),
}


def template_bytes(kind: Kind, lang: Lang) -> bytes:
    """Return a shipped template as a DOCX file with the fields of docs/letters.md."""
    import docx  # noqa: PLC0415 - an extra, and letters only

    document = docx.Document()
    page = _Page(document, lang)
    page.set_up()
    page.letterhead()
    if kind == "notice":
        page.notice()
    else:
        page.order(kind)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


class _Page:
    """Writes one template, top down."""

    def __init__(self, document: Document, lang: Lang) -> None:
        self.document = document
        self.lang = lang

    def word(self, key: str) -> str:
        return say(f"letter.{key}").in_lang(self.lang)

    def set_up(self) -> None:
        """Set up A4, margins, the font and the line below every page."""
        from docx.oxml.ns import qn  # noqa: PLC0415 - an extra, and letters only
        from docx.shared import Cm, Pt  # noqa: PLC0415 - an extra, and letters only

        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(2.5), Cm(2)
        section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.8)
        style: Any = self.document.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(11)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
        language = style.element.rPr.makeelement(qn("w:lang"), {qn("w:val"): "id-ID" if self.lang == "id" else "en-GB"})
        style.element.rPr.append(language)
        style.paragraph_format.space_after = Pt(2)
        style.paragraph_format.line_spacing = 1.0
        foot = section.footer.paragraphs[0]
        foot.add_run("{{ foot }}").font.size = Pt(8)

    def line(
        self, text: str = "", *, bold: bool = False, centred: bool = False, size: float | None = None
    ) -> Paragraph:
        """Write one paragraph."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - an extra, and letters only
        from docx.shared import Pt  # noqa: PLC0415 - an extra, and letters only

        paragraph = self.document.add_paragraph()
        run = paragraph.add_run(text)
        run.bold = bold
        if size is not None:
            run.font.size = Pt(size)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph

    def letterhead(self) -> None:
        """Write the agency's lines over a double rule."""
        from docx.oxml import parse_xml  # noqa: PLC0415 - an extra, and letters only
        from docx.oxml.ns import nsdecls  # noqa: PLC0415 - an extra, and letters only

        self.line("{{ agency }}", bold=True, centred=True, size=13)
        self.line("{%p if office %}")
        self.line("{{ office }}", bold=True, centred=True, size=14)
        self.line("{%p endif %}")
        last = self.line("{{ address }}", centred=True, size=9)
        rule = '<w:pBdr {}><w:bottom w:val="thickThinSmallGap" w:sz="18" w:space="4" w:color="000000"/></w:pBdr>'
        last.paragraph_format.element.get_or_add_pPr().append(parse_xml(rule.format(nsdecls("w"))))

    def title(self, key: str) -> None:
        """Write the title and the number."""
        title = self.line(self.word(key), bold=True, centred=True, size=12)
        title.runs[0].underline = True
        number = self.line(f"{self.word('label.number')} {{{{ number }}}}", centred=True)
        number.paragraph_format.space_after = 114300

    def pair(self, label: str, loop: str, item: str) -> None:
        """Write a label with a list of lines beside it."""
        from docx.shared import Cm  # noqa: PLC0415 - an extra, and letters only

        table = self.document.add_table(rows=1, cols=3)
        table.autofit = False
        cells = table.rows[0].cells
        for cell, column, width in zip(cells, table.columns, (3.1, 0.5, 12.9), strict=True):
            # Word goes by the cells, LibreOffice by the columns.
            cell.width = column.width = Cm(width)
        cells[0].paragraphs[0].add_run(label)
        cells[1].paragraphs[0].add_run(":")
        cells[2].paragraphs[0].add_run(loop)
        cells[2].add_paragraph(item)
        cells[2].add_paragraph("{%p endfor %}" if loop.startswith("{%p for") else "{%p endif %}")

    def order(self, kind: Kind) -> None:
        """Write an order: considering, basis, who, what for, signature and copies."""
        self.title("title.order")
        self.pair(self.word("label.considering"), "{%p if considering %}", "{{ considering }};")
        self.pair(self.word("label.basis"), "{%p for line in basis %}", "{{ loop.index }}. {{ line }};")
        self.line(self.word("label.orders"), bold=True, centred=True).paragraph_format.space_before = 76200
        self.line(f"{self.word('label.to')}:")
        self.people(kind)
        self.line().paragraph_format.space_after = 0
        self.pair(self.word("label.for"), "{%p for line in tasks %}", "{{ loop.index }}. {{ line }}")
        self.signature()
        self.line("{%p if copies %}")
        self.line(f"{self.word('label.copies')}:", size=10)
        self.line("{%p for line in copies %}")
        self.line("{{ loop.index }}. {{ line }}", size=10).paragraph_format.space_after = 0
        self.line("{%p endfor %}")
        self.line("{%p endif %}")

    def people(self, kind: Kind) -> None:
        """Write the table of people: its head is repeated on every page, and no row breaks."""
        fields = ["{{ p.no }}", "{{ p.name }}\n" + self.word("label.nip") + " {{ p.nip }}", "{{ p.rank }}",
                  "{{ p.post }}{% if p.post %}, {% endif %}{{ p.unit }}"]  # fmt: skip
        heads = ["no", "name", "rank", "post"]
        if kind == "order_unit":
            fields.append("{{ p.duty }}, {{ p.place }}\n{{ p.period }}")
            heads.append("where")
        table = self.document.add_table(rows=4, cols=len(fields), style="Table Grid")
        table.autofit = False
        for row in (1, 3):
            table.rows[row].cells[0].paragraphs[0].add_run("{%tr for p in people %}" if row == 1 else "{%tr endfor %}")
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            cell.paragraphs[0].add_run(self.word(f"column.{head}")).bold = True
        for cell, field in zip(table.rows[2].cells, fields, strict=True):
            self._lines(cell, field)
        self._shape(table, kind)

    def _lines(self, cell: _Cell, text: str) -> None:
        from docx.shared import Pt  # noqa: PLC0415 - an extra, and letters only

        first, *more = text.split("\n")
        paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in more)]
        for paragraph, line in zip(paragraphs, (first, *more), strict=True):
            paragraph.paragraph_format.space_after = 0
            paragraph.add_run(line).font.size = Pt(10)

    def _shape(self, table: Any, kind: Kind) -> None:
        from docx.oxml import parse_xml  # noqa: PLC0415 - an extra, and letters only
        from docx.oxml.ns import nsdecls  # noqa: PLC0415 - an extra, and letters only
        from docx.shared import Cm  # noqa: PLC0415 - an extra, and letters only

        for column, width in zip(table.columns, _WIDTHS[kind], strict=True):
            column.width = Cm(width)
        for number, row in enumerate(table.rows):
            for cell, width in zip(row.cells, _WIDTHS[kind], strict=True):
                cell.width = Cm(width)
            properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no name for these
            properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
            if number == 0:
                properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))

    def signature(self) -> None:
        """Write place, date, post and name on the right, kept together."""
        from docx.shared import Cm  # noqa: PLC0415 - an extra, and letters only

        told = ["{{ city }}, {{ date }}", "{{ signer_post }},", "", "", "", "{{ signer_name }}", "{{ signer_rank }}",
                f"{self.word('label.nip')} {{{{ signer_nip }}}}"]  # fmt: skip
        for number, text in enumerate(told):
            paragraph = self.line(text, bold="signer_name" in text)
            paragraph.paragraph_format.left_indent = Cm(9.5)
            paragraph.paragraph_format.space_after = 0
            paragraph.paragraph_format.keep_with_next = number < len(told) - 1
            if number == 0:
                paragraph.paragraph_format.space_before = 152400

    def notice(self) -> None:
        """Write a notice: what, where, when, why, whom to report to, how to object."""
        self.title("title.notice")
        unit = "{{ post }}{% if post %}, {% endif %}{{ unit }}"
        for text in ("{{ name }}", f"{self.word('label.nip')} {{{{ nip }}}}", unit):
            self.line(text, bold=text == "{{ name }}").paragraph_format.space_after = 0
        self.line(self.word("notice.intro")).paragraph_format.space_before = 114300
        for label, field in (("duty", "duty"), ("place", "place"), ("period", "period"), ("report_to", "report_to")):
            self.pair(self.word(f"label.{label}"), "{%p if " + field + " %}", "{{ " + field + " }}")
        self.line(self.word("label.why"), bold=True).paragraph_format.space_before = 114300
        self.line("{{ why | join(' ') }}")
        self.line(self.word("label.objection"), bold=True).paragraph_format.space_before = 114300
        self.line("{{ objection }}")
        self.signature()
