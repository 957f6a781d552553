"""Which node tells a mayor a code."""

from __future__ import annotations

import pytest
from tests.conformance.cases import case

from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.law.code_searches import SR44, Places, decide_telling, who_tells
from jukinet.law.decisions import Permitted, Refused

TOKYO, FUKUSHIMA = PrefectureCode("13"), PrefectureCode("07")
AT_TOKYO, AT_FUKUSHIMA = NodeId("pref-13"), NodeId("pref-07")


@pytest.mark.parametrize(
    ("places", "node", "basis"),
    [
        (Places(TOKYO, TOKYO, delegates=True), AT_TOKYO, "Act Art. 30-7(4)(iii)"),
        (Places(TOKYO, TOKYO, delegates=False), AT_TOKYO, "Act Art. 30-7(4)(iii)"),
        (Places(FUKUSHIMA, TOKYO, delegates=True), NATIONAL, "Act Art. 30-7(6)(iii)"),
        (Places(FUKUSHIMA, TOKYO, delegates=False), AT_TOKYO, "Act Art. 30-7(6)(iii)"),
    ],
)
@case("Act Art. 30-7(4), (6)", permitted="SR44")
def test_the_governor_of_the_place_tells_it_or_who_acts_for_him(
    places: Places, node: NodeId, basis: str
) -> None:
    assert who_tells(places) == node
    assert decide_telling(places, node) == Permitted((basis,))


@pytest.mark.parametrize("asker", [FUKUSHIMA, TOKYO])
@case("Act Arts. 30-7(6), 30-27(1)", permitted="SR44 OG1")
def test_while_the_centre_does_not_the_governor_does_by_the_ministers_notice(asker: PrefectureCode) -> None:
    places = Places(asker, TOKYO, delegates=True)
    told = decide_telling(places, AT_TOKYO, stopped=True, notice=True)
    if asker == TOKYO:
        assert told == Permitted(("Act Art. 30-7(4)(iii)",)), "that he does at all times"
    else:
        assert told == Permitted(("Act Art. 30-7(6)(iii)", "Act Art. 30-27(1)"))
    assert isinstance(decide_telling(places, AT_FUKUSHIMA, notice=True), Refused), "of his own people alone"
    assert isinstance(decide_telling(None, AT_TOKYO, notice=True), Refused)


@case("Act Arts. 30-24(1), 30-25(2)", refused="OG1")
def test_a_centre_whose_work_stands_still_tells_nothing() -> None:
    refused = decide_telling(Places(FUKUSHIMA, TOKYO, delegates=True), NATIONAL, stopped=True)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["OG1"]


@pytest.mark.parametrize(
    ("places", "here"),
    [
        (None, NATIONAL),
        (Places(TOKYO, TOKYO, delegates=True), NATIONAL),
        (Places(TOKYO, TOKYO, delegates=True), AT_FUKUSHIMA),
        (Places(FUKUSHIMA, TOKYO, delegates=True), AT_TOKYO),
        (Places(FUKUSHIMA, TOKYO, delegates=True), AT_FUKUSHIMA),
        (Places(FUKUSHIMA, TOKYO, delegates=False), NATIONAL),
    ],
)
@case(refused="SR44")
def test_nobody_else_tells_it(places: Places | None, here: NodeId) -> None:
    refused = decide_telling(places, here)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == [SR44.rule]
