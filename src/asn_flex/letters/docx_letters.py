"""Letters as DOCX, filled into templates in a sandbox (semantics §12.8).

Data is never code: a template is read once, names are put in as text, and nothing that was put in is looked at again. A
template may loop and choose, and reach nothing but the fields of its letter.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asn_flex.errors import InputError, Lang, Place, UsageError
from asn_flex.i18n import closest, fault, say
from asn_flex.letters.template_file import FILES, Kind, template_bytes

MAX_BYTES = 64 * 1024**2
MAX_RATIO = 200


def needs_docx() -> None:
    """Check that what writes DOCX is installed.

    Raises
    ------
    UsageError
        If it is not; it comes with the extra `letters`.
    """
    try:
        import docxtpl  # noqa: F401, PLC0415 - an extra, and letters only
    except ImportError:
        raise UsageError(say("letters.not_installed")) from None


class Template:
    """A template that letters are filled into.

    Parameters
    ----------
    kind : the letter that it is for
    content : the DOCX file
    name : how messages call it
    """

    def __init__(self, kind: Kind, content: bytes, name: str) -> None:
        self.kind = kind
        self.place = Place(name, 1, 1)
        _check_zip(content, self.place)
        self._content = content

    @classmethod
    def shipped(cls, kind: Kind, lang: Lang) -> Template:
        """Return the shipped template of a kind of letter."""
        return cls(kind, template_bytes(kind, lang), FILES[kind])

    @classmethod
    def from_folder(cls, kind: Kind, folder: Path) -> Template:
        """Return an agency's template of a kind of letter."""
        path = folder / FILES[kind]
        try:
            with path.open("rb") as stream:
                return cls(kind, stream.read(MAX_BYTES + 1), path.as_posix())
        except OSError as error:
            problem = error.strerror or "?"
            raise InputError([fault("L105", Place(path.as_posix(), 1, 1), problem=problem)]) from None

    def fill(self, fields: Mapping[str, Any], *, watermark: str | None) -> bytes:
        """Return a letter as a DOCX file; `watermark` stands across its pages.

        Raises
        ------
        InputError
            If the template names a field that there is not, is no proper template, or wants what it may not have.
        """
        from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415 - an extra, and letters only
        from docxtpl import DocxTemplate  # noqa: PLC0415 - an extra, and letters only
        from jinja2 import StrictUndefined, TemplateError, UndefinedError  # noqa: PLC0415 - an extra, and letters only
        from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - an extra, and letters only
        from lxml.etree import XMLSyntaxError  # noqa: PLC0415 - an extra, and letters only

        from asn_flex.letters.watermark import add_watermark  # noqa: PLC0415 - an extra, and letters only

        environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        # What can call or build things has no use in a letter.
        environment.globals.clear()
        try:
            template = DocxTemplate(io.BytesIO(self._content))
            template.render(dict(fields), jinja_env=environment, autoescape=True)
            if watermark is not None:
                add_watermark(template.docx, watermark)
            stream = io.BytesIO()
            template.save(stream)
        except UndefinedError as error:
            raise self._unknown_field(error.message or "", fields) from None
        except (TemplateError, ArithmeticError, TypeError, ValueError, KeyError, AttributeError, OverflowError,
                MemoryError, RecursionError) as error:  # fmt: skip
            raise self._bad(str(error) or type(error).__name__) from None
        except (PackageNotFoundError, XMLSyntaxError, zipfile.BadZipFile, OSError) as error:
            raise self._bad(str(error)) from None
        return stream.getvalue()

    def _bad(self, problem: str) -> InputError:
        return InputError([fault("L106", self.place, problem=" ".join(problem.split())[:200])])

    def _unknown_field(self, problem: str, fields: Mapping[str, Any]) -> InputError:
        name = problem.split("'")[1] if problem.count("'") >= 2 and problem.startswith("'") else ""
        if not name or "has no attribute" in problem:
            return self._bad(problem)
        near = closest(name, fields)
        hint = say("hint.nearest", name=near) if near is not None else None
        return InputError([fault("L107", self.place, name=name, known=", ".join(sorted(fields)), hint=hint)])


def _check_zip(content: bytes, place: Place) -> None:
    """Refuse what is no DOCX, has macros, or would swell beyond measure."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InputError([fault("L106.zip", place)]) from None
    names = {info.filename for info in infos}
    if "word/document.xml" not in names or any("vbaProject" in name for name in names):
        raise InputError([fault("L106.zip", place)])
    if len(content) > MAX_BYTES or any(
        i.file_size > MAX_BYTES or i.file_size > MAX_RATIO * max(i.compress_size, 1024) for i in infos
    ):
        raise InputError([fault("L106.size", place)])
