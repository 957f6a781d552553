"""Who designates Resident Record codes to a municipality: Act Arts. 30-7(1), (2), 30-10(1)(i), (ii), 30-27(1).

Owns whose work it is on a day. A governor may never designate what another has (30-7(2)): he takes what the centre put
aside for him while it worked, which is his consultation with all others, through the centre that does it for them. So
no disaster leaves him without codes that nobody else has.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.domain.municipality import MunicipalityCode, NodeId, NodeRole
from jukinet.law.centre import OG1
from jukinet.law.decisions import Decision, FailedRule, judge, law

CE2 = law(
    "CE2",
    "Act Arts. 30-7(1), 30-10(1)(i), (3), 30-27(1)",
    "The centre designates codes where the governor delegates to it, else he does himself. In its place a governor does"
    " after the Minister's notice for this work (30-27(2)).",
)
CE3 = law("CE3", "Act Art. 30-7(1)", "A governor designates codes to municipalities of his own area.")
CE4 = law(
    "CE4",
    "Act Art. 30-7(2)",
    "A governor designates codes that were consulted on: those put aside for him. So many are not left; the centre puts"
    " more aside (jukinet code reserve).",
)
CE5 = law(
    "CE5",
    "Act Arts. 30-7(2), 30-10(1)(ii)",
    "The centre does the consultation on codes for the governors. Put them aside there.",
)


@dataclass(frozen=True, slots=True)
class Designation:
    """What is decided on. ``delegates``: the municipality's governor does, on the day.

    ``stopped``: the centre does not do this work now. ``notice``: the Minister's notice for it runs at the governor's
    node. ``enough``: so many codes are left there of those put aside.
    """

    serving: NodeId
    municipality: MunicipalityCode
    delegates: bool
    stopped: bool = False
    notice: bool = False
    enough: bool = True


def decide_designation(case: Designation) -> Decision:
    """Whether codes are designated by a node: CE2 to CE4, OG1."""
    centre, governor = (case.serving.role is role for role in (NodeRole.NATIONAL, NodeRole.PREFECTURE))
    own = case.delegates if centre else governor and (case.notice or not case.delegates)
    basis = {
        NodeRole.NATIONAL: ("Act Art. 30-7(1)", "Act Art. 30-10(1)(i)"),
        NodeRole.PREFECTURE: ("Act Art. 30-7(1)", *(("Act Art. 30-27(1)",) if case.delegates else ())),
    }
    return judge(
        (CE2, own),
        (CE3, not governor or case.municipality.prefecture == case.serving.prefecture),
        (CE4, not governor or case.enough),
        (OG1, not (centre and case.stopped)),
        basis=basis.get(case.serving.role, ()),
    )


def decide_putting_aside(serving: NodeId, *, stopped: bool) -> Decision:
    """Whether codes are put aside for a governor: CE5, OG1. ``stopped``: the centre consults on none now."""
    centre = serving.role is NodeRole.NATIONAL
    return judge(
        (CE5, centre),
        (OG1, not (centre and stopped)),
        basis=("Act Art. 30-7(2)", "Act Art. 30-10(1)(ii)"),
    )


RULES: tuple[FailedRule, ...] = (CE2, CE3, CE4, CE5)
