"""Opening a frame's statements: in parts, they are what ``open_statement`` gives of each alone."""

from __future__ import annotations

import random

import pytest
from tests.unit.messages.samples import DIRECTORY, KUNITACHI, TOKYO, signing_key, statement

from jukinet.domain.errors import JukinetError
from jukinet.messages.frames import Frame
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import Statement, open_statement, seal_statement
from jukinet.services.opening import CHUNK, Arrived, Chunks

COUNT = CHUNK * 2 + 7
FIRST = 41


def _sealed(number: int, signer: str | None = None, said: int = 0) -> bytes:
    made = statement(number=number, statement_id=f"{said:016x}{number:016x}")
    return seal_statement(made, signing_key(signer or KUNITACHI))


def _envelopes() -> list[bytes]:
    """Good ones, and among them some with another's signature, an unknown key, or what is no envelope."""
    rng = random.Random(5)
    good = [_sealed(number) for number in range(1, COUNT + 1)]
    other = _sealed(1, said=1)
    signature = other[other.index(b'"sig":"') :]
    for place in rng.sample(range(COUNT), 40):
        mine = good[place]
        good[place] = rng.choice(
            [
                mine[: mine.index(b'"sig":"')] + signature,
                _sealed(place + 1, signer="nobody"),
                mine[:-1],
                b"",
            ]
        )
    return good


ENVELOPES = _envelopes()


def _plain(one: Statement | JukinetError) -> object:
    return one if isinstance(one, Statement) else (one.kind, str(one))


def _alone(envelope: bytes) -> Statement | JukinetError:
    try:
        return open_statement(envelope, DIRECTORY.owned_key)
    except JukinetError as error:
        return error


EXPECTED = [(FIRST + place, envelope, _plain(_alone(envelope))) for place, envelope in enumerate(ENVELOPES)]


def _said(arrived: list[Arrived]) -> list[tuple[int, bytes, object]]:
    return [(one.number, one.envelope, _plain(one.opened)) for one in arrived]


def _chunks() -> Chunks:
    frame = Frame(KUNITACHI, TOKYO, Stream.IDENTITY, 1, FIRST, tuple(ENVELOPES))
    return Chunks(frame, DIRECTORY.owned_key)


@pytest.mark.parametrize("ahead", [0, 1, 3, CHUNK - 1, CHUNK + 1])
def test_every_statement_is_opened_once_in_its_order_however_far_ahead(ahead: int) -> None:
    chunks = _chunks()
    found = []
    for chunk in chunks:
        assert len(chunk) <= CHUNK
        found += chunk
        for _ in range(ahead):
            chunks.open_one_ahead()
    assert _said(found) == EXPECTED


def test_no_more_is_opened_ahead_than_the_chunk_that_comes_next() -> None:
    chunks = _chunks()
    sizes = []
    for _ in chunks:
        opened = 0
        while chunks.open_one_ahead():
            opened += 1
        sizes.append(opened)
    assert sizes == [CHUNK, 7, 0]
