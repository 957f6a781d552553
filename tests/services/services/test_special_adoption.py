"""A special adoption: a reason and words of its own, a child who moves for it, and papers that do not say where to."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.items import Koseki, PersonName, SpecialAdoption
from jukinet.domain.persons import Place
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground
from jukinet.services import ex_officio, moves
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

ADOPTED = Corrections(name=PersonName("縁組　一郎"), koseki=Koseki("東京都国立市東一丁目", "縁組　太郎"))
WORDS = {SpecialAdoption.MADE: "特別養子縁組", SpecialAdoption.ENDED: "特別養子縁組解消"}


def correction(number: str, kind: CorrectionKind, ground: Ground = Ground.KOSEKI) -> CorrectionFiling:
    return CorrectionFiling(number, kind, date(2013, 7, 7), ADOPTED, Basis(ground, confirmed=True))


@case("spec 1.1.4", "spec 1.2.2", refused="AR4", permitted="AR4")
@pytest.mark.parametrize(
    ("kind", "special"),
    [
        (CorrectionKind.SPECIAL_ADOPTION, SpecialAdoption.MADE),
        (CorrectionKind.SPECIAL_ADOPTION_ENDED, SpecialAdoption.ENDED),
    ],
)
def test_it_is_a_correction_with_a_reason_and_words_of_its_own(
    federation: Federation, kind: CorrectionKind, special: SpecialAdoption
) -> None:
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    ctx, act = federation.context(KUNITACHI), ex_officio.correct_ex_officio
    wrong = correction(number, kind, Ground.DECISION)
    event = "register:record:corrected"
    counter.assert_refused(federation, KUNITACHI, event, partial(act, ctx, CLERK, wrong), "AR4")
    counter.registered(act(ctx, CLERK, correction(number, kind)))
    after = counter.read(federation, KUNITACHI, number)
    assert (after.record.name, after.record.koseki) == (ADOPTED.name, ADOPTED.koseki)
    assert after.versions[-1].reason == kind.value
    assert counter.remarked(federation, KUNITACHI, number)[1:] == [(kind.value, (WORDS[special],))]
    change = counter.notices(federation, KUNITACHI)[-1]["change"]
    assert (change["kind"], change["reason"]) == ("correction", "corrected-ex-officio")
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


@case("spec 1.1.5", "spec 1.1.14", permitted="AR5")
@pytest.mark.parametrize("special", list(SpecialAdoption))
def test_a_child_moves_for_it_with_the_words_on_both_records(
    federation: Federation, special: SpecialAdoption
) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.file_move_out(federation, KUNITACHI, [number], planned_on=counter.TODAY, special=special)
    federation.run()
    gone = counter.read(federation, KUNITACHI, number)
    plan = gone.record.move_out
    assert plan is not None
    assert (gone.present, plan.special, plan.shown) == (False, special, None)
    assert plan.destination == Place(counter.ADDRESSES[CHIYODA].full, CHIYODA), "for the notice that comes"
    assert ("move-out-filed", (WORDS[special],)) in counter.remarked(federation, KUNITACHI, number)
    (there,) = counter.move_in(
        federation, CHIYODA, counter.as_person(found), moved_on=counter.TODAY, special=special
    ).resident_nos
    assert counter.remarked(federation, CHIYODA, there) == [("move-in", (WORDS[special],))]
    federation.run()
    confirmed = counter.read(federation, KUNITACHI, number).record.confirmed_move
    assert confirmed is not None, "the office knows; no paper says it"


@case(refused="AR5")
def test_it_is_filed_for_the_child_alone(federation: Federation) -> None:
    special = SpecialAdoption.MADE
    one, other = (counter.load(federation, seed=seed)[0].resident_no for seed in (1, 2))
    ctx = federation.context(KUNITACHI)
    leaving = counter.move_out_filing([one, other], special=special)
    refused = moves.file_move_out(ctx, CLERK, leaving)
    coming = counter.move_in_filing(
        KUNITACHI,
        counter.japanese(),
        counter.japanese(name=PersonName("国立　次郎"), relationship="夫"),
        special=special,
    )
    for outcome in (refused, moves.move_in(ctx, CLERK, coming)):
        assert [failed.rule for failed in outcome.failed] == ["AR5"]  # type: ignore[union-attr]  # it was refused
