"""Every named SQL block is used by the program, and every one that it uses exists."""

from __future__ import annotations

import ast
from pathlib import Path

import jukinet
from jukinet.store.sql import Queries, _blocks

STORE = Path(jukinet.__file__).parent / "store"
FILES = sorted(path.stem for path in (STORE / "queries").glob("*.sql"))


def named(text: str) -> dict[str, set[str]]:
    """File of queries → blocks that a module takes from it, through whatever name it gives them."""
    tree = ast.parse(text)
    files = {
        target.id: node.value.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "Queries"
        and isinstance(node.value.args[0], ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, set[str]] = {str(file): set() for file in files.values()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in files:
            found[str(files[node.value.id])].add(node.attr)
    return found


def used() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {file: set() for file in FILES}
    for path in STORE.glob("*.py"):
        for file, blocks in named(path.read_text("utf-8")).items():
            found[file] |= blocks - {"names"}
    return found


def test_the_search_finds_what_is_used_and_what_is_not() -> None:
    text = '_SQL = Queries("a")\nMORE = Queries("b")\nx = _SQL.one\ny = MORE.two\nz = other.three\n'
    assert named(text) == {"a": {"one"}, "b": {"two"}}


def test_every_block_is_used_and_every_used_one_exists() -> None:
    calls = used()
    assert FILES
    for file in FILES:
        assert calls[file] == Queries(file).names(), file


def test_two_blocks_of_one_name_and_an_unknown_name_are_faults() -> None:
    assert _blocks("-- name: a\nSELECT 1\n\n-- name: b\nSELECT 2\n") == {"a": "SELECT 1", "b": "SELECT 2"}
    for wrong in (
        lambda: _blocks("-- name: a\n1\n-- name: a\n2\n"),
        lambda: Queries("delivery").no_such_block,
    ):
        try:
            wrong()
        except (ValueError, AttributeError):
            continue
        raise AssertionError("a fault was not found")


def test_no_query_takes_the_date_from_the_server_or_all_columns() -> None:
    """The office's calendar decides, and columns are named: a new one must not break an old program."""
    texts = [path.read_text("utf-8").lower() for path in (STORE / "queries").glob("*.sql")]
    for forbidden in ("current_date", "now()", "select *", "localtimestamp", "current_timestamp"):
        assert not any(forbidden in text for text in texts), forbidden
