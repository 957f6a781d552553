"""What a move-in and a correction say of one foreign person, decided on the filing alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass, ForeignItems, Koseki, PersonName, RecordKind
from jukinet.domain.persons import Address, Place, Sex
from jukinet.law.decisions import Decision, Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services.filings import MoveInFiling, Person
from jukinet.services.foreign_arrivals import decide_arrival, decide_corrected
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

TODAY, MOVED_ON = date(2013, 7, 8), date(2013, 7, 6)
REFUGE = ForeignItems("MMR", MOVED_ON, ForeignClass.TEMPORARY_REFUGE, period="6月")
FOREIGN = Person(
    PersonName("AUNG MIN", latin="AUNG MIN"),
    PartialDate("1985-11-02"),
    Sex.MALE,
    "世帯主",
    foreign=REFUGE,
)
JAPANESE = replace(
    FOREIGN, name=PersonName("国立　明"), foreign=None, koseki=Koseki("東京都国立市", "国立　明")
)
CHIYODA_PLACE = Place("東京都千代田区九段南一丁目2番地1", CHIYODA)
FROM_ABROAD = MoveInFiling(
    persons=(FOREIGN,),
    address=Address(KUNITACHI, "富士見台二丁目", "47番地の1"),
    previous_address=None,
    moved_on=MOVED_ON,
    filed_on=TODAY,
    evidence=MoveInEvidence.FROM_ABROAD,
    status_shown=True,
    notified_by=None,
)


def rules(decision: Decision) -> list[str]:
    return [failed.rule for failed in decision.failed] if isinstance(decision, Refused) else []


def since(day: date) -> Person:
    return replace(FOREIGN, foreign=replace(REFUGE, became_foreign_resident_on=day))


@pytest.mark.parametrize(
    ("person", "change", "failed"),
    judged(
        (FOREIGN, {}, []),
        # Reg. Art. 48: recorded nowhere, whether the status came before the move or after it.
        (FOREIGN, {"previous_address": CHIYODA_PLACE}, []),
        (since(TODAY), {}, []),
        (since(date(2013, 7, 5)), {}, ["SR13"]),
        (JAPANESE, {}, ["SR12"]),
        (FOREIGN, {"evidence": MoveInEvidence.CERTIFICATE}, ["SR12"]),
        (FOREIGN, {"evidence": MoveInEvidence.EXCUSED}, ["SR12"]),
        permitted="SR12 SR13",
    ),
)
@case("Act Art. 30-46", "Reg. Art. 48", "spec 4.5.1")
def test_where_one_came_from_and_since_when(
    person: Person, change: dict[str, Any], failed: list[str]
) -> None:
    assert rules(decide_arrival(replace(FROM_ABROAD, **change), person, TODAY)) == failed


@pytest.mark.parametrize("evidence", [MoveInEvidence.CERTIFICATE, MoveInEvidence.EXCUSED])
@case("Act Art. 22(1)(iv)", "Act Art. 30-45", "Ord. Arts. 22, 30-32", permitted="SR12 SR13")
def test_who_comes_from_another_town_was_a_foreign_resident_before(evidence: MoveInEvidence) -> None:
    filing = replace(FROM_ABROAD, evidence=evidence, previous_address=CHIYODA_PLACE)
    assert rules(decide_arrival(filing, since(date(2012, 7, 9)), TODAY)) == []
    assert rules(decide_arrival(filing, JAPANESE, TODAY)) == []


@case(refused="SR1 SR14", permitted="SR14")
def test_items_of_the_class_are_corrected_in_a_foreign_record_alone() -> None:
    foreign, japanese = (make_person(kind, seed=3) for kind in (RecordKind.FOREIGN, RecordKind.JAPANESE))
    assert rules(decide_corrected(foreign, REFUGE, TODAY)) == []
    assert rules(decide_corrected(japanese, REFUGE, TODAY)) == ["SR14"]
    unknown = replace(REFUGE, stay=ForeignClass.MID_TO_LONG_TERM, expires_on=TODAY, card_later=True)
    assert rules(decide_corrected(foreign, unknown, TODAY)) == ["SR1"]
    # A correction of something else leaves them as they are.
    assert rules(decide_corrected(japanese, None, TODAY)) == []
