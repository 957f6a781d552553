"""What the operator types in an emergency, and what is said; the act itself is shown in tests/services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import typer
from tests.unit.cli.commands import invoke, no_node
from typer.testing import Result

from jukinet.cli import common, line
from jukinet.domain.line import LineState
from jukinet.law.decisions import Refused
from jukinet.services import line as services
from jukinet.services.line import LineReport
from jukinet.store.line import Line, Measure

MOMENT = datetime(2013, 7, 8, 1, tzinfo=UTC)


def app() -> typer.Typer:
    made = common.make_app("Line.")
    line.add_to(made, no_node)
    return made


def run(*words: str) -> Result:
    return invoke(app(), *words)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What the commands ask the service for."""
    seen: list[tuple[object, ...]] = []

    def ask(_ctx: object, claim: Any, wanted: LineState, reason: str) -> int | Refused:
        seen.append((claim.operator_id, wanted, reason))
        return Refused((services.NC4,)) if reason == "no" else 3

    def confirm(_ctx: object, claim: Any, number: int) -> Line | Refused:
        seen.append((claim.operator_id, number))
        return (
            Refused((services.NC2,)) if claim.operator_id == "sato" else Line(LineState.ALL, MOMENT, "x", 3)
        )

    def show(_ctx: object, _claim: Any) -> LineReport:
        waiting = Measure(4, LineState.OPEN, "Over.", "sato", MOMENT, LineState.IDENTITY)
        return LineReport(Line(LineState.IDENTITY, MOMENT, "Intrusion.", 3, "sato", "tanaka"), (waiting,))

    monkeypatch.setattr(services, "ask_measure", ask)
    monkeypatch.setattr(services, "confirm_measure", confirm)
    monkeypatch.setattr(services, "show_line", show)
    return seen


def test_a_cut_is_asked_for_and_says_who_has_to_do_what_next(calls: list[tuple[object, ...]]) -> None:
    told = run("cut", "--reason", "Intrusion.", "--as", "sato")
    assert told.exit_code == 0
    assert "Nothing has changed yet" in told.output
    assert "jukinet network confirm 3 --as OPERATOR" in told.output
    run("cut", "--identity-only", "--reason", "x", "--as", "sato")
    run("restore", "--reason", "Over.", "--as", "sato")
    assert calls == [
        ("sato", LineState.ALL, "Intrusion."),
        ("sato", LineState.IDENTITY, "x"),
        ("sato", LineState.OPEN, "Over."),
    ]


def test_what_is_refused_ends_with_three_and_its_rule(calls: list[tuple[object, ...]]) -> None:
    asked, confirmed = run("cut", "--reason", "no", "--as", "sato"), run("confirm", "3", "--as", "sato")
    assert (asked.exit_code, confirmed.exit_code) == (common.REFUSED, common.REFUSED)
    assert "NC4" in asked.output
    assert "NC2" in confirmed.output
    assert len(calls) == 2


def test_a_confirmation_says_what_is_cut(calls: list[tuple[object, ...]]) -> None:
    assert "Cut from now on: the whole line." in run("confirm", "3", "--as", "tanaka").output
    assert '"cut": "all"' in run("confirm", "3", "--as", "tanaka", "--json").output
    assert calls == [("tanaka", 3)] * 2


@pytest.mark.usefixtures("calls")
def test_the_line_is_shown_in_japanese_time_with_what_waits() -> None:
    told = run("line", "--as", "sato").output
    for words in (
        "identity-verification information",
        "2013-07-08 10:00",
        "Intrusion.",
        "sato, confirmed by tanaka",
        "measure 4: nothing",
    ):
        assert words in told
    assert max(map(len, told.splitlines())) <= 80
    assert '"waiting": [' in run("line", "--as", "sato", "--json").output


@pytest.mark.usefixtures("calls")
def test_a_reason_and_an_operator_are_demanded() -> None:
    assert run("cut", "--as", "sato").exit_code == 2
    assert run("cut", "--reason", "x").exit_code == 2
