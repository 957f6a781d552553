"""The certificate of a move-out: its items by the Order, and when it is issued."""

from __future__ import annotations

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Place
from jukinet.law.certificates import HAS_CARD, Again, Certified, Leaver, decide_certificate, shown
from jukinet.law.copies import CopyItem
from jukinet.law.decisions import Permitted

THERE = Place("東京都千代田区九段南一丁目2番1号", MunicipalityCode("131016"))
ABROAD = Place("アメリカ合衆国")
ONE, TWICE = Leaver(THERE), Leaver(THERE, issued=True)


@case("Ord. Art. 23", "Ord. Art. 30-32")
def test_a_certificate_shows_the_items_of_the_order_and_no_other() -> None:
    both = {
        *(CopyItem.NAME, CopyItem.BIRTH_DATE, CopyItem.SEX, CopyItem.HOUSEHOLDER, CopyItem.RELATIONSHIP),
        *(CopyItem.CODE, CopyItem.ADDRESS, CopyItem.PROGRAMMES, Certified.DESTINATION, Certified.PLANNED_ON),
    }
    foreign = {CopyItem.NICKNAME, CopyItem.NICKNAME_HISTORY, CopyItem.NATIONALITY, CopyItem.STAY}
    assert shown(RecordKind.JAPANESE) == both | {CopyItem.KOSEKI}
    assert shown(RecordKind.FOREIGN) == both | foreign


@pytest.mark.parametrize(
    ("leavers", "together", "with_card", "again", "rules"),
    judged(
        ((ONE,), True, False, None, []),
        ((ONE, ONE), True, False, None, []),
        ((TWICE,), True, False, Again.SOILED, []),
        ((), True, False, None, ["MG14"]),
        ((Leaver(None),), True, False, None, ["MG14"]),
        ((ONE, Leaver(None)), True, False, None, ["MG14"]),
        ((ONE,), True, True, None, ["MG15"]),
        ((Leaver(ABROAD),), True, False, None, ["MG16"]),
        ((TWICE,), True, False, None, ["MG17"]),
        ((ONE, TWICE), True, False, None, ["MG17"]),
        ((ONE,), True, False, Again.LOST, ["MG18"]),
        ((ONE, ONE), False, False, None, ["MG19"]),
        permitted="MG14 MG15 MG16 MG17 MG18 MG19",
    ),
)
def test_when_a_certificate_is_issued(
    leavers: tuple[Leaver, ...], together: bool, with_card: bool, again: Again | None, rules: list[str]
) -> None:
    decision = decide_certificate(leavers, together=together, with_card=with_card, again=again)
    assert ([] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]) == rules


def test_who_has_a_card_is_pointed_out() -> None:
    decision = decide_certificate((Leaver(THERE, has_card=True),), together=True, with_card=False, again=None)
    assert isinstance(decision, Permitted)
    assert decision.remarks == (HAS_CARD,)
