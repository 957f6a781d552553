"""A municipality that kept its register outside joins with real processes, and leaves again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.acceptance.beside import Added, beside, newcomers, register, start
from tests.acceptance.country import (
    CLERK,
    DAY,
    NATIONAL,
    NETWORK,
    PREF,
    WORKER,
    Country,
    birth_filing,
    until,
    unusual_name,
)
from tests.acceptance.doors import request

from jukinet.domain.municipality import NodeId

pytestmark = pytest.mark.timeout(300)

TOWN = Added(NodeId("muni-133078"), "見本町", (NETWORK, WORKER), outside="Its own choice.")
"""As Yamatsuri was in 2013, but in the prefecture that runs here."""


@dataclass
class Town:
    """The town, and whom it has recorded: their names by resident number."""

    country: Country
    people: dict[str, str] = field(default_factory=dict)

    def register(self, act: str, filing: object, *names: str) -> None:
        numbers = register(self.country, TOWN, act, filing).json["resident_nos"]
        self.people |= dict(zip(numbers, names, strict=True)) if names else {}

    def directory_says(self, *words: str, status: int) -> None:
        """``status``: how the governor's door answers the town once it knows."""
        self.country.do("pki", words[0], self.country.pki, TOWN.node, *words[1:])
        self.country.publish(NATIONAL, PREF, TOWN.node)
        door, asked = self.country.ports[PREF, NETWORK], request("GET", "/network/v1/directory")
        until(lambda: self.country.ask(door, asked, TOWN.node)[0] == status, words[0])

    def rows(self, query: str) -> list[tuple[str, ...]]:
        return self.country.rows(TOWN.node, query)

    def known(self) -> dict[str, str]:
        """The names of who has a code, by their codes."""
        coded = self.rows("SELECT code, resident_no FROM residents WHERE code IS NOT NULL")
        return {code: self.people[number] for code, number in coded}

    def held(self) -> list[dict[str, str]]:
        """The same as the stores of the governor and the centre have it."""
        query = "SELECT code, name FROM identity_records WHERE live AND municipality = %s"
        return [dict(self.country.rows(node, query, TOWN.code)) for node in (PREF, NATIONAL)]

    def waits(self) -> int:
        """How much it has to say that nobody has heard."""
        (found,) = self.rows(
            "SELECT (SELECT count(*) FROM outbox WHERE NOT signed)"
            " + (SELECT count(*) FROM lane_out_items WHERE lane_number IS NULL)"
            " + (SELECT count(*) FROM lanes_out WHERE acknowledged < last_number)"
        )
        return int(found[0])


@pytest.fixture
def town(country: Country) -> Iterator[Town]:
    """It runs, takes no part, and two people are recorded."""
    with beside(country, TOWN):
        start(country, TOWN)
        made = Town(country)
        names = unusual_name(), unusual_name()
        made.register("move-in", newcomers(TOWN, *names), *names)
        yield made


def bear(town: Town) -> None:
    """A child is born to the first who was recorded."""
    name, (household,) = unusual_name(), town.rows("SELECT DISTINCT household_no FROM residents")[0]
    town.register("birth", birth_filing(household, name), name)


def correct_name(town: Town, number: str) -> None:
    """The name of somebody is corrected out of the koseki."""
    correction = {
        "resident_no": number,
        "kind": "minor",
        "occurred_on": DAY,
        "corrections": {"name": {"text": unusual_name(), "kana": "ケンサ タダシ"}},
        "basis": {"ground": "koseki", "confirmed": True},
    }
    register(town.country, TOWN, "correct-ex-officio", correction)


def join(town: Town, *words: object, node: NodeId = TOWN.node, expect: int = 0) -> str:
    return town.country.at(node, "join", *words, "--as", CLERK, expect=expect).told


def test_a_register_is_brought_in_by_segments_and_what_follows_is_said_until_the_town_leaves(
    town: Town, tmp_path: Path
) -> None:
    country = town.country
    assert "JN1" in join(town, "codes", expect=3)
    town.directory_says("connect", status=200)
    country.at(NATIONAL, "code", "designate", TOWN.code, 5, "--as", CLERK)
    until(lambda: town.rows("SELECT FROM code_pool"), "the codes have arrived")
    assert "2 residents were given a code" in join(town, "codes")
    assert "2 records in 1 segments" in join(town, "write", tmp_path)
    segments = town.known()
    bear(town)
    assert "JN7" in join(town, "live", expect=3), "nobody has taken the segments in"
    for node in (NATIONAL, PREF):
        assert "2 records taken in" in join(town, "load", tmp_path, node=node)
    assert town.held() == [segments] * 2
    assert town.waits(), "the child"
    join(town, "live")
    until(lambda: town.held() == [town.known()] * 2, "the child is known everywhere")
    assert len(town.known()) == 3
    numbers = "SELECT number FROM statements WHERE origin = %s AND stream = 'identity'"
    assert country.rows(NATIONAL, numbers, str(TOWN.node)) == [(1,)], (
        "the stream begins where the segments end"
    )
    until(lambda: not town.waits(), "all is said")

    town.directory_says("disconnect", "--reason", "Its own choice.", status=409)
    before = town.known()
    number = next(iter(town.people))
    correct_name(town, number)
    (code,) = (code for code, name in before.items() if name == town.people[number])
    assert town.waits()
    assert town.held() == [before] * 2
    answer = country.verify({"code": code}).json
    assert answer["person"]["name"] == before[code], "what was notified stays for its term"
