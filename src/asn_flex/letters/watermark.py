"""DRAF across every page of a document, whatever its template says (semantics §12.8)."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

# The shape by which word processors know a watermark: text along a line, turned, behind the words.
_SHAPE = """\
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"><w:rPr><w:noProof/></w:rPr><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
 path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>
<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>
<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>
<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="asnflexdraft{number}" o:spid="_x0000_s{spid}" type="#_x0000_t136" alt={text}
 style="position:absolute;margin-left:0;margin-top:0;width:440pt;height:150pt;rotation:315;z-index:-251658752;\
mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;\
mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#c00000" stroked="f">
<v:fill opacity=".22"/><v:textpath style="font-family:'Arial';font-size:1pt;font-weight:bold" string={text}/>
</v:shape></w:pict></w:r>"""


def add_watermark(document: Any, text: str) -> None:
    """Put a text across every page and at its top: in the headers of all sections, first and even ones too."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - an extra, and letters only
    from docx.oxml import parse_xml  # noqa: PLC0415 - an extra, and letters only

    number = 0
    for index, section in enumerate(document.sections):
        for header in (section.header, section.first_page_header, section.even_page_header):
            if header.is_linked_to_previous and index > 0:
                # It shows that of the section before, which has the mark.
                continue
            header.is_linked_to_previous = False
            number += 1
            paragraph = header.add_paragraph() if header.paragraphs[0].text else header.paragraphs[0]
            run = paragraph.add_run(text)
            run.bold = True
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            shape = _SHAPE.format(number=number, spid=2048 + number, text=quoteattr(text))
            paragraph._p.append(parse_xml(shape))  # noqa: SLF001 - python-docx has no name for shapes
