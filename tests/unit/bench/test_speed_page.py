"""The page of what was measured: nothing that was not held, or not measured, is left out or looks as if it were."""

from __future__ import annotations

import re
from typing import Any

from bench import machine, results
from bench.results import Bar
from scripts.speed_page import page, speed

RATIO = Bar("supply.one", "rows/s", "rows answered", of_ratio=True, bar=0.6, at_most=False, against="psql")
TIME = Bar("supply.two", "ms", "how long it takes", of_ratio=False, bar=20, at_most=True)
TOLD = Bar("growth.three", "1/s", "how many", of_ratio=False, bar=None, at_most=False)


def row(bar: Bar, **told: Any) -> dict[str, Any]:
    seen = {
        "name": bar.name,
        "value": 1234.5,
        "against": None,
        "against_value": None,
        "ratio": None,
        "holds": True,
    }
    return seen | {"commit": "abc", "machine": "two processors"} | told


def lines_about(bars: list[Bar], rows: list[dict[str, Any]], name: str) -> list[str]:
    text = page({bar.name: bar for bar in bars}, {one["name"]: one for one in rows})
    return [line for line in text.splitlines() if f"`{name}`" in line]


def test_a_bar_that_is_not_held_says_so() -> None:
    seen = row(RATIO, against="psql; DuckDB 9/s", against_value=3000.0, ratio=0.41, holds=False)
    line, _ = lines_about([RATIO, TIME, TOLD], [seen], "supply.one")
    cells = ("**0.41 times**: 1,234 rows/s beside 3,000; DuckDB 9/s", "at least 0.6 times", "**no**")
    assert line == f"| `supply.one`: rows answered; beside psql | {' | '.join(cells)} |"


def test_what_was_not_measured_says_so() -> None:
    (line,) = lines_about(
        [RATIO, TIME], [row(RATIO, against="psql", against_value=1.0, ratio=1.0)], "supply.two"
    )
    assert line == "| `supply.two`: how long it takes | not measured yet | at most 20 ms | |"


def test_what_has_no_bar_holds_none() -> None:
    line, where = lines_about([TOLD], [row(TOLD, value=0.1234)], "growth.three")
    assert line == "| `growth.three`: how many | 0.123 1/s |  |  |"
    assert where == "| `growth.three` | `abc` | two processors |"


def test_what_was_measured_apart_stands_apart() -> None:
    text = page({one.name: one for one in (TIME, TOLD)}, {
        "supply.two": row(TIME), "growth.three": row(TOLD, commit="def", machine="")
    })  # fmt: skip
    assert "| `supply.two` | `abc` | two processors |" in text
    assert "| `growth.three` | `def` | not written down |" in text


def test_a_machine_is_told_by_what_it_does() -> None:
    said = machine.told(0.02)
    assert re.fullmatch(
        r"\d+ processors \(.+\), \d+ GB, [\d,]+ Ed25519 verifications a second in one thread", said
    )


def test_every_group_of_the_bars_has_words_of_its_own() -> None:
    groups = {bar.group for bar in results.read_bars(results.BARS.read_text("utf-8")).values()}
    assert not groups & {line.removeprefix("## ") for line in speed().splitlines()}
