"""Acts ex officio: recordings, deletions and corrections, what they tell whom, and every refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import DeletionCause, Koseki, PersonName, RecordKind
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Sex
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground, Telling
from jukinet.services import ex_officio
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import (
    CorrectionFiling,
    Corrections,
    DeletionFiling,
    RecordingFiling,
    read_correction,
)
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

RECORDED, DELETED, CORRECTED = (f"register:record:{word}" for word in ("entered", "deleted", "corrected"))
DAY = date(2013, 7, 6)
FOUND_OUT = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE)
KOSEKI = Basis(Ground.KOSEKI, confirmed=True)
ERROR = Basis(Ground.ERROR, confirmed=True)
NOBODY = "99999999999"


def record(federation: Federation, *persons: Any, basis: Basis = FOUND_OUT, **changes: Any) -> Any:
    entry = counter.move_in_filing(
        KUNITACHI, *persons, evidence=None, status_shown=False, notified_by=None, **changes
    )
    return ex_officio.record_ex_officio(federation.context(KUNITACHI), CLERK, RecordingFiling(entry, basis))


def deletion(number: str, **changes: Any) -> DeletionFiling:
    filing = DeletionFiling(number, DAY, DeletionCause.NOT_LIVING_HERE, FOUND_OUT)
    return replace(filing, **changes)


def delete(federation: Federation, number: str, **changes: Any) -> Any:
    return ex_officio.delete_ex_officio(federation.context(KUNITACHI), CLERK, deletion(number, **changes))


def correction(number: str, kind: CorrectionKind = CorrectionKind.CHANGE, **items: Any) -> CorrectionFiling:
    basis = ERROR if kind is CorrectionKind.ERROR else KOSEKI
    return CorrectionFiling(number, kind, DAY, Corrections(**items), basis)


def correct(federation: Federation, number: str, *kind: CorrectionKind, **items: Any) -> Any:
    ctx = federation.context(KUNITACHI)
    return ex_officio.correct_ex_officio(ctx, CLERK, correction(number, *kind, **items))


def told(federation: Federation) -> list[tuple[str, int, str]]:
    query = "SELECT resident_no, history_no, way FROM tellings JOIN residents USING (resident_id)"
    rows = counter.owner_rows(federation, KUNITACHI.node_id, query + " ORDER BY telling_id")
    return [(row["resident_no"], row["history_no"], row["way"]) for row in rows]


def last_change(federation: Federation) -> dict[str, Any]:
    return dict(counter.notices(federation, KUNITACHI)[-1]["change"])


# 職権記載


@case(
    "Act Art. 14(1)",
    "Ord. Art. 12(1), (4)",
    "spec 4.2.0.1",
    "spec 4.2.1.1",
    permitted="X1 X2 X3 X4 X5 X6 LC6",
)
def test_who_did_not_notify_is_recorded_told_and_given_a_code(federation: Federation) -> None:
    (number,) = counter.registered(record(federation)).resident_nos
    found = counter.read(federation, KUNITACHI, number)
    assert (found.present, found.versions[0].reason, found.versions[0].effective_on) == (
        True,
        "recorded-ex-officio",
        DAY,
    )
    assert found.record.code is not None
    assert told(federation) == [(number, 1, "notice")]
    assert (last_change(federation)["kind"], last_change(federation)["reason"]) == (
        "recording",
        "recorded-ex-officio",
    )
    (entry,) = counter.audit(federation, KUNITACHI, RECORDED)
    assert (entry["outcome"], entry["resident_no"]) == ("done", number)
    assert "Ord. Art. 12(1)" in entry["rules"]
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


@case("Act Arts. 9(1), 30-2(1)")
def test_a_code_from_elsewhere_is_kept_and_the_old_municipality_is_told(federation: Federation) -> None:
    (there,) = counter.load(federation, CHIYODA)
    counter.file_move_out(federation, CHIYODA, [there.resident_no], KUNITACHI, planned_on=counter.TODAY)
    (number,) = counter.registered(record(federation, counter.as_person(there))).resident_nos
    federation.run()
    assert counter.read(federation, KUNITACHI, number).record.code == there.record.code
    assert not counter.read(federation, CHIYODA, there.resident_no).present
    counter.both_stores(federation, KUNITACHI, number)


@case("Ord. Art. 12(2), (4)", permitted="X3")
def test_on_a_koseki_filing_nobody_needs_to_be_told(federation: Federation) -> None:
    counter.registered(record(federation, basis=KOSEKI))
    assert told(federation) == []


@case(refused="X4")
def test_who_is_recorded_already_is_not_recorded_again(federation: Federation) -> None:
    (found,) = counter.load(federation)
    who = counter.as_person(found)
    counter.assert_refused(federation, KUNITACHI, RECORDED, lambda: record(federation, who), "X4")


# 職権消除

_SHOWN = {
    DeletionCause.DISAPPEARED: case("spec 4.2.2.2"),
    DeletionCause.OUTSIDE_THE_ACT: case(permitted="KO1"),
}


@pytest.mark.parametrize(
    "cause",
    [pytest.param(one, marks=_SHOWN[one]) if one in _SHOWN else pytest.param(one) for one in DeletionCause],
)
@case("Act Art. 8", "Ord. Art. 8", "spec 4.2.0.1", permitted="X7")
def test_a_deletion_writes_its_cause_and_reaches_the_centre(
    federation: Federation, cause: DeletionCause
) -> None:
    (found,) = counter.load(federation)
    outside = cause is DeletionCause.OUTSIDE_THE_ACT
    basis = replace(KOSEKI, told=Telling.NOTICE) if outside else FOUND_OUT
    counter.registered(delete(federation, found.resident_no, cause=cause, basis=basis))
    federation.run()
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert (gone.present, gone.record.deletion_cause) == (False, cause)
    assert (gone.versions[-1].reason, gone.versions[-1].effective_on) == ("deleted-ex-officio", DAY)
    assert last_change(federation) == {
        "kind": "deletion",
        "reason": "deleted-ex-officio",
        "occurred_on": DAY.isoformat(),
        "foreign_record": False,
    }
    assert told(federation) == [(found.resident_no, 2, "notice")]
    (held,) = counter.stored(federation, NATIONAL, found.record.code)
    assert not held["live"]
    (entry,) = counter.audit(federation, KUNITACHI, DELETED)
    assert (entry["outcome"], entry["resident_no"]) == ("done", found.resident_no)


@case("spec 4.1.3.0.1", "spec 4.2.0.2", "spec 4.2.0.5")
def test_a_move_out_reported_too_late_is_deleted_on_the_day_it_happened(federation: Federation) -> None:
    """Specification 4.1.3.0.1: more than fourteen days late it is no notification; the place is written down."""
    (found,) = counter.load(federation)
    long_ago = date(2013, 6, 20)
    late = counter.move_out_filing([found.resident_no], planned_on=long_ago)
    from jukinet.services import moves

    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:move-out:filed",
        lambda: moves.file_move_out(federation.context(KUNITACHI), CLERK, late),
        "O3",
    )
    done = delete(
        federation,
        found.resident_no,
        occurred_on=long_ago,
        cause=DeletionCause.MOVED_OUT,
        destination=counter.place(CHIYODA),
        applied_on=counter.TODAY,
    )
    counter.registered(done)
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert (gone.versions[-1].effective_on, gone.versions[-1].notified_on) == (long_ago, counter.TODAY)
    assert gone.record.move_out is not None
    assert gone.record.move_out.destination == counter.place(CHIYODA)
    assert last_change(federation)["reason"] == "deleted-ex-officio"


@case("spec 4.2.0.5")
def test_what_somebody_asked_for_is_told_apart_from_a_filing_of_that_day(federation: Federation) -> None:
    """Also where later changes are written anew after it: the remark stays with its own."""
    (found,) = counter.load(federation)
    number, ctx = found.resident_no, federation.context(KUNITACHI)
    counter.move_within(federation, KUNITACHI, number, moved_on=counter.TODAY)
    asked = replace(correction(number, sex=Sex.UNKNOWN), at_request=True)
    filed = replace(correction(number, CorrectionKind.ERROR, name=PersonName("見本　某")), applied_on=DAY)
    stated = DeletionFiling(
        number, counter.TODAY, DeletionCause.NOT_LIVING_HERE, FOUND_OUT, applied_on=DAY, at_request=True
    )
    counter.registered(ex_officio.correct_ex_officio(ctx, CLERK, asked))
    counter.registered(ex_officio.correct_ex_officio(ctx, CLERK, filed))
    counter.registered(ex_officio.delete_ex_officio(ctx, CLERK, stated))
    by_reason = dict(counter.remarked(federation, KUNITACHI, number))
    assert {reason for reason, remarks in by_reason.items() if remarks == ("申出による",)} == {
        "corrected-ex-officio",
        "deleted-ex-officio",
    }
    assert by_reason["error-corrected"] == by_reason["move-within"] == ()
    days = {one.reason.value: one.notified_on for one in counter.read(federation, KUNITACHI, number).versions}
    assert (days["corrected-ex-officio"], days["deleted-ex-officio"]) == (counter.TODAY, DAY)


@case("spec 4.1.3.1.1", "Act Art. 9(1)")
def test_a_late_move_in_notice_of_who_was_deleted_ex_officio_is_accepted(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.registered(delete(federation, found.resident_no))
    federation.run()
    counter.move_in(federation, CHIYODA, counter.as_person(found), moved_on=date(2013, 7, 7))
    federation.run()
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert gone.record.confirmed_move is not None
    assert gone.record.confirmed_move.moved_on == date(2013, 7, 7)
    assert [row["problem"] for row in counter.parked(federation, KUNITACHI)] == []
    confirmed = counter.statements(federation, KUNITACHI, "move-out-confirmed")
    assert [addressee for addressee, _ in confirmed] == [str(counter.TOKYO)]
    (entry,) = counter.audit(federation, KUNITACHI, "register:move-out:confirmed")
    assert entry["resident_no"] == found.resident_no


def test_a_surplus_record_of_one_person_is_deleted_and_the_other_stands(federation: Federation) -> None:
    """One person, two live records: the surplus one is deleted ex officio; the other keeps its code."""
    (first,) = counter.load(federation)
    record_ = first.record
    alike = counter.japanese(name=record_.name, birth_date=record_.birth_date, sex=record_.sex)
    (twice,) = counter.move_in(federation, KUNITACHI, alike, although_alike=True).resident_nos
    counter.registered(
        delete(federation, twice, occurred_on=counter.TODAY, cause=DeletionCause.RECORDED_TWICE, basis=ERROR)
    )
    federation.run()
    assert counter.read(federation, KUNITACHI, first.resident_no).present
    counter.both_stores(federation, KUNITACHI, first.resident_no)


# 職権修正, 軽微な修正, 誤記修正


@pytest.mark.parametrize(
    ("kind", "reason", "told_as"),
    [
        (CorrectionKind.CHANGE, "corrected-ex-officio", "corrected-ex-officio"),
        (CorrectionKind.MINOR, "minor-correction", "minor-correction"),
        (CorrectionKind.ERROR, "error-corrected", "corrected-ex-officio"),
    ],
)
@case("Ord. Art. 9", "spec 4.2.3.1")
def test_a_name_is_corrected_and_bears_its_reason(
    federation: Federation, kind: CorrectionKind, reason: str, told_as: str
) -> None:
    (found,) = counter.load(federation)
    name = PersonName("髙橋　花子", "タカハシ　ハナコ")
    counter.registered(correct(federation, found.resident_no, kind, name=name))
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert (after.record.name, after.versions[-1].reason) == (name, reason)
    assert after.versions[0].record.name == found.record.name, "what stood is kept"
    change = last_change(federation)
    assert (change["kind"], change["reason"], change["occurred_on"]) == (
        "correction",
        told_as,
        DAY.isoformat(),
    )
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    (entry,) = counter.audit(federation, KUNITACHI, CORRECTED)
    assert entry["outcome"] == "done"


@pytest.mark.parametrize(
    "items",
    [
        {"birth_date": PartialDate("1979-12-31")},
        {"sex": Sex.UNKNOWN},
        {"address": Address(KUNITACHI, "東京都国立市富士見台二丁目48番地")},
    ],
    ids=lambda items: next(iter(items)),
)
@case("Act Art. 30-5(1)", "spec 4.2.3.1", permitted="X8")
def test_each_of_the_six_facts_is_corrected_and_told(federation: Federation, items: dict[str, Any]) -> None:
    (found,) = counter.load(federation)
    counter.registered(correct(federation, found.resident_no, **items))
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    assert len(counter.notices(federation, KUNITACHI)) == 2


@case("Act Art. 30-5(1)")
def test_what_is_none_of_the_six_facts_is_told_to_nobody(federation: Federation) -> None:
    (found,) = counter.load(federation)
    koseki = Koseki("福島県福島市五老内町3番", "髙橋　太郎")
    counter.registered(correct(federation, found.resident_no, koseki=koseki))
    assert counter.read(federation, KUNITACHI, found.resident_no).record.koseki == koseki
    assert len(counter.notices(federation, KUNITACHI)) == 1


@case("Act Art. 14(1)", "Ord. Art. 12(3)", "spec 4.2.3.3", permitted="X10")
def test_an_error_that_was_always_there_is_corrected_under_a_later_move(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, moved_on=date(2013, 7, 1)).resident_nos
    counter.move_within(federation, KUNITACHI, number, moved_on=date(2013, 7, 5))
    filing = correction(number, CorrectionKind.ERROR, sex=Sex.MALE)
    ctx = federation.context(KUNITACHI)
    ex_officio.correct_ex_officio(ctx, CLERK, replace(filing, occurred_on=date(2013, 7, 1)))
    after = counter.read(federation, KUNITACHI, number)
    assert after.record.sex is Sex.MALE
    assert after.record.address == counter.elsewhere_in(KUNITACHI)
    assert [(one.reason, one.restates) for one in after.versions[2:]] == [
        ("error-corrected", None),
        ("move-within", 2),
    ]


# Refusals


def late(federation: Federation, number: str) -> object:
    """A correction that somebody asks for tomorrow."""
    filing = replace(correction(number, sex=Sex.UNKNOWN), applied_on=date(2013, 7, 9))
    return ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing)


Attempt = Callable[[Federation, Found], object]


@pytest.mark.parametrize(
    ("attempt", "event", "rules"),
    refusals(
        (lambda f, _: record(f, moved_on=date(2013, 7, 9)), RECORDED, ["X1"]),
        (lambda f, _: record(f, filed_on=date(2013, 7, 7)), RECORDED, ["LC6"]),
        (lambda f, p: delete(f, p.resident_no, applied_on=date(2013, 7, 9)), DELETED, ["F1"]),
        (lambda f, p: late(f, p.resident_no), CORRECTED, ["F1"]),
        (lambda f, _: record(f, basis=replace(FOUND_OUT, told=None)), RECORDED, ["X3"]),
        (lambda f, _: record(f, address=counter.ADDRESSES[CHIYODA]), RECORDED, ["X5"]),
        (lambda f, _: record(f, counter.japanese(relationship="妻")), RECORDED, ["H2"]),
        (lambda f, _: delete(f, NOBODY), DELETED, ["X7"]),
        (
            lambda f, p: delete(f, p.resident_no, cause=DeletionCause.OUTSIDE_THE_ACT),
            DELETED,
            ["KO1"],
        ),
        (lambda f, p: delete(f, p.resident_no, occurred_on=date(2013, 7, 9)), DELETED, ["X1"]),
        (lambda f, p: delete(f, p.resident_no, occurred_on=date(1900, 1, 1)), DELETED, ["X6", "E1"]),
        (
            lambda f, p: delete(f, p.resident_no, basis=Basis(Ground.NOT_NOTIFIED, confirmed=False)),
            DELETED,
            ["X2", "X3"],
        ),
        (lambda f, _: correct(f, NOBODY, sex=Sex.MALE), CORRECTED, ["X7"]),
        (lambda f, p: correct(f, p.resident_no), CORRECTED, ["X8"]),
        (lambda f, p: correct(f, p.resident_no, name=p.record.name), CORRECTED, ["X8"]),
        (
            lambda f, p: correct(
                f, p.resident_no, CorrectionKind.MINOR, birth_date=PartialDate("1979-01-01")
            ),
            CORRECTED,
            ["X9"],
        ),
        (
            lambda f, p: correct(f, p.resident_no, address=counter.ADDRESSES[CHIYODA]),
            CORRECTED,
            ["X5"],
        ),
    ),
)
def test_what_is_refused_stores_nothing(
    federation: Federation, attempt: Attempt, event: str, rules: list[str]
) -> None:
    (found,) = counter.load(federation)
    counter.assert_refused(federation, KUNITACHI, event, lambda: attempt(federation, found), *rules)


@case(refused="X11")
def test_a_foreign_record_has_no_koseki_to_correct(federation: Federation) -> None:
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    koseki = Koseki("福島県福島市五老内町3番", "髙橋　太郎")
    counter.assert_refused(
        federation,
        KUNITACHI,
        CORRECTED,
        lambda: correct(federation, found.resident_no, koseki=koseki),
        "X11",
    )


@case(refused="X7")
def test_who_is_deleted_is_neither_deleted_nor_corrected_again(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.registered(delete(federation, number))
    counter.assert_refused(federation, KUNITACHI, DELETED, lambda: delete(federation, number), "X7")
    counter.assert_refused(
        federation, KUNITACHI, CORRECTED, lambda: correct(federation, number, sex=Sex.UNKNOWN), "X7"
    )


@pytest.mark.parametrize(
    ("event", "permission", "act"),
    [
        (
            RECORDED,
            Permission.REGISTER_RESIDENT_RECORD,
            lambda ctx, claim, _: ex_officio.record_ex_officio(
                ctx, claim, RecordingFiling(counter.move_in_filing(KUNITACHI, evidence=None), FOUND_OUT)
            ),
        ),
        (
            DELETED,
            Permission.REGISTER_RESIDENT_RECORD,
            lambda ctx, claim, number: ex_officio.delete_ex_officio(ctx, claim, deletion(number)),
        ),
        (
            CORRECTED,
            Permission.REGISTER_RECORD_CORRECT,
            lambda ctx, claim, number: ex_officio.correct_ex_officio(
                ctx, claim, correction(number, sex=Sex.UNKNOWN)
            ),
        ),
    ],
)
def test_each_act_has_its_gate(
    federation: Federation,
    event: str,
    permission: Permission,
    act: Callable[[Context, OperatorClaim, str], object],
) -> None:
    (found,) = counter.load(federation)
    counter.assert_gated(
        federation, KUNITACHI, event, permission, lambda ctx, claim: act(ctx, claim, found.resident_no)
    )


@pytest.mark.parametrize(
    "act",
    [
        lambda ctx, number: ex_officio.delete_ex_officio(ctx, CLERK, deletion(number)),
        lambda ctx, number: ex_officio.correct_ex_officio(ctx, CLERK, correction(number, sex=Sex.UNKNOWN)),
    ],
    ids=["delete", "correct"],
)
def test_an_act_ex_officio_is_whole_or_nothing(
    federation: Federation, act: Callable[[Context, str], object]
) -> None:
    (found,) = counter.load(federation)
    steps = counter.assert_all_or_nothing(federation, KUNITACHI, lambda ctx: act(ctx, found.resident_no))
    assert steps > 2


def test_the_day_of_an_omission_is_kept_apart_from_the_day_of_the_entry(federation: Federation) -> None:
    (number,) = counter.registered(
        record(federation, moved_on=counter.TODAY - timedelta(days=300))
    ).resident_nos
    version = counter.read(federation, KUNITACHI, number).versions[0]
    assert (version.effective_on, version.recorded_at.date()) == (
        counter.TODAY - timedelta(days=300),
        counter.TODAY,
    )


# One koseki for several


def _family(federation: Federation) -> tuple[str, ...]:
    child = counter.japanese(name=PersonName("国立　一郎"), relationship="子")
    return counter.move_in(federation, KUNITACHI, counter.japanese(), child).resident_nos


@case("spec 4.0.6", permitted="X7 X8")
def test_a_koseki_is_corrected_for_a_household_at_once(federation: Federation) -> None:
    numbers = _family(federation)
    koseki = Koseki("東京都国立市富士見台二丁目", "国立　太郎")
    filing = replace(correction(numbers[0], koseki=koseki), also=numbers[1:])
    done = ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing)
    assert counter.registered(done).resident_nos == numbers
    for number in numbers:
        found = counter.read(federation, KUNITACHI, number)
        assert (found.record.koseki, len(found.versions)) == (koseki, 2)


@case("spec 4.0.6", refused="X7 X8")
def test_it_is_corrected_for_all_or_for_nobody(federation: Federation) -> None:
    numbers = _family(federation)
    koseki = Koseki("東京都国立市富士見台二丁目", "国立　太郎")
    ctx = federation.context(KUNITACHI)
    counter.registered(ex_officio.correct_ex_officio(ctx, CLERK, correction(numbers[1], koseki=koseki)))
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    for also, rule in ((numbers[1:], "X8"), ((NOBODY,), "X7")):
        filing = replace(correction(numbers[0], koseki=koseki), also=also)
        refused = ex_officio.correct_ex_officio(ctx, CLERK, filing)
        assert isinstance(refused, Refused)
        assert [one.rule for one in refused.failed] == [rule]
    assert counter.contents(federation, KUNITACHI) == before
    told = [
        (one["event"], one["outcome"], one["resident_no"]) for one in counter.audit(federation, KUNITACHI)
    ]
    assert told[entries:] == [(CORRECTED, "refused", number) for number in (*numbers, NOBODY)]


def test_nothing_but_a_koseki_is_corrected_for_several() -> None:
    body = {
        "resident_no": "00000000019",
        "kind": "change",
        "occurred_on": "2013-07-06",
        "corrections": {"koseki": {"domicile": "x", "head": "y"}, "sex": "female"},
        "basis": {"ground": "koseki", "confirmed": True},
        "also": ["00000000027"],
    }
    with pytest.raises(JukinetError) as refused:
        read_correction(body)
    assert [fault.field for fault in refused.value.faults] == ["also"]
