"""``jukinet retention``: the list needs no node, and what is mistyped opens none."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jukinet.cli import retention
from jukinet.services.context import Context
from jukinet.store import keeping


def never(config: Path | None) -> AbstractContextManager[tuple[Context, int | None]]:
    raise AssertionError("a node was opened")


def test_the_list_tells_every_table_with_its_terms() -> None:
    told = CliRunner().invoke(retention.make_app(never), ["list"])
    assert told.exit_code == 0
    assert all(f"{one.table}: {one.holds}\n" in told.stdout for one in keeping.LIST)
    assert "(deleted records: 5 years). Ord. Art. 34(1)." in told.stdout


def test_the_list_as_json() -> None:
    told = CliRunner().invoke(retention.make_app(never), ["list", "--json"])
    rows = {row["table"]: row for row in json.loads(told.stdout)}
    assert rows.keys() == {one.table for one in keeping.LIST}
    assert rows["audit_entries"]["terms"] == ["audit: 7 years"]
    assert rows["code_pool"] == {
        "table": "code_pool",
        "holds": "codes, drawn ones among them",
        "kept": "for ever: a code once drawn never becomes free again",
        "basis": "Act Art. 30-2(2)",
        "terms": [],
        "erased_as": [],
    }


@pytest.mark.parametrize(
    "words", [["run"], ["run", "--as", "sato", "--day", "2018-07-08"], ["list", "x"], []]
)
def test_what_is_mistyped_opens_no_node(words: list[str]) -> None:
    assert CliRunner().invoke(retention.make_app(never), words).exit_code == 2
