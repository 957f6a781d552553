"""The database roles of a cluster, their passwords, and the words for a log-in that failed.

Roles stand once per cluster, so nodes on one cluster share them: grants separate processes, not
nodes. On a laptop every process is one user's, who can read every password file: there the roles
show what a process needs, and are no boundary.

A password stands in one file per role, in libpq's own password-file form (``*:*:*:role:password``).
The connection text names the file (``passfile``), so it holds no secret: it may be printed, given as
an argument, or kept in a configuration. libpq reads the file anew at every connection, and only if
nobody but its owner may read it. The environment variable PGPASSWORD would override it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from jukinet.node.postgres_account import Account, configuration, own_name


class Role(StrEnum):
    """A database role; its text is its name in every cluster."""

    OWNER = "jukinet_owner"
    """Migrations only. Owns the databases; by peer authentication, no password."""
    NETWORK = "jukinet_network"
    SUPPLY = "jukinet_supply"
    OFFICE = "jukinet_office"
    WORKER = "jukinet_worker"
    SEQUENCER = "jukinet_sequencer"
    PURGE = "jukinet_purge"


SERVING = tuple(role for role in Role if role is not Role.OWNER)
"""The roles that log in by password (scram)."""

SUPERUSER = "postgres"
"""Makes databases and roles, for the supervisor alone; by peer authentication."""

_MAP = "jukinet"
_PLAIN: LiteralString = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"


def access_rules() -> str:
    """``pg_hba.conf``: the superuser and the owner by peer, the serving roles by scram, nobody else."""
    serving = ",".join(SERVING)
    return (
        f"local all {SUPERUSER},{Role.OWNER} peer map={_MAP}\n"
        f"local all {serving} scram-sha-256\n"
        "local all all reject\n"
    )


def user_map(account: Account) -> str:
    """``pg_ident.conf``: which operating-system users may be superuser and owner."""
    users = sorted({own_name(), account.name})
    return "".join(f'{_MAP} "{user}" {role}\n' for user in users for role in (SUPERUSER, Role.OWNER))


def password_file(secrets_dir: Path, role: Role) -> Path:
    return secrets_dir / f"db-{role}.password"


def ensure_password_files(secrets_dir: Path) -> None:
    """Make the password file of each serving role where it is missing or was left half-written."""
    if not secrets_dir.is_dir():
        secrets_dir.mkdir(mode=0o700)
        secrets_dir.chmod(0o700)
    for role in SERVING:
        path = password_file(secrets_dir, role)
        if not path.exists() or not path.stat().st_size:
            _write_private(path, f"*:*:*:{role}:{secrets.token_urlsafe(32)}\n")
        elif path.stat().st_mode & 0o077:
            raise configuration(
                f"{path} can be read by others: remove it; jukinet node start-database makes a new one."
            )


def _write_private(path: Path, text: str) -> None:
    handle, partial = tempfile.mkstemp(prefix=".new-", dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(partial).rename(path)


def read_password(path: Path, role: Role) -> str:
    """The password in a role's file. Raises ``JukinetError`` (CONFIGURATION) if it is not in its form."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    start = f"*:*:*:{role}:"
    if len(lines) != 1 or not lines[0].startswith(start) or not lines[0][len(start) :].isascii():
        raise configuration(
            f"{path} must be one line of the form {start}PASSWORD: correct it, or remove it, and the next "
            "start makes a new password."
        )
    return lines[0][len(start) :]


def ensure_roles(connection: psycopg.Connection[Any], secrets_dir: Path) -> None:
    """Make each role that is missing and put right what differs: attributes, and the password by its file.

    The file is the truth. The password itself is never sent, only what scram stores of it. The
    databases that initdb made are closed to everybody but the superuser.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        _close_other_databases(cursor)
        cursor.execute(
            "SELECT rolname, rolpassword, rolcanlogin AND NOT (rolsuper OR rolcreatedb OR rolcreaterole"
            " OR rolreplication OR rolbypassrls) FROM pg_authid WHERE rolname = ANY(%s)",
            [list(Role)],
        )
        held = {name: (stored, plain) for name, stored, plain in cursor.fetchall()}
        for role in Role:
            name = sql.Identifier(role)
            stored, plain = held.get(role, (None, False))
            if role not in held:
                cursor.execute(sql.SQL("CREATE ROLE {}").format(name))
            if not plain:
                cursor.execute(sql.SQL(f"ALTER ROLE {{}} {_PLAIN}").format(name))
            if role in SERVING:
                password = read_password(password_file(secrets_dir, role), role)
                if stored is None or not _is_password(stored, password):
                    kept = connection.pgconn.encrypt_password(
                        password.encode(), role.encode(), b"scram-sha-256"
                    )
                    cursor.execute(
                        sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(kept.decode()))
                    )


def _close_other_databases(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute(
        "SELECT datname FROM pg_database WHERE datname IN ('postgres', 'template1')"
        " AND has_database_privilege('public', datname, 'CONNECT')"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def _is_password(stored: str, password: str) -> bool:
    """Whether a stored scram verifier (RFC 5803 form) is of this password."""
    try:
        _, rounds_salt, keys = stored.split("$")
        rounds, salt = rounds_salt.split(":")
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    except ValueError:
        return False
    client = hmac.digest(salted, b"Client Key", "sha256")
    return hmac.compare_digest(base64.b64encode(hashlib.sha256(client).digest()).decode(), keys.split(":")[0])
