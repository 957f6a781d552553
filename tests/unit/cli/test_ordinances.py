"""What is typed and said when affairs of an ordinance are entered; the acts are shown in tests/services."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from tests.unit.cli.commands import invoke, no_node
from typer.testing import Result

from jukinet.cli import common
from jukinet.cli import ordinances as commands
from jukinet.domain.municipality import OrganSlug
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.ordinances import P5, Ground, OrdinanceAffair
from jukinet.services import ordinances
from jukinet.services.ordinances import Entered

SAID = OrdinanceAffair(
    Ground.OWN_MUNICIPALITIES, OrganSlug("mayor"), "条例", "第2条", "見本", date(2013, 7, 8)
)
ENTER = (
    *("enter", "--under", "30-7(4)(ii)", "--organ", "mayor", "--ordinance", "条例", "--article", "第2条"),
    *("--affair", "見本", "--from", "2013-07-08", "--as", "sato"),
)


def run(*words: str) -> Result:
    app = common.make_app("Affairs.")
    commands.add_to(app, no_node)
    return invoke(app, "ordinance", *words)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []

    def enter(_ctx: object, _claim: object, said: OrdinanceAffair) -> Entered | Refused:
        seen.append(said)
        return Refused((P5,)) if said.affair == "twice" else Entered("o2-13-1", said)

    def end(_ctx: object, _claim: object, name: str, valid_to: date) -> Permitted:
        seen.append((name, valid_to))
        return Permitted(())

    def listing(_ctx: object, _claim: object) -> tuple[Entered, ...]:
        return (Entered("o2-13-1", replace(SAID, valid_to=date(2014, 4, 1))),)

    for name, act in (("enter", enter), ("end", end), ("listing", listing)):
        monkeypatch.setattr(ordinances, name, act)
    return seen


def test_an_affair_is_entered_and_its_name_told(calls: list[object]) -> None:
    done = run(*ENTER)
    assert done.exit_code == 0, done.output
    assert calls == [SAID]
    assert "o2-13-1" in done.output
    assert json.loads(run(*ENTER, "--json").output) == {"affair": "o2-13-1"}


def test_a_refusal_ends_with_three_and_its_rule(calls: list[object]) -> None:
    done = run(*[{"見本": "twice"}.get(word, word) for word in ENTER])
    assert done.exit_code == 3
    assert "P5" in done.output
    assert calls


def test_an_affair_ends(calls: list[object]) -> None:
    assert run("end", "o2-13-1", "--on", "2014-04-01", "--as", "sato").exit_code == 0
    assert calls == [("o2-13-1", date(2014, 4, 1))]


@pytest.mark.usefixtures("calls")
def test_the_list_tells_organ_ground_text_and_days() -> None:
    lines = run("list", "--as", "sato").output
    for part in (
        "o2-13-1  mayor  Art. 30-7(4)(ii)  条例 第2条",
        "from 2013-07-08 to 2014-04-01",
        "1 affairs.",
    ):
        assert part in lines
    (plain,) = json.loads(run("list", "--as", "sato", "--json").output)
    assert plain["under"] == "30-7(4)(ii)"
    assert plain["valid_to"] == "2014-04-01"


@pytest.mark.parametrize(
    ("word", "instead"), [("30-7(4)(ii)", "30-7(4)(i)"), ("mayor", "M"), ("2013-07-08", "x")]
)
def test_a_mistyped_command_ends_with_two(word: str, instead: str) -> None:
    assert run(*[{word: instead}.get(one, one) for one in ENTER]).exit_code == 2


@pytest.mark.parametrize("command", ["enter", "end", "list"])
def test_help_has_an_example_and_fits_eighty_columns(command: str) -> None:
    told = run(command, "--help").output
    assert "Example:" in told
    assert max(map(len, told.splitlines())) <= 80
