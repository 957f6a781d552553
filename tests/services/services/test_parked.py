"""Closing what was parked: once, and only what is there."""

from __future__ import annotations

from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import TOKYO, code, notice, seal, statement

from jukinet.domain.changes import ChangeKind
from jukinet.law.decisions import Permitted
from jukinet.services import parked
from jukinet.testing.federation import CLERK, Federation

RESOLVED = "network:parked:resolved"


@case(refused="L1", permitted="L1")
def test_what_was_parked_is_closed_once(federation: Federation) -> None:
    world.deliver(federation, 1, seal(statement(1, notice(code(1), ChangeKind.CORRECTION))))
    ctx = federation.context(TOKYO)
    (waiting,) = world.rows(federation, TOKYO, "SELECT parked_id FROM parked")
    number = int(waiting[0])
    counter.assert_refused(
        federation, TOKYO, RESOLVED, lambda: parked.close_parked(ctx, CLERK, number + 1), "L1"
    )
    assert isinstance(parked.close_parked(ctx, CLERK, number), Permitted)
    before = world.rows(federation, TOKYO, "SELECT * FROM parked")
    counter.assert_refused(federation, TOKYO, RESOLVED, lambda: parked.close_parked(ctx, CLERK, number), "L1")
    # Who closed it first, and when, stands.
    assert world.rows(federation, TOKYO, "SELECT * FROM parked") == before
