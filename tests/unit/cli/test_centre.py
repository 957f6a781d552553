"""What is typed and said of the centre's works; the acts are shown in tests/services."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tests.unit.cli.commands import invoke, no_node
from typer.testing import Result

from jukinet.cli import centre as commands
from jukinet.cli import common
from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.law.centre import OG4, OG9, CentreWork, Stop, StopGround
from jukinet.law.decisions import Permitted, Refused
from jukinet.messages.directory import Announcement, NodeEntry
from jukinet.services import centre
from jukinet.services.centre import Standing
from jukinet.services.serving_alone import Document
from jukinet.store.centre import DelegationEnd, RecordedStop

DAY, LAST = date(2013, 7, 8), date(2013, 7, 12)
PAPER = ("--document", "第1号", "--on", "2013-07-08", "--as", "sato")
STOP = (
    "stop",
    "--ground",
    "ordered-to-stop",
    "--work",
    "iii",
    "--work",
    "vii",
    "--from",
    "2013-07-08",
    *PAPER,
)
TOKYO = PrefectureCode("13")


def entry(node: NodeId, name: str, announced: Announcement | None) -> NodeEntry:
    return NodeEntry(node, name, "https://localhost", (), connected=True, since=DAY, announced=announced)


STANDING = Standing(
    (
        entry(NATIONAL, "見本センター", Announcement(date(1999, 11, 1), "官報第1号", "見本町1番地")),
        entry(TOKYO.node_id, "東京都", None),
    ),
    (
        RecordedStop(
            1, "第1号", DAY, Stop(StopGround.ORDERED, frozenset({CentreWork.TABLE_1}), DAY, LAST, LAST)
        ),
    ),
    (DelegationEnd(TOKYO, "第2号", DAY, date(2013, 11, 1)),),
)


def run(*words: str) -> Result:
    app = common.make_app("Network.")
    commands.add_to(app, no_node)
    return invoke(app, "centre", *words)


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    seen: list[object] = []

    def stop(_ctx: object, _claim: object, *told: object) -> int | Refused:
        seen.append(told)
        return Refused((OG4,)) if told[0] is StopGround.REVOKED else 1

    def resume(_ctx: object, _claim: object, *told: object) -> Permitted:
        seen.append(told)
        return Permitted(())

    def release(_ctx: object, _claim: object, *told: object) -> Permitted | Refused:
        seen.append(told)
        return Permitted(()) if told[0] == TOKYO else Refused((OG9,))

    monkeypatch.setattr(centre, "record_stop", stop)
    monkeypatch.setattr(centre, "record_resumption", resume)
    monkeypatch.setattr(centre, "record_release", release)
    monkeypatch.setattr(centre, "read_standing", lambda *_told: STANDING)
    return seen


def test_a_stop_is_typed_with_its_works_and_days(calls: list[object]) -> None:
    done = run(*STOP, "--to", "2013-07-12")
    assert done.stdout == "Recorded: stop 1, from 2013-07-08.\n"
    works = [CentreWork.TABLE_1, CentreWork.MATERIAL]
    assert calls == [(StopGround.ORDERED, works, (DAY, LAST), Document("第1号", DAY))]
    assert json.loads(run(*STOP, "--json").stdout) == {"stop": 1}
    refused = run(*(word.replace("ordered-to-stop", "revoked") for word in STOP))
    assert (refused.exit_code, "OG4" in refused.output) == (common.REFUSED, True)


def test_its_end_and_the_end_of_a_delegation_are_typed(calls: list[object]) -> None:
    assert run("resume", "1", *PAPER).stdout == "Recorded: the works of stop 1 are done again.\n"
    words = ("release", "--from", "2013-11-01", *PAPER, "--prefecture")
    assert "from 2013-11-01 the governor of 13" in run(*words, "13").stdout
    assert calls == [
        (1, Document("第1号", DAY)),
        (TOKYO, date(2013, 11, 1), Document("第1号", DAY)),
    ]
    refused = run(*words, "07")
    assert (refused.exit_code, "OG9" in refused.output) == (common.REFUSED, True)
    assert run(*words, "48").exit_code == 2


def test_all_of_it_is_listed() -> None:
    assert run("list", "--as", "sato").stdout.splitlines() == [
        "national  見本センター, 見本町1番地: from 1999-11-01, 官報第1号",
        "pref-13  東京都: no public notice is noted",
        "stop 1: ordered-to-stop, Art. 30-10(1) iii, 第1号",
        "  from 2013-07-08 to 2013-07-12, done again from 2013-07-12",
        "prefecture 13: by itself from 2013-11-01, 第2号",
        "1 stops, 1 ends of a delegation.",
    ]
    plain = json.loads(run("list", "--as", "sato", "--json").stdout)
    assert plain["stops"][0]["works"] == ["iii"]
    assert [one["notice"] for one in plain["announced"]] == ["官報第1号", None]
    assert plain["ends"] == [
        {"prefecture": "13", "document": "第2号", "notified_on": "2013-07-08", "from": "2013-11-01"}
    ]
