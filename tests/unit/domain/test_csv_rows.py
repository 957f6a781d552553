"""Rows of CSV: what RFC 4180 has is read, with the line in the file; all else is refused there."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain import csv_rows
from jukinet.domain.csv_rows import lines_of, read_rows, write_row


def rows(data: bytes) -> list[tuple[int, list[str], str]]:
    return [(row.line, list(row.cells), row.problem) for row in read_rows(lines_of(io.BytesIO(data)))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a,b\r\nc,d\r\n", [(1, ["a", "b"], ""), (2, ["c", "d"], "")]),
        (b"a,b\nc,d", [(1, ["a", "b"], ""), (2, ["c", "d"], "")]),
        (b"\xef\xbb\xbfa,b\n", [(1, ["a", "b"], "")]),
        (b'"a","b ""x"" c"\n', [(1, ["a", 'b "x" c'], "")]),
        (b'a,"b\r\nc"\nd,e\n', [(1, ["a", "b\r\nc"], ""), (3, ["d", "e"], "")]),
        (b'"",\n', [(1, ["", ""], "")]),
        (b"a\n\nb\n", [(1, ["a"], ""), (2, [], ""), (3, ["b"], "")]),
    ],
)
def test_what_the_rfc_has_is_read(data: bytes, expected: object) -> None:
    assert rows(data) == expected


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b'a"b,c', csv_rows.STRAY_QUOTE),
        (b'"a"b,c', csv_rows.STRAY_QUOTE),
        (b'"a" ,c', csv_rows.STRAY_QUOTE),
        (b' "a",c', csv_rows.STRAY_QUOTE),
        (b"a\rb,c", csv_rows.STRAY_RETURN),
        (b"a\0,c", csv_rows.HOLDS_NUL),
        ("国立".encode("shift_jis") + b",c", csv_rows.NOT_UTF8),
        (b"\xed\xa0\x80,c", csv_rows.NOT_UTF8),
        (b"a\xef\xbb,c", csv_rows.NOT_UTF8),
    ],
)
def test_what_it_has_not_is_refused_on_its_line_and_the_next_row_is_read(row: bytes, problem: str) -> None:
    first, bad, last = rows(b"x,y\n" + row + b"\nd,e\n")
    assert first == (1, ["x", "y"], "")
    assert (bad[0], bad[2]) == (2, problem)
    assert last == (3, ["d", "e"], "")


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (b'a,"b', csv_rows.CUT_OFF),
        (b'a,"b\nc,d\ne,f\n', csv_rows.CUT_OFF),
        (b'a,"b\n' + b"c,d\n" * 50_000, csv_rows.CUT_OFF),
        (b"a," + b"b" * csv_rows.LONGEST_LINE + b"\nc,d\n", csv_rows.TOO_LONG),
        (b"a,b\r", csv_rows.STRAY_RETURN),
    ],
)
def test_a_row_without_an_end_is_the_last(end: bytes, problem: str) -> None:
    assert [(line, told) for line, _, told in rows(b"x,y\n" + end)] == [(1, ""), (2, problem)]


def test_not_more_than_a_line_of_bounded_length_is_ever_held() -> None:
    assert (
        max(map(len, lines_of(io.BytesIO(b"x" * (3 * csv_rows.LONGEST_LINE))))) == csv_rows.LONGEST_LINE + 1
    )


def test_a_row_shows_nothing_of_itself() -> None:
    (row,) = read_rows([b"secret,secret\n"])
    assert "secret" not in repr(row)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=4
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read_again(cells: list[list[str]]) -> None:
    data = b"".join(map(write_row, cells))
    # The first three bytes of a file may be a byte order mark, which is no part of the first field.
    marked = bool(cells) and cells[0][0].startswith("\ufeff")
    assert [read for _, read, problem in rows(b"\xef\xbb\xbf" * marked + data) if not problem] == cells
