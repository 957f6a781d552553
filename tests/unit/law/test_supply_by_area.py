"""Supply to organs of prefectures and municipalities: Tables 2 to 5 (Arts. 30-7(4)-(6), 30-8), and who serves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case

from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law.catalogue import Asker, QueryKind
from jukinet.law.decisions import Permitted, Refused, RuleKind
from jukinet.law.supply import SupplyRequest, decide, may_ask

DAY = date(2013, 7, 8)
TOKYO, OSAKA = NodeId("pref-13"), NodeId("pref-27")
KUNITACHI, SAKAI = NodeId("muni-132152"), NodeId("muni-271403")


def organ(slug: str, seat: NodeId | None, *capacities: str) -> Asker:
    return Asker(OrganSlug(slug), frozenset(OrganSlug(one) for one in capacities), seat)


MAYOR = organ("kunitachi-mayor", KUNITACHI, "mayor")
SAKAI_MAYOR = organ("sakai-mayor", SAKAI, "mayor", "designated-city-mayor")
TOKYO_GOVERNOR = organ("tokyo-governor", TOKYO, "governor")
OSAKA_GOVERNOR = organ("osaka-governor", OSAKA, "governor")
MINISTRY = organ("ministry-foreign-affairs", None)


def asked(who: Asker, affair: str, at: NodeId, through: Asker | None = None) -> SupplyRequest:
    return SupplyRequest(who, affair, QueryKind.CODE, DAY, at, through=through)


def failed(request: SupplyRequest) -> list[str]:
    decision = decide(request)
    assert isinstance(decision, Refused)
    return [rule.rule for rule in decision.failed]


@case("Act Arts. 30-7(4)(i), 30-10(3)", permitted="S5 S14 P4")
def test_a_delegating_governor_supplies_to_a_mayor_of_his_area_art_30_7_4() -> None:
    assert decide(asked(MAYOR, "t2-3-1", TOKYO)) == Permitted(
        ("Act Art. 30-7(4)(i)", "Act Appended Table 2, row 3", "Affairs Ordinance Art. 2(5) no. 1")
    )


@case(refused="S14")
def test_a_governor_does_not_supply_for_table_2_outside_his_area_art_30_7_4() -> None:
    assert failed(asked(MAYOR, "t2-3-1", OSAKA)) == ["S14"]
    assert failed(asked(organ("mayor", None), "t2-3-1", TOKYO)) == ["S14"]
    assert failed(asked(organ("an-office", TOKYO, "mayor"), "t2-3-1", TOKYO)) == ["S14"]


@case(refused="P4")
def test_the_centre_leaves_table_2_to_the_governors_by_our_choice() -> None:
    decision = decide(asked(MAYOR, "t2-3-1", NATIONAL))
    assert isinstance(decision, Refused)
    assert [(rule.rule, rule.kind) for rule in decision.failed] == [("P4", RuleKind.POLICY)]


@case("Act Arts. 30-7(5)(i), 30-10(1)(v)", permitted="S15")
def test_the_centre_supplies_to_a_governor_for_table_3_art_30_7_5() -> None:
    decision = decide(asked(OSAKA_GOVERNOR, "t3-1_2-1", NATIONAL))
    assert isinstance(decision, Permitted)
    assert decision.basis[0] == "Act Art. 30-7(5)(i)"
    assert decision.basis[-1] == "Act Art. 30-10(1)(v)"


@case("Act Art. 30-7(5)(i)", permitted="S15", refused="S15")
def test_a_governor_serving_himself_supplies_for_table_3_to_others_alone() -> None:
    other = replace(asked(OSAKA_GOVERNOR, "t3-1_2-1", TOKYO), delegating=False)
    assert isinstance(decide(other), Permitted)
    assert failed(replace(other, organ=TOKYO_GOVERNOR)) == ["S15"]
    assert failed(replace(other, organ=organ("an-office", SAKAI, "governor"))) == ["S15"]
    assert failed(asked(organ("governor", None), "t3-1_2-1", NATIONAL)) == ["S15"]


@case("Act Arts. 30-7(6)(i), 30-10(1)(vi)", permitted="S16 S17 S18")
def test_a_mayor_asks_for_table_4_through_his_own_governor_art_30_7_6() -> None:
    decision = decide(asked(SAKAI_MAYOR, "t4-1_2-1", NATIONAL, OSAKA_GOVERNOR))
    assert isinstance(decision, Permitted)
    assert decision.basis[-1] == "Act Art. 30-10(1)(vi)"


@pytest.mark.parametrize(
    "through",
    [None, TOKYO_GOVERNOR, MINISTRY, organ("osaka-office", OSAKA), organ("an-office", SAKAI, "governor")],
)
@case(refused="S17")
def test_for_table_4_nobody_but_the_own_governor_hands_a_request_on(through: Asker | None) -> None:
    assert failed(asked(SAKAI_MAYOR, "t4-1_2-1", NATIONAL, through)) == ["S17"]


@case("Act Art. 30-7(6)(i)", refused="S16", permitted="S16")
def test_table_4_is_for_municipalities_of_another_prefecture() -> None:
    request = replace(asked(SAKAI_MAYOR, "t4-1_2-1", TOKYO, OSAKA_GOVERNOR), delegating=False)
    assert isinstance(decide(request), Permitted)
    assert failed(replace(request, serving=OSAKA)) == ["S16"]
    governor = organ("an-office", OSAKA, "designated-city-mayor")
    assert failed(replace(request, organ=governor)) == ["S16"]


@pytest.mark.parametrize(
    ("who", "affair", "at"),
    [
        (MINISTRY, "t1-41-1", NATIONAL),
        (MAYOR, "t2-3-1", TOKYO),
        (OSAKA_GOVERNOR, "t3-1_2-1", NATIONAL),
        (TOKYO_GOVERNOR, "t5-1_2-1", TOKYO),
    ],
)
@case(refused="S18", permitted="S18")
def test_for_other_tables_the_organ_itself_asks(who: Asker, affair: str, at: NodeId) -> None:
    assert isinstance(decide(asked(who, affair, at)), Permitted)
    assert failed(asked(who, affair, at, OSAKA_GOVERNOR)) == ["S18"]


@case("Act Art. 30-8(1)(i)", permitted="S5 S19", refused="S19")
def test_a_governor_uses_for_table_5_what_he_holds_himself_art_30_8() -> None:
    assert decide(asked(TOKYO_GOVERNOR, "t5-12-1", TOKYO)) == Permitted(
        ("Act Art. 30-8(1)(i)", "Act Appended Table 5, row 12", "Affairs Ordinance Art. 5(13)")
    )
    assert failed(asked(TOKYO_GOVERNOR, "t5-12-1", OSAKA)) == ["S19"]
    assert failed(asked(TOKYO_GOVERNOR, "t5-12-1", NATIONAL)) == ["S19"]


@case("Act Arts. 30-7(3), 30-34", refused="S13", permitted="S13")
def test_what_is_passed_on_is_a_use_and_no_query_art_30_34() -> None:
    pension = organ("japan-pension-service", None)
    for number in (4, 5, 6, 7):
        assert failed(asked(pension, f"t1-77-{number}", NATIONAL)) == ["S13"]
    assert isinstance(decide(asked(pension, "t1-77-8", NATIONAL)), Permitted)


def test_what_an_organ_may_ask_is_what_would_be_permitted() -> None:
    pension = may_ask(organ("japan-pension-service", None), NATIONAL, DAY)
    named = [one.affair.id for one in pension]
    assert "t1-77-12" in named
    assert not {"t1-77-4", "t1-41-1"} & set(named)
    assert all(
        isinstance(decide(asked(organ("japan-pension-service", None), one, NATIONAL)), Permitted)
        for one in named
    )
    assert may_ask(organ("japan-pension-service", None), TOKYO, DAY) == ()
    alone = may_ask(organ("japan-pension-service", None), TOKYO, DAY, emergency=frozenset({1}))
    assert [one.affair.id for one in alone] == named


def test_what_a_mayor_may_ask_depends_on_the_node_and_the_day() -> None:
    here = may_ask(MAYOR, TOKYO, DAY)
    assert {one.affair.table for one in here} == {2}
    assert not any(one.affair.row == "1" for one in here)
    assert any(one.affair.row == "1" for one in may_ask(MAYOR, TOKYO, date(2013, 10, 1)))
    there = may_ask(MAYOR, NATIONAL, DAY)
    assert {(one.affair.table, one.through_governor) for one in there} == {(4, True)}
    assert {one.affair.table for one in may_ask(TOKYO_GOVERNOR, TOKYO, DAY)} == {5}
    assert {one.affair.table for one in may_ask(TOKYO_GOVERNOR, NATIONAL, DAY)} == {3}
