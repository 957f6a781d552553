"""Supply of identity-verification information: Act Arts. 30-7(3), 30-10 and 30-27.

Owns the decision on a request alone (``decide``), and what an answer about the person may say
(``outcome``). The affairs are in ``jukinet.law.catalogue``, the rows that the Act has beyond those in
``jukinet.law.appended_tables``; how long a record is kept, in
``jukinet.law.retention``.

Not modelled: Art. 30-7(4) to (6) and 30-8 (Tables 2 to 5, and affairs set by an ordinance of the
prefecture), 37(2) (data for national administrative organs), and the fee of 30-10(4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.law.appended_tables import has_row
from jukinet.law.catalogue import Catalogue, QueryKind, packaged, place_of
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy

S1 = law(
    "S1",
    "Act Arts. 30-7(3)-(6), 30-8, Appended Tables 1-5",
    "Information is supplied only for an affair that the Act and the Affairs Ordinance list. "
    "Name the affair for which you ask.",
)
S2 = law(
    "S2",
    "Act Art. 30-7(3), Appended Table 1",
    "The affair must be in force on the day of the request. See the catalogue for its dates.",
)
S3 = law(
    "S3",
    "Act Art. 30-7(3), Appended Table 1 (upper column)",
    "Only an organ that the affair's row names may ask for it. Ask for an affair of your own.",
)
S4 = law(
    "S4",
    "Act Arts. 30-7(3), 30-10(1)(iii)",
    "Governors and the designated organ supply for Table 1, municipalities do not. Ask the centre.",
)
S5 = law(
    "S5",
    "Act Arts. 30-10(3), 30-27(1)",
    "A governor who delegates does not supply for Tables 1, 3 and 4, also while the centre does not answer, "
    "unless the Minister has given notice under Art. 30-27(2). Ask the centre.",
)
P1 = policy(
    "P1",
    "Catalogue of affairs (queries)",
    "For this affair the network accepts only the kinds of query that the catalogue gives. "
    "Ask in one of these.",
)
P3 = policy(
    "P3",
    "Catalogue of affairs (rows)",
    "The Act has this affair's row, but this release's catalogue does not have it yet. "
    "Ask the centre to add it.",
)

_NOT_DELEGATED = frozenset({2, 5})
"""Appended Tables for which a delegating governor serves too."""


@dataclass(frozen=True, slots=True)
class SupplyRequest:
    """What the law decides on: who asks, for what, how, when, and which node is asked.

    ``delegating``: the serving governor has delegated to the designated organ (30-10(1)).
    ``emergency_notice``: the Minister's notice of Art. 30-27(2) for the affair's table has come and its end has not
    (``jukinet.law.serving_alone``).
    """

    organ: OrganSlug
    affair: str
    by: QueryKind
    on: date
    serving: NodeRole
    delegating: bool = True
    emergency_notice: bool = False


def decide(request: SupplyRequest, catalogue: Catalogue | None = None) -> Decision:
    """Whether the request may be answered: rules S1 to S5 (law), P1 and P3 (policy), every failed one.

    Rules about an affair that is not listed at all are not reported beside S1 or P3. Of a row that the Act
    has and the catalogue lacks nothing is known, not even whether it has an affair of that number. That a centre serves
    only for governors who delegate to it (30-10(1)) and not while it is suspended or stopped (30-24,
    30-25) would stand here; all governors delegate in this edition.
    """
    catalogue = catalogue or packaged()
    versions = catalogue.versions(request.affair)
    affair = next((version for version in versions if version.in_force(request.on)), None)
    considered = (affair,) if affair else versions
    missing_row = _is_missing_row(request, catalogue)
    return judge(
        (S1, bool(versions) or missing_row),
        (S2, affair is not None or not versions),
        (S3, not versions or any(version.names(request.organ) for version in considered)),
        (S4, request.serving is not NodeRole.MUNICIPALITY),
        (S5, not _delegated_away(request)),
        (P1, not versions or any(request.by in version.queries for version in considered)),
        (P3, not missing_row),
        basis=(*(affair.basis if affair else ()), *_basis_of_serving(request)),
    )


def _is_missing_row(request: SupplyRequest, catalogue: Catalogue) -> bool:
    """Whether the Act has the affair's row on that day and the catalogue has nothing of it."""
    place = place_of(request.affair)
    return place is not None and not catalogue.has_row(*place) and has_row(*place, request.on)


def _delegated_away(request: SupplyRequest) -> bool:
    """Whether the centre does it, and no notice of the Minister has put the governor in its place."""
    return _is_delegated(request) and not request.emergency_notice


def _is_delegated(request: SupplyRequest) -> bool:
    """What a governor does himself even where he delegates (30-8, 30-10(3)) is not delegated."""
    is_governor = request.serving is NodeRole.PREFECTURE
    place = place_of(request.affair)
    own = place is not None and place[0] in _NOT_DELEGATED
    return is_governor and request.delegating and not own


def _basis_of_serving(request: SupplyRequest) -> tuple[str, ...]:
    if request.serving is NodeRole.NATIONAL:
        return ("Act Art. 30-10(1)(iii)",)
    return ("Act Art. 30-27(1)",) if _is_delegated(request) else ()


class Result(StrEnum):
    """What an answer says about the person."""

    FOUND = "found"
    NONE = "none"
    AMBIGUOUS = "ambiguous"
    """More than one person has the four items; nobody is told who."""
    UNDETERMINED = "undetermined"
    """The stores hold two live records that contradict each other; the municipalities must repair them."""


class AnswerReason(StrEnum):
    """The one reason an answer may give."""

    SUPERSEDED = "superseded"
    """The code was replaced. The new one is never told."""


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """What a store knows of the records that match a query.

    ``matches`` counts persons; where several match, those withheld are left out before counting.
    ``blocked``: the one who matches is withheld. ``kept_until``: the last day on which the latest record
    is kept, None for no end in sight. ``undetermined_from``: from ``jukinet.law.present_place``.
    """

    matches: int
    superseded: bool = False
    blocked: bool = False
    kept_until: date | None = None
    undetermined_from: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is answered; ``history`` says whether the records found are given as history."""

    result: Result
    reason: AnswerReason | None = None
    history: bool = False


NOTHING = Outcome(Result.NONE)


def outcome(facts: MatchFacts, on: date) -> Outcome:
    """What may be said of a person on a day.

    Only information within its retention term is supplied (30-7(3)). The rest is our policy: a blocked
    person is answered exactly as one who does not exist, before anything else is looked at; an old code
    finds no present record, and the earlier one as history.
    """
    if facts.matches == 0 or facts.blocked or (facts.kept_until is not None and on > facts.kept_until):
        return NOTHING
    if facts.matches > 1:
        return Outcome(Result.AMBIGUOUS)
    if facts.superseded:
        return Outcome(Result.NONE, AnswerReason.SUPERSEDED, history=True)
    if facts.undetermined_from is not None and on >= facts.undetermined_from:
        return Outcome(Result.UNDETERMINED)
    return Outcome(Result.FOUND, history=True)


RULES: tuple[FailedRule, ...] = (S1, S2, S3, S4, S5, P1, P3)
