"""The nation's plan: every municipality, as many residents as asked for, and a year at the published rates."""

from __future__ import annotations

from collections import Counter

import pytest

from jukinet.domain.municipality import NodeRole
from jukinet.testing.gazetteer import YAMATSURI
from jukinet.testing.nation.country import (
    BIRTHS,
    FEWEST,
    MOVES_BETWEEN,
    PERSONS_A_MOVE,
    POPULATION,
    Event,
    country,
    events_of,
)
from jukinet.testing.nation.loading import codes


@pytest.mark.slow
def test_every_real_municipality_and_prefecture_is_a_node() -> None:
    whole = country(1_000_000)
    roles = Counter(node.role for node in whole.nodes)
    assert roles == {NodeRole.NATIONAL: 1, NodeRole.PREFECTURE: 47, NodeRole.MUNICIPALITY: 1741}
    assert len(whole.connected) == 1740
    assert YAMATSURI in whole.residents
    assert 998_000 < sum(whole.residents.values()) <= 1_000_000
    assert min(whole.residents.values()) >= FEWEST


@pytest.mark.slow
def test_a_part_has_the_prefectures_of_its_municipalities() -> None:
    part = country(5000, 20)
    assert len(part.residents) == 20
    prefectures = {node for node in part.nodes if node.role is NodeRole.PREFECTURE}
    assert prefectures == {code.prefecture.node_id for code in part.residents}


@pytest.mark.parametrize("residents", [200_000, 1_000_000])
def test_a_year_has_as_many_events_as_the_rates_say(residents: int) -> None:
    year = Counter(event for day in range(365) for event in events_of(day, residents))
    share = residents / POPULATION
    assert year[Event.BIRTH] == int(BIRTHS * share)
    assert year[Event.MOVE] == int(MOVES_BETWEEN / PERSONS_A_MOVE * share)
    assert set(year) == set(Event)


def test_codes_of_two_municipalities_never_meet() -> None:
    one, two = codes(0), codes(4_000_000)
    drawn = [next(one) for _ in range(5000)] + [next(two) for _ in range(5000)]
    assert len(set(drawn)) == 10_000
