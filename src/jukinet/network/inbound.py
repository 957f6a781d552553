"""How many frames this door holds at once: memory and threads stay bounded, however many peers come.

Owns who gets a place. Who is turned away is told when to come again, and has lost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import Stream

HELD = 16
"""Frames in memory at once, each of at most ``frames.MAX_FRAME`` bytes; a few are worked on, the others wait."""

RETRY_AFTER = 1.0
"""Seconds. A frame takes less than that; a sender adds a random share."""


class Inbound:
    """The places of one door. Used from its event loop alone."""

    def __init__(self, held: int = HELD) -> None:
        self._held = held
        self._lanes: set[tuple[NodeId, Stream]] = set()

    def is_full(self, peer: NodeId, stream: Stream) -> bool:
        """Whether there is no place for a frame of this lane: one for each, since the next would only wait for it."""
        return (peer, stream) in self._lanes or len(self._lanes) >= self._held

    @contextmanager
    def place(self, peer: NodeId, stream: Stream) -> Iterator[None]:
        """Hold a place until the frame is answered; ask ``is_full`` first."""
        self._lanes.add((peer, stream))
        try:
            yield
        finally:
            self._lanes.discard((peer, stream))


def busy() -> JukinetError:
    """What a sender is told for whose frame there is no place."""
    return JukinetError(
        ErrorKind.UNAVAILABLE,
        "This node is busy with other frames. Nothing of this one was taken: send it again later.",
        retry_after=RETRY_AFTER,
    )
