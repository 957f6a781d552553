"""Matching by four items, judged by people spelt twice and by people easily taken for one."""

import re
from collections import Counter

import pytest
from tests.unit.domain.spellings import Pair, others, variations

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
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
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


WRONG = {
    "all as it is written": lambda items: (items.name, items.address, items.birth_date, items.sex),
    "numbers left out": lambda items: (
        items.name,
        re.sub("[0-9]", "", items.address),
        items.birth_date,
        items.sex,
    ),
    "digits run together": lambda items: (
        items.name,
        re.sub(r"\D", "", items.address),
        items.birth_date,
        items.sex,
    ),
    "birth date left out": lambda items: (items.name, items.address, items.sex),
    "the family name alone": lambda items: (
        items.name.split("　")[0],
        items.address,
        items.birth_date,
        items.sex,
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_judge_turns_wrong_matchers_away(wrong):
    key = WRONG[wrong]
    spelt = list(variations(SEEDS[0], each=20))
    found = sum(key(pair.recorded) == key(pair.asked) for pair in spelt)
    taken = sum(key(pair.recorded) == key(pair.asked) for pair in others(SEEDS[0]))
    assert found < 0.98 * len(spelt)
    assert taken or wrong == "all as it is written"
