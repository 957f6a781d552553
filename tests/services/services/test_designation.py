"""Designation of codes (M12): drawn at the centre, in the pool of one municipality, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.messages.bodies import CodeDesignation
from jukinet.messages.kinds import MessageKind
from jukinet.services import designation, outgoing
from jukinet.services.designation import Designated
from jukinet.testing.federation import CLERK, Federation, SeededRandomness
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

EVENT, RECEIVED = "codes:pool:designated", "codes:pool:received"


@case("Act Art. 30-7(1)", "Reg. Art. 14", permitted="C11")
def test_designated_codes_reach_one_pool_and_are_known_at_the_centre(federation: Federation) -> None:
    centre = federation.context(NATIONAL)
    entries = len(counter.audit(federation, NATIONAL, EVENT))
    assert designation.designate_codes(centre, CLERK, KUNITACHI, 7) == Designated(KUNITACHI, 7)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 57
    assert designation.free_codes(federation.context(CHIYODA)) == 50
    (entry,) = counter.audit(federation, NATIONAL, EVENT)[entries:]
    assert (entry["outcome"], entry["actor"], entry["reference"]) == ("done", CLERK.actor, "muni-132152")
    received = counter.audit(federation, KUNITACHI, RECEIVED)
    assert [one["actor"] for one in received] == ["urn:jukinet:node:national"] * 2
    pools = [
        row["code"]
        for where in (KUNITACHI, CHIYODA, FUKUSHIMA)
        for row in counter.owner_rows(federation, where.node_id, "SELECT code FROM code_pool")
    ]
    known = counter.owner_rows(federation, NATIONAL, "SELECT code FROM designated_codes")
    assert sorted(pools) == sorted(row["code"] for row in known)
    assert len(set(pools)) == len(pools) == 157
    assert all(is_issuable(code[:10]) for code in pools)


@case("Act Art. 30-7(2)")
def test_a_code_once_designated_is_drawn_anew_for_nobody(federation: Federation) -> None:
    """The same choices a second time: every code was designated before, and others are found."""
    for where in (KUNITACHI, CHIYODA):
        ctx = replace(federation.context(NATIONAL), randomness=Replayed(where.text))
        designation.designate_codes(ctx, CLERK, where, 5)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 55
    assert designation.free_codes(federation.context(CHIYODA)) == 55
    codes = counter.owner_rows(federation, NATIONAL, "SELECT code FROM designated_codes")
    assert len({row["code"] for row in codes}) == 160


class Replayed(SeededRandomness):
    """The same numbers for everybody, with ids of one's own."""

    def __init__(self, name: str) -> None:
        super().__init__(99)
        self._ids = SeededRandomness(int(name))

    def token(self) -> str:
        return self._ids.token()


def test_a_large_designation_goes_out_in_parts_of_one_act(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(designation, "_PART", 4)
    entries = len(counter.audit(federation, NATIONAL, EVENT))
    designation.designate_codes(federation.context(NATIONAL), CLERK, KUNITACHI, 10)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 60
    assert len(counter.audit(federation, NATIONAL, EVENT)) == entries + 1
    assert len(counter.audit(federation, KUNITACHI, RECEIVED)) == 1 + 3


def test_a_designation_again_of_codes_that_are_here_is_parked(federation: Federation) -> None:
    codes = [
        row["code"] for row in counter.owner_rows(federation, KUNITACHI.node_id, "SELECT code FROM code_pool")
    ]
    before = counter.contents(federation, KUNITACHI)["code_pool"]
    ctx = federation.context(NATIONAL)
    body = CodeDesignation("0" * 32, KUNITACHI, (ResidentRecordCode(codes[0]),))
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.CODE_DESIGNATION, KUNITACHI.node_id, body)
    federation.run()
    (kept,) = counter.parked(federation, KUNITACHI)
    assert kept["problem"] == "conflict"
    assert counter.contents(federation, KUNITACHI)["code_pool"] == before


def test_codes_wait_for_a_line_that_is_cut(federation: Federation) -> None:
    federation.line.cut.add(KUNITACHI.node_id)
    designation.designate_codes(federation.context(NATIONAL), CLERK, KUNITACHI, 3)
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 50
    federation.line.cut.clear()
    federation.clock.advance(timedelta(seconds=outgoing.LONGEST_WAIT))
    federation.run()
    assert designation.free_codes(federation.context(KUNITACHI)) == 53


@case(refused="C11")
def test_a_town_not_connected_is_designated_no_codes(standing: Federation) -> None:
    ctx = standing.context(NATIONAL)
    counter.assert_refused(
        standing, NATIONAL, EVENT, lambda: designation.designate_codes(ctx, CLERK, YAMATSURI, 5), "C11"
    )


def test_only_an_operator_who_may_designates(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        NATIONAL,
        EVENT,
        Permission.NETWORK_POOL_DESIGNATE,
        lambda ctx, claim: designation.designate_codes(ctx, claim, YAMATSURI, 5),
    )


@pytest.mark.parametrize("count", [0, -1])
def test_a_designation_has_at_least_one_code(standing: Federation, count: int) -> None:
    before = counter.contents(standing, NATIONAL)
    with pytest.raises(JukinetError) as caught:
        designation.designate_codes(standing.context(NATIONAL), CLERK, KUNITACHI, count)
    assert caught.value.kind is ErrorKind.INVALID
    assert counter.contents(standing, NATIONAL) == before


def test_a_crash_at_any_step_of_a_designation_leaves_nothing(federation: Federation) -> None:
    centre = federation.context(NATIONAL)
    before = counter.contents(federation, NATIONAL)
    for step in range(3):
        ctx = replace(centre, clock=counter.CrashingClock(step))
        with pytest.raises(SystemError):
            designation.designate_codes(ctx, CLERK, KUNITACHI, 3)
        assert counter.contents(federation, NATIONAL) == before
