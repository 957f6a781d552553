"""Who tells the designated certification body, and of which notices (Act Arts. 30-8(4), 30-11(9))."""

from __future__ import annotations

import pytest
from tests.conformance.cases import case

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.law import certification
from jukinet.law.certification import BODY, JC1, JC2, JC3
from jukinet.law.decisions import Permitted, Refused


@case("Act Art. 30-11(9)", permitted="JC1 JC2 JC3")
def test_the_designated_organ_tells() -> None:
    assert certification.decide(BODY, NodeRole.NATIONAL, delegating=True) == Permitted(("Act Art. 30-11(9)",))


@case("Act Art. 30-8(4)", permitted="JC2")
def test_a_governor_who_delegates_may_tell() -> None:
    assert certification.decide(BODY, NodeRole.PREFECTURE, delegating=True) == Permitted(
        ("Act Art. 30-8(4)",)
    )


@case("Act Art. 30-8(4)", refused="JC2")
@pytest.mark.parametrize("role", [NodeRole.PREFECTURE, NodeRole.MUNICIPALITY])
def test_who_does_not_delegate_and_mayors_do_not(role: NodeRole) -> None:
    assert certification.decide(BODY, role, delegating=False) == Refused((JC2,))


@case("Act Arts. 30-8(4), 30-11(9), 30-25", refused="JC3", permitted="JC3")
def test_a_centre_whose_work_ended_tells_no_more_and_governors_do() -> None:
    assert certification.decide(BODY, NodeRole.NATIONAL, delegating=False, ended=True) == Refused((JC3,))
    told = certification.decide(BODY, NodeRole.PREFECTURE, delegating=True, ended=True)
    assert told == Permitted(("Act Art. 30-8(4)",))


@case("Act Art. 30-11(9)", refused="JC1 JC2")
def test_no_other_organ_is_told() -> None:
    decided = certification.decide(OrganSlug("mofa"), NodeRole.MUNICIPALITY, delegating=True)
    assert decided == Refused((JC1, JC2))


@case("Act Art. 30-11(9)", "Reg. Arts. 21-2, 27-2")
@pytest.mark.parametrize(
    ("kind", "reason", "told"),
    [
        (ChangeKind.DELETION, NoticeReason.DEATH, True),
        (ChangeKind.DELETION, NoticeReason.MOVE_OUT, True),
        (ChangeKind.CORRECTION, NoticeReason.MOVE_WITHIN, True),
        (ChangeKind.CORRECTION, NoticeReason.CORRECTED_EX_OFFICIO, True),
        (ChangeKind.CORRECTION, NoticeReason.MINOR_CORRECTION, False),
        (ChangeKind.RECORDING, NoticeReason.MOVE_IN, False),
        (ChangeKind.CODE_CORRECTION, NoticeReason.CODE_CHANGE_REQUESTED, False),
    ],
)
def test_deletions_and_corrections_that_are_not_minor_are_told(
    kind: ChangeKind, reason: NoticeReason, told: bool
) -> None:
    assert certification.is_told(kind, reason) is told
