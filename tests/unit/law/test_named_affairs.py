"""Affairs that the Act names without a table (Arts. 30-7(4)-(6)(iii), 30-8(1)(iii)), and whose people are left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.unit.law.test_supply_by_area import (
    DAY,
    KUNITACHI,
    MAYOR,
    MINISTRY,
    OSAKA,
    OSAKA_GOVERNOR,
    SAKAI,
    SAKAI_MAYOR,
    TOKYO,
    TOKYO_GOVERNOR,
    asked,
    failed,
    organ,
)

from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.law.catalogue import Asker, check_affair, table_of
from jukinet.law.decisions import Permitted
from jukinet.law.named_affairs import named
from jukinet.law.supply import decide, left_out, may_ask

IN_AREA, BETWEEN, ELSEWHERE, CONSENT = "a30-7-4-3", "a30-7-5-3", "a30-7-6-3", "a30-8-1-3"


@case("Act Arts. 30-7(4)(iii), 30-10(3)", permitted="S14", refused="S3 S14 P4")
def test_a_mayor_asks_his_governor_for_the_work_of_the_register_art_30_7_4() -> None:
    assert decide(asked(MAYOR, IN_AREA, TOKYO)) == Permitted(("Act Art. 30-7(4)(iii)",))
    assert failed(asked(MAYOR, IN_AREA, OSAKA)) == ["S14"]
    assert failed(asked(MAYOR, IN_AREA, NATIONAL)) == ["P4"]
    board = organ("election-commission", KUNITACHI, "election-commission")
    assert failed(asked(board, IN_AREA, TOKYO)) == ["S3"], "the register is the mayor's work"


@case("Act Arts. 30-7(5)(iii), 30-7(10), 30-10(1)(v)", permitted="S15", refused="S3 S5 S15")
def test_a_governor_asks_for_the_accuracy_of_the_registers_of_his_municipalities_art_30_7_5() -> None:
    assert decide(asked(OSAKA_GOVERNOR, BETWEEN, NATIONAL)) == Permitted(
        ("Act Art. 30-7(5)(iii)", "Act Art. 30-10(1)(v)")
    )
    assert failed(asked(OSAKA_GOVERNOR, BETWEEN, TOKYO)) == ["S5"], "he has delegated it"
    assert failed(asked(MAYOR, BETWEEN, NATIONAL)) == ["S3", "S15"]
    own = replace(asked(TOKYO_GOVERNOR, BETWEEN, TOKYO), delegating=False)
    assert failed(own) == ["S15"]
    alone = replace(asked(OSAKA_GOVERNOR, BETWEEN, TOKYO), emergency_notice=True)
    assert decide(alone) == Permitted(("Act Art. 30-7(5)(iii)", "Act Art. 30-27(1)"))


@case("Act Arts. 30-7(7), 30-11(4)", permitted="S23", refused="S23")
def test_between_governors_information_goes_by_the_line_art_30_11_4() -> None:
    request = asked(OSAKA_GOVERNOR, BETWEEN, NATIONAL)
    assert failed(replace(request, by_line=False)) == ["S23"]
    assert isinstance(decide(replace(request, by_line=False, special_request=True)), Permitted)
    assert isinstance(decide(replace(request, affair="t3-1_2-1", by_line=False)), Permitted)


@case("Act Arts. 30-7(6)(iii), 30-10(1)(vi)", permitted="S16 S17", refused="S16 S17")
def test_a_mayor_asks_elsewhere_through_his_governor_for_the_work_of_the_register_art_30_7_6() -> None:
    request = asked(SAKAI_MAYOR, ELSEWHERE, NATIONAL, OSAKA_GOVERNOR)
    assert decide(request) == Permitted(("Act Art. 30-7(6)(iii)", "Act Art. 30-10(1)(vi)"))
    assert failed(replace(request, through=None)) == ["S17"]
    assert failed(replace(request, through=TOKYO_GOVERNOR)) == ["S17"]
    assert failed(replace(request, serving=OSAKA, delegating=False)) == ["S16"]


@case("Act Art. 30-8(1)(iii)", permitted="S19 S22", refused="S3 S19 S22")
def test_a_governor_uses_what_he_holds_with_the_consent_of_the_person_art_30_8() -> None:
    request = replace(asked(TOKYO_GOVERNOR, CONSENT, TOKYO), consented_on=DAY)
    assert decide(request) == Permitted(("Act Art. 30-8(1)(iii)",))
    assert failed(replace(request, consented_on=None)) == ["S22"]
    assert failed(replace(request, consented_on=date(2013, 7, 9))) == ["S22"], "not given yet"
    assert failed(replace(request, serving=OSAKA)) == ["S19"]
    assert failed(replace(request, serving=NATIONAL)) == ["S19"]
    assert failed(replace(request, organ=organ("board", TOKYO))) == ["S3"]
    # For other affairs consent is asked of nobody.
    assert isinstance(decide(asked(TOKYO_GOVERNOR, "t5-12-1", TOKYO)), Permitted)


@pytest.mark.parametrize(
    ("who", "at", "wanted"),
    [
        (MAYOR, TOKYO, {IN_AREA: False}),
        (OSAKA_GOVERNOR, NATIONAL, {BETWEEN: False}),
        (SAKAI_MAYOR, NATIONAL, {ELSEWHERE: True}),
        (TOKYO_GOVERNOR, TOKYO, {CONSENT: False}),
        (MINISTRY, NATIONAL, {}),
    ],
)
def test_what_may_be_asked_names_them_too(who: Asker, at: NodeId, wanted: dict[str, bool]) -> None:
    told = {one.affair.id: one.through_governor for one in may_ask(who, at, DAY)}
    assert {name: told[name] for name in told if name.startswith("a")} == wanted


@case("Act Arts. 30-7(5), (6), 30-10(1)(v), (vi)")
def test_the_centre_leaves_out_the_people_of_the_askers_own_prefecture() -> None:
    tokyo, osaka = PrefectureCode("13"), PrefectureCode("27")
    assert left_out(NATIONAL, "t3-1_2-1", TOKYO) == {tokyo}
    assert left_out(NATIONAL, BETWEEN, OSAKA) == {osaka}
    assert left_out(NATIONAL, "t4-1_2-1", SAKAI) == {osaka}
    assert left_out(NATIONAL, ELSEWHERE, KUNITACHI) == {tokyo}
    # A ministry has no prefecture, a governor holds no other's, and of Tables 1, 2 and 5 nobody is left out.
    assert left_out(NATIONAL, "t3-1_2-1", None) == set()
    assert left_out(OSAKA, "t3-1_2-1", TOKYO) == set()
    for name in ("t1-77-12", "t2-3-1", "t5-12-1", IN_AREA):
        assert left_out(NATIONAL, name, TOKYO) == set()


@case("Act Arts. 30-10(1), 30-26")
def test_the_centre_does_nothing_for_a_governor_who_does_not_delegate() -> None:
    tokyo, osaka = PrefectureCode("13"), PrefectureCode("27")
    alone = frozenset({osaka})
    assert left_out(NATIONAL, "t1-77-12", None, alone) == {osaka}
    assert left_out(NATIONAL, "t3-1_2-1", TOKYO, alone) == {tokyo, osaka}
    assert left_out(OSAKA, "t1-77-12", None, alone) == set(), "he serves his own himself"


def test_each_is_named_by_its_place_in_the_act_and_is_of_the_table_beside_it() -> None:
    assert [(one.id, one.table, one.basis) for one in named()] == [
        (IN_AREA, 2, ("Act Art. 30-7(4)(iii)",)),
        (BETWEEN, 3, ("Act Art. 30-7(5)(iii)",)),
        (ELSEWHERE, 4, ("Act Art. 30-7(6)(iii)",)),
        (CONSENT, 5, ("Act Art. 30-8(1)(iii)",)),
    ]
    assert all(check_affair(one.id) == one.id and table_of(one.id) == one.table for one in named())


@pytest.mark.parametrize("name", ["a30-7-3-3", "a30-7-4-2", "a30-8-1-4", "a30-8-2-3", "A30-7-4-3"])
def test_what_the_act_names_no_such_affair_by(name: str) -> None:
    with pytest.raises(ValueError, match="must be an affair"):
        check_affair(name)
