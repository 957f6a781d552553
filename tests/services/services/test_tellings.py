"""Who is to be told of acts: every act that says so stands on the list, by number, from its day on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner, Result

from jukinet.cli import register
from jukinet.domain.permissions import Permission
from jukinet.law.notifications import ACCEPTED, AuthorityShown, Capacity, IdentityShown, Notifier
from jukinet.law.tellings import Step, Telling
from jukinet.services import rewriting
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import Corrections
from jukinet.services.rewriting import LAID_OPEN, RemakeFiling
from jukinet.services.tellings import StepFiling, list_tellings, note_step
from jukinet.store.tellings import Told
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

NOTED = "register:telling:noted"
AGENT = Notifier(Capacity.AGENT, IdentityShown.PASSPORT, in_writing=True, authority=AuthorityShown.LETTER)


def listed(federation: Federation, first: date | None = None) -> list[Told]:
    found = list_tellings(federation.context(KUNITACHI), CLERK, first)
    assert isinstance(found, tuple), found
    return list(found)


def run(federation: Federation, *words: str, command: str = "tellings") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    return CliRunner().invoke(register.make_app(opened), [command, "--as", "sato", *words])


@case("Ord. Art. 17(2)", "spec 4.1.0.3")
def test_a_letter_and_a_record_laid_open_stand_on_the_list(federation: Federation) -> None:
    own = counter.move_in(federation, KUNITACHI, counter.japanese())
    assert listed(federation) == []
    moved = counter.move_within(federation, KUNITACHI, *own.resident_nos, notified_by=AGENT)
    number = moved.resident_nos[0]
    remake = RemakeFiling(number, counter.TODAY, Corrections())
    counter.registered(rewriting.remake_record(federation.context(KUNITACHI), CLERK, remake))
    letter, open_record = listed(federation)
    assert letter == Told(letter.telling_id, letter.resident_id, number, 2, Telling(ACCEPTED, counter.TODAY))
    assert (open_record.telling.way, open_record.resident_no) == (LAID_OPEN, number)
    assert open_record.telling.open_until is not None
    assert listed(federation, counter.TODAY + timedelta(days=1)) == []
    federation.set_date(counter.TODAY + timedelta(days=1))
    assert listed(federation) == [letter, open_record], "open until somebody has noted that it is done"
    assert listed(federation, counter.TODAY) == [letter, open_record]


def note(federation: Federation, told: Told, step: Step, day: date) -> object:
    return note_step(federation.context(KUNITACHI), CLERK, StepFiling(told.telling_id, step, day))


@case("Ord. Art. 12(4)", "Ord. Art. 17(2)", permitted="MG9 MG10 MG11 MG12 MG13")
def test_a_telling_is_open_until_somebody_has_noted_the_last_step_of_it(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    counter.move_within(federation, KUNITACHI, number, notified_by=AGENT)
    remake = RemakeFiling(number, counter.TODAY, Corrections())
    counter.registered(rewriting.remake_record(federation.context(KUNITACHI), CLERK, remake))
    letter, remade = listed(federation)
    last = remade.telling.open_until
    assert last is not None
    counter.registered(note(federation, letter, Step.SENT, counter.TODAY))
    assert listed(federation) == [remade]
    counter.registered(note(federation, remade, Step.BEGUN, counter.TODAY))
    (begun,) = listed(federation)
    assert begun.telling.done == ((Step.BEGUN, counter.TODAY),)
    federation.set_date(last)
    counter.registered(note(federation, remade, Step.ENDED, last))
    assert listed(federation) == []
    assert [one.telling.is_open for one in listed(federation, counter.TODAY)] == [False, False]
    entries = counter.audit(federation, KUNITACHI, NOTED)
    assert [(entry["resident_no"], entry["reference"].split()[1]) for entry in entries] == [
        (number, "sent"),
        (number, "begun"),
        (number, "ended"),
    ]


@case(refused="MG9 MG10 MG11 MG12 MG13")
def test_what_is_noted_wrongly_is_refused_and_stores_nothing(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    remake = RemakeFiling(number, counter.TODAY, Corrections())
    counter.registered(rewriting.remake_record(federation.context(KUNITACHI), CLERK, remake))
    (remade,) = listed(federation)
    nothing = Told(remade.telling_id + 1, remade.resident_id, number, 1, remade.telling)
    tomorrow = counter.TODAY + timedelta(days=1)

    def refuse(told: Told, step: Step, day: date, *rules: str) -> None:
        counter.assert_refused(
            federation, KUNITACHI, NOTED, lambda: note(federation, told, step, day), *rules
        )

    refuse(nothing, Step.BEGUN, counter.TODAY, "MG9")
    refuse(remade, Step.SENT, counter.TODAY, "MG10")
    refuse(remade, Step.ENDED, counter.TODAY, "MG11", "MG13")
    refuse(remade, Step.BEGUN, tomorrow, "MG12")
    refuse(remade, Step.BEGUN, counter.TODAY - timedelta(days=1), "MG12")
    counter.registered(note(federation, remade, Step.BEGUN, counter.TODAY))
    refuse(remade, Step.BEGUN, counter.TODAY, "MG11")
    refuse(remade, Step.ENDED, counter.TODAY, "MG13")


def test_only_who_may_notes_that_somebody_was_told(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        NOTED,
        Permission.REGISTER_TELLING_NOTE,
        lambda ctx, claim: note_step(ctx, claim, StepFiling(1, Step.SENT, counter.TODAY)),
    )


def test_what_is_printed(federation: Federation) -> None:
    own = counter.move_in(federation, KUNITACHI, counter.japanese())
    assert run(federation).output == "Nobody is to be told of anything.\n"
    (number,) = counter.move_within(federation, KUNITACHI, *own.resident_nos, notified_by=AGENT).resident_nos
    printed = run(federation)
    assert (printed.exit_code, printed.output) == (0, f"1  {counter.TODAY}  {number} no. 2  {ACCEPTED}\n")
    assert json.loads(run(federation, "--json", "--since", "2013-07-01").output)["tellings"] == [
        {
            "number": 1,
            "resident_no": number,
            "history_no": 2,
            "way": ACCEPTED,
            "decided_on": counter.TODAY.isoformat(),
            "open_until": None,
            "done": {},
            "open": True,
        }
    ]
    day = counter.TODAY.isoformat()
    noted = run(federation, "1", "sent", "--on", day, command="told")
    assert (noted.exit_code, noted.output) == (0, f"Noted: no. 1 sent on {day}.\n")
    assert run(federation).output == "Nobody is to be told of anything.\n"
    done = run(federation, "--since", day).output
    assert done == f"1  {day}  {number} no. 2  {ACCEPTED}, sent {day}\n"
    assert run(federation, "1", "sent", "--on", day, command="told").exit_code == 3


@pytest.mark.usefixtures("standing")
def test_the_list_has_its_gate(standing: Federation) -> None:
    counter.assert_gated(
        standing, KUNITACHI, "register:tellings:read", Permission.REGISTER_RESIDENT_READ, list_tellings
    )
