"""Who designates codes to a municipality, and who puts some aside: Arts. 30-7(1), (2), 30-10(1)(i), (ii), 30-27(1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.designations import RULES, Designation, decide_designation, decide_putting_aside
from jukinet.testing.gazetteer import FUKUSHIMA, KUNITACHI

TOKYO = NodeId("pref-13")
CENTRE = Designation(NATIONAL, KUNITACHI, delegates=True)
GOVERNOR = Designation(TOKYO, KUNITACHI, delegates=True, notice=True)


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("asked", "refused"),
    judged(
        (CENTRE, []),
        (replace(CENTRE, notice=True), []),
        (replace(CENTRE, delegates=False), ["CE2"]),
        (replace(CENTRE, stopped=True), ["OG1"]),
        (GOVERNOR, []),
        (replace(GOVERNOR, stopped=True), []),
        (replace(GOVERNOR, notice=False), ["CE2"]),
        (replace(GOVERNOR, notice=False, delegates=False), []),
        (replace(GOVERNOR, municipality=FUKUSHIMA), ["CE3"]),
        (replace(CENTRE, municipality=FUKUSHIMA), []),
        (replace(GOVERNOR, enough=False), ["CE4"]),
        (replace(GOVERNOR, notice=False, enough=False), ["CE2", "CE4"]),
        (replace(CENTRE, enough=False), []),
        (replace(CENTRE, serving=KUNITACHI.node_id), ["CE2"]),
        permitted="CE2 CE3 CE4 OG1",
    ),
)
@case("Act Arts. 30-7(1), (2), 30-10(1)(i), (3), 30-24(1), 30-27(1)")
def test_whose_work_a_designation_is(asked: Designation, refused: list[str]) -> None:
    assert rules(decide_designation(asked)) == refused


@case("Act Arts. 30-10(1)(i), 30-27(1)")
def test_the_answer_names_in_whose_place_it_is_done() -> None:
    assert decide_designation(CENTRE) == Permitted(("Act Art. 30-7(1)", "Act Art. 30-10(1)(i)"))
    assert decide_designation(GOVERNOR) == Permitted(("Act Art. 30-7(1)", "Act Art. 30-27(1)"))
    own = replace(GOVERNOR, delegates=False)
    assert decide_designation(own) == Permitted(("Act Art. 30-7(1)",))


@pytest.mark.parametrize(
    ("serving", "stopped", "refused"),
    judged(
        (NATIONAL, False, []),
        (NATIONAL, True, ["OG1"]),
        (TOKYO, False, ["CE5"]),
        (KUNITACHI.node_id, True, ["CE5"]),
        permitted="CE5 OG1",
    ),
)
@case("Act Arts. 30-7(2), 30-10(1)(ii)")
def test_the_centre_puts_codes_aside_for_governors(
    serving: NodeId, stopped: bool, refused: list[str]
) -> None:
    assert rules(decide_putting_aside(serving, stopped=stopped)) == refused


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in RULES] == ["CE2", "CE3", "CE4", "CE5"]
