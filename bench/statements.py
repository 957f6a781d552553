"""The statements of an act, captured from the server's log and made into a script for pgbench.

The server logs what it executes for one role in one database, values included: only ever on a throwaway server, for
people that do not exist. The script prepares each text once and executes it with the values of the log, since that is
how the program speaks to the server.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from jukinet.node.postgres import Cluster, Role

_RECORD = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ UTC \[\d+\] ([A-Z]+):  ", re.MULTILINE)
_EXECUTED = re.compile(r"(?:statement|execute [^:]+): (.*)", re.DOTALL)
_VALUE = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
_LATENCY = re.compile(r"^\s+(\d+\.\d+)\s+\d+\s+\S")
_SETTINGS = {
    "log_statement": "all",
    "log_parameter_max_length": "-1",
    # Terse, as every other server here is, leaves out the values.
    "log_error_verbosity": "default",
}


class CaptureError(Exception):
    """The log or the report of pgbench does not have the form that is read here."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and its values as literals of SQL, by the number of the parameter."""

    text: str
    values: tuple[str, ...] = ()


def log_statements(cluster: Cluster, role: Role, database: str) -> int:
    """Have the server log what new sessions of a role execute in a database; returns where the log ends now."""
    with cluster._superuser() as connection:  # noqa: SLF001 - what only a bench may ask of a server
        for name, value in _SETTINGS.items():
            command = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}")
            connection.execute(
                command.format(
                    sql.Identifier(role), sql.Identifier(database), sql.Identifier(name), sql.Literal(value)
                )
            )
    return cluster.log.stat().st_size


def end_of_log(cluster: Cluster) -> int:
    return cluster.log.stat().st_size


def captured(log: Path, start: int, end: int) -> list[Statement]:
    """What the log says was executed between two of its ends, in order."""
    with log.open("rb") as file:
        file.seek(start)
        return read_log(file.read(end - start).decode("utf-8"))


def read_log(text: str) -> list[Statement]:
    """The statements of a part of a log that begins with a whole record."""
    found: list[Statement] = []
    for kind, message in _records(text):
        if kind == "LOG" and (executed := _EXECUTED.fullmatch(message)):
            found.append(Statement(executed[1]))
        elif kind == "DETAIL" and message.lower().startswith("parameters: "):
            if not found or found[-1].values:
                raise CaptureError("values without a statement")
            found[-1] = Statement(found[-1].text, _values(message.partition(": ")[2]))
    return found


def _records(text: str) -> Iterator[tuple[str, str]]:
    marks = list(_RECORD.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        # A message of several lines goes on after a tab.
        yield mark[1], text[mark.end() : end].removesuffix("\n").replace("\n\t", "\n")


def _values(told: str) -> tuple[str, ...]:
    values = _VALUE.findall(told)
    written = ", ".join(f"${number} = {value}" for number, value in values)
    if written != told or [int(number) for number, _ in values] != list(range(1, len(values) + 1)):
        raise CaptureError("the values of a statement cannot be read")
    return tuple(value for _, value in values)


def script(statements: list[Statement]) -> list[str]:
    """The commands for pgbench: each text with values is prepared where it first comes."""
    prepared: dict[str, str] = {}
    commands = []
    for one in statements:
        if not one.values:
            commands.append(one.text)
            continue
        if one.text not in prepared:
            prepared[one.text] = f"s{len(prepared)}"
            commands.append(f"PREPARE {prepared[one.text]} AS {one.text}")
        commands.append(f"EXECUTE {prepared[one.text]} ({', '.join(one.values)})")
    # A comment may end a statement: the semicolon stands on a line of its own then.
    return [f"{command}\n;" if "--" in command else f"{command.rstrip(';')};" for command in commands]


def replay(conninfo: str, pgbench: Path, warm: list[Statement], timed: list[Statement], place: Path) -> float:
    """Milliseconds that the timed statements take one client, after the others; preparing is not counted.

    ``CaptureError`` where the server refuses one: the database must stand as it did when they were captured.
    """
    commands = script(warm + timed)
    counted = len(script(timed)) - sum(one.startswith("PREPARE ") for one in script(timed))
    file = place / "statements.sql"
    file.write_text("\n".join(commands) + "\n", "utf-8")
    command = [str(pgbench), "--no-vacuum", "--client=1", "--transactions=1", "--protocol=simple"]
    command += ["--report-per-command", f"--file={file}", conninfo]
    # pgbench cuts the statements that it shows in the middle of a letter.
    ran = subprocess.run(command, capture_output=True, check=False, text=True, errors="replace")  # noqa: S603
    file.unlink()
    if ran.returncode or "number of transactions actually processed: 1/1" not in ran.stdout:
        raise CaptureError(f"pgbench could not replay the statements: {ran.stderr.strip()[-400:]}")
    latencies = [line for line in ran.stdout.splitlines() if _LATENCY.match(line)]
    if len(latencies) != len(commands):
        raise CaptureError(f"pgbench told {len(latencies)} latencies of {len(commands)} commands")
    told = [
        float(line.split()[0])
        for line, sent in zip(latencies, commands, strict=True)
        if not sent.startswith("PREPARE ")
    ]
    return sum(told[-counted:])
