"""The keys by which the four items are matched: made anew where other rules made those that are stored.

``jukinet.store.identity`` writes them with each record. Here they are made anew for all records when the program
brings other rules, and for the newest ones while processes of the program before may still have written some.
"""

from __future__ import annotations

from jukinet.domain import matching
from jukinet.store.database import Database, Row
from jukinet.store.sql import Queries, as_json

_SQL = Queries("match_keys")

_BATCH = 2000
"""Records in one transaction."""
_AGAIN = 10_000
"""Notices that are looked at again: a transaction may commit after others that began later."""


def ensure(database: Database) -> int:
    """Make the keys where other rules, or none, made those there are, as the owner; returns how many changed.

    May run beside acts, and again: the rules are noted when the last is done.
    """
    facts = _facts(database)
    if facts["made_with"] == matching.keys_id():
        return 0
    changed = _renew(database, after=0)
    # A store that held nothing has no process of another version beside it.
    through = max(0, facts["newest"] - _AGAIN) if facts["newest"] else None
    with database.begin() as tx:
        tx.run(_SQL.set_made, made_with=matching.keys_id(), through=through)
    return changed


def catch_up(database: Database) -> int:
    """Make the keys of what a process of the version before wrote since; returns how many changed.

    Where none did, the processes of that version have ended, and nobody looks again.
    """
    facts = _facts(database)
    if facts["through"] is None:
        return 0
    changed = _renew(database, after=facts["through"])
    with database.begin() as tx:
        tx.run(_SQL.set_through, through=max(0, facts["newest"] - _AGAIN) if changed else None)
    return changed


def _facts(database: Database) -> Row:
    with database.begin() as tx:
        (row,) = tx.rows(_SQL.facts)
        return row


def _renew(database: Database, after: int) -> int:
    changed = 0
    while True:
        with database.begin() as tx:
            rows = tx.rows(_SQL.batch, after=after, most=_BATCH)
            if not rows:
                return changed
            other = [keyed for row in rows if (keyed := _keyed(row)) is not None]
            if other:
                tx.run(_SQL.set_keys, rows=as_json(other))
        changed, after = changed + len(other), rows[-1]["history_id"]


def _keyed(row: Row) -> dict[str, object] | None:
    """A record with its keys by this program's rules; None where it has them."""
    keys = matching.record_keys(row["name"], row["nickname"], row["address"])
    if (row["name_key"], row["nickname_key"], row["address_key"]) == (keys.name, keys.nickname, keys.address):
        return None
    return {
        "code": row["code"],
        "municipality": row["municipality"],
        "history_id": row["history_id"],
        "name_key": keys.name,
        "nickname_key": keys.nickname,
        "address_key": keys.address,
    }
