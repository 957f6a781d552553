"""Who certifies on a day, and what may be entered: the rules OF2 to OF4; what is chosen for one paper: PR1, PR2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.law.certifiers import (
    CertifyingOffice,
    Choice,
    Days,
    SealChoice,
    certifying,
    decide_choice,
    decide_entry,
    sealing,
)
from jukinet.law.decisions import Decision, Permitted, Refused

TODAY = date(2013, 7, 8)
MAYOR, DEPUTY = CertifyingOffice.MAYOR, CertifyingOffice.DEPUTY


@dataclass(frozen=True)
class Entry:
    number: int
    office: CertifyingOffice
    days: Days


def days(first: int, last: int | None = None) -> Days:
    """From so many days after today to so many."""
    return Days(TODAY + timedelta(days=first), None if last is None else TODAY + timedelta(days=last))


ELECTED = Entry(1, MAYOR, days(-400))
ACTS = Entry(2, DEPUTY, days(3, 9))


def decide(office: CertifyingOffice, on: Days, **changes: Any) -> Decision:
    plain = {"replaces": None, "withdrawn": False} | changes
    return decide_entry(office, on, [ELECTED, ACTS], **plain)


def failed(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("first", "last"), [(9, None), (9, 9), (1, 3), (0, 20), (5, 6)], ids=["end", "last", "first", "all", "in"]
)
@case("spec 1.3.9", refused="OF2")
def test_two_do_not_hold_one_office_on_one_day(first: int, last: int | None) -> None:
    assert failed(decide(DEPUTY, days(first, last))) == ["OF2"]


@pytest.mark.parametrize(("first", "last"), [(10, None), (-5, 2)])
@case("spec 1.3.9", permitted="OF2 OF3 OF4")
def test_one_follows_another(first: int, last: int | None) -> None:
    assert decide(DEPUTY, days(first, last)) == Permitted(())


@case("spec 1.3.9", permitted="OF2 OF3")
def test_an_entry_that_is_replaced_is_in_nobodys_way() -> None:
    assert decide(DEPUTY, days(3, 20), replaces=2) == Permitted(())
    assert decide(DEPUTY, days(3, 9), replaces=2, withdrawn=True) == Permitted(())


@case("spec 1.3.9", refused="OF3")
def test_only_one_that_stands_is_replaced() -> None:
    assert failed(decide(DEPUTY, days(20), replaces=3)) == ["OF3"]


@case("spec 5.6", refused="OF4")
def test_a_title_begins_with_the_place() -> None:
    assert failed(decide(DEPUTY, days(20), titled=False)) == ["OF4"]


@case("spec 1.3.9")
def test_the_deputy_certifies_on_the_days_entered_and_the_mayor_before_and_after() -> None:
    standing = [ELECTED, ACTS]
    who = [certifying(standing, TODAY + timedelta(days=after)) for after in (2, 3, 9, 10)]
    assert who == [ELECTED, ACTS, ACTS, ELECTED]
    assert certifying([ELECTED], TODAY - timedelta(days=401)) is None


@case("spec 1.3.7")
def test_each_office_has_a_seal_of_its_own() -> None:
    seals = [Entry(7, MAYOR, days(-400, 0)), Entry(8, MAYOR, days(1)), Entry(9, DEPUTY, days(3))]
    assert sealing(seals, MAYOR, TODAY) == seals[0]
    assert sealing(seals, MAYOR, TODAY + timedelta(days=1)) == seals[1]
    assert sealing(seals, DEPUTY, TODAY + timedelta(days=2)) is None


@pytest.mark.parametrize(
    ("choice", "certifier", "seal", "rules"),
    judged(
        (Choice(), False, False, []),
        (Choice(words="公印省略"), False, False, []),
        (Choice(seal=SealChoice.NONE), True, False, []),
        (Choice(DEPUTY, SealChoice.CERTIFICATES), True, True, []),
        (Choice(DEPUTY), False, False, ["PR1"]),
        (Choice(seal=SealChoice.OFFICE), True, False, ["PR2"]),
        (Choice(MAYOR, SealChoice.CERTIFICATES), False, False, ["PR1", "PR2"]),
        permitted="PR1 PR2",
    ),
)
def test_what_is_chosen_for_a_paper_must_be_entered(
    choice: Choice, certifier: bool, seal: bool, rules: list[str]
) -> None:
    assert failed(decide_choice(choice, certifier=certifier, seal=seal)) == rules


@case("spec 5.6")
def test_the_mayor_can_be_chosen_on_a_day_of_the_deputy() -> None:
    day = TODAY + timedelta(days=5)
    assert certifying([ELECTED, ACTS], day) == ACTS
    assert certifying([ELECTED, ACTS], day, MAYOR) == ELECTED
    assert certifying([ELECTED], day, DEPUTY) is None
