"""The handshake of a node that was restored with each of its peers.

The node says which life of it this is, and for each stream how far it knows its own lane to the peer to be
acknowledged and how far it holds the peer's. The peer sends again from there, and gives back what it holds of the
node's own lane after that: the statements as they came, byte for byte, at the numbers that they had. TLS says who asks
and who answers; each statement is its origin's, signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import Fields, reading
from jukinet.messages import frames, strict_json
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import MAX_ENVELOPE, MAX_INCARNATION
from jukinet.messages.wire import parse_member

MAX_HANDSHAKE = 64 * 1024
MAX_HANDSHAKE_ANSWER = frames.MAX_FRAME + 64 * 1024

_MOST_CODES = 10_000_000


@dataclass(frozen=True, slots=True)
class LaneKnown:
    """What the restored node knows of its lanes: ``acknowledged`` of its own, ``cursor`` in the peer's."""

    stream: Stream
    acknowledged: int
    cursor: int


@dataclass(frozen=True, slots=True)
class Told:
    """How far an origin had numbered what it says to one addressee in a stream, in its newest life there."""

    incarnation: int
    number: int


NOTHING_TOLD = Told(0, 0)


@dataclass(frozen=True, slots=True)
class Handshake:
    """The question. ``void_codes``: how many codes a municipality's pool has lost, for the centre to designate anew.

    ``said``: how far it knows what it said in the stream of identity notices. Its governor forwards them, so the centre
    may hold some that the governor lost too.
    """

    from_node: NodeId
    to_node: NodeId
    incarnation: int
    lanes: tuple[LaneKnown, ...]
    void_codes: int = 0
    said: Told = NOTHING_TOLD


@dataclass(frozen=True, slots=True)
class LaneHeld:
    """What the peer holds of the restored node's lane: all up to ``cursor``; ``given`` begins at ``first``.

    ``told``: how far the peer had numbered what it says itself to the restored node.
    """

    stream: Stream
    cursor: int
    first: int
    given: tuple[bytes, ...] = ()
    told: Told = NOTHING_TOLD


@dataclass(frozen=True, slots=True)
class HandshakeAnswer:
    """The answer; ``incarnation`` is that of the node that answers. What did not fit is given at the next question.

    ``forwarded``: what came of the restored node by way of another one, after what it knows.
    """

    incarnation: int
    lanes: tuple[LaneHeld, ...]
    forwarded: tuple[bytes, ...] = ()


def fitting(answer: HandshakeAnswer) -> HandshakeAnswer:
    """The answer with as much of what is given, from the first lane on, as it can carry."""
    found, room = [], frames.MAX_FRAME
    for lane in answer.lanes:
        given = frames.fitting(lane.given, room=room)
        room -= _size(given)
        found.append(replace(lane, given=given))
    return replace(answer, lanes=tuple(found), forwarded=frames.fitting(answer.forwarded, room=room))


def _size(given: Iterable[bytes]) -> int:
    """Never less than they take: their quotes are escaped."""
    return sum(map(len, given)) * 2


def write_handshake(asked: Handshake) -> bytes:
    return strict_json.dump(
        {
            "from": asked.from_node.text,
            "to": asked.to_node.text,
            "incarnation": asked.incarnation,
            "lanes": [
                {"stream": one.stream.value, "acknowledged": one.acknowledged, "cursor": one.cursor}
                for one in asked.lanes
            ],
            "void_codes": asked.void_codes,
            "said": _write_told(asked.said),
        }
    )


def read_handshake(data: bytes) -> Handshake:
    """Read a question strictly. Raises TOO_LARGE, MALFORMED or INVALID."""
    with reading(strict_json.parse(data, limit=MAX_HANDSHAKE)) as fields:
        asked = Handshake(
            from_node=fields.take("from", NodeId.parse),
            to_node=fields.take("to", NodeId.parse),
            incarnation=fields.integer("incarnation", least=1, most=MAX_INCARNATION),
            lanes=fields.each("lanes", _read_known, most=len(Stream)),
            void_codes=fields.integer("void_codes", most=_MOST_CODES),
            said=fields.object("said", _read_told),
        )
        fields.raise_faults()
        if len({one.stream for one in asked.lanes}) != len(asked.lanes):
            fields.fault("lanes", "must name a stream once")
        return asked


def write_answer(answer: HandshakeAnswer) -> bytes:
    return strict_json.dump(
        {
            "incarnation": answer.incarnation,
            "lanes": [_write_held(one) for one in answer.lanes],
            "forwarded": [envelope.decode("ascii") for envelope in answer.forwarded],
        }
    )


def read_answer(data: bytes) -> HandshakeAnswer:
    """Read a peer's answer strictly; the statements in it stay sealed. Raises TOO_LARGE, MALFORMED or INVALID."""
    with reading(strict_json.parse(data, limit=MAX_HANDSHAKE_ANSWER)) as fields:
        return HandshakeAnswer(
            incarnation=fields.integer("incarnation", least=1, most=MAX_INCARNATION),
            lanes=fields.each("lanes", _read_held, most=len(Stream)),
            forwarded=_read_given(fields, "forwarded"),
        )


def _read_known(fields: Fields) -> LaneKnown:
    return LaneKnown(
        fields.take("stream", parse_member(Stream)),
        fields.integer("acknowledged"),
        fields.integer("cursor"),
    )


def _write_held(lane: LaneHeld) -> dict[str, Any]:
    return {
        "stream": lane.stream.value,
        "cursor": lane.cursor,
        "first": lane.first,
        "given": [envelope.decode("ascii") for envelope in lane.given],
        "told": _write_told(lane.told),
    }


def _read_held(fields: Fields) -> LaneHeld:
    return LaneHeld(
        stream=fields.take("stream", parse_member(Stream)),
        cursor=fields.integer("cursor"),
        first=fields.integer("first", least=1),
        given=_read_given(fields, "given"),
        told=fields.object("told", _read_told),
    )


def _read_given(fields: Fields, name: str) -> tuple[bytes, ...]:
    # Not through ``take``: an envelope is kept byte for byte, and is checked when it is opened.
    given = fields.raw(name)
    if not isinstance(given, list) or not all(
        isinstance(one, str) and one.isascii() and 0 < len(one) <= MAX_ENVELOPE for one in given
    ):
        fields.fault(name, f"must be a list of envelopes of at most {MAX_ENVELOPE} bytes")
        return ()
    return tuple(one.encode("ascii") for one in given)


def _write_told(told: Told) -> dict[str, int]:
    return {"incarnation": told.incarnation, "number": told.number}


def _read_told(fields: Fields) -> Told:
    return Told(fields.integer("incarnation", most=MAX_INCARNATION), fields.integer("number"))
