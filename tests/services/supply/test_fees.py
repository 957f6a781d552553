"""The fee of organs of Table 1: set at the centre, approved by each governor, and drawn from the book of supplies."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.services.counter import CrashingClock
from tests.services.supply.asking import CODES, DAY, PENSION, ask, hanako, linh, load, query
from tests.services.supply.test_book import organ, run
from tests.services.world import TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, NodeRole, PrefectureCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.services.serving_alone import Document
from jukinet.services.supply import fees
from jukinet.services.supply.fees import Charge
from jukinet.testing.federation import CLERK, Federation

pytestmark = pytest.mark.core

FIRST = date(2013, 10, 1)
PAPER = Document("第1号", DAY)


def rules(outcome: object) -> list[str]:
    return [one.rule for one in outcome.failed] if isinstance(outcome, Refused) else []


def governors(federation: Federation) -> list[PrefectureCode]:
    entries = (one for one in federation.directory.nodes if one.role is NodeRole.PREFECTURE)
    return [PrefectureCode(one.id.text.removeprefix("pref-")) for one in entries]


@case("Act Art. 30-10(4), (5)", permitted="CE11 CE12 CE13 CE14", refused="CE11 CE12 CE13 CE14")
def test_an_organ_owes_the_amount_that_every_governor_approved_for_each_person(
    federation: Federation,
) -> None:
    load(federation, hanako(), linh())
    ctx = federation.context(NATIONAL)
    assert fees.set_fee(ctx, CLERK, 10, FIRST, PAPER) == 1
    assert rules(fees.set_fee(ctx, CLERK, 10, FIRST, PAPER)) == ["CE12"]
    assert rules(fees.set_fee(federation.context(TOKYO), CLERK, 10, FIRST, PAPER)) == ["CE11"]
    first, *others = governors(federation)
    late = Document("第2号", FIRST)
    assert rules(fees.approve(ctx, CLERK, 1, first, "条例第1号", late)) == ["CE13"]
    assert isinstance(fees.approve(ctx, CLERK, 1, first, "条例第1号", PAPER), Permitted)
    assert rules(fees.approve(ctx, CLERK, 1, first, "条例第1号", PAPER)) == ["CE14"]
    ask(federation, query())
    federation.set_date(FIRST)
    ask(federation, query(request_id="request-0002"))
    ask(federation, query(request_id="request-0003", code=str(CODES[1])))
    ask(federation, query(request_id="request-0004", code=str(CODES[9])))
    name = ctx.directory().organ(PENSION).name  # type: ignore[union-attr]
    assert fees.draw_account(ctx, CLERK, FIRST, FIRST) == (Charge(organ(PENSION), name, 2, 0),)
    for one in others:
        assert isinstance(fees.approve(ctx, CLERK, 1, one, "条例第1号", PAPER), Permitted)
    assert fees.draw_account(ctx, CLERK, FIRST, FIRST) == (Charge(organ(PENSION), name, 2, 10),)
    both = fees.draw_account(ctx, CLERK, DAY, FIRST)
    assert not isinstance(both, Refused)
    assert [(one.persons, one.total) for one in both] == [(1, 0), (2, 20)]
    assert rules(fees.draw_account(federation.context(TOKYO), CLERK, DAY, FIRST)) == ["CE11"]
    days = ("fees", "--as", "sato", "--from", "2013-10-01", "--to", "2013-10-01")
    told = run(federation, *days, group=True)
    assert told.output == f"{name}: 2 persons at 10 yen, 20 yen\n20 yen.\n"
    assert json.loads(run(federation, *days, "--json", group=True).output)["fees"][0]["total"] == 20
    entries = world.entries(federation, NATIONAL, AuditEvent.FEE_APPROVED)
    assert [one.outcome for one in entries][:3] == [Outcome.REFUSED, Outcome.DONE, Outcome.REFUSED]


def test_only_an_operator_who_may_sets_a_fee(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        NATIONAL,
        AuditEvent.FEE_SET,
        Permission.NETWORK_CENTRE_RECORD,
        lambda ctx, claim: fees.set_fee(ctx, claim, 10, FIRST, PAPER),
    )
    with pytest.raises(JukinetError):
        fees.set_fee(standing.context(NATIONAL), CLERK, -1, FIRST, PAPER)


def test_a_crash_at_any_step_of_an_approval_leaves_nothing(federation: Federation) -> None:
    ctx = federation.context(NATIONAL)
    assert fees.set_fee(ctx, CLERK, 10, FIRST, PAPER) == 1
    before = counter.contents(federation, NATIONAL)
    for step in range(2):
        crashing = replace(ctx, clock=CrashingClock(step))
        with pytest.raises(SystemError):
            fees.approve(crashing, CLERK, 1, PrefectureCode("13"), "条例第1号", PAPER)
        assert counter.contents(federation, NATIONAL) == before
