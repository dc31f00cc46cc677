"""`docs/rosters.md` holds the names that the import knows, as the code has them."""

from __future__ import annotations

from asn_flex.roster.names import COLUMN_NAMES, TABLE_NAMES, VALUE_NAMES

from ..support import REPOSITORY

PAGE = REPOSITORY / "docs" / "rosters.md"
START, END = "<!-- names -->", "<!-- /names -->"


def names_table() -> str:
    """Return the tables of names, as the page has them: `python -m tests.roster.test_names` writes them."""
    lines = ["", "**Sheets**", "", "| table | names |", "|---|---|"]
    lines += [f"| `{table}` | {', '.join(aliases)} |" for table, aliases in TABLE_NAMES.items()]
    for table, columns in COLUMN_NAMES.items():
        lines += ["", f"**Columns of `{table}`**" if table != "event" else "**Lines of `event`**", ""]
        lines += ["| column | names |", "|---|---|"]
        lines += [f"| `{column}` | {', '.join(aliases)} |" for column, aliases in columns.items()]
    lines += ["", "**Values**", "", "| column | value | words |", "|---|---|---|"]
    lines += [
        f"| {kind.replace('yes_no', 'yes or no')} | `{value}` | {', '.join(words)} |"
        for kind, values in VALUE_NAMES.items()
        for value, words in values.items()
    ]
    return "\n".join(lines) + "\n\n"


def test_page_holds_the_names_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    assert text.partition(START)[2].partition(END)[0] == names_table()


def write() -> None:
    """Write the tables of names into the page again."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(START)
    PAGE.write_text(before + START + names_table() + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    write()
