"""A supplementary register written anew, and one made again after a loss: what stands, what is kept apart, how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, erasing
from tests.services.services.supplementing import (
    BEFORE,
    HANAKO,
    KOSEKI,
    OPENING,
    TARO,
    TODAY,
    done,
    look,
    opened,
    stands,
    who,
)
from tests.services.services.test_supplementary import past
from tests.services.services.test_supplementary_copies import issue, issued, rules

from jukinet.domain.municipality import NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.supplementary import Removal, Way
from jukinet.services import supplementary, supplementary_copies
from jukinet.services.supplementary import Supplemented
from jukinet.services.supplementary_copies import SupplementaryCopy
from jukinet.services.supplementary_filings import (
    CorrectionFiling,
    Differing,
    RemakingFiling,
    RemovalFiling,
    RewritingFiling,
    VoterFiling,
)
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

REWRITTEN, REMADE = "register:supplementary:rewritten", "register:supplementary:remade"
ELSEWHERE = counter.ADDRESSES[FUKUSHIMA]
UNKNOWN = "00000000035"
pytestmark = pytest.mark.core


def rewritten(federation: Federation, number: str) -> str:
    filing = RewritingFiling(number)
    return done(supplementary.rewrite_register(federation.context(KUNITACHI), CLERK, filing)).register_no


def remove(federation: Federation, number: str, *members: int) -> None:
    filing = RemovalFiling(number, TODAY, members, Removal.ANOTHER_KOSEKI)
    done(supplementary.remove_members(federation.context(KUNITACHI), CLERK, filing))


@case("Ord. Arts. 16, 21(2)", permitted="KF3")
def test_what_stands_goes_on_alone_and_the_register_from_before_is_kept_apart(federation: Federation) -> None:
    three = replace(OPENING, members=(who("国立　一郎"), who(TARO), who(HANAKO)))
    number = opened(federation, three)
    ctx = federation.context(KUNITACHI)
    remove(federation, number, 1)
    corrected = CorrectionFiling(number, TODAY, member=2, name="国立　太朗", address=ELSEWHERE, since=TODAY)
    done(supplementary.correct_register(ctx, CLERK, corrected))
    done(supplementary.note_voter(ctx, CLERK, VoterFiling(number, 2, CHIYODA, TODAY)))
    before = look(federation, number)

    new = rewritten(federation, number)

    kept, now = look(federation, number), look(federation)
    assert (now.register_no, now.entries[0].entry.reference) == (new, number)
    assert [(one.number, one.name, one.stay and one.stay.address) for one in now.register.members] == [
        (1, "国立　太朗", ELSEWHERE),
        (2, HANAKO, BEFORE),
    ]
    assert [one.voter for one in now.register.members] == [CHIYODA, None]
    assert [one.entered_on for one in now.register.members] == [OPENING.made_on] * 2
    assert (now.register.koseki, now.register.opened_on) == (KOSEKI, OPENING.made_on)
    assert (kept.register.present, kept.register.rewritten_as) == (False, new)
    assert kept.entries[:-1] == before.entries, "nothing of it is altered"
    (entry,) = counter.audit(federation, KUNITACHI, REWRITTEN)
    assert (entry["reference"], "Ord. Art. 16" in entry["rules"]) == (number, True)
    remove(federation, new, 1)
    assert look(federation).register.present, "it goes on by itself"


@case("Act Art. 19(1)", "Ord. Art. 21(2)")
def test_a_municipality_of_residence_speaks_to_the_register_as_it_was_written_anew(
    federation: Federation,
) -> None:
    number = opened(federation)
    (resident,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    moved = stands(federation)
    assert moved is not None
    new = rewritten(federation, number)
    assert stands(federation) == moved
    apart = look(federation, number)
    counter.move_within(federation, KUNITACHI, resident)
    assert stands(federation) not in {None, moved}
    assert look(federation).register_no == new
    assert look(federation, number) == apart


@case(refused="KF3")
def test_only_a_register_that_is_kept_is_written_anew(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)
    new = rewritten(federation, number)
    remove(federation, new, 1, 2)
    for gone in (UNKNOWN, number, new):
        act = partial(supplementary.rewrite_register, ctx, CLERK, RewritingFiling(gone))
        counter.assert_refused(federation, KUNITACHI, REWRITTEN, act, "KF3")


@case("Ord. Art. 34(1), (2)", "Ord. Art. 21(2)")
def test_the_one_from_before_is_erased_after_its_term(federation: Federation) -> None:
    """Five years; eighty where somebody stands in it without an address in the country."""
    last_days = {"一": date(2018, 7, 7), "二": date(2093, 7, 7)}
    numbers, new = {}, {}
    for head in last_days:
        members = (who(TARO), who(HANAKO, BEFORE if head == "一" else None))
        filing = replace(OPENING, koseki=replace(KOSEKI, head=head), members=members)
        numbers[head] = opened(federation, filing)
        new[head] = rewritten(federation, numbers[head])
    for head, last in last_days.items():
        assert [past(federation, numbers[head], day) for day in (last, erasing.later(last))] == [False, True]
    erasing.turn(federation, date(2018, 7, 8))
    erased = erasing.erase(federation).subjects["supplementary"]
    assert (erased["supplementary_registers"], erased["supplementary_members"]) == (1, 2)
    assert [look(federation, new[head]).register.present for head in last_days] == [True, True]
    assert look(federation, numbers["二"]).register_no == numbers["二"]


@case("spec 1.1.16", "Ord. Art. 21(2)", refused="OF15", permitted="OF15")
def test_what_is_held_back_stays_so_and_holds_the_one_from_before(federation: Federation) -> None:
    number = opened(federation)
    ctx = federation.context(KUNITACHI)

    def hold(register_no: str, *, stands: bool) -> None:
        data = {"register_no": register_no, "stands": stands, "reason": "支援措置"}
        filing = supplementary_copies.read_register_hold(data)
        assert supplementary_copies.hold_register(ctx, CLERK, filing) == Supplemented(register_no)

    hold(number, stands=True)
    new = rewritten(federation, number)
    assert rules(issue(federation, new)) == ["OF15"]
    for one in (new, number):
        hold(one, stands=False)
    assert [
        rules(issue(federation, one, application_id=f"d{at}" * 16)) for at, one in enumerate((new, number))
    ] == [
        [],
        [],
    ]
    hold(new, stands=True)
    assert rules(issue(federation, number, application_id="e1" * 16)) == ["OF15"]
    hold(new, stands=False)
    hold(number, stands=True)
    assert isinstance(issue(federation, new, application_id="e2" * 16), SupplementaryCopy)


@case("Act Art. 20(1)", "Ord. Arts. 16, 21(2)")
def test_a_copy_shows_what_stands_and_one_from_before_all_of_it(federation: Federation) -> None:
    number = opened(federation)
    fix = CorrectionFiling(number, TODAY, member=2, address=ELSEWHERE, since=TODAY)
    done(supplementary.correct_register(federation.context(KUNITACHI), CLERK, fix))
    remove(federation, number, 1)
    new = rewritten(federation, number)
    ((member, course),) = issued(federation, new).members
    assert (member.name, [line.address for line in course]) == (HANAKO, [ELSEWHERE])
    _, (_, long) = issued(federation, number, application_id="d2" * 16).members
    assert [line.address for line in long] == [BEFORE, ELSEWHERE]


@case("Ord. Arts. 17, 21(2)", permitted="KF3 KF6 KF7")
def test_a_lost_register_is_made_again_and_laid_open_for_fifteen_days(federation: Federation) -> None:
    number = opened(federation)
    differing = Differing(2, "国立　華子", ELSEWHERE, date(2012, 1, 2))
    filing = RemakingFiling(number, TODAY, (differing, Differing(1, TARO, None, None)))
    made = done(supplementary.remake_register(federation.context(KUNITACHI), CLERK, filing))
    assert (made.register_no, made.open_until) == (number, date(2013, 7, 23))
    kept = look(federation, number)
    assert (kept.register.present, kept.register.remade_on) == (True, TODAY)
    assert [one.entry.way for one in kept.entries][-3:] == [Way.REMADE, Way.NAME, Way.ADDRESS]
    assert stands(federation, "国立　華子") == (ELSEWHERE, date(2012, 1, 2))
    (entry,) = counter.audit(federation, KUNITACHI, REMADE)
    assert "Ord. Art. 17" in entry["rules"]


@case(refused="KF3 KF4 KF5 KF6 KF7")
def test_what_cannot_be_made_again_is_told_at_once(federation: Federation) -> None:
    number = opened(federation)
    tomorrow, early = date(2013, 7, 9), date(2010, 3, 31)
    twice, nobody = Differing(2, TARO, None, None), Differing(3, "国立　華子", None, None)
    late = Differing(2, None, BEFORE, tomorrow)
    for filing, expected in (
        (RemakingFiling(UNKNOWN, TODAY), ["KF3"]),
        (RemakingFiling(number, tomorrow), ["KF6"]),
        (RemakingFiling(number, early), ["KF7"]),
        (RemakingFiling(number, early, (twice, nobody, late)), ["KF7", "KF4", "KF5", "KF6"]),
    ):
        act = partial(supplementary.remake_register, federation.context(KUNITACHI), CLERK, filing)
        counter.assert_refused(federation, KUNITACHI, REMADE, act, *expected)


def test_each_is_done_by_who_may_and_whole_or_not_at_all(federation: Federation) -> None:
    number = opened(federation)
    remaking = RemakingFiling(number, TODAY, (Differing(2, "国立　華子", BEFORE, TODAY),))
    record = Permission.REGISTER_SUPPLEMENTARY_RECORD
    counter.assert_gated(
        federation,
        KUNITACHI,
        REMADE,
        record,
        lambda ctx, claim: supplementary.remake_register(ctx, claim, remaking),
    )
    counter.assert_gated(
        federation,
        KUNITACHI,
        REWRITTEN,
        record,
        lambda ctx, claim: supplementary.rewrite_register(ctx, claim, RewritingFiling(number)),
    )
    where: NodeId = KUNITACHI.node_id
    assert counter.assert_all_or_nothing(
        federation, where, lambda ctx: supplementary.remake_register(ctx, CLERK, remaking)
    )
    assert counter.assert_all_or_nothing(
        federation, where, lambda ctx: supplementary.rewrite_register(ctx, CLERK, RewritingFiling(number))
    )
