"""Laws of decision tables over drawn rulebooks: nothing is lost going out, nothing else is touched coming in."""

from __future__ import annotations

import random
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import assume, given, settings

import asn_flex as af
from asn_flex.editing.emit import rule_text
from asn_flex.editing.table_cells import made_map, plain
from asn_flex.editing.table_import import key_order
from asn_flex.editing.table_layout import MODELS, SHEETS, column_named, set_cell
from asn_flex.editing.table_state import rules_in, state_of
from asn_flex.rulebook.conditions import All, AnyOf, Not
from asn_flex.rulebook.loader import build_rulebook
from asn_flex.rulebook.schema import Entry
from asn_flex.rulebook.tree import parse_yaml

from ..oracle.drawing import yaml_text
from .drawn import drawn_rules, seeds


def asked(value: object) -> object:
    """What a rule says, whatever the order of what must hold together."""
    if isinstance(value, (All, AnyOf)):
        parts = [asked(part) for part in value.parts]
        flat = [p for part in parts for p in (part[1] if isinstance(part, tuple) and part[0] == "all" else [part])]
        return ("all", sorted(flat, key=repr)) if isinstance(value, All) else ("any", sorted(parts, key=repr))
    if isinstance(value, Not):
        return ("not", asked(value.part))
    if isinstance(value, Entry):
        return {name: asked(getattr(value, name)) for name in type(value).model_fields}
    return value


def in_blocks(rules: dict) -> str:
    """The rulebook with its rules as blocks of keys, a comment behind every line and above every rule."""
    head = yaml_text({key: value for key, value in rules.items() if key != "rules"})
    lines = [f"{head}rules:"]
    for number, item in enumerate(re.findall(r"^  - \{.*\}$", yaml_text({"rules": rules["rules"]}), re.MULTILINE)):
        tree, _ = parse_yaml(item, "x")
        lines.append(f"  # rule {number}")
        lines += [f"{line}   # {number}.{n}" for n, line in enumerate(rule_text(tree[0]).rstrip("\n").split("\n"))]
        lines.append("")
    return "\n".join(lines) + "# the end\n"


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_a_rule_made_from_its_cells_asks_and_says_the_same(seed: int):
    rules = drawn_rules(seed)
    content = {"rules.yaml": yaml_text(rules).encode()}
    book = build_rulebook(content)
    state = state_of(book, rules_in(content))
    others = {**rules, "rules": [rule for rule in rules["rules"] if rule["kind"] not in MODELS]}
    text = [yaml_text(others).replace("rules: []\n", "rules:\n")]
    for kind, rows in state.rows.items():
        columns = [column_named(header, kind, book.attributes) for header in state.columns[kind]]
        assert None not in columns
        for rule, row in rows.items():
            node = made_map({"id": plain(rule), "kind": plain(kind)})
            for column in sorted(columns, key=lambda c: c.is_rest):
                set_cell(node, column, row.get(column.header, ""), columns)
            text.append(rule_text(made_map({key: node[key] for key in sorted(node, key=key_order(kind).index)})))
    again = build_rulebook({"rules.yaml": "".join(text).encode()})
    assert [asked(rule) for rule in again.rules] == [asked(rule) for rule in book.rules]


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_export_and_import_leave_every_byte_alone(seed: int):
    rules = drawn_rules(seed)
    with TemporaryDirectory() as name:
        folder = Path(name) / "r"
        folder.mkdir()
        for form, text in (("flow.yaml", yaml_text(rules)), ("block.yaml", in_blocks(rules))):
            file = folder / form
            file.write_text(text, encoding="utf-8", newline="")
            af.export_tables(file, Path(name) / "t.xlsx")
            result = af.import_tables(Path(name) / "t.xlsx", file)
            assert (result.changed, result.added, result.removed, result.missing) == ({}, (), (), ())
            assert result.files == {}
            result.write()
            assert file.read_bytes() == text.encode()


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_an_edited_cell_changes_its_rule_and_nothing_else(seed: int):
    """One cell takes the value that another rule has there, or none: the other rules and all comments stay."""
    rules, dice = drawn_rules(seed), random.Random(seed)
    with TemporaryDirectory() as name:
        file, workbook = Path(name) / "r.yaml", Path(name) / "t.xlsx"
        before = in_blocks(rules) if dice.random() < 0.7 else yaml_text(rules)
        file.write_text(before, encoding="utf-8", newline="")
        af.export_tables(file, workbook)
        book = openpyxl.load_workbook(workbook)
        sheets = [book[title] for title in SHEETS.values() if book[title].max_row > 1]
        assume(sheets)
        sheet = dice.choice(sheets)
        line, column = dice.randint(2, sheet.max_row), dice.randint(2, sheet.max_column)
        cell = sheet.cell(line, column)
        old, cell.value = cell.value, sheet.cell(dice.randint(2, sheet.max_row + 1), column).value
        rule, changed = sheet.cell(line, 1).value, cell.value != old
        book.save(workbook)
        result, faults = outcome(workbook, file)
        if result is None:
            # A rule that is wrong with that cell is refused at a cell of its row, or where another entry names it.
            assert changed
            assert {d.place.file for d in faults} <= {f"{workbook.as_posix()}#{sheet.title}", file.as_posix()}
            assert {d.place.line for d in faults if "#" in d.place.file} <= {line}
            assert file.read_text("utf-8") == before
            return
        result.write()
        after = file.read_text("utf-8")
        assert result.changed.keys() == ({rule} if changed else set())
        outside = [entry for entry in rules_in({"a": before.encode()}) if entry.id != rule]
        assert [e.node for e in rules_in({"a": after.encode()}) if e.id != rule] == [e.node for e in outside]
        assert without(before, rule) == without(after, rule)
        af.export_tables(file, Path(name) / "again.xlsx")
        again = openpyxl.load_workbook(Path(name) / "again.xlsx")[sheet.title]
        headers = {c[0].value: c[0].column for c in again.iter_cols(max_row=1)}
        where = headers.get(sheet.cell(1, column).value)
        assert (again.cell(line, where).value if where else None) == cell.value


def outcome(workbook: Path, file: Path):
    """What an import makes, or its faults."""
    try:
        return af.import_tables(workbook, file), ()
    except af.InputError as error:
        return None, error.diagnostics


def without(text: str, rule: str) -> str:
    """The file without the lines of one rule, from its dash to what follows it."""
    return re.sub(rf"^  - \{{?(id: |\"id\": )\"?{re.escape(rule)}\b.*\n(?:    .*\n)*", "", text, flags=re.MULTILINE)
