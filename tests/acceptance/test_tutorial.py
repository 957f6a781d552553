"""The tutorial works to the letter: every file is written and every command run as the page shows it.

A ``console`` block is commands and what they print; ``…`` stands for anything. A file stands in a block of its
own, below the last path that the text names in backquotes.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/tutorial/first-network.md"
HOW_TO = ROOT / "docs/how-to/connect-a-towns-own-system.md"

BLOCK = re.compile(r"(?P<before>.*?)^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`([\w./-]+\.(?:toml|json))`")
AGAIN = "<!-- ask again -->"
PATIENCE_SECONDS = 60
MARK = "end of command"


@dataclass
class Step:
    """A file to write, or a command and the lines that it prints; ``again``: until it does."""

    file: str | None = None
    text: str = ""
    command: str = ""
    expected: list[str] = field(default_factory=list)
    again: bool = False


def steps(page: str) -> Iterator[Step]:
    for block in BLOCK.finditer(page):
        if block["kind"] in {"toml", "json"}:
            yield Step(file=FILE.findall(block["before"])[-1], text=block["text"])
        elif block["kind"] == "console":
            again = AGAIN in block["before"].splitlines()[-1]
            for part in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
                command, *expected = part.rstrip("\n").split("\n")
                yield Step(command=command, expected=expected, again=again)


def fits(expected: list[str], printed: list[str]) -> bool:
    """Whether lines are as the page shows them; ends of lines and ``…`` are free."""
    if len(expected) != len(printed):
        return False
    patterns = (".*".join(re.escape(part) for part in line.rstrip().split("…")) for line in expected)
    return all(re.fullmatch(pattern, line.rstrip()) for pattern, line in zip(patterns, printed, strict=True))


class Shell:
    """One shell, as a reader's: its variables and background jobs live from command to command."""

    def __init__(self, directory: Path) -> None:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._shell = subprocess.Popen(
            ["bash", "--norc"],
            cwd=directory,
            env={"PATH": path, "HOME": str(directory), "LANG": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str) -> list[str]:
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{command}\necho '{MARK}'\n")
        self._shell.stdin.flush()
        lines = iter(self._shell.stdout.readline, "")
        printed: list[str] = []
        for line in lines:
            if line.rstrip("\n") == MARK:
                return printed
            printed.append(line.rstrip("\n"))
        raise AssertionError(f"the shell ended at: {command}")

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGTERM)
        self._shell.wait(timeout=30)
        for pipe in (self._shell.stdin, self._shell.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory that the database's user may enter: where root runs the tests, pytest's own is closed."""
    with tempfile.TemporaryDirectory(prefix="jukinet-tutorial-") as made:
        Path(made).chmod(0o711)
        yield Path(made)


@pytest.fixture
def shell(place: Path) -> Iterator[Shell]:
    found = Shell(place)
    try:
        yield found
    finally:
        # Harmless where the page came to its own end.
        found.run("kill $(jobs -p) 2>/dev/null; wait")
        found.run("test ! -e postgres || jukinet node stop-database --config nodes/national/node.toml")
        found.close()


def follow(step: Step, shell: Shell) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        printed = shell.run(step.command)
        if fits(step.expected, printed):
            return
        if not step.again or time.monotonic() > deadline:
            shown = "\n".join(
                ["$ " + step.command, "-- printed", *printed, "-- the page says", *step.expected]
            )
            pytest.fail(shown, pytrace=False)
        time.sleep(0.2)


@pytest.mark.timeout(400)
def test_the_tutorial_works_to_the_letter_and_a_how_to_before_its_end(shell: Shell, place: Path):
    before, end, after = PAGE.read_text("utf-8").partition("## 7. The end")
    assert end
    # The tutorial itself asks for nothing but the prerequisites; the how-to speaks to the API with curl.
    pages = (before, HOW_TO.read_text("utf-8"), after) if shutil.which("curl") else (before, after)
    found = [step for text in pages for step in steps(text)]
    assert len(found) > (45 if shutil.which("curl") else 30)
    for step in found:
        if step.file is not None:
            path = place / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, "utf-8")
        else:
            follow(step, shell)


def test_a_page_that_says_otherwise_is_found():
    page = (
        "As `a/b.toml`:\n\n```toml\nx = 1\n```\n\n<!-- ask again -->\n```console\n$ one\nA …  \n$ two\n```\n"
    )
    written, one, two = steps(page)
    assert (written.file, written.text) == ("a/b.toml", "x = 1\n")
    assert (one.command, one.expected, one.again, two.expected) == ("one", ["A …  "], True, [])
    assert fits(one.expected, ["A thing"])
    assert not fits(one.expected, ["B thing"])
    assert not fits(one.expected, [])
    assert not fits(["A."], ["AB"])
