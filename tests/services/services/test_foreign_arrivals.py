"""What foreign persons bring along when they move in or within: items of the class, proof of the relationship."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged, refusals
from tests.services.services import counter

from jukinet.domain.items import ForeignClass, ForeignItems, Koseki, Nickname, PersonName
from jukinet.domain.persons import Sex
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground, Telling
from jukinet.law.kinship import KinshipProof
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import ex_officio, moves
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections, RecordingFiling
from jukinet.services.filings import Mover, Person
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

IN, WITHIN = "register:move-in:recorded", "register:move-within:recorded"
ABROAD = {"evidence": MoveInEvidence.FROM_ABROAD, "previous_address": None}


def husband(**changes: Any) -> Person:
    return counter.foreign(
        name=PersonName("SMITH BEN", latin="SMITH BEN"), sex=Sex.MALE, relationship="夫", **changes
    )


@pytest.mark.parametrize(
    ("items", "rules"),
    refusals(
        (counter.student(status="何か"), ["SR1"]),
        (counter.student(status="短期滞在", period="90日"), ["SR2"]),
        (counter.student(period=None, document_number=None), ["SR3", "SR4"]),
        (ForeignItems("MMR", date(2013, 7, 6), ForeignClass.TEMPORARY_REFUGE), ["SR5"]),
        (counter.student(stay=ForeignClass.TRANSITIONAL), ["SR6"]),
        (counter.student(became=date(2012, 7, 8)), ["SR7"]),
        (counter.student(nationality="JPN"), ["SR9"]),
    ),
)
def test_a_move_in_is_refused_where_the_items_are_not_those_of_the_class(
    standing: Federation, items: ForeignItems, rules: list[str]
) -> None:
    filing = counter.move_in_filing(KUNITACHI, counter.foreign(foreign=items))
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), *rules)


@pytest.mark.parametrize(
    ("person", "change", "rules"),
    refusals(
        (counter.foreign(koseki=Koseki("東京都国立市", "国立　花子")), {}, ["SR8"]),
        (counter.foreign(), {"previous_address": None}, ["SR12"]),
        (counter.japanese(), ABROAD, ["SR12"]),
        (counter.foreign(foreign=counter.student(became=date(2013, 7, 5))), ABROAD, ["SR13"]),
        (counter.foreign(), {**ABROAD, "status_shown": False}, ["I6"]),
    ),
)
def test_a_foreign_move_in_is_refused_with_every_rule(
    standing: Federation, person: Person, change: dict[str, Any], rules: list[str]
) -> None:
    filing = counter.move_in_filing(KUNITACHI, person, **change)
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), *rules)


@pytest.mark.parametrize(
    "items",
    [
        counter.student(document_number=None, card_later=True),
        ForeignItems("KOR", date(2013, 7, 6), ForeignClass.SPECIAL_PERMANENT, document_number="AB00000001CD"),
        ForeignItems("MMR", date(2013, 7, 6), ForeignClass.PROVISIONAL_STAY, period="6月"),
    ],
)
@case("Act Art. 30-46", "spec 4.5.1", permitted="SR7 SR8 SR9 SR12 SR13")
def test_from_abroad_each_class_is_recorded_without_a_previous_address(
    federation: Federation, items: ForeignItems
) -> None:
    """Act Art. 30-46 does not ask for Art. 22(1)(iv)."""
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign(foreign=items), **ABROAD).resident_nos
    record = counter.read(federation, KUNITACHI, number).record
    assert record.foreign == items
    assert record.previous_address is None
    assert counter.statements(federation, KUNITACHI, "move-in-notice") == []
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


@pytest.mark.parametrize(
    ("member", "change", "rules"),
    refusals(
        (husband(), ABROAD, ["SR21"]),
        (husband(kinship=KinshipProof.UNTRANSLATED), ABROAD, ["SR22"]),
        (husband(kinship=KinshipProof.TRANSLATED), ABROAD, []),
        (husband(kinship=KinshipProof.CONFIRMED), ABROAD, []),
        (replace(husband(), relationship="同居人"), ABROAD, []),
        # Ord. 30-29(ii): they moved out together, and the householder stays one.
        (husband(), {}, []),
        (counter.japanese(name=PersonName("国立　太郎"), sex=Sex.MALE, relationship="夫"), {}, []),
    ),
)
@case("Act Art. 30-49", "Ord. Art. 30-29")
def test_a_member_proves_the_relationship_to_a_foreign_householder(
    federation: Federation, member: Person, change: dict[str, Any], rules: list[str]
) -> None:
    filing = counter.move_in_filing(KUNITACHI, counter.foreign(), member, **change)
    ctx = federation.context(KUNITACHI)
    if not rules:
        assert len(counter.registered(moves.move_in(ctx, CLERK, filing)).resident_nos) == 2
        return
    counter.assert_refused(federation, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), *rules)


@case(refused="SR21", permitted="SR21 SR22")
def test_who_joins_a_household_proves_the_relationship_only_where_its_head_is_foreign(
    federation: Federation,
) -> None:
    (head,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    (japanese,) = counter.load(federation)
    foreign_house = counter.read(federation, KUNITACHI, head).record.household_number
    ctx = federation.context(KUNITACHI)
    joining = counter.move_in_filing(KUNITACHI, husband(), household_number=foreign_house)
    counter.assert_refused(federation, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, joining), "SR21")
    # A certificate of one's own does not help: who heads the household did not move along.
    proved = replace(joining, persons=(husband(kinship=KinshipProof.DOCUMENT),))
    counter.registered(moves.move_in(ctx, CLERK, proved))
    other = husband(birth_date=counter.japanese().birth_date)
    counter.move_in(federation, KUNITACHI, other, household_number=japanese.record.household_number)


@case(refused="SR21 SR22", permitted="SR21 SR22")
def test_a_move_within_asks_for_proof_unless_the_householder_moves_along(federation: Federation) -> None:
    head, member = counter.move_in(federation, KUNITACHI, counter.foreign(), husband()).resident_nos
    ctx = federation.context(KUNITACHI)

    def within(*movers: Mover, **changes: Any) -> Any:
        filing = counter.move_within_filing(KUNITACHI, **changes)
        return moves.move_within(ctx, CLERK, replace(filing, movers=movers))

    def refused(rule: str, *movers: Mover, **changes: Any) -> None:
        before = counter.contents(federation, KUNITACHI)
        result = within(*movers, **changes)
        assert [failed.rule for failed in result.failed] == [rule]
        assert counter.contents(federation, KUNITACHI) == before

    refused("SR21", Mover(member))
    # The member becomes householder of the one who was: confirmed by the mayor, or proved (Ord. 30-29(iv)).
    swapped = Mover(member, "世帯主"), Mover(head, "妻")
    refused("SR21", *swapped, new_household=True)
    refused("SR22", swapped[0], Mover(head, "妻", KinshipProof.UNTRANSLATED), new_household=True)
    counter.registered(within(swapped[0], Mover(head, "妻", KinshipProof.CONFIRMED), new_household=True))
    # Together, and the householder stays householder (Ord. 30-29(iii)).
    elsewhere = counter.elsewhere_in(KUNITACHI, 2)
    counter.registered(within(Mover(head), Mover(member), address=elsewhere))
    alone = counter.elsewhere_in(KUNITACHI, 3)
    counter.registered(within(Mover(head, None, KinshipProof.DOCUMENT), address=alone))


ON_A_FINDING = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE)
AN_ERROR = Basis(Ground.ERROR, confirmed=True)


@pytest.mark.parametrize(
    ("person", "rules"),
    judged(
        (counter.foreign(), []),
        (counter.foreign(foreign=counter.student(document_number=None)), ["SR4"]),
        (counter.foreign(nickname=Nickname("国立　アンナ", date(2013, 1, 7), KUNITACHI)), ["FN10"]),
        permitted="SR1 SR2 SR3 SR4 SR7 SR8 SR9",
    ),
)
def test_who_is_recorded_ex_officio_has_the_items_of_the_class_too(
    federation: Federation, person: Person, rules: list[str]
) -> None:
    entry = counter.move_in_filing(KUNITACHI, person, evidence=None, status_shown=False)
    filing, ctx = RecordingFiling(entry, ON_A_FINDING), federation.context(KUNITACHI)
    if not rules:
        counter.registered(ex_officio.record_ex_officio(ctx, CLERK, filing))
        return
    event = "register:record:entered"
    counter.assert_refused(
        federation, KUNITACHI, event, lambda: ex_officio.record_ex_officio(ctx, CLERK, filing), *rules
    )


@case(refused="SR1 SR14", permitted="SR1 SR14")
def test_a_clerk_corrects_the_items_of_the_class_ex_officio(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    (japanese,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    right = counter.student("CAN", document_number="AB00000009CD")

    def correction(number: str, items: ForeignItems) -> CorrectionFiling:
        day, kind = date(2013, 7, 6), CorrectionKind.ERROR
        return CorrectionFiling(number, kind, day, Corrections(foreign=items), AN_ERROR)

    counter.registered(ex_officio.correct_ex_officio(ctx, CLERK, correction(number, right)))
    assert counter.read(federation, KUNITACHI, number).record.foreign == right
    for who, items, rule in (
        (number, replace(right, status="何か"), "SR1"),
        (japanese.resident_no, right, "SR14"),
    ):
        wrong = correction(who, items)
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:record:corrected",
            lambda wrong=wrong: ex_officio.correct_ex_officio(ctx, CLERK, wrong),  # type: ignore[misc]
            rule,
        )
