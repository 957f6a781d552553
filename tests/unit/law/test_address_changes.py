"""Addresses written otherwise although nobody moved (Ord. 12(2)(vii))."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conformance.cases import judged

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law.address_changes import decide_address_change
from jukinet.law.decisions import Permitted

TODAY = date(2013, 7, 8)
TOMORROW = TODAY + timedelta(days=1)
CHIYODA, KUNITACHI = MunicipalityCode("131016"), MunicipalityCode("132152")
HERE, AWAY = (
    Address(KUNITACHI, "東京都国立市中一丁目1番1号"),
    Address(CHIYODA, "東京都千代田区九段南一丁目2番1号"),
)


@pytest.mark.parametrize(
    ("changed_on", "addresses", "rules"),
    judged(
        (TODAY, {HERE}, []),
        (date(2013, 6, 1), {HERE}, []),
        (TOMORROW, {HERE}, ["BA1"]),
        (TODAY, {HERE, AWAY}, ["BA2"]),
        (TOMORROW, {AWAY}, ["BA1", "BA2"]),
        permitted="BA1 BA2",
    ),
)
def test_what_may_be_changed_in_bulk(changed_on: date, addresses: set[Address], rules: list[str]) -> None:
    decision = decide_address_change(changed_on, frozenset(addresses), here=KUNITACHI, on=TODAY)
    assert ([] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]) == rules
