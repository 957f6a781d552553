"""What is made public of who does the network's work: Act Arts. 30-13 and 30-14, Reg. Art. 23.

Owns what a public notice (公示) says and when it is due: that the Minister designated the centre, with its name and
main office, and changes of these; that a governor lets it do the work, and from which day. The notices themselves stand
in gazettes; the directory says where, so that every node can show it.

Not modelled: that a governor reports to the Minister and tells the other governors (30-14(1)), who all read it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.law import parameters
from jukinet.law.decisions import Decision, FailedRule, judge, law
from jukinet.law.edition import VALID_FROM

CE8 = law(
    "CE8",
    "Act Arts. 30-13(1), 30-14(1)",
    "Made public are the designation of the centre, and that a governor delegates to it. This is neither.",
)
CE9 = law(
    "CE9",
    "Act Art. 30-13(1)",
    "The notice of the designation names the centre's main office. Say where it is; a governor's names none.",
)
CE10 = law(
    "CE10",
    "Act Arts. 30-13(2), 30-14(2); Reg. Art. 23",
    "The centre reports another name or main office two weeks before the day of the change. Say when it was reported.",
)


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """``on``: the day of the designation, of a change, or from which the centre does a governor's work.

    ``changes``: it tells of another name or office than the one before. ``reported_on``: when the centre said so.
    """

    of: NodeId
    on: date
    office: str | None
    changes: bool = False
    reported_on: date | None = None


def decide_announcement(notice: PublicNotice, *, delegates: bool) -> Decision:
    """Whether it is noted where something was made public: CE8 to CE10. ``delegates``: the governor does."""
    centre, governor = (notice.of.role is role for role in (NodeRole.NATIONAL, NodeRole.PREFECTURE))
    before = timedelta(days=parameters.number("centre-change-days", max(notice.on, VALID_FROM)))
    in_time = notice.reported_on is not None and notice.reported_on + before <= notice.on
    article = "30-14(1)" if governor else "30-13(3)" if notice.changes else "30-13(1)"
    return judge(
        (CE8, centre or (governor and delegates)),
        (CE9, (notice.office is not None) is centre),
        (CE10, not (centre and notice.changes) or in_time),
        basis=(f"Act Art. {article}",),
    )


RULES: tuple[FailedRule, ...] = (CE8, CE9, CE10)
