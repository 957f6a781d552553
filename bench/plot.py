"""``python -m bench.plot``: how supply grows with the store, drawn from ``results.json`` for the docs."""

from __future__ import annotations

import json
from collections.abc import Mapping

import matplotlib as mpl
from matplotlib.figure import Figure

from bench import growth, results

PLACE = results.FOLDER.parent / "docs" / "explanation" / "supply-growth.svg"
LINES = {
    "codes": "rows of a batch, by code",
    "items": "rows of a batch, by four items",
    "single": "single requests, 64 connections",
}


def figures() -> dict[str, float]:
    """What was seen last, by name."""
    rows = json.loads(results.RESULTS.read_text("utf-8"))
    return {row["name"]: row["value"] for row in rows if row["name"].startswith("growth.")}


def label(value: float) -> str:
    """A figure as the plot shows it."""
    return f"{value:,.0f}"


def draw(seen: Mapping[str, float]) -> None:
    """A line for each way of asking; a size that was not measured has no point."""
    # Text stays text, and the same figures make the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "jukinet"}):
        figure = Figure(figsize=(7, 4.2), layout="constrained")
        axes = figure.subplots()
        for kind, what in LINES.items():
            points = [
                (growth.PEOPLE // part, seen[f"growth.{kind}_{size}"])
                for size, part in growth.PARTS.items()
                if f"growth.{kind}_{size}" in seen
            ]
            if points:
                axes.plot(*zip(*points, strict=True), marker="o", label=what)
            for people, value in points:
                axes.annotate(
                    label(value), (people, value), (0, 6), textcoords="offset points", ha="center", fontsize=9
                )
        axes.set(xscale="log", yscale="log", xlabel="people in the store", ylabel="answered a second")
        axes.set_xticks(
            [growth.PEOPLE // part for part in growth.PARTS.values()], ["100,000", "1,000,000", "10,000,000"]
        )
        axes.set_xlim(growth.PEOPLE / 200, growth.PEOPLE * 2)
        axes.set_ylim(1_000, 1_000_000)
        axes.grid(visible=True, which="major", alpha=0.3)
        if seen:
            axes.legend(loc="best", fontsize=9)
        else:
            axes.set_title("not measured yet")
        figure.savefig(PLACE, metadata={"Date": None})


if __name__ == "__main__":
    draw(figures())
