"""What the desk promises: that what it answers is entered, under one signature for all that were gathered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.services import world
from tests.services.supply.asking import PENSION, UNLIMITED, ask_all, database, entries, found, query, wire_of

from jukinet.client.answers import read_answer
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.messages.keys import KeyUse
from jukinet.services.supply.desk import Desk
from jukinet.services.supply.lookups import Verification
from jukinet.testing.federation import EPOCH, Federation, OneKeyEach, signing_key

pytestmark = pytest.mark.core


def leaves(federation: Federation) -> set[bytes]:
    return {bytes(row[0]) for row in world.rows(federation, NATIONAL, "SELECT leaf FROM audit_entries")}


def test_every_answer_promises_the_leaf_that_was_committed(federation: Federation) -> None:
    asked = [query(request_id=f"request-{n}") for n in range(5)] + [query(affair="t1-999-1")]
    answers = [one for one in ask_all(federation, asked) if isinstance(one, Verification)]
    entry = federation.directory.node(NATIONAL)
    assert entry is not None
    assert len(answers) == 5
    made = [read_answer(wire_of(one), one.request_id).promise for one in answers]
    for one in made:
        assert one is not None
        one.require_signed(NATIONAL, entry.keys)
        assert (one.log, one.integrate_by) == ("urn:jukinet:log:national:1", EPOCH + timedelta(seconds=10))
    assert len({one.signature for one in made if one}) == 1
    assert {one.size for one in made if one} == {6}, "what is refused is entered and counted with the others"
    promised = {one.leaf for one in made if one}
    assert len(promised) == 5
    assert promised < leaves(federation)


def test_nobody_is_looked_up_where_nothing_can_be_promised(federation: Federation) -> None:
    found(federation, query())
    before = leaves(federation)
    entry = federation.directory.node(NATIONAL)
    assert entry is not None
    unlisted = replace(entry, keys=tuple(key for key in entry.keys if key.use is not KeyUse.LOG))
    others = tuple(one for one in federation.directory.nodes if one.id != NATIONAL)
    federation.directory = replace(federation.directory, nodes=(unlisted, *others))
    (answer,) = ask_all(federation, [query()])
    assert isinstance(answer, JukinetError)
    assert answer.kind is ErrorKind.CONFIGURATION
    assert leaves(federation) == before
    assert signing_key(NATIONAL, KeyUse.LOG).key_id not in {key.key_id for key in unlisted.keys}


class BrokenDevice(world.Breaking):
    """A key device that signs no more."""

    def sign(self, data: bytes) -> bytes:
        raise JukinetError(ErrorKind.UNAVAILABLE, "The key device does not answer.")


def test_what_was_done_and_cannot_be_promised_is_not_done_again(federation: Federation) -> None:
    """The device with the log's key breaks between the commit and the promise: no answer, and one entry each."""
    ctx = federation.context(NATIONAL, "supply")
    device = BrokenDevice(ctx.signers[KeyUse.LOG])
    broken = replace(ctx, signers=OneKeyEach({KeyUse.LOG: device}))

    async def run() -> list[object]:
        desk = Desk(broken, database(federation), UNLIMITED)
        await desk.open()
        try:
            asked = (desk.verify(PENSION, query(request_id=f"request-{n}")) for n in range(2))
            async with asyncio.timeout(30):
                return await asyncio.gather(*asked, return_exceptions=True)
        finally:
            await desk.close()

    assert all(isinstance(one, Exception) for one in asyncio.run(run()))
    assert sorted(entry.reference or "" for entry in entries(federation)) == ["request-0", "request-1"]
