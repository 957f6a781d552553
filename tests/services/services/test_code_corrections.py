"""A wrong or missing code is corrected ex officio (Ord. 30-4): what stands then, who is told, and refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.services import codes
from jukinet.services.context import Context
from jukinet.services.filings import CodeCorrectionFiling
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

EVENT = "register:code:corrected"


def correct(
    federation: Federation,
    number: str,
    right: ResidentRecordCode | None = None,
    where: Any = KUNITACHI,
    *,
    confirmed: bool = True,
) -> Any:
    filing = CodeCorrectionFiling(number, confirmed, right)
    return codes.correct_code(federation.context(where), CLERK, filing)


@case("Act Art. 30-4", "Ord. Arts. 30-4, 30-5(iv)", "spec 4.3.2", permitted="C5 C6 C7 C8")
def test_a_wrong_code_is_replaced_by_a_new_one_and_the_notice_names_it(federation: Federation) -> None:
    (found,) = counter.load(federation)
    wrong = counter.code_of(found)
    counter.registered(correct(federation, found.resident_no))
    right = counter.code_of(counter.read(federation, KUNITACHI, found.resident_no))
    assert right != wrong
    notice = counter.notices(federation, KUNITACHI)[-1]
    assert notice["code"] == str(right)
    assert notice["change"] == {
        "kind": "code-correction",
        "reason": "code-recorded-ex-officio",
        "occurred_on": counter.TODAY.isoformat(),
        "foreign_record": False,
        "previous_code": str(wrong),
    }
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    (old,) = counter.stored(federation, NATIONAL, wrong)
    assert old["superseded"]
    assert counter.code_notices(federation, KUNITACHI)[-1] == (found.resident_no, "corrected", str(right))
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["resident_no"]) == ("done", found.resident_no)


@case("Ord. Art. 30-4")
def test_the_persons_own_code_is_put_back_where_it_is_known(federation: Federation) -> None:
    """At a move-in the code was misread: the one of the certificate is the right one."""
    (there,) = counter.load(federation, CHIYODA)
    (number,) = counter.move_in(federation, KUNITACHI, counter.as_person(there, code=None)).resident_nos
    misread = counter.read(federation, KUNITACHI, number).record.code
    assert misread != there.record.code
    counter.registered(correct(federation, number, counter.code_of(there)))
    assert counter.read(federation, KUNITACHI, number).record.code == there.record.code


@case("Act Art. 30-4", "Ord. Art. 30-4")
def test_who_has_none_is_given_one_and_the_notice_says_that_none_was_recorded(federation: Federation) -> None:
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    assert found.record.code is None
    counter.registered(correct(federation, found.resident_no))
    notice = counter.notices(federation, KUNITACHI)[-1]
    assert (notice["change"]["kind"], notice["change"]["previous_code"]) == ("code-correction", "none")
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)


def test_two_persons_under_one_code_are_put_right_by_a_new_one_for_one_of_them(
    federation: Federation,
) -> None:
    """Kunitachi typed Chiyoda's resident's code for another person: the stores tell, and Kunitachi corrects."""
    (there,) = counter.load(federation, CHIYODA)
    code = counter.code_of(there)
    (number,) = counter.move_in(
        federation, KUNITACHI, counter.japanese(code=code), previous_address=counter.place(YAMATSURI)
    ).resident_nos
    federation.run()
    assert counter.audit(federation, NATIONAL, "identity:record:contradicted") != []
    counter.registered(correct(federation, number))
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    counter.both_stores(federation, CHIYODA, there.resident_no)
    live = [key for key in counter.live(federation, NATIONAL) if key[1] == str(code)]
    assert live == [(str(CHIYODA), str(code))]


@case(refused="C5 C6 C7 I7")
def test_what_is_refused_stores_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (other,) = counter.load(federation, seed=1)
    number, own = found.resident_no, counter.code_of(found)
    for attempt, rules in (
        (lambda: correct(federation, "99999999999"), ["C5"]),
        (lambda: correct(federation, number, confirmed=False), ["C6"]),
        (lambda: correct(federation, number, own), ["C7"]),
        (lambda: correct(federation, number, counter.code_of(other)), ["I7"]),
        (lambda: correct(federation, number, counter.code_of(other), confirmed=False), ["C6", "I7"]),
    ):
        counter.assert_refused(federation, KUNITACHI, EVENT, attempt, *rules)
    counter.die(federation, KUNITACHI, number)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: correct(federation, number), "C5")


@case(refused="C8")
def test_before_the_start_a_foreign_resident_has_no_code_to_correct(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 7))
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: correct(federation, found.resident_no), "C8")


@case(refused="P2")
def test_a_town_not_connected_has_no_code_to_give(federation: Federation) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    counter.assert_refused(
        federation, YAMATSURI, EVENT, lambda: correct(federation, found.resident_no, where=YAMATSURI), "P2"
    )


def test_only_who_may_correct_may_correct_a_code(federation: Federation) -> None:
    (found,) = counter.load(federation)

    def act(ctx: Context, claim: OperatorClaim) -> object:
        return codes.correct_code(ctx, claim, CodeCorrectionFiling(found.resident_no, confirmed=True))

    counter.assert_gated(federation, KUNITACHI, EVENT, Permission.REGISTER_RECORD_CORRECT, act)


def test_a_correction_of_a_code_is_whole_or_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)

    def act(ctx: Context) -> object:
        return codes.correct_code(ctx, CLERK, CodeCorrectionFiling(found.resident_no, confirmed=True))

    assert counter.assert_all_or_nothing(federation, KUNITACHI, act) > 2
