"""The plan of a run comes from its seed alone, and asks for more than the run must do to count."""

from __future__ import annotations

from collections import Counter

import pytest

from jukinet.testing.faults.plan import FULL, SMALL, FaultKind, Plan, Quota, draw, draw_short


def test_the_same_seed_gives_the_same_plan() -> None:
    assert draw(7, 60, FULL).written() == draw(7, 60, FULL).written()
    assert draw(7, 60, FULL).digest != draw(8, 60, FULL).digest
    assert draw(7, 60, FULL).digest != draw(7, 61, FULL).digest


def test_no_machine_and_no_interpreter_has_a_part_in_it() -> None:
    # Pinned: a plan that a hash's order, a clock or another Python decided would differ here.
    assert draw(7, 300, FULL).digest == "2677376bae39"


@pytest.mark.parametrize("seconds", [120, 300, 900, 1800])
@pytest.mark.parametrize("seed", range(5))
def test_it_asks_for_more_than_counts(seed: int, seconds: int) -> None:
    plan, quota = draw(seed, seconds, FULL), Quota.of(seconds)
    kinds = Counter(fault.kind for fault in plan.faults)
    assert len(plan.acts) > quota.acts
    assert len(plan.faults) > quota.faults
    assert set(kinds) == set(FaultKind)
    assert min(kinds.values()) >= quota.each


def test_the_quotas_are_those_that_are_promised() -> None:
    assert Quota.of(300) == Quota(3000, 60, 3)
    assert Quota.of(1800) == Quota(10_000, 300, 3)
    assert Quota.of(3600) == Quota(10_000, 300, 3)


def _whole(plan: Plan) -> None:
    length = plan.seconds * 1000
    assert [act.at_ms for act in plan.acts] == sorted(act.at_ms for act in plan.acts)
    assert all(0 <= act.at_ms < length for act in plan.acts)
    assert [fault.at_ms for fault in plan.faults] == sorted(fault.at_ms for fault in plan.faults)
    assert all(0 < fault.at_ms < length for fault in plan.faults)


def test_everything_lies_in_the_run_at_nodes_and_lines_that_are_there() -> None:
    for plan, among in ((draw(3, 300, FULL), FULL), (draw_short(3, 12, SMALL, list(FaultKind)), SMALL)):
        _whole(plan)
        lines = {">".join(line) for line in among.lines()}
        assert {act.town for act in plan.acts} == set(among.municipalities)
        assert {fault.where for fault in plan.faults} <= set(among.nodes) | lines


def test_a_short_plan_gives_every_wrong_program_occasion() -> None:
    kinds = (FaultKind.PROCESS, FaultKind.DATABASE, FaultKind.REORDER)
    met = {(fault.kind, fault.where) for fault in draw_short(3, 12, SMALL, kinds).faults}
    for town in SMALL.municipalities:
        assert {(FaultKind.PROCESS, town), (FaultKind.DATABASE, town)} <= met
    assert {(FaultKind.REORDER, ">".join(line)) for line in SMALL.uplinks()} <= met
    assert draw_short(3, 5, SMALL, ()).faults == ()
