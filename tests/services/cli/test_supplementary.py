"""``jukinet supplementary``: a register from its making to the file for the mayor of the new domicile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.services.supplementing import BEFORE, HANAKO, KOSEKI, TARO
from typer.testing import CliRunner, Result

from jukinet.cli import supplementary
from jukinet.services.context import Context
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

OPENING = {
    "koseki": {"domicile": KOSEKI.domicile, "head": KOSEKI.head},
    "made_on": "2010-04-01",
    "members": [
        {
            "name": TARO,
            "address": {"municipality": str(CHIYODA), "text": BEFORE.text, "building": None},
            "since": "2010-04-01",
            "voter": None,
        },
        {"name": HANAKO, "address": None, "since": "2012-05-01", "voter": str(CHIYODA)},
    ],
}
NUMBER, NEXT = "00000000019", "00000000027"


def run(federation: Federation, command: str, filing: dict[str, Any], operator: str = "sato") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    words = [command, "-", "--as", operator]
    return CliRunner().invoke(supplementary.make_app(opened), words, input=json.dumps(filing))


def test_from_the_making_to_the_new_domicile(federation: Federation) -> None:
    made = run(federation, "open", OPENING)
    assert (made.exit_code, made.output) == (0, f"Recorded in {NUMBER}.\n")
    corrected = {"register_no": NUMBER, "corrected_on": "2013-07-08", "member": 1, "name": "国立　次郎"}
    assert run(federation, "correct", corrected).exit_code == 0
    shown = json.loads(run(federation, "show", {"koseki": OPENING["koseki"]}).output)
    assert [one["name"] for one in shown["members"]] == ["国立　次郎", HANAKO]
    assert [one["way"] for one in shown["entries"]][-1] == "name"
    anew = run(federation, "rewrite", {"register_no": NUMBER})
    assert (anew.exit_code, anew.output) == (0, f"Recorded in {NEXT}.\n")
    again = run(federation, "remake", {"register_no": NEXT, "lost_on": "2013-07-08"})
    assert again.output.endswith("it lies open until 2013-07-23.\n")
    shown = json.loads(run(federation, "show", {"register_no": NUMBER}).output)
    assert (shown["present"], shown["rewritten_as"]) == (False, NEXT)
    there = {"domicile": "東京都千代田区丸の内一丁目1番", "head": TARO}
    moving = {"register_no": NEXT, "moved_on": "2013-07-08", "municipality": str(CHIYODA), "koseki": there}
    moved = run(federation, "hand-over", moving)
    assert (moved.exit_code, moved.output) == (0, f"Recorded in {NEXT}. Nobody is left: deleted.\n")
    told = json.loads(run(federation, "handed-over", {"register_no": NEXT}).output)
    first, second = OPENING["members"]
    assert told == {
        "koseki": there,
        "made_on": "2013-07-08",
        "members": [{**first, "name": "国立　次郎"}, second],  # type: ignore[dict-item]
    }


def test_exit_codes(federation: Federation) -> None:
    correction = {"register_no": NUMBER, "corrected_on": "2013-07-08"}
    removal = {"register_no": NUMBER, "removed_on": "2013-07-08", "ground": "death"}
    tried: list[tuple[str, dict[str, Any], int]] = [
        ("open", {**OPENING, "members": []}, 3),
        ("open", {**OPENING, "made_on": "soon"}, 1),
        ("correct", correction, 1),
        ("correct", {**correction, "koseki": OPENING["koseki"], "member": 1}, 1),
        ("remove", {**removal, "members": [1]}, 1),
        ("remove", {**removal, "members": [{"number": 1}]}, 3),
        ("show", {}, 1),
        ("show", {"koseki": OPENING["koseki"]}, 3),
    ]
    for command, filing, code in tried:
        result = run(federation, command, filing)
        assert (result.exit_code, HANAKO in result.output) == (code, False), (command, filing)
    assert run(federation, "show", {"register_no": NUMBER}, operator="nobody").exit_code == 3
