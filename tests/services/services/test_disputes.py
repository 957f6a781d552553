"""Another mayor is of another opinion on where somebody lives: from the consultation to what the register says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.test_doubts import FOLLOWED, NOTED, doubt, follow, note, step, turn
from typer.testing import CliRunner

from jukinet.cli import common
from jukinet.cli import doubts as commands
from jukinet.domain.items import DeletionCause
from jukinet.law.doubts import DoubtStep
from jukinet.law.ex_officio import Basis, Ground, Telling
from jukinet.services import doubts, ex_officio
from jukinet.services.context import Context
from jukinet.services.doubts import Noted, read_doubt, read_doubt_step
from jukinet.services.ex_officio_filings import DeletionFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

FILING = {"source": "municipality", "municipality": str(CHIYODA)}


def dispute(federation: Federation, number: str | None, **changes: Any) -> int:
    return note(federation, **(FILING | {"resident_no": number} | changes))


def decided(federation: Federation, number: int, where: str, on: str = "2013-07-08") -> None:
    assert follow(federation, number, DoubtStep.ASKED) == Noted(number)
    assert follow(federation, number, DoubtStep.DECIDED, lives_in=where, done_on=on) == Noted(number)


def deleted(federation: Federation, number: str) -> None:
    basis = Basis(Ground.DECISION, confirmed=True, told=Telling.NOTICE)
    filing = DeletionFiling(number, date(2013, 7, 6), DeletionCause.NOT_LIVING_HERE, basis)
    counter.registered(ex_officio.delete_ex_officio(federation.context(KUNITACHI), CLERK, filing))


@case("Act Art. 33(1)-(3)", "Ord. Art. 12(2)(vi)", permitted="KO2 KO3 KO4 KO6 BW22")
def test_what_was_decided_is_carried_out_and_then_closes_the_dispute(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = dispute(federation, found.resident_no)
    decided(federation, number, str(CHIYODA))
    for closing, rules in ((DoubtStep.RIGHT, ["KO6"]), (DoubtStep.CORRECTED, ["BW22", "KO6"])):
        act = partial(follow, federation, number, closing)
        counter.assert_refused(federation, KUNITACHI, FOLLOWED, act, *rules)
    deleted(federation, found.resident_no)
    assert follow(federation, number, DoubtStep.CORRECTED) == Noted(number)
    (one,) = doubts.list_doubts(federation.context(KUNITACHI), CLERK, closed=True)  # type: ignore[misc]
    assert (one.is_open, one.municipality, one.lives_in) == (False, CHIYODA, CHIYODA)
    assert one.steps == ("decision-asked", "decided", "corrected")
    (entry, *_) = counter.audit(federation, KUNITACHI, NOTED)
    assert "Act Art. 33(1)" in entry["rules"]
    articles = [article for one in counter.audit(federation, KUNITACHI, FOLLOWED) for article in one["rules"]]
    assert {"Act Art. 33(1)", "Act Art. 33(3)"} <= set(articles)


@case("Act Art. 33(4)", permitted="KO3 KO4 KO5 KO6")
def test_a_judgment_takes_the_place_of_the_decision(federation: Federation) -> None:
    turn(federation, date(2013, 7, 8))
    (found,) = counter.load(federation)
    number = dispute(federation, found.resident_no)
    decided(federation, number, str(CHIYODA))
    turn(federation, date(2013, 8, 7))
    assert follow(federation, number, DoubtStep.SUED, done_on="2013-08-07") == Noted(number)
    at_court = partial(follow, federation, number, DoubtStep.RIGHT)
    counter.assert_refused(federation, KUNITACHI, FOLLOWED, at_court, "KO3", "KO6")
    judged = {"lives_in": str(KUNITACHI), "done_on": "2013-08-07"}
    assert follow(federation, number, DoubtStep.JUDGED, **judged) == Noted(number)
    assert follow(federation, number, DoubtStep.RIGHT, done_on="2013-08-07") == Noted(number)


@case("Act Art. 33(1)", permitted="KO3 KO6")
def test_mayors_who_agree_after_all_ask_for_no_decision(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = dispute(federation, found.resident_no)
    deleted(federation, found.resident_no)
    assert follow(federation, number, DoubtStep.CORRECTED) == Noted(number)
    missing = dispute(federation, None)
    decided(federation, missing, str(CHIYODA))
    assert follow(federation, missing, DoubtStep.RIGHT) == Noted(missing), "who is recorded nowhere here"


@case(refused="KO2 KO3 KO4 KO5 BW24")
def test_what_is_no_step_of_a_dispute_is_refused(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    for changes in ({"municipality": None}, {"municipality": str(KUNITACHI)}, {"source": "office"}):
        filing = read_doubt(doubt(**{**FILING, **changes}))
        act = partial(doubts.note_doubt, ctx, CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, NOTED, act, "KO2")
    turn(federation, date(2013, 7, 8))
    plain, number = note(federation), dispute(federation, None)

    def refuse(*expected: str, what: DoubtStep, number: int = number, **changes: Any) -> None:
        act = partial(follow, federation, number, what, **changes)
        counter.assert_refused(federation, KUNITACHI, FOLLOWED, act, *expected)

    refuse("KO3", what=DoubtStep.ASKED, number=plain)
    refuse("KO3", what=DoubtStep.SUED)
    refuse("KO3", "KO4", what=DoubtStep.DECIDED)
    assert follow(federation, number, DoubtStep.ASKED) == Noted(number)
    refuse("BW24", what=DoubtStep.DECIDED, lives_in=str(CHIYODA), done_on="2013-07-07")
    assert follow(federation, number, DoubtStep.DECIDED, lives_in=str(CHIYODA)) == Noted(number)
    turn(federation, date(2013, 8, 8))
    refuse("KO5", what=DoubtStep.SUED, done_on="2013-08-08")


def test_a_step_of_a_dispute_is_kept_whole_or_not_at_all(federation: Federation) -> None:
    number = dispute(federation, None)
    filing = read_doubt_step(step(number, DoubtStep.ASKED))
    assert counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: doubts.take_step(ctx, CLERK, filing)
    )


@case("Act Art. 33(1), (2)")
def test_the_list_says_who_decides_and_until_when(federation: Federation) -> None:
    near, far = dispute(federation, None), dispute(federation, None, municipality=str(FUKUSHIMA))
    for one in (near, far):
        assert follow(federation, one, DoubtStep.ASKED) == Noted(one)

    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    app = common.make_app("Tests.")
    commands.add_to(app, opened)
    told = CliRunner().invoke(app, ["doubts", "list", "--as", "sato"]).output
    assert f"with {CHIYODA}: for the governor, until 2013-09-06" in told
    assert f"with {FUKUSHIMA}: for the minister, until 2013-09-06" in told
    plain = json.loads(CliRunner().invoke(app, ["doubts", "list", "--as", "sato", "--json"]).output)
    assert [one["municipality"] for one in plain["doubts"]] == [str(CHIYODA), str(FUKUSHIMA)]
