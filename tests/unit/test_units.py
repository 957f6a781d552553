"""Holds the shipped systemd units to the program: systemd understands them, and they run commands that are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from tests.unit.test_docs import ROOT

from jukinet.__main__ import app
from jukinet.node.processes import Part

UNITS = ROOT / "ops/systemd"
PROGRAM = "/opt/jukinet/.venv/bin/jukinet"
MOST_EXPOSED = 20
"""In tenths, as ``systemd-analyze security`` counts: 0 is shut off from everything, 100 from nothing."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


def settings(text: str) -> dict[str, list[str]]:
    """The values of each setting, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^([A-Za-z]+)=(.*)$", text, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def commands() -> Iterator[list[str]]:
    """What the units run, an instance for each part."""
    for unit in UNITS.glob("*.service"):
        (line,) = settings(unit.read_text("utf-8"))["ExecStart"]
        for part in Part if "%i" in line else ("",):
            yield line.replace("%i", part).split()


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_a_unit_runs_a_command_that_is_there(words: list[str]) -> None:
    program, *rest = words
    assert program == PROGRAM
    rest = [word.replace("$", "") for word in rest]
    command = typer.main.get_command(app)
    with command.make_context("jukinet", list(rest)) as top:
        while hasattr(command, "get_command"):
            command = command.get_command(top, rest.pop(0))
        assert command.make_context("it", rest).params["config"] == Path("{JUKINET_CONFIG}")


def test_a_process_tells_itself_when_it_is_ready_and_is_started_again() -> None:
    told = settings((UNITS / "jukinet@.service").read_text("utf-8"))
    assert (told["Type"], told["NotifyAccess"], told["Restart"]) == (["notify"], ["main"], ["on-failure"])
    assert "postgresql.service" in told["After"][0]
    assert told["WantedBy"] == told["PartOf"] == ["jukinet.target"]
    assert int(told["TimeoutStopSec"][0]) > 20, "longer than a door gives what it is answering"


@needs_systemd
def test_systemd_understands_every_unit_and_finds_it_shut_off(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        text = unit.read_text("utf-8").replace(PROGRAM, sys.executable)
        for name in (
            [unit.name.replace("@", f"@{part}") for part in Part] if "@" in unit.name else [unit.name]
        ):
            (tmp_path / name).write_text(text, "utf-8")
    found = sorted(str(path) for path in tmp_path.iterdir())
    assert len(found) == len(Part) + 5
    verified = subprocess.run(
        ["systemd-analyze", "verify", *found], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    for path in found:
        if path.endswith(".service"):
            looked = subprocess.run(
                ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", path],
                capture_output=True,
                text=True,
                check=False,
            )
            assert looked.returncode == 0, looked.stdout


@needs_systemd
def test_a_setting_that_systemd_does_not_know_is_found(tmp_path: Path) -> None:
    text = (UNITS / "jukinet@.service").read_text("utf-8").replace(PROGRAM, sys.executable)
    file = tmp_path / "jukinet@worker.service"
    file.write_text(text.replace("ProtectSystem=strict", "ProtectSystems=strict"), "utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False
    )
    assert "ProtectSystems" in verified.stderr
