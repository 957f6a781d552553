"""The network door over ASGI: who may use it, and what becomes of what cannot be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
from starlette.applications import Starlette
from starlette.types import Message
from tests.services import world
from tests.services.network.asgi import NEVER_ENDS, Peer, Reply, scope_of, send
from tests.services.supply.asking import CODES, PENSION, hanako, load

from jukinet.audit import tree
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain import merkle
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.decisions import Refused
from jukinet.messages import calls, checkpoints, frames
from jukinet.messages.calls import Call
from jukinet.messages.copies import CopyData, CopyRequest, MemberScope
from jukinet.messages.frames import Frame
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind, Stream
from jukinet.network.gates import RECORD_EVERY
from jukinet.network.nodes import network_door
from jukinet.network.tls import PeerCertificate
from jukinet.services import audit_tree, trail
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


def test_the_log_is_told_to_nodes_as_it_is_signed(federation: Federation) -> None:
    audit_tree.sequence(federation.context(KUNITACHI, "sequencer"))

    def get(path: str, peer: Peer = PREFECTURE) -> Reply:
        path = f"/network/v1/log/{path}"
        return with_door(federation, KUNITACHI.node_id, lambda app: send(app, "GET", path, peer=peer))

    entry = federation.directory.node(KUNITACHI.node_id)
    assert entry is not None
    told = get("checkpoint")
    assert told.status == 200
    found = checkpoints.read_checkpoint(told.body.decode(), entry.id, entry.keys)
    assert 0 < found.size < 256
    assert get("1/checkpoint").body == told.body
    tile = get(f"1/{tree.path_of(0, 0, found.size)}")
    assert merkle.root(tree.split(tile.body)) == found.root
    assert get("1/tile/0/000.p/1").body == tile.body[:32]
    for nothing in (
        "",
        "1/admission",
        "2/checkpoint",
        "admission",
        "tile/0/000",
        "1/tile/0/000",
        "1/tile/0/0",
    ):
        assert get(nothing).status == 404, nothing
    assert get("checkpoint", PENSION).status == 403


def post(federation: Federation, node: NodeId, path: str, body: bytes, peer: Peer) -> Reply:
    return with_door(federation, node, lambda app: send(app, "POST", path, body, peer=peer))


def events(federation: Federation, node: NodeId) -> list[tuple[AuditEvent, str]]:
    listed = trail.list_entries(federation.context(node), CLERK, most=1000)
    assert not isinstance(listed, Refused)
    mine = {AuditEvent.AUDIT_READ, AuditEvent.CLOCK_SET, AuditEvent.OPERATOR_ENROLLED}
    return [(entry.event, entry.actor) for _, entry in reversed(listed) if entry.event not in mine]


def refusals(federation: Federation, node: NodeId) -> list[tuple[str, tuple[str, ...]]]:
    """Who was turned away at a gate, and why, oldest first."""
    found = world.entries(federation, node, AuditEvent.GATE_REFUSED)
    assert {entry.outcome for entry in found} <= {Outcome.REFUSED}
    return [(entry.actor, entry.rules) for entry in found]


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
    before = world.tables(federation, PREFECTURE)

    async def work(app: Starlette) -> None:
        for peer, ends, status, kind in outsiders:
            for method, path in (("POST", FRAMES), ("POST", CALLS), ("GET", DIRECTORY)):
                reply = await send(app, method, path, b'{"name": "\xe6\xb8\xa1"}', peer=peer, ends=ends)
                assert (reply.status, reply.kind) == (status, kind), (peer, path)
                assert "渡" not in reply.body.decode()

    with_door(federation, PREFECTURE, work)
    assert world.changed(before, world.tables(federation, PREFECTURE)) == {"audit_entries"}
    assert refusals(federation, PREFECTURE) == [
        (PENSION.uri, ("forbidden",)),
        (stranger.uri, ("forbidden",)),
        (YAMATSURI.node_id.uri, ("not-connected",)),
    ], "who is proved by a certificate is named, once"


def test_a_party_that_is_refused_again_and_again_is_recorded_once_a_minute(federation: Federation) -> None:
    stranger, clock = NodeId("pref-01"), federation.clock

    async def work(app: Starlette) -> None:
        async def ask(times: int, peer: Peer = stranger) -> None:
            for _ in range(times):
                assert (await send(app, "GET", DIRECTORY, peer=peer)).kind == "forbidden"

        await ask(20)
        await ask(1, PENSION)  # one party's noise hides no other
        await ask(1)
        clock.advance(RECORD_EVERY - timedelta(microseconds=1))
        await ask(1)
        clock.advance(timedelta(microseconds=1))
        await ask(2)

    with_door(federation, PREFECTURE, work)
    parties = [party for party, _ in refusals(federation, PREFECTURE)]
    assert parties == [stranger.uri, PENSION.uri, stranger.uri]


def test_a_refusal_that_cannot_be_recorded_is_tried_again_at_the_next(federation: Federation) -> None:
    with world.connect(federation, PREFECTURE) as owner:

        async def work(app: Starlette) -> None:
            owner.execute("ALTER TABLE audit_entries RENAME TO away")
            assert (await send(app, "GET", DIRECTORY, peer=PENSION)).status >= 500
            owner.execute("ALTER TABLE away RENAME TO audit_entries")
            assert (await send(app, "GET", DIRECTORY, peer=PENSION)).kind == "forbidden"

        with_door(federation, PREFECTURE, work)
    assert refusals(federation, PREFECTURE) == [(PENSION.uri, ("forbidden",))]


def test_the_door_goes_on_while_a_refusal_is_being_recorded(federation: Federation) -> None:
    with world.connect(federation, PREFECTURE) as owner:

        async def work(app: Starlette) -> None:
            with owner.transaction():
                owner.execute("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE")
                refused = asyncio.create_task(send(app, "GET", DIRECTORY, peer=PENSION))
                await asyncio.sleep(0)
                assert (await send(app, "GET", "/healthz", peer=PENSION)).status == 200
                assert not refused.done()
            assert (await refused).kind == "forbidden"

        with_door(federation, PREFECTURE, work)
    assert len(refusals(federation, PREFECTURE)) == 1


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
    assert refusals(federation, PREFECTURE) == [
        (peer.uri, ("unsupported-type",)),
        (peer.uri, ("too-large",)),
        (peer.uri, ("not-found",)),
    ], "what services refuse, they record themselves"


def test_a_call_too_large_or_unheard_of_is_recorded(federation: Federation) -> None:
    peer = FUKUSHIMA.node_id
    large = post(federation, KUNITACHI.node_id, CALLS, b" " * (calls.MAX_CALL + 1), peer)
    assert large.kind == "too-large"
    unknown = post(federation, KUNITACHI.node_id, "/network/v1/calls/gossip", b"{}", peer)
    assert unknown.kind == "not-found"
    assert refusals(federation, KUNITACHI.node_id) == [(peer.uri, ("too-large",)), (peer.uri, ("not-found",))]


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
        node_rows.keep_directory(tx, 1, b'{"signed": "bundle"}', ctx.now(), held=None)
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


# Back-pressure


def test_a_second_frame_of_a_lane_is_told_to_come_again_and_nothing_is_recorded(
    federation: Federation,
) -> None:
    """While the first is on its way. The second is read to its end, or its sender would hear nothing."""
    body = frames.write_frame(
        Frame(KUNITACHI.node_id, PREFECTURE, Stream.IDENTITY, 1, 1, tuple(world.recordings(1)))
    )
    certificate = PeerCertificate(KUNITACHI.node_id, NEVER_ENDS, b"")

    async def both(app: Starlette) -> tuple[Reply, int, Reply]:
        arrive, asked, first_sent = asyncio.Event(), asyncio.Event(), []

        async def slowly() -> Message:
            asked.set()
            await arrive.wait()
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Message) -> None:
            first_sent.append(message)

        first = asyncio.create_task(app(scope_of("POST", FRAMES, body, certificate), slowly, keep))
        await asked.wait()
        second = await send(app, "POST", FRAMES, body, peer=KUNITACHI.node_id)
        other = await send(app, "POST", FRAMES.replace("identity", "move"), body, peer=KUNITACHI.node_id)
        arrive.set()
        await first
        return second, first_sent[0]["status"], other

    second, status, other = with_door(federation, PREFECTURE, both)
    assert (second.status, second.kind, second.headers["retry-after"]) == (503, "unavailable", "1")
    assert "connection" not in second.headers
    assert status == 200
    assert (
        other.kind == "forbidden"
    )  # another lane is looked at: the frame says another stream than the address
    assert world.cursor(federation, PREFECTURE, KUNITACHI.node_id) == 1
    assert refusals(federation, PREFECTURE) == []
