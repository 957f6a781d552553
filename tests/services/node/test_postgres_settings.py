"""What the server's log may hold, and that a server set up otherwise is refused."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.postgres import Cluster, Role, check_settings, require_settings
from jukinet.node.postgres_account import poll
from jukinet.node.postgres_settings import REQUIRED

PLANTED = "Yamada-Planted"


def fail_in_many_ways(cluster: Cluster, database: str) -> None:
    """Statements with a person's name that fail, each with an error that quotes it in another place."""
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute("CREATE TABLE residents (name text PRIMARY KEY CHECK (length(name) < 30))")
        connection.execute("INSERT INTO residents VALUES (%s)", [PLANTED])
        failing = [
            ("INSERT INTO residents VALUES (%s)", psycopg.errors.UniqueViolation),  # the detail
            ("INSERT INTO residents VALUES (repeat(%s, 9))", psycopg.errors.CheckViolation),  # the whole row
            ("SELECT %s::date", psycopg.errors.InvalidDatetimeFormat),  # the first line
            ("SELECT 1 / (length(%s) - 14)", psycopg.errors.DivisionByZero),  # the statement, the parameters
        ]
        for statement, error in failing:
            with pytest.raises(error):
                connection.execute(statement.encode(), [PLANTED])
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no {PLANTED}'; END $$")
        connection.execute(f"DO $$ BEGIN RAISE WARNING 'see {PLANTED}'; END $$")


def test_a_name_in_failed_statements_never_reaches_the_log(cluster: Cluster, database: str) -> None:
    fail_in_many_ways(cluster, database)
    assert "ready to accept connections" in cluster.log.read_text()
    assert PLANTED not in cluster.log.read_text()


def test_that_test_would_see_a_name_in_the_log(own: Cluster) -> None:
    own.create_database("leaky")
    change(own, {"log_min_messages": "warning"})
    fail_in_many_ways(own, "leaky")
    assert PLANTED in own.log.read_text()


def change(cluster: Cluster, settings: dict[str, str]) -> None:
    with cluster._superuser() as connection:
        for name, value in settings.items():
            connection.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            )
        connection.execute("SELECT pg_reload_conf()")

        def in_force() -> bool:
            rows = connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(settings)]
            )
            return dict(rows.fetchall()) == settings

        assert poll(in_force, 30)


WRONG = {
    "log_error_verbosity": "default",
    "log_min_error_statement": "error",
    "log_parameter_max_length_on_error": "-1",
    "log_min_messages": "warning",
    "log_statement": "mod",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "5",
    "log_transaction_sample_rate": "0.5",
    "debug_print_parse": "on",
    "debug_print_rewritten": "on",
    "debug_print_plan": "on",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@pytest.mark.core
def test_our_own_server_passes_for_every_role(cluster: Cluster, database: str) -> None:
    for role in Role:
        with cluster.connect(role, database) as connection:
            assert check_settings(connection) == ()
            require_settings(connection)


@pytest.mark.core
def test_every_wrong_setting_is_reported_at_once(own: Cluster) -> None:
    assert set(WRONG) == {item.name for item in REQUIRED}
    own.create_database("any")
    change(own, WRONG)
    with (
        own.connect(Role.OFFICE, "any") as connection,
        pytest.raises(JukinetError, match="change these settings") as caught,
    ):
        require_settings(connection)
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert {fault.field for fault in caught.value.faults} == set(WRONG)
    assert "log_error_verbosity: must be terse" in str(caught.value)


# Those that one session can change; the others are the whole server's, and the shared one is left alone.
OF_A_SESSION = [name for name in WRONG if name not in {"fsync", "full_page_writes"}]


@pytest.mark.parametrize("name", OF_A_SESSION)
def test_each_wrong_setting_is_reported_alone(cluster: Cluster, name: str) -> None:
    with cluster._superuser() as connection:
        connection.execute("SELECT set_config(%s, %s, false)", [name, WRONG[name]])
        assert [fault.field for fault in check_settings(connection)] == [name]


def test_a_setting_of_one_role_is_seen_over_its_connection(own: Cluster) -> None:
    own.create_database("any")
    with own._superuser() as connection:
        connection.execute("ALTER ROLE jukinet_worker SET synchronous_commit = off")
    with own.connect(Role.WORKER, "any") as connection:
        assert [fault.field for fault in check_settings(connection)] == ["synchronous_commit"]
    with own.connect(Role.OFFICE, "any") as connection:
        assert check_settings(connection) == ()


def test_a_database_in_another_encoding_is_reported(own: Cluster) -> None:
    with own._superuser() as connection:
        connection.execute(
            "CREATE DATABASE ascii OWNER jukinet_owner ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"
        )
    with own.connect(Role.OWNER, "ascii") as connection:
        assert [fault.field for fault in check_settings(connection)] == ["server_encoding"]


def test_the_check_leaves_the_connection_as_it_found_it(cluster: Cluster, database: str) -> None:
    idle = psycopg.pq.TransactionStatus.IDLE
    with cluster.connect(Role.OWNER, database) as connection:
        check_settings(connection)
        assert connection.info.transaction_status is idle
        connection.execute("CREATE TABLE pending (number int)")
        check_settings(connection)
        connection.rollback()
        assert connection.execute("SELECT to_regclass('pending')").fetchone() == (None,)
