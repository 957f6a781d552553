"""Holds the repository to its word: commands, pages, sizes, pins and what may not stand in a file.

Each check is a function from text to faults, tried first on a text that is wrong.
"""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from scripts import docs, reference_pages
from tests.conformance.cases import case
from typer.testing import CliRunner

import jukinet
from jukinet.cli import apps as apps_of_cli
from jukinet.documents import fonts

ROOT = Path(jukinet.__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis"}

LASTING_TARGETS = {
    *("help", "demo", "test", "lint", "docs", "clean", "conformance", "chaos", "nation", "bench"),
    *("copy-specimen", "test-browser"),
}
LAYERS = {
    *("domain", "law", "audit", "messages", "store", "transport", "documents", "services"),
    *("network", "office", "worker", "cli", "node", "testing", "client", "demo"),
}
# Written so that this file does not find itself.
MACHINE_PATH = re.compile(r"/[w]ork/|/[r]oot/|/[h]ome/[a-z]+/|/tmp/[s]cratch")
NOTE_FOR_LATER = re.compile(r"\b(TO[D]O|FIX[M]E)\b")
HOST = re.compile(r"https?://(?!localhost|127\.0\.0\.1)[a-z0-9]")


def files(*suffixes: str) -> Iterator[Path]:
    for folder, below, names in os.walk(ROOT):
        below[:] = [
            name for name in below if name not in NOT_OURS and not name.endswith((".egg-info", "_cache"))
        ]
        yield from (Path(folder) / name for name in sorted(names) if name.endswith(suffixes))


def text_files() -> Iterator[Path]:
    yield from files(".py", ".md", ".sql", ".toml", ".typ", ".sh", ".yaml", "Makefile", "run")
    yield from (path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Commands


def phony(makefile: str) -> set[str]:
    return {word for line in re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE) for word in line.split()}


def explained(makefile: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z-]+):[^#\n]*## (.+)$", makefile, re.MULTILINE))


def test_every_lasting_target_exists_and_is_explained():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert phony(makefile) >= LASTING_TARGETS
    assert explained(makefile).keys() == LASTING_TARGETS
    assert explained("demo: setup\n\t@true\n") == {}
    assert [
        name for name, text in explained(makefile).items() if len(text) > 80 - len(f"  make {'':14} ")
    ] == []


def test_the_reference_has_a_row_for_every_target():
    page = (ROOT / "docs/reference/index.md").read_text("utf-8")
    assert set(re.findall(r"^\| `make ([a-z-]+)", page, re.MULTILINE)) == LASTING_TARGETS


def not_built(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*\n\t@exec scripts/not-built ", makefile, re.MULTILINE))


def test_what_is_not_built_says_so_in_the_makefile_and_in_the_reference():
    assert not_built("a: ## x\n\t@exec scripts/not-built $@ y\nb: ## z\n\t@exec scripts/b\n") == {"a"}
    page = (ROOT / "docs/reference/index.md").read_text("utf-8")
    said = set(re.findall(r"^\| `make ([a-z-]+)[^|]*\| not built yet", page, re.MULTILINE))
    assert not_built((ROOT / "Makefile").read_text("utf-8")) == said
    assert not {"conformance", "demo", "test"} & said


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({}, []),
        ({"MUTATE": "0"}, []),
        ({"MUTATE": "1"}, ["--mutate"]),
        (
            {"MUTATE": "yes", "ONLY": "I1  notification-days"},
            ["--mutate", "--only", "I1", "notification-days", "--"],
        ),
    ],
    ids=["cases", "mutants off", "mutants", "some mutants"],
)
def test_make_conformance_hands_its_variables_on(
    tmp_path: Path, variables: dict[str, str], options: list[str]
):
    (tmp_path / "scripts").mkdir()
    for name in ("conformance", "common.sh"):
        (tmp_path / "scripts" / name).symlink_to(ROOT / "scripts" / name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', "utf-8")
    python.chmod(0o755)
    command = [tmp_path / "scripts" / "conformance"]
    environment = {"PATH": os.environ["PATH"]} | variables
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["-m", "tests.conformance", *options]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "conformance: setup" in makefile
    assert "\t@exec scripts/conformance\n" in makefile


def test_scripts_can_be_run_and_stop_at_the_first_error():
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix]
    assert {"setup", "fonts", "test", "lint", "clean"} <= {path.name for path in scripts}
    for path in [*scripts, ROOT / ".ci/run"]:
        assert os.access(path, os.X_OK), path.name
        text = path.read_text("utf-8")
        assert "set -euo pipefail" in text or "common.sh" in text or path.name == "not-built", path.name


def test_what_make_leaves_in_the_checkout_is_ignored_and_cleaned():
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    cleaned = (ROOT / "scripts/clean").read_text("utf-8").split()
    for left in ("copy-specimen.pdf", "src/jukinet/domain/characters.txt"):
        assert left in ignored
        assert left in cleaned


def test_scripts_name_no_host():
    assert HOST.search("curl https://example.org")
    named = [
        name_of(path)
        for path in (ROOT / "scripts").iterdir()
        if path.is_file() and HOST.search(path.read_text("utf-8"))
    ]
    assert named == []


def test_the_first_screen_of_the_readme_has_prerequisites_and_the_two_commands():
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    first_text = next(line for line in lines[1:] if line.strip())
    assert all(word in first_text for word in ("Python 3.11", "`make`", "`python3-venv`"))
    assert {"make demo", "make test"} <= {line.split("#")[0].strip() for line in lines[:24]}


def examples_missing(root_command: object) -> list[str]:
    """Commands whose help does not show how they are called."""
    return [
        " ".join(path)
        for path, command in reference_pages.walk(root_command)
        if reference_pages.acts(command)
        and " ".join(path) not in f"{command.help} {command.epilog}".split("Example", 1)[-1]
    ]


def test_a_command_without_an_example_is_found():
    typer = pytest.importorskip("typer")
    app = typer.Typer()

    @app.command()
    def good():
        """Do it.

        Example: jukinet good
        """

    @app.command()
    def bad():
        """Do it, some time."""

    command = typer.main.get_command(app)
    assert examples_missing(command) == ["jukinet bad"]
    assert "## jukinet good" in reference_pages.commands(command)


def width(line: str) -> int:
    """Columns of a terminal: a Japanese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def test_every_help_fits_80_columns_and_lists_commands_in_whole_sentences():
    root = importlib.import_module("jukinet.__main__").app
    for path, _ in reference_pages.walk(reference_pages.command_line()):
        ran = CliRunner().invoke(root, [*path[1:], "--help"], env={"COLUMNS": "80"}, prog_name="jukinet")
        assert ran.exit_code == 0, path
        assert [line for line in ran.stdout.splitlines() if width(line) > 80] == [], path
        assert "<bool>" not in ran.stdout, path
        assert "completion" not in ran.stdout, path
        assert "..." not in ran.stdout.partition("\nCommands:")[2], (path, "a sentence is cut")


def test_no_traceback_shows_the_variables_of_a_function():
    apps = [importlib.import_module("jukinet.__main__").app, apps_of_cli.new_app("Another.")]
    assert {(app.pretty_exceptions_enable, app.pretty_exceptions_show_locals) for app in apps} == {
        (False, False)
    }
    elsewhere = [
        name_of(path) for path in (ROOT / "src").rglob("*.py") if "typer.Typer(" in path.read_text("utf-8")
    ]
    assert elsewhere == ["src/jukinet/cli/apps.py"], "every group of commands is made there"


@case("spec 10.5")
def test_every_command_has_help_with_an_example():
    assert examples_missing(reference_pages.command_line()) == []


# Pages


def test_every_link_resolves():
    assert docs.broken_links(ROOT) == []


def test_a_broken_link_is_found(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "there.md").write_text("# One heading\n\n```\n# not a heading\n```\n")
    (tmp_path / "README.md").write_text(
        "[a](docs/there.md) [b](docs/there.md#one-heading) [c](docs/gone.md) "
        "[d](docs/there.md#not-a-heading) [e](#nowhere) `[f](code.md)` [g](../outside.md) ![h](gone.svg) [i](https://example.org)\n"
    )
    assert docs.broken_links(tmp_path) == [
        f"README.md: {target}"
        for target in ("docs/gone.md", "docs/there.md#not-a-heading", "#nowhere", "../outside.md", "gone.svg")
    ]


def test_every_page_is_reached_from_the_index_beside_it():
    for index in (ROOT / "docs").rglob("index.md"):
        reached = {target.partition("#")[0] for target in docs.links(index.read_text("utf-8"))}
        beside = {path.name for path in index.parent.glob("*.md")} - {"index.md"}
        below = {f"{path.parent.name}/index.md" for path in index.parent.glob("*/index.md")}
        assert beside | below <= reached, name_of(index)


def test_decision_notes_are_short():
    notes = [path for path in (ROOT / "docs/explanation/decisions").glob("*.md") if path.name != "index.md"]
    long = [name_of(path) for path in notes if sum(map(bool, path.read_text("utf-8").split("\n"))) > 14]
    assert notes
    assert long == []


def test_the_changelog_knows_this_version():
    assert f"## {jukinet.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


# Sizes, and what may not stand in a file


def too_long(text: str) -> list[str]:
    """Files over 600 lines and functions over 60, but for those with a ``# size:`` reason."""
    lines = text.splitlines()
    found = ["file"] if len(lines) > 600 and not any(line.startswith("# size:") for line in lines) else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            body = lines[node.lineno - 1 : node.end_lineno]
            if len(body) > 60 and not any(line.lstrip().startswith("# size:") for line in body):
                found.append(node.name)
    return found


def test_files_and_functions_are_small_or_say_why():
    long_function = "def f():\n" + "    x = 1\n" * 60
    assert too_long(long_function) == ["f"]
    assert too_long(long_function + "    # size: a table\n    x = 2\n") == []
    assert too_long("# size: in the file\n" * 2 + long_function) == ["f"]
    assert too_long("x = 1\n" * 601) == ["file"]
    found = {name_of(path): faults for path in files(".py") if (faults := too_long(path.read_text("utf-8")))}
    assert found == {}


@pytest.mark.parametrize("forbidden", [MACHINE_PATH, NOTE_FOR_LATER], ids=["machine path", "note for later"])
def test_nothing_of_one_machine_or_for_later_is_written_down(forbidden: re.Pattern[str]):
    samples = ("see /ro" + "ot/x", "in /ho" + "me/jane/x", "# TO" + "DO: later")
    assert any(forbidden.search(sample) for sample in samples)
    found = [
        f"{name_of(path)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


def mocks(text: str) -> list[str]:
    modules: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return [module for module in modules if module.startswith("unittest.mock")]


def test_fakes_not_mocks():
    assert mocks("from unittest import mock") == ["unittest.mock"]
    assert mocks("from unittest.mock import patch") == ["unittest.mock.patch"]
    allowed = ROOT / "tests/unit/network"
    found = [
        name_of(path)
        for path in files(".py")
        if allowed not in path.parents and mocks(path.read_text("utf-8"))
    ]
    assert found == []


# Packages and pins


def test_every_layer_is_a_package_that_says_what_it_owns():
    packages = {path.parent.name: path for path in (ROOT / "src/jukinet").glob("*/__init__.py")}
    assert packages.keys() == LAYERS
    silent = [
        name for name, path in packages.items() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_every_module_opens_with_what_it_owns():
    modules = [path for path in (ROOT / "src").rglob("*.py") if path.read_text("utf-8").strip()]
    assert [
        name_of(path) for path in modules if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ] == []


def unexplained_ignores(pyproject: str) -> list[str]:
    """Lines of ruff's list of ignored rules that do not end with a reason."""
    block = re.search(r"^ignore = \[\n(.*?)^\]", pyproject, re.MULTILINE | re.DOTALL)
    assert block is not None
    return [line.strip() for line in block[1].splitlines() if "#" not in line]


def test_every_ignored_lint_rule_has_its_reason_beside_it():
    assert unexplained_ignores('ignore = [\n  "A1",  # why\n  "B2",\n]\n') == ['"B2",']
    assert unexplained_ignores((ROOT / "pyproject.toml").read_text("utf-8")) == []


def pins() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def test_constraints_pin_everything_that_the_project_asks_for():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [Requirement(text) for text in pyproject["project"]["dependencies"]]
    asked += [Requirement(text) for text in pyproject["build-system"]["requires"]]
    asked += [
        Requirement(text)
        for extra in pyproject["project"]["optional-dependencies"].values()
        for text in extra
    ]
    pinned = pins()
    unpinned = [r.name for r in asked if canonicalize_name(r.name) not in pinned]
    below = [
        r.name
        for r in asked
        if r.name not in unpinned and pinned[canonicalize_name(r.name)] not in r.specifier
    ]
    assert len(asked) > 20
    assert (unpinned, below) == ([], [])


def test_the_setup_and_the_documents_mean_the_same_fonts():
    script = (ROOT / "scripts/fonts").read_text("utf-8")
    assert f"packages=({' '.join(face.package for face in fonts.FULL)})" in script
    assert f"files=({' '.join(face.file for face in fonts.FULL)})" in script
    assert all(canonicalize_name(face.package) in pins() and face.package in script for face in fonts.PLAIN)
