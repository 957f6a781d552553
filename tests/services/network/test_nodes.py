"""The network door over ASGI: who may use it, and what becomes of what cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from starlette.applications import Starlette
from tests.services.network.asgi import Peer, Reply, send
from tests.services.supply.asking import CODES, PENSION, hanako, load

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.decisions import Refused
from jukinet.messages import calls, frames
from jukinet.messages.calls import Call
from jukinet.messages.copies import CopyData, CopyRequest, MemberScope
from jukinet.messages.frames import Frame
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind, Stream
from jukinet.network.nodes import network_door
from jukinet.services import trail
from jukinet.store import node_rows
from jukinet.testing.federation import CLERK, NETWORK, Federation, signing_key
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

T = TypeVar("T")
FRAMES = "/network/v1/frames/identity"
CALLS = "/network/v1/calls/nationwide-copy"
DIRECTORY = "/network/v1/directory"
PREFECTURE = NodeId("pref-13")


def with_door(federation: Federation, node: NodeId, work: Callable[[Starlette], Awaitable[T]]) -> T:
    async def run() -> T:
        async with asyncio.timeout(60):
            return await work(network_door(federation.context(node, NETWORK)))

    return asyncio.run(run())


def post(federation: Federation, node: NodeId, path: str, body: bytes, peer: Peer) -> Reply:
    return with_door(federation, node, lambda app: send(app, "POST", path, body, peer=peer))


def events(federation: Federation, node: NodeId) -> list[tuple[AuditEvent, str]]:
    listed = trail.list_entries(federation.context(node), CLERK, most=1000)
    assert not isinstance(listed, Refused)
    mine = {AuditEvent.AUDIT_READ, AuditEvent.CLOCK_SET, AuditEvent.OPERATOR_ENROLLED}
    return [(entry.event, entry.actor) for _, entry in reversed(listed) if entry.event not in mine]


def question(name: str = "渡邉　花子") -> bytes:
    clock = Federation(lambda _: "").clock
    call = Call(
        request_id="ab" * 16,
        kind=CallKind.NATIONWIDE_COPY,
        from_node=FUKUSHIMA.node_id,
        to_node=KUNITACHI.node_id,
        created=clock.now(),
        expires=clock.now() + calls.LIFETIME,
        body=CopyRequest(name, CODES[0], MemberScope.SELF),
    )
    return calls.seal_call(call, signing_key(FUKUSHIMA.node_id, KeyUse.STATEMENT))


def test_outsiders_pass_no_route(federation: Federation) -> None:
    """An organ, a stranger, the unconnected and the nameless; nothing is stored, not even what they sent."""
    stranger = NodeId("pref-01")
    outsiders: list[tuple[Peer, float, int, str]] = [
        (None, 4e9, 401, "unauthentic"),
        (JukinetError(ErrorKind.UNAUTHENTIC, "The certificate names nobody."), 4e9, 401, "unauthentic"),
        (KUNITACHI.node_id, 1.0, 401, "unauthentic"),
        (PENSION, 4e9, 403, "forbidden"),
        (stranger, 4e9, 403, "forbidden"),
        (YAMATSURI.node_id, 4e9, 409, "not-connected"),
    ]
    before = events(federation, PREFECTURE)

    async def work(app: Starlette) -> None:
        for peer, ends, status, kind in outsiders:
            for method, path in (("POST", FRAMES), ("POST", CALLS), ("GET", DIRECTORY)):
                reply = await send(app, method, path, b'{"name": "\xe6\xb8\xa1"}', peer=peer, ends=ends)
                assert (reply.status, reply.kind) == (status, kind), (peer, path)
                assert "渡" not in reply.body.decode()

    with_door(federation, PREFECTURE, work)
    assert events(federation, PREFECTURE) == before


def test_what_is_no_frame_is_a_problem_document(federation: Federation) -> None:
    peer = KUNITACHI.node_id
    frame = frames.write_frame(Frame(peer, PREFECTURE, Stream.IDENTITY, 1, 1, (b"{}",)))
    cases: list[tuple[str, bytes, dict[str, str], int, str]] = [
        (FRAMES, "渡邉".encode(), {}, 400, "malformed"),
        (FRAMES, b'{"\xe6\xb8\xa1": 1}', {}, 422, "invalid"),
        (FRAMES, frame, {"content-type": "text/plain"}, 415, "unsupported-type"),
        (FRAMES, frame, {"content-encoding": "gzip"}, 415, "unsupported-type"),
        (FRAMES, b" ", {"content-length": str(frames.MAX_FRAME + 1)}, 413, "too-large"),
        ("/network/v1/frames/gossip", frame, {}, 404, "not-found"),
        ("/network/v1/frames/move", frame, {}, 403, "forbidden"),
        ("/network/v1/calls/gossip", frame, {}, 404, "not-found"),
        (CALLS, b"{}", {}, 403, "forbidden"),
        ("/network/v1/渡邉", frame, {}, 404, "not-found"),
    ]

    async def work(app: Starlette) -> None:
        for path, body, headers, status, kind in cases:
            reply = await send(app, "POST", path, body, peer=peer, headers=headers)
            assert (reply.status, reply.kind) == (status, kind), path
            assert "渡" not in reply.body.decode()

    with_door(federation, PREFECTURE, work)


def test_a_frame_is_taken_only_from_its_own_sender(federation: Federation) -> None:
    frame = frames.write_frame(Frame(KUNITACHI.node_id, PREFECTURE, Stream.IDENTITY, 1, 1, (b"{}",)))
    reply = post(federation, PREFECTURE, FRAMES, frame, CHIYODA.node_id)
    assert (reply.status, reply.kind) == (403, "forbidden")
    assert events(federation, PREFECTURE)[-1] == (AuditEvent.FRAME_REFUSED, CHIYODA.node_id.uri)
    reply = post(federation, PREFECTURE, FRAMES, frame, KUNITACHI.node_id)
    assert reply.status == 200
    answer = frames.read_answer(reply.body)
    assert (answer.cursor, answer.refused) == (0, frames.FrameRefusal.MALFORMED)


def test_a_call_is_answered_and_answered_again(federation: Federation) -> None:
    load(federation, hanako())
    envelope = question()
    first = post(federation, KUNITACHI.node_id, CALLS, envelope, FUKUSHIMA.node_id)
    assert (first.status, first.headers["content-type"]) == (200, "application/json")
    assert post(federation, KUNITACHI.node_id, CALLS, envelope, FUKUSHIMA.node_id).body == first.body
    other = post(federation, KUNITACHI.node_id, CALLS, question("渡辺　花子"), FUKUSHIMA.node_id)
    assert (other.status, other.kind) == (409, "conflict")
    stolen = post(federation, KUNITACHI.node_id, CALLS, envelope, CHIYODA.node_id)
    assert (stolen.status, stolen.kind) == (401, "unauthentic")
    for reply in (other, stolen):
        assert "渡" not in reply.body.decode()
        assert CODES[0].text not in reply.body.decode()
    assert CopyData.__name__ not in first.body.decode()


def test_a_node_of_another_role_gets_no_copy(federation: Federation) -> None:
    for peer in (NATIONAL, PREFECTURE):
        reply = post(federation, KUNITACHI.node_id, CALLS, question(), peer)
        assert (reply.status, reply.kind) == (403, "forbidden")


def test_the_directory_is_served_verbatim_to_nodes(federation: Federation) -> None:
    def get(peer: Peer) -> Reply:
        return with_door(federation, NATIONAL, lambda app: send(app, "GET", DIRECTORY, peer=peer))

    assert (get(PREFECTURE).status, get(PREFECTURE).kind) == (404, "not-found")
    ctx = federation.context(NATIONAL)
    with ctx.begin() as tx:
        node_rows.keep_directory(tx, 1, b'{"signed": "bundle"}', ctx.now())
    assert get(PREFECTURE).body == b'{"signed": "bundle"}'
    assert get(PENSION).status == 403


def test_a_node_that_was_cut_off_is_refused_at_its_next_request(federation: Federation) -> None:
    peer = KUNITACHI.node_id

    async def work(app: Starlette) -> tuple[Reply, Reply]:
        before = await send(app, "POST", FRAMES, b"{}", peer=peer)
        nodes = tuple(
            replace(node, connected=False, reason="ended") if node.id == peer else node
            for node in federation.directory.nodes
        )
        federation.directory = replace(federation.directory, nodes=nodes)
        return before, await send(app, "POST", FRAMES, b"{}", peer=peer)

    before, after = with_door(federation, PREFECTURE, work)
    assert before.kind == "invalid"
    assert after.kind == "not-connected"


def test_health_tells_an_outsider_nothing_but_that_it_runs(federation: Federation) -> None:
    async def work(app: Starlette) -> None:
        assert (await send(app, "GET", "/healthz")).kind == "unauthentic"
        assert (await send(app, "GET", "/healthz", peer=YAMATSURI.node_id)).plain == {"status": "ok"}
        ready = await send(app, "GET", "/readyz", peer=PENSION)
        assert ready.plain == {"node": "pref-13", "status": "ready"}

    with_door(federation, PREFECTURE, work)
