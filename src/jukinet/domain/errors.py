"""The closed set of error kinds, inside the program and between nodes.

Owns what can go wrong and how it is told. What an outsider sees of it (status codes, problem
documents) is decided in ``jukinet.network.problems`` and nowhere else. No message and no fault
ever carries a personal value: field names and record ids only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """What went wrong, in a word that also crosses the wire."""

    MALFORMED = "malformed"
    """Cannot be read at all: not JSON, duplicate keys, NUL, a wrong encoding."""
    INVALID = "invalid"
    """Readable, but fields are missing, unknown or impossible. Carries every fault at once."""
    UNSUPPORTED_TYPE = "unsupported-type"
    TOO_LARGE = "too-large"
    UNAUTHENTIC = "unauthentic"
    """A signature, key or certificate does not prove what it should."""
    FORBIDDEN = "forbidden"
    """Known, but not allowed to do this."""
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    """Contradicts what is already recorded."""
    PRECONDITION_FAILED = "precondition-failed"
    """The sender acts on a state that is no longer so: it was changed meanwhile."""
    KEY_REUSED = "key-reused"
    """An idempotency key that was used for another request."""
    EXPIRED = "expired"
    LIMITED = "limited"
    """More was asked than this node lets one ask at a time; trying again later helps."""
    NOT_CONNECTED = "not-connected"
    """The municipality does not take part in the network."""
    UNAVAILABLE = "unavailable"
    """A peer, the database or a line cannot be reached now; trying again may help."""
    CONFIGURATION = "configuration"
    """The operator must change a setting, a file or the machine."""
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field. ``problem`` says what is expected, never what was given."""

    field: str
    problem: str


class JukinetError(Exception):
    """An error with a kind, a sentence that says what to do, and every fault found.

    ``retry_after``: seconds after which trying again may help, where that is known.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        faults: tuple[Fault, ...] = (),
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.faults = faults
        self.retry_after = retry_after

    def __str__(self) -> str:
        listed = "; ".join(f"{fault.field}: {fault.problem}" for fault in self.faults)
        return f"{self.message} ({listed})" if listed else self.message


def invalid(*faults: Fault) -> JukinetError:
    """Every fault of one input, as one error."""
    return JukinetError(ErrorKind.INVALID, "The input has faults; nothing was done with it.", faults)
