"""What is written says what the plan says, in both languages and every form, and hostile names do nothing (§12.8)."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import openpyxl
import pytest

import asn_flex as af
from asn_flex.cli import run
from asn_flex.letters import folder as folders

from .build import ILLNESS, NAMES, SETTINGS, docx_text, pdf_pages, pdf_text, plan_town, sheets, squeezed

AT = datetime(2024, 12, 5, 1, 0, tzinfo=UTC)  # 09:00 in Makassar
DUTIES = {"id": {"jaga": "Jaga malam", "pos": "Pos kesehatan"}, "en": {"jaga": "Night watch", "pos": "Health post"}}
PERIODS = {
    "id": {"jaga": "30 Desember 2024 sampai dengan 2 Januari 2025, setiap hari pukul 19.00–07.00 WITA (giliran malam)",
           "pos": "30 Desember 2024 sampai dengan 2 Januari 2025"},
    "en": {"jaga": "30 December 2024 to 2 January 2025, every day 19:00–07:00 WITA (shift malam)",
           "pos": "30 December 2024 to 2 January 2025"},
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> af.Planning:
    return plan_town(tmp_path_factory.mktemp("kota"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("surat") / "surat.yaml"
    path.write_text(SETTINGS, "utf-8")
    return path


@pytest.fixture(scope="module", params=["id", "en"])
def written(request, town, settings, tmp_path_factory) -> tuple[str, Path]:
    """The letters of the draft in one language."""
    out = tmp_path_factory.mktemp("out") / "surat"
    done = af.write_letters(town, out, lang=request.param, settings=settings)
    assert sorted(done.files) == sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    assert (done.orders, done.notices, done.draft, done.unfilled) == (2, 8, True, ())
    return request.param, out


@pytest.fixture(scope="module")
def approved(town, settings, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("ok") / "surat"
    planning = af.approve(town, signer="Rekaan Sekda", at=AT)
    af.write_letters(planning, out, lang="id", settings=settings, by="unit")
    return out


def read(path: Path) -> str:
    return docx_text(path.read_bytes()) if path.suffix == ".docx" else pdf_text(path.read_bytes())


def says(text: str, *words: str) -> None:
    for word in words:
        assert squeezed(word) in squeezed(text), word


def test_town_is_as_the_tests_think(town: af.Planning) -> None:
    where = {a.officer: (a.demand, a.basis.rule) for a in town.assignments}
    watch, post = "jaga@k1/malam", "pos@event"
    assert where == {
        "P-1": (watch, None), "P-2": (watch, None), "P-3": (watch, None), "P-4": (post, None), "P-5": (post, None),
        "P-6": (post, "COV-1"), "P-7": (post, "COV-1"), "P-8": (post, "COV-2"),
    }  # fmt: skip


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_every_order_names_its_people_duty_place_and_days(town: af.Planning, written, form: str) -> None:
    lang, out = written
    files = sorted((out / "surat-tugas").glob(f"*.{form}"))
    demands = sorted({a.demand for a in town.assignments})
    assert len(files) == len(demands) == 2
    for number, (demand, file) in enumerate(zip(demands, files, strict=True), start=41):
        text, duty = read(file), demand.partition("@")[0]
        for a in town.assignments:
            row = int(a.officer[2:]) - 1
            is_here = squeezed(NAMES[a.officer]) in squeezed(text)
            assert is_here == (a.demand == demand)
            assert (f"19800101201001100{row}" in text) == (a.demand == demand)
        place = {"jaga": "Kelurahan <Satu>", "pos": "Kota Contoh"}[duty]
        says(text, DUTIES[lang][duty], place, PERIODS[lang][duty], f"800/{number}/SETDA/XII/2024", "Penata")
        says(text, "PEMERINTAH KOTA CONTOH", "SEKRETARIAT DAERAH", "Rekaan Sekda", "190000000000000001", "Wali Kota")
        says(text, "SK Contoh 9", "Perwali tambahan", {"jaga": "Posko utama", "pos": "Koordinator kesehatan"}[duty])
        says(text, {"id": "dengan status tanggap darurat", "en": "(status: response (tanggap darurat))"}[lang])


def test_basis_is_that_of_the_rules_behind_it_but_for_protected_ones(written) -> None:
    lang, out = written
    watch, post = (read(f) for f in sorted((out / "surat-tugas").glob("*.docx")))
    law, order, health = {
        "id": ("UU Contoh", "Perwali Contoh", "Aturan Kesehatan Contoh"),
        "en": ("Sample Law", "Sample Order", "Sample Health Rule"),
    }[lang]
    # ACT-1 rests on the law; ACT-2 on the order, COV-1 on the law, COV-2 asks about an illness.
    assert (law in watch, order in watch) == (True, False)
    assert (law in post, order in post) == (True, True)
    assert health not in watch + post


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_notice_tells_its_officer_all_and_of_nobody_else_anything(town: af.Planning, written, form: str) -> None:
    lang, out = written
    files = sorted((out / "pemberitahuan").glob(f"*.{form}"))
    assert len(files) == len(town.assignments)
    for a, file in zip(town.assignments, files, strict=True):
        text, duty = read(file), a.demand.partition("@")[0]
        says(text, NAMES[a.officer], DUTIES[lang][duty], PERIODS[lang][duty], "BKPSDM", "24")
        says(text, {"jaga": "Posko utama", "pos": "Koordinator kesehatan"}[duty])
        others = [o for o in NAMES if o != a.officer]
        assert [o for o in others if squeezed(NAMES[o]) in squeezed(text) or o in text] == []
        assert [n for n in range(8) if f"19800101201001100{n}" in text] == [int(a.officer[2:]) - 1]
        assert "0800-" not in text
        assert "Rahasia" not in text.replace("Rekaan", "")
        assert ILLNESS not in text
        assert "COV-2" not in text


def test_a_notice_says_on_which_ground(written) -> None:
    lang, out = written
    notices = {f.stem[4:]: read(f) for f in (out / "pemberitahuan").glob("*.docx")}
    grounds = {
        "id": {"P-1": "ditetapkan langsung oleh pimpinan", "P-2": "tidak mensyaratkan kompetensi",
               "P-4": "Perawatan (tingkat 2)", "P-6": "Kebidanan menggantikan Perawatan",
               "P-8": "dasar yang dilindungi"},
        "en": {"P-1": "decided by the command itself", "P-2": "no particular competency",
               "P-4": "Nursing (level 2)", "P-6": "Midwifery stands in for Nursing", "P-8": "protected ground"},
    }[lang]  # fmt: skip
    for officer, words in grounds.items():
        says(notices[officer], words)
    says(notices["P-4"], {"id": "memerlukan 6 orang", "en": "6 people are needed"}[lang])


def test_a_draft_says_so_on_every_page_and_in_every_form(written) -> None:
    lang, out = written
    word = {"id": "DRAF", "en": "DRAFT"}[lang]
    for file in out.rglob("*.pdf"):
        assert all(page.count(word) >= 2 for page in pdf_pages(file.read_bytes())), file.name
    for file in out.rglob("*.docx"):
        with zipfile.ZipFile(file) as archive:
            headers = [archive.read(n).decode() for n in archive.namelist() if n.startswith("word/header")]
        assert headers
        assert all(f'string="{word}"' in header for header in headers), file.name
        says(read(file), word)
    for file in out.rglob("*.ics"):
        assert f"SUMMARY:{word}" in file.read_text("utf-8")
        assert "STATUS:TENTATIVE" in file.read_text("utf-8")
    book = openpyxl.load_workbook(out / "plan.xlsx")
    assert {sheet.oddHeader.center.text for sheet in book} == {word}


def test_approval_takes_the_mark_away_and_fills_date_and_deadline(town: af.Planning, approved: Path) -> None:
    documents = [*approved.rglob("*.pdf"), *approved.rglob("*.docx")]
    # The roll call, orders and notices together, and 2 orders and 8 notices twice.
    assert len(documents) == 1 + 2 + 2 * (2 + 8)
    for file in documents:
        assert "DRAF" not in read(file).replace("DAFTAR", "")
    for file in (approved / "surat-tugas").glob("*.docx"):
        # The details of the signer whom the settings know come from there.
        says(read(file), "Contoh, 5 Desember 2024", "Sekretaris Daerah", "190000000000000001")
    for file in (approved / "pemberitahuan").glob("*.pdf"):
        says(read(file), "paling lambat 6 Desember 2024 pukul 09.00 WITA")
    for file in approved.rglob("*.ics"):
        assert "STATUS:CONFIRMED" in file.read_text("utf-8")
    about = dict(sheets((approved / "plan.xlsx").read_bytes())["Rencana"])
    assert (about["Keadaan"], about["Disetujui oleh"], about["Draf yang disetujui"]) == (
        "disetujui", "Rekaan Sekda", town.plan.id,
    )  # fmt: skip


def test_orders_by_unit_name_duty_place_and_days_beside_each_name(town: af.Planning, approved: Path) -> None:
    dinkes, umum = (read(f) for f in sorted((approved / "surat-tugas").glob("*.docx")))
    for officer, name in NAMES.items():
        assert (squeezed(name) in squeezed(dinkes)) == (officer > "P-3")
        assert (squeezed(name) in squeezed(umum)) == (officer <= "P-3")
    says(umum, "Jaga malam, Kelurahan <Satu>", PERIODS["id"]["jaga"])
    assert dinkes.count("Pos kesehatan, seluruh wilayah kejadian, Kota Contoh") == 5
    assert len(list((approved / "kalender").iterdir())) == 2


def test_roll_call_lists_everybody_by_demand_with_phone(town: af.Planning, written) -> None:
    lang, out = written
    pages = pdf_pages((out / "daftar-hadir.pdf").read_bytes())
    assert len(pages) == 2
    for page, demand in zip(pages, ["jaga@k1/malam", "pos@event"], strict=True):
        for a in town.assignments:
            row = int(a.officer[2:]) - 1
            assert (squeezed(NAMES[a.officer]) in squeezed(page)) == (a.demand == demand)
            assert (f"0800-{row}" in page) == (a.demand == demand)
        says(page, PERIODS[lang][demand.partition("@")[0]])


def test_workbook_holds_the_plan_and_no_formula(town: af.Planning, written) -> None:
    lang, out = written
    content = (out / "plan.xlsx").read_bytes()
    people, demands, short, _, about = sheets(content).values()
    assert {(r[1], r[2], r[8]) for r in people[1:]} == {
        (a.officer, NAMES[a.officer], a.demand) for a in town.assignments
    }
    assert {r[11] for r in people[1:]} == set(PERIODS[lang].values())
    assert [(r[0], r[3], r[4], r[6], r[8]) for r in demands[1:]] == [
        (d.id, d.start, d.end, d.seats, d.filled) for d in town.plan.demands
    ]
    assert [r[:2] for r in short[1:]] == [(s.demand, s.missing) for s in town.shortfalls] == [("pos@event", 1)]
    assert town.plan.id in dict(about).values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]
    assert {c.data_type for c in cells} == {"s"}
    assert all(c.quotePrefix for c in cells)


def test_workbook_lists_questions_by_fact_and_never_a_value(tmp_path: Path) -> None:
    from ..explain.build import TABLES, plan_flood

    flood = plan_flood(tmp_path / "banjir", officers=TABLES["officers"].replace(",10,", ",,"))
    af.write_letters(flood, tmp_path / "surat", lang="en", pdf=False)
    content = (tmp_path / "surat" / "plan.xlsx").read_bytes()
    found = [(r[0], r[4]) for r in sheets(content)["Questions"][1:]]
    assert found == [(a.officer, q.rule) for a in flood.assignments for q in a.confirm]
    assert "sehat-walafiat" not in str(sheets(content))


def test_calendar_repeats_every_turn_in_the_zone_of_the_place(town: af.Planning, written) -> None:
    _, out = written
    watch, post = (icalendar.Calendar.from_ical(f.read_bytes()) for f in sorted((out / "kalender").iterdir()))
    (event,) = watch.events
    start, end = event["dtstart"].dt, event["dtend"].dt
    assert (start.isoformat(), end.isoformat()) == ("2024-12-30T19:00:00+08:00", "2024-12-31T07:00:00+08:00")
    assert event["dtstart"].params["TZID"] == "Asia/Makassar"
    assert event["rrule"]["COUNT"] == [4]
    demand = next(d for d in town.plan.demands if d.id == "jaga@k1/malam")
    assert start + timedelta(days=3) + (end - start) == datetime.fromisoformat(demand.end)
    assert [zone["tzid"] for zone in watch.timezones] == ["Asia/Makassar"]
    (whole,) = post.events
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (date(2024, 12, 30), date(2025, 1, 3))
    assert not any(
        name in f.read_text("utf-8") for f in (out / "kalender").iterdir() for name in ("BEGIN:VEVENT;X", "P-8")
    )


def test_names_of_files_stay_inside_the_folder(written) -> None:
    _, out = written
    for path in out.rglob("*"):
        assert path.resolve().is_relative_to(out.resolve())
        assert path.name.replace("_", "").replace("-", "").replace(".", "").isalnum()


def test_the_same_plan_gives_the_same_documents(town: af.Planning, settings: Path, written, tmp_path: Path) -> None:
    lang, out = written
    af.write_letters(town, tmp_path / "surat", lang=lang, settings=settings)
    for kind in ("*.pdf", "*.ics"):
        for file in out.rglob(kind):
            assert (tmp_path / "surat" / file.relative_to(out)).read_bytes() == file.read_bytes(), file.name


def test_a_long_table_repeats_its_head_on_every_page(town: af.Planning) -> None:
    from dataclasses import replace

    from asn_flex.letters.content import as_context, compose
    from asn_flex.letters.docx_letters import Template
    from asn_flex.letters.pdf import Typesetter
    from asn_flex.letters.settings import LetterSettings

    letters = compose(town, LetterSettings(), lang="id")
    order = letters.orders[0]
    long = replace(order, people=tuple(replace(order.people[0], no=n, name=f"Nama {n}") for n in range(1, 201)))
    pages = pdf_pages(Typesetter(letters, made=AT).pdf("order", [long]))
    # 200 rows of two lines do not fit on four pages.
    assert len(pages) > 4
    assert [p for p in pages if "Nama " in p and "Nama, NIP" not in p] == []
    for n in range(1, 201):
        assert sum(f"Nama {n}\n" in p.replace("\r", "") + "\n" for p in pages) == 1
    content = Template.shipped("order_demand", "id").fill(as_context(letters, long), watermark=None)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("word/document.xml").decode()
    assert body.count("<w:tblHeader/>") == 1
    assert body.count("<w:cantSplit/>") == 201


def test_what_nobody_filled_in_is_a_dotted_line_and_is_told(town: af.Planning, tmp_path: Path) -> None:
    done = af.write_letters(town, tmp_path / "surat", lang="id", pdf=False)
    assert done.unfilled == ("agency", "city", "number", "signer", "report_to", "objection.to", "objection.hours")
    says(read(next((tmp_path / "surat" / "surat-tugas").iterdir())), "Nomor: ……………………")
    assert not list((tmp_path / "surat").rglob("surat-tugas/*.pdf"))


# ---- the folder ------------------------------------------------------------------------------------------------------


def test_a_folder_that_holds_something_is_left_alone(town: af.Planning, tmp_path: Path) -> None:
    out = tmp_path / "surat"
    out.mkdir()
    (out / "penting.txt").write_text("x", "utf-8")
    with pytest.raises(af.InputError, match="L108"):
        af.write_letters(town, out)
    assert [p.name for p in tmp_path.rglob("*")] == ["surat", "penting.txt"]


def test_a_folder_is_written_whole_or_not_at_all(town: af.Planning, tmp_path: Path) -> None:
    with pytest.raises(af.InputError, match="L109"):
        folders.put_folder(tmp_path / "surat", {"a": b"", "a/b": b""})
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(af.InputError, match="L109"):
        af.write_letters(town, tmp_path / "tidak" / "ada", pdf=False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled(town: af.Planning, tmp_path: Path) -> None:
    (tmp_path / "surat").mkdir()
    folders.put_folder(tmp_path / "surat", {"a/b": b"x"})
    assert (tmp_path / "surat" / "a" / "b").read_bytes() == b"x"
    assert [p.name for p in tmp_path.iterdir()] == ["surat"]


def test_letters_of_another_scenario_are_refused(town: af.Planning, tmp_path: Path) -> None:
    other = town.plan.model_copy(update={"scenario": town.plan.scenario.model_copy(update={"digest": "x"})})
    with pytest.raises(af.UsageError):
        af.write_letters(af.Planning(other, town.rulebook, town.scenario), tmp_path / "surat")


def test_command_tells_what_it_wrote_and_what_is_missing(
    town: af.Planning, tmp_path: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "plan.zip"
    town.save_bundle(bundle)
    assert run(["letters", str(bundle), str(tmp_path / "a"), "--no-pdf", "--lang", "id"]) == 0
    told = capsys.readouterr().out
    assert "2 surat perintah tugas dan 8 pemberitahuan" in told
    assert "Belum diisi" in told
    assert "DRAF" in told
    assert run(["letters", str(bundle), str(tmp_path / "a"), "--no-pdf", "--lang", "id"]) == 2
    assert "L108" in capsys.readouterr().err
    wanted = ["letters", str(bundle), str(tmp_path / "b"), "--no-pdf", "--by", "unit", "--settings", str(settings)]
    assert run([*wanted, "--lang", "en"]) == 0
    assert "Not filled in" not in capsys.readouterr().out
