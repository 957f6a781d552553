"""Nickname: recorded, deleted on request, removed ex officio, carried over; the notices, the trail, every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged, refusals
from tests.services.services import counter

from jukinet.domain.items import Nickname
from jukinet.domain.permissions import Permission
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground, Telling
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import ex_officio, moves, nicknames, rewriting
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections
from jukinet.services.foreign_filings import NicknameDeletionFiling, NicknameFiling, NicknameRemovalFiling
from jukinet.services.reads import Found
from jukinet.services.register import Registered
from jukinet.services.rewriting import RemakeFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.notifying import IN_PERSON

RECORDED, DELETED, REMOVED = (
    "register:nickname:recorded",
    "register:nickname:deleted",
    "register:nickname:removed",
)
IN = "register:move-in:recorded"
NOBODY = "99999999999"


def application(number: str, **changes: Any) -> NicknameFiling:
    filing = NicknameFiling(
        number,
        "国立　アンナ",
        counter.TODAY,
        proof_shown=True,
        found_needed=True,
        notified_by=IN_PERSON,
    )
    return replace(filing, **changes)


def newcomer(federation: Federation) -> str:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    federation.run()
    return number


def record(federation: Federation, number: str, text: str = "国立　アンナ") -> Registered:
    ctx = federation.context(KUNITACHI)
    return counter.registered(nicknames.record_nickname(ctx, CLERK, application(number, nickname=text)))


def delete(federation: Federation, number: str) -> Registered:
    filing = NicknameDeletionFiling(number, counter.TODAY, notified_by=IN_PERSON)
    return counter.registered(nicknames.delete_nickname(federation.context(KUNITACHI), CLERK, filing))


@case(
    "Ord. Arts. 30-25, 30-26(7), 30-27(1)(i)",
    "spec 1.1.7",
    permitted="F1 FN1 FN2 FN3 FN4 FN5 FN6",
)
def test_a_nickname_is_recorded_with_place_and_day_and_told_as_part_of_the_name(
    federation: Federation,
) -> None:
    number = newcomer(federation)
    record(federation, number)
    found = counter.read(federation, KUNITACHI, number)
    assert found.record.nickname == Nickname("国立　アンナ", counter.TODAY, KUNITACHI)
    version = found.versions[-1]
    assert (version.reason, version.effective_on, version.notified_on) == (
        "nickname-recorded",
        counter.TODAY,
        counter.TODAY,
    )
    told = counter.notices(federation, KUNITACHI)[-1]
    assert told["nickname"] == "国立　アンナ"
    assert told["change"] == {
        "kind": "correction",
        "reason": "corrected-ex-officio",
        "occurred_on": "2013-07-08",
        "foreign_record": True,
    }
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    (entry,) = counter.audit(federation, KUNITACHI, RECORDED)
    assert (entry["outcome"], entry["actor"], entry["resident_no"]) == ("done", CLERK.actor, number)


@case("Ord. Arts. 30-26(4), 30-27(1)(ii)", "spec 1.1.7", permitted="FN1 FN7")
def test_a_deletion_on_request_goes_into_the_history_and_is_told(federation: Federation) -> None:
    number = newcomer(federation)
    record(federation, number)
    delete(federation, number)
    found = counter.read(federation, KUNITACHI, number)
    assert found.record.nickname is None
    assert found.record.former_nicknames == (
        Nickname("国立　アンナ", counter.TODAY, KUNITACHI, counter.TODAY, KUNITACHI),
    )
    assert found.versions[-1].reason == "nickname-deleted"
    told = counter.notices(federation, KUNITACHI)[-1]
    assert "nickname" not in told
    assert told["change"]["reason"] == "corrected-ex-officio"
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    (entry,) = counter.audit(federation, KUNITACHI, DELETED)
    assert (entry["outcome"], entry["resident_no"]) == ("done", number)


@case(refused="FN6", permitted="FN6")
def test_another_nickname_is_a_deletion_and_an_application_of_its_own(federation: Federation) -> None:
    number = newcomer(federation)
    record(federation, number)
    ctx = federation.context(KUNITACHI)
    other = application(number, nickname="国立　恵")
    counter.assert_refused(
        federation, KUNITACHI, RECORDED, lambda: nicknames.record_nickname(ctx, CLERK, other), "FN6"
    )
    delete(federation, number)
    done = record(federation, number, "国立　恵")
    assert [remark.article for remark in done.remarks] == ["Ord. Art. 30-26(2)"]
    delete(federation, number)
    former = counter.read(federation, KUNITACHI, number).record.former_nicknames
    assert [one.text for one in former] == ["国立　アンナ", "国立　恵"]


@pytest.mark.parametrize("telling", Telling)
@case("Ord. Arts. 30-26(5), 30-27(1)(ii)", permitted="FN1 FN7 FN8 FN9")
def test_a_removal_ex_officio_notes_how_the_person_learns_of_it(
    federation: Federation, telling: Telling
) -> None:
    number = newcomer(federation)
    record(federation, number)
    filing = NicknameRemovalFiling(number, found_needless=True, telling=telling)
    counter.registered(nicknames.remove_nickname(federation.context(KUNITACHI), CLERK, filing))
    found = counter.read(federation, KUNITACHI, number)
    assert found.record.nickname is None
    assert [one.text for one in found.record.former_nicknames] == ["国立　アンナ"]
    version = found.versions[-1]
    assert version.notified_on is None
    (entry,) = counter.audit(federation, KUNITACHI, REMOVED)
    assert (entry["outcome"], entry["resident_no"]) == ("done", number)
    (told,) = counter.owner_rows(
        federation, KUNITACHI.node_id, "SELECT * FROM tellings JOIN residents USING (resident_id)"
    )
    assert (told["resident_no"], told["way"], told["history_no"]) == (number, telling, version.history_no)
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


@pytest.mark.parametrize(
    ("change", "rules"),
    judged(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"nickname": "anna　smith"}, []),
        ({"nickname": "Smith Anna"}, ["FN3"]),
        ({"proof_shown": False}, ["FN4"]),
        ({"found_needed": False}, ["FN5"]),
        ({"proof_shown": False, "found_needed": False, "nickname": "SMITH ANNA"}, ["FN3", "FN4", "FN5"]),
        permitted="FN3",
    ),
)
def test_a_nickname_is_refused_with_every_rule_that_fails(
    federation: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    number = newcomer(federation)
    filing = application(number, **change)
    ctx = federation.context(KUNITACHI)
    if not rules:
        counter.registered(nicknames.record_nickname(ctx, CLERK, filing))
        return
    counter.assert_refused(
        federation, KUNITACHI, RECORDED, lambda: nicknames.record_nickname(ctx, CLERK, filing), *rules
    )


@case(refused="FN1 FN2 FN7 FN8 FN9")
def test_neither_a_japanese_record_nor_one_who_left_has_a_nickname_to_handle(federation: Federation) -> None:
    (japanese,) = counter.load(federation)
    gone = newcomer(federation)
    counter.die(federation, KUNITACHI, gone, counter.TODAY)
    ctx = federation.context(KUNITACHI)
    day = counter.TODAY

    def refused(event: str, act: Any, filing: Any, *rules: str) -> None:
        counter.assert_refused(federation, KUNITACHI, event, lambda: act(ctx, CLERK, filing), *rules)

    number = japanese.resident_no
    refused(RECORDED, nicknames.record_nickname, application(number), "FN2")
    refused(
        DELETED, nicknames.delete_nickname, NicknameDeletionFiling(number, day, notified_by=IN_PERSON), "FN7"
    )
    removal = NicknameRemovalFiling(number, found_needless=False, telling=None)
    refused(REMOVED, nicknames.remove_nickname, removal, "FN7", "FN8", "FN9")
    refused(
        DELETED,
        nicknames.delete_nickname,
        NicknameDeletionFiling(gone, day, notified_by=IN_PERSON),
        "FN1",
        "FN7",
    )
    for event, act, filing in (
        (RECORDED, nicknames.record_nickname, application(NOBODY)),
        (DELETED, nicknames.delete_nickname, NicknameDeletionFiling(NOBODY, day, notified_by=IN_PERSON)),
        (REMOVED, nicknames.remove_nickname, replace(removal, resident_no=NOBODY)),
    ):
        refused(event, act, filing, "FN1")


@pytest.mark.parametrize(
    ("event", "act", "filing"),
    [
        (RECORDED, nicknames.record_nickname, application(NOBODY)),
        (
            DELETED,
            nicknames.delete_nickname,
            NicknameDeletionFiling(NOBODY, counter.TODAY, notified_by=IN_PERSON),
        ),
        (
            REMOVED,
            nicknames.remove_nickname,
            NicknameRemovalFiling(NOBODY, found_needless=True, telling=None),
        ),
    ],
)
def test_only_an_operator_who_may_handles_nicknames(
    standing: Federation, event: str, act: Any, filing: Any
) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        event,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: act(ctx, claim, filing),
    )


def test_a_crash_at_any_step_leaves_nothing(federation: Federation) -> None:
    number = newcomer(federation)
    assert (
        counter.assert_all_or_nothing(
            federation,
            KUNITACHI,
            lambda ctx: nicknames.record_nickname(ctx, CLERK, application(number)),
        )
        >= 3
    )  # the version, the notice, the trail
    filing = NicknameRemovalFiling(number, found_needless=True, telling=Telling.NOTICE)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: nicknames.remove_nickname(ctx, CLERK, filing)
    )
    assert crashes >= 3


NOW = Nickname("国立　アンナ", date(2013, 1, 7), CHIYODA)
BEFORE = Nickname("千代田　アンナ", date(2012, 7, 9), CHIYODA, date(2013, 1, 7), CHIYODA)


@case("Ord. Arts. 30-26(3), 30-27(2)", permitted="FN2 FN10 FN11")
def test_a_move_brings_the_nickname_and_its_history_along_as_recorded(federation: Federation) -> None:
    """Ord. 30-26(3)(i), 30-27(2)(i): as the certificate says, with the other municipality's name and days."""
    who = counter.foreign(nickname=NOW, former_nicknames=(BEFORE,))
    (number,) = counter.move_in(federation, KUNITACHI, who).resident_nos
    found = counter.read(federation, KUNITACHI, number)
    assert (found.record.nickname, found.record.former_nicknames) == (NOW, (BEFORE,))
    assert counter.notices(federation, KUNITACHI)[-1]["nickname"] == "国立　アンナ"
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    delete(federation, number)
    former = counter.read(federation, KUNITACHI, number).record.former_nicknames
    assert former == (BEFORE, replace(NOW, deleted_on=counter.TODAY, deleted_by=KUNITACHI))


@pytest.mark.parametrize(
    ("person", "change", "rules"),
    refusals(
        (counter.japanese(nickname=NOW), {}, ["FN2"]),
        (counter.foreign(nickname=NOW), {"evidence": MoveInEvidence.FROM_ABROAD}, ["FN10"]),
        (counter.foreign(former_nicknames=(BEFORE,)), {"evidence": MoveInEvidence.EXCUSED}, ["FN10"]),
        (counter.foreign(nickname=BEFORE), {}, ["FN11"]),
        (counter.foreign(former_nicknames=(NOW,)), {}, ["FN11"]),
    ),
)
def test_a_nickname_that_no_certificate_brings_is_refused(
    standing: Federation, person: Any, change: dict[str, Any], rules: list[str]
) -> None:
    filing = counter.move_in_filing(KUNITACHI, person, **change)
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, IN, lambda: moves.move_in(ctx, CLERK, filing), *rules)


@case("Ord. Art. 30-26(3)", permitted="FN10 FN11")
def test_someone_known_here_keeps_the_nickname_on_the_way_to_the_next_town(federation: Federation) -> None:
    number = newcomer(federation)
    record(federation, number)
    found: Found = counter.read(federation, KUNITACHI, number)
    counter.file_move_out(federation, KUNITACHI, [number], planned_on=counter.TODAY)
    (there,) = counter.move_in(
        federation,
        CHIYODA,
        counter.as_person(found),
        previous_address=counter.place(KUNITACHI),
        moved_on=counter.TODAY,
    ).resident_nos
    federation.run()
    assert counter.read(federation, CHIYODA, there).record.nickname == found.record.nickname
    counter.both_stores(federation, CHIYODA, there)


# Corrected in how it is written


def correct(federation: Federation, number: str, kind: CorrectionKind, **items: Any) -> object:
    basis = Basis(Ground.ERROR if kind is CorrectionKind.ERROR else Ground.RENAMED, confirmed=True)
    filing = CorrectionFiling(number, kind, counter.TODAY, Corrections(**items), basis)
    return ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing)


@case("Reg. Art. 46", "spec 4.2.3.2", permitted="X12 X13")
def test_a_minor_correction_writes_the_nickname_in_other_characters_and_says_so(
    federation: Federation,
) -> None:
    number = newcomer(federation)
    record(federation, number, "髙橋　恵")
    before = counter.read(federation, KUNITACHI, number).record.nickname
    assert before is not None
    counter.registered(correct(federation, number, CorrectionKind.MINOR, nickname="高橋　恵"))
    found = counter.read(federation, KUNITACHI, number)
    assert found.record.nickname == replace(before, text="高橋　恵")
    assert found.record.former_nicknames == (), "nobody deleted one"
    assert found.versions[-1].reason == "minor-correction"
    told = counter.notices(federation, KUNITACHI)[-1]
    assert (told["change"]["reason"], told["nickname"]) == ("minor-correction", "高橋　恵")
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


@case("spec 4.2.3.3", permitted="X12 X13")
def test_a_nickname_entered_wrongly_is_corrected_as_an_error(federation: Federation) -> None:
    number = newcomer(federation)
    record(federation, number, "国立　庵奈")
    counter.registered(correct(federation, number, CorrectionKind.ERROR, nickname="国立　杏奈"))
    found = counter.read(federation, KUNITACHI, number)
    assert found.record.nickname is not None
    assert found.record.nickname.text == "国立　杏奈"
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["reason"] == "corrected-ex-officio"


@case("Ord. Art. 30-26", refused="X8 X12 X13")
def test_no_correction_makes_a_nickname_or_another_one(federation: Federation) -> None:
    number = newcomer(federation)

    def refused(kind: CorrectionKind, *rules: str, **items: Any) -> None:
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:record:corrected",
            lambda: correct(federation, number, kind, **items),
            *rules,
        )

    refused(CorrectionKind.MINOR, "X12", nickname="国立　アンナ")
    refused(CorrectionKind.CHANGE, "X12", "X13", nickname="国立　アンナ")
    record(federation, number)
    refused(CorrectionKind.CHANGE, "X13", nickname="国立　恵")
    refused(CorrectionKind.MINOR, "X8", nickname="国立　アンナ")


@case("Ord. Art. 17", refused="X12")
def test_a_record_made_again_has_the_nickname_as_it_was_written(federation: Federation) -> None:
    number = newcomer(federation)
    ctx = federation.context(KUNITACHI)
    remake = RemakeFiling(number, counter.TODAY, Corrections(nickname="国立　恵"))
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:record:remade",
        lambda: rewriting.remake_record(ctx, CLERK, remake),
        "X12",
    )
    record(federation, number, "国立　惠")
    counter.registered(rewriting.remake_record(ctx, CLERK, remake))
    nickname = counter.read(federation, KUNITACHI, number).record.nickname
    assert nickname is not None
    assert nickname.text == "国立　恵"
