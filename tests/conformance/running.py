"""Runs the cases inside pytest: collects the marked tests, checks what they claim, tries mutants on them.

Owns the pytest plugin. What is printed of it is in ``__main__``.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

import pytest
from tests.conformance.cases import MARK, Case, WrongMarkError, read
from tests.conformance.mutants import Mutant, lift, of_parameter, of_rule
from tests.conformance.rules import rules_by_number
from tests.conformance.watching import Seen, Watch

from jukinet.law import parameters

TESTS = "tests/"
QUICK = "tests/unit/"
NOT_RUN = "the test did not run"


@dataclass
class Run:
    """One case as it ran. ``fault`` is why it did not pass; empty where it did."""

    case: Case
    fault: str = NOT_RUN
    seen: Seen = field(default_factory=Seen)
    seconds: float = 0.0


@dataclass(frozen=True)
class Tried:
    """A mutant, the case that failed under it, if any, and the tests that were tried on it."""

    mutant: Mutant
    caught_by: Case | None = None
    tests: frozenset[str] = frozenset()


class Cases:
    """The pytest plugin that collects and runs the cases, and nothing else of the suite."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.runs: dict[str, Run] = {}
        self.broken: list[str] = []
        """What could not be collected or read as a case."""
        self._items: dict[str, pytest.Item] = {}
        self._now: Run | None = None
        self._began = 0.0
        self._progress: TextIO | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        # One line a case is printed instead of pytest's own report.
        config.pluginmanager.unregister(name="terminalreporter")
        # Imported here, since pytest wants to load its plugins itself.
        from hypothesis import Phase, settings

        # Every run sees the same examples, and none are kept: those that catch a mutant would spoil other runs.
        phases = [Phase.explicit, Phase.generate]
        settings.register_profile("conformance", derandomize=True, database=None, phases=phases)
        settings.load_profile("conformance")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if marks := list(item.iter_markers(MARK)):
                test = item.nodeid.removeprefix(TESTS)
                try:
                    self.runs[item.nodeid] = Run(read(test, marks))
                except WrongMarkError as wrong:
                    self.broken.append(str(wrong))
                else:
                    self._items[item.nodeid] = item
        items[:] = self._items.values()

    def show_progress(self, terminal: TextIO) -> None:
        """Tell a person who waits how far it is; a file gets the result alone."""
        self._progress = terminal if terminal.isatty() else None

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.watch.seen = Seen()
        self._now = Run(self.runs[nodeid].case, seen=self.watch.seen)
        self._began = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self._now is None:
            return
        if report.failed:
            self._now.fault = f"{report.when}: {report.longreprtext}"
        elif report.skipped or hasattr(report, "wasxfail"):
            self._now.fault = "the test was skipped"
        elif report.when == "call":
            self._now.fault = ""

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if self._now is None:
            return
        self._now.seconds = time.monotonic() - self._began
        self.runs[nodeid] = self._now
        self._now = None
        if self._progress:
            done = sum(1 for run in self.runs.values() if run.fault != NOT_RUN)
            self._progress.write(f"\r{done} of {len(self.runs)} cases ")
            self._progress.flush()

    def claims(self) -> None:
        """A case that passed but did not show what its mark says fails after all."""
        for run in self.runs.values():
            if run.fault:
                continue
            wrong = [f"refused {rule}" for rule in run.case.refused if rule not in run.seen.refused]
            # Whether a rule held can be told only of those that a decision examined one by one.
            examined = (rule for rule in run.case.permitted if rule in self.watch.judged)
            wrong += [f"permitted {rule}" for rule in examined if rule not in run.seen.permitted]
            if wrong:
                run.fault = f"the test passed, but what its mark says was not seen: {', '.join(wrong)}"

    def alone(self, nodeid: str) -> Run:
        """Run one case with nothing left of any other but the database server of the run."""
        item = self._items[nodeid]
        item.ihook.pytest_runtest_protocol(item=item, nextitem=self._other(nodeid))
        return self.runs[nodeid]

    def _other(self, nodeid: str) -> pytest.Item | None:
        """A case of another ring. As the next one it says what may stay: only what is the session's."""
        return next((one for key, one in self._items.items() if _ring(key) != _ring(nodeid)), None)


class Suggestions(Cases):
    """Runs every test it is given, marked or not, to tell which would show a rule that has no case yet."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            self.runs[item.nodeid] = Run(Case(item.nodeid.removeprefix(TESTS), ()))

    def showing(self, kind: str, rule: str) -> list[Case]:
        """The tests that pass and show it, first those that show little else."""
        found = [
            (len(seen), run.case.test, run.case)
            for run in self.runs.values()
            if not run.fault and rule in (seen := getattr(run.seen, kind))
        ]
        return [case for *_, case in sorted(found, key=lambda one: one[:2])]


class Mutations(Cases):
    """Tries every mutant on the cases that concern it, until one fails.

    The unit ring comes first: it runs once as it is, which also shows which parameters and rules each case
    meets. What is left is tried on the cases of the services ring that name it, and only what survives these
    on all the others, after that ring too has run once.
    """

    def __init__(self, watch: Watch, tell: Callable[[Tried], None], only: frozenset[str]) -> None:
        super().__init__(watch)
        self.tell = tell
        self.tried: list[Tried] = []
        self.unsound: list[str] = []
        """Tests that caught a mutant and fail without it too."""
        self.failing: list[Run] = []
        """Cases that fail as the law stands."""
        self._only = only
        self._left: list[Tried] = []
        self._known: dict[str, Run] = {}
        self._caught: dict[str, None] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not self.broken:
            quick = [nodeid for nodeid in self._items if nodeid.startswith(QUICK)]
            slow = [nodeid for nodeid in self._items if nodeid not in quick]
            self._left = [Tried(mutant) for mutant in every_mutant(self._only)]
            if self._as_it_stands(quick):
                self._try_all(quick)
                self._try_all(slow)
                if self._left and self._as_it_stands(slow):
                    self._try_all(slow)
            for tried in self._left:
                self.tried.append(tried)
                self.tell(tried)
            self.unsound = [nodeid for nodeid in self._caught if self.alone(nodeid).fault]
        return True

    def _as_it_stands(self, nodeids: list[str]) -> bool:
        """Run these without a mutant; whether all pass, and what they saw."""
        items = [self._items[nodeid] for nodeid in nodeids]
        for item, following in itertools.zip_longest(items, items[1:]):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following or self._other(item.nodeid))
        self.claims()
        self._known |= {nodeid: self.runs[nodeid] for nodeid in nodeids}
        self.failing += [self.runs[nodeid] for nodeid in nodeids if self.runs[nodeid].fault]
        return not self.failing

    def _try_all(self, nodeids: list[str]) -> None:
        left = []
        for before in self._left:
            tried = self._try(before, self._nearest(before.mutant, nodeids))
            if tried.caught_by:
                self.tried.append(tried)
                self.tell(tried)
            else:
                left.append(tried)
        self._left = left

    def _try(self, before: Tried, nodeids: list[str]) -> Tried:
        before.mutant.put(self.watch)
        tests = before.tests
        try:
            for nodeid in (one for one in nodeids if one not in before.tests):
                tests |= {nodeid}
                if self.alone(nodeid).fault:
                    self._caught[nodeid] = None
                    return Tried(before.mutant, self.runs[nodeid].case, tests)
        finally:
            lift(self.watch)
        return Tried(before.mutant, None, tests)

    def _nearest(self, mutant: Mutant, nodeids: list[str]) -> list[str]:
        """The cases that a mutant concerns: those that name it first, and quick ones before others."""
        ranked = []
        for nodeid in nodeids:
            known = self._known.get(nodeid)
            nearness = mutant.nearness(self.runs[nodeid].case, known.seen if known else Seen())
            if nearness is not None:
                ranked.append((nearness, known.seconds if known else 0.0, nodeid))
        return [nodeid for *_, nodeid in sorted(ranked)]


def every_mutant(only: frozenset[str]) -> list[Mutant]:
    """Every mutant of the law as it stands; with ``only``, those of these rules and parameters."""
    found = [of_rule(number) for number in rules_by_number()]
    found += [mutant for parameter in parameters.packaged().values() for mutant in of_parameter(parameter)]
    return [mutant for mutant in found if not only or mutant.concerns in only]


def _ring(nodeid: str) -> list[str]:
    return nodeid.split("/")[:2]
