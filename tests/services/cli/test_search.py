"""``jukinet register search`` on a register: what is printed, at 80 columns and as JSON, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.services.services import counter, holding
from typer.testing import CliRunner, Result

from jukinet.cli import register
from jukinet.domain.items import PersonName
from jukinet.services.context import Context
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

LONG = "寿限無寿限無五劫の擦り切れ海砂利水魚　水行末雲来末風来末"


@pytest.fixture
def town(federation: Federation) -> Federation:
    kana = "ジュゲムジュゲムゴコウノスリキレカイジャリスイギョ　スイギョウマツ"
    people = [make_person(seed=seed, name=PersonName("佐藤　花子", "サトウ　ハナコ")) for seed in range(3)]
    counter.load(
        federation, KUNITACHI, *([one] for one in people), [make_person(name=PersonName(LONG, kana))]
    )
    return federation


def run(federation: Federation, conditions: Any, *words: str, operator: str = "sato") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    app = register.make_app(opened)
    text = json.dumps(conditions, ensure_ascii=False)
    return CliRunner(env={"COLUMNS": "80"}).invoke(app, ["search", "-", "--as", operator, *words], input=text)


def test_a_page_is_printed_within_eighty_columns(town: Federation) -> None:
    for conditions in ({"name": "佐藤"}, {"kana": "ジュゲ"}):
        ran = run(town, conditions)
        assert (ran.exit_code, ran.stderr) == (0, "")
        assert max(map(cell_len, ran.stdout.splitlines())) <= 80
    assert LONG[-3:] in ran.stdout.replace("\n", "") or LONG[:5] in ran.stdout
    assert ran.stdout.splitlines()[-1] == "Found: 1."


def test_the_next_page_is_told_and_taken(town: Federation) -> None:
    first = run(town, {"name": "佐藤"}, "--most", "2").stdout.splitlines()
    assert first[-2] == "Found: 3."
    assert first[-1].startswith("Next page: --after ")
    second = run(town, {"name": "佐藤"}, "--most", "2", "--after", first[-1].split()[-1]).stdout
    numbers = [
        line.split()[0] for text in ("\n".join(first), second) for line in text.splitlines() if "佐藤" in line
    ]
    assert numbers == counter.known_numbers(town, KUNITACHI)[:3]
    assert "Next page" not in second


def test_json_says_what_matched(town: Federation) -> None:
    found = json.loads(run(town, {"name": "佐藤"}, "--json", "--most", "1").stdout)
    assert found.keys() == {"residents", "total", "counted_all", "next", "reference"}
    assert (found["total"], found["counted_all"]) == (3, True)
    assert found["residents"][0]["matched"] == [{"condition": "name", "item": "name", "past": False}]
    assert found["residents"][0].keys() == {
        *("resident_no", "name", "kana", "birth_date", "sex", "address", "present", "held", "matched"),
    }


def test_past_items_and_deleted_residents_are_marked(town: Federation) -> None:
    number = counter.known_numbers(town, KUNITACHI)[0]
    before = counter.read(town, KUNITACHI, number).record.address.text
    counter.move_within(town, KUNITACHI, number)
    counter.die(town, KUNITACHI, number)
    ran = run(town, {"address": before, "name": "佐藤", "deleted": True})
    assert "(deleted)" in ran.stdout
    assert "name, past address" in " ".join(ran.stdout.split())


def test_who_is_under_a_hold_is_marked(town: Federation) -> None:
    number = counter.known_numbers(town, KUNITACHI)[1]
    assert "HELD" not in run(town, {"name": "佐藤"}).stdout
    holding.hold(town, counter.read(town, KUNITACHI, number))
    ran = run(town, {"name": "佐藤"})
    assert ran.stdout.count("HELD") == 1
    assert all(cell_len(line) <= 80 for line in ran.stdout.splitlines())
    rows = json.loads(run(town, {"name": "佐藤"}, "--json").stdout)["residents"]
    assert [row["resident_no"] for row in rows if row["held"]] == [number]


def test_what_is_refused_is_told_with_its_rule(town: Federation) -> None:
    ran = run(town, {"sex": "male"})
    assert ran.exit_code == 3
    assert "policy Q1" in ran.stderr
    assert json.loads(run(town, {"sex": "male"}, "--json").stdout)["refused"][0]["rule"] == "Q1"
    assert run(town, {"name": "佐藤"}, operator="nobody").exit_code == 3


def test_nobody_found_is_no_failure(town: Federation) -> None:
    ran = run(town, {"name": "漏洩"})
    assert (ran.exit_code, ran.stdout, ran.stderr) == (0, "Found: 0.\n", "")


@pytest.mark.parametrize(
    ("words", "code"), [(["--after", "x"], 2), (["--most", "51"], 2), (["--most", "0"], 2)]
)
def test_a_wrong_cursor_or_size_is_mistyped(town: Federation, words: list[str], code: int) -> None:
    assert run(town, {"name": "佐藤"}, *words).exit_code == code


def test_faults_are_told_by_field_and_never_by_value(town: Federation) -> None:
    ran = run(town, {"kana": "漏洩", "birth_date": "漏"})
    assert ran.exit_code == 1
    assert {line.split(":")[0].strip() for line in ran.stderr.splitlines()[1:]} == {"kana", "birth_date"}
    assert "漏" not in ran.stderr
