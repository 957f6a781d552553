"""What every list and every plain filing has in common; what each of them says is its own module's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tests.unit.cli.commands import invoke, no_node
from typer.testing import Result

from jukinet.cli import common
from jukinet.domain.reading import reading
from jukinet.law.decisions import Refused
from jukinet.law.misuse import MU5
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim

NUMBERS = (3, 5)


def read(data: object) -> int:
    with reading(data) as fields:
        return fields.integer("number", least=1)


def act(_ctx: Context, claim: OperatorClaim, number: int) -> str | Refused:
    return Refused((MU5,)) if number == 13 else f"{number} by {claim.operator_id} at {claim.terminal}"


def filing(tmp_path: Path, number: object, *words: str) -> Result:
    app = typer.Typer()

    @common.filing_command(app, no_node, "file", "filing", read, act, epilog="Example: file it.json")
    def say(entered: int, outcome: str) -> str:
        """File a number."""
        return f"Filed {entered}: {outcome}."

    path = tmp_path / "it.json"
    path.write_text(json.dumps({"number": number}))
    return invoke(app, str(path), "--as", "sato", *words)


def test_a_filing_is_read_and_done_by_whoever_acts_and_what_came_of_it_is_said(tmp_path: Path) -> None:
    done = filing(tmp_path, 7, "--terminal", "counter-1")
    assert (done.exit_code, done.stdout) == (0, "Filed 7: 7 by sato at counter-1.\n")
    told = filing(tmp_path, 7, "--help").stdout
    assert "File a number." in told
    assert "Example: file it.json" in told


def test_a_refusal_of_the_act_is_told_with_its_rule(tmp_path: Path) -> None:
    refused = filing(tmp_path, 13)
    assert (refused.exit_code, refused.stdout) == (common.REFUSED, "")
    assert MU5.rule in refused.stderr


def test_a_filing_that_cannot_be_read_is_recorded_under_the_name_of_its_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[object] = []
    monkeypatch.setattr(trail, "filing_unreadable", lambda _ctx, _claim, name, _kind: recorded.append(name))
    faulty = filing(tmp_path, "seven")
    assert (faulty.exit_code, recorded) == (common.FAILED, ["filing"])
    assert "number" in faulty.stderr


def listed(found: tuple[int, ...], *, as_json: bool = False, most: int | None = None) -> None:
    common.print_list(
        *("numbers", found, lambda one: {"number": one}, lambda one: (f"{one}", f"  {one + 1}")),
        nothing="No number.",
        as_json=as_json,
        most=most,
        beside={"next": 6},
    )


def test_a_list_is_lines_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    listed(NUMBERS)
    assert capsys.readouterr().out == "3\n  4\n5\n  6\n"
    listed(())
    assert capsys.readouterr().out == "No number.\n"


def test_a_person_is_told_that_there_may_be_more(capsys: pytest.CaptureFixture[str]) -> None:
    listed(NUMBERS, most=3)
    assert "more" not in capsys.readouterr().out
    listed(NUMBERS, most=2)
    assert capsys.readouterr().out.endswith("  6\nThe oldest are listed; there are more.\n")


@pytest.mark.parametrize("found", [NUMBERS, ()])
def test_a_list_is_one_document_for_a_program(
    found: tuple[int, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    listed(found, as_json=True, most=len(found))
    assert json.loads(capsys.readouterr().out) == {"numbers": [{"number": one} for one in found], "next": 6}


@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_not_permitted_ends_the_command_as_it_was_asked_to_be_told(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, common.told(as_json=as_json):
        common.permitted(Refused((MU5,)))
    said = capsys.readouterr()
    assert ended.value.exit_code == common.REFUSED
    assert MU5.rule in (said.out if as_json else said.err)
    assert common.permitted(7) == 7
