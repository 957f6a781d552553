"""Figures: statistics of a governor (Act Art. 30-8(1)(iv)), and material out of registers and stores (Art. 37).

Owns who draws them and for whom. They name nobody: how many persons there are by municipality, sex and age. What a
national administrative organ, or at a mayor's a governor too, needs for an affair of its own it says itself (37), and
nobody here can know better. Material that names residents is a list of a mayor's (``jukinet.services.queries``).

Not modelled: other material about identity-verification information than figures; that a figure so small that it may
tell of somebody is withheld, which the Act leaves to whoever publishes it.
"""

from __future__ import annotations

from enum import StrEnum

from jukinet.domain.municipality import NodeRole
from jukinet.law.centre import OG1
from jukinet.law.decisions import Decision, FailedRule, judge, law

S24 = law(
    "S24",
    "Act Arts. 30-8(1)(iv), 30-30",
    "A governor makes statistics of what he holds; the designated organ and municipalities do not. Ask the governor.",
)
S25 = law(
    "S25",
    "Act Art. 37(2)",
    "Only a national administrative organ may ask for material. Others ask for an affair that the Act lists.",
)
CE1 = law(
    "CE1",
    "Act Art. 37(1)",
    "Only a national administrative organ or a governor may ask a mayor for material. Others apply for copies.",
)


class MaterialAsker(StrEnum):
    """Who asks for material."""

    NATIONAL = "national-administrative-organ"
    """国の行政機関."""
    GOVERNOR = "governor"
    """都道府県知事."""
    LOCAL = "local-organ"
    """Another organ of a prefecture, or one of a municipality."""
    OTHER = "other"
    """Anybody else, corporations of Appended Table 1 among them."""


def decide_statistics(role: NodeRole) -> Decision:
    """Whether statistics are made at a node: S24."""
    return judge((S24, role is NodeRole.PREFECTURE), basis=("Act Art. 30-8(1)(iv)",))


def decide_material(role: NodeRole, asker: MaterialAsker, *, stopped: bool) -> Decision:
    """Whether figures are handed out as material: S25, CE1, OG1. ``stopped``: the centre does not do this work now.

    A mayor hands out of his register (37(1)), governors and the designated organ for them of what they hold (37(2)).
    """
    if role is NodeRole.MUNICIPALITY:
        may = asker in {MaterialAsker.NATIONAL, MaterialAsker.GOVERNOR}
        return judge((CE1, may), basis=("Act Art. 37(1)",))
    delegated = ("Act Art. 30-10(1)(vii)",) if role is NodeRole.NATIONAL else ()
    return judge(
        (S25, asker is MaterialAsker.NATIONAL),
        (OG1, not (stopped and role is NodeRole.NATIONAL)),
        basis=("Act Art. 37(2)", *delegated),
    )


RULES: tuple[FailedRule, ...] = (S24, S25, CE1)
