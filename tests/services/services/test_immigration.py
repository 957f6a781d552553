"""What the immigration authority is told of foreign residents: every change, in the order of entry, as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner

from jukinet.cli import register
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import PersonName
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import departures, immigration
from jukinet.services.context import JAPAN, Context
from jukinet.services.immigration import ImmigrationList
from jukinet.testing.federation import CLERK, WORKER, Federation
from jukinet.testing.gazetteer import KUNITACHI

TOLD = "register:immigration:told"


def today(federation: Federation) -> date:
    """The real day in Japan, by which entries are listed."""
    return federation.context(KUNITACHI).now().astimezone(JAPAN).date()


def listed(federation: Federation, first: date, last: date) -> ImmigrationList:
    found = immigration.list_for_immigration(federation.context(KUNITACHI), CLERK, first, last)
    assert isinstance(found, ImmigrationList), found
    return found


@case(permitted="OF17")
def test_every_change_of_a_foreign_resident_stands_in_it_in_the_order_of_entry(
    federation: Federation,
) -> None:
    (japanese,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    other = counter.foreign(name=PersonName("JONES MARY", latin="JONES MARY"))
    federation.clock.advance(timedelta(seconds=1))
    (second,) = counter.move_in(federation, KUNITACHI, other).resident_nos
    federation.clock.advance(timedelta(seconds=1))
    counter.move_within(federation, KUNITACHI, number)
    counter.die(federation, KUNITACHI, number)
    day = today(federation)
    found = listed(federation, day, day).entries
    assert [(one.resident_no, one.reason, one.present) for one in found] == [
        (number, RegisterReason.MOVE_IN, True),
        (second, RegisterReason.MOVE_IN, True),
        (number, RegisterReason.MOVE_WITHIN, True),
        (number, RegisterReason.DEATH, False),
    ]
    assert japanese not in {one.resident_no for one in found}
    assert listed(federation, day - timedelta(days=2), day - timedelta(days=1)).entries == ()
    assert listed(federation, day, day).entries == found  # the same days, once more
    assert [entry["reference"] for entry in counter.audit(federation, KUNITACHI, TOLD)] == [
        f"{day}/{day}",
        f"{day - timedelta(days=2)}/{day - timedelta(days=1)}",
        f"{day}/{day}",
    ]


def test_who_will_move_out_is_told_of_on_the_day_and_not_before(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    counter.file_move_out(federation, KUNITACHI, [number])
    day = today(federation)
    assert [one.reason for one in listed(federation, day, day).entries] == [RegisterReason.MOVE_IN]
    planned_on = counter.move_out_filing([number]).planned_on
    federation.set_date(planned_on)
    assert departures.complete_due_move_outs(federation.context(KUNITACHI, WORKER)) == 1
    gone = listed(federation, day, today(federation)).entries[-1]
    assert (gone.reason, gone.effective_on, gone.present) == (
        RegisterReason.MOVE_OUT,
        planned_on,
        False,
    )


@pytest.mark.parametrize(("first", "last"), [(0, 1), (0, -1)])
@case(refused="OF17")
def test_days_that_have_come_are_listed_from_first_to_last(
    federation: Federation, first: int, last: int
) -> None:
    day = today(federation)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        TOLD,
        lambda: immigration.list_for_immigration(
            ctx, CLERK, day + timedelta(days=first), day + timedelta(days=last)
        ),
        "OF17",
    )


def test_only_who_may_lists_it(federation: Federation) -> None:
    day = today(federation)
    counter.assert_gated(
        federation,
        KUNITACHI,
        TOLD,
        Permission.REGISTER_IMMIGRATION_TELL,
        lambda ctx, claim: immigration.list_for_immigration(ctx, claim, day, day),
    )
    refused = immigration.list_for_immigration(federation.context(KUNITACHI), counter.STRANGER, day, day)
    assert isinstance(refused, Refused)


def test_the_command_writes_a_file_for_its_owner(federation: Federation, tmp_path: Path) -> None:
    counter.move_in(federation, KUNITACHI, counter.foreign())

    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    out, day = tmp_path / "notices.json", today(federation).isoformat()
    words = ["immigration-notices", "--from", day, "--to", day, "--out", str(out), "--as", "sato"]
    done = CliRunner(env={"COLUMNS": "80"}).invoke(register.make_app(opened), words)
    assert done.exit_code == 0, done.output
    (change,) = json.loads(out.read_text())["changes"]
    assert (change["number"], change["name"], change["recorded"]) == (1, "SMITH ANNA", True)
    assert out.stat().st_mode & 0o077 == 0
