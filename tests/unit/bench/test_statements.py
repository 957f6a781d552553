"""A log of the server becomes statements with their values, and these a script."""

from __future__ import annotations

import pytest
from bench.statements import CaptureError, Statement, read_log, script

AT = "2013-07-08 01:00:00.000 UTC [17] "
LOG = f"""\
{AT}LOG:  statement: BEGIN
{AT}LOG:  execute <unnamed>: SELECT $1,
\t  $2 -- two lines
{AT}DETAIL:  Parameters: $1 = 'it''s, $2 = 5', $2 = NULL
{AT}LOG:  execute _pg3_0: SELECT $1,
\t  $2 -- two lines
{AT}DETAIL:  parameters: $1 = 'two
\tlines', $2 = '7'
{AT}LOG:  checkpoint starting: time
{AT}LOG:  statement: COMMIT
"""


def test_statements_and_values_are_read_as_they_were_executed() -> None:
    text = "SELECT $1,\n  $2 -- two lines"
    assert read_log(LOG) == [
        Statement("BEGIN"),
        Statement(text, ("'it''s, $2 = 5'", "NULL")),
        Statement(text, ("'two\nlines'", "'7'")),
        Statement("COMMIT"),
    ]


def test_a_text_is_prepared_once_and_executed_each_time() -> None:
    assert script(read_log(LOG)) == [
        "BEGIN;",
        "PREPARE s0 AS SELECT $1,\n  $2 -- two lines\n;",
        "EXECUTE s0 ('it''s, $2 = 5', NULL);",
        "EXECUTE s0 ('two\nlines', '7');",
        "COMMIT;",
    ]


@pytest.mark.parametrize(
    "detail", ["$1 = 5", "$2 = '5'", "$1 = 'open", "$1 = '1', $3 = '2'"],
)  # fmt: skip
def test_values_that_cannot_be_read_are_not_guessed(detail: str) -> None:
    with pytest.raises(CaptureError):
        read_log(f"{AT}LOG:  execute s: SELECT $1\n{AT}DETAIL:  Parameters: {detail}\n")


def test_values_without_their_statement_are_a_fault() -> None:
    with pytest.raises(CaptureError):
        read_log(f"{AT}DETAIL:  Parameters: $1 = '5'\n")
