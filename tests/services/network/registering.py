"""The register API over ASGI: requests of a town's own system, and a filing of every act that is right here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.applications import Starlette
from tests.services.network.asgi import Peer, Reply, send
from tests.services.services import counter

from jukinet.domain.municipality import MunicipalityCode, SystemId
from jukinet.messages import strict_json
from jukinet.network import shapes
from jukinet.network.nodes import network_door
from jukinet.network.register import RegisterAccess
from jukinet.services.filings import BirthFiling, DeathFiling
from jukinet.services.reads import Found
from jukinet.testing.federation import NETWORK, Federation
from jukinet.testing.gazetteer import KUNITACHI

T = TypeVar("T")
Plain = dict[str, Any]

TAX = SystemId("muni-132152:tax-office")
WELFARE = SystemId("muni-132152:welfare")
LOOK_UP = "residents/lookup"


def door(federation: Federation, where: MunicipalityCode = KUNITACHI) -> Starlette:
    """A municipality's network door that admits two systems of Kunitachi."""
    access = RegisterAccess(federation.context(where), frozenset({TAX, WELFARE}))
    return network_door(federation.context(where, NETWORK), access)


def at_door(federation: Federation, work: Callable[[Starlette], Awaitable[T]]) -> T:
    async def run() -> T:
        async with asyncio.timeout(60):
            return await work(door(federation))

    return asyncio.run(run())


def head(key: str = "", **changes: str | None) -> dict[str, str]:
    """What a request has in its head; None leaves a header out."""
    plain: dict[str, str | None] = {"jukinet-operator": "sato", "jukinet-terminal": "counter-1"}
    plain |= {"idempotency-key": f"key-of-the-test-{key}"} if key else {}
    plain |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in plain.items() if value is not None}


async def ask(
    app: Starlette, what: str, body: Plain, key: str = "", peer: Peer = TAX, **changes: str | None
) -> Reply:
    """One request of a system."""
    path = f"/register/v1/{what}"
    return await send(app, "POST", path, strict_json.dump(body), peer=peer, headers=head(key, **changes))


def post(
    federation: Federation, what: str, body: Plain, key: str = "", peer: Peer = TAX, **changes: str | None
) -> Reply:
    return at_door(federation, lambda app: ask(app, what, body, key, peer, **changes))


def etag(federation: Federation, number: str) -> str:
    reply = post(federation, LOOK_UP, {"resident_no": number})
    assert reply.status == 200, reply
    return reply.headers["etag"]


# A filing of every act that is done if it is the next that comes. Each makes the people whom it needs.


def _resident(federation: Federation) -> Found:
    return counter.load(federation, seed=len(counter.known_numbers(federation, KUNITACHI)))[0]


def birth(federation: Federation) -> Plain:
    household = _resident(federation).record.household_number
    return plain(BirthFiling(household, counter.child(), counter.TODAY))


def move_in(_federation: Federation) -> Plain:
    return plain(counter.move_in_filing(KUNITACHI))


def move_within(federation: Federation) -> Plain:
    return plain(counter.move_within_filing(KUNITACHI, _resident(federation).resident_no))


def move_out(federation: Federation) -> Plain:
    return plain(counter.move_out_filing([_resident(federation).resident_no]))


def death(federation: Federation) -> Plain:
    return plain(DeathFiling(_resident(federation).resident_no, counter.TODAY, counter.TODAY))


def change_code(federation: Federation) -> Plain:
    return plain(counter.code_change_filing(_resident(federation)))


def look_up(federation: Federation) -> Plain:
    return {"resident_no": _resident(federation).resident_no}


def plain(filing: object) -> Plain:
    """A filing as JSON; what an answer's form says of a dataclass is right for it too."""
    written: Plain = shapes.plain(filing)
    return written


RIGHT: dict[str, Callable[[Federation], Plain]] = {
    "birth": birth,
    "move-in": move_in,
    "move-within": move_within,
    "move-out": move_out,
    "death": death,
    "change-code": change_code,
    LOOK_UP: look_up,
}
"""By the name of the act or the look. A test asks that none is missing."""
