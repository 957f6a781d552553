"""The nation's network on a small one: few connections for many nodes, and nobody is asked who has nothing to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.services.services import counter
from tests.services.world import CHIYO, FUKU, KUNI, TOKYO

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages.kinds import Stream
from jukinet.node.postgres import Cluster, Role
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import NODES, WORKER
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI
from jukinet.testing.nation.lines import ONE_EACH, InProcess, Nation, connect


class Written(InProcess):
    """The lines between the nodes, and which frames went over them."""

    def __init__(self, nation: Nation) -> None:
        super().__init__(nation)
        self.frames: list[tuple[NodeId, NodeId, Stream]] = []

    def deliver(self, sender: NodeId, to: NodeId, stream: Stream, data: bytes) -> bytes:
        self.frames.append((sender, to, stream))
        return super().deliver(sender, to, stream, data)


@pytest.fixture
def nation(cluster: Cluster, prepared: str) -> Iterator[Nation]:
    """The small network over one connection for each role, which goes from node to node."""
    with throwaway_database(cluster, template=prepared) as name:

        def conninfo(role: str) -> str:
            return cluster.dsn(Role(f"jukinet_{role}"), name)

        made = Nation(conninfo, NODES, seed=3, connections=connect(conninfo, ONE_EACH))
        made.line = Written(made)
        try:
            yield made
        finally:
            made.close()


def test_a_day_arrives_everywhere_and_a_prefecture_hands_it_on_in_one_frame(nation: Nation) -> None:
    mover, mother, other = (counter.load(nation, where)[0] for where in (KUNITACHI, KUNITACHI, FUKUSHIMA))
    counter.file_move_out(nation, KUNITACHI, [mover.resident_no])
    assert isinstance(nation.line, Written)
    nation.line.frames.clear()
    counter.move_in(nation, CHIYODA, counter.as_person(mover), although_alike=True)
    counter.change_code(nation, KUNITACHI, mother)
    counter.change_code(nation, FUKUSHIMA, other)
    for node in (KUNI, CHIYO):
        nation.wake(node)
    with ThreadPoolExecutor(2) as pool:
        nation.drain(pool)
        day = Counter(nation.line.frames)
        # Of Fukushima nobody has said that it has something to say.
        assert nation.unsent() > 0
        nation.wake(FUKU)
        nation.drain(pool)
    assert nation.unsent() == 0
    # Kunitachi speaks twice: of the new code, and of the mover once it has heard of the move-in.
    assert day == {
        (KUNI, TOKYO, Stream.IDENTITY): 2,
        (KUNI, TOKYO, Stream.MOVE): 1,
        (CHIYO, TOKYO, Stream.IDENTITY): 1,
        (CHIYO, KUNI, Stream.MOVE): 1,
        (CHIYO, KUNI, Stream.KOSEKI): 1,
        (TOKYO, NATIONAL, Stream.IDENTITY): 1,
    }


def test_a_shared_connection_looks_at_the_node_that_asks_whatever_came_before(nation: Nation) -> None:
    def asked(node: NodeId) -> object:
        with nation.context(node, WORKER).begin() as tx:
            return tx.rows("SELECT node_id FROM node_facts WHERE one = %(one)s", one=True)[0]["node_id"]

    # Often enough that what is prepared is prepared.
    for _ in range(8):
        assert [asked(node) for node in NODES] == [str(node) for node in NODES]
    for node in (KUNI, TOKYO):
        with pytest.raises(ZeroDivisionError), nation.context(node, WORKER).begin():
            raise ZeroDivisionError
        assert asked(node) == str(node)
