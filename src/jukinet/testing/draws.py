"""Explicit draws from a seed: the same on every machine and every Python from 3.11 on.

Only ``random.Random.random`` is used. Its sequence for a text seed is promised to stay; those of
``choice``, ``shuffle`` and ``choices`` are not.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Values with whole-number weights, ready to be drawn from."""

    __slots__ = ("_sums", "values")

    def __init__(self, weights: Mapping[T, int] | Sequence[tuple[T, int]]) -> None:
        pairs = tuple(weights.items() if isinstance(weights, Mapping) else weights)
        self.values = tuple(value for value, _ in pairs)
        self._sums = tuple(accumulate(weight for _, weight in pairs))

    def at(self, share: float) -> T:
        """The value at a share of the total weight, ``0 <= share < 1``."""
        return self.values[bisect_right(self._sums, int(share * self._sums[-1]))]


class Draws:
    """A stream of draws; the parts of the seed are joined as text."""

    __slots__ = ("_random",)

    def __init__(self, *seed: object) -> None:
        self._random = random.Random("/".join(str(part) for part in seed)).random

    def chance(self, share: float) -> bool:
        """True with the probability ``share``."""
        return self._random() < share

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included; ``least`` where the span is empty."""
        return least + int(self._random() * (most - least + 1)) if most > least else least

    def near(self, middle: int, spread: int) -> int:
        """A whole number around ``middle``, at most ``spread`` away, the nearer the likelier."""
        return middle + int((self._random() + self._random() + self._random() - 1.5) / 1.5 * (spread + 1))

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, each equally likely."""
        return values[int(self._random() * len(values))]

    def early(self, values: Sequence[T]) -> T:
        """One of the values, the earlier in the list the likelier."""
        share = self._random()
        return values[int(share * share * len(values))]

    def weighted(self, values: Weighted[T]) -> T:
        return values.at(self._random())

    def day(self, first: date, last: date) -> date:
        """A day, both ends included; ``first`` where the span is empty."""
        return date.fromordinal(self.between(first.toordinal(), last.toordinal()))

    def digits(self, count: int) -> str:
        return f"{int(self._random() * 10**count):0{count}d}"

    def capitals(self, count: int) -> str:
        return "".join(chr(65 + int(self._random() * 26)) for _ in range(count))

    def recent(self, first: date, last: date) -> date:
        """A day, both ends included, the later the likelier; ``last`` where the span is empty."""
        span = last.toordinal() - first.toordinal()
        share = self._random()
        return (
            date.fromordinal(last.toordinal() - int((share + share * share) / 2 * (span + 1)))
            if span > 0
            else last
        )
