"""A small town whose people have hostile names, and readers of the documents made of its plan (data rekaan)."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from pathlib import Path

import docx
import openpyxl
import polars as pl
import pypdfium2

import asn_flex as af

# Each would do something somewhere: in a spreadsheet, a template, XML, typst markup, a calendar, a path.
NAMES = {
    "P-1": '=HYPERLINK("http://x.example","klik")',
    "P-2": "{{ 7*7 }}{% for x in y %}",
    "P-3": "<w:br/>&amp; <b>Siti</b>",
    "P-4": '#eval("1+1") *tebal* $x$ \\ @ref',
    "P-5": "../../etc/passwd",
    "P-6": "+1+cmd|' /C calc'!A0",
    "P-7": "Nur-Aini d'Été",
    "P-8": "BEGIN:VEVENT;X=1,2",
}
ILLNESS = "tuberkulosis"

RULES = """\
format: asn-flex/rules/1
pack: {id: kota, version: "1"}
sources:
  uu: {label: {id: UU Contoh, en: Sample Law}}
  perwali: {label: {id: Perwali Contoh, en: Sample Order}}
  rahasia: {label: {id: Aturan Kesehatan Contoh, en: Sample Health Rule}}
events: {banjir: {label: {id: Banjir, en: Flood}}}
attributes: {officer.penyakit: {type: text, sensitive: true, label: {id: Penyakit, en: Illness}}}
competencies:
  rawat: {label: {id: Perawatan, en: Nursing}}
  bidan: {label: {id: Kebidanan, en: Midwifery}, substitutes: [{for: rawat, strength: 0.7}]}
duties:
  jaga: {label: {id: Jaga malam, en: Night watch}, class: support, priority: 3}
  pos: {label: {id: Pos kesehatan, en: Health post}, class: life_safety, priority: 5,
        requires: [{competency: rawat, level: 2}]}
rules:
  - {id: ACT-1, kind: activate, duty: jaga, each: area, when: {area.flooded: true}, source: [uu], seats: {base: 3},
     shifts: [{id: malam, from: "19:00", hours: 12}]}
  - {id: ACT-2, kind: activate, duty: pos, each: event, seats: {base: 6}, source: ["perwali#4"]}
  - {id: COV-1, kind: cover, duty: pos, by: substitution, min_strength: 0.5, source: [uu],
     label: {id: Bidan menggantikan, en: Midwives stand in}}
  - {id: COV-2, kind: cover, duty: pos, who: {officer.penyakit: tuberkulosis}, strength: 0.5, source: [rahasia]}
  - {id: PRF-1, kind: prefer, duty: jaga, who: {officer.unit: dinkes}, points: 900}
"""

SETTINGS = """\
format: asn-flex/letters/1
agency: PEMERINTAH KOTA CONTOH
office: SEKRETARIAT DAERAH
address: Jalan Rekaan 1
city: Contoh
number: "800/{n}/SETDA/{month}/{year}"
first_number: 41
signer: {name: Rekaan Sekda, post: Sekretaris Daerah, rank: Pembina, nip: "190000000000000001"}
report_to: {"*": Posko utama, pos: Koordinator kesehatan}
objection: {to: BKPSDM, hours: 24}
basis: [Perwali tambahan]
copies: [Wali Kota, Inspektur]
"""


def plan_town(folder: Path) -> af.Planning:
    """Plan the town: 3 at the watch, 5 (of 6 seats) at the health post."""
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    rulebook = af.load_rulebook(folder / "rules.yaml")
    ids = list(NAMES)
    scenario = af.scenario_from_tables(
        rulebook,
        id="contoh",
        now=datetime.fromisoformat("2024-12-05T06:00:00+08:00"),
        event={"type": "banjir", "areas": ["k1"], "command_area": "kota", "phase": "response", "decree": "SK Contoh 9",
               "started": "2024-12-03T16:00:00+08:00"},
        period={"start": date(2024, 12, 30), "end": date(2025, 1, 2)},
        officers=pl.DataFrame({
            "id": ids, "name": list(NAMES.values()), "unit": ["umum"] * 3 + ["dinkes"] * 5,
            "nip": [f"19800101201001100{n}" for n in range(8)], "rank": ["Penata"] * 8,
            "post": [None, *["Perawat"] * 7], "phone": [f"0800-{n}" for n in range(8)],
            "penyakit": [None] * 7 + [ILLNESS],
        }),
        holdings=pl.DataFrame({
            "officer": ["P-4", "P-5", "P-6", "P-7"], "competency": ["rawat", "rawat", "bidan", "bidan"],
            "level": [3, 2, 3, 2],
        }),
        units=pl.DataFrame({"id": ["umum", "dinkes"], "name": ["Bagian Umum", "Dinas Kesehatan"]}),
        areas=pl.DataFrame({"id": ["kota", "k1"], "name": ["Kota Contoh", "Kelurahan <Satu>"], "parent": [None, "kota"],
                            "flooded": [False, True]}),
        pins=pl.DataFrame({"officer": ["P-1"], "demand": ["jaga@k1/malam"], "pin": ["must"], "by": ["Pak Rahasia"],
                           "reason": ["alasan dalam"]}),
    )  # fmt: skip
    return af.plan(rulebook, scenario, engine="plain")


def docx_text(content: bytes) -> str:
    """Return all words of a document, header and footer included, with single spaces."""
    document = docx.Document(io.BytesIO(content))
    parts = [document, *(p for s in document.sections for p in (s.header, s.footer))]
    return flat(" ".join(node.text or "" for part in parts for node in _texts(part)))


def _texts(part):
    element = part.element.body if hasattr(part, "element") and hasattr(part.element, "body") else part._element
    return element.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t")


def pdf_pages(content: bytes) -> list[str]:
    """Return the words of every page of a PDF."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def pdf_text(content: bytes) -> str:
    return " ".join(flat(page) for page in pdf_pages(content))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def squeezed(text: str) -> str:
    """Return text without spaces and hyphens at line ends: what a line break or a cell does to words is no matter."""
    return re.sub(r"[\s\ufffe\xad\u0002]+", "", text)


def sheets(content: bytes) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [tuple(c.value for c in row) for row in sheet.iter_rows()] for sheet in book}
