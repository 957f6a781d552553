"""What is added to which notification (Act Arts. 28 to 29-2, Ord. Arts. 27 to 29), each item asked and permitted."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.additions import Additions, InsurancePapers
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import Programme, Programmes
from jukinet.domain.reading import Fields
from jukinet.law.added import ASK, Notification, decide_added, decide_rice, decide_unnotified
from jukinet.law.decisions import Decision, Permitted
from jukinet.services.added import read_added, read_additions

DAY = date(2013, 7, 8)
PAPERS = InsurancePapers(card="国立 123456")
INSURED = Programmes(DAY, DAY, DAY, "第1号被保険者", DAY, DAY)
EVERYBODY = frozenset(Programme)
ITEMS: dict[str, Any] = {
    "health_insurance": PAPERS,
    "occupation": "会社員",
    "elderly_medical": InsurancePapers(certificate="国立 後1"),
    "care_insurance_card": "0000000001",
    "pension": True,
    "former_name": "見本　花子",
    "child_allowance": True,
}

# Read off Ord. Arts. 27 (i)-(iii), 27-2, 27-3, 28, 29 by hand.
MAY: dict[Notification, str] = {
    Notification.MOVE_IN: "health_insurance occupation elderly_medical former_name",
    Notification.BECAME_ELIGIBLE: "health_insurance occupation elderly_medical former_name care_insurance_card",
    Notification.MOVE_WITHIN: "health_insurance elderly_medical care_insurance_card pension child_allowance",
    Notification.MOVE_OUT: "health_insurance elderly_medical care_insurance_card pension child_allowance",
    Notification.HOUSEHOLD: "health_insurance elderly_medical care_insurance_card",
}


def failed(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]


def of(*names: str) -> Additions:
    return Additions(**{name: ITEMS[name] for name in names})


def test_every_item_is_tried() -> None:
    assert [one.name for one in fields(Additions)] == [*ITEMS, "rice"]


@pytest.mark.parametrize(
    ("notification", "item", "rules"),
    judged(
        *(
            (notification, item, [] if item in may.split() else ["IN18"])
            for notification, may in MAY.items()
            for item in ITEMS
        ),
        permitted="IN18",
    ),
)
@case("Act Arts. 28, 28-2, 28-3, 29, 29-2", "Ord. Arts. 27, 27-2, 27-3, 28, 29")
def test_each_notification_has_its_additions_and_no_other(
    notification: Notification, item: str, rules: list[str]
) -> None:
    assert failed(decide_added(of(item), INSURED, notification, joined=EVERYBODY)) == rules


@pytest.mark.parametrize("item", ITEMS)
@case("Act Arts. 28, 28-2, 28-3, 29, 29-2", refused="IN19", permitted="IN19")
def test_only_who_is_enrolled_adds(item: str) -> None:
    notification = (
        Notification.BECAME_ELIGIBLE if item in MAY[Notification.BECAME_ELIGIBLE] else Notification.MOVE_OUT
    )
    over: dict[str, Any] = {f"{one}_ended": DAY for one in Programme}
    assert failed(decide_added(of(item), replace(INSURED, **over), notification)) == ["IN19"]
    assert failed(decide_added(of(item), Programmes(), notification)) == ["IN19"]
    assert failed(decide_added(of(item), INSURED, notification)) == []


@case("Ord. Art. 27-2", refused="IN20", permitted="IN20")
def test_of_care_for_the_elderly_nothing_is_added_within_a_prefecture() -> None:
    added = of("elderly_medical")
    near: dict[str, Any] = {"joined": EVERYBODY, "same_prefecture": True}
    assert failed(decide_added(added, INSURED, Notification.MOVE_IN, **near)) == ["IN20"]
    assert failed(decide_added(of("health_insurance"), INSURED, Notification.MOVE_IN, **near)) == []
    assert failed(decide_added(added, INSURED, Notification.BECAME_ELIGIBLE, **near)) == []


@pytest.mark.parametrize("item", ["health_insurance", "elderly_medical"])
@case("Ord. Arts. 27, 27-2", refused="IN21", permitted="IN21")
def test_papers_on_arrival_are_those_of_an_insured_household(item: str) -> None:
    assert failed(decide_added(of(item), INSURED, Notification.MOVE_IN)) == ["IN21"]
    assert failed(decide_added(of("occupation"), INSURED, Notification.MOVE_IN)) == []
    joined = frozenset({Programme.HEALTH_INSURANCE, Programme.ELDERLY_MEDICAL})
    assert failed(decide_added(of(item), INSURED, Notification.MOVE_IN, joined=joined)) == []


@pytest.mark.parametrize("notification", Notification)
@case("Act Arts. 28, 28-2, 28-3, 29, 29-2")
def test_what_is_missing_is_asked_for(notification: Notification) -> None:
    def asked(added: Additions | None, enrolled: Programmes) -> bool:
        decision = decide_added(added, enrolled, notification)
        assert isinstance(decision, Permitted)
        return decision.remarks == (ASK,)

    arrives = notification in {Notification.MOVE_IN, Notification.BECAME_ELIGIBLE}
    due = ["occupation"] if arrives else MAY[notification].split()
    assert asked(None, INSURED)
    assert not asked(of(*due), INSURED)
    assert all(asked(of(*(one for one in due if one != left_out)), INSURED) for left_out in due)
    assert not asked(None, Programmes())


@case("Act Art. 30", refused="MU8", permitted="MU8")
def test_no_order_rations_rice() -> None:
    assert failed(decide_rice(Additions(rice=True), DAY)) == ["MU8"]
    assert failed(decide_rice(of(*ITEMS), DAY)) == failed(decide_rice(None, DAY)) == []
    for notification in Notification:
        assert failed(decide_added(Additions(rice=True), INSURED, notification)) == []


@case("Ord. Art. 27", refused="IN18", permitted="IN18")
def test_nothing_is_added_where_nobody_notifies() -> None:
    assert failed(decide_unnotified(of("occupation"))) == ["IN18"]
    assert failed(decide_unnotified(None)) == []


NUMBERS = ("00000000019", "00000000027")


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ([{"resident_no": NUMBERS[1], "added": {"pension": True}}], ["additions"]),
        ([{"resident_no": NUMBERS[0], "added": {}}] * 2, ["additions"]),
        (
            [{"resident_no": NUMBERS[0], "added": {"health_insurance": {}}}],
            ["additions[0].added.health_insurance.card"],
        ),
    ],
)
def test_additions_are_of_those_who_are_named(given: list[Any], at: list[str]) -> None:
    read = Fields({"additions": given})
    read_added(read, NUMBERS[:1])
    with pytest.raises(JukinetError) as caught:
        read.raise_faults()
    assert [fault.field for fault in caught.value.faults] == at


def test_everything_that_can_be_added_is_read() -> None:
    plain = ITEMS | {
        "health_insurance": {"card": "国立 123456"},
        "elderly_medical": {"certificate": "国立 後1"},
    }
    assert read_additions(Fields(plain)) == Additions(**ITEMS)
