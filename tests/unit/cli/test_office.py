"""What is mistyped is told as such before any node is opened."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from jukinet.cli import office
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
        (office.make_network_app(never), ("close-parked", "three", "--as", "sato")),
        (designate(), ("designate", "132153", "10", "--as", "sato")),
        (designate(), ("designate", "132152", "0", "--as", "sato")),
    ],
    ids=str,
)
def test_mistyped_commands_open_nothing(app: typer.Typer, words: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(app, words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr != ""
