"""How much an organ, one of its operators, and about one person may be asked: a policy of each node.

Owns the numbers and what is counted under which name. Counting is done by the desk's statement, in the transaction of
the answers, and of a batch with its declaration; what was asked counts, also where it was refused. Of one person single
requests and the rows of batches that told of him count together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jukinet.domain.municipality import OrganSlug
from jukinet.domain.reading import format_instant
from jukinet.law.decisions import policy
from jukinet.services.context import JAPAN

_SOURCE = "Limits of this node"
SL1 = policy("SL1", _SOURCE, "The organ asks too often. Wait until the next minute, or hand in a batch.")
SL2 = policy("SL2", _SOURCE, "This operator of the organ asks too often. Wait until the next minute.")
SL3 = policy("SL3", _SOURCE, "The organ asked about this person too often today. Wait until the next day.")
SL4 = policy(
    "SL4",
    _SOURCE,
    "This operator looks too many people up by four items. Wait until the next hour, or ask by code.",
)
SL5 = policy("SL5", "Blocks of this node", "This node does not serve the organ now. Ask its operators why.")
SL6 = policy(
    "SL6", "Blocks of this node", "This node does not serve this operator now. Ask your organ's officer."
)
LIMITS = {text.rule: text for text in (SL1, SL2, SL3, SL4)}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be asked.

    By an organ and by one of its operators in a minute, about a person by an organ in a day of Japan, and by four items
    by an operator in an hour.
    """

    organ_per_minute: int = 60_000
    operator_per_minute: int = 600
    person_per_day: int = 100
    items_per_hour: int = 300


def person_rule() -> str:
    """SL3 as an entry of the log names it."""
    return f"{SL3.rule} {SL3.article}"


def day_began(at: datetime) -> datetime:
    """When the day of Japan began in which looks at one person count."""
    return at.astimezone(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)


class Count:
    """What the requests that wait together add to each count, each at its place."""

    def __init__(self, limits: Limits, at: datetime) -> None:
        self._limits = limits
        minute = at.replace(second=0, microsecond=0)
        self._minute, self._hour = format_instant(minute), format_instant(minute.replace(minute=0))
        self._added: Counter[tuple[str, str]] = Counter()
        self._numbers: dict[tuple[str, str], int] = {}

    def add(self, organ: OrganSlug, operator: str, *, items: bool) -> dict[str, Any]:
        """Count one request; its columns for the statement. ``items``: it is by four items."""
        wanted = _names(organ, operator)
        if items:
            wanted.append(("items", wanted[1][1]))
        keys = self._note(wanted)
        return {"keys": keys, "ranks": [self._added[key] for key in wanted]}

    def add_batch(self, organ: OrganSlug, operator: str) -> None:
        """Count the declaration of a batch: one request, however many rows the file has."""
        self._note(_names(organ, operator))

    def _note(self, wanted: list[tuple[str, str]]) -> list[int]:
        self._added.update(wanted)
        return [self._numbers.setdefault(key, len(self._numbers)) for key in wanted]

    def keys(self) -> list[dict[str, Any]]:
        """Every count that changes."""
        limits = self._limits
        spans = {
            "organ": (self._minute, limits.organ_per_minute, SL1),
            "operator": (self._minute, limits.operator_per_minute, SL2),
            "items": (self._hour, limits.items_per_hour, SL4),
        }
        return [
            {
                "key_no": number,
                "kind": kind,
                "subject": subject,
                "since": spans[kind][0],
                "added": self._added[kind, subject],
                "most": spans[kind][1],
                "rule": f"{spans[kind][2].rule} {_SOURCE}",
            }
            for (kind, subject), number in self._numbers.items()
        ]


def _names(organ: OrganSlug, operator: str) -> list[tuple[str, str]]:
    return [("organ", organ.text), ("operator", f"{organ.text} {operator}")]


def retry_after(rules: set[str], at: datetime, day: datetime) -> float:
    """Seconds until the counts of all these rules begin anew. ``day``: when the day of Japan began."""
    minute = at.replace(second=0, microsecond=0)
    ends = [minute + timedelta(minutes=1)]
    if SL4.rule in rules:
        ends.append(minute.replace(minute=0) + timedelta(hours=1))
    if SL3.rule in rules:
        ends.append(day + timedelta(days=1))
    return (max(ends) - at).total_seconds()
