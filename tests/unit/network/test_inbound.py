"""Places for frames: one a lane, so many in all, and given back whatever happens."""

from __future__ import annotations

import pytest

from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import Stream
from jukinet.network import inbound
from jukinet.network.inbound import Inbound

PEERS = [NodeId(f"pref-{number:02}") for number in range(1, 6)]
IDENTITY, MOVE = Stream.IDENTITY, Stream.MOVE


def test_a_lane_has_one_place_and_another_lane_of_the_same_peer_its_own() -> None:
    places = Inbound(held=3)
    with places.place(PEERS[0], IDENTITY):
        assert places.is_full(PEERS[0], IDENTITY)
        assert not places.is_full(PEERS[0], MOVE)
    assert not places.is_full(PEERS[0], IDENTITY)


def test_beyond_so_many_nobody_gets_one_until_one_is_given_back() -> None:
    places = Inbound(held=2)
    with places.place(PEERS[0], IDENTITY):
        with places.place(PEERS[1], IDENTITY):
            assert places.is_full(PEERS[2], IDENTITY)
        assert not places.is_full(PEERS[2], IDENTITY)


def test_a_place_is_given_back_when_its_frame_breaks() -> None:
    places = Inbound(held=1)
    with pytest.raises(OverflowError), places.place(PEERS[0], IDENTITY):
        raise OverflowError
    assert not places.is_full(PEERS[1], IDENTITY)


def test_who_is_turned_away_is_told_when_to_come_again() -> None:
    assert inbound.busy().retry_after == inbound.RETRY_AFTER
