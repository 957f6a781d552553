"""One clear sentence for a connection that PostgreSQL or libpq refused, on any server.

libpq tells the reason of a failed connection only as text, so it is recognised by its words, which
hold no data. What is not recognised is shown as it is.
"""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jukinet.domain.errors import ErrorKind, JukinetError

_WAIT = ErrorKind.UNAVAILABLE
_CHANGE = ErrorKind.CONFIGURATION

_NAMED = ("user", "dbname", "host", "passfile", "requirepeer")
_BUSY = "all connections of the database server are in use: try again, or raise max_connections."
_SILENT = "no database server answers at {host}: start it."

_SENTENCES: tuple[tuple[str, ErrorKind, str], ...] = (
    (
        "password authentication failed",
        _CHANGE,
        (
            "the database server does not accept the password of the role {user}: put the right one into "
            "{passfile}. For the built-in server: remove that file and start the server again, which makes a "
            "new password."
        ),
    ),
    (
        "no password supplied",
        _CHANGE,
        (
            "no usable password is there for the role {user}: {passfile} must have mode 0600 and belong "
            "to the user of this process."
        ),
    ),
    (
        "requirepeer",
        _CHANGE,
        "the server behind the socket in {host} is run by another user than {requirepeer}: end that server.",
    ),
    (
        "peer authentication failed",
        _CHANGE,
        "the user of this process may not be the role {user}: run as the user who started the server.",
    ),
    (
        "pg_hba.conf",
        _CHANGE,
        "the database server does not admit the role {user} to {dbname}: add it to pg_hba.conf.",
    ),
    (
        "permission denied for database",
        _CHANGE,
        "the role {user} has no right to connect to {dbname}: grant it.",
    ),
    (
        "not currently accepting connections",
        _CHANGE,
        "{dbname} is sealed as a template: make a database from it and connect to that.",
    ),
    ("too many clients", _WAIT, _BUSY),
    ("too many connections", _WAIT, _BUSY),
    ("connection slots", _WAIT, _BUSY),
    (
        "the database system is",
        _WAIT,
        "the database server is starting, stopping or recovering: try again shortly.",
    ),
    ("no such file", _WAIT, _SILENT),
    ("connection refused", _WAIT, _SILENT),
)


def login_problem(error: psycopg.OperationalError, conninfo: str) -> JukinetError:
    """The sentence for a connection that could not be made; ``conninfo`` as it was given to psycopg."""
    told = str(error).strip()
    given = conninfo_to_dict(conninfo)
    names = {
        key: given.get(key) or f"(no {key} given)"
        for key in ("user", "dbname", "host", "passfile", "requirepeer")
    }
    for words, kind, sentence in _SENTENCES:
        if words in told.lower():
            return JukinetError(kind, "Cannot connect: " + sentence.format(**names))
    if "does not exist" in told:
        missing = "role {user}" if "role " in told else "database {dbname}"
        return JukinetError(
            _CHANGE, f"Cannot connect: the {missing.format(**names)} does not exist on the server."
        )
    last = told.splitlines()[-1] if told else "no reason was given"
    return JukinetError(_WAIT, f"Cannot connect to the database {names['dbname']}: {last}")
