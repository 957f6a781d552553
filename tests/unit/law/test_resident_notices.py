"""Notifications by residents (Arts. 22 to 24, 30-46) and births and deaths (Ord. 12(2)(i))."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import ForeignClass
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law import resident_notices
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.resident_notices import (
    BirthNotice,
    DeathNotice,
    MoveInEvidence,
    MoveInNotification,
    MoveOutNotification,
    MoveWithinNotification,
    decide_birth,
    decide_death,
    decide_move_in,
    decide_move_out,
    decide_move_within,
    deletion_day,
)

TODAY = date(2013, 7, 8)
TOMORROW = TODAY + timedelta(days=1)
EVE_OF_EDITION = date(2012, 7, 8)
BORN = PartialDate("1980-04-17")
CHIYODA, KUNITACHI = MunicipalityCode("131016"), MunicipalityCode("132152")
OLD_HOME = Address(KUNITACHI, "東京都国立市富士見台二丁目1番地")
NEW_HOME = Address(KUNITACHI, "東京都国立市中一丁目1番地")
AWAY = Address(CHIYODA, "東京都千代田区九段南一丁目2番1号")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def rules(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]


def remarks(decision: Decision) -> list[str]:
    assert isinstance(decision, Permitted)
    return [remark.article for remark in decision.remarks]


BIRTH = BirthNotice(PartialDate("2013-07-01"), TODAY)


def birth(on: date = TODAY, **changes) -> Decision:
    return decide_birth(replace(BIRTH, **changes), on=on)


MOVE_IN = MoveInNotification(ago(3), TODAY, BORN, NEW_HOME, MoveInEvidence.CERTIFICATE)


def move_in(on: date = TODAY, recorded_here: bool = False, **changes) -> Decision:
    return decide_move_in(replace(MOVE_IN, **changes), here=KUNITACHI, recorded_here=recorded_here, on=on)


WITHIN = MoveWithinNotification(ago(3), TODAY, BORN, OLD_HOME, NEW_HOME)


def within(on: date = TODAY, recorded_here: bool = True, **changes) -> Decision:
    return decide_move_within(replace(WITHIN, **changes), here=KUNITACHI, recorded_here=recorded_here, on=on)


OUT = MoveOutNotification(TODAY + timedelta(days=10), TODAY, BORN)


def out(on: date = TODAY, recorded_here: bool = True, already_filed: bool = False, **changes) -> Decision:
    return decide_move_out(
        replace(OUT, **changes), recorded_here=recorded_here, already_filed=already_filed, on=on
    )


DEATH = DeathNotice(ago(1), TODAY, BORN)


def death(on: date = TODAY, recorded_here: bool = True, **changes) -> Decision:
    return decide_death(replace(DEATH, **changes), recorded_here=recorded_here, on=on)


RULES_OF = {
    "birth": "F1 B1",
    "move-in": "F1 I1 I2 I3 I4 I5 I6",
    "move within": "F1 W1 W2 W3 W4 W5",
    "move-out": "F1 O1 O2 O3 O4",
    "death": "F1 D1 D2 D3",
}

LAWFUL: dict[str, tuple[Callable[[], Decision], str]] = {
    "birth last week": (birth, "Ord. Arts. 7, 12(2)(i)"),
    "birth today": (lambda: birth(born_on=PartialDate.of(TODAY)), "Act Art. 8"),
    "birth on a day not known": (lambda: birth(born_on=PartialDate("XXXX-XX-XX")), "Act Art. 8"),
    "birth on a day of this month not known": (
        lambda: birth(born_on=PartialDate("2013-07-XX")),
        "Act Art. 8",
    ),
    "move-in with the certificate": (move_in, "Act Art. 22(1)"),
    "move-in today": (lambda: move_in(moved_on=TODAY), "Act Art. 22(1)"),
    "move-in of one excused from the certificate": (
        lambda: move_in(evidence=MoveInEvidence.EXCUSED),
        "Act Art. 22(1)",
    ),
    "move-in of a Japanese from abroad": (
        lambda: move_in(evidence=MoveInEvidence.FROM_ABROAD),
        "Act Art. 22(1)",
    ),
    "move-in of a foreign resident from inside the country": (
        lambda: move_in(foreign=ForeignClass.MID_TO_LONG_TERM),
        "Act Art. 22(1)",
    ),
    "move-in from abroad with the Residence Card": (
        lambda: move_in(
            evidence=MoveInEvidence.FROM_ABROAD,
            foreign=ForeignClass.MID_TO_LONG_TERM,
            status_shown=True,
        ),
        "Act Art. 30-46",
    ),
    "move-in from abroad of a transitional resident": (
        lambda: move_in(evidence=MoveInEvidence.FROM_ABROAD, foreign=ForeignClass.TRANSITIONAL),
        "Act Art. 22(1)",
    ),
    "move within three days ago": (within, "Act Art. 23"),
    "move within today": (lambda: within(moved_on=TODAY), "Act Art. 23"),
    "move within to another room": (
        lambda: within(new_address=replace(OLD_HOME, building="見本荘101")),
        "Act Art. 23",
    ),
    "move-out planned": (out, "Act Art. 24"),
    "move-out today": (lambda: out(planned_on=TODAY), "Act Art. 24"),
    "death yesterday": (death, "Ord. Arts. 8, 12(2)(i)"),
    "death on the day of birth": (
        lambda: death(died_on=TODAY, birth_date=PartialDate.of(TODAY)),
        "Act Art. 8",
    ),
    "death of one whose birth is not known": (
        lambda: death(birth_date=PartialDate("XXXX-XX-XX")),
        "Act Art. 8",
    ),
}


def rules_of(name: str) -> str:
    return next(rules for act, rules in RULES_OF.items() if name.startswith(act))


@pytest.mark.parametrize(
    ("decide", "basis"),
    [
        pytest.param(decide, basis, id=name, marks=case(basis, permitted=rules_of(name)))
        for name, (decide, basis) in LAWFUL.items()
    ],
)
def test_lawful_notification_is_permitted_on_its_article(decide: Callable[[], Decision], basis: str) -> None:
    decision = decide()
    assert rules(decision) == []
    assert isinstance(decision, Permitted)
    assert basis in decision.basis


REFUSALS: dict[str, tuple[Callable[[], Decision], list[str]]] = {
    "birth filed tomorrow": (lambda: birth(filed_on=TOMORROW), ["F1"]),
    "birth in the future, Ord. 12(2)(i)": (lambda: birth(born_on=PartialDate.of(TOMORROW)), ["B1"]),
    "birth in a coming month, Ord. 12(2)(i)": (lambda: birth(born_on=PartialDate("2013-08-XX")), ["B1"]),
    "birth after its own filing, Ord. 12(2)(i)": (
        lambda: birth(born_on=PartialDate.of(ago(1)), filed_on=ago(2)),
        ["B1"],
    ),
    "move-in filed tomorrow": (lambda: move_in(filed_on=TOMORROW), ["F1"]),
    "move-in planned for tomorrow, Art. 22(1)": (lambda: move_in(moved_on=TOMORROW), ["I1"]),
    "move-in after its own filing, Art. 22(1)": (lambda: move_in(moved_on=ago(1), filed_on=ago(2)), ["I1"]),
    "move-in before birth, Ord. 11": (lambda: move_in(birth_date=PartialDate.of(ago(2))), ["I2"]),
    "move-in of one recorded here, Art. 23": (lambda: move_in(recorded_here=True), ["I3"]),
    "move-in to another municipality, Art. 22(1)": (lambda: move_in(new_address=AWAY), ["I4"]),
    "move-in without certificate, Art. 22(2)": (lambda: move_in(evidence=None), ["I5"]),
    "foreign resident from abroad shows nothing, Art. 30-46": (
        lambda: move_in(evidence=MoveInEvidence.FROM_ABROAD, foreign=ForeignClass.SPECIAL_PERMANENT),
        ["I6"],
    ),
    "move-in with everything wrong": (
        lambda: move_in(
            filed_on=TOMORROW,
            moved_on=TOMORROW,
            birth_date=PartialDate("2020-01-01"),
            recorded_here=True,
            new_address=AWAY,
            evidence=None,
        ),
        ["F1", "I1", "I2", "I3", "I4", "I5"],
    ),
    "move within filed tomorrow": (lambda: within(filed_on=TOMORROW), ["F1"]),
    "move within planned for tomorrow, Art. 23": (lambda: within(moved_on=TOMORROW), ["W1"]),
    "move within after its own filing, Art. 23": (lambda: within(moved_on=ago(1), filed_on=ago(2)), ["W1"]),
    "move within before birth, Ord. 11": (lambda: within(birth_date=PartialDate.of(ago(2))), ["W2"]),
    "move within of one not recorded, Art. 23": (lambda: within(recorded_here=False), ["W3"]),
    "move within to another municipality, Art. 23": (lambda: within(new_address=AWAY), ["W4"]),
    "move within to the same address, Art. 23": (lambda: within(new_address=OLD_HOME), ["W5"]),
    "move-out filed tomorrow": (lambda: out(filed_on=TOMORROW), ["F1"]),
    "move-out of one not recorded, Art. 24": (lambda: out(recorded_here=False), ["O1"]),
    "move-out before birth, Ord. 11": (lambda: out(birth_date=PartialDate("2014-01-01")), ["O2"]),
    "move-out fifteen days ago, spec 4.1.3.0.1": (lambda: out(planned_on=ago(15)), ["O3"]),
    "second move-out while one stands": (lambda: out(already_filed=True), ["O4"]),
    "death filed tomorrow": (lambda: death(filed_on=TOMORROW), ["F1"]),
    "death in the future, Ord. 12(2)(i)": (lambda: death(died_on=TOMORROW), ["D1"]),
    "death after its own filing, Ord. 12(2)(i)": (lambda: death(filed_on=ago(2)), ["D1"]),
    "death before birth, Ord. 8": (lambda: death(died_on=date(1980, 4, 16)), ["D2"]),
    "death of one not recorded, Ord. 8": (lambda: death(recorded_here=False), ["D3"]),
}


@pytest.mark.parametrize(
    ("decide", "failed"),
    [
        pytest.param(decide, failed, id=name, marks=case(refused=" ".join(failed)))
        for name, (decide, failed) in REFUSALS.items()
    ],
)
def test_unlawful_notification_is_refused_with_every_rule(
    decide: Callable[[], Decision], failed: list[str]
) -> None:
    decision = decide()
    assert isinstance(decision, Refused)
    assert rules(decision) == failed


def test_every_rule_of_notifications_is_refused_somewhere() -> None:
    assert {rule for _, failed in REFUSALS.values() for rule in failed} == {
        rule.rule for rule in resident_notices.RULES
    }


@pytest.mark.parametrize("act", [birth, move_in, within, out, death])
def test_no_act_before_the_edition(act) -> None:
    with pytest.raises(JukinetError, match="edition 2013-11"):
        act(on=EVE_OF_EDITION)


@pytest.mark.parametrize(
    ("act", "article"),
    [
        pytest.param(move_in, "Act Art. 22(1)", id="move-in", marks=case("Act Art. 22(1)")),
        pytest.param(within, "Act Art. 23", id="move within", marks=case("Act Art. 23")),
    ],
)
def test_notification_after_fourteen_days_is_remarked_on_not_refused(act, article: str) -> None:
    assert remarks(act(moved_on=ago(14))) == []
    assert remarks(act(moved_on=ago(15))) == [article]


@pytest.mark.parametrize(("became_eligible", "article"), [(False, "30-46"), (True, "30-47")])
@pytest.mark.parametrize("days", [14, 15])
@case("Act Arts. 30-46, 30-47")
def test_late_notification_of_a_foreign_resident_is_remarked_on_under_its_own_article(
    became_eligible: bool, article: str, days: int
) -> None:
    decision = move_in(
        moved_on=ago(days),
        became_eligible=became_eligible,
        evidence=MoveInEvidence.FROM_ABROAD,
        foreign=ForeignClass.MID_TO_LONG_TERM,
        status_shown=True,
    )
    assert remarks(decision) == [f"Act Art. {article}"] * (days > 14)


@case("Act Art. 24", permitted="O3")
def test_move_out_notified_after_moving_is_remarked_on_art_24() -> None:
    assert remarks(out(planned_on=TODAY)) == []
    assert remarks(out(planned_on=ago(1))) == ["Act Art. 24"]
    assert remarks(out(planned_on=ago(14))) == ["Act Art. 24"]


@case("spec 1.1.5", "Act Art. 9(1)")
def test_record_is_deleted_on_the_earlier_of_planned_day_and_move_in_spec_1_1_5() -> None:
    assert deletion_day(TODAY, None) == TODAY
    assert deletion_day(TODAY, ago(1)) == ago(1)
    assert deletion_day(TODAY, TOMORROW) == TODAY


@case("spec 4.0.3", "spec 4.1.3.0.1")
def test_the_day_of_a_change_is_not_in_the_future_but_for_a_move_out() -> None:
    assert (rules(move_in(moved_on=TOMORROW)), rules(within(moved_on=TOMORROW))) == (["I1"], ["W1"])
    assert rules(birth(born_on=PartialDate.of(TOMORROW))) == ["B1"]
    assert rules(death(died_on=TOMORROW)) == ["D1"]
    assert rules(out(planned_on=TOMORROW)) == []


@case("spec 4.1.2.1", refused="W5", permitted="W5")
def test_the_same_address_is_a_move_only_to_another_house_on_the_lot() -> None:
    assert rules(within(new_address=OLD_HOME)) == ["W5"]
    assert rules(within(new_address=OLD_HOME, other_house=True)) == []
