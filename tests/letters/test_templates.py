"""An agency's own templates: filled in a sandbox, with one clear error where they are wrong (semantics §12.8)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

import asn_flex as af
from asn_flex.cli import run
from asn_flex.letters import office
from asn_flex.letters.content import BLANK
from asn_flex.letters.docx_letters import Template
from asn_flex.letters.template_file import FILES, template_bytes
from asn_flex.letters.watermark import add_watermark

from .build import NAMES, docx_text, pdf_text, plan_town

FIELDS = {"name": "{{ 7*7 }}", "people": [{"name": "=1+1"}], "agency": "Kota"}


def template(*lines: str) -> Template:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return Template("notice", stream.getvalue(), "surat.docx")


def refusal(found: Template) -> str:
    with pytest.raises(af.InputError) as error:
        found.fill(FIELDS, watermark=None)
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.message("id")
    assert "\n" not in str(diagnostic)
    return str(diagnostic)


def test_fields_become_text_and_are_never_read_again() -> None:
    text = docx_text(
        template("Kepada {{ name }}", "{%p for p in people %}", "{{ p.name }}", "{%p endfor %}").fill(
            FIELDS, watermark=None
        )
    )
    assert text.split() == ["Kepada", "{{", "7*7", "}}", "=1+1"]


@pytest.mark.parametrize("text", [*NAMES.values(), "{_{ 1+1 }_}", "]]>", "<!--", "&#0;", "{{{{", "a\tb"])
def test_whatever_a_name_holds_stands_in_the_document(text: str) -> None:
    found = docx_text(template("[{{ name }}]").fill({"name": text}, watermark="DRAF"))
    assert "49" not in found
    assert found.startswith("[")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        pytest.param("{{ nama }}", "L107 the template names the field `nama`, which does not exist", id="unknown"),
        pytest.param("{{ nme }}", "did you mean `name`?", id="misspelt"),
        pytest.param("{% for p in people %}", "L106", id="open-loop"),
        pytest.param("{{ name", "L106", id="open-field"),
        pytest.param("{{ name | rahasia }}", "L106", id="unknown-filter"),
        pytest.param("{{ name.__class__.__mro__ }}", "L106", id="reaches-into-objects"),
        pytest.param("{{ people.append(1) }}", "L106", id="changes-data"),
        pytest.param("{% include '/etc/passwd' %}", "L106", id="reads-files"),
        pytest.param("{{ range(9) }}", "L107", id="calls"),
        pytest.param("{{ lipsum.__globals__ }}", "L107", id="globals-of-jinja"),
        pytest.param("{{ 1 // 0 }}", "L106", id="arithmetic"),
        pytest.param("{{ name + 1 }}", "L106", id="types"),
    ],
)
def test_a_wrong_template_gives_one_clear_line(line: str, wanted: str) -> None:
    told = refusal(template(line))
    assert told.startswith("surat.docx:1:1: L10")
    assert wanted in told


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{\\rtf1 halo}", id="rtf"),
        pytest.param(b"PK\x03\x04 terpotong", id="cut"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(af.InputError, match="L106"):
        Template("notice", content, "surat.docx")


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return stream.getvalue()


def test_a_zip_that_swells_or_holds_macros_is_refused() -> None:
    with pytest.raises(af.InputError, match="content swells"):
        Template("notice", zipped(word__document_xml=b"0" * 10_000_000), "surat.docx")
    with pytest.raises(af.InputError, match="without macros"):
        Template("notice", zipped(word__document_xml=b"<a/>", word__vbaProject_bin=b"x"), "surat.docx")
    broken = Template("notice", zipped(word__document_xml=b"<a/>"), "surat.docx")
    assert "L106" in refusal(broken)


def test_an_entity_bomb_in_a_template_does_nothing() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 1000 + b'"><!ENTITY y "' + b"&x;" * 1000 + b'">]>'
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template_bytes("notice", "id"))) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "word/document.xml":
                head, _, rest = content.partition(b"?>")
                content = head + b"?>" + bomb + rest.replace(b"{{ name }}", b"&y;")
            new.writestr(info, content)
    found = Template("notice", stream.getvalue(), "surat.docx")
    fields = dict.fromkeys(("name", "nip", "post", "unit", "foot", "agency", "office", "address", "number", "duty",
                            "place", "period", "report_to", "why", "objection", "city", "date", "signer_post",
                            "signer_name", "signer_rank", "signer_nip"), "x")  # fmt: skip
    try:
        content = found.fill(fields, watermark=None)
    except af.InputError as error:
        assert "L106" in str(error)  # noqa: PT017 - refusing it is as good
    else:
        assert len(docx_text(content)) < 10_000


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("kind", FILES)
def test_every_shipped_template_is_a_document_of_fields(kind, lang) -> None:
    text = docx_text(template_bytes(kind, lang))
    assert "{{ agency }}" in text
    assert ("SURAT PERINTAH TUGAS" in text) == (lang == "id" and kind != "notice")


def test_an_edited_template_is_used_with_draf_across_its_own_pages(tmp_path: Path) -> None:
    town = plan_town(tmp_path)
    assert run(["new", "letters", str(tmp_path / "templat"), "--lang", "id"]) == 0
    assert sorted(p.name for p in (tmp_path / "templat").iterdir()) == sorted([*FILES.values(), "surat.yaml"])
    path = tmp_path / "templat" / FILES["notice"]
    document = docx.Document(path)
    document.paragraphs[0].insert_paragraph_before("LOGO INSTANSI {{ unit }}")
    document.sections[0].different_first_page_header_footer = True
    document.save(path)
    (tmp_path / "templat" / FILES["order_unit"]).unlink()
    settings = tmp_path / "templat" / "surat.yaml"
    done = af.write_letters(town, tmp_path / "surat", lang="id", templates=tmp_path / "templat", settings=settings,
                            pdf=False)  # fmt: skip
    assert done.draft
    notice = tmp_path / "surat" / "pemberitahuan" / "001_P-1.docx"
    text = docx_text(notice.read_bytes())
    assert text.startswith("LOGO INSTANSI Bagian Umum")
    assert BLANK in text
    first = docx.Document(notice).sections[0].first_page_header._element.xml
    assert 'string="DRAF"' in first


def test_the_mark_keeps_what_a_header_says() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Kepala"
    document.add_section().header.is_linked_to_previous = True
    add_watermark(document, 'A & "B"')
    assert [p.text for p in document.sections[0].header.paragraphs] == ["Kepala", 'A & "B"']


def test_a_template_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILES["notice"]).mkdir()
    with pytest.raises(af.InputError, match="L105"):
        Template.from_folder("notice", tmp_path)


def test_without_libreoffice_pdf_of_own_templates_is_refused_with_the_way_out(tmp_path: Path, monkeypatch) -> None:
    town = plan_town(tmp_path)
    af.write_letter_templates(tmp_path / "templat", lang="id")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(af.UsageError, match="--no-pdf"):
        af.write_letters(town, tmp_path / "surat", templates=tmp_path / "templat")
    assert not (tmp_path / "surat").exists()


def test_a_libreoffice_that_writes_nothing_is_told(tmp_path: Path, monkeypatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(af.UsageError, match="LibreOffice Writer"):
        office.office_pdfs({"a": b"x"})


WRITER = list(Path("/usr/lib/libreoffice/program").glob("libswlo*"))


@pytest.mark.skipif(not WRITER or office.find_office() is None, reason="no LibreOffice Writer")
def test_libreoffice_lays_out_an_own_template() -> None:
    content = template("Kepada {{ name }}").fill(FIELDS, watermark="DRAF")
    found = office.office_pdfs({"satu": content, "dua": content})
    assert sorted(found) == ["dua", "satu"]
    for pdf in found.values():
        assert "Kepada {{ 7*7 }}" in pdf_text(pdf)
        assert "DRAF" in pdf_text(pdf)
