"""Asking a node's supply door to verify a person."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from jukinet.client.affairs import MAX_AFFAIRS, AffairToAsk, read_affairs
from jukinet.client.answers import (
    MAX_ANSWER,
    FourItems,
    VerificationAnswer,
    VerificationRefused,
    read_answer,
    write_request,
)
from jukinet.client.changes import MAX_CHANGES, ChangeAnswer, read_change_answer, write_change_request
from jukinet.client.connection import JSON, NodeLine, Patience, Reply
from jukinet.client.signing import RequestSigner, load_key
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.messages.dsse import unauthentic
from jukinet.messages.keys import PublicKey
from jukinet.messages.problem_documents import Problem, read_problem

PATH = "/supply/v1/identity-verifications"
AFFAIRS = "/supply/v1/affairs"
CHANGES = "/supply/v1/change-facts"


class SupplyClient:
    """An organ's line to the supply door of one node. Safe to share between threads; close it at the end.

    ``url`` is the door's address, ``node`` who must be there; ``cert``, ``key`` and ``ca`` are PEM files: the
    organ's certificate, its key, and the network's CA. ``signing_key``, a PEM file too, signs every request; only an
    organ that the directory lists as ``tls-only`` is answered without. With ``log_keys``, those of the node's log as
    the directory has them, an answer is taken only with a promise that one of them signed. Raises CONFIGURATION for
    files of no use.
    """

    def __init__(
        self,
        url: str,
        node: NodeId,
        *,
        cert: Path,
        key: Path,
        ca: Path,
        signing_key: Path | None = None,
        patience: Patience | None = None,
        log_keys: Collection[PublicKey] = (),
    ) -> None:
        self._signer = RequestSigner(load_key(signing_key), node) if signing_key is not None else None
        self._log_keys = log_keys
        self._line = NodeLine(url, node, cert=cert, key=key, ca=ca, patience=patience)
        self._node = node

    def verify(
        self,
        *,
        affair: str,
        operator: str,
        case: str,
        who: ResidentRecordCode | FourItems,
        request_id: str | None = None,
        for_organ: OrganSlug | None = None,
        consent: tuple[date, str] | None = None,
    ) -> VerificationAnswer | VerificationRefused:
        """Ask for one person, for a listed affair such as ``t1-77-12``.

        ``operator`` is who asks, ``case`` the file it is for. ``request_id`` is random if not given; give the
        same one again to repeat a request whose answer was lost: it is a new look, which the node records as one
        more of that request. Where the line fails that is done here, each time signed anew. ``for_organ``: the
        municipality's organ for which a governor asks (Appended Table 4); ``consent``: on which day the person
        consented to the use, and to what (``a30-8-1-3``). Raises ``JukinetError`` for any other
        problem than a refusal by law or policy: INVALID with faults, UNAUTHENTIC, UNAVAILABLE and so on; of LIMITED
        ``retry_after`` says after how many seconds to ask again.
        """
        request_id = request_id or secrets.token_hex(16)
        body = write_request(request_id, affair, operator, case, who, for_organ, consent)
        reply = self._post(PATH, body, MAX_ANSWER)
        if reply.status == 200:
            return self._promised(read_answer(reply.body, request_id))
        return self._refused(reply, request_id)

    def change_facts(
        self,
        *,
        operator: str,
        case: str,
        since: date,
        codes: Collection[ResidentRecordCode],
        request_id: str | None = None,
    ) -> ChangeAnswer | VerificationRefused:
        """Whose record was corrected or deleted since a day, of at most 500 persons (Act Art. 30-11(9)).

        For the designated certification body alone. Ask again from the day that the answer names. Raises as ``verify``.
        """
        request_id = request_id or secrets.token_hex(16)
        reply = self._post(
            CHANGES, write_change_request(request_id, operator, case, since, codes), MAX_CHANGES
        )
        if reply.status == 200:
            return read_change_answer(reply.body, request_id)
        return self._refused(reply, request_id)

    def affairs(self) -> tuple[AffairToAsk, ...]:
        """What this organ may ask for at this node today. Raises ``JukinetError``, FORBIDDEN among others."""
        reply = self._line.get(AFFAIRS, limit=MAX_AFFAIRS)
        if reply.status == 200:
            return read_affairs(reply.body)
        raise _problem(reply).error(str(self._node))

    def _refused(self, reply: Reply, request_id: str) -> VerificationRefused:
        problem = _problem(reply)
        if problem.kind is ErrorKind.FORBIDDEN and problem.rules:
            return VerificationRefused(request_id, problem.rules, problem.sentence)
        raise problem.error(str(self._node))

    def _post(self, path: str, body: bytes, limit: int) -> Reply:
        """Send a body, signed anew each time that it is sent. Whatever else is asked goes over the same line."""
        signer = self._signer
        signed = (lambda: signer.fields("POST", path, JSON, body)) if signer is not None else dict
        return self._line.post(path, body, limit=limit, fields=signed)

    def close(self) -> None:
        self._line.close()

    def _promised(self, answer: VerificationAnswer) -> VerificationAnswer:
        if self._log_keys:
            if answer.promise is None:
                raise unauthentic("The answer promises no entry in the log of the node.")
            answer.promise.require_signed(self._node, self._log_keys)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _problem(reply: Reply) -> Problem:
    return read_problem(reply.status, reply.content_type, reply.body, reply.retry_after)
