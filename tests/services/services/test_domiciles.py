"""What acts on resident records say to the supplementary register at the domicile (M9), and what does not fit it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.services.supplementing import (
    BEFORE,
    HANAKO,
    KOSEKI,
    OPENING,
    TARO,
    TODAY,
    letters,
    look,
    opened,
    said,
    stands,
    waiting,
    who,
)
from tests.services.services.test_ex_officio import deletion
from tests.services.world import CHIYO, KUNI, deliver, seal, statement

from jukinet.domain.items import DeletionCause, Koseki, PersonName
from jukinet.domain.persons import Address, Place
from jukinet.domain.supplementary import Way
from jukinet.law.decisions import Refused
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.messages.koseki_bodies import KosekiNotice, MismatchReason
from jukinet.services import (
    codes,
    departures,
    ex_officio,
    koseki_messages,
    moves,
    undoing,
)
from jukinet.services.koseki_messages import SeenFiling
from jukinet.services.undoing import UndoFiling
from jukinet.testing.federation import CLERK, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core


@case("Act Art. 19(1), (4)", "Reg. Art. 5-2(1)", "spec 7.1.1.1")
def test_a_move_in_elsewhere_reaches_the_register_with_the_act(federation: Federation) -> None:
    opened(federation)
    (number,) = counter.move_in(federation, CHIYODA).resident_nos
    federation.run()
    assert stands(federation) == (counter.ADDRESSES[CHIYODA], date(2013, 7, 6))
    assert waiting(federation) == []
    counter.move_within(federation, CHIYODA, number, moved_on=date(2013, 7, 7))
    federation.run()
    assert stands(federation) == (counter.elsewhere_in(CHIYODA), date(2013, 7, 7))
    speakers = [one.entry.speaker for one in look(federation).entries if one.entry.way is Way.ADDRESS]
    assert speakers == ["office", "office", str(CHIYO), str(CHIYO)]
    assert len(counter.audit(federation, KUNITACHI, "register:supplementary:told")) == 2


@case("Act Art. 19(1)", "spec 7.2.4")
def test_a_move_inside_the_municipality_of_the_domicile_is_written_by_the_same_act(
    federation: Federation,
) -> None:
    opened(federation)
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    assert stands(federation) == (counter.ADDRESSES[KUNITACHI], date(2013, 7, 6))
    steps = counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: moves.move_within(ctx, CLERK, counter.move_within_filing(KUNITACHI, number)),
    )
    assert steps >= 3
    assert stands(federation) == (counter.elsewhere_in(KUNITACHI), date(2013, 7, 6))
    assert said(federation, KUNITACHI) == []


@case("Act Art. 19(1)", "spec 7.1.1.1")
def test_who_leaves_the_country_is_told_and_who_moves_on_is_not(federation: Federation) -> None:
    opened(federation)
    (number,) = counter.move_in(federation, CHIYODA).resident_nos
    counter.file_move_out(federation, CHIYODA, [number], counter.HAWAII)
    federation.set_date(date(2013, 7, 10))
    departures.complete_due_move_outs(federation.context(CHIYODA, WORKER))
    federation.run()
    assert stands(federation) == (None, date(2013, 7, 10))
    assert "address" not in said(federation)[-1]
    told = len(said(federation))
    other = counter.japanese(name=PersonName(TARO))
    (number,) = counter.move_in(federation, CHIYODA, other).resident_nos
    counter.file_move_out(federation, CHIYODA, [number], FUKUSHIMA)
    departures.complete_due_move_outs(federation.context(CHIYODA, WORKER))
    assert len(said(federation)) == told + 1, "the move-in, and not the move-out"


@case("Act Art. 19(1)")
def test_who_was_taken_to_have_left_the_country_and_had_not(federation: Federation) -> None:
    """A destination that names no municipality, and then a move-in notice, which may bear an earlier day."""
    opened(federation)
    (number,) = counter.move_in(federation, CHIYODA).resident_nos
    counter.file_move_out(federation, CHIYODA, [number], Place("いなか"))
    federation.set_date(date(2013, 7, 10))
    departures.complete_due_move_outs(federation.context(CHIYODA, WORKER))
    federation.run()
    assert stands(federation) == (None, date(2013, 7, 10))
    mover = counter.japanese(code=counter.code_of(counter.read(federation, CHIYODA, number)))
    moved_on = date(2013, 7, 9)
    counter.move_in(federation, FUKUSHIMA, mover, moved_on=moved_on, filed_on=date(2013, 7, 10))
    federation.run()
    assert "address" not in said(federation)[-1]
    assert stands(federation) == (counter.ADDRESSES[FUKUSHIMA], moved_on)


@case("Act Art. 19(1)")
def test_an_undone_move_in_gives_way_to_the_address_before(federation: Federation) -> None:
    opened(federation)
    (number,) = counter.move_in(federation, CHIYODA).resident_nos
    federation.run()
    (elsewhere,) = counter.move_in(federation, FUKUSHIMA, moved_on=date(2013, 7, 7)).resident_nos
    federation.run()
    assert stands(federation) == (counter.ADDRESSES[FUKUSHIMA], date(2013, 7, 7))
    counter.registered(undoing.undo(federation.context(FUKUSHIMA), CLERK, UndoFiling(elsewhere, 1)))
    federation.run()
    assert stands(federation) == (counter.ADDRESSES[CHIYODA], date(2013, 7, 6))
    assert counter.read(federation, CHIYODA, number).resident_no == number


@case("Act Art. 19(1)")
def test_what_a_deletion_ex_officio_says(federation: Federation) -> None:
    here = counter.ADDRESSES[CHIYODA]
    names: dict[str, tuple[DeletionCause, Address | None]] = {
        "一": (DeletionCause.NOT_LIVING_HERE, None),
        "二": (DeletionCause.NEVER_LIVED_HERE, None),
    }
    names |= {"三": (DeletionCause.DISAPPEARED, here)}
    opened(federation, replace(OPENING, members=tuple(who(name) for name in names)))
    numbers = {
        name: counter.move_in(federation, CHIYODA, counter.japanese(name=PersonName(name))).resident_nos[0]
        for name in names
    }
    told = len(said(federation))
    for name, (cause, _) in names.items():
        delete(federation, numbers[name], cause)
    federation.run()
    assert len(said(federation)) - told == 2
    found = {name: stands(federation, name) for name in names}
    assert found == {
        "一": (None, date(2013, 7, 7)),
        "二": (BEFORE, date(2010, 4, 1)),
        "三": (here, date(2013, 7, 6)),
    }


def delete(federation: Federation, number: str, cause: DeletionCause) -> None:
    filing = deletion(number, cause=cause, occurred_on=date(2013, 7, 7))
    counter.registered(ex_officio.delete_ex_officio(federation.context(CHIYODA), CLERK, filing))


@case("Act Art. 19(1)")
def test_death_reaches_the_register_from_the_koseki(federation: Federation) -> None:
    opened(federation)
    (number,) = counter.move_in(federation, CHIYODA).resident_nos
    told = len(said(federation))
    counter.die(federation, CHIYODA, number)
    assert len(said(federation)) == told


def test_other_acts_and_foreign_residents_say_nothing(federation: Federation) -> None:
    opened(federation)
    (number,) = counter.move_in(federation, CHIYODA).resident_nos
    counter.move_in(federation, CHIYODA, counter.foreign())
    found = counter.read(federation, CHIYODA, number)
    counter.registered(
        codes.change_code(federation.context(CHIYODA), CLERK, counter.code_change_filing(found))
    )
    assert len(said(federation)) == 1


@case("Act Art. 19(4)", "Reg. Art. 5-2(2)")
def test_where_the_line_does_not_reach_the_domicile_a_letter_is_listed(federation: Federation) -> None:
    in_yamatsuri = Koseki("福島県東白川郡矢祭町大字東舘字舘本66番地", "矢祭　太郎")
    nowhere = Koseki("樺太", "北　太郎")
    filings = [counter.japanese(koseki=in_yamatsuri), counter.japanese(name=PersonName("北"), koseki=nowhere)]
    numbers = [number for one in filings for number in counter.move_in(federation, CHIYODA, one).resident_nos]
    assert letters(federation, CHIYODA) == numbers
    (ours,) = counter.move_in(federation, YAMATSURI).resident_nos
    assert letters(federation, YAMATSURI) == [ours], "nothing leaves it over the line"
    assert said(federation) == []


@case("Act Art. 19(1), (2)", permitted="KF10", refused="KF10")
def test_what_fits_no_register_waits_is_entered_once_it_fits_or_told_back(federation: Federation) -> None:
    counter.move_in(federation, CHIYODA)
    federation.run()
    ((of, reference),) = waiting(federation)
    assert of == str(CHIYO)
    assert reference is not None
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:koseki:seen",
        lambda: koseki_messages.see_to(ctx, CLERK, SeenFiling(reference, None)),
        "KF10",
    )
    opened(federation)
    assert stands(federation) == (BEFORE, date(2010, 4, 1))
    steps = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: koseki_messages.see_to(ctx, CLERK, SeenFiling(reference, None))
    )
    assert steps >= 3
    assert stands(federation) == (counter.ADDRESSES[CHIYODA], date(2013, 7, 6))
    assert waiting(federation) == []


@case("Act Art. 19(2)")
def test_what_fits_nobody_in_the_koseki_is_told_back(federation: Federation) -> None:
    opened(federation)
    counter.move_in(federation, CHIYODA, counter.japanese(name=PersonName("国立　三郎")))
    federation.run()
    ((_, reference),) = waiting(federation)
    assert reference is not None
    asked = SeenFiling(reference, MismatchReason.NOT_IN_KOSEKI)
    assert not isinstance(koseki_messages.see_to(federation.context(KUNITACHI), CLERK, asked), Refused)
    federation.run()
    assert [of for of, _ in waiting(federation, CHIYODA)] == [str(KUNI)]


def test_of_a_resident_here_what_fits_nobody_waits_here(federation: Federation) -> None:
    stranger = counter.japanese(name=PersonName("国立　三郎"))
    counter.move_in(federation, KUNITACHI, stranger)
    assert waiting(federation) == [], "no register was begun"
    opened(federation)
    counter.move_in(federation, KUNITACHI, replace(stranger, name=PersonName("国立　四郎")))
    ((of, reference),) = waiting(federation)
    assert of == str(KUNI)
    assert reference is not None
    asked = SeenFiling(reference, MismatchReason.NOT_IN_KOSEKI)
    assert not isinstance(koseki_messages.see_to(federation.context(KUNITACHI), CLERK, asked), Refused)
    federation.run()
    assert counter.statements(federation, KUNITACHI, "koseki-mismatch") == []


def test_a_notice_that_comes_twice_is_written_once_and_all_or_nothing(federation: Federation) -> None:
    opened(federation)
    body = KosekiNotice(KOSEKI, HANAKO, counter.ADDRESSES[CHIYODA], TODAY)
    made = seal(statement(1, body, kind=MessageKind.KOSEKI_NOTICE, origin=CHIYO, to=KUNI))
    before = len(look(federation).entries)
    for _ in range(2):
        answer = deliver(federation, 1, made, sender=CHIYO, to=KUNI, stream=Stream.KOSEKI)
        assert (answer.cursor, answer.parked) == (1, ())
    assert len(look(federation).entries) == before + 1
    assert world.parked(federation, KUNI) == []
