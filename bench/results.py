"""What a measurement is, whether it holds its bar, and how it is written down.

A row of ``results.json``: ``name``; ``value`` and ``against_value``, the medians of the runs, in ``unit``;
``ratio``, the median of the runs' own ratios; ``bar`` and ``holds``; ``runs``; ``spread``, the distance of the
highest from the lowest run as a share of the median; ``commit``; ``machine``, as ``bench.machine`` tells of it.
``against``, ``against_value`` and ``ratio`` are null where the bar is an absolute one, and ``bar`` where there is none.
"""

from __future__ import annotations

import json
import statistics
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BARS = FOLDER / "bars.toml"
RESULTS = FOLDER / "results.json"
FEWEST_RUNS = 5


class MeasurementError(Exception):
    """What was measured is not what the bars ask for."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of one name. ``of_ratio``: it is the ratio that is compared, else the value; at most or at least.

    ``bar`` is None for what is only told.
    """

    name: str
    unit: str
    what: str
    of_ratio: bool
    bar: float | None
    at_most: bool
    against: str | None = None

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Measured:
    """The runs of one name, in its bar's unit; ``against``: the runs of what it is compared with, pair by pair.

    ``note`` is told with what it is compared with; ``missing`` says why there are no runs.
    """

    name: str
    values: Sequence[float]
    against: Sequence[float] | None = None
    note: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the results."""

    name: str
    value: float
    unit: str
    against: str | None
    against_value: float | None
    ratio: float | None
    bar: float | None
    holds: bool
    runs: int
    spread: float
    commit: str
    machine: str = ""


def read_bars(text: str) -> dict[str, Bar]:
    """The bars by name. ``MeasurementError`` where one is not whole."""
    bars = {}
    for name, told in tomllib.loads(text).items():
        limits = [one for one in ("at_most", "at_least", "no_bar") if one in told]
        if len(limits) != 1 or told.get("of") not in {"value", "ratio"}:
            raise MeasurementError(
                f"{name} needs of = value or ratio, and one of at_most, at_least and no_bar"
            )
        at_most, bar = limits == ["at_most"], None if limits == ["no_bar"] else float(told[limits[0]])
        of_ratio = told["of"] == "ratio"
        if of_ratio and "against" not in told:
            raise MeasurementError(f"{name} is a ratio: say what it is against")
        bars[name] = Bar(name, told["unit"], told["what"], of_ratio, bar, at_most, told.get("against"))
    return bars


def judge(
    bars: Iterable[Bar], measured: Iterable[Measured], commit: str, machine: str = ""
) -> tuple[list[Row], list[str]]:
    """A row for each bar whose name was measured, and a sentence for each that is missing, unknown or too short."""
    found: Mapping[str, Measured] = {one.name: one for one in measured}
    wanted = {bar.name: bar for bar in bars}
    faults = {name: f"{name} has no bar" for name in found.keys() - wanted.keys()}
    faults |= {name: fault for name, bar in wanted.items() if (fault := _fault(bar, found.get(name)))}
    rows = [_row(bar, found[name], commit, machine) for name, bar in wanted.items() if name not in faults]
    return rows, [faults[name] for name in sorted(faults)]


def _fault(bar: Bar, one: Measured | None) -> str:
    if one is None or one.missing:
        return f"{bar.name} was not measured" + (f": {one.missing}" if one else "")
    if len(one.values) < FEWEST_RUNS:
        return f"{bar.name} was run {len(one.values)} times: {FEWEST_RUNS} are the fewest"
    pairs = one.values if bar.against is None else one.against or ()
    if (bar.against is None) != (one.against is None) or len(pairs) != len(one.values):
        return f"{bar.name} was not measured against what its bar names, run by run"
    return ""


def _row(bar: Bar, one: Measured, commit: str, machine: str) -> Row:
    value = statistics.median(one.values)
    ratios = [mine / theirs for mine, theirs in zip(one.values, one.against or (), strict=False)]
    ratio = statistics.median(ratios) if ratios else None
    compared = value if ratio is None or not bar.of_ratio else ratio
    return Row(
        name=bar.name,
        value=round(value, 3),
        unit=bar.unit,
        against=bar.against and "; ".join(filter(None, (bar.against, one.note))),
        against_value=round(statistics.median(one.against), 3) if one.against else None,
        ratio=round(ratio, 3) if ratio is not None else None,
        bar=bar.bar,
        holds=bar.bar is None or (compared <= bar.bar if bar.at_most else compared >= bar.bar),
        runs=len(one.values),
        # Nothing at all, each time, is a figure too: no rate was low enough.
        spread=round((max(one.values) - min(one.values)) / value, 3) if value else 0.0,
        commit=commit,
        machine=machine,
    )


def merge(before: str, rows: Iterable[Row]) -> str:
    """The results file with these rows in place of those of the same name."""
    kept = {row["name"]: row for row in json.loads(before or "[]")}
    kept |= {row.name: asdict(row) for row in rows}
    return json.dumps([kept[name] for name in sorted(kept)], indent=2, ensure_ascii=False) + "\n"
