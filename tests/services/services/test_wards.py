"""Resident numbers in the wards of a designated city: kept over a move between them, and never given twice in the city.

The tests' gazetteer has no wards: another city stands for that of two of its towns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.items import PersonName
from jukinet.domain.municipality import MunicipalityCode
from jukinet.services import moves
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

RECORDED = "register:move-in:recorded"


@pytest.fixture
def city(federation: Federation) -> Federation:
    wards = {KUNITACHI.node_id, CHIYODA.node_id}
    nodes = [
        replace(one, city=FUKUSHIMA.node_id) if one.id in wards else one for one in federation.directory.nodes
    ]
    federation.directory = replace(federation.directory, nodes=tuple(nodes))
    return federation


def newcomer(federation: Federation, where: MunicipalityCode = KUNITACHI, name: str = "国立　一") -> str:
    """Somebody who comes from outside of the city."""
    person = counter.japanese(name=PersonName(name))
    done = counter.move_in(federation, where, person, previous_address=counter.place(FUKUSHIMA))
    return done.resident_nos[0]


def moved(federation: Federation, found: Found, **changes: Any) -> str:
    """Somebody of Kunitachi moves to Chiyoda: the number there."""
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], CHIYODA, planned_on=counter.TODAY)
    federation.run()
    person = counter.as_person(found, **changes)
    done = counter.move_in(federation, CHIYODA, person, previous_address=counter.place(KUNITACHI))
    federation.run()
    return done.resident_nos[0]


@case("spec 1.1.13", "spec 4.1.0.1", permitted="OU2 OU3")
def test_who_moves_between_wards_keeps_the_resident_number_in_another_household(city: Federation) -> None:
    number = newcomer(city)
    found = counter.read(city, KUNITACHI, number)
    assert moved(city, found, resident_no=number) == number
    there = counter.read(city, CHIYODA, number)
    assert there.present
    assert there.record.household_number != found.record.household_number
    assert not counter.read(city, KUNITACHI, number).present
    assert there.record.code == found.record.code


@case("spec 1.1.13")
def test_no_two_wards_of_a_city_give_one_number(city: Federation) -> None:
    for where in (KUNITACHI, CHIYODA):
        for name in ("国立　一", "国立　二"):
            number = newcomer(city, where, name)
            assert number[:3] == where.text[2:5], "each ward has its own range"
    assert not set(counter.known_numbers(city, KUNITACHI)) & set(counter.known_numbers(city, CHIYODA))


@case("spec 1.1.13")
def test_who_comes_back_to_a_ward_has_the_number_that_they_never_lost(city: Federation) -> None:
    """The record of before is set aside for it."""
    number = newcomer(city)
    moved(city, counter.read(city, KUNITACHI, number), resident_no=number)
    counter.file_move_out(city, CHIYODA, [number], KUNITACHI, planned_on=counter.TODAY)
    city.run()
    person = counter.as_person(counter.read(city, CHIYODA, number), resident_no=number)
    back = counter.move_in(city, KUNITACHI, person, previous_address=counter.place(CHIYODA))
    assert back.resident_nos == (number,)
    assert "Resident-record specification 4.1.1.2" in [one.article for one in back.remarks]
    assert counter.read(city, KUNITACHI, number).present


@case(refused="OU2 OU3")
def test_a_number_is_stated_by_who_comes_from_another_ward_and_is_nobody_elses(city: Federation) -> None:
    number = newcomer(city)
    taken = newcomer(city, CHIYODA, "千代田　次郎")
    found = counter.read(city, KUNITACHI, number)
    counter.file_move_out(city, KUNITACHI, [number], CHIYODA, planned_on=counter.TODAY)
    city.run()

    def refuse(rule: str, resident_no: str | None, **changes: Any) -> None:
        person = counter.as_person(found, resident_no=resident_no)
        filing = counter.move_in_filing(
            CHIYODA, person, **({"previous_address": counter.place(KUNITACHI)} | changes)
        )
        counter.assert_refused(
            city, CHIYODA, RECORDED, lambda: moves.move_in(city.context(CHIYODA), CLERK, filing), rule
        )

    refuse("OU2", None)
    refuse("SR41", number, previous_address=counter.place(FUKUSHIMA))
    refuse("OU3", taken)
