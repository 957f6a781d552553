"""``jukinet register intake`` and ``export``: what is told, which file is written, and what it ends with."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.intaking import EXPORTED, TAKEN, town
from tests.unit.services import registers
from typer.testing import CliRunner

from jukinet.cli import common, register, register_files
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.services.context import Context
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI

ROWS = town(30)
GOOD = registers.file_of(ROWS)
SECRET = "秘匿"


def bad(count: int) -> bytes:
    cells = [registers.cells_of(row) for row in ROWS]
    return registers.typed(*(one | {"sex": SECRET} if at < count else one for at, one in enumerate(cells)))


def run(federation: Federation, *words: Any, data: bytes = b"") -> tuple[int, str, str]:
    app = register.make_app(lambda _: nullcontext(federation.context(KUNITACHI)))
    ran = CliRunner().invoke(app, [*map(str, words), "--as", "sato"], input=data)
    assert not ran.exception or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


def test_a_register_is_checked_taken_in_and_exported(federation: Federation, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(GOOD)
    code, told, _ = run(federation, "intake", file, "--check-only")
    assert (code, told.split(".")[0]) == (0, "Checked: 30 records")
    assert counter.known_numbers(federation, KUNITACHI) == []
    code, told, _ = run(federation, "intake", file, "--known-to-network", "--json")
    done = json.loads(told)
    assert (code, done["records"], done["taken_in"], done["findings"]) == (0, 30, True, [])
    out = tmp_path / "again.csv"
    code, told, _ = run(federation, "export", out)
    assert (code, told) == (0, f"Written: 30 records. SHA-256 {done['sha256']}\n")
    assert out.read_bytes() == GOOD
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["again.csv", "register.csv"]
    assert [one["reference"] for one in counter.audit(federation, KUNITACHI, EXPORTED)] == [done["sha256"]]


def test_standard_input_is_read_too(federation: Federation) -> None:
    code, told, _ = run(federation, "intake", "-", "--known-to-network", data=GOOD)
    assert code == 0
    assert told.startswith("Taken in: 30 records.")
    uncoded = sum(row.record.code is None and not row.record.foreign for row in ROWS)
    assert uncoded
    assert f"\n{uncoded} Japanese residents have no code.\n" in told


def test_every_fault_stands_in_the_report_and_the_first_on_the_screen(
    standing: Federation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_files, "_SHOWN", 2)
    report = tmp_path / "report.csv"
    words = ("intake", "-", "--known-to-network", "--report", report)
    code, told, complaint = run(standing, *words, data=bad(5))
    assert code == common.REFUSED
    shown = "line {}  fault  sex: must be one of male, female, unknown"
    assert told.splitlines() == [
        shown.format(2),
        shown.format(3),
        "... and 3 more; --report FILE has all.",
        "Faults: 5. Alerts: 0.",
    ]
    assert "policy IN2" in complaint
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["line"] for row in rows] == ["2", "3", "4", "5", "6"]
    assert rows[0] == {
        "line": "2",
        "kind": "fault",
        "field": "sex",
        "problem": "must be one of male, female, unknown",
        "rule": "",
    }
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert SECRET not in told + complaint + report.read_text("utf-8")
    code, told, _ = run(standing, *words, "--json", data=bad(5))
    document = json.loads(told)
    assert (code, document["faults"], document["findings_left_out"]) == (common.REFUSED, 5, 3)
    assert [rule["rule"] for rule in document["refused"]] == ["IN2"]
    assert len(counter.audit(standing, KUNITACHI, TAKEN)) == 2


def test_alerts_are_told_and_pass_with_confirm(federation: Federation) -> None:
    row = registers.one(relationship="妻")
    data = registers.file_of([row])
    code, told, complaint = run(federation, "intake", "-", "--known-to-network", data=data)
    assert code == common.REFUSED
    assert told.startswith("line 2  alert  household_no: ")
    assert "policy IN3" in complaint
    code, told, _ = run(federation, "intake", "-", "--known-to-network", "--confirm", data=data)
    assert code == 0
    assert "Taken in: 1 records." in told


def test_a_file_that_is_not_there_and_a_report_that_cannot_be_written(
    standing: Federation, tmp_path: Path
) -> None:
    code, _, complaint = run(standing, "intake", tmp_path / "none.csv")
    assert (code, "No such file" in complaint) == (common.FAILED, True)
    assert run(standing, "intake", "-", "--report", tmp_path / "no" / "report.csv", data=GOOD)[0] == 2
    assert run(standing, "export", tmp_path / "no" / "register.csv")[0] == 2
    assert run(standing, "export", tmp_path)[0] == 2


@case("spec 9.1")
def test_an_export_that_is_refused_or_fails_leaves_the_file_that_was_there(
    standing: Federation, tmp_path: Path
) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(b"before")
    app = register.make_app(lambda _: nullcontext(standing.context(KUNITACHI)))
    ran = CliRunner().invoke(app, ["export", str(file), "--as", "nobody"])
    assert ran.exit_code == common.REFUSED

    @contextmanager
    def breaking(_: Path | None) -> Iterator[Context]:
        ctx = standing.context(KUNITACHI)
        yield replace(ctx, clock=counter.CrashingClock(1))

    ran = CliRunner().invoke(register.make_app(breaking), ["export", str(file), "--as", "sato"])
    assert isinstance(ran.exception, SystemError)

    @contextmanager
    def failing(_: Path | None) -> Iterator[Context]:
        raise JukinetError(ErrorKind.UNAVAILABLE, "The database does not answer.")
        yield

    ran = CliRunner().invoke(register.make_app(failing), ["export", str(file), "--as", "sato"])
    assert ran.exit_code == common.FAILED
    assert file.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["register.csv"]
