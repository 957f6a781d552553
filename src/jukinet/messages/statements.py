"""Statements: what one node says once, signed over the bytes as sent, and any node can check for ever.

Owns the verification: a statement exists in the program only after its signature by a key of its origin
was found good, and its payload read strictly. How it travels is in ``jukinet.messages.frames``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jukinet.domain.changes import passes_to
from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import Fields, format_instant, reading
from jukinet.messages import bodies, dsse, strict_json
from jukinet.messages.bodies import Body, CodeDesignation, CodeRequest, IdentityNotice, MoveInNotice
from jukinet.messages.ids import parse_id
from jukinet.messages.keys import KeyUse, OwnedKey, Signer, require_use
from jukinet.messages.kinds import MESSAGE_OF_TYPE, ORIGIN_ROLES, STREAM_OF, MessageKind, Stream, payload_type
from jukinet.messages.koseki_bodies import KosekiMatter, KosekiNotice

MAX_ENVELOPE = 256 * 1024
"""Bytes of one signed statement; a full designation of codes needs about 190 kB."""

MAX_INCARNATION = 2**31 - 1
"""More lives than any node has; what a store's column holds."""

KeyFinder = Callable[[str], OwnedKey | None]
"""Gives the key of a key id together with its owner; ``Directory.owned_key`` is one."""


@dataclass(frozen=True, slots=True)
class Head:
    """All of a statement but its body.

    ``number`` counts from 1 per (origin, incarnation, stream, first addressee). ``created`` is UTC.
    """

    statement_id: str
    kind: MessageKind
    origin: NodeId
    incarnation: int
    stream: Stream
    first_addressee: NodeId
    number: int
    created: datetime


@dataclass(frozen=True, slots=True)
class Statement(Head):
    """A statement: made here, or received and verified."""

    body: Body


class UnreadableBodyError(JukinetError):
    """A statement is well signed, and its body cannot be applied as it stands: it is parked, not refused."""

    def __init__(self, head: Head, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            ErrorKind.INVALID, "The statement is well signed, but what it says cannot be read.", faults
        )
        self.head = head


def write(statement: Statement) -> bytes:
    """The payload; raises INVALID for a statement that its own reader would refuse."""
    faults = _head_faults(statement) + _competence_faults(statement, statement.body)
    if faults or not isinstance(statement.body, bodies.BODY_OF[statement.kind]):
        raise JukinetError(ErrorKind.INVALID, "The statement cannot be made.", tuple(faults))
    return strict_json.dump(
        {
            "id": statement.statement_id,
            "origin": statement.origin.text,
            "incarnation": statement.incarnation,
            "stream": statement.stream.value,
            "addressee": statement.first_addressee.text,
            "number": statement.number,
            "created": format_instant(statement.created),
            "body": bodies.write(statement.body),
        }
    )


def seal_statement(statement: Statement, signer: Signer) -> bytes:
    """Sign a statement; the envelope is stored and sent as it is, never altered."""
    require_use(signer, KeyUse.STATEMENT)
    return dsse.seal(payload_type(statement.kind), write(statement), signer)


def open_statement(envelope: bytes, find_key: KeyFinder) -> Statement:
    """Verify an envelope and read the statement in it.

    Raises ``JukinetError``: TOO_LARGE or MALFORMED if it is none; UNAUTHENTIC if it is no kind of statement,
    or not signed by its origin's key for statements, valid when it was created, or not the origin's to make;
    ``UnreadableBodyError`` (INVALID) if all that is right and only the body is not.
    """
    sealed = dsse.Envelope(envelope, limit=MAX_ENVELOPE)
    kind = MESSAGE_OF_TYPE.get(sealed.payload_type)
    if kind is None:
        raise dsse.unauthentic("The envelope does not hold a statement.")
    owned = find_key(sealed.key_id)
    payload = sealed.open(payload_type(kind), owned.key if owned else None, use=KeyUse.STATEMENT)
    parsed = strict_json.parse(payload, limit=MAX_ENVELOPE)
    head = _read_head(kind, parsed)
    if owned is None or owned.owner != head.origin:
        raise dsse.unauthentic("The statement is signed by another than its origin.")
    if not owned.key.is_valid_at(head.created):
        raise dsse.unauthentic("The key was not valid when the statement was created.")
    if head.origin.role not in ORIGIN_ROLES[kind]:
        raise dsse.unauthentic("A node of this role does not make statements of this kind.")
    return _with_body(head, parsed)


def _read_head(kind: MessageKind, parsed: dict[str, Any]) -> Head:
    with reading(parsed) as fields:
        fields.raw("body")
        return Head(
            statement_id=fields.take("id", parse_id),
            kind=kind,
            origin=fields.take("origin", NodeId.parse),
            incarnation=fields.integer("incarnation", most=MAX_INCARNATION),
            stream=fields.take("stream", _parse_stream(STREAM_OF[kind])),
            first_addressee=fields.take("addressee", NodeId.parse),
            number=fields.integer("number", least=1),
            created=fields.instant("created"),
        )


def _parse_stream(stream: Stream) -> Callable[[str], Stream]:
    def parse(text: str) -> Stream:
        if text != stream.value:
            raise ValueError("must be the stream of this kind of statement")
        return stream

    return parse


def _with_body(head: Head, parsed: dict[str, Any]) -> Statement:
    outer = Fields({"body": parsed.get("body")})
    body = outer.object("body", lambda fields: bodies.read(head.kind, fields))
    try:
        outer.raise_faults()
    except JukinetError as error:
        raise UnreadableBodyError(head, error.faults) from None
    faults = _competence_faults(head, body)
    if faults:
        raise UnreadableBodyError(head, tuple(faults))
    return Statement(
        statement_id=head.statement_id,
        kind=head.kind,
        origin=head.origin,
        incarnation=head.incarnation,
        stream=head.stream,
        first_addressee=head.first_addressee,
        number=head.number,
        created=head.created,
        body=body,
    )


def _head_faults(head: Head) -> list[Fault]:
    faults = []
    try:
        parse_id(head.statement_id)
    except ValueError as error:
        faults.append(Fault("id", str(error)))
    if head.stream is not STREAM_OF[head.kind]:
        faults.append(Fault("stream", "must be the stream of this kind of statement"))
    if head.origin.role not in ORIGIN_ROLES[head.kind]:
        faults.append(Fault("origin", "must be a node of the role that makes statements of this kind"))
    if head.incarnation < 0 or head.number < 1:
        faults.append(Fault("number", "must count from 1, and the incarnation from 0"))
    if head.created.tzinfo is None:
        faults.append(Fault("created", "must be a moment in UTC"))
    return faults


def _of_own(head: Head, notice: IdentityNotice) -> bool:
    """Whether the address lies in the origin, or in the municipality that keeps the record from this notice on."""
    origin, lies_in = head.origin.municipality, notice.facts.address.municipality
    return origin is not None and (lies_in == origin or passes_to(notice.change, origin, lies_in) is not None)


def _lies_where_it_may(head: Head, body: KosekiNotice | KosekiMatter) -> bool:
    """M9 tells of an address of the sender's, M10 of a resident of the addressee's."""
    if body.address is None:
        return True
    speaker = head.origin if isinstance(body, KosekiNotice) else head.first_addressee
    return body.address.municipality == speaker.municipality


def _designates_there(head: Head, body: CodeDesignation) -> bool:
    """A governor designates to municipalities of his area (30-7(1)); the centre puts aside for him who is addressed."""
    governor, to = head.origin.prefecture, head.first_addressee
    if to.municipality is not None:
        return body.municipality == to.municipality and governor in {None, to.prefecture}
    return governor is None and body.municipality is None and body.prefecture == to.prefecture


def _competence_faults(head: Head, body: Body) -> list[Fault]:
    """A municipality speaks of records and addresses of its own, and codes go to whom they are for."""
    match body:
        case IdentityNotice() if not _of_own(head, body):
            return [Fault("body.address.municipality", "must be the municipality that makes the statement")]
        case MoveInNotice(new_address=address) if address.municipality != head.origin.municipality:
            return [
                Fault("body.new_address.municipality", "must be the municipality that makes the statement")
            ]
        case KosekiNotice() | KosekiMatter() if not _lies_where_it_may(head, body):
            return [
                Fault("body.address.municipality", "must be of who lives here, or of who lives there (M10)")
            ]
        case CodeRequest(municipality=municipality) if municipality != head.origin.municipality:
            return [Fault("body.municipality", "must be the municipality that makes the statement")]
        case CodeDesignation() if not _designates_there(head, body):
            return [Fault("body", "must be for who is addressed, and of the area of a governor who makes it")]
    return []
