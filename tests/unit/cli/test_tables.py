"""Words of printed lists."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.conformance.cases import case

from jukinet.cli import tables
from jukinet.messages.kinds import ORIGIN_ROLES
from jukinet.store.sending import SentState


@case("spec 7.1.1.1")
def test_every_kind_and_every_state_has_its_word() -> None:
    for one in (*ORIGIN_ROLES, *SentState):
        assert not tables.word(one).isascii(), one


@case("spec 1.1.9")
def test_a_moment_is_told_in_japan() -> None:
    assert tables.moment(datetime(2013, 7, 7, 15, 30, tzinfo=UTC)) == "平成25年7月8日 00:30"
