"""Requests for codes (M12, back): asked once, answered once, and not without end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import CHIYO, KUNI, deliver, seal, statement

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.messages.bodies import CodeRequest
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.services import code_requests, code_stock, designation
from jukinet.services.code_requests import Asked
from jukinet.testing.federation import CLERK, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

EVENT = "codes:pool:requested"


def ask(federation: Federation, count: int = 30, where: MunicipalityCode = KUNITACHI) -> Asked | Refused:
    return code_requests.ask_codes(federation.context(where), CLERK, count)


def asked(federation: Federation, count: int = 30) -> Asked:
    done = ask(federation, count)
    assert isinstance(done, Asked), done
    return done


def worker_asks(federation: Federation, where: MunicipalityCode = KUNITACHI) -> int:
    return code_requests.ask_if_low(federation.context(where, WORKER))


def free(federation: Federation, where: MunicipalityCode = KUNITACHI) -> int:
    return designation.free_codes(federation.context(where))


def open_at_home(federation: Federation) -> list[Any]:
    return world.rows(federation, KUNI, "SELECT request_id FROM code_requests WHERE answered_at IS NULL")


def waiting(federation: Federation) -> list[int]:
    found = code_requests.list_requests(federation.context(NATIONAL), CLERK)
    assert not isinstance(found, Refused)
    return [one.codes for one in found]


def requested(number: int, count: int = 5, *, of: NodeId = KUNI, **changes: Any) -> bytes:
    body = CodeRequest(f"{number:032x}", MunicipalityCode("132152"), count)
    made = statement(number, body, kind=MessageKind.CODE_REQUEST, origin=of, to=NATIONAL)
    return world.seal_plain(made, **changes) if changes else seal(made)


@case("Reg. Art. 14(1), (2)", permitted="MS11 MS12")
def test_what_is_asked_for_is_designated(federation: Federation) -> None:
    one = asked(federation)
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["actor"], entry["reference"]) == ("done", CLERK.actor, one.request_id)
    assert open_at_home(federation) == [(one.request_id,)]
    federation.run()
    assert free(federation) == 80
    assert open_at_home(federation) == []
    assert waiting(federation) == []
    (came,) = counter.audit(federation, NATIONAL, "codes:request:received")
    assert came["actor"] == KUNI.uri
    designated = counter.audit(federation, NATIONAL, "codes:pool:designated")[-1]
    assert (designated["actor"], designated["reference"]) == ("system", str(KUNI))
    assert free(federation, CHIYODA) == 50


@case(refused="MS11", permitted="MS11")
def test_one_request_is_open_at_a_time(federation: Federation) -> None:
    asked(federation)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: ask(federation), "MS11")
    code_stock.set_level(federation.context(KUNITACHI), CLERK, 60)
    assert worker_asks(federation) == 0
    federation.run()
    asked(federation)


@case(refused="MS12")
def test_a_town_not_connected_asks_for_nothing(federation: Federation) -> None:
    counter.assert_refused(federation, YAMATSURI, EVENT, lambda: ask(federation, where=YAMATSURI), "MS12")
    assert worker_asks(federation, YAMATSURI) == 0


@case("Reg. Art. 14(2)", "spec 4.3.1")
def test_the_worker_asks_when_the_stock_falls_and_only_then(federation: Federation) -> None:
    assert worker_asks(federation) == 0, "fifty are left, twenty are the level"
    code_stock.set_level(federation.context(KUNITACHI), CLERK, 51)
    assert worker_asks(federation) == 1
    assert worker_asks(federation) == 0
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["actor"]) == ("done", "system")
    federation.run()
    assert free(federation) == 5 * 51
    assert worker_asks(federation) == 0


def test_a_pool_that_never_held_a_code_waits_for_a_person(federation: Federation) -> None:
    counter.owner_rows(federation, KUNI, "DELETE FROM code_pool RETURNING code")
    assert worker_asks(federation) == 0
    asked(federation)


@case("Reg. Art. 14(2)", "spec 4.3.1")
def test_too_much_or_too_often_waits_for_a_person(federation: Federation) -> None:
    """Who takes over a town's node cannot draw the country's codes."""
    asked(federation, 10_001)
    federation.run()
    assert (free(federation), waiting(federation)) == (50, [10_001])
    designation.designate_codes(federation.context(NATIONAL), CLERK, KUNITACHI, 7)
    federation.run()
    assert (free(federation), waiting(federation), open_at_home(federation)) == (57, [], [])
    asked(federation, 1)
    federation.run()
    asked(federation, 1)
    federation.run()
    assert (free(federation), waiting(federation)) == (58, [1])
    federation.clock.advance(timedelta(days=1))
    federation.run()
    assert (free(federation), waiting(federation)) == (59, [])


def test_only_whoever_may_asks_and_lists(federation: Federation) -> None:
    counter.assert_gated(
        federation,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_POOL_REQUEST,
        lambda ctx, claim: code_requests.ask_codes(ctx, claim, 5),
    )
    counter.assert_gated(
        federation,
        NATIONAL,
        "codes:requests:read",
        Permission.NETWORK_POOL_DESIGNATE,
        code_requests.list_requests,
    )


@pytest.mark.parametrize(
    "changes", [{"municipality": str(CHIYODA)}, {"count": 0}, {"count": "5"}, {"why": "few are left"}]
)
def test_what_is_no_request_of_its_sender_is_parked(federation: Federation, changes: dict[str, Any]) -> None:
    answer = deliver(federation, 1, requested(1, **changes), sender=KUNI, to=NATIONAL, stream=Stream.POOL)
    assert [one.reason for one in answer.parked] == [ErrorKind.INVALID]
    assert waiting(federation) == []


def test_a_request_that_comes_twice_is_one(federation: Federation) -> None:
    envelope = requested(1)
    for _ in range(2):
        answer = deliver(federation, 1, envelope, sender=KUNI, to=NATIONAL, stream=Stream.POOL)
        assert (answer.cursor, answer.parked) == (1, ())
    assert waiting(federation) == [5]
    for sender, to in ((KUNI, CHIYO), (KUNI, NodeId("pref-13")), (NodeId("pref-13"), NATIONAL)):
        with pytest.raises(JukinetError) as caught:
            deliver(federation, 2, requested(2), sender=sender, to=to, stream=Stream.POOL)
        assert caught.value.kind is ErrorKind.FORBIDDEN


def test_asking_is_one_and_answering_is_one(federation: Federation) -> None:
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: code_requests.ask_codes(ctx, CLERK, 5)
    )
    assert crashes >= 3
    deliver(federation, 1, requested(1), sender=KUNI, to=NATIONAL, stream=Stream.POOL)
    before, steps = world.tables(federation, NATIONAL), 0
    while True:
        steps += 1
        ctx, database = world.crashing(federation.context(NATIONAL, WORKER), steps)
        with pytest.raises(world.Crash):
            code_requests.answer_waiting(ctx)
        if database.commits:
            break
        assert world.changed(before, world.tables(federation, NATIONAL)) == set(), steps
    assert world.changed(before, world.tables(federation, NATIONAL)) == {
        *("designations", "designated_codes", "outbox", "audit_entries", "code_requests_received"),
    }
    assert code_requests.answer_waiting(federation.context(NATIONAL, WORKER)) == 0
    assert world.entries(federation, NATIONAL, AuditEvent.CODES_DESIGNATED)[-1].actor == "system"
