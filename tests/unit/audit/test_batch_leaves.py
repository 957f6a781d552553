"""The leaves of a batch: made by the hundred thousand as one by one, and as they were made ever since."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime

import pytest

from jukinet.audit.batch_leaves import Supplied, leaf_of, leaves_of, salt_of
from jukinet.domain.code import ResidentRecordCode, compose

SUPPLIED = Supplied(
    batch="a1" * 16,
    at=datetime(2013, 7, 8, 1, 0, tzinfo=UTC),
    business_on=date(2013, 7, 8),
    actor="urn:jukinet:organ:japan-pension-service",
    terminal="clerk-7 / 2013-0042",
    affair="t1-77-12",
    basis=("Act Art. 30-7(3)",),
)
SECRET, CODE = bytes(range(32)), ResidentRecordCode("24727059608")


@pytest.mark.parametrize(
    ("notice", "leaf"),
    [
        (None, "738faac6dfa3f6ed34d5fba856f3bca0edbf0bf12f6f51c844d6c44488e33daf"),
        (41, "36b0e22757a807b870c7e28ad7ba3710a3c2d8eb92830e98ffe8871e996d692b"),
    ],
)
def test_a_leaf_is_what_the_documentation_says(notice: int | None, leaf: str) -> None:
    """Computed by a program of its own from docs/reference/supply-batches.md: logs hold such leaves for good."""
    assert leaf_of(SUPPLIED, SECRET, 7, CODE, notice).hex() == leaf


def test_many_are_made_as_one_is() -> None:
    told = [(1, 7, CODE), (10**12 - 1, 2**62, CODE), (3, 2**63 - 1, compose("2345678900"))]
    packed = b"".join(struct.pack(">QQ11s", row, notice, code.text.encode()) for row, notice, code in told)
    many = list(leaves_of(SUPPLIED, SECRET, packed))
    assert many == [leaf_of(SUPPLIED, SECRET, row, code, notice) for row, notice, code in told]


def test_row_and_notice_are_told_apart() -> None:
    numbers = [(1, None), (1, 0), (0, 1), (1, 2), (2, 1)]
    assert len({salt_of(SECRET, row, notice) for row, notice in numbers}) == len(numbers)
