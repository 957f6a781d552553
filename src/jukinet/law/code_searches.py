"""Which node tells a mayor a code for the work of the register: Act Arts. 30-7(4)(iii), (6)(iii), 30-10(1), (3).

Of a resident of the prefecture its own governor tells it (30-7(4)(iii)), also where he delegates (30-10(3)). Of others
the governor of their prefecture does, asked by way of the asking mayor's governor (30-7(6)(iii)), or the centre in his
place (30-10(1)(vi)): unless this work of it stands still, or the governor does it himself, for good (30-24(4), 30-25(3)
and 30-26(1)) or by a notice of the Minister (30-27). Owns who is asked, and whether a question may be answered here.

Not modelled: who asks knows the directory alone, and so goes to the centre until that says otherwise. What of its works
stands still he learns by being refused; then the applicant states the code, or applies at home.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.law.centre import OG1
from jukinet.law.decisions import Decision, FailedRule, judge, law

SR44 = law(
    "SR44",
    "Act Arts. 30-7(4)(iii), (6)(iii), 30-10(1), (3)",
    "A code is told to mayors alone: of residents of the prefecture by the governor, of others by who acts for theirs.",
)


@dataclass(frozen=True, slots=True)
class Places:
    """The prefecture of the mayor who asks, that of the records, and whether the governor there delegates."""

    asker: PrefectureCode
    home: PrefectureCode
    delegates: bool


def who_tells(places: Places) -> NodeId:
    """The node that a mayor asks."""
    if places.asker == places.home or not places.delegates:
        return places.home.node_id
    return NATIONAL


def decide_telling(
    places: Places | None, here: NodeId, *, stopped: bool = False, notice: bool = False
) -> Decision:
    """Whether the node ``here`` tells a code; None: who asks is no municipality that takes part. SR44, OG1.

    ``stopped``: the centre does not do this work now. ``notice``: the Minister's for it runs here, at a governor's.
    """
    own = places is not None and here == places.home.node_id
    within = places is not None and places.asker == places.home
    told = places is not None and who_tells(places) == here
    alone = own and notice and not told
    return judge(
        (SR44, told or alone),
        (OG1, not (stopped and here == NATIONAL)),
        basis=(
            "Act Art. 30-7(4)(iii)" if within else "Act Art. 30-7(6)(iii)",
            *(("Act Art. 30-27(1)",) if alone else ()),
        ),
    )


RULES: tuple[FailedRule, ...] = (SR44,)
