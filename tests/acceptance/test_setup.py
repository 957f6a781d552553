"""The setup scripts on machines that are not as they should be. A stand-in plays Python."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

STAND_IN = r"""#!/usr/bin/env bash
# Plays python: "-m venv DIR" puts a copy of itself there, and pip obeys the file pip-answer.
case "$*" in
    --version) echo "Python 3.11.0" ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo made >>made ;;
    *tomllib*) echo setuptools ;;
    "-m pip install"*) [ ! -e pip-answer ] || { cat pip-answer; exit 1; }
        echo "$*" >>pip-calls; mkdir -p src/jukinet/domain && echo 亜亞 >src/jukinet/domain/characters.txt ;;
    *ensurepip*) [ ! -e no-venv-module ] ;;
    *version_info*) [ ! -e too-old ] ;;
    "-c "*) exit 0 ;;
    *) exit 9 ;;
esac
"""


@dataclass(frozen=True)
class Checkout:
    """A copy of what the scripts need, and the environment that they run in."""

    path: Path
    environment: dict[str, str]

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.path,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def made(self) -> int:
        """How many times a .venv was made."""
        return len((self.path / "made").read_text().splitlines())


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    # A deep path with a space: nothing may lean on a short or simple one.
    place = tmp_path / ("deep " + "x" * 90) / ("y" * 90)
    shutil.copytree(ROOT / "scripts", place / "scripts")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, place)
    stand_in = tmp_path / "stand-in-python"
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    return Checkout(
        place,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHON": str(stand_in),
            "JUKINET_STATE": str(tmp_path / "state"),
        },
    )


def one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    """It failed, with one line of ours at the end that holds the words, and without a traceback."""
    last = done.stderr.strip().splitlines()[-1]
    return done.returncode == 1 and last.startswith("jukinet: ") and all(word in last for word in words)


def test_setup_runs_once_and_then_does_nothing(checkout: Checkout):
    first, second = checkout.run("scripts/setup"), checkout.run("scripts/setup")
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Setting up .venv" in first.stderr
    assert (second.stdout, second.stderr) == ("", "")
    assert checkout.made() == 1
    assert "-c constraints.txt" in (checkout.path / "pip-calls").read_text().splitlines()[-1]


def test_changed_pins_bring_the_same_venv_up_to_date(checkout: Checkout):
    checkout.run("scripts/setup")
    with (checkout.path / "constraints.txt").open("a") as pins:
        pins.write("another==1\n")
    assert "up to date" in checkout.run("scripts/setup").stderr
    assert checkout.made() == 1
    assert len((checkout.path / "pip-calls").read_text().splitlines()) == 4


def test_a_half_finished_venv_is_built_again(checkout: Checkout):
    (checkout.path / ".venv/bin").mkdir(parents=True)
    (checkout.path / ".venv/half").touch()
    assert checkout.run("scripts/setup").returncode == 0
    assert not (checkout.path / ".venv/half").exists()


def test_a_venv_that_moved_with_its_checkout_is_built_again(checkout: Checkout):
    checkout.run("scripts/setup")
    moved = Checkout(checkout.path.rename(checkout.path.with_name("z")), checkout.environment)
    assert moved.run("scripts/setup").returncode == 0
    assert moved.made() == 2


def test_a_lost_character_table_is_made_again(checkout: Checkout):
    checkout.run("scripts/setup")
    table = checkout.path / "src/jukinet/domain/characters.txt"
    table.unlink()
    checkout.run("scripts/setup")
    assert table.exists()


def test_a_failing_pip_says_what_it_said_and_leaves_nothing_half_done(checkout: Checkout):
    answer = checkout.path / "pip-answer"
    answer.write_text("ERROR: No matching distribution\n")
    failed = checkout.run("scripts/setup")
    assert one_sentence(failed, "pip could not install", "run the same command again")
    assert "No matching distribution" in failed.stderr
    answer.unlink()
    assert checkout.run("scripts/setup").returncode == 0
    assert checkout.made() == 2


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("too-old", ("Python 3.11 or newer", "apt-get install")),
        ("no-venv-module", ("venv module", "python3-venv")),
    ],
)
def test_a_missing_prerequisite_is_named(checkout: Checkout, fault: str, words: tuple[str, ...]):
    (checkout.path / fault).touch()
    assert one_sentence(checkout.run("scripts/setup"), *words)
    assert not (checkout.path / ".venv").exists()


def test_where_the_state_lies(checkout: Checkout):
    def place(**variables: str) -> str:
        return checkout.run("scripts/state-directory", **variables).stdout.strip()

    assert place(JUKINET_STATE="/srv/x") == "/srv/x"
    assert place(JUKINET_STATE="here") == str(checkout.path / "here")
    by_default = place(JUKINET_STATE="")
    if os.getuid() == 0:
        assert by_default == "/var/lib/jukinet"
    else:
        assert by_default == f"{checkout.environment['HOME']}/.local/state/jukinet"
        assert place(JUKINET_STATE="", XDG_STATE_HOME="/x/y") == "/x/y/jukinet"
        # A relative directory is to be ignored, as the XDG specification asks.
        assert place(JUKINET_STATE="", XDG_STATE_HOME="y") == by_default
        assert place(JUKINET_STATE="", HOME="").endswith("/.local/state/jukinet")


def with_command(checkout: Checkout) -> Checkout:
    """With a jukinet that prints its arguments, one a line."""
    command = checkout.path / ".venv/bin/jukinet"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    command.chmod(0o755)
    return checkout


def test_the_demo_gets_what_make_was_given(checkout: Checkout):
    with_command(checkout)
    state = checkout.environment["JUKINET_STATE"]
    given = checkout.run("scripts/demo", RESIDENTS="50", ONCE="1", BREAK="a b").stdout.splitlines()
    assert given == ["demo", "--state", state, "--residents", "50", "--once", "--break", "a b"]
    plain = checkout.run("scripts/demo", ONCE="0").stdout.splitlines()
    assert plain == ["demo", "--state", state, "--residents", "2000"]


def test_a_state_directory_that_cannot_be_made_is_one_sentence(checkout: Checkout):
    done = checkout.run("scripts/demo", JUKINET_STATE="/proc/nowhere/state")
    assert one_sentence(done, "/proc/nowhere/state", "JUKINET_STATE")


def test_a_directory_with_other_files_is_neither_used_nor_removed(checkout: Checkout, tmp_path: Path):
    state = tmp_path / "state"
    state.mkdir()
    (state / "letter").touch()
    assert one_sentence(with_command(checkout).run("scripts/demo"), "other files")
    assert one_sentence(checkout.run("scripts/clean"), "not removed")
    assert (state / "letter").exists()


def test_clean_waits_for_what_still_runs_and_then_removes_the_state(checkout: Checkout, tmp_path: Path):
    with_command(checkout).run("scripts/demo")
    state = tmp_path / "state"
    assert state.is_dir()
    (checkout.path / "copy-specimen.pdf").touch()
    with subprocess.Popen(["cat"], cwd=state, stdin=subprocess.PIPE) as running:
        assert one_sentence(checkout.run("scripts/clean"), "processes still run", str(running.pid))
        assert state.is_dir()
    assert checkout.run("scripts/clean").returncode == 0
    assert not state.exists()
    assert not (checkout.path / ".venv").exists()
    assert not (checkout.path / "copy-specimen.pdf").exists()
    assert (checkout.path / "scripts/clean").exists()


@pytest.mark.parametrize("target", ["test-browser"])
def test_a_target_that_is_not_built_says_so_and_fails(checkout: Checkout, target: str):
    done = checkout.run("make", target)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith(f"make {target} is not built yet: ")
    assert done.stdout == ""


def test_lint_fails_and_names_every_check_that_failed(checkout: Checkout):
    programs = checkout.path / ".venv/bin"
    programs.mkdir(parents=True)
    for name, code in {"ruff": 0, "mypy": 1, "lint-imports": 1, "python": 0}.items():
        (programs / name).write_text(f"#!/bin/sh\necho {name} spoke\nexit {code}\n")
        (programs / name).chmod(0o755)
    failed = checkout.run("scripts/lint")
    assert one_sentence(failed, "types imports")
    assert "mypy spoke" in failed.stdout
    assert "ruff spoke" not in failed.stdout
    (programs / "mypy").write_text("#!/bin/sh\n")
    (programs / "lint-imports").write_text("#!/bin/sh\n")
    assert checkout.run("scripts/lint").returncode == 0
