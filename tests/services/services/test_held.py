"""The list of everybody who is held (specification 9.2): what stands, past its end too, and nothing that was ended."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding
from tests.services.services.protecting import apply
from typer.testing import CliRunner

from jukinet.cli import register
from jukinet.domain.permissions import Permission
from jukinet.law.holds import Level, Process
from jukinet.services.held import list_held
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

EVENT = "register:hold:read"


def listed(federation: Federation) -> list[tuple[int, str | None, str | None]]:
    found = list_held(federation.context(KUNITACHI), CLERK)
    assert isinstance(found, tuple)
    return [(one.hold.hold_id, one.resident_no, one.household_no) for one in found]


def run(federation: Federation, *words: str) -> tuple[int, str]:
    app = register.make_app(lambda _: nullcontext(federation.context(KUNITACHI)))
    ran = CliRunner().invoke(app, ["holds", "list", "--as", "sato", *words])
    return ran.exit_code, ran.stdout + ran.stderr


@case("spec 9.2")
def test_every_hold_that_stands_is_listed_by_the_number_of_whom_it_is_on(federation: Federation) -> None:
    one, other, third = (counter.load(federation, seed=seed)[0] for seed in range(3))
    home = other.record.household_number
    (on_one,) = holding.hold(federation, one, holding.terms(to_on=counter.TODAY))
    (on_home,) = holding.hold(federation, other, household=True)
    (ended,) = holding.hold(federation, third)
    assert listed(federation) == [
        (on_one, one.resident_no, None),
        (on_home, None, home),
        (ended, third.resident_no, None),
    ]
    holding.end(federation, ended)
    # The day named as an end ends nothing, nor does a death.
    federation.set_date(date(2013, 7, 20))
    holding.lift(federation, on_one)
    counter.die(federation, KUNITACHI, one.resident_no)
    assert listed(federation) == [(on_one, one.resident_no, None), (on_home, None, home)]
    looks = counter.audit(federation, KUNITACHI, EVENT)
    assert {(look["actor"], look["outcome"]) for look in looks} == {(CLERK.actor, "done")}


@case("spec 9.2")
def test_a_support_measure_stands_in_the_list_by_its_hold(federation: Federation) -> None:
    (found,) = counter.load(federation)
    apply(federation, found)
    assert {number for _, number, _ in listed(federation)} == {found.resident_no}


@case("spec 9.2")
def test_the_list_is_printed_and_says_never_why(federation: Federation) -> None:
    assert run(federation) == (0, "Nobody is held.\n")
    (found,) = counter.load(federation)
    (number,) = holding.hold(
        federation, found, holding.terms(Process.ISSUE, Level.ALERT, to_on=date(2013, 8, 1))
    )
    code, printed = run(federation)
    assert (code, printed) == (
        0,
        f"{number}  {found.resident_no}  issue, alert, from 2013-07-08 to 2013-08-01\n",
    )
    _, plain = run(federation, "--json")
    assert json.loads(plain)["holds"] == [
        {
            "hold": number,
            "resident_no": found.resident_no,
            "household_number": None,
            "process": "issue",
            "level": "alert",
            "from_on": "2013-07-08",
            "to_on": "2013-08-01",
        }
    ]
    assert holding.SECRET not in printed + plain


def test_only_an_operator_who_may_lists_them(standing: Federation) -> None:
    counter.assert_gated(standing, KUNITACHI, EVENT, Permission.REGISTER_HOLD_READ, list_held)
