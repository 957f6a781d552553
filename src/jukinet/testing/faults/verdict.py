"""What a judge finds: how often, and each finding in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

LOST, DUPLICATED, REORDERED, DIFFERING = "lost", "duplicated", "reordered", "differing"


@dataclass(slots=True)
class Verdict:
    """What was found: how often, and each finding in a few words that name numbers and ids, never a person."""

    counts: Counter[str] = field(default_factory=Counter)
    beyond: dict[tuple[str, int], str] = field(default_factory=dict)
    """Acts since a backup that no peer held: node and audit number, and the event."""
    findings: list[str] = field(default_factory=list)

    def add(self, what: str, finding: str, times: int = 1) -> None:
        self.counts[what] += times
        self.findings.append(f"{what}: {finding}")

    @property
    def is_zero(self) -> bool:
        return not self.counts.total()

    def line(self) -> str:
        """The last line of a run."""
        return ", ".join(f"{what}: {self.counts[what]}" for what in (LOST, DUPLICATED, REORDERED, DIFFERING))
