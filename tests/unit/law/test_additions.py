"""Enrolments stated with a notification or learned of by the office (Act Arts. 10, 28 to 29-2; Ord. Art. 12(2))."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import Programme, Programmes
from jukinet.domain.reading import Fields
from jukinet.law.additions import decide_enrolments, decide_ground, decide_kept, decide_order
from jukinet.law.decisions import Decision, Permitted
from jukinet.law.ex_officio import Ground
from jukinet.services.filings import read_programmes

TODAY = date(2013, 7, 8)
BORN = PartialDate("1980-04-17")
EVERY = Programmes(TODAY, TODAY, TODAY, "第1号被保険者", TODAY, TODAY)
DAYS = [name for name in Programmes.__dataclass_fields__ if name.endswith("_since")]
_OVER: dict[str, Any] = {f"{one}_ended": TODAY for one in Programme}
ENDED = replace(EVERY, **_OVER, pension_class_since=TODAY)


def failed(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]


@case("Act Arts. 28, 28-2, 28-3, 29", permitted="AD3")
def test_an_enrolment_from_birth_to_today_can_be() -> None:
    born_today = PartialDate(TODAY.isoformat())
    assert decide_enrolments(EVERY, born_today, TODAY) == Permitted(("Act Arts. 28 to 29-2",))
    assert decide_enrolments(ENDED, born_today, TODAY) == Permitted(("Act Arts. 28 to 29-2",))
    assert decide_enrolments(Programmes(), BORN, TODAY) == Permitted(())
    assert decide_enrolments(None, BORN, TODAY) == Permitted(())


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(1980, 4, 16)])
@case(refused="AD3")
def test_an_enrolment_before_birth_or_of_tomorrow_cannot(name: str, day: date) -> None:
    changed: dict[str, Any] = {name: day}
    assert "AD3" in failed(decide_enrolments(replace(EVERY, **changed), BORN, TODAY))


@pytest.mark.parametrize("name", [f"{one}_ended" for one in Programme])
@case(refused="AD3")
def test_an_end_of_tomorrow_cannot_be(name: str) -> None:
    changed: dict[str, Any] = {name: TODAY + timedelta(days=1)}
    assert failed(decide_enrolments(replace(EVERY, **changed), BORN, TODAY)) == ["AD3"]


@pytest.mark.parametrize("one", Programme)
@case("Ord. Arts. 3, 3-2, 3-3, 5, 6", "Act Art. 7", refused="IN16", permitted="IN16")
def test_nothing_ends_before_it_began_or_without_having_begun(one: Programme) -> None:
    earlier: dict[str, Any] = {f"{one}_ended": TODAY - timedelta(days=1)}
    begun: dict[str, Any] = {f"{one}_since": TODAY - timedelta(days=1)}
    never: dict[str, Any] = {f"{one}_since": None, f"{one}_ended": TODAY}
    assert failed(decide_enrolments(replace(EVERY, **earlier), BORN, TODAY)) == ["IN16"]
    assert failed(decide_enrolments(replace(EVERY, **never), BORN, TODAY)) == ["IN16"]
    assert failed(decide_enrolments(replace(EVERY, **earlier, **begun), BORN, TODAY)) == []
    assert failed(decide_order(replace(EVERY, **earlier), one)) == ["IN16"]


@pytest.mark.parametrize(
    ("changed", "ended", "rules"),
    judged(
        *((1, 2, []), (0, 0, []), (2, 2, []), (3, None, [])),
        *((-1, 2, ["IN16"]), (2, 1, ["IN16"])),
        permitted="IN16",
    ),
)
@case("Ord. Art. 5", "Act Art. 7")
def test_a_class_of_the_pension_changes_while_it_lasts(
    changed: int, ended: int | None, rules: list[str]
) -> None:
    began = date(2013, 7, 1)
    pension = Programmes(
        pension_class="第1号被保険者",
        pension_since=began,
        pension_class_since=began + timedelta(days=changed),
        pension_ended=None if ended is None else began + timedelta(days=ended),
    )
    assert failed(decide_enrolments(pension, BORN, TODAY)) == rules


@pytest.mark.parametrize("one", Programme)
@case("Ord. Arts. 3, 3-2, 3-3, 5, 6", "Ord. Art. 12(2)(iii)", refused="IN17", permitted="IN17")
def test_what_ended_stays_with_its_day_and_a_mistake_goes(one: Programme) -> None:
    gone: dict[str, Any] = {f"{one}_since": None}
    over: dict[str, Any] = {f"{one}_ended": TODAY}
    assert failed(decide_kept(EVERY, replace(EVERY, **gone), Ground.PROGRAMME)) == ["IN17"]
    assert failed(decide_kept(EVERY, replace(EVERY, **over), Ground.PROGRAMME)) == []
    assert failed(decide_kept(EVERY, None, Ground.PROGRAMME)) == []
    assert failed(decide_kept(Programmes(), EVERY, Ground.PROGRAMME)) == []
    for ground in (Ground.ERROR, Ground.DECISION):
        assert failed(decide_kept(EVERY, replace(EVERY, **gone), ground)) == []


def test_who_is_enrolled_is_told_by_beginning_and_end() -> None:
    assert all(EVERY.stands(one) and not ENDED.stands(one) for one in Programme)
    assert not any(Programmes().stands(one) for one in Programme)
    assert Programmes(pension_class="第1号被保険者").stands(Programme.PENSION)


@pytest.mark.parametrize(
    ("ground", "items"),
    [
        (Ground.VOTERS_ROLL, {"voter"}),
        (Ground.ERROR, {"voter", "name"}),
        (Ground.DECISION, {"voter", "address"}),
        (Ground.PROGRAMME, {"programmes"}),
        (Ground.KOSEKI, {"name", "koseki"}),
    ],
)
@case("Act Art. 10", "Ord. Art. 12(2)(ii)", "Ord. Art. 12(2)(iii)", permitted="AD1 AD2")
def test_each_ground_changes_its_own_items(ground: Ground, items: set[str]) -> None:
    assert failed(decide_ground(ground, frozenset(items))) == []


@pytest.mark.parametrize(
    ("ground", "items"),
    [
        (Ground.VOTERS_ROLL, {"name"}),
        (Ground.VOTERS_ROLL, {"voter", "address"}),
        (Ground.KOSEKI, {"voter"}),
        (Ground.NOT_NOTIFIED, {"voter"}),
    ],
)
@case("Act Art. 10", "Ord. Art. 12(2)(ii)", refused="AD1")
def test_the_voters_roll_is_the_commissions(ground: Ground, items: set[str]) -> None:
    assert failed(decide_ground(ground, frozenset(items))) == ["AD1"]


@pytest.mark.parametrize("items", [{"address"}, {"programmes", "name"}])
@case("Ord. Art. 12(2)(iii)", refused="AD2")
def test_what_is_learned_about_insurance_changes_nothing_else(items: set[str]) -> None:
    assert failed(decide_ground(Ground.PROGRAMME, frozenset(items))) == ["AD2"]


@case("Ord. Art. 28")
@pytest.mark.parametrize("given", [{"pension_class": "任意加入被保険者"}, {"pension_since": "2013-07-01"}])
def test_the_class_and_the_day_of_the_pension_come_together(given: dict[str, str]) -> None:
    fields = Fields(given)
    read_programmes(fields)
    with pytest.raises(JukinetError) as caught:
        fields.raise_faults()
    assert [fault.field for fault in caught.value.faults] == ["pension_since"]


@case("Ord. Arts. 5, 28")
def test_a_pension_number_is_of_who_has_a_class() -> None:
    fields = Fields({"pension_number": "1234567890"})
    read_programmes(fields)
    with pytest.raises(JukinetError) as caught:
        fields.raise_faults()
    assert [fault.field for fault in caught.value.faults] == ["pension_number"]
