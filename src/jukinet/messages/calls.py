"""Calls: a question to one node that is answered while a person waits.

Owns question and answer as signed things. A question is signed with a key for statements and expires after
60 seconds; its answer is signed with a key for answers, under a type string of its own, and names the
question by ``request_id`` and ``question_digest``. The digest leaves out the times: the same question sealed
anew after it expired has the same digest, so that the answer given and stored once fits it for ever, and
another question under a used id is found out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import Fields, format_instant, reading
from jukinet.messages import code_searches, consistency, copies, dsse, particulars, strict_json
from jukinet.messages.code_searches import CodeAnswer, CodeQuestion
from jukinet.messages.consistency import CheckAnswer, CheckQuestion
from jukinet.messages.copies import CopyAnswer, CopyRequest
from jukinet.messages.ids import parse_digest, parse_id
from jukinet.messages.keys import KeyUse, Signer, require_use
from jukinet.messages.kinds import CALL_OF_TYPE, CallKind, answer_type, payload_type
from jukinet.messages.particulars import ParticularsAnswer, ParticularsRequest
from jukinet.messages.statements import KeyFinder

MAX_CALL = 64 * 1024
MAX_CALL_ANSWER = 512 * 1024

LIFETIME = timedelta(seconds=60)
"""The longest that a question may be valid."""
CLOCK_SKEW = timedelta(seconds=5)
"""How far ahead the clock of the asking node may be."""


Question = CopyRequest | ParticularsRequest | CodeQuestion | CheckQuestion
Reply = CopyAnswer | ParticularsAnswer | CodeAnswer | CheckAnswer


@dataclass(frozen=True, slots=True)
class _Form:
    """How question and answer of one kind are written, read, and held against each other."""

    question: type
    write_request: Callable[[Any], dict[str, Any]]
    read_request: Callable[[Fields], Question]
    write_answer: Callable[[Any], dict[str, Any]]
    read_answer: Callable[[Fields], Reply]
    answer_faults: Callable[[Any, Any], tuple[Fault, ...]]


_FORMS = MappingProxyType(
    {
        CallKind.NATIONWIDE_COPY: _Form(
            CopyRequest,
            copies.write_request,
            copies.read_request,
            copies.write_answer,
            copies.read_answer,
            copies.answer_faults,
        ),
        CallKind.MOVE_OUT_PARTICULARS: _Form(
            ParticularsRequest,
            particulars.write_request,
            particulars.read_request,
            particulars.write_answer,
            particulars.read_answer,
            particulars.answer_faults,
        ),
        CallKind.CODE_SEARCH: _Form(
            CodeQuestion,
            code_searches.write_question,
            code_searches.read_question,
            code_searches.write_answer,
            code_searches.read_answer,
            code_searches.answer_faults,
        ),
        CallKind.CONSISTENCY: _Form(
            CheckQuestion,
            consistency.write_question,
            consistency.read_question,
            consistency.write_answer,
            consistency.read_answer,
            consistency.answer_faults,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Call:
    """A question. ``request_id``: 32 hex digits, unique at both ends; ``created`` and ``expires`` in UTC."""

    request_id: str
    kind: CallKind
    from_node: NodeId
    to_node: NodeId
    created: datetime
    expires: datetime
    body: Question

    def question_digest(self) -> str:
        """SHA-256, in hex, of all of the question but its times."""
        return hashlib.sha256(strict_json.dump([self.kind.value, self._question()])).hexdigest()

    def to_plain(self) -> dict[str, Any]:
        times = {"created": format_instant(self.created), "expires": format_instant(self.expires)}
        return self._question() | times

    def _question(self) -> dict[str, Any]:
        return {
            "request_id": self.request_id,
            "from": self.from_node.text,
            "to": self.to_node.text,
            "body": _FORMS[self.kind].write_request(self.body),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one call, by the node that was called. ``created`` in UTC."""

    request_id: str
    question_digest: str
    kind: CallKind
    from_node: NodeId
    to_node: NodeId
    created: datetime
    body: Reply


def seal_call(call: Call, signer: Signer) -> bytes:
    """Sign a question. Raises INVALID for one that no receiver would take."""
    require_use(signer, KeyUse.STATEMENT)
    parse_id(call.request_id)
    faults = [Fault(name, problem) for name, problem in _call_faults(call)]
    if faults:
        raise JukinetError(ErrorKind.INVALID, "The call cannot be made.", tuple(faults))
    return dsse.seal(payload_type(call.kind), strict_json.dump(call.to_plain()), signer)


def open_call(
    envelope: bytes, find_key: KeyFinder, *, sender: NodeId, receiver: NodeId, now: datetime
) -> Call:
    """Verify a question that ``sender`` (as TLS proved it) put to ``receiver``, and read it.

    Raises ``JukinetError``: TOO_LARGE or MALFORMED; UNAUTHENTIC for another type, an unknown or unfit key,
    another sender or addressee; INVALID for its content; EXPIRED where it is too old or from the future.
    """
    sealed = dsse.Envelope(envelope, limit=MAX_CALL)
    kind = CALL_OF_TYPE.get(sealed.payload_type)
    if kind is None:
        raise dsse.unauthentic("The envelope does not hold a call.")
    payload = _open(sealed, find_key, payload_type(kind), KeyUse.STATEMENT, sender)
    with reading(strict_json.parse(payload, limit=MAX_CALL)) as fields:
        call = Call(
            request_id=fields.take("request_id", parse_id),
            kind=kind,
            from_node=fields.take("from", NodeId.parse),
            to_node=fields.take("to", NodeId.parse),
            created=fields.instant("created"),
            expires=fields.instant("expires"),
            body=fields.object("body", _FORMS[kind].read_request),
        )
        fields.raise_faults()
        for name, problem in _call_faults(call):
            fields.fault(name, problem)
    if call.from_node != sender or call.to_node != receiver:
        raise dsse.unauthentic("The call is not from this sender to this receiver.")
    _require_key_valid(sealed, find_key, call.created)
    if not call.created - CLOCK_SKEW <= now < call.expires:
        raise JukinetError(ErrorKind.EXPIRED, "The call has expired, or the clocks differ; ask anew.")
    return call


def answer_to(call: Call, body: Reply, created: datetime) -> Answer:
    """The answer of the node that was called."""
    return Answer(
        call.request_id, call.question_digest(), call.kind, call.to_node, call.from_node, created, body
    )


def seal_answer(answer: Answer, signer: Signer, *, call: Call) -> bytes:
    """Sign the answer to ``call``; raises INVALID if it holds what was not asked for."""
    require_use(signer, KeyUse.ANSWER)
    _require_fits(answer, call)
    plain = {
        "request_id": answer.request_id,
        "question_digest": answer.question_digest,
        "from": answer.from_node.text,
        "to": answer.to_node.text,
        "created": format_instant(answer.created),
        "body": _FORMS[answer.kind].write_answer(answer.body),
    }
    return dsse.seal(answer_type(answer.kind), strict_json.dump(plain), signer)


def open_answer(envelope: bytes, find_key: KeyFinder, *, call: Call) -> Answer:
    """Verify the answer to ``call`` and read it.

    Raises ``JukinetError``: TOO_LARGE or MALFORMED; UNAUTHENTIC for another type, an unknown or unfit key, or
    an answer to another question; INVALID for its content, or where it holds what was not asked for.
    """
    sealed = dsse.Envelope(envelope, limit=MAX_CALL_ANSWER)
    payload = _open(sealed, find_key, answer_type(call.kind), KeyUse.ANSWER, call.to_node)
    with reading(strict_json.parse(payload, limit=MAX_CALL_ANSWER)) as fields:
        answer = Answer(
            request_id=fields.take("request_id", parse_id),
            question_digest=fields.take("question_digest", parse_digest),
            kind=call.kind,
            from_node=fields.take("from", NodeId.parse),
            to_node=fields.take("to", NodeId.parse),
            created=fields.instant("created"),
            body=fields.object("body", _FORMS[call.kind].read_answer),
        )
    _require_key_valid(sealed, find_key, answer.created)
    _require_fits(answer, call)
    return answer


def _open(
    sealed: dsse.Envelope, find_key: KeyFinder, expected_type: str, use: KeyUse, signer: NodeId
) -> bytes:
    owned = find_key(sealed.key_id)
    payload = sealed.open(expected_type, owned.key if owned else None, use=use)
    if owned is None or owned.owner != signer:
        raise dsse.unauthentic("The message is signed by another than its sender.")
    return payload


def _require_key_valid(sealed: dsse.Envelope, find_key: KeyFinder, created: datetime) -> None:
    owned = find_key(sealed.key_id)
    if owned is None or not owned.key.is_valid_at(created):
        raise dsse.unauthentic("The key was not valid when the message was created.")


def _require_fits(answer: Answer, call: Call) -> None:
    if (
        (answer.request_id, answer.kind) != (call.request_id, call.kind)
        or answer.question_digest != call.question_digest()
        or (answer.from_node, answer.to_node) != (call.to_node, call.from_node)
    ):
        raise dsse.unauthentic("The answer belongs to another question.")
    faults = _FORMS[call.kind].answer_faults(call.body, answer.body)
    if faults:
        raise JukinetError(ErrorKind.INVALID, "The answer does not fit what was asked for.", faults)


def _call_faults(call: Call) -> list[tuple[str, str]]:
    faults = []
    if not timedelta() < call.expires - call.created <= LIFETIME:
        faults.append(("expires", f"must be at most {LIFETIME.seconds} seconds after created"))
    if not isinstance(call.body, _FORMS[call.kind].question):
        faults.append(("body", "must be a question of this kind"))
    if call.from_node == call.to_node:
        faults.append(("to", "must be another node"))
    return faults
