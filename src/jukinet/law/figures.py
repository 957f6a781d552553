"""Figures drawn from identity-verification information: statistics (Act Art. 30-8(1)(iv)) and material (37(2)).

Owns who draws them and for whom. They name nobody: how many persons there are by municipality, sex and age. What a
national administrative organ needs for an affair of its own it says itself (37(2)), and nobody here can know better.

Not modelled: other material about this information than figures; that a figure so small that it may tell of somebody is
withheld, which the Act leaves to whoever publishes it.
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
S26 = law(
    "S26",
    "Act Arts. 37(2), 30-10(1)(vii)",
    "Governors hand out this material, and the designated organ for them. A mayor is asked under Art. 37(1).",
)


class MaterialAsker(StrEnum):
    """Who asks for material."""

    NATIONAL = "national-administrative-organ"
    """国の行政機関."""
    LOCAL = "local-organ"
    """An organ of a prefecture or a municipality."""
    OTHER = "other"
    """Anybody else, corporations of Appended Table 1 among them."""


def decide_statistics(role: NodeRole) -> Decision:
    """Whether statistics are made at a node: S24."""
    return judge((S24, role is NodeRole.PREFECTURE), basis=("Act Art. 30-8(1)(iv)",))


def decide_material(role: NodeRole, asker: MaterialAsker, *, stopped: bool) -> Decision:
    """Whether figures are handed out as material: S25, S26, OG1. ``stopped``: the centre does not do this work now."""
    delegated = ("Act Art. 30-10(1)(vii)",) if role is NodeRole.NATIONAL else ()
    return judge(
        (S25, asker is MaterialAsker.NATIONAL),
        (S26, role is not NodeRole.MUNICIPALITY),
        (OG1, not (stopped and role is NodeRole.NATIONAL)),
        basis=("Act Art. 37(2)", *delegated),
    )


RULES: tuple[FailedRule, ...] = (S24, S25, S26)
