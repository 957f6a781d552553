"""What is handed to the machine's printers, and that a paper which was not taken is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conformance.cases import case

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node import printers


def fake_lp(directory: Path, code: int = 0) -> str:
    """A command that keeps its words and what it was given."""
    command = directory / "lp"
    command.write_text(f'#!/bin/sh\necho "$@" > {directory}/words\ncat > {directory}/given\nexit {code}\n')
    command.chmod(0o700)
    return str(command)


@case("spec 10.7")
def test_a_paper_goes_to_the_printer_and_the_tray_that_are_named(tmp_path: Path) -> None:
    printers.send(b"%PDF", "printer-7", "Tray2", command=fake_lp(tmp_path))
    assert (tmp_path / "words").read_text() == "-d printer-7 -o InputSlot=Tray2 -t jukinet\n"
    assert (tmp_path / "given").read_bytes() == b"%PDF"
    printers.send(b"%PDF", "printer-7", command=fake_lp(tmp_path))
    assert (tmp_path / "words").read_text() == "-d printer-7 -t jukinet\n"


@pytest.mark.parametrize("broken", ["refuses", "is not there"])
def test_a_paper_that_no_printer_took_is_told(tmp_path: Path, broken: str) -> None:
    command = fake_lp(tmp_path, 1) if broken == "refuses" else str(tmp_path / "lp")
    with pytest.raises(JukinetError) as raised:
        printers.send(b"%PDF", "printer-7", command=command)
    assert raised.value.kind is ErrorKind.UNAVAILABLE
