"""The stored search keys of residents: written with every version, made anew from the versions at any time.

Owns the rows. Which keys a record has is in ``jukinet.domain.search_keys``; finding by them in
``jukinet.store.search``. Nothing here is a fact of its own: whoever removes versions makes the keys of their
residents anew (``rebuild``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from jukinet.domain.items import ResidentRecord
from jukinet.domain.search_keys import Key, keys_id, keys_of, keys_of_all
from jukinet.store import snapshots
from jukinet.store.database import Database, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("search_keys")

_BATCH = 500
"""Residents in one transaction while all keys are made anew."""


def add(tx: Transaction, resident_id: int, record: ResidentRecord) -> None:
    """The keys of a new resident."""
    tx.run(_SQL.add, resident_id=resident_id, **_columns(keys_of(record)))


def change(tx: Transaction, resident_id: int, before: ResidentRecord, after: ResidentRecord) -> None:
    """The keys of one more version; most acts change none."""
    old, new = keys_of(before), keys_of(after)
    if old == new:
        return
    gone = [key for key, past in old.items() if not past and key not in new]
    tx.run(
        _SQL.change,
        resident_id=resident_id,
        gone_kinds=[kind.value for kind, _ in gone],
        gone_keys=[key for _, key in gone],
        **_columns({key: past for key, past in new.items() if old.get(key) is not past}),
    )


def _columns(keys: Mapping[Key, bool]) -> dict[str, object]:
    return {
        "kinds": [kind.value for kind, _ in keys],
        "keys": [key for _, key in keys],
        "pasts": list(keys.values()),
    }


def rebuild(tx: Transaction, resident_ids: Iterable[int]) -> None:
    """Make the keys of residents anew from their versions. Their rows are locked; needs the right to delete."""
    ids = sorted(resident_ids)
    made, sexes = [], {}
    for resident_id, rows in groupby(tx.rows(_SQL.versions, resident_ids=ids), itemgetter("resident_id")):
        records = [snapshots.from_json(row["items"]) for row in rows]
        made += [(resident_id, kind.value, key, past) for (kind, key), past in keys_of_all(records).items()]
        sexes[resident_id] = records[-1].sex.value
    tx.run(_SQL.remove, resident_ids=ids)
    names = ("resident_ids", "kinds", "keys", "pasts")
    tx.run(_SQL.put, **{name: [row[place] for row in made] for place, name in enumerate(names)})
    tx.run(_SQL.set_sexes, resident_ids=list(sexes), sexes=list(sexes.values()))


def rebuild_all(database: Database) -> int:
    """Make every resident's keys anew, as the owner; returns of how many. May run beside acts, and again.

    In transactions of a few residents each, whose rows are locked. The rules are noted when the last is done.
    """
    count, after = 0, 0
    while True:
        with database.begin() as tx:
            rows = tx.rows(_SQL.lock_batch, after=after, most=_BATCH)
            if not rows:
                tx.run(_SQL.set_made_with, made_with=keys_id())
                return count
            ids = [int(row["resident_id"]) for row in rows]
            rebuild(tx, ids)
        count, after = count + len(ids), ids[-1]


def ensure(database: Database) -> int:
    """Make the keys where other rules, or none, made those there are; returns of how many residents."""
    with database.begin() as tx:
        row = tx.one(_SQL.made_with)
    if row is not None and row["made_with"] == keys_id():
        return 0
    return rebuild_all(database)
