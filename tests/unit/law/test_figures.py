"""Figures for statistics (Art. 30-8(1)(iv)) and as material (Art. 37(2)): who draws them, and for whom."""

from __future__ import annotations

import pytest
from tests.conformance.cases import case

from jukinet.domain.municipality import NodeRole
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.figures import MaterialAsker, decide_material, decide_statistics


def failed(decision: Decision) -> list[str]:
    assert isinstance(decision, Refused)
    return [rule.rule for rule in decision.failed]


def material(role: NodeRole, asker: MaterialAsker, *, stopped: bool = False) -> Decision:
    return decide_material(role, asker, stopped=stopped)


@case("Act Arts. 30-8(1)(iv), 30-30", permitted="S24", refused="S24")
def test_statistics_are_the_governors_alone_art_30_8() -> None:
    assert decide_statistics(NodeRole.PREFECTURE) == Permitted(("Act Art. 30-8(1)(iv)",))
    assert failed(decide_statistics(NodeRole.NATIONAL)) == ["S24"], "30-30(2) lets it use nothing itself"
    assert failed(decide_statistics(NodeRole.MUNICIPALITY)) == ["S24"]


@case("Act Arts. 37(2), 30-10(1)(vii), (3)", permitted="S25")
def test_a_governor_and_the_centre_hand_out_material_art_37() -> None:
    national = MaterialAsker.NATIONAL
    assert material(NodeRole.PREFECTURE, national) == Permitted(("Act Art. 37(2)",))
    assert material(NodeRole.NATIONAL, national) == Permitted(("Act Art. 37(2)", "Act Art. 30-10(1)(vii)"))


@case("Act Arts. 30-24(1), 30-25(2), 30-27(1)", permitted="OG1", refused="OG1")
def test_a_centre_that_does_not_do_this_work_hands_out_nothing_and_a_governor_does() -> None:
    national = MaterialAsker.NATIONAL
    assert failed(material(NodeRole.NATIONAL, national, stopped=True)) == ["OG1"]
    assert isinstance(material(NodeRole.PREFECTURE, national, stopped=True), Permitted)


@pytest.mark.parametrize("kind", [MaterialAsker.LOCAL, MaterialAsker.OTHER])
@case(refused="S25 CE1")
def test_nobody_else_is_handed_material(kind: MaterialAsker) -> None:
    assert failed(material(NodeRole.PREFECTURE, kind)) == ["S25"]
    assert failed(material(NodeRole.MUNICIPALITY, kind)) == ["CE1"]


@case("Act Art. 37(1)", permitted="CE1", refused="S25")
def test_a_governor_too_asks_a_mayor_and_asks_no_governor_for_material() -> None:
    for asker in (MaterialAsker.NATIONAL, MaterialAsker.GOVERNOR):
        assert material(NodeRole.MUNICIPALITY, asker, stopped=True) == Permitted(("Act Art. 37(1)",))
    assert failed(material(NodeRole.PREFECTURE, MaterialAsker.GOVERNOR)) == ["S25"]
