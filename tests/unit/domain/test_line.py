"""The order in which a line is cut and opened."""

from __future__ import annotations

from jukinet.domain.line import LineState, next_step

OPEN, IDENTITY, ALL = LineState.OPEN, LineState.IDENTITY, LineState.ALL


def test_identity_information_is_cut_first_and_comes_back_last() -> None:
    assert [next_step(OPEN, ALL), next_step(IDENTITY, ALL), next_step(ALL, ALL)] == [IDENTITY, ALL, None]
    assert [next_step(ALL, OPEN), next_step(IDENTITY, OPEN), next_step(OPEN, OPEN)] == [IDENTITY, OPEN, None]
    assert [next_step(OPEN, IDENTITY), next_step(ALL, IDENTITY)] == [IDENTITY, IDENTITY]
    assert next_step(IDENTITY, IDENTITY) is None


def test_every_state_has_words() -> None:
    assert len({state.words for state in LineState}) == len(LineState)
