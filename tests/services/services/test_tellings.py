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
from jukinet.services import rewriting
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import Corrections
from jukinet.services.rewriting import LAID_OPEN, RemakeFiling
from jukinet.services.tellings import list_tellings
from jukinet.store.tellings import Told
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

AGENT = Notifier(Capacity.AGENT, IdentityShown.PASSPORT, in_writing=True, authority=AuthorityShown.LETTER)


def listed(federation: Federation, first: date | None = None) -> list[Told]:
    found = list_tellings(federation.context(KUNITACHI), CLERK, first)
    assert isinstance(found, tuple), found
    return list(found)


def run(federation: Federation, *words: str) -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    return CliRunner().invoke(register.make_app(opened), ["tellings", "--as", "sato", *words])


@case("Ord. Art. 17(2)", "spec 4.1.0.3")
def test_a_letter_and_a_record_laid_open_stand_on_the_list(federation: Federation) -> None:
    own = counter.move_in(federation, KUNITACHI, counter.japanese())
    assert listed(federation) == []
    moved = counter.move_within(federation, KUNITACHI, *own.resident_nos, notified_by=AGENT)
    number = moved.resident_nos[0]
    remake = RemakeFiling(number, counter.TODAY, Corrections())
    counter.registered(rewriting.remake_record(federation.context(KUNITACHI), CLERK, remake))
    letter, open_record = listed(federation)
    assert letter == Told(number, 2, ACCEPTED, counter.TODAY, None)
    assert (open_record.way, open_record.resident_no) == (LAID_OPEN, number)
    assert open_record.open_until is not None
    assert listed(federation, counter.TODAY + timedelta(days=1)) == []
    federation.set_date(counter.TODAY + timedelta(days=1))
    assert listed(federation) == []
    assert listed(federation, counter.TODAY) == [letter, open_record]


def test_what_is_printed(federation: Federation) -> None:
    own = counter.move_in(federation, KUNITACHI, counter.japanese())
    assert run(federation).output == "Nobody is to be told of anything.\n"
    (number,) = counter.move_within(federation, KUNITACHI, *own.resident_nos, notified_by=AGENT).resident_nos
    printed = run(federation)
    assert (printed.exit_code, printed.output) == (0, f"{counter.TODAY}  {number} no. 2  {ACCEPTED}\n")
    assert json.loads(run(federation, "--json", "--since", "2013-07-01").output)["tellings"] == [
        {
            "resident_no": number,
            "history_no": 2,
            "way": ACCEPTED,
            "decided_on": counter.TODAY.isoformat(),
            "open_until": None,
        }
    ]


@pytest.mark.usefixtures("standing")
def test_the_list_has_its_gate(standing: Federation) -> None:
    counter.assert_gated(
        standing, KUNITACHI, "register:tellings:read", Permission.REGISTER_RESIDENT_READ, list_tellings
    )
