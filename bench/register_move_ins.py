"""Move-ins of whole households, timed one by one, and their own statements as the server saw them.

Nine of ten people who come bring their code; the others get one from the pool (Act Art. 30-2).
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bench import register_load, statements
from bench.statements import Statement
from jukinet.domain.code import compose, is_issuable
from jukinet.domain.items import ResidentRecord
from jukinet.domain.persons import Address, Place
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.node.postgres import Cluster, Role
from jukinet.services import moves
from jukinet.services.context import Context
from jukinet.services.filings import MoveInFiling, Person
from jukinet.testing.federation import CLERK
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.notifying import BY_HOUSEHOLDER
from jukinet.testing.people import make_municipality

WARM, TIMED = 20, 100
WITH_CODE = 0.9
_NEW_ADDRESS = "東京都国立市富士見台二丁目47番"


@dataclass(frozen=True, slots=True)
class Captured:
    """The statements of the move-ins that only warm up, and of those that are timed."""

    warm: list[Statement]
    timed: list[Statement]


def filings() -> Iterator[MoveInFiling]:
    """As many as are needed, the same each time."""
    rng = random.Random(3)  # noqa: S311 - the same people each time
    households = make_municipality(CHIYODA, 20 * (WARM + TIMED), seed=3, on=register_load.ON)
    for number in range(WARM + TIMED):
        records = next(households).records
        first = records[0]
        yield MoveInFiling(
            persons=tuple(_person(rng, record) for record in records),
            address=Address(KUNITACHI, f"{_NEW_ADDRESS}{number + 1}号"),
            previous_address=Place(first.address.text, first.address.municipality),
            moved_on=date(2013, 7, 6),
            filed_on=register_load.ON,
            evidence=MoveInEvidence.CERTIFICATE,
            status_shown=True,
            notified_by=BY_HOUSEHOLDER,
        )


def _person(rng: random.Random, record: ResidentRecord) -> Person:
    code = None
    if rng.random() < WITH_CODE:
        drawn = iter(lambda: f"{rng.randrange(10**10):010}", "")
        code = compose(next(ten for ten in drawn if is_issuable(ten)))
    foreign = record.foreign and replace(record.foreign, card_later=False)
    return Person(
        record.name, record.birth_date, record.sex, record.relationship, code, record.koseki, foreign
    )


def run(ctx: Context, wanted: list[MoveInFiling]) -> float:
    """Milliseconds of these move-ins together."""
    started = time.perf_counter()
    for filing in wanted:
        done = moves.move_in(ctx, CLERK, filing)
        if isinstance(done, Refused):
            raise TypeError(f"a move-in was refused: {[rule.rule for rule in done.failed]}")
    return 1000 * (time.perf_counter() - started)


def time_move_ins(cluster: Cluster, database: str) -> float:
    """Milliseconds a move-in through the program, on a database as it was loaded."""
    wanted = list(filings())
    network = register_load.on(cluster, database, seed=1)
    ctx = network.context(KUNITACHI)
    run(ctx, wanted[:WARM])
    took = run(ctx, wanted[WARM:])
    network.close()
    return took / TIMED


def capture(cluster: Cluster, database: str) -> Captured:
    """The statements of the same move-ins on a database as it was loaded."""
    wanted = list(filings())
    start = statements.log_statements(cluster, Role.OFFICE, database)
    network = register_load.on(cluster, database, seed=1)
    ctx = network.context(KUNITACHI)
    run(ctx, wanted[:WARM])
    between = statements.end_of_log(cluster)
    run(ctx, wanted[WARM:])
    end = statements.end_of_log(cluster)
    network.close()
    return Captured(
        statements.captured(cluster.log, start, between), statements.captured(cluster.log, between, end)
    )


def time_statements(cluster: Cluster, database: str, taken: Captured, place: Path) -> float:
    """Milliseconds a move-in of the statements alone, on a database as it was loaded."""
    conninfo = f"{cluster.dsn(Role.OFFICE, database)} options='-c search_path={register_load.NODE.schema}'"
    pgbench = Path(cluster.ensure().program("pgbench"))
    return statements.replay(conninfo, pgbench, taken.warm, taken.timed, place) / TIMED
