"""The way of a message: direct, or through the city of a ward in a designated city.

A ward's head keeps the register of the ward; what he notifies travels by way of the mayor of the city (Ord. Art. 31(2)
for Act Arts. 12-4(5), 24-2(5), 30-5(1); Ord. Art. 32(2) for Ord. Art. 13(3)). For what else a ward says, and for what
is said to it, the Order names no way: that all of it goes through the city is a choice of this network. The city alters
nothing: what is signed stays signed by the ward, and lanes run from end to end.
"""

from __future__ import annotations

from itertools import pairwise

from jukinet.domain.municipality import NodeId
from jukinet.messages.directory import Directory

SENDER, ADDRESSEE = "Jukinet-From", "Jukinet-To"
"""Headers that name the ends of a way, where it is not direct."""


def way(directory: Directory, sender: NodeId, to: NodeId) -> tuple[NodeId, ...]:
    """Every node on the way, the ends included."""
    stations = [sender, _city(directory, sender), _city(directory, to), to]
    passed: list[NodeId] = []
    for station in stations:
        if station is not None and station not in passed[-1:]:
            passed.append(station)
    return tuple(passed)


def next_station(directory: Directory, here: NodeId, sender: NodeId, to: NodeId) -> NodeId:
    """Whom ``here`` hands a message to; ``here`` must be on its way, and not its end."""
    passed = way(directory, sender, to)
    return passed[passed.index(here) + 1]


def is_brought_by(directory: Directory, peer: NodeId, here: NodeId, sender: NodeId, to: NodeId) -> bool:
    """Whether a message that a peer brings is one that the peer has to bring here."""
    if sender == to:
        return peer == here == to
    passed = way(directory, sender, to)
    return (peer, here) in pairwise(passed)


def _city(directory: Directory, node: NodeId) -> NodeId | None:
    entry = directory.node(node)
    return entry.city if entry else None
