"""The certificate of a move-out: its items by the Order, and when it is issued."""

from __future__ import annotations

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Place
from jukinet.law.certificates import HAS_CARD, Again, Certified, Leaver, Way, decide_certificate, shown
from jukinet.law.copies import CopyItem
from jukinet.law.decisions import Permitted
from jukinet.law.home_copies import PARTLY

THERE = Place("東京都千代田区九段南一丁目2番1号", MunicipalityCode("131016"))
ABROAD = Place("アメリカ合衆国")
ONE, TWICE = Leaver(THERE), Leaver(THERE, issued=True)
LATE, LATE_TWICE = Leaver(THERE, late=True), Leaver(THERE, issued=True, late=True)


@case("Ord. Art. 23", "Ord. Art. 30-32")
def test_a_certificate_shows_the_items_of_the_order_and_no_other() -> None:
    both = {
        *(CopyItem.NAME, CopyItem.BIRTH_DATE, CopyItem.SEX, CopyItem.HOUSEHOLDER, CopyItem.RELATIONSHIP),
        *(CopyItem.CODE, CopyItem.ADDRESS, CopyItem.PROGRAMMES, Certified.DESTINATION, Certified.PLANNED_ON),
    }
    foreign = {CopyItem.NICKNAME, CopyItem.NICKNAME_HISTORY, *PARTLY}
    assert shown(RecordKind.JAPANESE) == both | {CopyItem.KOSEKI}
    assert shown(RecordKind.FOREIGN) == both | foreign


@pytest.mark.parametrize(
    ("leavers", "together", "way", "rules"),
    judged(
        ((ONE,), True, Way(), []),
        ((ONE, ONE), True, Way(), []),
        ((TWICE,), True, Way(again=Again.SOILED), []),
        ((LATE,), True, Way(late=True), []),
        ((LATE_TWICE,), True, Way(late=True, again=Again.LOST), []),
        ((ONE,), True, Way(with_card=True, on_request=True), []),
        ((), True, Way(), ["MG14"]),
        ((Leaver(None),), True, Way(), ["MG14"]),
        ((ONE, Leaver(None)), True, Way(), ["MG14"]),
        ((ONE,), True, Way(with_card=True), ["MG15"]),
        ((Leaver(ABROAD),), True, Way(), ["MG16"]),
        ((TWICE,), True, Way(), ["MG17"]),
        ((ONE, TWICE), True, Way(), ["MG17"]),
        ((ONE,), True, Way(again=Again.LOST), ["MG18"]),
        ((ONE, ONE), False, Way(), ["MG19"]),
        ((ONE,), True, Way(late=True), ["PR8"]),
        ((LATE,), True, Way(), ["PR8"]),
        permitted="MG14 MG15 MG16 MG17 MG18 MG19 PR8",
    ),
)
def test_when_a_certificate_is_issued(
    leavers: tuple[Leaver, ...], together: bool, way: Way, rules: list[str]
) -> None:
    decision = decide_certificate(leavers, way, together=together)
    assert ([] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]) == rules


@case("spec 4.1.3.0.3", "spec 4.1.3.0.4")
def test_a_paper_that_no_article_knows_rests_on_none() -> None:
    for way, basis in (
        (Way(), "Ord. Art. 24(1)"),
        (Way(late=True), "Resident-record specification 4.1.3.0.3"),
        (Way(with_card=True, on_request=True), "Resident-record specification 4.1.3.0.4"),
    ):
        decision = decide_certificate((LATE if way.late else ONE,), way, together=True)
        assert isinstance(decision, Permitted)
        assert decision.basis == (basis,)


def test_who_has_a_card_is_pointed_out() -> None:
    decision = decide_certificate((Leaver(THERE, has_card=True),), Way(), together=True)
    assert isinstance(decision, Permitted)
    assert decision.remarks == (HAS_CARD,)
