"""Supply for affairs that an ordinance sets: Act Arts. 30-6, 30-7(4)(ii), (5)(ii), (6)(ii), 30-8(1)(ii), (2).

Owns which such affairs a governor's node may come to know, and what they are for ``jukinet.law.supply``. They are the
governor's own: none of them is delegated to the centre (30-10(1) names Tables and register work alone), so a
governor serves them also where he delegates. And what an ordinance of a municipality lets its mayor supply to organs
of other municipalities (30-6): a clerk does it there, for a municipality has no supply door.

Not modelled: the way in which an ordinance lets it be supplied (条例で定めるところにより); a governor supplies by
the line alone, a mayor by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.municipality import NodeId, NodeRole, OrganSlug
from jukinet.law.catalogue import GOVERNOR, Affair, Asker, Organ, QueryKind
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date

S20 = law(
    "S20",
    "Act Arts. 30-6, 30-7(4)(ii), (5)(ii), (6)(ii), 30-8(1)(ii), (2)",
    "An ordinance of a prefecture lets its own governor supply, one of a municipality its mayor. Enter it there.",
)
S21 = law(
    "S21",
    "Act Art. 30-8(1)(ii), (2)",
    "Under 30-8(1) the governor himself uses what he holds; under (2) he supplies it to other organs of his "
    "prefecture.",
)
S27 = law(
    "S27",
    "Act Art. 30-6",
    "A mayor supplies to an organ that an ordinance of his municipality names, for its affair, while that holds.",
)
S28 = law(
    "S28",
    "Act Art. 30-6",
    "Supply is to an organ of another municipality. What the own one needs it takes from its register.",
)
P5 = policy(
    "P5",
    "Choice of this network: no affair is entered twice",
    "This ordinance's affair is entered for this organ already. See: jukinet affairs ordinance list.",
)
P6 = policy(
    "P6",
    "Choice of this network: what has ended is entered anew",
    "What ends is an affair that is entered and has no end yet, on a day after its first. "
    "See: jukinet affairs ordinance list.",
)


class Ground(StrEnum):
    """The paragraph of the Act on which an ordinance rests."""

    BETWEEN_MUNICIPALITIES = "30-6"
    OWN_MUNICIPALITIES = "30-7(4)(ii)"
    OTHER_PREFECTURES = "30-7(5)(ii)"
    OTHER_MUNICIPALITIES = "30-7(6)(ii)"
    OWN_USE = "30-8(1)(ii)"
    OWN_ORGANS = "30-8(2)"


LIKE_TABLE = {
    Ground.OWN_MUNICIPALITIES: 2,
    Ground.OTHER_PREFECTURES: 3,
    Ground.OTHER_MUNICIPALITIES: 4,
    Ground.OWN_USE: 5,
    Ground.OWN_ORGANS: 5,
}
"""The Appended Table to whose paragraph each belongs: whose organs may ask, and through whom."""


@dataclass(frozen=True, slots=True)
class OrdinanceAffair:
    """What an ordinance says: which organ, in which affair, under which article, from which day until before which."""

    ground: Ground
    organ: OrganSlug
    ordinance: str
    article: str
    affair: str
    valid_from: date
    valid_to: date | None = None

    def says_the_same(self, other: OrdinanceAffair) -> bool:
        """Whether both are one affair of one organ, of which one need not be entered."""
        open_ended = other.valid_to is None or self.valid_from < other.valid_to
        mine = (self.ground, self.organ, self.ordinance, self.article)
        return open_ended and mine == (other.ground, other.organ, other.ordinance, other.article)


def decide_entry(entered: OrdinanceAffair, known: Iterable[OrdinanceAffair], *, role: NodeRole) -> Decision:
    """Whether an affair of an ordinance is entered: rules S20, S21 (law) and P5 (policy). ``role``: of the node."""
    require_date(entered.valid_from)
    between = entered.ground is Ground.BETWEEN_MUNICIPALITIES
    own = {Ground.OWN_USE: True, Ground.OWN_ORGANS: False}.get(entered.ground)
    return judge(
        (S20, role is (NodeRole.MUNICIPALITY if between else NodeRole.PREFECTURE)),
        (S21, own is None or own == (entered.organ == GOVERNOR)),
        (P5, not any(entered.says_the_same(one) for one in known)),
        basis=(f"Act Art. {entered.ground}",),
    )


def decide_end(known: OrdinanceAffair | None, valid_to: date) -> Decision:
    """Whether it is entered that an affair ended (P6); ``valid_to`` is the first day on which it no longer holds."""
    ends = known is not None and known.valid_to is None and known.valid_from < valid_to
    basis = (f"Act Art. {known.ground}",) if known is not None else ()
    return judge((P6, ends), basis=basis)


def decide_supply(said: OrdinanceAffair | None, asker: Asker, node: NodeId, on: date) -> Decision:
    """Whether a mayor supplies to another municipality's organ: S27, S28. ``said``: the affair by the name it has."""
    stands = said is not None and said.valid_from <= on and (said.valid_to is None or on < said.valid_to)
    names = said is not None and said.organ in {asker.slug, *asker.capacities}
    elsewhere = asker.seat is not None and asker.seat.role is NodeRole.MUNICIPALITY and asker.seat != node
    basis = (f"{said.ordinance} {said.article}",) if said is not None else ()
    return judge((S27, stands and names), (S28, elsewhere), basis=("Act Art. 30-6", *basis))


def name_of(number: int, ground: Ground, node: NodeId) -> str:
    """How a request names it at a governor's node: ``o<table>-<prefecture>-<number>``, such as ``o2-13-1``.

    At a municipality it is ``o-<municipality>-<number>``, which no door takes.
    """
    if ground is Ground.BETWEEN_MUNICIPALITIES:
        return f"o-{node.municipality}-{number}"
    return f"o{LIKE_TABLE[ground]}-{node.prefecture}-{number}"


def affair_of(number: int, said: OrdinanceAffair, node: NodeId) -> Affair:
    """The affair as the decision on a request takes it."""
    return Affair(
        id=name_of(number, said.ground, node),
        table=LIKE_TABLE[said.ground],
        row="",
        number=number,
        organs=(Organ(said.organ, said.organ.text, said.organ.text),),
        act_ja=said.ordinance,
        act_en=said.ordinance,
        article=said.article,
        affair_ja=said.affair,
        affair_en=said.affair,
        basis=(f"Act Art. {said.ground}", f"{said.ordinance} {said.article}"),
        queries=frozenset(QueryKind),
        valid_from=said.valid_from,
        valid_to=said.valid_to,
    )


RULES: tuple[FailedRule, ...] = (S20, S21, S27, S28, P5, P6)
