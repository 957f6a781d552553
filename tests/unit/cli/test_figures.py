"""What is typed and said when figures are drawn; the acts are shown in tests/services."""

from __future__ import annotations

import json

import pytest
from tests.unit.cli.commands import invoke, no_node
from typer.testing import Result

from jukinet.cli import common
from jukinet.cli import figures as commands
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Sex
from jukinet.law.decisions import Refused
from jukinet.law.figures import S25, MaterialAsker
from jukinet.services import figures
from jukinet.services.figures import MaterialRequest
from jukinet.store.figures import Heads

TOWN = MunicipalityCode("132152")
DRAWN = (Heads(TOWN, Sex.FEMALE, 30, 2), Heads(TOWN, Sex.MALE, None, 1))
MATERIAL = (
    *("material", "--organ", "見本省", "--kind", "national-administrative-organ", "--affair", "統計"),
    *("--document", "第1号", "--as", "sato"),
)


def run(*words: str) -> Result:
    app = common.make_app("Network.")
    commands.add_to(app, no_node)
    return invoke(app, "figures", *words)


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []

    def draw(_ctx: object, _claim: object, asked: object) -> tuple[Heads, ...] | Refused:
        seen.append(asked)
        other = isinstance(asked, MaterialRequest) and asked.kind is not MaterialAsker.NATIONAL
        return Refused((S25,)) if other else DRAWN

    monkeypatch.setattr(figures, "make_statistics", draw)
    monkeypatch.setattr(figures, "hand_out", draw)
    return seen


def test_figures_are_printed_with_their_sum(calls: list[object]) -> None:
    done = run("statistics", "--purpose", "年報", "--as", "sato")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "132152  female  30 to 34  2",
        "132152  male  age unknown  1",
        "3 persons.",
    ]
    assert calls == ["年報"]


def test_material_is_told_as_json_or_refused_with_its_rule(calls: list[object]) -> None:
    done = run(*MATERIAL, "--json")
    assert json.loads(done.stdout)[1] == {
        "municipality": "132152",
        "sex": "male",
        "age_from": None,
        "persons": 1,
    }
    assert calls == [MaterialRequest("見本省", MaterialAsker.NATIONAL, "統計", "第1号")]
    refused = run(*(word.replace("national-administrative-organ", "other") for word in MATERIAL))
    assert refused.exit_code == common.REFUSED
    assert "S25" in refused.output
