"""A decision of the law as a value: what permits an act, or every rule that forbids it.

Owns the shape of decisions and of the rules they name. The rules themselves stand in the module of
their group of articles, numbered with its letter (``S1``: supply, first rule).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class RuleKind(StrEnum):
    """Who made the rule. A policy is never shown as law."""

    LAW = "law"
    """The Act, an order or an ordinance under it."""
    POLICY = "policy"
    """This network, an agreement with an organ, or the ministry's standard specification."""


@dataclass(frozen=True, slots=True)
class FailedRule:
    """One rule, as it is reported where it fails.

    ``article`` cites the law, or for a policy says where it comes from. ``sentence`` says what the rule
    asks and what to do; it holds no value of the case.
    """

    rule: str
    article: str
    kind: RuleKind
    sentence: str


def law(rule: str, article: str, sentence: str) -> FailedRule:
    """A rule of the Act or of an order or ordinance under it."""
    return FailedRule(rule, article, RuleKind.LAW, sentence)


def policy(rule: str, source: str, sentence: str) -> FailedRule:
    """A rule of ours; ``source`` says where it comes from."""
    return FailedRule(rule, source, RuleKind.POLICY, sentence)


UNCONNECTED = "Directory of the network; the Act knows no municipality that is not connected"
"""Source of every rule about a municipality outside the network: a state of 2013, not of the law."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell the clerk that does not stand in the way, such as a late notification."""

    article: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Permitted:
    """The act is lawful, on this basis (articles)."""

    basis: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The act is not allowed; every rule that failed, in their order."""

    failed: tuple[FailedRule, ...]

    def __post_init__(self) -> None:
        if not self.failed:
            raise ValueError("a refusal names at least one rule")


Decision: TypeAlias = Permitted | Refused


def judge(
    *checks: tuple[FailedRule, bool], basis: tuple[str, ...], remarks: tuple[Remark, ...] = ()
) -> Decision:
    """Permit where every check (rule, whether it holds) does; else refuse with all that do not."""
    failed = tuple(rule for rule, holds in checks if not holds)
    return Refused(failed) if failed else Permitted(basis, remarks)
