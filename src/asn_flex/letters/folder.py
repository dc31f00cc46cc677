"""All files of a plan's letters, made in memory and put in place as one folder, or not at all (semantics §12.8)."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn_flex.errors import InputError, Lang, Place
from asn_flex.explain.made import Made
from asn_flex.i18n import fault
from asn_flex.letters.calendar import demand_ics
from asn_flex.letters.content import By, Letters, Notice, Order, as_context, compose
from asn_flex.letters.docx_letters import Template, needs_docx
from asn_flex.letters.office import office_pdfs
from asn_flex.letters.pdf import PdfKind, Typesetter
from asn_flex.letters.settings import LetterSettings, settings_text
from asn_flex.letters.template_file import FILES, Kind, template_bytes
from asn_flex.letters.workbook import plan_xlsx

ORDERS, NOTICES, CALENDARS = "surat-tugas", "pemberitahuan", "kalender"
ROLL_CALL, WORKBOOK = "daftar-hadir.pdf", "plan.xlsx"


@dataclass(frozen=True)
class Written:
    """What was written: the files by their path inside the folder, and what the settings left blank."""

    folder: Path
    files: tuple[str, ...]
    orders: int
    notices: int
    draft: bool
    unfilled: tuple[str, ...]


def write_letters(
    planned: Made,
    folder: str | Path,
    *,
    settings: LetterSettings,
    by: By = "demand",
    lang: Lang = "id",
    templates: Path | None = None,
    pdf: bool = True,
) -> Written:
    """Write the letters of a plan into a new folder.

    Parameters
    ----------
    planned : the plan, draft or approved, with its rulebook and scenario
    folder : the folder to write; it must not exist, or be empty
    settings : the agency's own words
    by : one order per demand, or per home office
    lang : the language of everything
    templates : a folder with an agency's templates; what is missing in it is shipped
    pdf : whether letters are written as PDF too

    Raises
    ------
    InputError
        If a template is wrong, or the folder cannot be written or holds something already.
    UsageError
        If the extra `letters` is not installed, or PDF of own templates is wanted without LibreOffice.

    References
    ----------
    docs/semantics.md §12.8.
    """
    target = Path(folder)
    _refuse_full(target)
    needs_docx()
    letters = compose(planned, settings, by=by, lang=lang)
    # Who is at a post is called, and put into calendars, by demand, however the orders are cut.
    posts = letters if by == "demand" else compose(planned, settings, by="demand", lang=lang)
    files = dict(sorted([*_letters(planned, letters, templates, with_pdf=pdf), *_lists(planned, letters, posts)]))
    put_folder(target, files)
    return Written(
        target, tuple(files), len(letters.orders), len(letters.notices), letters.head.draft, letters.unfilled
    )


def write_templates(folder: str | Path, *, lang: Lang) -> tuple[Path, ...]:
    """Write the shipped templates and an empty file of settings into a new folder, to be edited.

    Raises
    ------
    InputError
        If the folder cannot be written or holds something already.
    """
    target = Path(folder)
    _refuse_full(target)
    needs_docx()
    files: dict[str, bytes] = {name: template_bytes(kind, lang) for kind, name in FILES.items()}
    files["surat.yaml"] = settings_text(lang).encode()
    put_folder(target, files)
    return tuple(target / name for name in sorted(files))


def _letters(planned: Made, letters: Letters, templates: Path | None, *, with_pdf: bool) -> Iterator[tuple[str, bytes]]:
    """Make orders and notices: of shipped templates in the layout of the same look, of others as they look."""
    order_kind: Kind = "order_demand" if letters.by == "demand" else "order_unit"
    yield from _kind(planned, letters, templates, ORDERS, order_kind, letters.orders, with_pdf=with_pdf)
    yield from _kind(planned, letters, templates, NOTICES, "notice", letters.notices, with_pdf=with_pdf)


def _kind(
    planned: Made,
    letters: Letters,
    templates: Path | None,
    place: str,
    kind: Kind,
    found: Sequence[Order | Notice],
    *,
    with_pdf: bool,
) -> Iterator[tuple[str, bytes]]:
    is_own = templates is not None and (templates / FILES[kind]).exists()
    if is_own and templates is not None:
        template = Template.from_folder(kind, templates)
    else:
        template = Template.shipped(kind, letters.lang)
    mark = letters.head.draft_word if letters.head.draft else None
    documents = {x.file: template.fill(as_context(letters, x), watermark=mark) for x in found}
    yield from ((f"{place}/{name}.docx", content) for name, content in documents.items())
    if with_pdf and is_own:
        yield from ((f"{place}/{name}.pdf", content) for name, content in office_pdfs(documents).items())
    elif with_pdf:
        typesetter = Typesetter(letters, made=datetime.fromisoformat(planned.plan.now))
        what: PdfKind = "notice" if kind == "notice" else "order"
        yield from ((f"{place}/{x.file}.pdf", typesetter.pdf(what, [x])) for x in found)
        if found:
            # For a printer, which takes one file sooner than four hundred.
            yield f"{place}.pdf", typesetter.pdf(what, found)


def _lists(planned: Made, letters: Letters, posts: Letters) -> Iterator[tuple[str, bytes]]:
    """Make what the posts need: the roll call, the workbook, the calendars."""
    yield WORKBOOK, plan_xlsx(planned, letters)
    if posts.orders:
        typesetter = Typesetter(posts, made=datetime.fromisoformat(planned.plan.now))
        yield ROLL_CALL, typesetter.pdf("roll", posts.orders)
    for order in posts.orders:
        yield f"{CALENDARS}/{order.file}.ics", demand_ics(planned, letters, order)


def _refuse_full(target: Path) -> None:
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError([fault("L108", Place(target.as_posix(), 1, 1))])
    except OSError as error:
        raise _unwritable(target, error) from None


def _unwritable(target: Path, error: OSError) -> InputError:
    return InputError([fault("L109", Place(target.as_posix(), 1, 1), problem=error.strerror or "?")])


def put_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder in place in one step: written beside it first, then renamed.

    Raises
    ------
    InputError
        If it cannot be written; nothing of it is there then.
    """
    beside = target.with_name(f".{target.name[:80]}.{secrets.token_hex(8)}.tmp")
    try:
        beside.mkdir()
        for name, content in files.items():
            path = beside / name
            path.parent.mkdir(exist_ok=True)
            with path.open("xb") as out:
                out.write(content)
        if target.exists():
            # Empty, or the rename fails and says so.
            target.rmdir()
        os.replace(beside, target)  # noqa: PTH105 - a folder, in one step
    except OSError as error:
        raise _unwritable(target, error) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
