"""The command that editors start: `lsp`."""

from __future__ import annotations

import logging
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from asn_flex.cli.options import ARGUMENTS, LangArg, app, stop
from asn_flex.i18n import fault


@app.command("lsp")
def serve_editor(
    lang: LangArg,
    rules: Annotated[Path | None, typer.Option()] = None,
) -> None:
    """Help an editor with rule files (language server, on standard input and output)."""
    if find_spec("pygls") is None or find_spec("pygls.lsp.server") is None:
        stop([fault("U130", ARGUMENTS)], lang)
    from asn_flex.editing.answers import make_server  # noqa: PLC0415 - needs an extra

    # Editors show what comes on stderr as an error; what concerns people is told in the protocol.
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    make_server(lang=lang.value, today=_today, rules=rules).start_io()


def _today() -> date:
    return datetime.now().astimezone().date()
