"""Frames: one hop's parcel of statements on one lane, and the receiver's answer.

A lane is (from, to, stream). A frame carries the lane number of its first statement; the statements inside
are the origins' envelopes, verbatim. TLS says who sends a frame; this module only reads and writes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import Fields, reading
from jukinet.messages import strict_json
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import MAX_ENVELOPE, MAX_INCARNATION
from jukinet.messages.wire import parse_member

MAX_STATEMENTS = 1000
"""Statements of a frame that is taken."""
MOST_SENT = 500
"""Statements of a frame that is sent: the version before takes no more (docs/how-to/upgrade-a-network.md)."""
MAX_FRAME = 8 * 1024 * 1024
"""Bytes of a frame."""
MAX_ANSWER = 256 * 1024

_HEAD_ROOM = 4096  # bytes that a frame needs besides its statements


@dataclass(frozen=True, slots=True)
class Frame:
    """Statements ``first_number``, ``first_number + 1``, … of a lane. ``incarnation`` is the sender's."""

    from_node: NodeId
    to_node: NodeId
    stream: Stream
    incarnation: int
    first_number: int
    statements: tuple[bytes, ...]


class FrameRefusal(StrEnum):
    """Why a receiver took nothing more of a frame."""

    GAP = "gap"
    """A number is missing before the first statement; ``expected`` says which."""
    UNAUTHENTIC = "unauthentic"
    """A signature is bad or a key unknown: alarm."""
    MALFORMED = "malformed"
    """A statement cannot be read: alarm."""
    HALTED = "halted"
    """The lane was halted: a number came twice with different content."""
    INCARNATION = "incarnation"
    """The sender was restored, and has to shake hands first."""
    RECOVERING = "recovering"
    """The receiver was restored and takes nothing yet."""
    NOT_CONNECTED = "not-connected"


@dataclass(frozen=True, slots=True)
class Parked:
    """A statement that was received, and waits for a person: its lane number and why."""

    number: int
    reason: ErrorKind


@dataclass(frozen=True, slots=True)
class FrameAnswer:
    """What the receiver did: it holds every number up to ``cursor`` and expects ``expected`` next."""

    cursor: int
    expected: int
    parked: tuple[Parked, ...] = ()
    halted: bool = False
    refused: FrameRefusal | None = None


def fitting(envelopes: Iterable[bytes], *, room: int = MAX_FRAME) -> tuple[bytes, ...]:
    """The first of the given envelopes that fit into one frame together, or into what room there is."""
    taken: list[bytes] = []
    room -= _HEAD_ROOM
    for envelope in islice(envelopes, MOST_SENT):
        room -= _size_inside(envelope)
        if room < 0:
            break
        taken.append(envelope)
    return tuple(taken)


def write_frame(frame: Frame) -> bytes:
    return strict_json.dump(
        {
            "from": frame.from_node.text,
            "to": frame.to_node.text,
            "stream": frame.stream.value,
            "incarnation": frame.incarnation,
            "first_number": frame.first_number,
            "statements": [envelope.decode("ascii") for envelope in frame.statements],
        }
    )


def read_frame(data: bytes) -> Frame:
    """Read a frame strictly; its statements stay sealed. Raises TOO_LARGE, MALFORMED or INVALID."""
    with reading(strict_json.parse(data, limit=MAX_FRAME)) as fields:
        return Frame(
            from_node=fields.take("from", NodeId.parse),
            to_node=fields.take("to", NodeId.parse),
            stream=fields.take("stream", parse_member(Stream)),
            incarnation=fields.integer("incarnation", most=MAX_INCARNATION),
            first_number=fields.integer("first_number", least=1),
            statements=_read_statements(fields),
        )


def write_answer(answer: FrameAnswer) -> bytes:
    plain: dict[str, Any] = {
        "cursor": answer.cursor,
        "expected": answer.expected,
        "parked": [{"number": parked.number, "reason": parked.reason.value} for parked in answer.parked],
        "halted": answer.halted,
    }
    if answer.refused is not None:
        plain["refused"] = answer.refused.value
    return strict_json.dump(plain)


def read_answer(data: bytes) -> FrameAnswer:
    """Read a receiver's answer strictly. Raises TOO_LARGE, MALFORMED or INVALID."""
    with reading(strict_json.parse(data, limit=MAX_ANSWER)) as fields:
        return FrameAnswer(
            cursor=fields.integer("cursor"),
            expected=fields.integer("expected", least=1),
            parked=fields.each("parked", _read_parked, most=MAX_STATEMENTS),
            halted=fields.flag("halted"),
            refused=fields.optional("refused", parse_member(FrameRefusal)),
        )


def _read_statements(fields: Fields) -> tuple[bytes, ...]:
    found = fields.raw("statements")
    if not isinstance(found, list) or not 1 <= len(found) <= MAX_STATEMENTS:
        fields.fault("statements", f"must be a list of 1 to {MAX_STATEMENTS} envelopes")
        return ()
    statements = []
    for index, envelope in enumerate(found):
        # Not through ``take``: an envelope is kept byte for byte, and is checked when it is opened.
        if isinstance(envelope, str) and envelope.isascii() and 0 < len(envelope) <= MAX_ENVELOPE:
            statements.append(envelope.encode("ascii"))
        else:
            fields.fault(f"statements[{index}]", f"must be an envelope of at most {MAX_ENVELOPE} bytes")
    return tuple(statements)


def _read_parked(fields: Fields) -> Parked:
    return Parked(fields.integer("number", least=1), fields.take("reason", parse_member(ErrorKind)))


def _size_inside(envelope: bytes) -> int:
    # As a JSON text: its quotes are escaped, two stand around it, a comma follows.
    return len(envelope) + envelope.count(b'"') + 3
