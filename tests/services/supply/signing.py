"""Requests that an organ of a test's federation signs, as they come to the door."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import psycopg
from starlette.applications import Starlette
from tests.services.network.asgi import Peer, Reply, send
from tests.services.supply.asking import PENSION, database, plain

from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law.certification import BODY
from jukinet.messages import http_signatures, strict_json
from jukinet.messages.directory import OrganEntry, SignaturePolicy
from jukinet.messages.http_signatures import Head
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.network.supply import PATH, supply_door
from jukinet.services.supply.desk import Desk
from jukinet.store.supply import SupplyDatabase
from jukinet.testing.federation import EPOCH, Federation

T = TypeVar("T")

KEY, OTHERS_KEY, OLD_KEY = (
    SigningKey.from_seed(hashlib.sha256(who).digest(), KeyUse.STATEMENT)
    for who in (b"pension", b"mofa", b"pension, long ago")
)
MOFA = OrganSlug("mofa")
JSON = "application/json"
_count = itertools.count()


def require_signatures(federation: Federation, organ: OrganSlug = PENSION, **changes: Any) -> None:
    """The directory asks the organ to sign, and lists its keys."""
    span = (EPOCH - timedelta(days=1), EPOCH + timedelta(days=1000))
    ended = (EPOCH - timedelta(days=9), EPOCH - timedelta(days=1))
    keys = (KEY.public(*span), OLD_KEY.public(*ended)) if organ == PENSION else (OTHERS_KEY.public(*span),)
    entry = replace(OrganEntry(organ, str(organ), keys, SignaturePolicy.REQUIRED), **changes)
    others = tuple(one for one in federation.directory.organs if one.slug != organ)
    federation.directory = replace(federation.directory, organs=(*others, entry))


def enter_body(
    federation: Federation, signature: SignaturePolicy = SignaturePolicy.TLS_ONLY, **changes: Any
) -> None:
    """The certification body stands in the directory, beside the organs that are there."""
    keys = (OTHERS_KEY.public(EPOCH - timedelta(days=1), EPOCH + timedelta(days=1000)),)
    entry = replace(OrganEntry(BODY, str(BODY), keys, signature), **changes)
    others = tuple(one for one in federation.directory.organs if one.slug != BODY)
    federation.directory = replace(federation.directory, organs=(*others, entry))


def body_of(**changes: Any) -> bytes:
    return strict_json.dump(plain(**changes))


def fresh_nonce() -> str:
    return f"nonce-of-a-test-{next(_count):06}"


def signature(
    body: bytes,
    *,
    key: SigningKey = KEY,
    to: NodeId = NATIONAL,
    now: datetime = EPOCH,
    nonce: str | None = None,
    lasting: timedelta = timedelta(minutes=1),
) -> dict[str, str]:
    """The fields that sign a request to the supply door."""
    head = Head("POST", PATH, "", {"content-type": JSON})
    return http_signatures.sign(
        head, body, key, to=to, now=now, nonce=nonce or fresh_nonce(), lasting=lasting
    )


def with_door(
    federation: Federation,
    work: Callable[[Starlette], Awaitable[T]],
    *,
    node: NodeId = NATIONAL,
    store: SupplyDatabase | None = None,
) -> T:
    async def run() -> T:
        ctx = federation.context(node, "supply")
        app = supply_door(ctx, Desk(ctx, store or database(federation, node)))
        async with app.router.lifespan_context(app), asyncio.timeout(60):
            return await work(app)

    return asyncio.run(run())


async def ask(
    app: Starlette, body: bytes, fields: dict[str, str], *, peer: Peer = PENSION, **how: Any
) -> Reply:
    return await send(app, "POST", PATH, body, peer=peer, headers=fields, **how)


def rules(reply: Reply) -> list[str]:
    """The rules of a refusal."""
    assert (reply.status, reply.kind) == (403, "forbidden"), reply.body
    return [one["rule"] for one in reply.plain["rules"]]


def spent(federation: Federation) -> set[tuple[str, str]]:
    """The nonces that are used up, by organ."""
    with psycopg.connect(federation._conninfo("owner"), options=f"-c search_path={NATIONAL.schema}") as owner:
        return set(owner.execute("SELECT organ, nonce FROM request_nonces").fetchall())
