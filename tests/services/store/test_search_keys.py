"""The stored search keys: what acts keep is what the versions say, and an older register is given its keys."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from tests.services.services import counter

from jukinet.domain import search_keys as rules
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import Nickname, PersonName, RecordKind, ResidentRecord
from jukinet.domain.municipality import NodeId
from jukinet.domain.persons import Address, Place, Sex
from jukinet.domain.searches import Condition, Search, clauses
from jukinet.law.decisions import Refused
from jukinet.node.postgres import Cluster, Role
from jukinet.services import codes
from jukinet.store import residents, schema, search, search_keys, snapshots, version
from jukinet.store.database import Database
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

KUNI = KUNITACHI.node_id
BEFORE_SEARCH = "0001"

KEYS = "SELECT resident_id, kind, key, past FROM resident_search_keys ORDER BY 1, 2, 3"
SEXES = "SELECT resident_id, sex FROM residents ORDER BY 1"


def stored(federation: Federation, node: NodeId = KUNI) -> tuple[list[Any], list[Any]]:
    return counter.owner_rows(federation, node, KEYS), counter.owner_rows(federation, node, SEXES)


@contextmanager
def owners(conninfo: str, node: NodeId = KUNI) -> Iterator[Database]:
    database = Database(conninfo, node.schema, most=1)
    database.open()
    try:
        yield database
    finally:
        database.close()


def assert_kept_is_rebuilt(federation: Federation, node: NodeId = KUNI) -> None:
    kept = stored(federation, node)
    assert kept[0]
    with owners(federation._conninfo("owner"), node) as database:
        assert search_keys.rebuild_all(database) == len(kept[1])
    assert stored(federation, node) == kept


# Kept by acts, and made anew

NAMES = [
    PersonName("渡邊　花子", "ワタナベ　ハナコ"),
    PersonName("国立　花子", "クニタチ　ハナコ"),
    PersonName("SMITH ANNA MARIA", "スミス　アンナ", "SMITH ANNA MARIA"),
    PersonName("史密斯　安娜", None, "SMITH ANNA"),
]
TEXTS = [f"東京都国立市東{town}丁目2番{lot}号" for town in (1, 2) for lot in (1, 10)]
NICKNAMES = [
    Nickname(text, date(2013, 6, 1), KUNITACHI) for text in ("田中　杏奈", "山田　杏奈", "Tanaka Anna")
]
BIRTHS = [PartialDate(text) for text in ("1980-04-17", "1980-04-XX", "1980~", "1979-12-20/1980-01-10")]


def draw(rng: random.Random, record: ResidentRecord) -> ResidentRecord:
    """Another state of the record: any of its found items, back and forth."""
    items: dict[str, Any] = {
        "name": rng.choice(NAMES),
        "address": Address(KUNITACHI, rng.choice(TEXTS)),
        "birth_date": rng.choice(BIRTHS),
        "sex": rng.choice(list(Sex)),
        "previous_address": rng.choice([None, Place(rng.choice(TEXTS)), Place("神奈川県横浜市中区本町1-1")]),
        "nickname": rng.choice([None, *NICKNAMES]),
        "former_nicknames": tuple(rng.sample(NICKNAMES, rng.randrange(3))),
    }
    return replace(record, **{name: items[name] for name in rng.sample(sorted(items), rng.randrange(4))})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_acts_keep_is_what_all_versions_say(federation: Federation, seed: int) -> None:
    """Versions of every sort, in any order, restated ones among them."""
    rng = random.Random(seed)
    people = counter.load(federation, KUNITACHI, *([make_person(seed=one)] for one in range(3)))
    for _ in range(40):
        with federation.context(KUNITACHI).begin() as tx:
            held = residents.lock(tx, rng.choice(people).resident_no)
            assert held is not None
            old = rng.choice(residents.history(tx, held.resident_id))
            base = rng.choice([held.record, old.record])
            restates = rng.choice([None, old.history_no])
            residents.append(tx, held, replace(old, record=draw(rng, base), restates=restates))
    assert_kept_is_rebuilt(federation)


def test_a_life_of_acts_keeps_what_the_versions_say(federation: Federation) -> None:
    found = counter.load(federation, KUNITACHI, [make_person(RecordKind.FOREIGN, seed=4)])[0]
    home = counter.load(federation)[0]
    counter.give_birth(federation, KUNITACHI, home.record.household_number)
    counter.move_within(
        federation,
        KUNITACHI,
        home.resident_no,
        address=counter.elsewhere_in(KUNITACHI, 2),
        moved_on=date(2013, 7, 7),
    )
    counter.move_within(federation, KUNITACHI, home.resident_no, moved_on=date(2013, 7, 3))
    counter.change_code(federation, KUNITACHI, counter.read(federation, KUNITACHI, home.resident_no))
    assert not isinstance(
        codes.assign_codes_to_foreign_residents(federation.context(KUNITACHI), CLERK), Refused
    )
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    found = counter.read(federation, KUNITACHI, found.resident_no)
    counter.move_in(federation, CHIYODA, counter.as_person(found), previous_address=counter.place(KUNITACHI))
    federation.clock.advance(timedelta(hours=1))
    federation.run()
    counter.die(federation, KUNITACHI, home.resident_no)
    assert not counter.read(federation, KUNITACHI, found.resident_no).present
    for where in (KUNITACHI, CHIYODA):
        assert_kept_is_rebuilt(federation, where.node_id)


def test_keys_that_went_wrong_are_put_right(federation: Federation) -> None:
    """The comparison above can fail: missing keys, foreign ones and a wrong sex are seen, and repaired."""
    counter.load(federation)
    right = stored(federation)
    with counter.owner(federation, KUNI) as connection:
        connection.execute("DELETE FROM resident_search_keys WHERE kind = 'name'")
        connection.execute("UPDATE resident_search_keys SET past = NOT past WHERE kind = 'kana'")
        connection.execute(
            "INSERT INTO resident_search_keys SELECT resident_id, 'name', 'x', false FROM residents"
        )
        connection.execute("UPDATE residents SET sex = NULL")
    assert stored(federation) != right
    with owners(federation._conninfo("owner")) as database:
        search_keys.rebuild_all(database)
    assert stored(federation) == right


def test_residents_are_rebuilt_one_by_one_too(federation: Federation) -> None:
    """Who removes versions of a resident has the keys of that resident alone made anew."""
    one, other = counter.load(federation, KUNITACHI, *([make_person(seed=seed)] for seed in range(2)))
    with counter.owner(federation, KUNI) as connection:
        connection.execute("DELETE FROM resident_search_keys")
    with owners(federation._conninfo("owner")) as database, database.begin() as tx:
        held = residents.lock(tx, one.resident_no)
        assert held is not None
        search_keys.rebuild(tx, [held.resident_id])
    assert {row["resident_id"] for row in stored(federation)[0]} == {held.resident_id}
    assert other.resident_no != one.resident_no


def test_an_act_that_changes_no_item_touches_no_key(federation: Federation) -> None:
    (found,) = counter.load(federation)
    with counter.owner(federation, KUNI) as connection:
        connection.execute("DELETE FROM resident_search_keys")
    counter.change_code(federation, KUNITACHI, found)
    assert stored(federation)[0] == []


def test_keys_go_with_their_resident(federation: Federation) -> None:
    counter.load(federation)
    with counter.owner(federation, KUNI) as connection:
        connection.execute("DELETE FROM code_notices")
        connection.execute("DELETE FROM resident_versions")
        connection.execute("DELETE FROM residents")
    assert stored(federation) == ([], [])


# A register from before there were keys


def make_old_register(cluster: Cluster, database: str, people: list[ResidentRecord]) -> None:
    """A schema as the first release made it, with residents as it wrote them."""
    owner = cluster.dsn(Role.OWNER, database)
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {KUNI.schema}".encode())
    schema._upgrade(owner, KUNI, BEFORE_SEARCH)
    with cluster.connect(Role.OWNER, database, options=f"-c search_path={KUNI.schema}") as connection:
        for serial, record in enumerate(people, 1):
            connection.execute(
                "INSERT INTO residents (resident_no, present, household_no, foreign_resident, birth_date, name_keys,"
                " last_history_no) VALUES (%s, true, %s, false, %s, '{}', 2)",
                (f"{serial:011d}", record.household_number, str(record.birth_date)),
            )
            former = replace(record, name=PersonName("旧姓　花子", "キュウセイ　ハナコ"))
            for history_no, one in enumerate((former, record), 1):
                connection.execute(
                    "INSERT INTO resident_versions (resident_id, history_no, reason, effective_on, effective_seq,"
                    " recorded_at, operator, present, items) VALUES (%s, %s, 'move-in', '2013-07-08', %s,"
                    " '2013-07-08T00:00:00Z', 'sato', true, %s)",
                    (serial, history_no, history_no, snapshots.to_json(one)),
                )


def total(database: Database, **conditions: Any) -> int:
    asked = Search(**conditions)
    with database.begin() as tx:
        found = search.find(
            tx, asked, clauses(asked, "国立市"), frozenset(Condition), after=0, most=50, most_counted=1000
        )
    return found.total


def test_a_register_of_the_first_release_is_given_its_keys(cluster: Cluster, database: str) -> None:
    people = [make_person(seed=seed, name=PersonName("渡邊　花子", "ワタナベ　ハナコ")) for seed in range(7)]
    make_old_register(cluster, database, people)
    owner = cluster.dsn(Role.OWNER, database)
    schema.migrate(owner, KUNI)
    version.require_current(cluster.dsn(Role.OFFICE, database), KUNI.schema)
    with owners(cluster.dsn(Role.OFFICE, database)) as office:
        assert total(office, name="渡辺") == total(office, kana="ワタナベ") == 7
        assert total(office, name="旧姓") == 7
        assert total(office, name="旧姓", past=False) == 0
        women = sum(record.sex is Sex.FEMALE for record in people)
        assert total(office, name="渡辺", sex=Sex.FEMALE) == women
        assert total(office, birth_date=None, resident_no="00000000003") == 1


def test_a_node_does_not_serve_until_all_keys_are_made(
    cluster: Cluster, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The making was killed between two batches: nobody is searched for in half a register; the next run makes all."""
    monkeypatch.setattr(search_keys, "_BATCH", 2)
    make_old_register(cluster, database, [make_person(seed=seed) for seed in range(5)])
    owner, office = cluster.dsn(Role.OWNER, database), cluster.dsn(Role.OFFICE, database)
    with cluster.connect(Role.OWNER, database, options=f"-c search_path={KUNI.schema}") as connection:
        connection.execute("UPDATE resident_versions SET items = '{}' WHERE resident_id = 4")
    with pytest.raises(msgspec.ValidationError):
        schema.migrate(owner, KUNI)
    with cluster.connect(Role.OWNER, database, options=f"-c search_path={KUNI.schema}") as connection:
        made = connection.execute("SELECT count(DISTINCT resident_id) FROM resident_search_keys").fetchone()
        assert made == (2,)
        connection.execute(
            "UPDATE resident_versions SET items = (SELECT items FROM resident_versions WHERE resident_id = 5 LIMIT 1)"
            " WHERE resident_id = 4"
        )
    with pytest.raises(JukinetError) as refused:
        version.require_current(office, KUNI.schema)
    assert refused.value.kind is ErrorKind.CONFIGURATION
    assert "jukinet node migrate" in refused.value.message
    schema.migrate(owner, KUNI)
    version.require_current(office, KUNI.schema)
    with cluster.connect(Role.OWNER, database, options=f"-c search_path={KUNI.schema}") as connection:
        made = connection.execute("SELECT count(DISTINCT resident_id) FROM resident_search_keys").fetchone()
    assert made == (5,)


def test_keys_of_other_rules_are_made_anew_and_those_of_the_same_left(
    cluster: Cluster, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old_register(cluster, database, [make_person(seed=1)])
    owner, office = cluster.dsn(Role.OWNER, database), cluster.dsn(Role.OFFICE, database)
    schema.migrate(owner, KUNI)
    with owners(owner) as mine:
        assert search_keys.ensure(mine) == 0
        monkeypatch.setattr(rules, "_RULES", 999)
        with pytest.raises(JukinetError):
            version.require_current(office, KUNI.schema)
        assert search_keys.ensure(mine) == 1
        version.require_current(office, KUNI.schema)


def test_no_serving_process_may_remove_keys(cluster: Cluster, database: str) -> None:
    schema.migrate(cluster.dsn(Role.OWNER, database), KUNI)
    with owners(cluster.dsn(Role.OFFICE, database)) as office, pytest.raises(JukinetError):
        search_keys.rebuild_all(office)
