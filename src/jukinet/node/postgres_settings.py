"""The server settings that protect people and data: written for our own server, checked on any.

``REQUIRED`` is the one table for both. PostgreSQL repeats rows and parameters in what it logs about
an error; these settings keep them out. ``check_settings`` reads what is in force for the session it
is given, so call it over a connection of the role that will do the work: settings can differ by role.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.node.postgres_engine import OLDEST
from jukinet.node.postgres_process import PORT


@dataclass(frozen=True, slots=True)
class Required:
    """A setting, the values that are right (ours first), and what a wrong one would do."""

    name: str
    right: tuple[str, ...]
    otherwise: str


_STATEMENTS = "statements with personal values would reach the log"

REQUIRED: tuple[Required, ...] = (
    Required("log_error_verbosity", ("terse",), "details of errors, which repeat rows, would reach the log"),
    Required("log_min_error_statement", ("panic",), _STATEMENTS),
    Required(
        "log_parameter_max_length_on_error", ("0",), "parameters of failed statements would reach the log"
    ),
    # The first line of an error quotes values too: invalid input syntax for type date: "...".
    # The caller is told all errors in any case; the log keeps LOG, FATAL and PANIC.
    Required("log_min_messages", ("log", "fatal", "panic"), "errors that quote values would reach the log"),
    Required("log_statement", ("none",), _STATEMENTS),
    Required("log_min_duration_statement", ("-1",), _STATEMENTS),
    Required("log_min_duration_sample", ("-1",), _STATEMENTS),
    Required("log_transaction_sample_rate", ("0",), _STATEMENTS),
    Required("debug_print_parse", ("off",), _STATEMENTS),
    Required("debug_print_rewritten", ("off",), _STATEMENTS),
    Required("debug_print_plan", ("off",), _STATEMENTS),
    Required("fsync", ("on",), "a power cut would destroy data"),
    Required("full_page_writes", ("on",), "a power cut would destroy data"),
    Required(
        "synchronous_commit",
        ("on", "local", "remote_write", "remote_apply"),
        "acknowledged changes would be lost in a crash",
    ),
)

_LAPTOP: dict[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "effective_cache_size": "2GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_compression": "on",
    "min_wal_size": "80MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # A cluster may hold a schema for every node of the country: one transaction then locks many tables.
    "max_locks_per_transaction": "256",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "datestyle": "iso, ymd",
    "lc_messages": "C",
    "client_encoding": "UTF8",
}


_LEAST_BUFFERS, _MOST_BUFFERS = 128, 512
"""Megabytes. What the searches of half a million residents read fits into the most; a laptop can spare the least."""


def buffers(memory: int) -> int:
    """Megabytes of shared buffers where there are so many bytes of memory: an eighth, within the two bounds."""
    return min(max(memory // 2**20 // 8, _LEAST_BUFFERS), _MOST_BUFFERS)


def memory_here(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Bytes of the machine's memory, or what a container may use of it where that is less."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):  # no such file, or "max" in it
        return min(whole, int(limit.read_text()))
    return whole


def server_configuration(socket_dir: str) -> str:
    """The settings file of our own server. Names and values that PostgreSQL 15 knows already."""
    settings = _LAPTOP | {item.name: item.right[0] for item in REQUIRED}
    settings["shared_buffers"] = f"{buffers(memory_here())}MB"
    settings["unix_socket_directories"] = f'"{socket_dir}"'
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    return "\n".join(["# Written anew at every start; ALTER SYSTEM overrides it.", *lines, ""])


def check_settings(connection: psycopg.Connection[Any]) -> tuple[Fault, ...]:
    """Every setting in force on this connection that is wrong for residents' data; empty when all is well."""
    names = [item.name for item in REQUIRED] + ["server_encoding", "server_version_num"]
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [names])
        found: dict[str, str] = dict(cursor.fetchall())
    faults = [
        Fault(item.name, f"must be {' or '.join(item.right)}: {item.otherwise}")
        for item in REQUIRED
        if found.get(item.name) not in item.right
    ]
    if found.get("server_encoding") != "UTF8":
        faults.append(Fault("server_encoding", "must be UTF8: make the database with ENCODING 'UTF8'"))
    if int(found.get("server_version_num", "0")) < OLDEST * 10_000:
        faults.append(Fault("server_version", f"must be {OLDEST} or later"))
    return tuple(faults)


def require_settings(connection: psycopg.Connection[Any]) -> None:
    """Raise ``JukinetError`` (CONFIGURATION) with every wrong setting."""
    faults = check_settings(connection)
    if faults:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "The database server is not set up for residents' data: change these settings and reload it.",
            faults,
        )
