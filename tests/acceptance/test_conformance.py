"""`make conformance` as it is run: cases are listed, and what is wrong with a case or a law is noticed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conformance.listing import ROOT

HEAD = """
from datetime import date
import pytest
from tests.conformance.cases import case
from jukinet.law import parameters
from jukinet.law.decisions import Permitted, Refused, judge
from jukinet.law.resident_notices import I1
"""

GOOD = """
@case(refused="I1")
def test_refused():
    assert isinstance(judge((I1, False), basis=()), Refused)

@case(permitted="I1")
def test_permitted():
    assert isinstance(judge((I1, True), basis=()), Permitted)

@case("Act Art. 22(1)")
def test_term():
    assert parameters.number("notification-days", date(2013, 7, 8)) == 14

def test_that_is_no_case():
    assert False
"""

BAD = """
@case(refused="I1")
def test_that_refuses_nothing():
    assert isinstance(judge((I1, True), basis=()), Permitted)

@case(permitted="I1")
def test_that_permits_nothing():
    assert isinstance(judge((I1, False), basis=()), Refused)

@case(refused="I1")
def test_that_fails():
    assert isinstance(judge((I1, False), basis=()), Permitted)

@case(refused="I1")
@pytest.mark.skip(reason="later")
def test_that_is_skipped():
    assert isinstance(judge((I1, False), basis=()), Refused)

@case(refused="Z99")
def test_of_a_rule_that_there_is_not():
    pass
"""

EARLY = """
DECISION = judge((I1, False), basis=())

@case(refused="I1")
def test_on_what_was_decided_before():
    judge((I1, False), basis=())
    assert isinstance(DECISION, Refused)

@case("Act Art. 22(1)")
def test_that_looks_at_the_term_and_not_closely():
    assert parameters.number("notification-days", date(2013, 7, 8)) < 15
"""


def conformance(folder: Path, tests: str, *options: str) -> tuple[int, list[str]]:
    """Exit code and lines of a run over one file of tests."""
    file = folder / "test_sample.py"
    file.write_text(HEAD + tests, "utf-8")
    command = [sys.executable, "-m", "tests.conformance", *options, "--", str(file)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout.splitlines() + ran.stderr.splitlines()


def test_cases_that_hold_are_listed_one_a_line(tmp_path: Path) -> None:
    code, lines = conformance(tmp_path, GOOD)
    assert (code, lines[-1]) == (0, "3 passed, 0 failed")
    cases = [line for line in lines if line.startswith("passed")]
    assert len(cases) == 3
    assert all(line.startswith("passed Act Art. 22(1) ") for line in cases)
    assert "Act, chapter 4: notifications" in lines


def test_a_case_that_does_not_show_what_it_says_fails(tmp_path: Path) -> None:
    code, lines = conformance(tmp_path, BAD)
    assert (code, lines[-1]) == (1, "0 passed, 5 failed")
    told = "\n".join(lines)
    assert "its mark says was not seen: refused I1" in told
    assert "its mark says was not seen: permitted I1" in told
    assert "the test was skipped" in told
    assert "there is no rule Z99" in told


def test_mutants_are_caught_by_cases_that_look_closely(tmp_path: Path) -> None:
    code, lines = conformance(tmp_path, GOOD, "--mutate", "--only", "I1", "notification-days")
    assert (code, lines[-1]) == (0, "mutants: 3 of 3 caught")
    caught = [line for line in lines if ": caught by " in line]
    assert [line.split(":")[0] for line in caught] == [
        *("rule I1 off", "notification-days 14 -> 15", "notification-days 14 -> 13"),
    ]
    assert "::test_refused" in caught[0]


def test_mutants_survive_cases_that_do_not(tmp_path: Path) -> None:
    code, lines = conformance(tmp_path, EARLY, "--mutate", "--only", "I1", "notification-days", "O4")
    assert (code, lines[-1]) == (1, "mutants: 1 of 4 caught")
    assert "rule I1 off: SURVIVED 1 cases" in lines
    assert "rule O4 off: SURVIVED 0 cases" in lines
    assert "notification-days 14 -> 13: SURVIVED 1 cases" in lines
