"""Doubts about records: pointed out, followed and closed; and the list of changes for the election commission."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding
from tests.services.services.test_ex_officio import correct
from typer.testing import CliRunner, Result

from jukinet.cli import common
from jukinet.cli import doubts as commands
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import Koseki, StatedDays
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address
from jukinet.law.decisions import Refused
from jukinet.law.doubts import DoubtStep
from jukinet.law.holds import Process
from jukinet.services import doubts, voters
from jukinet.services.context import Context
from jukinet.services.doubts import Noted, read_doubt, read_doubt_step
from jukinet.services.reads import Found
from jukinet.services.voters import Told, VoterChange
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

NOTED, FOLLOWED, TOLD = "register:doubt:noted", "register:doubt:followed", "register:voters:told"
DAY = counter.TODAY
SECRET = "住所は二丁目でなく三丁目である"


def doubt(**changes: Any) -> dict[str, Any]:
    return {"source": "office", "said": SECRET, "received_on": "2013-07-08"} | changes


def step(number: int, what: DoubtStep, **changes: Any) -> dict[str, Any]:
    return {"doubt": number, "step": what, "done_on": "2013-07-08"} | changes


def note(federation: Federation, **changes: Any) -> int:
    done = doubts.note_doubt(federation.context(KUNITACHI), CLERK, read_doubt(doubt(**changes)))
    assert isinstance(done, Noted), done
    return done.doubt


def follow(federation: Federation, number: int, what: DoubtStep, **changes: Any) -> Noted | Refused:
    filing = read_doubt_step(step(number, what, **changes))
    return doubts.take_step(federation.context(KUNITACHI), CLERK, filing)


def listed(federation: Federation, *, closed: bool = False) -> list[tuple[int, tuple[str, ...]]]:
    found = doubts.list_doubts(federation.context(KUNITACHI), CLERK, closed=closed)
    assert not isinstance(found, Refused)
    return [(one.doubt_id, one.steps) for one in found]


def couple(federation: Federation) -> tuple[Found, Found]:
    head = make_person(seed=1, municipality=KUNITACHI)
    wife = replace(make_person(seed=2, municipality=KUNITACHI), relationship="妻")
    one, other = counter.load(federation, KUNITACHI, [head, wife])
    return one, other


@case("Act Art. 14(2)", "Act Art. 3(1)", permitted="BW19 BW20 BW21 BW22")
def test_what_a_resident_points_out_waits_until_the_record_was_corrected(federation: Federation) -> None:
    one, other = couple(federation)
    number = note(federation, source="resident", resident_no=other.resident_no, by=one.resident_no)
    assert listed(federation) == [(number, ())]
    (entry,) = counter.audit(federation, KUNITACHI, NOTED)
    assert (entry["resident_no"], entry["reference"]) == (other.resident_no, str(number))
    assert "Act Art. 14(2)" in entry["rules"]
    refused = follow(federation, number, DoubtStep.CORRECTED)
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["BW22"]
    holding.corrected(federation.context(KUNITACHI), CLERK, other)
    assert follow(federation, number, DoubtStep.CORRECTED) == Noted(number)
    assert listed(federation) == []
    assert listed(federation, closed=True) == [(number, ("corrected",))]
    assert SECRET not in str(counter.audit(federation, KUNITACHI))


@case("Act Art. 14(1)", "Act Art. 13", permitted="BW20 BW23")
def test_a_commission_tells_of_an_omission_and_somebody_is_called_on_to_notify(
    federation: Federation,
) -> None:
    number = note(federation, source="commission")
    for due in ("2013-07-22", "2013-08-05"):
        assert follow(federation, number, DoubtStep.CALLED_ON, due_on=due) == Noted(number)
    (found,) = doubts.list_doubts(federation.context(KUNITACHI), CLERK)  # type: ignore[misc]
    assert (found.steps, found.due_on) == (("called-on", "called-on"), date(2013, 8, 5))
    assert follow(federation, number, DoubtStep.CORRECTED) == Noted(number)
    assert listed(federation) == []


@case(refused="R1 BW19 BW20 F1")
def test_what_is_no_doubt_is_refused(federation: Federation) -> None:
    one, _ = couple(federation)
    (stranger,) = counter.move_in(federation, KUNITACHI).resident_nos
    ctx = federation.context(KUNITACHI)
    resident = {"source": "resident", "resident_no": one.resident_no}
    for changes, expected in (
        (resident | {"by": stranger}, ["BW19"]),
        (resident, ["BW19"]),
        (resident | {"resident_no": "00000000990", "by": stranger}, ["R1", "BW19"]),
        ({"by": stranger}, ["BW20"]),
        ({"received_on": "2013-07-09"}, ["F1"]),
    ):
        act = partial(doubts.note_doubt, ctx, CLERK, read_doubt(doubt(**changes)))
        counter.assert_refused(federation, KUNITACHI, NOTED, act, *expected)


@case(refused="BW19")
def test_who_left_points_nothing_out(federation: Federation) -> None:
    one, other = couple(federation)
    counter.die(federation, KUNITACHI, one.resident_no)
    ctx = federation.context(KUNITACHI)
    filing = read_doubt(doubt(source="resident", resident_no=other.resident_no, by=one.resident_no))
    counter.assert_refused(
        federation, KUNITACHI, NOTED, lambda: doubts.note_doubt(ctx, CLERK, filing), "BW19"
    )


@case(refused="BW21 BW22 BW23 F1")
def test_a_doubt_is_closed_once(federation: Federation) -> None:
    one, _ = couple(federation)
    number = note(federation, resident_no=one.resident_no)

    def refuse(*expected: str, number: int = number, **changes: Any) -> None:
        what = changes.pop("step", DoubtStep.RIGHT)
        act = partial(follow, federation, number, what, **changes)
        counter.assert_refused(federation, KUNITACHI, FOLLOWED, act, *expected)

    refuse("BW21", number=number + 1)
    refuse("BW22", step=DoubtStep.CORRECTED)
    refuse("BW23", step=DoubtStep.CALLED_ON)
    refuse("F1", done_on="2013-07-09")
    assert follow(federation, number, DoubtStep.RIGHT) == Noted(number)
    refuse("BW21")
    refuse("BW21", step=DoubtStep.CALLED_ON, due_on="2013-07-22")


def test_only_who_may_handles_doubts_and_tells_the_commission(federation: Federation) -> None:
    noting, following = read_doubt(doubt()), read_doubt_step(step(1, DoubtStep.RIGHT))
    handle = Permission.REGISTER_DOUBT_HANDLE
    for event, permission, attempt in (
        (NOTED, handle, lambda ctx, claim: doubts.note_doubt(ctx, claim, noting)),
        (FOLLOWED, handle, lambda ctx, claim: doubts.take_step(ctx, claim, following)),
        ("register:doubts:read", handle, doubts.list_doubts),
        (
            TOLD,
            Permission.REGISTER_VOTERS_TELL,
            lambda ctx, claim: voters.list_changes(ctx, claim, DAY, DAY),
        ),
    ):
        counter.assert_gated(federation, KUNITACHI, event, permission, attempt)


def test_a_doubt_is_kept_whole_or_not_at_all(federation: Federation) -> None:
    filing = read_doubt(doubt())
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: doubts.note_doubt(ctx, CLERK, filing)
    )
    closing = read_doubt_step(step(listed(federation)[0][0], DoubtStep.RIGHT))
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: doubts.take_step(ctx, CLERK, closing)
    )


# The election commission


def changes(federation: Federation, first: date, last: date | None = None) -> list[VoterChange]:
    found = voters.list_changes(federation.context(KUNITACHI), CLERK, first, last or first)
    assert not isinstance(found, Refused), found
    return list(found)


def turn(federation: Federation, day: date) -> None:
    federation.clock.moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    federation.set_date(day)


@case("Act Art. 15(2)", permitted="BW24")
def test_the_commission_is_told_who_came_left_or_was_corrected(federation: Federation) -> None:
    first, second = date(2013, 7, 9), date(2013, 7, 10)
    turn(federation, DAY)
    stays, moves, dies, splits = counter.load(
        federation, KUNITACHI, *([make_person(seed=seed, municipality=KUNITACHI)] for seed in range(1, 5))
    )
    turn(federation, first)
    (came,) = counter.move_in(federation, KUNITACHI).resident_nos
    child = counter.japanese(
        birth_date=PartialDate("2000-04-17"), koseki=Koseki("東京都国立市中一丁目", "国立　太郎")
    )
    counter.move_in(federation, KUNITACHI, child, counter.foreign(relationship="同居人"))
    turn(federation, second)
    to = Address(KUNITACHI, "東京都国立市中一丁目1番地")
    counter.move_within(federation, KUNITACHI, moves.resident_no, address=to, filed_on=second)
    counter.die(federation, KUNITACHI, dies.resident_no)
    counter.change_code(federation, KUNITACHI, splits)
    holding.hold(
        federation, counter.read(federation, KUNITACHI, dies.resident_no), holding.terms(Process.ISSUE)
    )
    assert [(one.resident_no, one.told) for one in changes(federation, first)] == [(came, Told.RECORDED)]
    told = {one.resident_no: one for one in changes(federation, second)}
    assert {number: (one.told, one.reason, one.held) for number, one in told.items()} == {
        moves.resident_no: (Told.CORRECTED, "move-within", False),
        dies.resident_no: (Told.DELETED, "death", True),
    }
    assert told[moves.resident_no].record.address == to
    assert told[dies.resident_no].record == dies.record
    assert len(changes(federation, first, second)) == 3
    assert stays.resident_no not in {one.resident_no for one in changes(federation, first, second)}
    entry = counter.audit(federation, KUNITACHI, TOLD)[-1]
    assert (entry["reference"], entry["resident_no"]) == ("2013-07-09/2013-07-10", None)
    assert "persons 3" in entry["rules"]


@case("Act Art. 15(2)")
def test_who_came_and_went_between_the_days_is_not_told_and_late_entries_count_by_their_day(
    federation: Federation,
) -> None:
    turn(federation, DAY)
    (came,) = counter.move_in(federation, KUNITACHI).resident_nos
    counter.die(federation, KUNITACHI, came, on=date(2013, 7, 7))
    assert changes(federation, DAY) == []
    (other,) = counter.load(federation, KUNITACHI, [make_person(seed=9, municipality=KUNITACHI)])
    turn(federation, date(2013, 7, 20))
    counter.die(federation, KUNITACHI, other.resident_no, on=date(2013, 7, 6))
    assert [one.on for one in changes(federation, date(2013, 7, 20))] == [date(2013, 7, 6)]


@case("spec 1.1.8")
def test_the_commission_is_told_a_day_as_it_is_stated_and_when_that_alone_changes(
    federation: Federation, tmp_path: Path
) -> None:
    turn(federation, DAY)
    (found,) = counter.load(federation, KUNITACHI, [make_person(seed=9, municipality=KUNITACHI)])
    turn(federation, date(2013, 7, 9))
    assert found.record.became_resident_on is not None
    about = f"{found.record.became_resident_on.year}-XX-XX"
    stated = StatedDays(became_resident_on=PartialDate(about))
    counter.registered(correct(federation, found.resident_no, stated=stated))
    assert [one.told for one in changes(federation, date(2013, 7, 9))] == [Told.CORRECTED]
    out = tmp_path / "changes.csv"
    days = ("--from", "2013-07-09", "--to", "2013-07-09")
    assert run(federation, tmp_path, "voters-changes", *days, "--out", str(out)).exit_code == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert [row["resident_since"] for row in csv.DictReader(file)] == [about]


@case(refused="BW24")
def test_what_has_not_been_entered_yet_cannot_be_told(federation: Federation) -> None:
    turn(federation, DAY)
    ctx = federation.context(KUNITACHI)
    for first, last in ((DAY, date(2013, 7, 9)), (DAY, date(2013, 7, 7))):
        act = partial(voters.list_changes, ctx, CLERK, first, last)
        counter.assert_refused(federation, KUNITACHI, TOLD, act, "BW24")


# The commands


def run(federation: Federation, path: Path, *line: str, filing: dict[str, Any] | None = None) -> Result:
    @contextmanager
    def opened(_: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    app = common.make_app("Test.")
    commands.add_to(app, opened)
    if filing is not None:
        (path / "filing.json").write_text(json.dumps(filing), "utf-8")
        line = (*line, str(path / "filing.json"))
    return CliRunner().invoke(app, [*line, "--as", CLERK.operator_id])


def test_the_commands_note_follow_list_and_tell(federation: Federation, tmp_path: Path) -> None:
    turn(federation, DAY)
    counter.move_in(federation, KUNITACHI)
    assert run(federation, tmp_path, "doubts", "note", filing=doubt()).stdout == "Noted: no. 1.\n"
    assert run(federation, tmp_path, "doubts", "note", filing={"x": 1}).exit_code == 1
    called = step(1, DoubtStep.CALLED_ON, due_on="2013-07-22")
    assert run(federation, tmp_path, "doubts", "follow", filing=called).exit_code == 0
    assert run(federation, tmp_path, "doubts", "follow", filing=step(2, DoubtStep.RIGHT)).exit_code == 3
    shown = run(federation, tmp_path, "doubts", "list").stdout
    assert "called-on, to notify by 2013-07-22" in shown
    assert run(federation, tmp_path, "doubts", "follow", filing=step(1, DoubtStep.RIGHT)).exit_code == 0
    assert run(federation, tmp_path, "doubts", "list").stdout == "No doubt is open.\n"
    everything = json.loads(run(federation, tmp_path, "doubts", "list", "--all", "--json").stdout)
    assert [one["steps"] for one in everything["doubts"]] == [["called-on", "right"]]
    out = tmp_path / "changes.csv"
    days = ("--from", "2013-07-08", "--to", "2013-07-08")
    told = run(federation, tmp_path, "voters-changes", *days, "--out", str(out))
    assert (told.exit_code, told.stdout.splitlines()[0]) == (0, "Listed: 1.")
    with out.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["told"], row["name"], row["resident_since"], row["held"]) == (
        *("recorded", "国立　花子", "2013-07-06", ""),
    )
    assert (
        run(federation, tmp_path, "voters-changes", "--from", "x", *days[2:], "--out", str(out)).exit_code
        == 2
    )


@pytest.mark.parametrize("fault", [{"source": "漏洩"}, {"said": ""}, {"x": 1}])
def test_a_doubt_is_read_strictly(fault: dict[str, Any]) -> None:
    with pytest.raises(JukinetError) as raised:
        read_doubt(doubt(**fault))
    assert "漏洩" not in str(raised.value)
