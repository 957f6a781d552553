"""The supplementary register of the koseki: made, corrected and deleted by the office, and kept for its term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, erasing
from tests.services.services.supplementing import (
    BEFORE,
    CORRECTED,
    ENTERED,
    HANAKO,
    HANDED_OVER,
    KOSEKI,
    OPENED,
    OPENING,
    READ,
    REMOVED,
    TARO,
    TODAY,
    VOTER,
    done,
    look,
    opened,
    stands,
    who,
)
from tests.services.world import KUNI

from jukinet.domain.items import Koseki
from jukinet.domain.permissions import Permission
from jukinet.domain.supplementary import Removal, Way
from jukinet.services import (
    supplementary,
    supplementary_reads,
)
from jukinet.services.supplementary_filings import (
    CorrectionFiling,
    EnteringFiling,
    HandOverFiling,
    RemovalFiling,
    VoterFiling,
)
from jukinet.services.supplementary_reads import HandedOver
from jukinet.store.supplementary import Kept
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core


@case("Act Arts. 16, 17, 18", "Ord. Art. 18(1)", permitted="KF1 KF2 KF4 KF6 KF11")
def test_a_register_is_made_for_a_koseki(federation: Federation) -> None:
    number = opened(federation)
    kept = look(federation)
    assert kept.register_no == number
    register = kept.register
    assert (register.koseki, register.opened_on, register.present) == (KOSEKI, date(2010, 4, 1), True)
    assert [(one.number, one.name) for one in register.members] == [(1, TARO), (2, HANAKO)]
    assert stands(federation) == (BEFORE, date(2010, 4, 1))
    (entry,) = counter.audit(federation, KUNITACHI, OPENED)
    assert entry["reference"] == number


@case(refused="KF1 KF2 KF4 KF6")
def test_no_register_is_made_elsewhere_twice_of_nobody_or_of_tomorrow(federation: Federation) -> None:
    opened(federation)
    ctx = federation.context(KUNITACHI)
    outside = replace(KOSEKI, head="外")

    def refused(rule: str, **changes: Any) -> None:
        act = partial(
            supplementary.open_register, ctx, CLERK, replace(OPENING, **{"koseki": outside, **changes})
        )
        counter.assert_refused(federation, KUNITACHI, OPENED, act, rule)

    for elsewhere in ("東京都千代田区丸の内一丁目1番", "東京都どこか"):
        refused("KF1", koseki=replace(KOSEKI, domicile=elsewhere))
    refused("KF2", koseki=Koseki("国立市富士見台2丁目47番地", "国立太郎"))
    for nobody in ((), (who("一"), who("一"))):
        refused("KF4", members=nobody)
    refused("KF6", made_on=date(2013, 7, 9))
    refused("KF6", members=(who("一", since=date(2013, 7, 9)),))


@case("Ord. Art. 18(2)", permitted="KF3 KF4 KF6 KF7")
def test_who_entered_the_koseki_is_entered(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)
    done(
        supplementary.enter_members(
            ctx, CLERK, EnteringFiling(number, TODAY, (who("国立　一郎", None, None),))
        )
    )
    assert stands(federation, "国立　一郎") is None, "no address is known yet"


@case(refused="KF3 KF4 KF6 KF7")
def test_what_cannot_be_entered_is_refused(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)

    def refused(filing: EnteringFiling, *rules: str) -> None:
        act = partial(supplementary.enter_members, ctx, CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, ENTERED, act, *rules)

    new = (who("国立　一郎"),)
    refused(EnteringFiling("00000000035", TODAY, new), "KF3")
    refused(EnteringFiling(number, TODAY, (who(HANAKO),)), "KF4")
    refused(EnteringFiling(number, date(2013, 7, 9), new), "KF6")
    refused(EnteringFiling(number, date(2010, 3, 31), new), "KF7")


@case("Ord. Art. 19", permitted="KF3 KF5 KF6 KF7")
def test_with_the_last_member_the_register_is_deleted(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)
    one = done(
        supplementary.remove_members(ctx, CLERK, RemovalFiling(number, TODAY, (2,), Removal.ANOTHER_KOSEKI))
    )
    assert not one.deleted
    assert look(federation).register.present
    last = done(supplementary.remove_members(ctx, CLERK, RemovalFiling(number, TODAY, (1,), Removal.DEATH)))
    assert last.deleted
    register = look(federation, number).register
    assert not register.present
    assert [(two.ground, two.removed_on) for two in register.members] == [
        (Removal.DEATH, TODAY),
        (Removal.ANOTHER_KOSEKI, TODAY),
    ]
    assert opened(federation) != number, "another register of the same koseki may be made now"


@case(refused="KF3 KF5 KF6 KF7")
def test_who_does_not_stand_there_is_not_removed(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)

    def refused(filing: RemovalFiling, *rules: str) -> None:
        act = partial(supplementary.remove_members, ctx, CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, REMOVED, act, *rules)

    filing = RemovalFiling(number, TODAY, (1,), Removal.DEATH)
    refused(replace(filing, register_no="00000000035"), "KF3")
    refused(replace(filing, members=(3,)), "KF5")
    refused(replace(filing, members=(1, 1)), "KF5")
    refused(replace(filing, members=()), "KF5")
    refused(replace(filing, removed_on=date(2013, 7, 9)), "KF6")
    refused(replace(filing, removed_on=date(2010, 3, 31)), "KF7")
    done(supplementary.remove_members(ctx, CLERK, replace(filing, members=(1, 2))))
    refused(filing, "KF3", "KF5")


@case("Ord. Art. 20", permitted="KF1 KF2 KF3 KF4 KF5 KF6 KF8")
def test_items_that_changed_or_were_wrong_are_corrected_and_what_stood_is_kept(
    federation: Federation,
) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)
    elsewhere = counter.ADDRESSES[FUKUSHIMA]
    fix = CorrectionFiling(
        number, TODAY, member=2, name="国立　華子", address=elsewhere, since=date(2012, 1, 2)
    )
    done(supplementary.correct_register(ctx, CLERK, fix))
    assert stands(federation, "国立　華子") == (elsewhere, date(2012, 1, 2))
    moved = replace(KOSEKI, domicile="東京都国立市東一丁目1番地")
    done(supplementary.correct_register(ctx, CLERK, CorrectionFiling(number, TODAY, koseki=moved)))
    kept = look(federation, moved)
    assert kept.register.koseki == moved
    assert [one.entry.way for one in kept.entries][-3:] == [Way.NAME, Way.ADDRESS, Way.KOSEKI]
    assert kept.entries[0].entry.koseki == KOSEKI


@case(refused="KF1 KF2 KF3 KF4 KF5 KF6 KF8")
def test_what_is_no_correction_is_refused(federation: Federation) -> None:
    number = opened(federation)
    other = replace(KOSEKI, head="外")
    opened(federation, replace(OPENING, koseki=other))
    ctx = federation.context(KUNITACHI)

    def refused(filing: CorrectionFiling, *rules: str) -> None:
        act = partial(supplementary.correct_register, ctx, CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, CORRECTED, act, *rules)

    name = CorrectionFiling(number, TODAY, member=2, name="国立　華子")
    refused(CorrectionFiling(number, TODAY, koseki=replace(KOSEKI, domicile="福島県福島市")), "KF1")
    refused(CorrectionFiling(number, TODAY, koseki=other), "KF2")
    refused(replace(name, register_no="00000000035"), "KF3")
    refused(replace(name, name=TARO), "KF4")
    refused(replace(name, member=9), "KF5", "KF8")
    refused(replace(name, corrected_on=date(2013, 7, 9)), "KF6")
    refused(replace(name, name=None, address=BEFORE, since=date(2013, 7, 9)), "KF6")
    refused(replace(name, name=HANAKO), "KF8")


@case("Act Art. 17-2", permitted="KF3 KF5 KF6 KF8 KF9")
def test_who_votes_abroad_is_noted_and_struck(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)
    on = VoterFiling(number, 2, CHIYODA, TODAY)
    done(supplementary.note_voter(ctx, CLERK, on))
    assert [one.voter for one in look(federation).register.members] == [None, CHIYODA]
    done(supplementary.note_voter(ctx, CLERK, replace(on, municipality=None)))
    assert [one.voter for one in look(federation).register.members] == [None, None]


@case(refused="KF3 KF5 KF6 KF8 KF9")
def test_a_roll_that_nobody_is_on_is_refused(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)

    def refused(filing: VoterFiling, *rules: str) -> None:
        act = partial(supplementary.note_voter, ctx, CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, VOTER, act, *rules)

    on = VoterFiling(number, 2, CHIYODA, TODAY)
    refused(replace(on, register_no="00000000035"), "KF3")
    refused(replace(on, member=3), "KF5")
    refused(replace(on, told_on=date(2013, 7, 9)), "KF6")
    refused(replace(on, municipality=None), "KF9")
    done(supplementary.note_voter(ctx, CLERK, on))
    refused(on, "KF8")


@case("Act Art. 19(3)", "Ord. Art. 19", permitted="KF3 KF6 KF7 KF11 KF12")
def test_a_domicile_that_moved_takes_the_items_along(federation: Federation) -> None:
    number = opened(federation)
    ctx, there = federation.context(KUNITACHI), federation.context(CHIYODA)
    done(supplementary.note_voter(ctx, CLERK, VoterFiling(number, 2, FUKUSHIMA, TODAY)))
    moved = Koseki("東京都千代田区丸の内一丁目1番", "国立　太郎")
    ended = done(supplementary.hand_over(ctx, CLERK, HandOverFiling(number, TODAY, CHIYODA, moved)))
    assert ended.deleted
    told = supplementary_reads.handed_over(ctx, CLERK, number)
    assert isinstance(told, HandedOver)
    assert told.to == CHIYODA
    taken = done(supplementary.open_register(there, CLERK, told.opening))
    found = supplementary_reads.show(there, CLERK, taken.register_no)
    assert isinstance(found, Kept)
    stood = look(federation, number).register
    assert [(one.name, one.stay, one.voter) for one in found.register.members] == [
        (one.name, one.stay, one.voter) for one in stood.members
    ]
    assert (found.register.koseki, stood.koseki, stood.present) == (moved, KOSEKI, False)


@case(refused="KF3 KF6 KF7 KF11 KF12")
def test_what_is_not_handed_over(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)
    moved = Koseki("東京都千代田区丸の内一丁目1番", "国立　太郎")
    filing = HandOverFiling(number, TODAY, CHIYODA, moved)

    def refused(filing: HandOverFiling, *rules: str) -> None:
        act = partial(supplementary.hand_over, ctx, CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, HANDED_OVER, act, *rules)

    refused(replace(filing, register_no="00000000035"), "KF3")
    refused(replace(filing, moved_on=date(2013, 7, 9)), "KF6")
    refused(replace(filing, moved_on=date(2010, 3, 31)), "KF7")
    refused(replace(filing, municipality=KUNITACHI), "KF12")
    read = partial(supplementary_reads.handed_over, ctx, CLERK, number)
    counter.assert_refused(federation, KUNITACHI, READ, read, "KF11")
    removal = RemovalFiling(number, TODAY, (1,), Removal.DOMICILE_MOVED)
    act = partial(supplementary.remove_members, ctx, CLERK, removal)
    counter.assert_refused(federation, KUNITACHI, REMOVED, act, "KF12")


@case(refused="KF11")
def test_a_register_that_is_not_there_is_not_shown(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    for asked in ("00000000035", KOSEKI):
        act = partial(supplementary_reads.show, ctx, CLERK, asked)
        counter.assert_refused(federation, KUNITACHI, READ, act, "KF11")


def test_only_whoever_may_writes_and_looks(federation: Federation) -> None:
    number = opened(federation)
    record, read = Permission.REGISTER_SUPPLEMENTARY_RECORD, Permission.REGISTER_SUPPLEMENTARY_READ
    entering = EnteringFiling(number, TODAY, (who("外"),))
    removal = RemovalFiling(number, TODAY, (1,), Removal.DEATH)
    correction = CorrectionFiling(number, TODAY, member=2, name="外")
    voter = VoterFiling(number, 2, CHIYODA, TODAY)
    moving = HandOverFiling(number, TODAY, CHIYODA, KOSEKI)
    for event, may, act in (
        (OPENED, record, lambda c, w: supplementary.open_register(c, w, OPENING)),
        (ENTERED, record, lambda c, w: supplementary.enter_members(c, w, entering)),
        (REMOVED, record, lambda c, w: supplementary.remove_members(c, w, removal)),
        (CORRECTED, record, lambda c, w: supplementary.correct_register(c, w, correction)),
        (VOTER, record, lambda c, w: supplementary.note_voter(c, w, voter)),
        (HANDED_OVER, record, lambda c, w: supplementary.hand_over(c, w, moving)),
        (READ, read, lambda c, w: supplementary_reads.show(c, w, number)),
        (READ, read, lambda c, w: supplementary_reads.handed_over(c, w, number)),
    ):
        counter.assert_gated(federation, KUNITACHI, event, may, act)


ACTS: dict[str, Callable[[Any, str], object]] = {
    "open": lambda ctx, _: supplementary.open_register(
        ctx, CLERK, replace(OPENING, koseki=replace(KOSEKI, head="外"))
    ),
    "enter": lambda ctx, no: supplementary.enter_members(
        ctx, CLERK, EnteringFiling(no, TODAY, (who("外"), who("内")))
    ),
    "remove": lambda ctx, no: supplementary.remove_members(
        ctx, CLERK, RemovalFiling(no, TODAY, (1, 3), Removal.ANOTHER_KOSEKI)
    ),
    "correct": lambda ctx, no: supplementary.correct_register(
        ctx, CLERK, CorrectionFiling(no, TODAY, member=2, name="華子", since=TODAY)
    ),
    "voter": lambda ctx, no: supplementary.note_voter(ctx, CLERK, VoterFiling(no, 2, CHIYODA, TODAY)),
    "hand over": lambda ctx, no: supplementary.hand_over(
        ctx, CLERK, HandOverFiling(no, TODAY, CHIYODA, replace(KOSEKI, domicile="東京都千代田区丸の内1"))
    ),
}


def _again(act: Callable[[Any, str], object], number: str, ctx: Any) -> object:
    return act(ctx, number)


def test_each_act_is_all_or_nothing(federation: Federation) -> None:
    number = opened(federation)
    for name, act in ACTS.items():
        steps = counter.assert_all_or_nothing(federation, KUNITACHI, partial(_again, act, number))
        assert steps >= 2, name


@case("Ord. Art. 34(1), (2)", "Act Art. 16")
def test_a_deleted_register_is_kept_to_its_last_day(federation: Federation) -> None:
    """Five years; eighty where somebody without an address in the country left it, other than by death."""
    ctx = federation.context(KUNITACHI)
    last_days = {
        ("一", BEFORE, Removal.ANOTHER_KOSEKI): date(2018, 7, 7),
        ("二", None, Removal.ANOTHER_KOSEKI): date(2093, 7, 7),
        ("三", None, Removal.DEATH): date(2018, 7, 7),
    }
    numbers = {}
    for head, address, ground in last_days:
        filing = replace(
            OPENING, koseki=replace(KOSEKI, head=head), members=(who(TARO), who(HANAKO, address))
        )
        numbers[head] = opened(federation, filing)
        done(supplementary.remove_members(ctx, CLERK, RemovalFiling(numbers[head], TODAY, (2,), ground)))
    erasing.turn(federation, date(2019, 1, 1))
    assert "supplementary" not in erasing.erase(federation).subjects, "somebody stands in each"
    erasing.turn(federation, TODAY)
    for number in numbers.values():
        done(supplementary.remove_members(ctx, CLERK, RemovalFiling(number, TODAY, (1,), Removal.DEATH)))
    for (head, _, _), last in last_days.items():
        assert [past(federation, numbers[head], day) for day in (last, erasing.later(last))] == [False, True]
    erasing.turn(federation, date(2018, 7, 7))
    assert "supplementary" not in erasing.erase(federation).subjects
    erasing.turn(federation, date(2018, 7, 8))
    expected = {"supplementary_registers": 2, "supplementary_members": 4, "supplementary_entries": 14}
    assert erasing.dry_run(federation).subjects["supplementary"] == expected
    assert erasing.erase(federation).subjects["supplementary"] == expected
    assert look(federation, numbers["二"]).register_no == numbers["二"]


def past(federation: Federation, number: str, day: date) -> bool:
    """What the database says of a register on a day, also one that has not come."""
    query = (
        "SELECT retention_past_supplementary(register_id, %(day)s, NULL) AS past"
        "  FROM supplementary_registers WHERE register_no = %(number)s"
    )
    (row,) = counter.owner_rows(federation, KUNI, query, day=day, number=number)
    return bool(row["past"])
