"""What of a node's line to the network is cut, and in which order one comes from one state to another.

Owns the order: identity-verification information is what is cut first and what comes back last.
"""

from __future__ import annotations

from enum import StrEnum


class LineState(StrEnum):
    """How much of the line is cut."""

    OPEN = "open"
    IDENTITY = "identity"
    """Identity-verification information: the supply of it, and the stream of its notices."""
    ALL = "all"
    """Everything: nobody of the network is served or called."""

    @property
    def words(self) -> str:
        """What of the line is cut, for a sentence that goes on "is cut"."""
        return {
            LineState.OPEN: "nothing",
            LineState.IDENTITY: "identity-verification information",
            LineState.ALL: "the whole line",
        }[self]


_ORDER = (LineState.OPEN, LineState.IDENTITY, LineState.ALL)


def opens(present: LineState, wanted: LineState) -> bool:
    """Whether less is cut where one wants to be than where one is."""
    return _ORDER.index(wanted) < _ORDER.index(present)


def next_step(present: LineState, wanted: LineState) -> LineState | None:
    """The state to go to next, or None where one is there: never two steps at once, in neither direction."""
    here, there = _ORDER.index(present), _ORDER.index(wanted)
    return None if here == there else _ORDER[here + (1 if there > here else -1)]
