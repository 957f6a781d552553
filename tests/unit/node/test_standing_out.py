"""The counts of what stands out: made beside a scrape, seldom, and none rather than an old one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.standing_out import EVERY_SECONDS, StandingOut
from jukinet.services.analyses import Kind

COUNTS = {kind: place for place, kind in enumerate(Kind)}


class World:
    """A clock that is turned by hand, and a log that can break."""

    def __init__(self) -> None:
        self.now = 0.0
        self.counted = 0
        self.broken: Exception | None = None

    def count(self) -> Mapping[Kind, int]:
        self.counted += 1
        if self.broken is not None:
            raise self.broken
        return COUNTS


def samples(standing: StandingOut) -> dict[str, float]:
    found = {
        one.labels.get("kind", "analysed"): one.value
        for family in standing.collect()
        for one in family.samples
    }
    standing.wait(10)
    return found


def test_a_scrape_tells_what_was_counted_beside_the_one_before() -> None:
    world = World()
    standing = StandingOut(world.count, lambda: world.now)
    assert samples(standing) == {}
    assert samples(standing) == {kind.value: times for kind, times in COUNTS.items()} | {"analysed": 1}
    assert world.counted == 1
    world.now = EVERY_SECONDS
    samples(standing)
    samples(standing)
    assert world.counted == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    "error",
    [
        JukinetError(ErrorKind.UNAVAILABLE, "The database does not answer."),
        RuntimeError("a fault of our own"),
    ],
    ids=["database", "program"],
)
def test_a_log_that_cannot_be_read_has_no_counts_rather_than_old_ones(error: Exception) -> None:
    world = World()
    standing = StandingOut(world.count, lambda: world.now)
    samples(standing)
    world.now, world.broken = EVERY_SECONDS, error
    assert samples(standing)["analysed"] == 1
    assert samples(standing) == {"analysed": 0}
    world.now, world.broken = 2 * EVERY_SECONDS, None
    samples(standing)
    assert samples(standing).keys() == {"analysed", *COUNTS}
