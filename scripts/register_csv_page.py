"""Writes the reference page of a register in CSV, from the table of columns that the reader and the writer use."""

from __future__ import annotations

from scripts.reference_pages import page, table

from jukinet.domain.items import ForeignClass, RecordKind, SpecialAdoption
from jukinet.domain.persons import Sex
from jukinet.law import intake
from jukinet.services.register_cells import Column, Form
from jukinet.services.register_columns import COLUMNS, HANDED_OVER

_WORDS = {"kind": RecordKind, "sex": Sex, "stay": ForeignClass, "move_out_special": SpecialAdoption}
_KINDS = {None: "", RecordKind.JAPANESE: "Japanese", RecordKind.FOREIGN: "foreign"}

FORM = """\
A file holds the register of one municipality: a row for each resident who is recorded now. `jukinet register intake`
reads it, `jukinet register export` writes it. How to go about it is in [Take in a
register](../how-to/take-in-a-register.md).

* Comma-separated (RFC 4180), in UTF-8, with or without a byte order mark. Lines end with CR LF or LF. A field that
  holds a comma or a quotation mark is quoted. No value holds a line end, a NUL or another control character.
* The first row names the columns, in any order. A column that no row fills may be left out, unless it is marked
  *yes*. A column that is not listed here is refused.
* An empty field says that the record has no such item. Nothing is read as a default.
* Text is kept as entered, in NFC, with variation selectors; spaces around it are dropped. At most 500 characters."""

AFTER = """\
*Needed*: *yes* in every row; *item* wherever any field of the same item is filled. `former_nicknames` is a list of
objects with `text`, `recorded_on`, `recorded_by`, `deleted_on` and `deleted_by`, as in the filings of the [register
API](register-api.md)."""

CHECKED = """\
Every row is held against these rules and those of [foreign residents' items and nicknames](rules.md) (SR1 to SR9,
SR11, FN11), and a fault in any of them keeps the whole file out. An **alert** may be so in a register that is kept
well: it keeps the file out until whoever takes it in confirms it.

Not checked, since a file cannot show it: whether a code is that of the person (codes are random and tell nothing of
the municipality), and whether two rows of alike persons are one person."""

REPORT = """\
`--report FILE` writes `line,kind,field,problem,rule`: a row for each fault and alert, those of single rows first,
then what is wrong between rows. `line` is the line of the file on which the row begins, the first row being 1. No
value of the file is repeated in it."""

WRITTEN = """\
An export has every column in this order, rows by resident number, CR LF, quotes only where they must be, and no byte
order mark. The same register gives the same bytes; taken in at an empty node of the same municipality and exported
again, it gives them again."""

HANDED_OVER_FORM = """\
What `jukinet register export --handed-to CODE` writes and `intake --handed-over-by CODE` reads has these columns
besides ([Hand records over to another municipality](../how-to/merge-municipalities.md)). The numbers are those of the
municipality that hands the records over; `address` is the one that they have now."""

MISSING = """\
* **Versions before the present one**: past names and addresses, but for the previous address and former nicknames,
  which the record itself holds. They stay with the earlier system.
* **Deleted records** (除票), which the earlier system keeps for their five years (Ord. 34(1)).
* **Holds and support measures**, with whatever is known of a case. Enter them before the register is opened ([Hold a
  record back](../how-to/hold-a-record.md)).
* **Free codes** of the pool: they come from the centre."""


def register_csv() -> str:
    """The page."""
    rules = [
        (rule.rule, "alert" if rule in intake.ALERTS else "", rule.article, rule.sentence)
        for rule in intake.RULES[4:]
    ]
    return page(
        "A register in CSV",
        "services/register_columns.py and law/intake.py",
        FORM,
        "## Columns",
        table(("column", "needed", "record", "form", "what it holds", "basis"), map(_row, COLUMNS)),
        AFTER,
        "## Records that are handed over",
        HANDED_OVER_FORM,
        table(("column", "needed", "record", "form", "what it holds", "basis"), map(_row, HANDED_OVER)),
        "## What is checked",
        CHECKED,
        table(("rule", "", "basis", "what it asks"), rules),
        "## The report",
        REPORT,
        "## What is written",
        WRITTEN,
        "## What a file does not hold",
        MISSING,
    )


def _row(column: Column) -> tuple[str, ...]:
    needed = ("item" if column.group else "yes") if column.required else ""
    return (f"`{column.name}`", needed, _KINDS[column.only], _form(column), column.says, column.article)


def _form(column: Column) -> str:
    if column.form is Form.WORD:
        return "one of " + ", ".join(f"`{word}`" for word in _WORDS[column.name])
    if column.form is Form.TEXT and column.longest < 500:
        return f"text, at most {column.longest} characters"
    return str(column.form.value)
