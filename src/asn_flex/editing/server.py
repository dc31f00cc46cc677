"""The language server: what an editor asks while somebody writes rules, over standard input and output.

It holds what editors have not saved, checks whole rulebooks with it, and never writes a file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from asn_flex._version import __version__
from asn_flex.analysis.lint import check_files
from asn_flex.editing.desktop import Desktop, Folder
from asn_flex.editing.findings import as_diagnostic, mends
from asn_flex.editing.positions import Positions
from asn_flex.editing.symbols import Index, Indexer
from asn_flex.errors import Diagnostic, Lang
from asn_flex.rulebook.model import Rulebook

# While somebody types, wait until the hand rests.
PAUSE_S = 0.2


@dataclass(frozen=True)
class Checked:
    """A rulebook as it was when it was last checked."""

    folder: Folder
    rulebook: Rulebook | None
    findings: tuple[Diagnostic, ...]
    versions: Mapping[Path, int | None] = field(default_factory=dict)
    encoding: str = "utf-16"

    @cached_property
    def texts(self) -> Mapping[str, Positions]:
        """The text of every file."""
        files = self.folder.files
        return {
            name: Positions(content.decode("utf-8-sig", "replace"), self.encoding) for name, content in files.items()
        }


@dataclass(frozen=True)
class Page:
    """A document within its rulebook, as the editor shows it at this moment."""

    root: Path
    name: str
    index: Index

    @property
    def positions(self) -> Positions:
        """The text of the document."""
        return self.index.texts[self.name]


class RulesServer(LanguageServer):
    """Answers one editor.

    Parameters
    ----------
    lang : language of messages, unless the editor names another
    today : tells the day on which rules count as ended
    rules : the rulebook folder or file, where it is not to be found from the open documents
    """

    def __init__(self, *, lang: Lang, today: Callable[[], date], rules: Path | None = None) -> None:
        super().__init__("asn-flex", __version__)
        self.lang: Lang = lang
        self.today = today
        self.desktop = Desktop(fixed=rules.absolute() if rules is not None else None)
        self.checked: dict[Path, Checked] = {}
        # The last state without errors, for what is said about a rulebook while it is half typed.
        self.sound: dict[Path, Rulebook] = {}
        self.uris: dict[Path, str] = {}
        self.versions: dict[Path, int | None] = {}
        self._shown: dict[Path, set[Path]] = {}
        # One check at a time: those that wait and are overtaken never begin.
        self._checker = ThreadPoolExecutor(max_workers=1)
        self._indexers: dict[Path, Indexer] = {}
        self._waiting: dict[Path, asyncio.Task[None]] = {}

    @property
    def encoding(self) -> str:
        """How the editor counts characters."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or "utf-16")

    def begin(self, params: types.InitializeParams) -> None:
        """Take over the folders and options of the editor."""
        options = params.initialization_options
        if isinstance(options, dict):
            if options.get("lang") in {"id", "en"}:
                self.lang = options["lang"]
            named = options.get("rules")
            if isinstance(named, str) and named:
                base = path_of(params.root_uri) if params.root_uri else None
                self.desktop.fixed = (base or Path()).absolute() / named
        given = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        self.desktop.roots = [path for uri in given if (path := path_of(uri)) is not None]

    def put(self, uri: str) -> Path | None:
        """Take over what an editor shows of a document; return where it stands."""
        path = path_of(uri)
        if path is None:
            return None
        document = self.workspace.get_text_document(uri)
        self.desktop.buffers[path] = document.source.removeprefix("\ufeff")
        self.uris[path] = uri
        self.versions[path] = document.version
        return path

    def drop(self, uri: str) -> Path | None:
        """Forget a closed document: what is on disk counts again."""
        path = path_of(uri)
        if path is not None:
            self.desktop.buffers.pop(path, None)
            self.versions.pop(path, None)
        return path

    def uri_of(self, path: Path) -> str:
        """Return the editor's own name of a document, or one for a file that is not open."""
        return self.uris.get(path) or path.as_uri()

    def _uri_in(self, checked: Checked, name: str) -> str:
        return self.uri_of(checked.folder.path_of(name))

    def look_at(self, path: Path | None, *, pause: float = PAUSE_S) -> None:
        """Check the rulebook of a document as soon as nothing has changed for a moment."""
        root = self.desktop.root_of(path) if path is not None else None
        if root is None:
            return
        waiting = self._waiting.pop(root, None)
        if waiting is not None:
            waiting.cancel()
        self._waiting[root] = asyncio.ensure_future(self._check_soon(root, pause))

    async def _check_soon(self, root: Path, pause: float) -> None:
        await asyncio.sleep(pause)
        folder, versions = self.desktop.folder(root), dict(self.versions)
        # INVARIANT: between reading the buffers and publishing, only the check itself leaves the loop; a change in
        # between cancels this task, so that findings never stand beside text that they do not belong to.
        check = partial(check_files, folder.files, folder.unreadable, today=self.today())
        rulebook, found = await asyncio.get_running_loop().run_in_executor(self._checker, check)
        self._keep(root, Checked(folder, rulebook, tuple(found), versions, self.encoding))

    def _keep(self, root: Path, checked: Checked) -> None:
        self.checked[root] = checked
        if checked.rulebook is not None:
            self.sound[root] = checked.rulebook
        by_file: dict[str, list[types.Diagnostic]] = {name: [] for name in checked.folder.files}
        for finding in checked.findings:
            told = as_diagnostic(finding, checked.texts, self.lang, partial(self._uri_in, checked))
            by_file.setdefault(finding.place.file, []).append(told)
        shown, told_of = self._shown.setdefault(root, set()), set()
        for name, listed in by_file.items():
            path = checked.folder.path_of(name)
            if path in checked.versions and self.desktop.root_of(path) != root:
                # Of a base that is open itself, its own check speaks.
                continue
            if listed:
                told_of.add(path)
            if listed or path in shown or path in checked.versions:
                self._publish(path, listed, checked.versions.get(path))
        for path in shown - {checked.folder.path_of(name) for name in by_file}:
            self._publish(path, [], None)
        self._shown[root] = told_of

    def _publish(self, path: Path, told: list[types.Diagnostic], version: int | None) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(self.uri_of(path), told, version))

    def page(self, uri: str) -> Page | None:
        """Return a document with the index of its rulebook; None where it is no rule file."""
        path = path_of(uri)
        root = self.desktop.root_of(path) if path is not None else None
        if path is None or root is None:
            return None
        folder = self.desktop.folder(root)
        indexer = self._indexers.setdefault(root, Indexer(self.encoding))
        name = folder.name_of(path)
        return Page(root, name, indexer.index(folder.files)) if name in folder.files else None

    def mends_at(self, uri: str, wanted: types.Range) -> list[types.CodeAction]:
        """Return the mends of findings within a range."""
        path = path_of(uri)
        root = self.desktop.root_of(path) if path is not None else None
        checked = self.checked.get(root) if root is not None else None
        if path is None or root is None or checked is None:
            return []
        positions = Positions(self.desktop.buffers.get(path, ""), self.encoding)
        actions = []
        for finding in checked.findings:
            if checked.folder.path_of(finding.place.file) != path:
                continue
            told = as_diagnostic(finding, checked.texts, self.lang, partial(self._uri_in, checked))
            if told.range.start.line > wanted.end.line or told.range.end.line < wanted.start.line:
                continue
            for title, edit in mends(finding, positions, self.lang):
                change = types.WorkspaceEdit(changes={uri: [edit]})
                kind = types.CodeActionKind.QuickFix
                actions.append(types.CodeAction(title, kind=kind, diagnostics=[told], is_preferred=True, edit=change))
        return actions


def path_of(uri: str) -> Path | None:
    """Return where a document stands; None where it is no file."""
    if uris.uri_scheme(uri) != "file":
        return None
    found = uris.to_fs_path(uri)
    return Path(found) if found else None


def add_documents(server: RulesServer) -> None:
    """Let a server follow documents, and tell and mend what is found in them."""

    @server.feature(types.INITIALIZE)
    def begin(ls: RulesServer, params: types.InitializeParams) -> None:
        ls.begin(params)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: RulesServer, params: types.DidOpenTextDocumentParams) -> None:
        ls.look_at(ls.put(params.text_document.uri), pause=0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: RulesServer, params: types.DidChangeTextDocumentParams) -> None:
        ls.look_at(ls.put(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: RulesServer, params: types.DidSaveTextDocumentParams) -> None:
        ls.look_at(path_of(params.text_document.uri), pause=0)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: RulesServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.look_at(ls.drop(params.text_document.uri), pause=0)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed_on_disk(ls: RulesServer, params: Any) -> None:
        for change in params.changes:
            ls.look_at(path_of(change.uri))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def code_actions(ls: RulesServer, params: types.CodeActionParams) -> list[types.CodeAction]:
        only = params.context.only
        if only and not any(str(types.CodeActionKind.QuickFix.value).startswith(str(kind)) for kind in only):
            return []
        return ls.mends_at(params.text_document.uri, params.range)
