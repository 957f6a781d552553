"""Persons to try with: who may hand them out, where, and that the door answers of each what is expected."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from tests.conformance.cases import case
from tests.services import world
from tests.services.supply.asking import CODES, PENSION, hanako, load
from tests.services.supply.signing import ask, with_door

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.services.supply import sandbox
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core


def refused(
    federation: Federation, node: NodeId, organ: OrganSlug = PENSION, *, is_sandbox: bool = True
) -> list[str]:
    """The rules of a refusal, after a look at its entry."""
    outcome = sandbox.make(federation.context(node), CLERK, organ, is_sandbox=is_sandbox)
    assert isinstance(outcome, Refused)
    last = world.entries(federation, node, AuditEvent.SANDBOX_MADE)[-1]
    assert (last.outcome, last.reference) == (Outcome.REFUSED, str(organ))
    return [one.rule for one in outcome.failed]


@case(refused="SG6 SG7 SG8 SG9", permitted="SG6 SG7 SG8 SG9")
def test_persons_are_handed_out_where_all_are_invented_and_answered_as_expected(
    federation: Federation,
) -> None:
    assert refused(federation, NATIONAL, is_sandbox=False) == ["SG6"]
    assert refused(federation, KUNITACHI.node_id) == ["SG7"]
    assert refused(federation, NATIONAL, OrganSlug("some-stranger")) == ["SG8", "SG9"]
    assert refused(federation, NATIONAL) == ["SG9"]
    people = [hanako(code, birth_date=PartialDate(f"198{n}-01-02")) for n, code in enumerate(CODES[:9])]
    load(federation, *people)
    assert refused(federation, NATIONAL, is_sandbox=False) == ["SG6"]

    trials = sandbox.make(federation.context(NATIONAL), CLERK, PENSION, is_sandbox=True)
    assert not isinstance(trials, Refused)
    assert len(trials) == 11

    async def work(app: Starlette) -> None:
        for trial in trials:
            reply = await ask(app, strict_json.dump(trial.body), {})
            assert reply.status == trial.status, trial.name
            for name, value in trial.expected.items():
                piece = strict_json.dump({name: value}).decode()[1:-1]
                assert piece in reply.body.decode(), (trial.name, name)

    with_door(federation, work)
    found = [trial.body for trial in trials if trial.expected.get("result") == "found"]
    assert len({json.dumps(one) for one in found}) == 8
    assert [one.outcome for one in world.entries(federation, NATIONAL, AuditEvent.SANDBOX_MADE)][-1] is (
        Outcome.DONE
    )
