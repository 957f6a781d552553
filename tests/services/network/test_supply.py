"""The supply door over ASGI: answers, refusals, and what is no request at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import pytest
from starlette.applications import Starlette
from tests.conformance.cases import case
from tests.services import world
from tests.services.network.asgi import Peer, Reply, send
from tests.services.supply.asking import (
    CODES,
    HANAKO,
    PENSION,
    break_commit,
    database,
    entries,
    hanako,
    load,
    plain,
)

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.client.affairs import read_affairs
from jukinet.client.answers import Result, read_answer
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.law.catalogue import Asker
from jukinet.law.supply import S3, may_ask
from jukinet.messages.directory import OrganEntry, OrganState, SignaturePolicy
from jukinet.network.supply import PATH, supply_door
from jukinet.network.supply_openapi import AFFAIRS
from jukinet.services.supply.desk import Desk
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

T = TypeVar("T")
Post = Callable[..., Awaitable[Reply]]


def with_door(federation: Federation, work: Callable[[Starlette], Awaitable[T]]) -> T:
    async def run() -> T:
        ctx = federation.context(NATIONAL, "supply")
        app = supply_door(ctx, Desk(ctx, database(federation)))
        async with app.router.lifespan_context(app), asyncio.timeout(60):
            return await work(app)

    return asyncio.run(run())


def post(federation: Federation, body: bytes, *, peer: Peer = PENSION, **how: Any) -> Reply:
    return with_door(federation, lambda app: send(app, "POST", PATH, body, peer=peer, **how))


def stored(federation: Federation) -> dict[str, int]:
    """How many rows each table of the centre has, but for the audit log."""
    return {
        name: len(rows)
        for name, rows in world.tables(federation, NATIONAL).items()
        if name != "audit_entries"
    }


def dumped(**changes: Any) -> bytes:
    return json.dumps(plain(**changes), ensure_ascii=False).encode()


FOUR: dict[str, Any] = {"code": None, **HANAKO}

INVALID: dict[str, tuple[bytes, set[str]]] = {
    "a wrong check digit": (
        dumped(code=CODES[0].text[:-1] + str((int(CODES[0].text[-1]) + 1) % 10)),
        {"code"},
    ),
    "a code with a letter": (dumped(code="2345678901x"), {"code"}),
    "an affair in another spelling": (dumped(affair="T1-77-4"), {"affair"}),
    "an affair with zeros": (dumped(affair="t1-077-4"), {"affair"}),
    "no affair": (dumped(affair=None), {"affair"}),
    "an impossible date": (dumped(**FOUR | {"birth_date": "1983-02-29"}), {"birth_date"}),
    "half a date": (dumped(**FOUR | {"birth_date": "1980"}), {"birth_date"}),
    "a word for the sex": (dumped(**FOUR | {"sex": "女"}), {"sex"}),
    "a name without letters": (dumped(**FOUR | {"name": "・・"}), {"name"}),
    "an empty name": (dumped(**FOUR | {"name": "　"}), {"name"}),
    "a name that is a list": (dumped(**FOUR | {"name": ["渡邉　花子"]}), {"name"}),
    "code and items": (dumped(**HANAKO), set(HANAKO)),
    "code and one item": (dumped(name="渡邉　花子"), {"name"}),
    "neither": (dumped(code=None), set(HANAKO)),
    "an unknown field": (dumped(fuzzy=True), {"fuzzy"}),
    "an unknown field that is a name": (dumped(**{"渡邉　花子": 1}), {"?"}),
    "a request id that is a sentence": (dumped(request_id="渡邉　花子 is asked for"), {"request_id"}),
    "a long case": (dumped(case="渡邉" * 40), {"case"}),
    "everything at once": (
        dumped(request_id="!", affair="x", operator=" ", case=None, code="1", fuzzy=1),
        {"request_id", "affair", "operator", "case", "code", "fuzzy"},
    ),
    **{f"three of four items, without {name}": (dumped(**FOUR | {name: None}), {name}) for name in HANAKO},
}
MALFORMED = {
    "not JSON": "渡邉　花子".encode(),
    "a list": b"[]",
    "a duplicate key": dumped()[:-1] + b', "code": "12345678901"}',
    "NUL in a text": dumped(**FOUR | {"name": "渡邉\0花子"}),
    "a lone surrogate": dumped(**FOUR).replace("渡邉　花子".encode(), rb"\ud800"),
    "bytes that are not UTF-8": dumped(**FOUR).decode().encode("shift_jis"),
    "a fraction": dumped()[:-1] + b', "limit": 1.5}',
    "nothing": b"",
}


def assert_tells_nothing(reply: Reply, what: str) -> None:
    """No part of what was sent is in the answer."""
    for value in ("渡", "花子", "富士見台", "1979-11-2", CODES[0].text, CODES[0].text[:-1], "2345678901"):
        assert value not in reply.body.decode(), what


@case("Ord. Art. 30-7")
def test_an_answer_is_what_the_client_reads(federation: Federation) -> None:
    load(federation, hanako())
    reply = post(federation, dumped())
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    answer = read_answer(reply.body, "request-0001")
    assert answer.result is Result.FOUND
    assert answer.person is not None
    assert answer.person.facts == hanako().identity_facts()
    assert set(reply.plain) == {"request_id", "result", "person", "basis", "promise"}
    by_items = read_answer(post(federation, dumped(**FOUR)).body, "request-0001")
    assert by_items.person == answer.person
    nobody = post(federation, dumped(code=CODES[3].text))
    assert (nobody.status, set(nobody.plain)) == (200, {"request_id", "result", "basis", "promise"})


def test_a_refusal_names_its_rules(federation: Federation) -> None:
    load(federation, hanako())
    reply = post(federation, dumped(affair="t1-41-1"))
    assert (reply.status, reply.kind) == (403, "forbidden")
    assert reply.plain["rules"] == [{"rule": "S3", "article": S3.article, "kind": "law"}]
    assert_tells_nothing(reply, "refusal")


def test_faults_are_named_and_recorded_and_nothing_else_is_stored(federation: Federation) -> None:
    load(federation, hanako())
    before = stored(federation)

    async def work(app: Starlette) -> None:
        for what, (body, fields) in INVALID.items():
            reply = await send(app, "POST", PATH, body, peer=PENSION)
            assert (reply.status, reply.kind) == (422, "invalid"), what
            assert set(reply.fields) == fields, what
            assert_tells_nothing(reply, what)
        for what, body in MALFORMED.items():
            reply = await send(app, "POST", PATH, body, peer=PENSION)
            assert (reply.status, reply.kind) == (400, "malformed"), what
            assert_tells_nothing(reply, what)
        large = dumped(case="x" * 20_000)
        for headers in ({}, {"content-length": "10"}):
            reply = await send(app, "POST", PATH, large, peer=PENSION, headers=headers)
            assert (reply.status, reply.kind) == (413, "too-large")
        for given in ("text/plain", "application/json; charset=shift_jis", ""):
            reply = await send(app, "POST", PATH, dumped(), peer=PENSION, headers={"content-type": given})
            assert (reply.status, reply.kind) == (415, "unsupported-type"), given

    with_door(federation, work)
    written = entries(federation)
    kinds = [entry.rules[0] for entry in written]
    expected = ["invalid"] * len(INVALID) + ["malformed"] * len(MALFORMED)
    assert kinds == [*expected, "too-large", "too-large", *["unsupported-type"] * 3]
    assert {(entry.outcome, entry.actor) for entry in written} == {(Outcome.REFUSED, PENSION.uri)}
    assert {(entry.terminal, entry.reference, entry.subject_code) for entry in written} == {
        (None, None, None)
    }
    assert stored(federation) == before


def test_only_an_active_organ_may_ask(federation: Federation) -> None:
    load(federation, hanako())
    before = stored(federation)
    revoked = OrganSlug("revoked-organ")
    entry = OrganEntry(revoked, "廃止機関", (), SignaturePolicy.TLS_ONLY, OrganState.REVOKED)
    federation.directory = replace(federation.directory, organs=(*federation.directory.organs, entry))
    two_names = JukinetError(ErrorKind.UNAUTHENTIC, "The certificate names two parties.")
    outsiders: list[tuple[Peer, float, int, str]] = [
        (None, 4e9, 401, "unauthentic"),
        (two_names, 4e9, 401, "unauthentic"),
        (PENSION, 1.0, 401, "unauthentic"),
        (KUNITACHI.node_id, 4e9, 403, "forbidden"),
        (NATIONAL, 4e9, 403, "forbidden"),
        (OrganSlug("some-stranger"), 4e9, 403, "forbidden"),
        (revoked, 4e9, 403, "forbidden"),
    ]

    async def work(app: Starlette) -> None:
        for peer, ends, status, kind in outsiders:
            reply = await send(app, "POST", PATH, dumped(), peer=peer, ends=ends)
            assert (reply.status, reply.kind) == (status, kind), peer
            assert "rules" not in reply.plain
            assert_tells_nothing(reply, str(peer))

    with_door(federation, work)
    assert stored(federation) == before
    assert entries(federation) == []
    turned_away = world.entries(federation, NATIONAL, AuditEvent.GATE_REFUSED)
    assert [(entry.outcome, entry.actor, entry.rules) for entry in turned_away] == [
        (Outcome.REFUSED, peer.uri, ("forbidden",))
        for peer in (KUNITACHI.node_id, NATIONAL, OrganSlug("some-stranger"), revoked)
    ]


def test_other_paths_and_methods_tell_nothing(federation: Federation) -> None:
    async def work(app: Starlette) -> None:
        assert (await send(app, "GET", PATH, peer=PENSION)).status == 405
        assert (await send(app, "POST", "/supply/v1/渡邉", dumped(), peer=PENSION)).kind == "not-found"
        assert (await send(app, "POST", "/network/v1/frames/identity", b"{}", peer=NATIONAL)).status == 404
        assert (await send(app, "GET", "/healthz")).status == 401, (
            "health too is for those with a certificate"
        )
        assert (await send(app, "GET", "/healthz", peer=PENSION)).plain == {"status": "ok"}
        assert (await send(app, "GET", "/readyz", peer=PENSION)).plain == {
            "node": "national",
            "status": "ready",
        }

    with_door(federation, work)
    assert entries(federation) == []


def test_what_breaks_inside_is_a_bare_internal_error(
    federation: Federation, caplog: pytest.LogCaptureFixture
) -> None:
    load(federation, hanako())
    break_commit(federation, "NEW.event = 'supply:query:answered'")
    for body in (dumped(), dumped(**FOUR), dumped(affair="nonsense")):
        reply = post(federation, body)
        assert (reply.status, reply.kind) == (500, "internal")
        assert set(reply.plain) == {"type", "title", "status", "instance"}
        assert reply.plain["instance"] in caplog.text
        assert_tells_nothing(reply, "internal error")
    for value in ("渡", "富士見台", CODES[0].text):
        assert value not in caplog.text
    assert entries(federation) == []


def test_requests_side_by_side_each_get_their_own_answer(federation: Federation) -> None:
    load(federation, hanako(), hanako(CODES[1]))
    codes = [CODES[n % 4] for n in range(40)]

    async def work(app: Starlette) -> list[Reply]:
        bodies = [dumped(code=code.text, request_id=f"request-{n}") for n, code in enumerate(codes)]
        bodies[7] = b"{"
        return await asyncio.gather(*(send(app, "POST", PATH, body, peer=PENSION) for body in bodies))

    replies = with_door(federation, work)
    assert replies.pop(7).status == 400
    del codes[7]
    for reply, code in zip(replies, codes, strict=True):
        answer = read_answer(reply.body, reply.plain["request_id"])
        assert (answer.person.facts.code if answer.person else None) == (code if code in CODES[:2] else None)
    assert len({reply.plain["request_id"] for reply in replies}) == 39
    assert len(entries(federation)) == 40


def test_an_organ_is_told_what_it_may_ask_today_and_nothing_of_anybody(federation: Federation) -> None:
    load(federation, hanako())
    reply = with_door(federation, lambda app: send(app, "GET", AFFAIRS, peer=PENSION))
    assert reply.status == 200
    told = read_affairs(reply.body)
    assert [one.affair for one in told] == [
        one.affair.id for one in may_ask(Asker(PENSION), NATIONAL, date(2013, 7, 8))
    ]
    assert "t1-77-12" in {one.affair for one in told}
    assert {"organ", "node", "on", "items", "affairs"} == set(reply.plain)
    assert (reply.plain["on"], reply.plain["node"]) == ("2013-07-08", "national")
    assert "渡邉" not in reply.body.decode()
    assert entries(federation) == [], "it is about nobody"


def test_an_organ_that_is_revoked_is_told_no_affairs(federation: Federation) -> None:
    entry = OrganEntry(PENSION, "日本年金機構", (), SignaturePolicy.TLS_ONLY, OrganState.REVOKED)
    others = tuple(one for one in federation.directory.organs if one.slug != PENSION)
    federation.directory = replace(federation.directory, organs=(*others, entry))
    reply = with_door(federation, lambda app: send(app, "GET", AFFAIRS, peer=PENSION))
    assert reply.status == 403
    assert "affairs" not in reply.plain


def test_a_node_is_told_no_affairs(federation: Federation) -> None:
    reply = with_door(federation, lambda app: send(app, "GET", AFFAIRS, peer=KUNITACHI.node_id))
    assert reply.status == 403
