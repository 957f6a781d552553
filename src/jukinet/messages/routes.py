"""The way of a message: direct, through the city of a ward in a designated city, or by a governor.

A ward's head keeps the register of the ward; what he notifies travels by way of the mayor of the city (Ord. Art. 31(2)
for Act Arts. 12-4(5), 24-2(5), 30-5(1); Ord. Art. 32(2) for Ord. Art. 13(3)). For what else a ward says, and for what
is said to it, the Order names no way: that all of it goes through the city is a choice of this network. The city alters
nothing: what is signed stays signed by the ward, and lanes run from end to end.

A mayor's search for a code in another prefecture goes by his own governor (Act Art. 30-7(6)(iii)), in the same manner.
"""

from __future__ import annotations

from itertools import pairwise

from jukinet.domain.municipality import NodeId
from jukinet.messages.directory import Directory
from jukinet.messages.kinds import CallKind

SENDER, ADDRESSEE = "Jukinet-From", "Jukinet-To"
"""Headers that name the ends of a way, where it is not direct."""


BY_GOVERNOR = f"/{CallKind.CODE_SEARCH.value}"
"""How the paths end of what a municipality says by its governor."""


def way(directory: Directory, sender: NodeId, to: NodeId, path: str = "") -> tuple[NodeId, ...]:
    """Every node on the way of what is sent to a path, the ends included."""
    governor = sender.prefecture.node_id if sender.prefecture and path.endswith(BY_GOVERNOR) else None
    stations = [sender, _city(directory, sender), governor, _city(directory, to), to]
    passed: list[NodeId] = []
    for station in stations:
        if station is not None and station not in passed[-1:]:
            passed.append(station)
    return tuple(passed)


def next_station(directory: Directory, here: NodeId, sender: NodeId, to: NodeId, path: str = "") -> NodeId:
    """Whom ``here`` hands a message to; ``here`` must be on its way, and not its end."""
    passed = way(directory, sender, to, path)
    return passed[passed.index(here) + 1]


def is_brought_by(
    directory: Directory, peer: NodeId, here: NodeId, sender: NodeId, to: NodeId, path: str = ""
) -> bool:
    """Whether a message that a peer brings is one that the peer has to bring here."""
    if sender == to:
        return peer == here == to
    passed = way(directory, sender, to, path)
    return (peer, here) in pairwise(passed)


def _city(directory: Directory, node: NodeId) -> NodeId | None:
    entry = directory.node(node)
    return entry.city if entry else None
