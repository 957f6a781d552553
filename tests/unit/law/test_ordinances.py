"""Affairs that an ordinance sets (Arts. 30-7(4)-(6), 30-8): what is entered, and who may ask for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.unit.law.test_supply_by_area import (
    KUNITACHI,
    MAYOR,
    OSAKA,
    OSAKA_GOVERNOR,
    SAKAI_MAYOR,
    TOKYO,
    TOKYO_GOVERNOR,
    asked,
    organ,
)

from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, NodeRole, OrganSlug
from jukinet.law.catalogue import Affair, Asker, check_affair
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.ordinances import (
    Ground,
    OrdinanceAffair,
    affair_of,
    decide_end,
    decide_entry,
    decide_supply,
    name_of,
)
from jukinet.law.supply import decide, may_ask

DAY = date(2013, 7, 8)
SAID = OrdinanceAffair(Ground.OWN_MUNICIPALITIES, OrganSlug("mayor"), "住基条例", "第2条", "見本の助成", DAY)


def failed(decision: object) -> list[str]:
    assert isinstance(decision, Refused), decision
    return [rule.rule for rule in decision.failed]


def listed(ground: Ground, slug: str) -> Affair:
    said = replace(SAID, ground=ground, organ=OrganSlug(slug))
    return affair_of(1, said, TOKYO)


@case("Act Art. 30-7(4)(ii)", permitted="S20 S21 P5", refused="S20 P5")
def test_an_affair_of_an_ordinance_is_entered_once_at_its_governors_node() -> None:
    assert decide_entry(SAID, (), role=NodeRole.PREFECTURE) == Permitted(("Act Art. 30-7(4)(ii)",))
    for role in (NodeRole.MUNICIPALITY, NodeRole.NATIONAL):
        assert failed(decide_entry(SAID, (), role=role)) == ["S20"]
    assert failed(decide_entry(replace(SAID, affair="ほか"), (SAID,), role=NodeRole.PREFECTURE)) == ["P5"]
    for other in (replace(SAID, article="第3条"), replace(SAID, organ=OrganSlug("election-commission"))):
        assert isinstance(decide_entry(other, (SAID,), role=NodeRole.PREFECTURE), Permitted)


@case("Act Art. 30-7(4)(ii)", permitted="P5 P6", refused="P6")
def test_what_has_ended_may_be_entered_anew_and_ends_once() -> None:
    end = date(2013, 8, 1)
    ended = replace(SAID, valid_to=end)
    assert isinstance(decide_end(SAID, end), Permitted)
    assert failed(decide_end(ended, end)) == ["P6"]
    assert failed(decide_end(SAID, DAY)) == ["P6"], "it would never have stood"
    assert failed(decide_end(None, end)) == ["P6"]
    assert isinstance(
        decide_entry(replace(SAID, valid_from=end), (ended,), role=NodeRole.PREFECTURE), Permitted
    )
    assert failed(decide_entry(SAID, (ended,), role=NodeRole.PREFECTURE)) == ["P5"]


@case("Act Art. 30-8(1)(ii), (2)", permitted="S21", refused="S21")
def test_own_use_is_the_governors_and_supply_is_to_his_other_organs_art_30_8() -> None:
    own = replace(SAID, ground=Ground.OWN_USE, organ=OrganSlug("governor"))
    others = replace(SAID, ground=Ground.OWN_ORGANS, organ=OrganSlug("board-of-education"))
    assert isinstance(decide_entry(own, (), role=NodeRole.PREFECTURE), Permitted)
    assert isinstance(decide_entry(others, (), role=NodeRole.PREFECTURE), Permitted)
    assert failed(decide_entry(replace(own, organ=others.organ), (), role=NodeRole.PREFECTURE)) == ["S21"]
    assert failed(decide_entry(replace(others, organ=own.organ), (), role=NodeRole.PREFECTURE)) == ["S21"]


BETWEEN = replace(SAID, ground=Ground.BETWEEN_MUNICIPALITIES)


@case("Act Art. 30-6", permitted="S20 S27 S28", refused="S20 S27 S28")
def test_a_mayor_supplies_to_an_organ_of_another_municipality_by_his_ordinance_art_30_6() -> None:
    assert decide_entry(BETWEEN, (), role=NodeRole.MUNICIPALITY) == Permitted(("Act Art. 30-6",))
    assert failed(decide_entry(BETWEEN, (), role=NodeRole.PREFECTURE)) == ["S20"]
    assert name_of(1, BETWEEN.ground, KUNITACHI) == "o-132152-1"
    assert decide_supply(BETWEEN, SAKAI_MAYOR, KUNITACHI, DAY) == Permitted(
        ("Act Art. 30-6", "住基条例 第2条")
    )
    for said, on in ((None, DAY), (BETWEEN, date(2013, 7, 7)), (replace(BETWEEN, valid_to=DAY), DAY)):
        assert failed(decide_supply(said, SAKAI_MAYOR, KUNITACHI, on)) == ["S27"]
    board = replace(SAKAI_MAYOR, slug=OrganSlug("board"), capacities=frozenset())
    assert failed(decide_supply(BETWEEN, board, KUNITACHI, DAY)) == ["S27"]
    assert failed(decide_supply(BETWEEN, MAYOR, KUNITACHI, DAY)) == ["S28"], "his own"
    for seat in (None, TOKYO):
        assert failed(decide_supply(BETWEEN, replace(SAKAI_MAYOR, seat=seat), KUNITACHI, DAY)) == ["S28"]


def test_a_day_before_the_edition_is_refused() -> None:
    with pytest.raises(JukinetError):
        decide_entry(replace(SAID, valid_from=date(2012, 7, 8)), (), role=NodeRole.PREFECTURE)


@pytest.mark.parametrize(
    ("ground", "slug", "who", "through"),
    [
        (Ground.OWN_MUNICIPALITIES, "mayor", MAYOR, None),
        (Ground.OTHER_PREFECTURES, "governor", OSAKA_GOVERNOR, None),
        (Ground.OTHER_MUNICIPALITIES, "mayor", SAKAI_MAYOR, OSAKA_GOVERNOR),
        (Ground.OWN_USE, "governor", TOKYO_GOVERNOR, None),
        (Ground.OWN_ORGANS, "board-of-education", organ("board-of-education", TOKYO), None),
    ],
)
@case(
    "Act Arts. 30-7(4)(ii), (5)(ii), (6)(ii), 30-8(1)(ii), (2), 30-10(1)", permitted="S5", refused="S1 S2 S3"
)
def test_a_delegating_governor_serves_what_his_ordinance_lets_be_asked(
    ground: Ground, slug: str, who: Asker, through: Asker | None
) -> None:
    affair = listed(ground, slug)
    assert check_affair(affair.id) == affair.id
    request = asked(who, affair.id, TOKYO, through)
    assert decide(request, ordinances=(affair,)) == Permitted((f"Act Art. {ground}", "住基条例 第2条"))
    assert failed(decide(request)) == ["S1"], "of another prefecture nothing is known here"
    assert "S1" in failed(decide(replace(request, serving=NATIONAL)))
    early = replace(request, on=date(2013, 7, 7))
    assert failed(decide(early, ordinances=(affair,))) == ["S2"]
    stranger = replace(request, organ=replace(who, slug=OrganSlug("stranger"), capacities=frozenset()))
    assert failed(decide(stranger, ordinances=(affair,))) == ["S3"]


@case(refused="S14 S15 S16 S17 S19")
def test_by_ordinance_too_it_counts_whose_organ_asks_and_through_whom() -> None:
    for ground, slug, who, rules in (
        (Ground.OWN_MUNICIPALITIES, "mayor", SAKAI_MAYOR, ["S14"]),
        (Ground.OTHER_PREFECTURES, "governor", TOKYO_GOVERNOR, ["S15"]),
        (Ground.OTHER_MUNICIPALITIES, "mayor", SAKAI_MAYOR, ["S17"]),
        (Ground.OTHER_MUNICIPALITIES, "mayor", MAYOR, ["S16", "S17"]),
        (Ground.OWN_USE, "governor", OSAKA_GOVERNOR, ["S19"]),
        (Ground.OWN_ORGANS, "board", organ("board", OSAKA), ["S19"]),
    ):
        affair = listed(ground, slug)
        assert failed(decide(asked(who, affair.id, TOKYO), ordinances=(affair,))) == rules


def test_what_may_be_asked_holds_the_ordinances_affairs_while_they_stand() -> None:
    affair = listed(Ground.OWN_MUNICIPALITIES, "mayor")
    told = may_ask(MAYOR, TOKYO, DAY, ordinances=(affair,))
    assert affair.id in {one.affair.id for one in told}
    assert affair.id not in {
        one.affair.id for one in may_ask(MAYOR, TOKYO, date(2013, 7, 7), ordinances=(affair,))
    }


@pytest.mark.parametrize("name", ["o1-13-1", "o2-13-0", "o2-1-1", "o2-13-1x", "O2-13-1", "o6-13-1"])
def test_what_is_no_name_of_an_ordinances_affair(name: str) -> None:
    with pytest.raises(ValueError, match="must be an affair"):
        check_affair(name)
