"""What ``jukinet register`` makes of what is typed, before any node is opened."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.unit.cli import commands
from typer.main import get_command

from jukinet.cli import register
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import StatedDays
from jukinet.services import register_acts
from jukinet.services.context import Context
from jukinet.testing.people import make_person


@contextmanager
def unreachable(config: Path | None) -> Iterator[Context]:
    """A node whose database is down: what is wrong with a filing is told all the same."""
    raise JukinetError(ErrorKind.UNAVAILABLE, "The database is down.")
    yield


COMMAND = get_command(register.make_app(unreachable))
NOT_RECORDED = " (This attempt could not be recorded: The database is down.)"


def run(*words: str, text: str = "") -> tuple[int, str]:
    return commands.run(COMMAND, *words, text=text)


@case("spec 2.3.2")
@pytest.mark.parametrize("act", [act.name for act in register_acts.ACTS])
def test_every_act_wants_an_operator_and_a_whole_filing(act: str) -> None:
    assert run(act, "-", text="{}")[0] == 2
    code, told = run(act, "-", "--as", "sato", text="{}")
    assert code == 1
    assert told.count("is missing") >= 1
    assert NOT_RECORDED in told
    code, told = run(act, "-", "--as", "sato", text='{"漏洩": 1}')
    assert code == 1
    assert "漏洩" not in told
    assert run(act, "/nowhere.json", "--as", "sato") == (
        1,
        "/nowhere.json cannot be read (No such file or directory).\n",
    )


def test_a_filing_from_a_file_is_read_as_strictly(tmp_path: Path) -> None:
    file = tmp_path / "filing.json"
    file.write_text(json.dumps({"resident_no": "1", "died_on": "2013-06-31", "filed_on": 5}))
    code, told = run("death", str(file), "--as", "sato")
    assert code == 1
    assert {line.split(":")[0].strip() for line in told.splitlines()[1:]} == {
        "resident_no",
        "died_on",
        "filed_on",
    }


@pytest.mark.parametrize("typed", ["", "12345", "24727059609", "漏洩", "2472705960８"])
def test_who_is_neither_a_number_nor_a_code_is_not_looked_for(typed: str) -> None:
    code, told = run("show", "--as", "sato", text=f"{typed}\n")
    neither = "This is neither a resident number nor a Resident Record code."
    assert (code, told) == (1, f"{neither}{NOT_RECORDED}\n")


def test_what_is_typed_at_a_terminal_is_not_shown() -> None:
    script = "from jukinet.cli.common import read_secret; print('length', len(read_secret('Code')))"
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        try:
            deadline = time.monotonic() + 60
            # What is typed before the echo is off is thrown away: wait for that, as a person does for the prompt.
            while termios.tcgetattr(theirs)[3] & termios.ECHO:
                assert process.poll() is None
                assert time.monotonic() < deadline
            os.write(ours, b"24727059608\n")
            assert process.wait(60) == 0
            shown = os.read(ours, 65536)
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)
    assert b"Code" in shown
    assert b"length 11" in shown
    assert b"24727059608" not in shown


@case("spec 1.1.8")
def test_a_record_is_shown_with_its_days_as_stated(capsys: pytest.CaptureFixture[str]) -> None:
    person = make_person(seed=3, stated=StatedDays(address_since=PartialDate("1980-XX-XX")))
    assert register._plain_record(person)["stated"] == {"address_since": "1980-XX-XX"}
    register._print_stated(person)
    assert capsys.readouterr().out == "address_since     昭和55年 月日不詳\n"
