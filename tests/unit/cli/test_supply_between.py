"""What is typed and said when a mayor supplies to another municipality; the act is shown in tests/services."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.unit.cli.commands import invoke, no_node
from typer.testing import Result

from jukinet.cli import common
from jukinet.cli import supply_between as commands
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode, OrganSlug
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.law.decisions import Refused
from jukinet.law.ordinances import S27
from jukinet.services import supply_between
from jukinet.services.supply_between import Asked, Supplied

CODE = ResidentRecordCode("24727059608")
FACTS = IdentityFacts(
    name="見本　花子",
    nickname=None,
    birth_date=PartialDate("1979-11-23"),
    sex=Sex.FEMALE,
    address=Address(MunicipalityCode("132152"), "東京都国立市富士見台二丁目47番地の1", None),
    code=CODE,
)
DONE = Supplied(FACTS, True, RegisterReason.MOVE_IN, date(2013, 7, 8), ("Act Art. 30-6",))


def run(*more: str, affair: str = "o-132152-1", code: str = CODE.text) -> Result:
    app = common.make_app("Register.")
    commands.add_command(app, no_node)
    app.command("other")(lambda: None)
    words = ("supply", "--affair", affair, "--organ", "fuchu-mayor", "--document", "第1号", "--as", "sato")
    return invoke(app, *words, *more, text=code + "\n")


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []

    def supply(_ctx: object, _claim: object, asked: Asked, code: ResidentRecordCode) -> Supplied | Refused:
        seen.append((asked, code))
        return DONE if asked.affair == "o-132152-1" else Refused((S27,))

    monkeypatch.setattr(supply_between, "supply", supply)
    return seen


def test_the_code_comes_by_standard_input_and_the_facts_are_told(calls: list[object]) -> None:
    done = run()
    assert done.exit_code == 0
    assert "name     見本　花子" in done.stdout
    assert "record   stands: move-in, 2013-07-08" in done.stdout
    assert calls == [(Asked("o-132152-1", OrganSlug("fuchu-mayor"), "第1号"), CODE)]
    plain = json.loads(run("--json").stdout)
    assert plain["change"] == {"reason": "move-in", "occurred_on": "2013-07-08"}
    assert plain["code"] == CODE.text


def test_a_refusal_names_its_rule_and_a_wrong_code_is_not_repeated() -> None:
    refused = run(affair="o-132152-2")
    assert (refused.exit_code, "S27" in refused.output) == (common.REFUSED, True)
    wrong = run(code="24727059609")
    assert wrong.exit_code != 0
    assert "24727059609" not in wrong.output
