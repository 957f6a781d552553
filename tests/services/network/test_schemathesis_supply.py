"""schemathesis against the supply door: every check it has, on a real store, as an organ that signs its requests."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.services.network.schemathesis_runs import Certified, assert_whole, run
from tests.services.supply.asking import PENSION, database, hanako, load, plain
from tests.services.supply.signing import KEY, OTHERS_KEY, enter_body, fresh_nonce, require_signatures

from jukinet.domain.municipality import NATIONAL
from jukinet.law.certification import BODY
from jukinet.messages import http_signatures
from jukinet.messages.directory import SignaturePolicy
from jukinet.network import change_facts, supply_openapi
from jukinet.network.requests import head_of
from jukinet.network.supply import supply_door
from jukinet.services.supply.desk import Desk
from jukinet.testing.federation import EPOCH, Federation


class Signing:
    """The door as an organ reaches it whose client signs whatever it sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        key = OTHERS_KEY if scope["path"] == change_facts.PATH else KEY
        fields = http_signatures.sign(head_of(scope), body, key, to=NATIONAL, now=EPOCH, nonce=fresh_nonce())
        headers = [*scope["headers"], *((name.encode(), one.encode()) for name, one in fields.items())]

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app({**scope, "headers": headers}, again, send)


class Each:
    """Every address as the organ reaches it that may use it."""

    def __init__(self, app: ASGIApp) -> None:
        self.organ, self.body = Certified(app, PENSION), Certified(app, BODY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asks = self.body if scope.get("path") == change_facts.PATH else self.organ
        await asks(scope, receive, send)


def door(federation: Federation) -> ASGIApp:
    ctx = federation.context(NATIONAL, "supply")
    return supply_door(ctx, Desk(ctx, database(federation)))


def with_example() -> dict[str, Any]:
    """The description with a request that is right at this store."""
    document = copy.deepcopy(supply_openapi.document())
    verify = document["paths"][supply_openapi.VERIFY]["post"]
    verify["requestBody"]["content"]["application/json"]["example"] = plain()
    changes = document["paths"][change_facts.PATH]["post"]
    same = {name: plain()[name] for name in ("request_id", "operator", "case")}
    asked = {"since": "2013-07-08", "codes": [plain()["code"]]}
    changes["requestBody"]["content"]["application/json"]["example"] = same | asked
    return document


def test_no_check_fails_and_every_operation_is_served_and_refused(federation: Federation) -> None:
    load(federation, hanako())
    require_signatures(federation)
    enter_body(federation, SignaturePolicy.REQUIRED)
    report = run(with_example(), Each(Signing(door(federation))))
    assert_whole(report, supply_openapi.document())


@pytest.mark.slow  # the run of the register API shows the same of every such run
def test_an_answer_that_the_description_does_not_allow_is_found(federation: Federation) -> None:
    """The run itself: a door that answers in another form than it says fails it."""
    load(federation, hanako())
    document = with_example()
    document["components"]["schemas"]["Answer"]["properties"]["basis"] = {"type": "string"}
    failed = run(document, Certified(door(federation), PENSION)).failed
    assert any("basis" in one for one in failed), failed
