"""What is typed and said when the Minister's notices are recorded; the acts are shown in tests/services."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.cli.commands import invoke, no_node
from typer.testing import Result

from jukinet.cli import alone, common
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.serving_alone import PA3, Alone, Cause, Work
from jukinet.services import serving_alone
from jukinet.services.serving_alone import Document
from jukinet.store.alone import Notice

DAY = date(2013, 7, 8)


def run(*words: str) -> Result:
    app = common.make_app("Network.")
    alone.add_to(app, no_node)
    return invoke(app, "alone", *words)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    seen: list[tuple[object, ...]] = []

    def record(
        _ctx: object, _claim: object, cause: Cause, works: list[Work], paper: Document
    ) -> int | Refused:
        seen.append((cause, tuple(works), paper))
        return Refused((PA3,)) if paper.number == "twice" else 1

    def end(_ctx: object, _claim: object, number: int, paper: Document) -> Permitted:
        seen.append((number, paper))
        return Permitted(())

    def publish(_ctx: object, _claim: object, number: int, paper: Document, *, of_end: bool) -> Permitted:
        seen.append((number, paper, of_end))
        return Permitted(())

    def listed(_ctx: object, _claim: object) -> tuple[Notice, ...]:
        running = Alone(frozenset(Work), DAY, DAY)
        return (Notice(1, Cause.DISASTER, "総行市第1号", running, "第9号", DAY, "公報", None, None),)

    for name, fake in {
        "record_notice": record,
        "record_end": end,
        "record_publication": publish,
        "list_notices": listed,
    }.items():
        monkeypatch.setattr(serving_alone, name, fake)
    return seen


def test_each_paper_is_recorded_with_its_day(calls: list[tuple[object, ...]]) -> None:
    paper = ("--document", "第1号", "--on", "2013-07-08", "--as", "sato")
    told = run("begin", "--cause", "disaster", "--work", "iii", "--work", "v", *paper)
    assert told.exit_code == 0, told.output
    assert "alone publish 1" in told.output
    assert run("end", "1", *paper).exit_code == 0
    gazette = ("--gazette", "公報", "--on", "2013-07-09", "--as", "sato")
    assert run("publish", "1", *gazette).exit_code == 0
    assert run("publish", "1", "--of-end", *gazette).exit_code == 0
    named, public = Document("第1号", DAY), Document("公報", date(2013, 7, 9))
    assert calls == [
        (Cause.DISASTER, (Work.TABLE_1, Work.TABLE_3), named),
        (1, named),
        (1, public, False),
        (1, public, True),
    ]
    words = ("begin", "--cause", "disaster", "--work", "iii", "--document", "twice", *paper[2:])
    assert run(*words).exit_code == common.REFUSED
    assert run("begin", "--cause", "bad weather", "--work", "iii", *paper).exit_code == 2
    assert run("begin", "--cause", "disaster", *paper).exit_code == 2


@pytest.mark.usefixtures("calls")
def test_the_list_says_what_is_not_public_yet() -> None:
    told = run("list", "--as", "sato").output
    assert "ended 2013-07-08, made public: not yet" in told
    assert max(map(len, told.splitlines())) <= 80
    assert '"end_published_on": null' in run("list", "--as", "sato", "--json").output
