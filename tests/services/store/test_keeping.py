"""The one list of what is kept: every table is in it, and it names what the database erases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.services.services.erasing import Rows
from tests.services.store.purging import (
    DAY,
    KUNI,
    NODES,
    as_owner,
    columns,
    says,
    walk,
)

from jukinet.domain.municipality import NodeId
from jukinet.node.postgres import Cluster
from jukinet.store import keeping
from jukinet.testing.cluster import throwaway_database

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def database(cluster: Cluster, migrated: str) -> Iterator[str]:
    with throwaway_database(cluster, template=migrated) as name:
        yield name


def test_every_table_that_may_hold_a_person_has_a_term_in_the_list(cluster: Cluster, database: str) -> None:
    everything: set[str] = set()
    for node in NODES:
        with as_owner(cluster, database, node) as connection:
            tables = columns(connection, node)
        assert keeping.unlisted(tables) == {}, node
        everything |= tables.keys()
    listed = [one.table for one in keeping.LIST]
    assert len(listed) == len(set(listed))
    assert not set(listed) & keeping.PLAIN_TABLES.keys()
    assert set(listed) | keeping.PLAIN_TABLES.keys() == everything


@pytest.mark.parametrize(
    ("ddl", "table", "names"),
    [
        ("CREATE TABLE visitors (visitor_id bigint, name text)", "visitors", {"visitor_id", "name"}),
        ("ALTER TABLE lanes_in ADD COLUMN clerk text", "lanes_in", {"clerk"}),
    ],
    ids=["a table", "a column"],
)
def test_one_that_is_not_in_the_list_is_found(
    cluster: Cluster, database: str, ddl: str, table: str, names: set[str]
) -> None:
    with as_owner(cluster, database, KUNI) as connection:
        connection.execute(ddl.encode())
        assert keeping.unlisted(columns(connection, KUNI)) == {table: names}


@pytest.mark.parametrize("node", NODES)
def test_the_list_names_what_the_database_erases(cluster: Cluster, database: str, node: NodeId) -> None:
    with as_owner(cluster, database, node) as connection:
        parts = connection.execute("SELECT subject, part FROM retention_parts").fetchall()
        subjects = {row["subject"] for row in connection.execute("SELECT subject FROM retention_subjects")}
        functions = {
            row["proname"]
            for row in connection.execute(
                "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            )
        }
        tables = columns(connection, node)
    here = {one.name for one in keeping.subjects_of(node.role)}
    assert subjects == here
    assert {f"retention_past_{name}" for name in here} <= functions
    erased = {(row["subject"], row["part"]) for row in parts}
    assert erased == {
        (subject, one.table) for one in keeping.LIST if one.table in tables for subject in one.subjects
    }
    for one in keeping.LIST:
        assert bool(one.terms) is bool(one.subjects), one.table


def test_whatever_refers_to_a_resident_goes_with_the_resident_or_keeps_them(
    cluster: Cluster, database: str
) -> None:
    """Else a record past its term could not be erased, and a run would break on it."""
    with as_owner(cluster, database, KUNI) as connection:
        referring = {
            row["name"]
            for row in connection.execute(
                "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE contype = 'f'"
                " AND confrelid IN ('residents'::regclass, 'resident_versions'::regclass)"
            )
        }
        parts = {
            row["part"]
            for row in connection.execute("SELECT part FROM retention_parts WHERE subject = 'residents'")
        }
        judged = says(
            connection, "(SELECT prosrc FROM pg_proc WHERE oid = 'retention_past_residents'::regproc)"
        )
    assert {"code_notices", "resident_versions"} <= referring & parts
    assert [
        name for name in referring - parts if f"NOT EXISTS (SELECT 1 FROM {name} WHERE" not in judged
    ] == []


LATER = """
CREATE TABLE stickers (sticker_id bigint PRIMARY KEY, resident_id bigint NOT NULL REFERENCES residents);
CREATE TABLE sticker_notes (sticker_id bigint NOT NULL REFERENCES stickers, said text NOT NULL);
CREATE FUNCTION retention_stickers_of(p_residents bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS
    $$ SELECT sticker_id FROM stickers WHERE resident_id = ANY (p_residents) $$;
INSERT INTO retention_parts (subject, place, part, part_column, keys_by) VALUES
    ('residents', -2, 'sticker_notes', 'sticker_id', 'retention_stickers_of'),
    ('residents', -1, 'stickers', 'resident_id', NULL);
SELECT retention_close();
"""


def test_a_later_migration_adds_its_tables_to_what_goes_with_a_resident(
    cluster: Cluster, database: str
) -> None:
    with as_owner(cluster, database, KUNI) as owner:
        rows = Rows(owner)
        gone, stays = rows.resident(DAY), rows.resident(None)
        owner.execute(LATER)
        for sticker, resident in ((1, gone), (2, gone), (3, stays)):
            owner.execute("INSERT INTO stickers VALUES (%s, %s)", [sticker, resident])
            owner.execute("INSERT INTO sticker_notes VALUES (%s, 'x')", [sticker])
        owner.execute("UPDATE business_clock SET pinned = '2018-07-08'")
        counts = walk(owner, "erase", "residents", date(2018, 7, 8), 10)
        assert counts == {
            "sticker_notes": 2,
            "stickers": 2,
            "resident_changes": 1,
            "resident_versions": 2,
            "residents": 1,
        }
        assert says(owner, "(SELECT array_agg(sticker_id) FROM sticker_notes)") == [3]
        assert not says(
            owner, "has_function_privilege('jukinet_purge', 'retention_stickers_of(bigint[])', 'EXECUTE')"
        )
