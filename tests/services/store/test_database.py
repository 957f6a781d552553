"""Connections and transactions of one node, and what of a driver's error gets out."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from tests.services import world
from tests.services.world import KUNI, TOKYO

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.postgres import Cluster, Role
from jukinet.store import audit_log, node_rows
from jukinet.store.database import Database, Transaction
from jukinet.store.errors import translate, translated
from jukinet.store.node_rows import Operator
from jukinet.testing.federation import EPOCH, NETWORK, OFFICE, Federation

pytestmark = pytest.mark.core

PLANTED = "埋込花子PLANTED"
DAY = date(2013, 7, 8)


def enrol(tx: Transaction, operator_id: str = PLANTED, name: str = PLANTED) -> None:
    node_rows.enrol(tx, Operator(operator_id, name, frozenset(), DAY), EPOCH)


def test_a_transaction_commits_at_its_end_and_rolls_back_on_an_exception(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    with ctx.begin() as tx:
        enrol(tx, "one")
    with pytest.raises(KeyError), ctx.begin() as tx:  # noqa: PT012 - both happen in one transaction
        enrol(tx, "two")
        raise KeyError
    with ctx.begin() as tx:
        assert node_rows.find_operator(tx, "one") is not None
        assert node_rows.find_operator(tx, "two") is None


def test_a_savepoint_undoes_its_own_part_alone(federation: Federation) -> None:
    with federation.context(KUNI, OFFICE).begin() as tx:
        enrol(tx, "before")
        with pytest.raises(JukinetError), tx.savepoint():  # noqa: PT012
            enrol(tx, "inside")
            tx.run("SELECT 1/0")
        enrol(tx, "after")
    with federation.context(KUNI, OFFICE).begin() as tx:
        found = [node_rows.find_operator(tx, name) is not None for name in ("before", "inside", "after")]
    assert found == [True, False, True]


@pytest.mark.parametrize("bits", [3, 5, 10**6])
def test_other_work_is_done_while_the_server_is_at_work_and_no_longer(
    federation: Federation, bits: int
) -> None:
    """The server waits for a lock that the third bit of the work lets go: it has not answered before that."""
    ctx = federation.context(KUNI, OFFICE)
    done = 0

    def work() -> bool:
        nonlocal done
        done += 1
        if done == 3:
            holder.run("SELECT pg_advisory_unlock(7)")
        return done < bits

    with ctx.begin() as holder:
        holder.run("SELECT pg_advisory_lock(7)")
        with ctx.begin() as tx:
            tx.meanwhile(work)
            assert tx.rows("SELECT 'had' AS lock FROM pg_advisory_xact_lock(7)") == [{"lock": "had"}]
            enrol(tx, "one")
        assert 3 <= done < 10**6
        in_work = done
        with ctx.begin() as tx:
            assert node_rows.find_operator(tx, "one") is not None
    assert done == in_work, "a connection that goes back to the pool has no work left"


def test_a_fault_of_the_server_ends_the_work_beside_it(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    with pytest.raises(JukinetError), ctx.begin() as tx:  # noqa: PT012
        tx.meanwhile(lambda: False)
        tx.run("SELECT 1/0")
    with ctx.begin() as tx, tx.pipelined():
        tx.meanwhile(lambda: False)
        enrol(tx, "one")
    with ctx.begin() as tx:
        assert node_rows.find_operator(tx, "one") is not None


def test_every_connection_is_bound_to_its_schema_and_to_limits(federation: Federation) -> None:
    for node in (KUNI, TOKYO):
        with federation.context(node, NETWORK).begin() as tx:
            row = tx.one(
                "SELECT current_schema() AS schema, current_setting('lock_timeout') AS locks,"
                " current_setting('statement_timeout') AS statements,"
                " current_setting('idle_in_transaction_session_timeout') AS idle,"
                " current_setting('timezone') AS zone"
            )
        assert row == {
            "schema": node.schema,
            "locks": "10s",
            "statements": "1min",
            "idle": "20s",
            "zone": "UTC",
        }


def test_a_closed_or_exhausted_pool_is_unavailable(federation: Federation, cluster: Cluster) -> None:
    database = Database(federation._conninfo(OFFICE), KUNI.schema)
    database.open()
    database.close()
    with pytest.raises(JukinetError) as caught, database.begin():
        pass
    assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_a_wrong_password_or_database_is_told_when_opening(cluster: Cluster, database: str) -> None:
    wrong = psycopg.conninfo.make_conninfo(cluster.dsn(Role.OFFICE, database), password="wrong")
    missing = cluster.dsn(Role.OFFICE, "no_such_database")
    for conninfo in (wrong, missing):
        with pytest.raises(JukinetError) as caught:
            Database(conninfo, "x").open()
        assert caught.value.kind in {ErrorKind.CONFIGURATION, ErrorKind.UNAVAILABLE}


# The planted name


def unique(tx: Transaction) -> None:
    tx.run("INSERT INTO operators SELECT * FROM operators WHERE name = %(name)s", name=PLANTED)


def not_null(tx: Transaction) -> None:
    tx.run("INSERT INTO operators (operator_id, name) VALUES ('new', %(name)s)", name=PLANTED)


def check(tx: Transaction) -> None:
    tx.run("INSERT INTO planted VALUES (%(name)s, -1)", name=PLANTED)


def foreign_key(tx: Transaction) -> None:
    tx.run("INSERT INTO planted_child VALUES (%(name)s)", name=PLANTED + "2")


def cast(tx: Transaction) -> None:
    tx.run("SELECT %(name)s::integer", name=PLANTED)


def stored_cast(tx: Transaction) -> None:
    tx.run("SELECT name::date FROM operators WHERE operator_id = %(id)s", id=PLANTED)


def too_large(tx: Transaction) -> None:
    tx.run(
        "INSERT INTO planted SELECT %(name)s || string_agg(md5(i::text), ''), 1 FROM generate_series(1, 9999) i",
        name=PLANTED,
    )


def syntax(tx: Transaction) -> None:
    tx.run(f"SELECT '{PLANTED}' FROM FROM")


def nul(tx: Transaction) -> None:
    tx.run("SELECT %(name)s", name=PLANTED + "\x00")


def unknown_column(tx: Transaction) -> None:
    tx.run(f'SELECT "{PLANTED}" FROM operators')


def raised(tx: Transaction) -> None:
    tx.run(f"DO $$ BEGIN RAISE EXCEPTION '{PLANTED}' USING DETAIL = '{PLANTED}', HINT = '{PLANTED}'; END $$")


def lock(tx: Transaction) -> None:
    tx.run("SET LOCAL lock_timeout = '20ms'")
    tx.run("SELECT 1 FROM operators WHERE operator_id = %(id)s FOR UPDATE", id=PLANTED)


def slow(tx: Transaction) -> None:
    tx.run("SET LOCAL statement_timeout = '20ms'")
    tx.run("SELECT pg_sleep(5), %(name)s", name=PLANTED)


def many(tx: Transaction) -> None:
    tx.many("SELECT %(name)s::integer", [{"name": "1"}, {"name": PLANTED}])


def entry(tx: Transaction) -> None:
    audit_log.append(tx, AuditEntry(EPOCH, DAY, AuditEvent.SUPPLIED, Outcome.DONE, PLANTED + "\x00"))


BUSY, INSIDE = ErrorKind.UNAVAILABLE, ErrorKind.INTERNAL
PROVOKED: dict[Callable[[Transaction], None], ErrorKind] = {
    unique: ErrorKind.CONFLICT,
    not_null: INSIDE,
    check: INSIDE,
    foreign_key: INSIDE,
    cast: INSIDE,
    stored_cast: INSIDE,
    too_large: INSIDE,
    syntax: INSIDE,
    nul: INSIDE,
    unknown_column: INSIDE,
    raised: INSIDE,
    lock: BUSY,
    slow: BUSY,
    many: INSIDE,
    entry: INSIDE,
}


@pytest.fixture
def planted(federation: Federation) -> Iterator[Federation]:
    """A network in which the name is stored, and its row locked by somebody else."""
    with federation.context(KUNI, OFFICE).begin() as tx:
        enrol(tx)
    with world.connect(federation, KUNI) as raw:
        raw.execute("CREATE TABLE planted (name text PRIMARY KEY, n integer CHECK (n > 0))")
        raw.execute("CREATE TABLE planted_child (name text REFERENCES planted)")
        raw.execute("GRANT ALL ON planted, planted_child TO jukinet_office")
        raw.execute("BEGIN")
        raw.execute("SELECT 1 FROM operators WHERE operator_id = %s FOR NO KEY UPDATE", (PLANTED,))
        yield federation


def said(error: BaseException) -> str:
    """All that a log could show of an error, without the lines of this file."""
    shown = "".join(traceback.format_exception(error))
    source = Path(__file__).read_text("utf-8").splitlines()
    for line in source:
        shown = shown.replace(line.strip(), "") if "PLANTED" in line else shown
    return f"{error} {error!r} {error.args} {shown}"


def traces() -> tuple[str, ...]:
    """The name as it might stand in a text: itself, its beginning, or escaped."""
    return PLANTED, PLANTED[:4], "PLANTED", PLANTED.encode("unicode_escape").decode()[:12]


@pytest.mark.parametrize("provoke", list(PROVOKED), ids=lambda provoke: provoke.__name__)
def test_no_driver_error_carries_a_value_of_a_row(
    planted: Federation, cluster: Cluster, provoke: Callable[[Transaction], None]
) -> None:
    from_here = cluster.log.stat().st_size
    with pytest.raises(JukinetError) as caught, planted.context(KUNI, OFFICE).begin() as tx:
        provoke(tx)
    assert caught.value.kind is PROVOKED[provoke], caught.value
    told = said(caught.value)
    assert not any(trace in told for trace in traces()), told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    log = cluster.log.read_bytes()[from_here:].decode("utf-8", "replace")
    assert not any(trace in log for trace in traces())


def test_a_trace_would_be_found() -> None:
    assert any(trace in said(ValueError(f"Key (name)=({PLANTED}) exists")) for trace in traces())


def test_a_failed_commit_is_translated_too(planted: Federation) -> None:
    with world.connect(planted, KUNI) as raw:
        raw.execute(
            "ALTER TABLE planted_child ALTER CONSTRAINT planted_child_name_fkey DEFERRABLE INITIALLY DEFERRED"
        )
    with pytest.raises(JukinetError) as caught, planted.context(KUNI, OFFICE).begin() as tx:
        tx.run("INSERT INTO planted_child VALUES (%(name)s)", name=PLANTED + "3")
    assert "planted_child_name_fkey" in caught.value.message
    assert PLANTED not in str(caught.value)


def test_a_connection_that_is_cut_is_unavailable_and_the_next_works(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    with pytest.raises(JukinetError) as caught, ctx.begin() as tx:  # noqa: PT012
        (row,) = tx.rows("SELECT pg_backend_pid() AS pid")
        with world.connect(federation, KUNI, "office") as raw:
            raw.execute("SELECT pg_terminate_backend(%s)", (row["pid"],))
        tx.run("SELECT 1")
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    with ctx.begin() as tx:
        assert tx.one("SELECT 1 AS one") == {"one": 1}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.errors.UniqueViolation(PLANTED), ErrorKind.CONFLICT),
        (psycopg.errors.ExclusionViolation(PLANTED), ErrorKind.CONFLICT),
        (psycopg.errors.InvalidPassword(PLANTED), ErrorKind.CONFIGURATION),
        (psycopg.errors.InsufficientPrivilege(PLANTED), ErrorKind.CONFIGURATION),
        (psycopg.errors.UndefinedTable(PLANTED), ErrorKind.CONFIGURATION),
        (psycopg.errors.DeadlockDetected(PLANTED), ErrorKind.UNAVAILABLE),
        (psycopg.errors.SerializationFailure(PLANTED), ErrorKind.UNAVAILABLE),
        (psycopg.errors.AdminShutdown(PLANTED), ErrorKind.UNAVAILABLE),
        (psycopg.OperationalError(PLANTED), ErrorKind.UNAVAILABLE),
        (psycopg.DataError(PLANTED), ErrorKind.INTERNAL),
        (psycopg.Error(PLANTED), ErrorKind.INTERNAL),
    ],
)
def test_each_driver_error_has_its_kind(error: psycopg.Error, kind: ErrorKind) -> None:
    assert translate(error).kind is kind
    assert PLANTED not in said(translate(error))
    with pytest.raises(JukinetError) as caught, translated():
        raise error
    assert caught.value.kind is kind


def test_an_error_of_ours_passes_through_as_it_is() -> None:
    mine = JukinetError(ErrorKind.INVALID, "mine")
    with pytest.raises(JukinetError) as caught, translated():
        raise mine
    assert caught.value is mine
