"""Alerts are read as they are sent, and what would harm the reader is refused before it is read (semantics §6.6)."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_flex.alerts.message import Circle
from asn_flex.alerts.read import MAX_CORNERS, read_alert
from asn_flex.alerts.xml import MAX_BYTES, MAX_ELEMENTS

from .build import CORPUS, SELATAN, alert_xml, area_xml, codes_of, info_xml, moment, read, ref

BAD = sorted(CORPUS.glob("A*.xml"))
GOOD = sorted(set(CORPUS.glob("*.xml")) - set(BAD))


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_a_sound_message_is_read(file) -> None:
    alert, found = read_alert(file.read_bytes(), file.name)
    assert alert is not None, found


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_spoiled_message_is_refused_with_its_code_in_both_languages(file) -> None:
    alert, found = read_alert(file.read_bytes(), file.name)
    assert alert is None
    assert [d.code for d in found] == [file.stem.partition("_")[0]]
    for diagnostic in found:
        assert diagnostic.place.file == file.name
        assert diagnostic.text.id != diagnostic.text.en
        assert "\n" not in diagnostic.render("id") + diagnostic.render("en")
        assert "urn:oasis" not in diagnostic.message() or diagnostic.code == "A103"


@pytest.mark.parametrize("file", sorted(CORPUS.glob("A102_doctype_*.xml")), ids=lambda file: file.stem)
def test_a_document_type_is_refused_where_it_begins_whatever_it_would_do(file) -> None:
    _, found = read_alert(file.read_bytes(), file.name)
    assert "DOCTYPE" in found[0].message()
    assert found[0].place.line == 2


def test_a_bomb_costs_no_memory() -> None:
    """Ten to the ninth copies of `ha` would be 2 GB; the reader lives in 1 GB."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30));"
        "from asn_flex.alerts.read import read_alert; from pathlib import Path;"
        "print(read_alert(Path(sys.argv[1]).read_bytes(), 'x')[1][0].code)"
    )
    bomb = CORPUS / "A102_doctype_billion_laughs.xml"
    done = subprocess.run([sys.executable, "-c", program, str(bomb)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "A102"


def test_everything_that_matters_is_taken_from_a_message() -> None:
    info = info_xml(
        area_xml("Datuk  Bandar\n Timur", polygons=(SELATAN, ""), circles=("2.9,99.8 12.5",), geocodes=(("x", "1"),)),
        effective="2026-11-20T04:00:00+07:00",
        expires="2026-11-20T05:00:00-00:00",
    )
    alert = read(alert_xml("A", info, kind="Update", references=f"{ref('B')}\n {ref('C,with,commas')}"))
    assert (alert.identifier, alert.kind, alert.status, alert.is_signed) == ("A", "Update", "Actual", False)
    assert [r.identifier for r in alert.references] == ["B", "C,with,commas"]
    assert alert.infos[0].expires == moment("2026-11-20T12:00:00+07:00")
    area = alert.infos[0].areas[0]
    assert area.text == "Datuk Bandar Timur"
    assert area.polygons == (((2.85, 99.75), (2.92, 99.75), (2.92, 99.85), (2.85, 99.85), (2.85, 99.75)),)
    assert area.circles == (Circle(2.9, 99.8, 12.5),)
    assert area.geocodes == (("x", "1"),)


def test_an_open_ring_is_closed() -> None:
    alert = read(alert_xml("A", info_xml(area_xml(polygons=("2,99 2,100 3,100",)))))
    assert alert.infos[0].areas[0].polygons == (((2.0, 99.0), (2.0, 100.0), (3.0, 100.0), (2.0, 99.0)),)


def test_a_signature_is_noted() -> None:
    assert read((CORPUS / "signed.xml").read_bytes()).is_signed


def test_letters_of_a_declared_encoding_are_understood() -> None:
    alert = read((CORPUS / "windows_1252.xml").read_bytes())
    assert alert.infos[0].areas[0].text == "Datuk Bandar – Timur"


def test_every_fault_of_a_message_is_told_at_its_line() -> None:
    text = alert_xml("A", info_xml(area_xml(polygons=("2,x 2,3 3,3 2,x",), circles=("1,2 far",)))).replace("><", ">\n<")
    _, found = read_alert(text.encode(), "a.xml")
    assert [(d.code, text.splitlines()[d.place.line - 1][:8]) for d in found] == [
        ("A105", "<polygon"),
        ("A106", "<circle>"),
    ]


def test_what_no_alert_is_as_large_as_is_refused() -> None:
    assert codes_of(b" " * (MAX_BYTES + 1)) == ["A101"]
    assert codes_of(alert_xml("A", "<info/>" * (MAX_ELEMENTS + 1))) == ["A102"]
    corners = "1,1 " * (MAX_CORNERS // 2) + "1,2 1,1"
    assert codes_of(alert_xml("A", info_xml(area_xml(polygons=(corners, corners))))) == ["A105"]
    assert codes_of(alert_xml("A", info_xml(area_xml(polygons=(corners,))))) == []


def test_150_polygons_of_a_province_are_read() -> None:
    areas = [area_xml("Sumatera Utara", polygons=(SELATAN,)) for _ in range(150)]
    assert len(read(alert_xml("A", info_xml(*areas))).infos[0].areas) == 150


def test_control_signs_of_a_sender_do_not_reach_the_terminal() -> None:
    _, found = read_alert(alert_xml("A", status="&#x9b;2J\u202egnp").encode(), "a.xml")
    assert [d.code for d in found] == ["A104"]
    assert "\u202e" not in found[0].render()
    assert "\x9b" not in found[0].render()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise(content: bytes) -> None:
    alert, found = read_alert(content, "a.xml")
    assert (alert is None) == bool(found)


@settings(deadline=None)
@given(data=st.data())
def test_no_slip_of_a_byte_raises(data: st.DataObject) -> None:
    """A good message with bytes taken out, put in or changed is read or refused."""
    content = bytearray((CORPUS / "bmkg.xml").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=6))
    alert, found = read_alert(bytes(content), "a.xml")
    assert (alert is None) == bool(found)
