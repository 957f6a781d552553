"""Searches of a register: a committed mix, whole, with transaction and audit entries, for pages of 50.

A fifth each by the commonest surnames, by kana, by Latin names in another order, by part of a birth date and a name,
by a past address or a nickname.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.searches import BirthSpan, Search
from jukinet.law.decisions import Refused
from jukinet.services.context import Context
from jukinet.services.searches import search_residents
from jukinet.testing.federation import CLERK

SEARCHES = 1000


def surname(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """One of the twenty commonest surnames of the sample."""
    counts: dict[str, int] = {}
    for record in sample:
        if record.kind is RecordKind.JAPANESE:
            first = record.name.text.split()[0]
            counts[first] = counts.get(first, 0) + 1
    return Search(name=rng.choice(sorted(counts, key=lambda name: -counts[name])[:20]))


def kana(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """A surname's kana, or its first letters."""
    reading = next(record.name.kana for record in iter(lambda: rng.choice(sample), None) if record.name.kana)
    return Search(kana=reading.split()[0][: rng.choice([2, 3, 10])])


def latin(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """Words of a foreign resident's name, in another order."""
    name = next(one.name.latin for one in iter(lambda: rng.choice(sample), None) if one.name.latin)
    words = name.split()
    rng.shuffle(words)
    return Search(latin=" ".join(words[: rng.choice([1, 2, 8])]).lower())


def date_and_name(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """A common surname and a year or month of birth."""
    born: PartialDate = rng.choice(sample).birth_date
    cut = rng.choice([4, 7]) if born.is_exact else 4
    return replace(surname(rng, sample), birth_date=BirthSpan(str(born)[:cut]))


def past(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """An address that somebody had here or elsewhere, its town alone for some; or a nickname."""
    record = rng.choice(sample)
    if record.nickname and rng.random() < 0.5:
        return Search(nickname=record.nickname.text.split("　")[0])
    text = (
        record.previous_address.text
        if record.previous_address and rng.random() < 0.5
        else record.address.text
    )
    digits = next((at for at, letter in enumerate(text) if letter.isdigit()), len(text))
    return Search(address=text[:digits] if rng.random() < 0.3 and digits > 5 else text)


MIX: tuple[Callable[[random.Random, list[ResidentRecord]], Search], ...] = (
    surname,
    kana,
    latin,
    date_and_name,
    past,
)


def measure(ctx: Context, searches: list[tuple[str, Search]]) -> dict[str, list[float]]:
    """Milliseconds of each search, by kind."""
    times: dict[str, list[float]] = {}
    for kind, search in searches:
        started = time.perf_counter()
        found = search_residents(ctx, CLERK, search)
        took = 1000 * (time.perf_counter() - started)
        if isinstance(found, Refused):
            raise TypeError(f"a search by {kind} was refused")
        times.setdefault(kind, []).append(took)
        times.setdefault("all", []).append(took)
    return times


def searches(sample: list[ResidentRecord], count: int = SEARCHES) -> list[tuple[str, Search]]:
    """The mix, the same each time, in an order drawn once."""
    rng = random.Random(2)  # noqa: S311 - the same searches each time
    mix = [(MIX[one % len(MIX)].__name__, MIX[one % len(MIX)](rng, sample)) for one in range(count)]
    rng.shuffle(mix)
    return mix
