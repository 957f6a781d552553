"""``python -m bench [GROUP ...]``: measure, show a table, write ``results.json``; exit 1 where a bar is not held."""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Column, Table

from bench import machine, results
from bench.results import Bar, Row
from jukinet.testing.ending import end_on_sigterm


def main(argv: Sequence[str] | None = None) -> int:
    bars = results.read_bars(results.BARS.read_text("utf-8"))
    groups = list(dict.fromkeys(bar.group for bar in bars.values()))
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"of {', '.join(groups)}, with its parts; default: all"
    )
    parser.add_argument("--residents", type=int, help="a smaller register, to try: nothing is written then")
    options = parser.parse_args(argv)
    chosen = [group for group in groups if not options.groups or _is_part(group, options.groups)]
    if unknown := [one for one in options.groups if one not in groups]:
        print(
            f"There is no measurement of {', '.join(unknown)} yet; there is: {', '.join(groups)}",
            file=sys.stderr,
        )
        return 2
    end_on_sigterm()
    say = _speaker()
    measured = []
    for group in chosen:
        module = importlib.import_module(f"bench.{group}")
        measured += module.measure(say, *([options.residents] if options.residents else []))
    wanted: list[Bar] = [bar for bar in bars.values() if bar.group in chosen]
    rows, faults = results.judge(wanted, measured, _commit(), machine.told())
    _show(rows)
    for fault in faults:
        print(fault, file=sys.stderr)
    if options.residents:
        print("Tried on a smaller register: nothing was written.", file=sys.stderr)
    else:
        before = results.RESULTS.read_text("utf-8") if results.RESULTS.exists() else ""
        results.RESULTS.write_text(results.merge(before, rows), "utf-8")
        if any(row.name.startswith("growth.") for row in rows):
            plot = importlib.import_module("bench.plot")
            plot.draw(plot.figures())
        print(
            "Written to bench/results.json; `make docs` puts it on the page of what was measured.",
            file=sys.stderr,
        )
    return 0 if not faults and all(row.holds for row in rows) else 1


def _is_part(group: str, of: Sequence[str]) -> bool:
    """Whether a group is one of these, or a part of one: ``supply_batches`` of ``supply``."""
    return any(group == one or group.startswith(f"{one}_") for one in of)


def _speaker() -> Callable[[str], None]:
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {text}", file=sys.stderr, flush=True)

    return say


def _commit() -> str:
    """The commit that was measured, marked where the checkout differs from it."""
    told = [
        subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603, S607
        for words in (
            ("rev-parse", "--short=12", "HEAD"),
            ("status", "--porcelain", "--", "src", "bench/*.py"),
        )
    ]
    return told[0] + (" and changes" if told[1] else "")


def _show(rows: Sequence[Row]) -> None:
    table = Table(Column("name", no_wrap=True), "value", "against", "ratio", "bar", "holds", "spread")
    for row in rows:
        table.add_row(
            row.name,
            f"{row.value:g} {row.unit}",
            f"{row.against_value:g} {row.unit}" if row.against_value is not None else "",
            f"{row.ratio:g}" if row.ratio is not None else "",
            f"{row.bar:g}" if row.bar is not None else "",
            "yes" if row.holds else "NO",
            f"{row.spread:.0%}",
        )
    Console().print(table)


if __name__ == "__main__":
    raise SystemExit(main())
