"""What the supply door is compared with: pgbench runs the desk's own statement, one request each, prepared."""

from __future__ import annotations

import re
import resource
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.results import MeasurementError
from bench.supply_requests import MISSES, REFUSALS
from jukinet.audit.entries import leaf_head, leaf_pieces
from jukinet.audit.events import AuditEvent
from jukinet.store.sql import Queries

_RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_LITERAL = re.compile("'([^']*)'")


def script(people: int, on: str, actor: str, affair: str) -> str:
    """The transaction: a random person, asked for with all columns of the audit entry that the door writes."""
    at = datetime(2013, 7, 8, tzinfo=UTC)
    day = datetime.fromisoformat(on).date()
    head = leaf_head(at, day, AuditEvent.SUPPLIED)
    pieces = leaf_pieces(head, actor, "clerk-7 / 2013-0042", affair, "bench-00000001")
    moment = at.isoformat()
    asked = _object(
        place="0",
        actor=_text(actor),
        terminal="'clerk-7 / 2013-0042'",
        affair=f"'{affair}'",
        reference="'bench-00000001'",
        rules="ARRAY['Act Art. 30-7(3)', 'Act Appended Table 1, row 77', 'Affairs Ordinance Art. 1(94) no. 1',"
        " 'Act Art. 30-10(1)(iii)']",
        permitted=f":r::int > {int(100 * REFUSALS)}",
        code="bench_code(:n::bigint)",
        keys="ARRAY[0, 1]",
        ranks="ARRAY[1, 1]",
        salt="'\\x' || md5((:n::bigint)::text)",
        before_subject=f"'\\x{pieces.before_subject.hex()}'",
        before_rules=f"'\\x{pieces.before_rules.hex()}'",
    )
    # As many rows of counts as the door's connections would have touched by turns: no two clients share one.
    keys = ", ".join(
        _object(
            key_no=str(number),
            kind=f"'{kind}'",
            subject=f"'bench ' || :client_id::text || ' {kind}'",
            since=_text("2013-07-08T00:00:00Z"),
            added="1",
            most="1000000000",
            rule=f"'{rule}'",
        )
        for number, (kind, rule) in enumerate((("organ", "SL1"), ("operator", "SL2")))
    )
    values = {
        "asked": f"json_build_array({asked})",
        "keys": f"json_build_array({keys})",
        "at": f"{_text(moment)}::timestamptz",
        "today": f"{_text(moment)}::timestamptz",
        "on": f"'{on}'::date",
        "event": f"{_text(AuditEvent.SUPPLIED)}::text",
        "before_outcome": f"'\\x{head.hex()}'::bytea",
        "person_most": "1000000",
        "person_rule": "'SL3'",
    }
    statement = Queries("supply").answer
    statement = "\n".join(line.partition("--")[0] for line in statement.splitlines())
    statement = _LITERAL.sub(lambda found: _text(found[1]) if ":" in found[1] else found[0], statement)
    for name, value in values.items():
        statement = statement.replace(f"%({name})s", value)
    most = int(people / (1 - MISSES)) - 1
    return f"\\set n random(0, {most})\n\\set r random(1, 100)\n{statement};\n"


def _text(text: str) -> str:
    """A literal without a colon, after which pgbench would look for a variable of its own."""
    return "E'" + text.replace(":", "\\x3A") + "'"


def _object(**fields: str) -> str:
    return "json_build_object(" + ", ".join(f"'{name}', {value}" for name, value in fields.items()) + ")"


def rate(
    pgbench: Path, conninfo: str, text: str, clients: int, seconds: int, place: Path
) -> tuple[float, float]:
    """Transactions a second, after a warm-up, and what pgbench itself took of a core meanwhile."""
    file = place / "supply.sql"
    file.write_text(text, "utf-8")
    command = [str(pgbench), "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1"]
    for time in (max(2, seconds // 6), seconds):
        spent = _spent_by_children()
        ran = subprocess.run(  # noqa: S603
            [*command, f"--time={time}", f"--file={file}", conninfo],
            capture_output=True,
            check=False,
            text=True,
        )
    found = _RATE.search(ran.stdout)
    if ran.returncode or found is None:
        raise MeasurementError(f"pgbench could not run the statement: {ran.stderr.strip()[:600]}")
    return float(found[1]), (_spent_by_children() - spent) / seconds


def _spent_by_children() -> float:
    """Seconds of a core that programs took which this process ran to their end."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime
