"""``jukinet affairs``: the catalogue for a person and for a program."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from jukinet.cli.affairs import app


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


def plain(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").output)


def test_the_list_has_every_affair_or_those_of_a_table_or_an_organ() -> None:
    assert len(plain("list")) == 801
    assert {one["table"] for one in plain("list", "--table", "4")} == {4}
    pension = plain("list", "--organ", "japan-pension-service")
    assert pension
    assert all("japan-pension-service" in [organ["slug"] for organ in one["organs"]] for one in pension)


def test_the_disaster_rows_are_listed_from_their_first_day() -> None:
    before = {one["affair"] for one in plain("list", "--on", "2013-09-30")}
    assert {one["affair"] for one in plain("list")} - before == {
        "t2-1-1", "t2-1-2", "t3-1-1", "t4-1-1", "t4-1-2", "t5-1-1",
    }  # fmt: skip


def test_the_list_tells_name_organ_act_and_use_in_80_columns() -> None:
    told = run("list", "--organ", "japan-pension-service").output
    (line,) = (one for one in told.replace("\n    ", " ").splitlines() if one.startswith("t1-77-4 "))
    assert "ministry-health-labour, japan-pension-service" in line
    assert "National Pension Act (1959 Act no. 141)" in line
    assert "(a use, no query)" in line


def test_every_affair_is_listed_in_80_columns_and_begins_a_line() -> None:
    lines = run("list").output.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines if line[0] != " "] == [one["affair"] for one in plain("list")]


def test_what_is_no_query_is_so_by_law_and_which_kinds_there_are_is_policy() -> None:
    assert "  queries  none (law, rule S13: Act Arts. 30-7(3), 30-34)\n" in run("show", "t1-77-4").output
    assert "  queries  code, four-items (policy)\n" in run("show", "t1-41-1").output


def test_an_affair_is_shown_with_texts_and_basis() -> None:
    shown = run("show", "t1-41-1").output
    for part in (
        "外務省",
        "Ministry of Foreign Affairs",
        "Art. 3(1)",
        "Act Art. 30-7(3)",
        "from     2012-07-09",
    ):
        assert part in shown
    assert plain("show", "t1-41-1")["queries"] == ["code", "four-items"]
    assert plain("show", "t1-77-4")["queries"] == []
    assert plain("show", "t5-12-1")["supplied_under"] == "Act Art. 30-8(1)(i)"
    assert plain("show", "a30-7-6-3")["supplied_under"] == "Act Art. 30-7(6)(iii)"


@pytest.mark.parametrize("affair", ["t1-1-1", "t1-999-1"])
def test_an_affair_that_is_not_there_ends_with_one(affair: str) -> None:
    ended = run("show", affair)
    assert ended.exit_code == 1
    assert "no such affair" in ended.output


def test_before_its_day_an_affair_is_not_there() -> None:
    assert run("show", "t2-1-1", "--on", "2013-09-30").exit_code == 1
    assert run("show", "t2-1-1", "--on", "2013-10-01").exit_code == 0


@pytest.mark.parametrize(
    "words", [["show"], ["show", "77-4"], ["list", "--table", "6"], ["list", "--organ", "X"]]
)
def test_a_mistyped_command_ends_with_two(words: list[str]) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("command", ["list", "show"])
def test_help_has_an_example(command: str) -> None:
    assert "Example:" in run(command, "--help").output
