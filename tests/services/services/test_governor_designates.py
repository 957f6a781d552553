"""A governor who designates codes himself, of what the centre put aside for him while it worked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.world import TOKYO

from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.domain.permissions import Permission
from jukinet.law.centre import CentreWork, StopGround
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.serving_alone import Cause, Work
from jukinet.services import centre, code_requests, designation, serving_alone
from jukinet.services.designation import Designated, PutAside
from jukinet.services.serving_alone import Document
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

EVENT, ASIDE = "codes:pool:designated", "codes:pool:put-aside"
TOKYO_CODE = PrefectureCode("13")
DAY, FIRST = date(2013, 7, 8), date(2013, 10, 8)
PAPER = Document("総行市第1号", DAY)


def rules(outcome: object) -> list[str]:
    return [one.rule for one in outcome.failed] if isinstance(outcome, Refused) else []


def put_aside(federation: Federation, count: int = 20) -> PutAside | Refused:
    done = designation.put_aside(federation.context(NATIONAL), CLERK, TOKYO_CODE, count)
    federation.run()
    return done


def notice(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    assert serving_alone.record_notice(ctx, CLERK, Cause.DISASTER, [Work.CODES], PAPER) == 1


def stop(federation: Federation, *works: CentreWork) -> int | Refused:
    ctx = federation.context(NATIONAL)
    return centre.record_stop(ctx, CLERK, StopGround.SUSPENDED, works, (DAY, None), PAPER)


def codes(federation: Federation, node: NodeId, table: str) -> list[str]:
    found = counter.owner_rows(federation, node, f"SELECT code FROM {table}")
    return [row["code"] for row in found]


@case("Act Arts. 30-7(1), (2), 30-27(1)", permitted="CE2 CE3 CE4 CE5", refused="CE2 CE3 CE4 CE5")
def test_a_governor_designates_of_what_was_put_aside_from_the_notice_on(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    give = partial(designation.designate_codes, ctx, CLERK)
    assert put_aside(federation) == PutAside(TOKYO_CODE, 20)
    assert rules(give(KUNITACHI, 5)) == ["CE2"]
    notice(federation)
    assert give(KUNITACHI, 5) == Designated(KUNITACHI, 5, left=15)
    assert rules(give(FUKUSHIMA, 5)) == ["CE3"]
    assert rules(give(CHIYODA, 16)) == ["CE4"]
    assert rules(designation.put_aside(ctx, CLERK, TOKYO_CODE, 5)) == ["CE5"]
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 55
    assert designation.free_codes(federation.context(CHIYODA)) == 50
    pools = [code for town in (KUNITACHI, CHIYODA) for code in codes(federation, town.node_id, "code_pool")]
    aside = codes(federation, TOKYO, "reserved_codes")
    assert len(set(pools) & set(aside)) == 5
    assert len(set(pools)) == len(pools) == 105
    assert {*pools, *aside} <= set(codes(federation, NATIONAL, "designated_codes")), "no code is drawn again"
    (*_, came) = counter.audit(federation, KUNITACHI, "codes:pool:received")
    assert came["actor"] == TOKYO.uri
    (put,) = counter.audit(federation, NATIONAL, ASIDE)
    assert (put["outcome"], put["reference"]) == ("done", "pref-13")


@case("Act Arts. 30-24(1), 30-25(2)", permitted="OG1", refused="OG1")
def test_codes_stand_still_with_the_work_and_requests_wait_for_it(federation: Federation) -> None:
    ctx = federation.context(NATIONAL)
    assert stop(federation, CentreWork.CODES, CentreWork.CONSULTATION) == 1
    assert rules(designation.designate_codes(ctx, CLERK, KUNITACHI, 5)) == ["OG1"]
    assert rules(put_aside(federation)) == ["OG1"]
    code_requests.ask_codes(federation.context(KUNITACHI), CLERK, 7)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 50
    again = Document("総行市第2号", DAY)
    assert isinstance(centre.record_resumption(ctx, CLERK, 1, again), Permitted)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 57


@case("Act Arts. 30-7(1), 30-10(1)(i), 30-26(1)", refused="CE2", permitted="CE2")
def test_for_a_governor_who_delegates_no_more_the_centre_designates_nothing(federation: Federation) -> None:
    put_aside(federation)
    nodes = federation.context(NATIONAL), federation.context(TOKYO)
    for ctx in nodes:
        assert isinstance(centre.record_release(ctx, CLERK, TOKYO_CODE, FIRST, PAPER), Permitted)
    code_requests.ask_codes(federation.context(KUNITACHI), CLERK, 7)
    federation.set_date(FIRST)
    federation.run()
    assert rules(designation.designate_codes(nodes[0], CLERK, KUNITACHI, 5)) == ["CE2"]
    assert isinstance(designation.designate_codes(nodes[0], CLERK, FUKUSHIMA, 5), Designated)
    assert isinstance(designation.designate_codes(nodes[1], CLERK, KUNITACHI, 5), Designated)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 55, "his request at the centre waits"


def test_what_was_put_aside_is_void_with_a_restore_of_the_governors_node(federation: Federation) -> None:
    put_aside(federation)
    notice(federation)
    copied = federation.copy_of(TOKYO)
    assert isinstance(designation.designate_codes(federation.context(TOKYO), CLERK, KUNITACHI, 5), Designated)
    put_aside(federation)
    federation.put_back(TOKYO, copied)
    federation.run()
    give = partial(designation.designate_codes, federation.context(TOKYO), CLERK, KUNITACHI)
    assert rules(give(1)) == ["CE4"], "the earlier life may have given any of them"
    put_aside(federation, 3)
    assert give(3) == Designated(KUNITACHI, 3, left=0)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 58


@case("Act Art. 30-7(2)")
def test_a_restored_centre_learns_again_what_it_put_aside(federation: Federation) -> None:
    copied = federation.copy_of(NATIONAL)
    put_aside(federation)
    aside = set(codes(federation, TOKYO, "reserved_codes"))
    federation.put_back(NATIONAL, copied)
    ctx = federation.context(NATIONAL)
    assert aside.isdisjoint(codes(federation, NATIONAL, "designated_codes"))
    assert rules(designation.put_aside(ctx, CLERK, TOKYO_CODE, 1)) == ["RC1"]
    federation.run()
    assert aside <= set(codes(federation, NATIONAL, "designated_codes"))
    federation.clock.advance(timedelta(hours=1))
    federation.run()
    assert isinstance(put_aside(federation), PutAside)


def test_only_an_operator_who_may_puts_codes_aside(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        NATIONAL,
        ASIDE,
        Permission.NETWORK_POOL_DESIGNATE,
        lambda ctx, claim: designation.put_aside(ctx, claim, TOKYO_CODE, 5),
    )


def test_a_crash_at_any_step_of_a_governors_designation_leaves_nothing(federation: Federation) -> None:
    put_aside(federation)
    notice(federation)
    before = counter.contents(federation, TOKYO)
    for step in range(3):
        ctx = replace(federation.context(TOKYO), clock=counter.CrashingClock(step))
        with pytest.raises(SystemError):
            designation.designate_codes(ctx, CLERK, KUNITACHI, 3)
        assert counter.contents(federation, TOKYO) == before
