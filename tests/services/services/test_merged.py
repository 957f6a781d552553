"""What is said to a municipality that was merged reaches its successor: notices, calls, and what was on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.services import world
from tests.services.services import copying, counter
from tests.services.world import CHIYO, FUKU, KUNI, TOKYO

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.persons import Address, Sex
from jukinet.messages.bodies import MoveInNotice
from jukinet.messages.kinds import CallKind, MessageKind, Stream
from jukinet.services import call_answers, merged, outgoing
from jukinet.services.copies import IssuedCopy
from jukinet.services.reads import Found
from jukinet.testing.federation import NETWORK, OFFICE, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

MINUTE = timedelta(minutes=1)


def merge(federation: Federation, node: NodeId, into: NodeId) -> None:
    """Everybody learns that a municipality was merged."""
    nodes = federation.directory.nodes
    federation.directory = replace(
        federation.directory,
        nodes=tuple(replace(one, successor=into) if one.id == node else one for one in nodes),
    )


def leaving(federation: Federation, where: MunicipalityCode) -> Found:
    """Somebody recorded there who filed a move-out to Fukushima."""
    (found,) = counter.load(federation, where)
    counter.file_move_out(federation, where, [found.resident_no], FUKUSHIMA)
    return counter.read(federation, where, found.resident_no)


def tell(federation: Federation, found: Found, to: NodeId) -> None:
    """Fukushima says that the person has come (M3)."""
    record = found.record
    body = MoveInNotice(
        code=record.code,
        name=record.name.text,
        birth_date=record.birth_date,
        sex=record.sex or Sex.UNKNOWN,
        new_address=Address(FUKUSHIMA, "五老内町3番1号"),
        moved_on=date(2013, 7, 7),
    )
    ctx = federation.context(FUKU, OFFICE)
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.MOVE_IN_NOTICE, to, body)


def left(federation: Federation, found: Found, where: MunicipalityCode) -> bool:
    return not counter.read(federation, where, found.resident_no).present


def test_who_stands_for_a_municipality_follows_every_merger_and_no_circle(federation: Federation) -> None:
    ctx = federation.context(FUKU)
    assert ctx.standing(KUNITACHI) == KUNITACHI
    merge(federation, KUNI, CHIYO)
    assert (ctx.standing(KUNITACHI), ctx.standing(CHIYODA)) == (CHIYODA, CHIYODA)
    merge(federation, CHIYO, FUKU)
    assert ctx.standing(KUNITACHI) == FUKUSHIMA
    merge(federation, FUKU, KUNI)
    assert ctx.standing(KUNITACHI) == KUNITACHI


def test_a_late_notice_is_said_again_to_the_successor_once_and_what_was_signed_stays(
    federation: Federation,
) -> None:
    found = leaving(federation, CHIYODA)  # as handed over: its record is Chiyoda's
    federation.line.cut = {KUNI}
    tell(federation, found, KUNI)
    federation.run()
    assert federation.unsent() == 1
    signed = "SELECT envelope FROM statements WHERE origin = 'muni-072010' ORDER BY stored_at"
    before = world.rows(federation, FUKU, signed)

    federation.line.cut = set()
    merge(federation, KUNI, CHIYO)
    federation.clock.advance(MINUTE)
    federation.run()  # the merged municipality answers, and takes nothing
    assert not left(federation, found, CHIYODA)
    worker = federation.context(FUKU, WORKER)
    assert merged.readdress(worker) == 1
    assert merged.readdress(worker) == 0
    federation.run()
    assert left(federation, found, CHIYODA)
    assert world.rows(federation, FUKU, signed)[: len(before)] == before
    (entry,) = world.entries(federation, FUKU, AuditEvent.READDRESSED)
    assert (entry.reference, entry.rules) == (f"{KUNI} {CHIYO}", ("1 statements (move)",))
    federation.run()
    assert federation.unsent() == 0
    assert world.halted(federation, FUKU) == ()
    assert world.parked(federation, CHIYO) == []


def test_wherever_its_process_ends_it_is_said_again_once(federation: Federation) -> None:
    found = leaving(federation, CHIYODA)
    federation.line.cut = {KUNI}
    tell(federation, found, KUNI)
    federation.run()
    merge(federation, KUNI, CHIYO)
    for at in range(1, 30):
        ctx, _ = world.crashing(federation.context(FUKU, WORKER), at)
        try:
            merged.readdress(ctx)
        except world.Crash:
            continue
        break
    rows = world.rows(
        federation, FUKU, "SELECT addressee FROM outbox WHERE stream = 'move' ORDER BY entry_id"
    )
    assert rows == [(str(KUNI),), (str(CHIYO),)]
    federation.line.cut = set()
    federation.run()
    assert left(federation, found, CHIYODA)


def test_a_merged_municipality_sends_what_it_said_and_says_where_to_ask(federation: Federation) -> None:
    counter.load(federation, KUNITACHI)
    before = len(world.held(federation, NATIONAL))
    federation.line.cut = {TOKYO}
    counter.load(federation, KUNITACHI, seed=9)
    merge(federation, KUNI, CHIYO)
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    federation.run()
    federation.clock.advance(MINUTE)
    federation.run()
    assert len(world.held(federation, NATIONAL)) == before + 1  # its stream was sent to its end
    ctx = federation.context(KUNI, NETWORK)
    for refused in (
        lambda: call_answers.answer_call(ctx, FUKU, CallKind.NATIONWIDE_COPY, b""),
        lambda: call_answers.answer_call(ctx, FUKU, CallKind.MOVE_OUT_PARTICULARS, b""),
        lambda: world.deliver(federation, 1, *world.recordings(1), sender=FUKU, to=KUNI, stream=Stream.MOVE),
    ):
        with pytest.raises(JukinetError, match="muni-132152 was merged into muni-131016") as caught:
            refused()
        assert caught.value.kind is ErrorKind.NOT_CONNECTED


def test_a_move_from_a_merged_municipality_is_told_to_its_successor(federation: Federation) -> None:
    found = leaving(federation, CHIYODA)
    merge(federation, KUNI, CHIYO)
    person = replace(counter.japanese(), code=found.record.code, name=found.record.name)
    counter.move_in(federation, FUKUSHIMA, person, previous_address=counter.place(KUNITACHI))
    rows = world.rows(federation, FUKU, "SELECT addressee FROM outbox WHERE kind = 'move-in-notice'")
    assert rows == [(str(CHIYO),)]
    # Where the successor is the municipality of the new place itself, nobody else is to be told.
    merge(federation, KUNI, FUKU)
    counter.move_in(federation, FUKUSHIMA, counter.japanese(), previous_address=counter.place(KUNITACHI))
    assert world.rows(federation, FUKU, "SELECT addressee FROM outbox WHERE kind = 'move-in-notice'") == rows


def test_a_copy_is_asked_of_the_successor(federation: Federation) -> None:
    """Who applies names the municipality that was, and gets the record from the one that is."""
    copying.settle(federation, *copying.household())
    gone = CHIYODA if copying.HOME != CHIYO else KUNITACHI
    merge(federation, gone.node_id, copying.HOME)
    press = copying.FakePress()
    done = copying.issue(federation, press, copying.filing(home=str(gone)))
    assert isinstance(done, IssuedCopy)
    assert {str(printing.home) for printing in press.printed} == {str(copying.HOME.municipality)}
