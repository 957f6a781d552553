"""Reading problem documents (RFC 9457) that a node answered with.

Writing them is the business of ``jukinet.network.problems`` alone. What is read here came from outside: a
text of the sender is shown only after it is cleaned and cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.domain.reading import Fields
from jukinet.messages import strict_json

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:jukinet:problem:"
LIMIT = 256 * 1024
"""Bytes of a problem document that are read at most."""

_LONGEST = 300
_MOST = 200


@dataclass(frozen=True, slots=True)
class ProblemRule:
    """A numbered rule that failed. ``kind`` is ``law`` or ``policy``; ``article`` is its source."""

    rule: str
    article: str
    kind: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What a problem document says."""

    kind: ErrorKind
    sentence: str
    faults: tuple[Fault, ...] = ()
    rules: tuple[ProblemRule, ...] = ()
    retry_after: float | None = None
    """Seconds after which to come again, where the sender says so."""

    def error(self, sender: str) -> JukinetError:
        """The problem as an error on this side. ``sender`` is who answered, such as a node id.

        What the sender must mend inside (INTERNAL, CONFIGURATION) is here a peer that cannot serve now.
        """
        inside = self.kind in {ErrorKind.INTERNAL, ErrorKind.CONFIGURATION}
        kind = ErrorKind.UNAVAILABLE if inside else self.kind
        return JukinetError(
            kind, f"{sender} answered: {self.sentence}", self.faults, retry_after=self.retry_after
        )


def read_problem(status: int, content_type: str, body: bytes, retry_after: str = "") -> Problem:
    """Read an answer that is not a success; anything unintelligible becomes a plain problem by its status.

    ``content_type`` and ``retry_after`` are the header fields, empty where the answer has none.
    """
    return replace(_document(status, content_type, body), retry_after=_seconds(retry_after))


def _document(status: int, content_type: str, body: bytes) -> Problem:
    if content_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        return _by_status(status)
    try:
        document = strict_json.parse(body, limit=LIMIT)
        kind = ErrorKind(str(document.get("type", "")).removeprefix(TYPE_PREFIX))
    except (JukinetError, ValueError):
        return _by_status(status)
    found: list[Fault] = []
    fields = Fields(document, "", found)
    sentence = _cut(fields.optional_text("detail", longest=LIMIT) or fields.optional_text("title") or "")
    faults = fields.each("faults", _fault, most=_MOST) if fields.has("faults") else ()
    rules = fields.each("rules", _rule, most=_MOST) if fields.has("rules") else ()
    if found:  # half intelligible: the kind is certain, the rest is not
        return Problem(kind, f"a problem of the kind {kind.value}.")
    return Problem(kind, sentence or f"a problem of the kind {kind.value}.", faults, rules)


def _fault(fields: Fields) -> Fault:
    return Fault(fields.text("field"), fields.text("problem"))


def _rule(fields: Fields) -> ProblemRule:
    rule = ProblemRule(fields.text("rule"), fields.text("article"), fields.text("kind"))
    fields.raw("sentence")
    return rule


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _seconds(told: str) -> float | None:
    """When to come again, told in seconds (RFC 9110 knows a date too; no node writes one)."""
    return float(told) if told.isascii() and told.isdigit() and len(told) < 6 else None


def _by_status(status: int) -> Problem:
    unavailable = status >= 500
    kind = ErrorKind.UNAVAILABLE if unavailable else ErrorKind.MALFORMED
    return Problem(kind, f"status {status}, without a problem document.")
