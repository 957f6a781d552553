"""Printing the notices of codes: who waits, who is left out, and that a failure loses nobody's notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.conformance.cases import case, refusals
from tests.services.services import counter, holding
from typer.testing import CliRunner

from jukinet.cli import code_slips
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.law.code_notices import NoticeGround
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.services import codes, settings, slips
from jukinet.services.context import Context
from jukinet.services.filings import CodeCorrectionFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.slips import Slip, SlipBatch
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

PRINTED, AGAIN = "register:slip:printed", "register:slip:printed-again"


def anything(_slip: Slip) -> bool:
    return True


def begin(
    federation: Federation, claim: OperatorClaim = CLERK, can_print: slips.CanPrint = anything
) -> SlipBatch:
    done = slips.begin(federation.context(KUNITACHI), claim, can_print)
    assert isinstance(done, SlipBatch), done
    return done


def finish(federation: Federation, batch: SlipBatch) -> None:
    slips.finish(federation.context(KUNITACHI), batch.batch)


def printed(federation: Federation, claim: OperatorClaim = CLERK) -> SlipBatch:
    batch = begin(federation, claim)
    finish(federation, batch)
    return batch


def who(batch: SlipBatch) -> list[str]:
    return [slip.resident_no for slip in batch.slips]


def one(federation: Federation, number: str, claim: OperatorClaim = CLERK) -> SlipBatch | Refused:
    return slips.begin_one(federation.context(KUNITACHI), claim, number, anything)


@case("Ord. 2010 no. 253 suppl. Art. 9(3)", "spec 4.3.3")
def test_the_notices_of_the_start_are_printed_once_in_their_order(federation: Federation) -> None:
    foreign = [counter.load(federation, kind=RecordKind.FOREIGN, seed=seed)[0] for seed in range(3)]
    codes.assign_codes_to_foreign_residents(federation.context(KUNITACHI), CLERK)
    batch = begin(federation)
    assert who(batch) == [found.resident_no for found in foreign]
    for slip, found in zip(batch.slips, foreign, strict=True):
        now = counter.read(federation, KUNITACHI, found.resident_no).record
        assert (slip.code, slip.ground, slip.foreign) == (now.code, NoticeGround.START, True)
        assert (slip.name, slip.decided_on) == (now.name.latin or now.name.text, counter.TODAY)
        assert "".join(slip.address) in now.address.full.replace(" ", "").replace("　", "")
    entries = counter.audit(federation, KUNITACHI, PRINTED)
    assert [(entry["resident_no"], entry["reference"], entry["outcome"]) for entry in entries] == [
        (number, batch.batch, "done") for number in who(batch)
    ]
    assert {"Ord. 2010 no. 253 suppl. Art. 9(3)"} <= set(entries[0]["rules"])
    finish(federation, batch)
    assert who(begin(federation)) == []
    assert counter.audit(federation, KUNITACHI, PRINTED)[-1]["outcome"] == "none"


@case("Act Arts. 30-2(3), 30-3(4)", "Ord. Art. 30-4(2)")
def test_each_ground_is_said_and_only_the_code_that_stands(federation: Federation) -> None:
    first, second, third = (counter.load(federation, seed=seed)[0] for seed in range(3))
    born = counter.give_birth(federation, KUNITACHI, first.record.household_number)
    counter.change_code(federation, KUNITACHI, second)
    counter.change_code(federation, KUNITACHI, counter.read(federation, KUNITACHI, second.resident_no))
    correct = CodeCorrectionFiling(third.resident_no, confirmed=True)
    counter.registered(codes.correct_code(federation.context(KUNITACHI), CLERK, correct))
    batch = begin(federation)
    assert {slip.resident_no: slip.ground for slip in batch.slips} == {
        first.resident_no: NoticeGround.RECORDED,
        second.resident_no: NoticeGround.CHANGED,
        third.resident_no: NoticeGround.CORRECTED,
        born: NoticeGround.RECORDED,
    }
    for slip in batch.slips:
        assert slip.code == counter.read(federation, KUNITACHI, slip.resident_no).record.code


# A failure between


def test_a_batch_that_did_not_reach_its_file_is_given_again_to_who_began_it(federation: Federation) -> None:
    (found,) = counter.load(federation)
    lost = begin(federation)
    (later,) = counter.load(federation, seed=1)
    settings.enrol_operator(federation.context(KUNITACHI), CLERK, "suzuki", "鈴木", list(Permission))
    other = printed(federation, OperatorClaim("suzuki", "counter-2"))
    assert who(other) == [later.resident_no], "another operator's batch is not taken for one's own"
    federation.set_date(date(2013, 7, 9))
    counter.move_within(federation, KUNITACHI, found.resident_no)
    again = begin(federation)
    assert again == replace(lost, again=True), "the same sheets, the address and the day as they were"
    (entry,) = counter.audit(federation, KUNITACHI, AGAIN)
    assert (entry["resident_no"], entry["reference"]) == (found.resident_no, lost.batch)
    finish(federation, again)
    assert who(begin(federation)) == []


def test_what_must_not_go_out_any_more_is_left_out_of_the_second_try(federation: Federation) -> None:
    people = [counter.load(federation, seed=seed)[0] for seed in range(4)]
    lost = begin(federation)
    stays, held, gone, other = people
    holding.hold(federation, held, holding.terms(Process.ISSUE))
    counter.die(federation, KUNITACHI, gone.resident_no)
    counter.change_code(federation, KUNITACHI, other)
    again = begin(federation)
    assert (who(again), again.batch, again.again) == ([stays.resident_no], lost.batch, True)
    assert (again.held, again.gone) == ((held.resident_no,), (gone.resident_no,))
    finish(federation, again)
    assert who(begin(federation)) == [other.resident_no]


def test_a_batch_of_nobody_any_more_does_not_keep_the_next_back(federation: Federation) -> None:
    (gone,) = counter.load(federation)
    begin(federation)
    counter.die(federation, KUNITACHI, gone.resident_no)
    (found,) = counter.load(federation, seed=1)
    assert who(begin(federation)) == [found.resident_no]


def test_a_crash_while_choosing_marks_nobody(federation: Federation) -> None:
    counter.load(federation)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: slips.begin(ctx, CLERK, anything)
    )
    assert crashes >= 2  # the mark, the trail


@case(refused="CD23", permitted="CD23")
def test_lost_sheets_are_printed_again_by_the_number_of_the_batch(federation: Federation) -> None:
    counter.load(federation)
    batch, ctx = printed(federation), federation.context(KUNITACHI)
    assert slips.begin_again(ctx, CLERK, batch.batch) == replace(batch, again=True)
    counter.assert_refused(
        federation, KUNITACHI, AGAIN, lambda: slips.begin_again(ctx, CLERK, "0" * 32), "CD23"
    )


# Who is left out


@pytest.mark.parametrize(("level", "rules"), refusals((Level.ERROR, ["V1"]), (Level.ALERT, ["V2"])))
@case("spec 3.1")
def test_who_is_held_back_from_copies_is_in_no_batch_and_is_looked_into(
    federation: Federation, level: Level, rules: list[str]
) -> None:
    (held,) = counter.load(federation)
    (found,) = counter.load(federation, seed=1)
    (hold,) = holding.hold(federation, held, holding.terms(Process.ISSUE, level))
    batch = printed(federation)
    assert (who(batch), batch.held) == ([found.resident_no], (held.resident_no,))
    counter.assert_refused(federation, KUNITACHI, PRINTED, lambda: one(federation, held.resident_no), *rules)
    if level is Level.ERROR:
        holding.lift(federation, hold)
        alone = one(federation, held.resident_no)
    else:
        alone = one(federation, held.resident_no, replace(CLERK, confirmed=True))
    assert isinstance(alone, SlipBatch)
    assert who(alone) == [held.resident_no]


def test_a_hold_on_changes_keeps_no_notice_back(federation: Federation) -> None:
    (held,) = counter.load(federation)
    holding.hold(federation, held, holding.terms(Process.CHANGE))
    assert who(begin(federation)) == [held.resident_no]


def test_who_left_before_being_told_is_named_and_not_written_to(federation: Federation) -> None:
    (gone,) = counter.load(federation)
    counter.die(federation, KUNITACHI, gone.resident_no)
    batch = begin(federation)
    assert (batch.slips, batch.gone) == ((), (gone.resident_no,))


@case(refused="CD24", permitted="CD24")
def test_who_cannot_be_printed_is_named_and_does_not_hold_up_the_others(federation: Federation) -> None:
    strange, plain = (counter.load(federation, seed=seed)[0] for seed in range(2))

    def can_print(slip: Slip) -> bool:
        return slip.resident_no != strange.resident_no

    batch = begin(federation, can_print=can_print)
    assert (who(batch), batch.unprintable) == ([plain.resident_no], (strange.resident_no,))
    finish(federation, batch)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        PRINTED,
        lambda: slips.begin_one(ctx, CLERK, strange.resident_no, can_print),
        "CD24",
    )
    assert who(begin(federation)) == [strange.resident_no]


def test_a_batch_is_filled_past_those_held_back(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "MOST", 2)
    people = [counter.load(federation, seed=seed)[0] for seed in range(6)]
    for found in people[:3]:
        holding.hold(federation, found, holding.terms(Process.ISSUE))
    assert who(printed(federation)) == [found.resident_no for found in people[3:5]]
    assert who(printed(federation)) == [people[5].resident_no]


# One person


@case(permitted="CD22")
def test_one_notice_is_printed_as_often_as_it_is_asked_for(federation: Federation) -> None:
    (found,) = counter.load(federation)
    for _ in range(2):
        alone = one(federation, found.resident_no)
        assert isinstance(alone, SlipBatch)
        assert who(alone) == [found.resident_no]
        finish(federation, alone)
    assert who(begin(federation)) == []


@case(refused="CD22 R1")
def test_who_was_given_no_code_here_is_told_none(federation: Federation) -> None:
    (gone,) = counter.load(federation)
    counter.die(federation, KUNITACHI, gone.resident_no)
    (uncoded,) = counter.load(federation, kind=RecordKind.FOREIGN)
    for number, rule in ((gone.resident_no, "CD22"), (uncoded.resident_no, "CD22"), ("99999999999", "R1")):
        counter.assert_refused(
            federation,
            KUNITACHI,
            PRINTED,
            lambda number=number: one(federation, number),  # type: ignore[misc]
            rule,
        )


def test_a_town_not_connected_has_nobody_to_tell(federation: Federation) -> None:
    counter.load(federation, YAMATSURI)
    done = slips.begin(federation.context(YAMATSURI), CLERK, anything)
    assert isinstance(done, SlipBatch)
    assert done.slips == ()


def test_only_an_operator_who_may_prints_notices(standing: Federation) -> None:
    number = counter.somebody(standing).resident_no
    acts: list[tuple[str, Any]] = [
        (PRINTED, lambda ctx, claim: slips.begin(ctx, claim, anything)),
        (PRINTED, lambda ctx, claim: slips.begin_one(ctx, claim, number, anything)),
        (AGAIN, lambda ctx, claim: slips.begin_again(ctx, claim, "0" * 32)),
    ]
    for event, act in acts:
        counter.assert_gated(standing, KUNITACHI, event, Permission.REGISTER_SLIP_PRINT, act)


# The command


class FakePress:
    """Sets no type: the sheets are the numbers on them."""

    broken = False

    def can_print(self, _slip: Slip) -> bool:
        return True

    def print(self, batch: SlipBatch) -> bytes:
        if self.broken:
            raise SystemError("the process ended here")
        return " ".join(who(batch)).encode()


def test_the_command_says_that_a_batch_was_begun_before(federation: Federation, tmp_path: Path) -> None:
    press, app = FakePress(), typer.Typer()

    @contextmanager
    def open_press(_config: Path | None) -> Iterator[tuple[Context, FakePress]]:
        yield federation.context(KUNITACHI), press

    code_slips.add_to(app, open_press)
    (found,) = counter.load(federation)
    out = tmp_path / "slips.pdf"
    arguments = ["slips", "--out", str(out), "--as", "sato"]
    press.broken = True
    assert isinstance(CliRunner().invoke(app, arguments).exception, SystemError)
    press.broken = False
    second = CliRunner().invoke(app, arguments)
    assert second.exit_code == 0, second.output
    assert "printed before" in second.output
    assert out.read_bytes() == found.resident_no.encode()
    assert out.stat().st_mode & 0o777 == 0o600
    third = CliRunner().invoke(app, [*arguments, "--json"])
    said = json.loads(third.output)
    assert (said["printed"], said["path"], said["again"]) == (0, None, False)
    alone = CliRunner().invoke(
        app, ["slip", "--out", str(out), "--as", "sato", "--json"], input=f"{found.resident_no}\n"
    )
    said = json.loads(alone.output)
    assert (alone.exit_code, said["printed"]) == (0, 1)
    once_more = [*arguments, "--again", said["batch"], "--json"]
    assert json.loads(CliRunner().invoke(app, once_more).output)["again"] is True
    assert CliRunner().invoke(app, [*arguments, "--again", "x"]).exit_code == 1
