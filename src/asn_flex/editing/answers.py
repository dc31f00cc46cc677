"""What the server answers about a place in a document: completion, hover, definition, references, rename, outline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from asn_flex.editing.completion import Offer, complete, meaning_of
from asn_flex.editing.cursor import cursor_at
from asn_flex.editing.desktop import path_in
from asn_flex.editing.findings import range_of
from asn_flex.editing.hover import hover_text, is_known, word_text
from asn_flex.editing.outline import Item, outline
from asn_flex.editing.positions import Position, Positions
from asn_flex.editing.rename import renamable, rename
from asn_flex.editing.server import Page, RulesServer, add_documents
from asn_flex.editing.symbols import Mention
from asn_flex.errors import Lang, UsageError

_KINDS = {
    "id": types.CompletionItemKind.Reference,
    "fact": types.CompletionItemKind.Field,
    "operator": types.CompletionItemKind.Operator,
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
}


def make_server(*, lang: Lang, today: Callable[[], date], rules: Path | None = None) -> RulesServer:
    """Return a server that answers everything it can; `start_io` runs it.

    Parameters
    ----------
    lang, today, rules : as for `RulesServer`
    """
    server = RulesServer(lang=lang, today=today, rules=rules)
    add_documents(server)
    _add_completion(server)
    _add_navigation(server)
    _add_rename(server)
    return server


def _offset(page: Page, position: types.Position) -> int:
    return page.positions.offset_at(Position(position.line, position.character))


def _add_completion(server: RulesServer) -> None:
    # A dot goes on with the name of a fact; a blank, bracket or comma begins a new word.
    triggers = [".", " ", "{", "[", ","]

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=triggers))
    def completion(ls: RulesServer, params: types.CompletionParams) -> types.CompletionList | None:
        page = ls.page(params.text_document.uri)
        if page is None:
            return None
        cursor = cursor_at(page.positions, _offset(page, params.position))
        edit_range = range_of(page.positions, cursor.span)
        offers = complete(page.index, cursor)
        return types.CompletionList(
            is_incomplete=False,
            items=[_item(offer, number, edit_range, page.positions, ls.lang) for number, offer in enumerate(offers)],
        )


def _item(offer: Offer, number: int, where: types.Range, positions: Positions, lang: Lang) -> types.CompletionItem:
    line = positions.line(where.end.line)
    has_colon = line[where.end.character :].lstrip().startswith(":")
    insert = offer.insert if not has_colon else offer.text
    if offer.sort == "fact" and not has_colon and not _names_a_fact(line, where.start.character):
        insert = f"{offer.text}: "
    detail = offer.detail
    other = detail.in_lang("en" if lang == "id" else "id") if detail is not None else ""
    return types.CompletionItem(
        label=offer.text,
        kind=_KINDS[offer.sort],
        detail=detail.in_lang(lang) if detail is not None else None,
        documentation=other if detail is not None and other != detail.in_lang(lang) else None,
        sort_text=f"{number:05d}",
        filter_text=offer.text,
        text_edit=types.TextEdit(where, insert),
    )


def _names_a_fact(line: str, character: int) -> bool:
    """Whether a fact is a value there (`minimise: pair.travel_min`), not a key."""
    before = line[:character].rstrip().rstrip("\"'")
    return before.endswith(":") or "missing:" in before


def _add_navigation(server: RulesServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: RulesServer, params: types.HoverParams) -> types.Hover | None:
        page = ls.page(params.text_document.uri)
        if page is None:
            return None
        mention = _mention(page, params.position)
        if mention is not None and is_known(page.index, mention.symbol):
            text, span = hover_text(page.index, ls.sound.get(page.root), mention, ls.lang), mention.whole
        else:
            span = cursor_at(page.positions, _offset(page, params.position)).span
            word = page.positions.text[span.start : span.end]
            meaning = meaning_of(page.index, cursor_at(page.positions, span.end), word) if word else None
            if meaning is None:
                return None
            text = word_text(word, meaning)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), range_of(page.positions, span))

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: RulesServer, params: types.DefinitionParams) -> types.Location | None:
        page = ls.page(params.text_document.uri)
        mention = _mention(page, params.position)
        found = page.index.definition(mention.symbol) if page is not None and mention is not None else None
        return _location(ls, page, found) if page is not None and found is not None else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(ls: RulesServer, params: types.ReferenceParams) -> list[types.Location]:
        page = ls.page(params.text_document.uri)
        mention = _mention(page, params.position)
        if page is None or mention is None:
            return []
        wanted = params.context.include_declaration
        found = page.index.of(mention.symbol)
        return [_location(ls, page, m) for m in found if wanted or not m.is_definition]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlight(ls: RulesServer, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        page = ls.page(params.text_document.uri)
        mention = _mention(page, params.position)
        found = page.index.of(mention.symbol) if page is not None and mention is not None else []
        return [
            types.DocumentHighlight(range_of(page.positions, m.whole))
            for m in found
            if page is not None and m.file == page.name
        ]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(ls: RulesServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        page = ls.page(params.text_document.uri)
        return _symbols(outline(page.index, page.name, ls.lang), page.positions) if page is not None else []


def _mention(page: Page | None, position: types.Position) -> Mention | None:
    return page.index.at(page.name, _offset(page, position)) if page is not None else None


def _location(ls: RulesServer, page: Page, mention: Mention) -> types.Location:
    where = range_of(page.index.texts[mention.file], mention.name if mention.is_definition else mention.whole)
    return types.Location(ls.uri_of(path_in(page.root, mention.file)), where)


def _symbols(items: Iterable[Item], positions: Positions) -> list[types.DocumentSymbol]:
    return [
        types.DocumentSymbol(
            name=item.name,
            detail=item.detail or None,
            kind=types.SymbolKind.Namespace if item.items else types.SymbolKind.Object,
            range=range_of(positions, item.whole),
            selection_range=range_of(positions, item.key),
            children=_symbols(item.items, positions),
        )
        for item in items
    ]


def _add_rename(server: RulesServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(ls: RulesServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        page = ls.page(params.text_document.uri)
        if page is None:
            return None
        mention = _renamable(ls, page, params.position)
        name = page.positions.text[mention.name.start : mention.name.end]
        return types.PrepareRenamePlaceholder(range_of(page.positions, mention.name), name)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(ls: RulesServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
        page = ls.page(params.text_document.uri)
        if page is None:
            return None
        mention = _renamable(ls, page, params.position)
        try:
            edits = rename(page.index, mention, params.new_name)
        except UsageError as error:
            raise _refusal(error, ls.lang) from None
        changes: dict[Path, list[types.TextEdit]] = {}
        for name, found in edits.items():
            positions = page.index.texts[name]
            changes[path_in(page.root, name)] = [types.TextEdit(range_of(positions, span), new) for span, new in found]
        return _workspace_edit(ls, changes)


def _renamable(ls: RulesServer, page: Page, position: types.Position) -> Mention:
    try:
        return renamable(page.index, page.name, _offset(page, position))
    except UsageError as error:
        raise _refusal(error, ls.lang) from None


def _refusal(error: UsageError, lang: Lang) -> JsonRpcException:
    return JsonRpcInvalidParams(message=error.text.in_lang(lang))


def _workspace_edit(ls: RulesServer, changes: dict[Path, list[types.TextEdit]]) -> types.WorkspaceEdit:
    """Return edits with the versions that they are meant for, where the editor can check them."""
    abilities = ls.client_capabilities.workspace
    edit_abilities = abilities.workspace_edit if abilities is not None else None
    if edit_abilities is None or not edit_abilities.document_changes:
        return types.WorkspaceEdit(changes={ls.uri_of(path): edits for path, edits in changes.items()})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(ls.uri_of(path), ls.versions.get(path)), edits
            )
            for path, edits in changes.items()
        ]
    )
