"""The pool of codes under several transactions at once: every free code can be drawn, and none is drawn twice."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.services.world import KUNI

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.postgres import Cluster, Role
from jukinet.store import codes
from jukinet.store.database import Database, Transaction
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import EPOCH, SeededRandomness

pytestmark = pytest.mark.core

POOL = 50


@pytest.fixture
def office(cluster: Cluster, prepared: str) -> Iterator[Database]:
    """The office of a municipality with fifty codes, as many clerks at once."""
    with throwaway_database(cluster, template=prepared) as name:
        database = Database(cluster.dsn(Role("jukinet_office"), name), KUNI.schema, most=9)
        database.open()
        try:
            yield database
        finally:
            database.close()


class _UndoneError(Exception):
    """A draw of which only the outcome was wanted."""


def last(limit: int) -> int:
    return limit - 1


def always(number: int) -> Callable[[int], int]:
    return lambda limit: number % limit


def drawn_and_undone(tx: Transaction, below: Callable[[int], int]) -> str:
    drawn = []

    def draw() -> None:
        drawn.append(str(codes.draw(tx, below, EPOCH)))
        raise _UndoneError

    with contextlib.suppress(_UndoneError), tx.savepoint():
        draw()
    return drawn[0]


def test_a_draw_holds_the_code_drawn_and_no_other(office: Database) -> None:
    with office.begin() as one, office.begin() as two:
        taken = codes.draw(one, last, EPOCH)
        assert codes.count_free(two) == POOL  # Of what the other transaction does nothing is seen.
        others = {drawn_and_undone(two, always(at)) for at in range(POOL - 1)}
    assert len(others) == POOL - 1
    assert str(taken) not in others


def test_every_free_code_is_equally_likely_beside_another_draw(office: Database) -> None:
    draws = 800
    randomness = SeededRandomness(7)
    with office.begin() as one, office.begin() as two:
        taken = codes.draw(one, lambda limit: limit // 2, EPOCH)
        counts = Counter(drawn_and_undone(two, randomness.below) for _ in range(draws))
    assert str(taken) not in counts
    assert len(counts) == POOL - 1
    expected = draws / (POOL - 1)
    chi_square = sum((count - expected) ** 2 / expected for count in counts.values())
    assert chi_square < 85  # of 48 degrees of freedom: one fair draw in a thousand exceeds it


def test_clerks_at_once_draw_different_codes_and_the_pool_is_never_falsely_empty(office: Database) -> None:
    def clerk(seed: int) -> list[str]:
        randomness = SeededRandomness(seed)
        drawn = []
        for _ in range(5):
            with office.begin() as tx:
                drawn.append(str(codes.draw(tx, randomness.below, EPOCH)))
        return drawn

    with ThreadPoolExecutor(8) as pool:
        drawn = [code for codes_of in pool.map(clerk, range(8)) for code in codes_of]
    assert len(set(drawn)) == len(drawn) == 40
    with office.begin() as tx:
        assert codes.count_free(tx) == POOL - 40


def test_a_pool_that_others_hold_is_busy_and_one_that_is_used_up_is_empty(office: Database) -> None:
    randomness = SeededRandomness()
    with office.begin() as one, office.begin() as two:
        codes.draw_many(one, POOL, randomness.sample, EPOCH)
        with pytest.raises(JukinetError, match="busy") as busy:
            codes.draw(two, randomness.below, EPOCH)
    assert busy.value.kind is ErrorKind.UNAVAILABLE
    with office.begin() as tx, pytest.raises(JukinetError, match="empty"):
        codes.draw(tx, randomness.below, EPOCH)


def test_who_draws_many_takes_what_others_leave(office: Database) -> None:
    randomness = SeededRandomness()
    with office.begin() as one:
        before = codes.draw(one, randomness.below, EPOCH)
    with office.begin() as two:
        many = codes.draw_many(two, POOL - 1, randomness.sample, EPOCH)
    assert before not in many
    assert len(set(many)) == POOL - 1
