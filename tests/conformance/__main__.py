"""``python -m tests.conformance``: every case of the law, one line each; with ``--mutate``, every mutant.

Owns what is printed and the exit code. ``make conformance`` calls it through ``scripts/conformance``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import pytest
from tests.conformance.watching import Watch

if TYPE_CHECKING:
    from tests.conformance.running import Cases, Mutations, Run, Suggestions, Tried

ROOT = Path(__file__).resolve().parents[2]
RINGS = ("tests/unit", "tests/services", "tests/claims")
STOPPED = {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}
IMPORT = "tests.conformance.cases import"


def main(argv: Sequence[str] | None = None) -> int:
    options = _options().parse_args(argv)
    watch = Watch()
    watch.install()
    # The rest is imported when the watching stands, so that every module gets the watched functions.
    from tests.conformance import running

    with os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8") as out:
        if options.list:
            cases = running.Cases(watch)
            _pytest(cases, options.paths, "--collect-only")
            return _list(cases, out)
        if options.mutate:
            mutations = running.Mutations(
                watch, lambda tried: print(_of_mutant(tried), file=out), frozenset(options.only or ())
            )
            _pytest(mutations, options.paths)
            return _report_mutants(mutations, out)
        if options.suggest:
            return _suggest(running.Suggestions(watch), options.paths, out)
        cases = running.Cases(watch)
        with os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8") as terminal:
            cases.show_progress(terminal)
            _pytest(cases, options.paths)
        cases.claims()
        return _report(cases, out)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument(
        "paths", nargs="*", default=_files(RINGS), help="tests; default: every file with cases"
    )
    parser.add_argument("--mutate", action="store_true", help="try every mutant of the law")
    parser.add_argument("--only", nargs="+", help="mutants of these rules and parameters alone")
    parser.add_argument("--list", action="store_true", help="the cases as JSON, without running them")
    parser.add_argument(
        "--suggest", action="store_true", help="tests that would show the rules without a case"
    )
    return parser


def _files(rings: Sequence[str]) -> list[str]:
    """The files of tests that have cases: those that import the mark."""
    found = (path for ring in rings for path in sorted((ROOT / ring).rglob("test_*.py")))
    return [str(path.relative_to(ROOT)) for path in found if IMPORT in path.read_text("utf-8")]


def _pytest(plugin: Cases, paths: Sequence[str], *options: str) -> None:
    """Run pytest with the plugin, keeping nothing of the run."""
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    plugins = ["-p", "no:cacheprovider", "-p", "no:xdist"]
    ended = pytest.main([*settings, *plugins, *options, *paths], plugins=[plugin])
    if ended in STOPPED and not plugin.broken:
        plugin.broken.append(f"pytest stopped before its end: {pytest.ExitCode(ended).name}")


def _suggest(suggestions: Suggestions, paths: Sequence[str], out: TextIO) -> int:
    """For each rule that has no case: tests that could be marked as one."""
    from tests.conformance.listing import every_case
    from tests.conformance.rules import rules_by_number

    _pytest(suggestions, paths)
    for kind in ("refused", "permitted"):
        shown = {rule for one in every_case() for rule in getattr(one, kind)}
        for rule in (number for number in rules_by_number() if number not in shown):
            tests = [one.test for one in suggestions.showing(kind, rule)[:3]]
            print(f"{rule} {kind}: {', '.join(tests) or 'no test shows it'}", file=out)
    _tell_broken(suggestions, out)
    return 1 if suggestions.broken else 0


def _list(cases: Cases, out: TextIO) -> int:
    plain = [
        {
            "test": run.case.test,
            "cites": [cited.text for cited in run.case.cites],
            "refused": run.case.refused,
            "permitted": run.case.permitted,
        }
        for run in cases.runs.values()
    ]
    json.dump({"cases": plain, "broken": cases.broken}, out)
    return 1 if cases.broken else 0


def _report(cases: Cases, out: TextIO) -> int:
    from tests.conformance.articles import heading

    runs = sorted(cases.runs.values(), key=lambda run: run.case.order)
    for title, group in groupby(runs, key=lambda run: heading(run.case)):
        print(f"\n{title}", file=out)
        for run in group:
            print(_line(run), file=out)
    failed = [run for run in runs if run.fault]
    for run in failed:
        print(f"\n{run.case.test}\n{run.fault}", file=out)
    _tell_broken(cases, out)
    print(f"\n{len(runs) - len(failed)} passed, {len(failed) + len(cases.broken)} failed", file=out)
    return 1 if failed or cases.broken or not runs else 0


def _line(run: Run) -> str:
    """Result, article, rules and test; what is long stands last, so that nothing else is pushed aside."""
    result = "FAILED" if run.fault else "passed"
    shows = f"{run.case.shows}: " if run.case.shows else ""
    return f"{result} {run.case.article:<21} {shows}{run.case.test}"


def _tell_broken(cases: Cases, out: TextIO) -> None:
    for fault in cases.broken:
        print(f"\nno case can be made of this: {fault}", file=out)


def _of_mutant(tried: Tried) -> str:
    if tried.caught_by:
        return f"{tried.mutant.name}: caught by {tried.caught_by.test}"
    return f"{tried.mutant.name}: SURVIVED {len(tried.tests)} cases"


def _report_mutants(mutations: Mutations, out: TextIO) -> int:
    for run in mutations.failing:
        print(f"\n{run.case.test} fails without any mutant\n{run.fault}", file=out)
    _tell_broken(mutations, out)
    for test in mutations.unsound:
        print(f"\n{test} caught a mutant, and fails without it too", file=out)
    caught, total = sum(1 for one in mutations.tried if one.caught_by), len(mutations.tried)
    print(f"\nmutants: {caught} of {total} caught", file=out)
    wrong = mutations.failing or mutations.broken or mutations.unsound
    return 1 if wrong or caught < total or not total else 0


if __name__ == "__main__":
    sys.exit(main())
