"""A measurement that is missing, short or of no known name fails; a bar is held or it is not."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from bench import results
from bench.results import Bar, Measured, MeasurementError, Row, judge, merge, read_bars

SPEED = Bar("group.speed", "ms", "how long it takes", of_ratio=False, bar=50, at_most=True)
RATE = Bar("group.rate", "1/s", "how many", of_ratio=False, bar=10, at_most=False)
RATIO = Bar("group.ratio", "ms", "an act", of_ratio=True, bar=5, at_most=True, against="its statements")
FIVE = [1.0, 2.0, 3.0, 4.0, 50.0]


def rows_of(bars: Iterable[Bar], measured: Iterable[Measured], commit: str = "") -> list[Row]:
    """The rows where there is no fault."""
    rows, faults = judge(bars, measured, commit)
    assert faults == []
    return rows


def test_the_bars_can_be_read_and_their_groups_are_modules() -> None:
    bars = read_bars(results.BARS.read_text("utf-8"))
    assert {"register.search_p99", "register.move_in_ratio"} <= bars.keys()
    assert {bar.group for bar in bars.values()} <= {path.stem for path in results.FOLDER.glob("*.py")}


@pytest.mark.parametrize(
    "text",
    [
        '["a.b"]\nunit = "ms"\nof = "value"\nwhat = "x"\n',
        '["a.b"]\nunit = "ms"\nof = "value"\nat_most = 1\nat_least = 1\nwhat = "x"\n',
        '["a.b"]\nunit = "ms"\nof = "value"\nat_most = 1\nno_bar = true\nwhat = "x"\n',
        '["a.b"]\nunit = "ms"\nof = "sum"\nat_most = 1\nwhat = "x"\n',
        '["a.b"]\nunit = "ms"\nof = "ratio"\nat_most = 1\nwhat = "x"\n',
    ],
)
def test_a_bar_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(MeasurementError):
        read_bars(text)


def test_a_row_has_the_median_and_the_spread_of_its_runs() -> None:
    (row,) = rows_of([SPEED], [Measured("group.speed", FIVE)], "abc")
    assert (row.value, row.runs, row.commit) == (3.0, 5, "abc")
    assert row.spread == pytest.approx(49 / 3, abs=0.001)
    assert (row.against, row.against_value, row.ratio) == (None, None, None)


def test_a_figure_of_nothing_at_all_is_a_figure() -> None:
    (row,) = rows_of([RATE], [Measured("group.rate", [0.0] * 5)])
    assert (row.value, row.spread, row.holds) == (0, 0, False)


@pytest.mark.parametrize(("bar", "value", "holds"), [
    (SPEED, 50, True), (SPEED, 50.1, False), (RATE, 10, True), (RATE, 9.9, False),
])  # fmt: skip
def test_a_bar_itself_is_still_held(bar: Bar, value: float, holds: bool) -> None:
    (row,) = rows_of([bar], [Measured(bar.name, [value] * 5)])
    assert row.holds is holds


def test_what_has_no_bar_is_told_and_always_holds() -> None:
    bars = read_bars('["a.b"]\nunit = "1/s"\nof = "value"\nno_bar = true\nwhat = "x"\n')
    (row,) = rows_of(bars.values(), [Measured("a.b", FIVE)])
    assert (row.value, row.bar, row.holds) == (3.0, None, True)


def test_a_ratio_is_taken_run_by_run() -> None:
    """A run on a slow machine is slow on both sides: medians of each side would say 3 / 1."""
    mine, theirs = [30.0, 3.0, 3.0, 40.0, 2.0], [10.0, 1.0, 1.0, 20.0, 0.1]
    (row,) = rows_of([RATIO], [Measured("group.ratio", mine, theirs)])
    assert row.ratio == 3.0
    assert row.against_value == 1.0
    assert row.holds
    (row,) = rows_of([RATIO], [Measured("group.ratio", [6.0] * 5, [1.0] * 5)])
    assert (row.value, row.holds) == (6.0, False)


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ([], "group.speed was not measured"),
        ([Measured("group.speed", FIVE[:4])], "group.speed was run 4 times"),
        ([Measured("group.speed", FIVE), Measured("group.other", FIVE)], "group.other has no bar"),
        ([Measured("group.speed", FIVE, FIVE)], "not measured against"),
        ([Measured("group.speed", (), missing="no npm")], "group.speed was not measured: no npm"),
    ],
)
def test_what_is_missing_is_a_fault_and_no_row(measured: list[Measured], said: str) -> None:
    rows, (fault,) = judge([SPEED, RATE], [*measured, Measured("group.rate", FIVE)], "")
    assert said in fault
    assert {"group.rate"} <= {row.name for row in rows} <= {"group.rate", "group.speed"}
    assert "group.other" in fault or len(rows) == 1


@pytest.mark.parametrize("against", [None, FIVE[:4]])
def test_a_ratio_without_its_other_side_fails(against: list[float] | None) -> None:
    rows, (fault,) = judge([RATIO], [Measured("group.ratio", FIVE, against)], "")
    assert rows == []
    assert "not measured against" in fault


def test_what_was_corrected_is_told_with_what_it_is_against() -> None:
    (row,) = rows_of([RATIO], [Measured("group.ratio", FIVE, FIVE, note="corrected")])
    assert row.against == "its statements; corrected"


def test_results_of_other_groups_stay() -> None:
    (first,) = rows_of([SPEED], [Measured("group.speed", FIVE)], "abc")
    before = merge('[{"name": "other.value", "value": 1}]', [first])
    (again,) = rows_of([SPEED], [Measured("group.speed", [7.0] * 5)], "def")
    rows = json.loads(merge(before, [again]))
    assert [(row["name"], row["value"]) for row in rows] == [("group.speed", 7.0), ("other.value", 1)]
