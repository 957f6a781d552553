"""What is mistyped is told as such before any node is opened."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.cli import network, office
from jukinet.domain.code import ResidentRecordCode
from jukinet.services.context import Context


def never(config: Path | None) -> AbstractContextManager[Context]:
    raise AssertionError("a node was opened")


def designate() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    office.add_designate(app, never)
    return app


@pytest.mark.parametrize(
    ("app", "words"),
    [
        (office.make_audit_app(never), ("list",)),
        (office.make_audit_app(never), ("list", "--as", "sato", "--event", "node:process:begun")),
        (office.make_audit_app(never), ("list", "--as", "sato", "--most", "0")),
        (office.make_clock_app(never), ("pin", "2013-02-30", "--as", "sato")),
        (office.make_clock_app(never), ("pin", "8 July 2013", "--as", "sato")),
        (office.make_operator_app(never), ("enrol", "tanaka", "--name", "田中", "--as", "sato")),
        (
            office.make_operator_app(never),
            ("enrol", "tanaka", "--name", "田中", "--as", "sato", "--may", "everything"),
        ),
        (
            office.make_operator_app(never),
            (
                *("enrol", "tanaka", "--name", "田中", "--as", "sato", "--may", "register:resident:read"),
                *("--from", "tomorrow"),
            ),
        ),
        (network.make_app(never), ("close", "three", "--as", "sato")),
        (designate(), ("designate", "132153", "10", "--as", "sato")),
        (designate(), ("designate", "132152", "0", "--as", "sato")),
        (designate(), ("reserve", "48", "10", "--as", "sato")),
        (designate(), ("reserve", "13", "0", "--as", "sato")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistyped_commands_open_nothing(app: typer.Typer, words: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(app, words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr != ""


def entry(**changes: Any) -> AuditEntry:
    fields = {
        "at": datetime(2013, 7, 8, 1, 2, 3, tzinfo=UTC),
        "business_on": date(2013, 7, 8),
        "event": AuditEvent.HOUSEHOLDER_LEFT_ALONE,
        "outcome": Outcome.DONE,
        "actor": "operator:sato",
    }
    return AuditEntry(**{**fields, **changes})


def test_an_entry_is_read_at_80_columns_with_whom_and_what_it_is_about(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = ResidentRecordCode("24727059608")
    supplied = {"event": AuditEvent.SUPPLIED, "actor": "urn:jukinet:organ:japan-pension-service"}
    office._print_entries(
        [
            (100_002, entry(resident_no="00000000019", subject_code=code, rules=("register:x:y",))),
            (
                100_001,
                entry(
                    **supplied,
                    outcome=Outcome.REFUSED,
                    subject_code=code,
                    affair="t1-77-1",
                    terminal="suzuki / 2013-000123",
                    reference="ab" * 16,
                    rules=("S1 Act Art. 30-7(3)", "S3 Act Art. 30-7(3), Appended Table 1"),
                ),
            ),
            (100_000, entry(event=AuditEvent.NODE_STARTED, actor="system", reference="worker")),
        ]
    )
    shown = capsys.readouterr().out
    assert "24727059608" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    lines = shown.splitlines()
    assert lines[1:3] == [
        "100002 07-08 01:02:03 register:household:left-alone done    sato",
        "    resident 00000000019, with a code",
    ]
    assert " ".join(" ".join(lines[3:-2]).split()) == (
        "100001 07-08 01:02:03 supply:query:answered refused organ:japan-pension-service"
        " with a code, affair t1-77-1, from suzuki / 2013-000123,"
        " rules S1 Act Art. 30-7(3); S3 Act Art. 30-7(3), Appended Table 1"
    )
    assert lines[-2].endswith("node:process:started          done    system")
    assert lines[-1] == "    reference worker"
