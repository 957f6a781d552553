"""What ``jukinet register holds``, ``measures`` and ``alerts`` make of what is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from tests.unit.cli import commands
from typer.main import get_command
from typer.testing import CliRunner

from jukinet.cli import common, holds, register
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.decisions import Refused
from jukinet.law.holds import V1, V2, Hold, Level, Process
from jukinet.services import hold_filings
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.register_acts import HOLD_ACTS

DAY = date(2013, 7, 8)


@contextmanager
def unreachable(config: Path | None) -> Iterator[Context]:
    """A node whose database is down: what is wrong with a filing is told all the same."""
    raise JukinetError(ErrorKind.UNAVAILABLE, "The database is down.")
    yield


COMMAND = get_command(register.make_app(unreachable))
ACTS = [tuple(act.name.split("-")) for act in HOLD_ACTS]


def run(*words: str, text: str = "") -> tuple[int, str]:
    return commands.run(COMMAND, *words, text=text)


@pytest.mark.parametrize(("group", "act"), ACTS)
def test_every_act_wants_an_operator_and_a_whole_filing(group: str, act: str) -> None:
    assert run(group, act, "-", text="{}")[0] == 2
    code, told = run(group, act, "-", "--as", "sato", text="{}")
    assert code == 1
    assert "is missing" in told
    code, told = run(group, act, "-", "--as", "sato", text='{"漏洩": 1}')
    assert code == 1
    assert "漏洩" not in told


@pytest.mark.parametrize("group", ["holds", "measures"])
@pytest.mark.parametrize("typed", ["", "12345", "漏洩", "00000000028"])
def test_who_is_no_resident_number_is_not_looked_for(group: str, typed: str) -> None:
    assert run(group, "show", "--as", "sato", text=f"{typed}\n") == (1, "This is not a resident number.\n")


@contextmanager
def turned_back(config: Path | None) -> Iterator[Context]:
    raise TurnedBackError(Refused((V1, V2)), lambda ctx, tx: None)
    yield cast("Context", None)


def test_an_act_that_was_turned_back_is_a_refusal_with_its_rules() -> None:
    ran = CliRunner().invoke(register.make_app(turned_back), ["alerts", "--as", "sato"])
    assert ran.exit_code == common.REFUSED
    assert "V1" in ran.stderr
    assert "V2" in ran.stderr


def fault_fields(read: Any, data: dict[str, Any]) -> set[str]:
    with pytest.raises(Exception, match="faults") as caught:
        read(data)
    return {fault.field for fault in cast("Any", caught.value).faults}


HOLD = {"process": "issue", "level": "error", "from_on": "2013-07-08"}


def test_a_hold_is_on_a_resident_or_on_a_household() -> None:
    good = {"resident_no": "00000000019", "holds": [HOLD], "reason": "照会中"}
    filing = hold_filings.read_hold(good)
    assert filing.holds == (hold_filings.HoldTerms(Process.ISSUE, Level.ERROR, DAY),)
    assert "照会中" not in repr(filing)
    for wrong in ({"household_number": "00000000019"}, {"resident_no": None}):
        assert fault_fields(hold_filings.read_hold, good | wrong) == {"body"}
    assert fault_fields(hold_filings.read_hold, good | {"holds": []}) == {"holds"}
    wrong_terms = {"process": "everything", "level": "x", "from_on": "soon", "for": 1}
    assert fault_fields(hold_filings.read_hold, good | {"holds": [wrong_terms], "reason": " "}) == {
        "holds[0].process",
        "holds[0].level",
        "holds[0].from_on",
        "holds[0].for",
        "reason",
    }


def test_a_lift_says_how_long() -> None:
    one = hold_filings.read_lift({"hold": 3, "reason": "x", "one_act": True})
    assert (one.one_act, one.until, one.operator) == (True, None, None)
    other = hold_filings.read_lift({"hold": 3, "reason": "x", "until": "2013-07-08T02:00:00Z"})
    assert (other.one_act, other.until) == (False, datetime(2013, 7, 8, 2, tzinfo=UTC))
    assert fault_fields(hold_filings.read_lift, {"hold": 0, "reason": "x"}) == {"hold", "until"}
    listed = {"hold": 3, "reason": "x", "browsing": 2}
    assert hold_filings.read_lift(listed | {"one_act": True}).browsing == 2
    until = {"until": "2013-07-08T02:00:00Z"}
    assert fault_fields(hold_filings.read_lift, listed | until) == {"one_act"}


def test_an_application_names_nobody_twice() -> None:
    good: dict[str, Any] = {
        "applicant": "00000000019",
        "joined": [{"resident_no": "00000000027", "relationship": "子"}],
        "applied_on": "2013-07-08",
        "victim_of": "stalking",
        "protected": [],
        "offices_consulted": [],
    }
    assert hold_filings.read_measure(good).joined[0].relationship == "子"
    twice = good["joined"] * 2
    assert fault_fields(hold_filings.read_measure, good | {"joined": twice}) == {"joined"}
    assert fault_fields(hold_filings.read_measure, good | {"applicant": "00000000027"}) == {"joined"}
    assert fault_fields(hold_filings.read_measure, good | {"first_taken_by": "131016"}) == {"first_taken_by"}
    odd = {"affair": "everything", "address": "x"}
    assert fault_fields(hold_filings.read_measure, good | {"protected": [odd]}) == {"protected[0].affair"}


def test_what_is_printed_as_json_is_json() -> None:
    plain = holds._plain({"one": (DAY, Hold(1, Process.ISSUE, Level.ALERT, DAY).process), "two": None})
    assert json.loads(json.dumps(plain)) == {"one": ["2013-07-08", "issue"], "two": None}
