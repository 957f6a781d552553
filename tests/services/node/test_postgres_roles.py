"""Who gets into the database and who does not, and what is said to those who do not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.postgres import Cluster, Role, login_problem
from jukinet.node.postgres_process import socket
from jukinet.node.postgres_roles import SERVING, password_file, read_password

ROOT = os.geteuid() == 0


def password_of(cluster: Cluster, role: Role) -> str:
    return read_password(password_file(cluster.secrets_dir, role), role)


@pytest.mark.core
@pytest.mark.parametrize("role", list(Role))
def test_each_role_logs_in_as_itself(cluster: Cluster, database: str, role: Role) -> None:
    with cluster.connect(role, database) as connection:
        assert connection.execute("SELECT session_user, current_user").fetchone() == (role.value, role.value)


@pytest.mark.parametrize("role", SERVING)
def test_a_serving_role_gets_in_by_its_own_password_alone(
    cluster: Cluster, database: str, role: Role
) -> None:
    dsn = cluster.dsn(role, database)
    other = password_of(cluster, SERVING[SERVING.index(role) - 1])
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(make_conninfo(dsn, passfile=os.devnull))
    for wrong in ("wrong", other):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(make_conninfo(dsn, password=wrong))


def test_a_role_that_is_not_ours_is_not_admitted(cluster: Cluster, database: str) -> None:
    dsn = make_conninfo(cluster.dsn(Role.OWNER, database), user="mallory", password="x")
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(dsn)
    problem = login_problem(caught.value, dsn)
    assert problem.kind is ErrorKind.CONFIGURATION
    assert "does not admit the role mallory" in problem.message


def test_connection_text_holds_no_password(cluster: Cluster) -> None:
    passwords = {role: password_of(cluster, role) for role in SERVING}
    assert len(set(passwords.values())) == len(SERVING)
    assert all(len(password) >= 40 for password in passwords.values())
    for role in Role:
        dsn = cluster.dsn(role, "any")
        assert not any(password in dsn for password in passwords.values())
        assert "password" not in conninfo_to_dict(dsn)


def test_no_role_is_more_than_it_should_be(cluster: Cluster, database: str) -> None:
    with cluster.connect(Role.OWNER, database) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls,"
            " (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid)"
            " FROM pg_roles WHERE rolname LIKE 'jukinet%' ORDER BY 1"
        ).fetchall()
    assert rows == [(role.value, False, 0) for role in sorted(Role)]


@pytest.mark.core
@pytest.mark.parametrize("role", SERVING)
def test_a_serving_role_can_make_nothing_and_become_nobody(
    cluster: Cluster, database: str, role: Role
) -> None:
    forbidden = [
        "CREATE TABLE mine (number int)",
        "CREATE TEMPORARY TABLE mine (number int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        *(f"SET ROLE {other}" for other in Role if other is not role),
        "SET ROLE postgres",
        "SELECT rolpassword FROM pg_authid",
        "SELECT pg_read_file('PG_VERSION')",
        "SET log_error_verbosity = 'verbose'",
    ]
    with cluster.connect(role, database, autocommit=True) as connection:
        for statement in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize("elsewhere", ["postgres", "template1"])
def test_a_serving_role_connects_to_no_other_database(cluster: Cluster, role: Role, elsewhere: str) -> None:
    with pytest.raises(JukinetError, match="no right to connect") as caught:
        cluster.connect(role, elsewhere)
    assert caught.value.kind is ErrorKind.CONFIGURATION


@pytest.mark.skipif(not ROOT, reason="only root can act as another user")
def test_another_user_of_the_machine_does_not_reach_the_socket(cluster: Cluster) -> None:
    def reaches(user: str) -> bool:
        look = ["test", "-e", str(socket(cluster.socket_dir))]
        return subprocess.run(look, user=user, group="nogroup", extra_groups=[], check=False).returncode == 0

    assert reaches("jukinet")
    assert not reaches("nobody")


def test_the_role_of_a_wrong_password_is_told_which_file(own: Cluster) -> None:
    own.create_database("one")
    with own._superuser() as connection:
        connection.execute("ALTER ROLE jukinet_office PASSWORD 'changed by someone'")
    with pytest.raises(JukinetError) as caught:
        own.connect(Role.OFFICE, "one")
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert "does not accept the password of the role jukinet_office" in caught.value.message
    assert str(password_file(own.secrets_dir, Role.OFFICE)) in caught.value.message
    assert password_of(own, Role.OFFICE) not in caught.value.message
    own.ensure()
    own.connect(Role.OFFICE, "one").close()


def test_a_missing_password_is_told_and_made_anew(own: Cluster) -> None:
    own.create_database("one")
    path = password_file(own.secrets_dir, Role.PURGE)
    before = path.read_text()
    path.unlink()
    with pytest.raises(JukinetError, match="no usable password") as caught:
        own.connect(Role.PURGE, "one")
    assert caught.value.kind is ErrorKind.CONFIGURATION
    path.touch(mode=0o600)  # what an earlier run that was cut off would leave
    own.ensure()
    assert path.read_text() != before
    own.connect(Role.PURGE, "one").close()


def test_a_password_that_others_can_read_is_refused(own: Cluster) -> None:
    path = password_file(own.secrets_dir, Role.WORKER)
    path.chmod(0o640)
    with pytest.raises(JukinetError, match="can be read by others") as caught:
        own.ensure()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert str(path) in caught.value.message


def test_a_password_file_of_another_form_is_refused_without_its_text(own: Cluster) -> None:
    path = password_file(own.secrets_dir, Role.WORKER)
    for text in ("secretword", "*:*:*:jukinet_owner:secretword", "a\nsecretword", "秘密"):
        path.write_text(text)
        with pytest.raises(JukinetError, match="one line of the form") as caught:
            own.ensure()
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert "secretword" not in str(caught.value)
        assert "秘密" not in str(caught.value)


def test_a_role_that_was_given_more_or_dropped_is_put_right(own: Cluster) -> None:
    own.create_database("one")
    with own._superuser() as connection:
        connection.execute("ALTER ROLE jukinet_supply SUPERUSER")
        connection.execute("ALTER ROLE jukinet_network NOLOGIN")
        connection.execute("REVOKE CONNECT ON DATABASE one FROM jukinet_sequencer")
        connection.execute("DROP ROLE jukinet_sequencer")
    own.ensure()
    own.create_database("two")
    own.connect(Role.NETWORK, "two").close()
    own.connect(Role.SEQUENCER, "two").close()
    with own.connect(Role.SUPPLY, "two") as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (False,)


def test_a_server_of_another_user_behind_the_socket_is_refused(cluster: Cluster, database: str) -> None:
    dsn = make_conninfo(cluster.dsn(Role.OWNER, database), requirepeer="daemon")
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(dsn)
    assert "run by another user than daemon" in login_problem(caught.value, dsn).message


def test_what_is_wrong_with_a_connection_is_said(cluster: Cluster, database: str, tmp_path: Path) -> None:
    with pytest.raises(JukinetError, match="database nowhere does not exist") as caught:
        cluster.connect(Role.OWNER, "nowhere")
    assert caught.value.kind is ErrorKind.CONFIGURATION
    for dsn in (f"host={tmp_path} dbname=x user=y", "host=127.0.0.1 port=1 dbname=x user=y"):
        with pytest.raises(psycopg.OperationalError) as failed:
            psycopg.connect(dsn)
        problem = login_problem(failed.value, dsn)
        assert problem.kind is ErrorKind.UNAVAILABLE
        assert "no database server answers" in problem.message
    with cluster._superuser() as connection:
        connection.execute("ALTER ROLE jukinet_purge CONNECTION LIMIT 0")
        try:
            with pytest.raises(JukinetError, match="in use: try again") as caught:
                cluster.connect(Role.PURGE, database)
        finally:
            connection.execute("ALTER ROLE jukinet_purge CONNECTION LIMIT -1")
    assert caught.value.kind is ErrorKind.UNAVAILABLE
