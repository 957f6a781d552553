"""An organ's batches at the supply door of a node: a file declared and sent, followed, and its answer fetched.

Files go from the disk to the line and back in pieces: their size does not matter. Each step may be done again after a
lost answer; a fetch goes on where the line failed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import urllib3

from jukinet.client.answers import PROMISE, known
from jukinet.client.connection import JSON, NodeLine
from jukinet.client.signing import RequestSigner
from jukinet.domain.batches import BatchFormat, BatchState
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.domain.reading import Fields, reading
from jukinet.messages import strict_json
from jukinet.messages.dsse import unauthentic
from jukinet.messages.keys import PublicKey
from jukinet.messages.problem_documents import ProblemRule, read_problem
from jukinet.messages.promises import Promise
from jukinet.messages.wire import parse_member

PATH = "/supply/v1/batches"
MAX_STATUS = 256 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is said of a file, once for all rows. ``by``: ``code`` or ``four-items``; ``since``: an earlier batch.

    ``for_organ``: the municipality's organ for which a governor sends it. ``history``: earlier records too.
    """

    affair: str
    operator: str
    case: str
    by: str
    format: BatchFormat
    rows: int
    since: str | None = None
    for_organ: str | None = None
    history: bool = False


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How far a batch is. ``trouble``: why it was refused or stopped; ``results``: rows by result, of those done.

    ``promise``, once it is done: that its entry will be in the node's log; keep it with the answer.
    """

    id: str
    state: BatchState
    rows: int
    rows_done: int
    results: Mapping[str, int]
    trouble: tuple[str, ...] = ()
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class BatchRefused:
    """The law or a policy does not allow it; ``rules`` are all that failed."""

    rules: tuple[ProblemRule, ...]
    sentence: str


class BatchClient:
    """Batches over an organ's line to one node; ``signer`` where the directory asks the organ to sign.

    With ``log_keys``, those of the node's log as the directory has them, a batch is taken to be done only with a
    promise that one of them signed.
    """

    def __init__(
        self,
        line: NodeLine,
        node: NodeId,
        signer: RequestSigner | None = None,
        log_keys: Collection[PublicKey] = (),
    ) -> None:
        self._line = line
        self._node = node
        self._signer = signer
        self._log_keys = log_keys

    def submit(self, file: Path, said: Declaration) -> BatchStatus | BatchRefused:
        """Declare a file and send it, unless it is there already. Raises ``JukinetError`` where that fails."""
        body = {
            "affair": said.affair,
            "operator": said.operator,
            "case": said.case,
            "by": said.by,
            "format": said.format.value,
            "rows": said.rows,
            "digest": digest_of(file),
            **({"since": said.since} if said.since else {}),
            **({"for": said.for_organ} if said.for_organ else {}),
            **({"history": True} if said.history else {}),
        }
        declared = self._ask("POST", PATH, strict_json.dump(body))
        if isinstance(declared, BatchRefused) or declared.state is not BatchState.DECLARED:
            return declared
        return self._send(file, declared, said.format)

    def status(self, batch_id: str) -> BatchStatus | BatchRefused:
        return self._ask("GET", f"{PATH}/{batch_id}")

    def cancel(self, batch_id: str) -> BatchStatus | BatchRefused:
        return self._ask("DELETE", f"{PATH}/{batch_id}")

    def fetch(self, batch_id: str, out: BinaryIO) -> int | BatchRefused:
        """Write the answer into a file; how many bytes it has. Goes on where the line failed, while it gets further."""
        path, begun, got = f"{PATH}/{batch_id}/answer", out.tell(), -1
        while True:
            came = out.tell() - begun
            try:
                with self._line.opened("GET", path, None, self._head("GET", path, b"", came)) as response:
                    if response.status == 416:
                        return came  # all of it had come when the line failed
                    if response.status not in {200, 206}:
                        return self._refused(response)
                    if response.status == 200:
                        out.seek(begun)
                        out.truncate()
                    out.writelines(response.stream(_PIECE, decode_content=False))
                    return out.tell() - begun
            except JukinetError as error:
                further, got = out.tell() - begun > got, out.tell() - begun
                if error.kind is not ErrorKind.UNAVAILABLE or not further:
                    raise

    def _send(self, file: Path, declared: BatchStatus, form: BatchFormat) -> BatchStatus | BatchRefused:
        path = f"{PATH}/{declared.id}/file"
        headers = {"Content-Type": form.media_type, "Content-Length": str(file.stat().st_size)}
        with file.open("rb") as body, self._line.opened("PUT", path, body, headers) as response:
            return self._read(response)

    def _ask(self, method: str, path: str, body: bytes = b"") -> BatchStatus | BatchRefused:
        with self._line.opened(method, path, body or None, self._head(method, path, body)) as response:
            return self._read(response)

    def _head(self, method: str, path: str, body: bytes, come: int = 0) -> dict[str, str]:
        signed = self._signer.fields(method, path, JSON, body) if self._signer is not None else {}
        return {"Content-Type": JSON, **signed, **({"Range": f"bytes={come}-"} if come else {})}

    def _read(self, response: urllib3.BaseHTTPResponse) -> BatchStatus | BatchRefused:
        if response.status not in {200, 201, 202}:
            return self._refused(response)
        found = read_status(response.read(MAX_STATUS + 1))
        return self._promised(found) if found.state is BatchState.DONE else found

    def _promised(self, done: BatchStatus) -> BatchStatus:
        if self._log_keys:
            if done.promise is None:
                raise unauthentic("The answer promises no entry in the log of the node.")
            done.promise.require_signed(self._node, self._log_keys)
        return done

    def _refused(self, response: urllib3.BaseHTTPResponse) -> BatchRefused:
        body, told = response.read(MAX_STATUS), response.headers
        problem = read_problem(
            response.status, told.get("Content-Type", ""), body, told.get("Retry-After", "")
        )
        if problem.kind is ErrorKind.FORBIDDEN and problem.rules:
            return BatchRefused(problem.rules, problem.sentence)
        raise problem.error(str(self._node))


_STATUS = {
    **dict.fromkeys(("id", "state", "rows", "rows_done", "results", "trouble")),
    "promise": PROMISE,
}
"""The fields that this version knows."""


def read_status(data: bytes) -> BatchStatus:
    """Read an answer that tells of a batch; raises MALFORMED, with faults, if it is not one."""
    try:
        with reading(known(strict_json.parse(data, limit=MAX_STATUS), _STATUS)) as fields:
            return _status(fields)
    except JukinetError as error:
        raise JukinetError(
            ErrorKind.MALFORMED, "The node's answer is not understood.", error.faults
        ) from error


def _status(fields: Fields) -> BatchStatus:
    return BatchStatus(
        id=fields.text("id"),
        state=fields.take("state", parse_member(BatchState)),
        rows=fields.integer("rows", least=1),
        rows_done=fields.integer("rows_done", least=0),
        results=fields.object("results", lambda inner: {name: inner.integer(name) for name in inner.names()}),
        trouble=fields.texts("trouble", str) if fields.has("trouble") else (),
        promise=fields.optional_object("promise", Promise.from_fields),
    )


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
