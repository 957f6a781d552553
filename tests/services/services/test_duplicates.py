"""Duplicates found: what stands together in the reports of a register and of a store, and who learns whose name."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest
import typer
from tests.conformance.cases import case
from tests.services.services import counter, holding
from tests.services.services.test_identity_store import CODE, IN, OTHER, OUT, tell
from typer.testing import CliRunner

from jukinet.cli import code_duplicates
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Nickname, PersonName
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.law.holds import Level, Process
from jukinet.services import codes, duplicates
from jukinet.services.duplicates import Conflict, Doubtful, DuplicateKind, Group, Place, Report, StoreReport
from jukinet.services.filings import CodeCorrectionFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

pytestmark = pytest.mark.core

READ, LISTED = "register:duplicates:read", "identity:duplicates:listed"
STORES = (counter.TOKYO, NATIONAL)


def report(federation: Federation, *, names: bool = False) -> Report:
    found = duplicates.report(federation.context(KUNITACHI), CLERK, names=names)
    assert isinstance(found, Report), found
    return found


def of_store(federation: Federation, node: NodeId, *, codes: bool = False) -> StoreReport:
    found = duplicates.report_of_store(federation.context(node), CLERK, codes=codes)
    assert isinstance(found, StoreReport), found
    return found


def group(kind: DuplicateKind, *numbers: str) -> Group:
    return Group(kind, tuple(Doubtful(number, present=True) for number in numbers))


def arrive(federation: Federation, **changes: object) -> str:
    person = replace(counter.japanese(), **changes)  # type: ignore[arg-type]
    return counter.move_in(federation, KUNITACHI, person, although_alike=True).resident_nos[0]


@case("Ord. Art. 12(3)", "spec 4.3.1")
def test_present_records_alike_stand_together(federation: Federation) -> None:
    first, second = arrive(federation), arrive(federation)
    for differing in (
        {"name": PersonName("国立　華子")},
        {"birth_date": PartialDate("1980-04-18")},
        {"sex": Sex.MALE},
    ):
        arrive(federation, **differing)
    assert report(federation) == Report((group(DuplicateKind.ONE_PERSON, first, second),), more=False)
    counter.die(federation, KUNITACHI, second, on=date(2013, 7, 7))
    assert report(federation).groups == ()


def test_who_is_alike_by_two_names_stands_there_once(federation: Federation) -> None:
    nickname = Nickname("国立　アンナ", date(2013, 1, 7), CHIYODA)
    people = [counter.foreign(nickname=nickname) for _ in range(2)]
    numbers = [
        counter.move_in(federation, KUNITACHI, one, although_alike=True).resident_nos[0] for one in people
    ]
    assert report(federation).groups == (group(DuplicateKind.ONE_PERSON, *numbers),)


@case("Act Art. 30-2(2)", "Ord. Art. 30-4(1)")
def test_two_persons_under_one_code_stand_together_though_one_is_gone(federation: Federation) -> None:
    gone, stays = (counter.load(federation, seed=seed)[0] for seed in range(2))
    assert report(federation).groups == ()
    counter.die(federation, KUNITACHI, gone.resident_no)
    wrong = CodeCorrectionFiling(stays.resident_no, confirmed=True, right_code=counter.code_of(gone))
    counter.registered(codes.correct_code(federation.context(KUNITACHI), CLERK, wrong))
    (found,) = report(federation).groups
    assert found == Group(
        DuplicateKind.ONE_CODE,
        (Doubtful(gone.resident_no, present=False), Doubtful(stays.resident_no, present=True)),
    )


def test_who_came_back_is_one_person_under_one_code(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=counter.TODAY)
    federation.run()
    counter.move_in(federation, KUNITACHI, counter.as_person(found), moved_on=counter.TODAY)
    assert report(federation).groups == ()


def test_names_are_told_where_asked_and_no_hold_keeps_them_back(federation: Federation) -> None:
    first, second = arrive(federation), arrive(federation)
    holding.hold(
        federation,
        counter.read(federation, KUNITACHI, second),
        holding.terms(Process.INQUIRY, Level.ERROR),
    )
    (plain,) = report(federation).groups
    assert [one.name for one in plain.records] == [None, None]
    (named,) = report(federation, names=True).groups
    assert [(one.resident_no, one.name) for one in named.records] == [(first, "国立　花子"), (second, None)]


def test_the_report_is_an_entry_and_everybody_in_it_one(federation: Federation) -> None:
    numbers = [arrive(federation), arrive(federation)]
    report(federation)
    entries = counter.audit(federation, KUNITACHI, READ)
    assert [(entry["resident_no"], entry["outcome"]) for entry in entries] == [
        (None, "done"),
        *((number, "done") for number in numbers),
    ]
    assert len({entry["reference"] for entry in entries}) == 1


def test_a_long_report_says_that_there_is_more(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "MOST", 1)
    for number in range(2):
        for _ in range(2):
            arrive(federation, name=PersonName(f"国立　第{number}"))
    found = report(federation)
    assert (len(found.groups), found.more) == (1, True)


# At a store


@pytest.mark.parametrize("node", STORES)
@case("Act Art. 30-11(5)")
def test_a_store_shows_two_live_records_of_one_code(federation: Federation, node: NodeId) -> None:
    tell(federation, node, IN, on=date(2013, 6, 1))
    tell(federation, node, IN, on=date(2013, 6, 1), code=OTHER)
    assert of_store(federation, node) == StoreReport((), more=False)
    tell(federation, node, IN, CHIYODA)
    places = (Place(KUNITACHI, date(2013, 6, 1)), Place(CHIYODA, date(2013, 7, 6)))
    moving = Conflict(places, date(2013, 8, 7), undetermined=False, differ=False)
    assert of_store(federation, node).conflicts == (moving,)
    federation.set_date(date(2013, 8, 6))
    assert of_store(federation, node).conflicts == (moving,)
    federation.set_date(date(2013, 8, 7))
    assert of_store(federation, node, codes=True).conflicts == (
        replace(moving, undetermined=True, code=CODE),
    )
    entries = counter.audit(federation, node, LISTED)[-2:]
    assert [entry["subject_code"] for entry in entries] == [None, str(CODE)]
    tell(federation, node, OUT, on=date(2013, 7, 6))
    assert of_store(federation, node).conflicts == ()


@pytest.mark.parametrize("node", STORES)
@case("Act Art. 30-11(5)")
def test_a_store_says_that_the_two_are_two_persons(federation: Federation, node: NodeId) -> None:
    tell(federation, node, IN)
    tell(federation, node, IN, CHIYODA, sex=Sex.MALE)
    (found,) = of_store(federation, node).conflicts
    assert (found.differ, found.undetermined, found.code) == (True, True, None)


# Who may, and the command


def test_only_an_operator_who_may_sees_a_report(standing: Federation) -> None:
    counter.assert_gated(standing, KUNITACHI, READ, Permission.REGISTER_DUPLICATE_READ, duplicates.report)
    counter.assert_gated(
        standing, NATIONAL, LISTED, Permission.NETWORK_DUPLICATE_READ, duplicates.report_of_store
    )


def test_the_command_shows_numbers_or_places(federation: Federation) -> None:
    def run(node: NodeId, *options: str) -> str:
        app = typer.Typer()
        app.callback()(lambda: None)
        code_duplicates.add_to(app, lambda _config: nullcontext(federation.context(node)))
        done = CliRunner().invoke(app, ["duplicates", "--as", "sato", *options])
        assert done.exit_code == 0, done.output
        return done.output

    assert "Nothing to compare" in run(KUNITACHI.node_id)
    first, second = arrive(federation), arrive(federation)
    assert run(KUNITACHI.node_id) == f"one-person  {first}, {second}\n"
    assert "国立　花子" in run(KUNITACHI.node_id, "--identify")
    (found,) = json.loads(run(KUNITACHI.node_id, "--json"))["groups"]
    assert [one["name"] for one in found["records"]] == [None, None]
    tell(federation, NATIONAL, IN)
    tell(federation, NATIONAL, IN, CHIYODA)
    shown = run(NATIONAL)
    assert f"{KUNITACHI} since 2013-07-06" in shown
    assert "undetermined since 2013-07-06" in shown
    assert str(CODE) not in shown
    assert str(CODE) in run(NATIONAL, "--identify")
    (conflict,) = json.loads(run(NATIONAL, "--json"))["conflicts"]
    assert (conflict["differ"], conflict["code"]) == (False, None)
