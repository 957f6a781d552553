"""Matching by four items, judged by people spelt twice and by people easily taken for one."""

from collections import Counter

import pytest
from tests.unit.domain.spellings import Items, Pair, others, variations

from jukinet.domain.matching import record_keys
from jukinet.store.supply import ItemKeys

SEEDS = ("frozen before tuning", "drawn after it")


def matches(pair: Pair) -> bool:
    """What the look-up asks for: equality of all four keys, by the name or by the nickname."""
    recorded, asked = pair.recorded, pair.asked
    keys = record_keys(recorded.name, recorded.nickname, recorded.address)
    wanted = ItemKeys.of(asked.name, asked.address, asked.birth_date, asked.sex)
    return (
        wanted.name_key in (keys.name, keys.nickname)
        and wanted.address_key == keys.address
        and (wanted.birth_date, wanted.sex) == (recorded.birth_date, recorded.sex)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_other_spellings_of_one_person_are_found(seed):
    asked, found = Counter(), Counter()
    for pair in variations(seed):
        asked[pair.kind] += 1
        found[pair.kind] += matches(pair)
    table = "\n".join(f"{found[kind] / number:6.1%}  {kind}" for kind, number in asked.items())
    print(f"{seed}: {found.total() / asked.total():.2%} of {asked.total()}\n{table}")  # noqa: T201  (with -s)
    assert asked.total() >= 2000
    assert found.total() >= 0.98 * asked.total(), table
    assert all(found[kind] >= 0.95 * number for kind, number in asked.items()), table


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_people_are_taken_for_one(seed):
    pairs = list(others(seed))
    assert len(pairs) >= 300
    assert [pair.kind for pair in pairs if matches(pair)] == []


def test_the_judge_finds_a_matcher_that_forgives_too_much_or_too_little():
    """Keys that know no form but their own, and keys that leave numbers out, do not pass."""
    pairs = list(variations(SEEDS[0], each=20))
    assert sum(pair.recorded == pair.asked for pair in pairs) < 0.1 * len(pairs)
    wrong = sum(_without_numbers(pair.recorded) == _without_numbers(pair.asked) for pair in others(SEEDS[0]))
    assert wrong >= 80


def _without_numbers(items: Items) -> tuple[str, str, str, str]:
    return items.name, items.address.strip("0123456789-番地号"), items.birth_date, items.sex
