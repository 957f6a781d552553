"""Relationship to the householder (続柄), and the order of a household's members on a copy.

Owns the grammar (resident-record specification 1.1.11) and the order (5.2). Nothing else may be recorded:
not 孫, not 祖父, not a chain of five.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jukinet.domain.dates import PartialDate

HOUSEHOLDER = "世帯主"
"""The relationship that marks the householder (Act Art. 7 no. 4)."""

KIN_WITHOUT_NAME = "縁故者"
"""Kin whose relationship has no shorter form, or is not proved."""

LODGER = "同居人"

SPOUSES = ("夫", "妻", "夫（未届）", "妻（未届）")
CHILDREN = ("子", "子（子の夫）", "子（子の妻）")
PARENTS = ("父", "母")
SIBLINGS = ("兄", "姉", "弟", "妹")
STEPS = (*SPOUSES, *CHILDREN, *PARENTS, *SIBLINGS)
"""What a chain is made of."""

LONGEST_CHAIN = 4

_CHILDRENS_SPOUSES = ("子（子の夫）", "子（子の妻）")


def check_relationship(text: str) -> str:
    """Return the relationship in its one spelling, or raise ``ValueError``.

    世帯主, 縁故者, 同居人, or one to four of 夫, 妻, 夫（未届）, 妻（未届）, 子, 子（子の夫）, 子（子の妻）,
    父, 母, 兄, 姉, 弟, 妹 joined by の. Parentheses of either width are read.
    """
    spelt = text.replace("(", "（").replace(")", "）")
    if spelt in (HOUSEHOLDER, KIN_WITHOUT_NAME, LODGER):
        return spelt
    chain = split_relationship(spelt)
    if len(chain) > LONGEST_CHAIN:
        raise ValueError(f"must join at most {LONGEST_CHAIN}; record {KIN_WITHOUT_NAME} instead")
    if not chain:
        raise ValueError("must be 世帯主, 縁故者, 同居人, or 夫, 妻, 子, 父, 母, 兄, 姉, 弟, 妹 joined by の")
    return spelt


def child_of(parent: str) -> str | None:
    """How the child of a member is related to the householder; None where that is not certain, or has no form."""
    if parent in (HOUSEHOLDER, "夫", "妻"):
        return "子"
    chain = split_relationship(parent)
    longer = 0 < len(chain) < LONGEST_CHAIN
    return f"{parent}の子" if longer and "（" not in parent else None


def split_relationship(text: str) -> tuple[str, ...]:
    """The steps of a chain from the householder outwards, or none where the text is not a chain."""
    # The の inside 子（子の夫） joins nothing: it is hidden while the chain is cut.
    parts = text.replace("（子の", "（子\0").split("の")
    steps = tuple(part.replace("\0", "の") for part in parts)
    return steps if all(step in STEPS for step in steps) else ()


@dataclass(frozen=True, slots=True)
class Member:
    """What the order of a household depends on.

    ``number`` is the resident number (宛名番号). ``through`` is that of the child or other member at the head
    of this member's own family, where the relationship alone does not say which. ``position`` is a place
    given by hand; members without one come after those with one.
    """

    number: str
    relationship: str
    birth: PartialDate
    koseki_head: bool = False
    through: str | None = None
    position: int | None = None


def order_members(members: Iterable[Member]) -> tuple[Member, ...]:
    """The members in the order of a copy: householder, spouse, children, their families, parents, others."""
    household = tuple(members)
    families = _families(household)
    return tuple(sorted(household, key=lambda member: _sort_key(member, families)))


_Key = tuple[int | str | bool, ...]


def _age_key(member: Member) -> _Key:
    return (member.birth.sorts_as.toordinal(), member.number)


def _families(household: tuple[Member, ...]) -> dict[str, Member]:
    """Resident number → the member at the head of the family that it belongs to."""
    by_number = {member.number: member for member in household}
    children = [member for member in household if member.relationship == "子"]
    heads: dict[str, Member] = {}
    for member in household:
        head = by_number.get(member.through or "")
        if head is None and len(children) == 1 and _is_of_a_childs_family(member):
            head = children[0]
        if head is not None:
            heads[member.number] = head
    # Who heads a family belongs to it, unless it was said to belong to another.
    return {head.number: head for head in heads.values()} | heads


def _is_of_a_childs_family(member: Member) -> bool:
    chain = split_relationship(member.relationship)
    return (chain[:1] == ("子",) and len(chain) > 1) or member.relationship in _CHILDRENS_SPOUSES


def _sort_key(member: Member, families: dict[str, Member]) -> _Key:
    by_hand: _Key = (False, member.position) if member.position is not None else (True, 0)
    return (*by_hand, *_rule(member, families))


def _rule(member: Member, families: dict[str, Member]) -> _Key:
    chain = split_relationship(member.relationship)
    if member.relationship == HOUSEHOLDER:
        return (1, 1, *_age_key(member))
    if len(chain) == 1 and chain[0] in SPOUSES:
        return (1, 2, *_age_key(member))
    if chain[:1] == ("子",) or member.relationship in _CHILDRENS_SPOUSES:
        return _childs_rule(member, chain, families)
    return _rule_of_parents_and_siblings(member, chain) or _rule_of_others(member, chain, families)


def _childs_rule(member: Member, chain: tuple[str, ...], families: dict[str, Member]) -> _Key:
    """Children alone are of rank 1; with a family in the household, they and it are of rank 2."""
    head = families.get(member.number)
    if head is None and member.relationship in CHILDREN:
        return (1, 3, *_age_key(member))
    # A family whose child is not known, or is not of the household, comes after the others.
    anchor = (0, *_age_key(head)) if head is not None else (1, 0, "")
    return (2, *anchor, *_place_in_family(member, chain))


def _place_in_family(member: Member, chain: tuple[str, ...]) -> _Key:
    """Head, spouse, children by birth; then the next generation in the same way."""
    if member.relationship in _CHILDRENS_SPOUSES:
        return (2, 0, *_age_key(member))
    spouse_first = 0 if chain[-1] in (*SPOUSES, *_CHILDRENS_SPOUSES) else 1
    return (len(chain), spouse_first, *_age_key(member))


def _rule_of_parents_and_siblings(member: Member, chain: tuple[str, ...]) -> _Key | None:
    place = _place_among_kin(chain)
    return None if place is None else (3, place, not member.koseki_head and place != 2, *_age_key(member))


def _place_among_kin(chain: tuple[str, ...]) -> int | None:
    """1 parents, 2 siblings, 3 grandparents, None for others."""
    if len(chain) == 1 and chain[0] in PARENTS:
        return 1
    if len(chain) == 1 and chain[0] in SIBLINGS:
        return 2
    if len(chain) == 2 and chain[0] in PARENTS and chain[1] in PARENTS:
        return 3
    return None


def _rule_of_others(member: Member, chain: tuple[str, ...], families: dict[str, Member]) -> _Key:
    """Rank 4: the spouse's kin as in rank 3, other kin by generation, then 縁故者 and 同居人."""
    if not chain:
        last = 3 if member.relationship == LODGER else 2
        head = families.get(member.number, member)
        return (4, last, *_age_key(head), head is not member, *_age_key(member))
    in_law = _place_among_kin(chain[1:]) if chain[0] in SPOUSES else None
    if in_law is not None:
        return (4, 1, in_law, not member.koseki_head and in_law != 2, *_age_key(member))
    head = families.get(member.number, member)
    generation = len(split_relationship(head.relationship)) or LONGEST_CHAIN
    return (4, 1, 4, generation, *_age_key(head), head is not member, *_place_in_family(member, chain))
