"""Whether the nation holds the same everywhere: by its own consistency check, and by a comparison that shares no code.

The second reads the tables as their owner, in one statement a municipality, and knows nothing of digests, cursors or
sent copies: only a test has all nodes in one database.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.services import consistency
from jukinet.services.consistency import Check
from jukinet.services.consistency_schedule import OWN
from jukinet.services.digests import upward
from jukinet.testing.federation import CLERK
from jukinet.testing.nation.lines import Nation


@dataclass(frozen=True, slots=True)
class Proof:
    """``checks``: how many were made; ``records``: compared between nodes; ``failed``: in words, none if all agree."""

    checks: int
    records: int
    size: int
    failed: tuple[str, ...]


def pairs(nodes: tuple[NodeId, ...]) -> list[tuple[NodeId, str]]:
    """Every node with itself, and with the node that it reports to."""
    return [(node, str(against)) for node in nodes for against in (OWN, upward(node)) if against is not None]


def checked(
    nation: Nation, nodes: tuple[NodeId, ...], pool: Executor, tell: Callable[[], None] = lambda: None
) -> Proof:
    """All pairs compared from their rows; ``tell`` is called after each."""

    def one(pair: tuple[NodeId, str]) -> tuple[NodeId, Check]:
        node, against = pair
        return node, consistency.check_one(nation.context(node), CLERK, against, recompute=True)

    made = []
    for found in pool.map(one, pairs(nodes)):
        made.append(found)
        tell()
    failed = tuple(
        f"{node} with {check.against}: {len(check.differences)} differences"
        f"{f', {check.problem}' if check.problem else ''}"
        for node, check in made
        if not check.agrees
    )
    between = [check for _, check in made if check.against != OWN]
    return Proof(len(made), sum(one.records for one in between), sum(one.size for one in between), failed)


_DIFFERING = """WITH here AS (
    SELECT v.items ->> 'code' AS code, v.items -> 'name' ->> 'text' AS name, v.items ->> 'birth_date' AS birth_date,
           v.items ->> 'sex' AS sex, v.items -> 'address' ->> 'text' AS address,
           v.items -> 'address' ->> 'building' AS building, v.items -> 'nickname' ->> 'text' AS nickname
      FROM {here}.residents r
      JOIN {here}.resident_versions v ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no
     WHERE r.present),
there AS (
    SELECT code, name, birth_date, sex, address, building, nickname
      FROM {there}.identity_records WHERE live AND municipality = %(code)s)
SELECT (SELECT count(*) FROM (SELECT * FROM here EXCEPT SELECT * FROM there) AS a)
     + (SELECT count(*) FROM (SELECT * FROM there EXCEPT SELECT * FROM here) AS b) AS differing,
       (SELECT count(*) FROM here) AS residents"""


def compared(
    owner: str, connected: tuple[MunicipalityCode, ...], tell: Callable[[], None] = lambda: None
) -> tuple[int, int]:
    """(residents of connected municipalities, records in which register, prefecture and centre differ)."""
    residents = differing = 0
    with psycopg.connect(owner, autocommit=True) as raw:
        for code in connected:
            for store in (code.prefecture.node_id, NATIONAL):
                row = _compare(raw, code, store)
                differing += row[0]
            residents += row[1]
            tell()
    return residents, differing


def _compare(raw: psycopg.Connection[Any], code: MunicipalityCode, store: NodeId) -> tuple[int, int]:
    names = {"here": sql.Identifier(code.node_id.schema), "there": sql.Identifier(store.schema)}
    row = raw.execute(sql.SQL(_DIFFERING).format(**names), {"code": str(code)}).fetchone()
    return row if row is not None else (0, 0)
