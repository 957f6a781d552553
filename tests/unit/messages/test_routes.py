"""The way of a message between wards, cities and everybody else: Ord. Art. 31(2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise, product

import pytest

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import routes
from jukinet.messages.directory import Directory, NodeEntry

GOVERNOR, TOKYO, TOWN = NodeId("pref-14"), NodeId("pref-13"), NodeId("muni-132152")
YOKOHAMA, TSURUMI, NAKA = NodeId("muni-141003"), NodeId("muni-141011"), NodeId("muni-141046")
KAWASAKI, SAIWAI = NodeId("muni-141305"), NodeId("muni-141321")
CITY_OF = {TSURUMI: YOKOHAMA, NAKA: YOKOHAMA, SAIWAI: KAWASAKI}
EVERYBODY = (NATIONAL, GOVERNOR, TOWN, YOKOHAMA, TSURUMI, NAKA, KAWASAKI, SAIWAI)

ENTRIES = tuple(
    NodeEntry(node, node.text, "https://localhost", (), True, date(2013, 7, 8), city=CITY_OF.get(node))
    for node in EVERYBODY
)
DIRECTORY = Directory(1, datetime(2013, 7, 8, tzinfo=UTC), ENTRIES, ())


@pytest.mark.parametrize(
    "expected",
    [
        (TOWN, GOVERNOR),
        (TSURUMI, YOKOHAMA, GOVERNOR),
        (NATIONAL, YOKOHAMA, TSURUMI),
        (TSURUMI, YOKOHAMA, NAKA),
        (TSURUMI, YOKOHAMA, KAWASAKI, SAIWAI),
        (YOKOHAMA, TSURUMI),
        (TSURUMI, YOKOHAMA),
        (YOKOHAMA, KAWASAKI, SAIWAI),
        (TOWN, YOKOHAMA),
    ],
)
def test_everything_of_a_ward_goes_through_its_city(expected: tuple[NodeId, ...]) -> None:
    assert routes.way(DIRECTORY, expected[0], expected[-1]) == expected


@pytest.mark.parametrize(
    ("sender", "to"), [pair for pair in product(EVERYBODY, repeat=2) if len({*pair}) == 2]
)
def test_station_by_station_it_arrives_and_nobody_else_may_bring_it(sender: NodeId, to: NodeId) -> None:
    here, legs = sender, set()
    while here != to:
        there = routes.next_station(DIRECTORY, here, sender, to)
        legs.add((here, there))
        here = there
    assert len(legs) <= 3
    for peer, place in product(EVERYBODY, repeat=2):
        assert routes.is_brought_by(DIRECTORY, peer, place, sender, to) == ((peer, place) in legs)


@pytest.mark.parametrize(
    "expected",
    [
        (TOWN, TOKYO, NATIONAL),
        (TOWN, TOKYO, GOVERNOR),
        (TOWN, TOKYO),
        (TSURUMI, YOKOHAMA, GOVERNOR, NATIONAL),
        (TSURUMI, YOKOHAMA, GOVERNOR),
        (GOVERNOR, NATIONAL),
    ],
)
def test_a_search_for_a_code_goes_by_the_governor(expected: tuple[NodeId, ...]) -> None:
    """Act Art. 30-7(6)(iii); and nobody else brings it."""
    path, (sender, *_, to) = "/network/v1/calls/code-search", expected
    assert routes.way(DIRECTORY, sender, to, path) == expected
    legs = set(pairwise(expected))
    for peer, here in product((*EVERYBODY, TOKYO), repeat=2):
        assert routes.is_brought_by(DIRECTORY, peer, here, sender, to, path) == ((peer, here) in legs)
    for here, there in legs:
        assert routes.next_station(DIRECTORY, here, sender, to, path) == there


def test_who_asks_itself_needs_no_way() -> None:
    assert routes.is_brought_by(DIRECTORY, TOWN, TOWN, TOWN, TOWN)
    assert not routes.is_brought_by(DIRECTORY, TOWN, GOVERNOR, TOWN, TOWN)
    assert not routes.is_brought_by(DIRECTORY, GOVERNOR, TOWN, TOWN, TOWN)
