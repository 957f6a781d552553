"""The stored keys of the four items: an older store is given its keys, and what an older process wrote is found too."""

from __future__ import annotations

from typing import Any

import pytest
from tests.services.services import counter

from jukinet.domain import matching
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import PersonName
from jukinet.domain.municipality import NodeId
from jukinet.store import match_keys, schema, version
from jukinet.store.database import Database
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

STORE = NodeId("pref-13")
KEYS = (
    "SELECT code, name, nickname, address, history_id, name_key, nickname_key, address_key FROM identity_records"
    " ORDER BY history_id"
)


def records(federation: Federation) -> list[dict[str, Any]]:
    return counter.owner_rows(federation, STORE, KEYS)


def right(row: dict[str, Any]) -> bool:
    keys = matching.record_keys(row["name"], row["nickname"], row["address"])
    return (row["name_key"], row["nickname_key"], row["address_key"]) == (
        keys.name,
        keys.nickname,
        keys.address,
    )


@pytest.fixture
def store(federation: Federation) -> Federation:
    """Five people at the governor's, with the keys of their notices."""
    names = ["渡邉　花子", "髙橋　一", "斎藤　一", "架空　太郎", "佐々木　一"]
    people = [make_person(seed=seed, name=PersonName(name)) for seed, name in enumerate(names)]
    counter.load(federation, KUNITACHI, *([one] for one in people))
    federation.run()
    assert len(records(federation)) == len(names)
    assert all(map(right, records(federation)))
    return federation


def spoil(federation: Federation, *, made_with: str | None = None, where: str = "true") -> None:
    """Records as rules of another version keyed them."""
    with counter.owner(federation, STORE) as connection:
        connection.execute(
            f"UPDATE identity_records SET name_key = 1, nickname_key = 2, address_key = 3 WHERE {where}".encode()
        )
        if made_with is not None:
            connection.execute("UPDATE match_key_facts SET made_with = %s, through = 0", (made_with,))


def owners(federation: Federation) -> Database:
    database = Database(federation._conninfo("owner"), STORE.schema, most=1)
    database.open()
    return database


def test_an_older_store_is_given_its_keys_before_a_process_serves(store: Federation) -> None:
    spoil(store, made_with="0-of another version")
    serving = store._conninfo("supply")
    with pytest.raises(JukinetError) as refused:
        version.require_current(serving, STORE.schema)
    assert refused.value.kind is ErrorKind.CONFIGURATION
    schema.migrate(store._conninfo("owner"), STORE)
    version.require_current(serving, STORE.schema)
    assert all(map(right, records(store)))


def test_what_was_begun_is_done_again_until_it_is_whole(
    store: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two batches: no process serves on half of the keys."""
    spoil(store, made_with="")
    monkeypatch.setattr(match_keys, "_BATCH", 2)
    real, calls = matching.record_keys, iter(range(100))

    def killed(*facts: Any) -> matching.RecordKeys:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return real(*facts)

    monkeypatch.setattr(matching, "record_keys", killed)
    database = owners(store)
    try:
        with pytest.raises(KeyboardInterrupt):
            match_keys.ensure(database)
        assert [right(row) for row in records(store)] == [True, True, False, False, False]
        with pytest.raises(JukinetError):
            version.require_current(store._conninfo("supply"), STORE.schema)
        assert match_keys.ensure(database) == 3
        assert match_keys.ensure(database) == 0
    finally:
        database.close()
    assert all(map(right, records(store)))


def test_what_is_written_meanwhile_is_left_as_it_was_written(
    store: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(store, made_with="")
    last = records(store)[-1]["code"]
    real = matching.record_keys

    def slow(name: str, nickname: str | None, address: str) -> matching.RecordKeys:
        if name.startswith("渡"):
            with counter.owner(store, STORE) as connection:
                connection.execute(
                    "UPDATE identity_records SET name_key = 77, history_id = (SELECT min(history_id) FROM"
                    " identity_history) WHERE code = %s",
                    (last,),
                )
        return real(name, nickname, address)

    monkeypatch.setattr(matching, "record_keys", slow)
    database = owners(store)
    try:
        match_keys.ensure(database)
    finally:
        database.close()
    assert {row["code"]: row["name_key"] for row in records(store)}[last] == 77


def test_the_worker_makes_the_keys_that_an_older_process_wrote(
    store: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the newest notices, until a look finds none."""
    monkeypatch.setattr(match_keys, "_AGAIN", 1)
    spoil(store)
    with counter.owner(store, STORE) as connection:
        assert connection.execute("SELECT through FROM match_key_facts").fetchone() == {"through": None}
        connection.execute("UPDATE match_key_facts SET through = 0")
    worker = Database(store._conninfo("worker"), STORE.schema, most=1)
    worker.open()
    try:
        assert match_keys.catch_up(worker) == 5
        newest = records(store)[-1]["history_id"]
        spoil(store)
        assert match_keys.catch_up(worker) == 1
        assert [row["history_id"] for row in records(store) if right(row)] == [newest]
        # None of the version before is left: nobody looks again.
        assert match_keys.catch_up(worker) == 0
        spoil(store)
        assert match_keys.catch_up(worker) == 0
    finally:
        worker.close()


def test_the_roles_that_serve_only_read_the_rules(store: Federation) -> None:
    with counter.owner(store, STORE) as connection:
        connection.execute("UPDATE match_key_facts SET through = 0")
    database = Database(store._conninfo("network"), STORE.schema, most=1)
    database.open()
    try:
        with pytest.raises(JukinetError):
            match_keys.catch_up(database)
    finally:
        database.close()
