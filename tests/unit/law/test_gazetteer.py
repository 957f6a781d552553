"""Addresses against the gazetteer (specification 1.3.3): both rules, permitted, refused and confirmed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conformance.cases import case

from jukinet.domain.errors import JukinetError
from jukinet.domain.gazetteer import TownArea
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.gazetteer import CONFIRMED, decide_town

TODAY = date(2013, 7, 8)
STANDS = TownArea("001001", "東京都国立市東一丁目", "ヒガシ", date(2012, 7, 9))
ENDED = TownArea("001002", "東京都国立市東一丁目", "ヒガシ", date(1970, 1, 1), date(2012, 7, 8))
BEGINS = TownArea("001003", "東京都国立市東一丁目", "ヒガシ", TODAY + timedelta(days=1))


def decide(*areas: TownArea, since: date = TODAY, confirmed: bool = False) -> Decision:
    return decide_town(areas, since=since, confirmed=confirmed, on=TODAY)


def failed(decision: Decision) -> list[str]:
    assert isinstance(decision, Refused)
    return [rule.rule for rule in decision.failed]


@pytest.mark.parametrize("areas", [(STANDS,), (ENDED, STANDS), (STANDS, BEGINS)])
@case("spec 1.3.3", permitted="GZ1 GZ2")
def test_one_area_that_holds_on_the_day_is_enough(areas: tuple[TownArea, ...]) -> None:
    assert decide(*areas) == Permitted(())


@case("spec 1.3.3", refused="GZ1")
def test_no_area_has_the_name() -> None:
    assert failed(decide()) == ["GZ1"]


@pytest.mark.parametrize("areas", [(ENDED,), (BEGINS,), (ENDED, BEGINS)])
@case("spec 1.3.3", refused="GZ2")
def test_the_day_counts_on_which_one_lives_there(areas: tuple[TownArea, ...]) -> None:
    assert failed(decide(*areas)) == ["GZ2"]


@case("spec 1.3.3", permitted="GZ2")
def test_a_move_of_long_ago_is_asked_of_the_areas_of_then() -> None:
    assert decide(ENDED, since=date(2012, 7, 8)) == Permitted(())
    assert failed(decide(STANDS, since=date(2012, 7, 8))) == ["GZ2"]


@pytest.mark.parametrize(("areas", "told"), [((), True), ((ENDED,), True), ((STANDS,), False)])
@case("spec 1.3.3")
def test_who_looked_and_confirms_enters_it_and_is_told(areas: tuple[TownArea, ...], told: bool) -> None:
    assert decide(*areas, confirmed=True) == Permitted((), (CONFIRMED,) * told)


@case(refused="OF1")
def test_the_lot_is_asked_where_lots_are_listed() -> None:
    def asked(*, confirmed: bool) -> Decision:
        return decide_town((STANDS,), since=TODAY, confirmed=confirmed, on=TODAY, lot_holds=False)

    assert failed(asked(confirmed=False)) == ["OF1"]
    assert asked(confirmed=True) == Permitted((), (CONFIRMED,))


@case(permitted="OF1")
def test_a_lot_that_holds_is_enough() -> None:
    assert decide_town((STANDS,), since=TODAY, confirmed=False, on=TODAY, lot_holds=True) == Permitted(())


def test_not_before_the_edition() -> None:
    with pytest.raises(JukinetError):
        decide_town((STANDS,), since=TODAY, confirmed=False, on=date(2012, 7, 8))
