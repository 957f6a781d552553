"""Supply of identity-verification information: Act Arts. 30-7(3) to (6), 30-8, 30-10 and 30-27.

Owns the decision on a request alone (``decide``), whose people are no part of it (``left_out``), and what an answer
about the person may say (``outcome``). The affairs are in ``jukinet.law.catalogue`` and ``jukinet.law.named_affairs``;
how long a record is kept, in ``jukinet.law.retention``; statistics and material, in ``jukinet.law.figures``.

Who serves what: a governor Table 2 for the organs of municipalities in his area, Table 5 for himself, and of the rest
what he has not delegated; the centre Tables 1, 3 and 4 (30-10(1), (3)).

Fees are in ``jukinet.law.supply_fees``.

Not modelled: that somebody of Table 1 asks to confirm where a person lives (住民の居住関係の確認, 30-7(3)), and that
what is asked is needed in the affair. No request shows it: it names its affair, operator and case, which the log keeps.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.municipality import NodeId, NodeRole, PrefectureCode
from jukinet.law.catalogue import (
    GOVERNOR,
    TABLE_5,
    Affair,
    Asker,
    Catalogue,
    QueryKind,
    is_by_ordinance,
    packaged,
    table_of,
)
from jukinet.law.centre import OG1
from jukinet.law.decisions import Decision, FailedRule, Refused, judge, law, policy
from jukinet.law.named_affairs import BETWEEN_GOVERNORS, CONSENT, named

S1 = law(
    "S1",
    "Act Arts. 30-7(3)-(6), 30-8, Appended Tables 1-5",
    "Information is supplied only for an affair that the Act and the Affairs Ordinance list. "
    "Name the affair for which you ask.",
)
S2 = law(
    "S2",
    "Act Arts. 30-7(3)-(6), 30-8, Appended Tables 1-5",
    "The affair must be in force on the day of the request. See the catalogue for its dates.",
)
S3 = law(
    "S3",
    "Act Arts. 30-7(3)-(6), 30-8(1), Appended Tables 1-4 (upper column)",
    "Only an organ that the affair's row names may ask for it. Ask for an affair of your own.",
)
S4 = law(
    "S4",
    "Act Arts. 30-7(3)-(6), 30-8(1), 30-10(1)",
    "Governors and the designated organ supply, municipalities do not. Ask the centre.",
)
S5 = law(
    "S5",
    "Act Arts. 30-10(3), 30-27(1)",
    "A governor who delegates does not supply for Tables 1, 3 and 4, also while the centre does not answer, "
    "unless the Minister has given notice under Art. 30-27(2). Ask the centre.",
)
S13 = law(
    "S13",
    "Act Arts. 30-7(3), 30-34",
    "This affair passes on what was confirmed under another one. It is a use of what you hold, and nobody is "
    "looked up for it. Ask for the affair under which you confirm.",
)
S14 = law(
    "S14",
    "Act Art. 30-7(4)",
    "For Table 2 a governor supplies to organs of municipalities in his own area. Ask the governor of yours.",
)
S15 = law(
    "S15",
    "Act Art. 30-7(5)",
    "For Table 3 supply is to organs of another prefecture. Of your own people your governor uses Table 5.",
)
S16 = law(
    "S16",
    "Act Art. 30-7(6)",
    "For Table 4 supply is to organs of municipalities in another prefecture. In your own, ask for Table 2.",
)
S17 = law(
    "S17",
    "Act Art. 30-7(6)",
    "For Table 4 a municipality's organ asks through the governor of its own prefecture. Let him send the request.",
)
S18 = law(
    "S18",
    "Act Arts. 30-7(3)-(5), 30-8(1)",
    "Only for Table 4 does one ask through another. The organ itself must send the request.",
)
S19 = law(
    "S19",
    "Act Art. 30-8(1)",
    "For Table 5 a governor uses what he holds himself. Nobody else may ask him, and the centre serves none of it.",
)
S22 = law(
    "S22",
    "Act Art. 30-8(1)(iii)",
    "The person must have consented to the use in this affair. State the day of the consent, and to what.",
)
S23 = law(
    "S23",
    "Act Arts. 30-7(7), 30-11(4)",
    "Between governors this information goes by the line, and on media only at a special request. Ask by the line, or"
    " name the paper of that request.",
)
P1 = policy(
    "P1",
    "Catalogue of affairs (queries)",
    "For this affair the network accepts only the kinds of query that the catalogue gives. "
    "Ask in one of these.",
)
P4 = policy(
    "P4",
    "Choice of this network: who supplies for Table 2",
    "For Table 2 the governor supplies, who may do so beside the centre (Act Art. 30-10(3)). Ask him.",
)

_BY_DELEGATION = frozenset({1, 3, 4})
"""Appended Tables for which a governor who delegates does not serve: 30-10(3) excepts 30-7(4), and never had 30-8."""
_TABLE_2, _TABLE_3, _TABLE_4 = 2, 3, 4


@dataclass(frozen=True, slots=True)
class SupplyRequest:
    """What the law decides on: who asks, for what, how, when, and which node is asked.

    ``through``: the organ that hands the request on for ``organ`` (30-7(6)); None where the organ itself sends it.
    ``delegating``: the serving governor has delegated to the designated organ (30-10(1)).
    ``emergency_notice``: the Minister's notice of Art. 30-27(2) for the affair's table has come and its end has not
    (``jukinet.law.serving_alone``). ``consented_on``: the day on which the person consented, where it is stated.
    ``by_line``: it is answered over the line, and not on media, for which ``special_request`` is there (30-7(7)).
    ``stopped``: the centre does not do this work now.
    """

    organ: Asker
    affair: str
    by: QueryKind
    on: date
    serving: NodeId
    delegating: bool = True
    emergency_notice: bool = False
    through: Asker | None = None
    consented_on: date | None = None
    by_line: bool = True
    special_request: bool = False
    stopped: bool = False

    @property
    def role(self) -> NodeRole:
        return self.serving.role


def decide(
    request: SupplyRequest, catalogue: Catalogue | None = None, ordinances: Collection[Affair] = ()
) -> Decision:
    """Whether the request may be answered, or every failed one of ``RULES`` and OG1.

    ``ordinances``: what ordinances of the serving governor's prefecture let be asked for (``jukinet.law.ordinances``);
    to each apply the rules of the table to whose paragraph it belongs. Of an affair that is not listed at all only S1
    is reported, with what does not depend on a row. That a centre serves only for governors who delegate to it
    (30-10(1)) is in whom it leaves out (``left_out``).
    """
    catalogue = catalogue or packaged()
    versions = catalogue.versions(request.affair) or tuple(
        one for one in (*named(), *ordinances) if one.id == request.affair
    )
    affair = next((version for version in versions if version.in_force(request.on)), None)
    considered = (affair,) if affair else versions
    table = considered[0].table if considered else None
    return judge(
        (S1, bool(versions)),
        (S2, affair is not None or not versions),
        (S3, not versions or any(version.names(request.organ) for version in considered)),
        (S4, request.role is not NodeRole.MUNICIPALITY),
        (S5, not _delegated_away(request)),
        (S13, not any(version.onward for version in considered)),
        (S14, table != _TABLE_2 or _is_of_the_area(request)),
        (S15, table != _TABLE_3 or _is_elsewhere(request, NodeRole.PREFECTURE)),
        (S16, table != _TABLE_4 or _is_elsewhere(request, NodeRole.MUNICIPALITY)),
        (S17, table != _TABLE_4 or _comes_through_its_governor(request)),
        (S18, table in {None, _TABLE_4} or request.through is None),
        (S19, table != TABLE_5 or request.organ.seat == request.serving),
        (S22, request.affair != CONSENT or _has_consent(request)),
        (S23, request.affair != BETWEEN_GOVERNORS or request.by_line or request.special_request),
        (OG1, not (request.stopped and request.role is NodeRole.NATIONAL)),
        (P1, not versions or any(request.by in version.queries for version in considered)),
        (P4, table != _TABLE_2 or request.role is not NodeRole.NATIONAL),
        basis=(*(affair.basis if affair else ()), *_basis_of_serving(request)),
    )


@dataclass(frozen=True, slots=True)
class Askable:
    """An affair that an organ may name; ``through_governor``: only by way of that of its prefecture (30-7(6))."""

    affair: Affair
    through_governor: bool


def may_ask(
    organ: Asker,
    serving: NodeId,
    on: date,
    *,
    delegating: bool = True,
    emergency: frozenset[int] = frozenset(),
    ordinances: tuple[Affair, ...] = (),
    stopped: frozenset[int] = frozenset(),
    given_up: frozenset[int] = frozenset(),
    catalogue: Catalogue | None = None,
) -> tuple[Askable, ...]:
    """Every affair that the organ may name at this node on this day.

    ``emergency``: tables of a Minister's notice; ``stopped``: those for which the centre supplies nothing now;
    ``given_up``: those for which it never will again, so that nobody delegates for them.
    """
    catalogue = catalogue or packaged()
    found = []
    for affair in (*catalogue.listing(on), *named(), *(one for one in ordinances if one.in_force(on))):
        notice = affair.table in emergency
        by = next(iter(affair.queries))
        lets = delegating and affair.table not in given_up
        stands_still = affair.table in stopped
        request = SupplyRequest(organ, affair.id, by, on, serving, lets, notice, stopped=stands_still)
        decision = decide(request, catalogue, ordinances)
        failed = decision.failed if isinstance(decision, Refused) else ()
        if set(failed) <= {S17, S22}:  # What the organ names of each request is not missing yet.
            found.append(Askable(affair, through_governor=S17 in failed))
    return tuple(found)


def left_out(
    serving: NodeId, affair: str, seat: NodeId | None, not_delegating: frozenset[PrefectureCode] = frozenset()
) -> frozenset[PrefectureCode]:
    """The prefectures whose people are no part of the answer; ``seat``: of the organ for which it is asked.

    For Tables 3 and 4 a governor supplies to another's area (30-7(5), (6)). The centre does it for each who delegates,
    so for all but the asker's own: what that one alone was told of he supplies under 30-7(4), or uses (30-8). For who
    does not delegate it does nothing (30-10(1), 30-26).
    """
    if serving.role is not NodeRole.NATIONAL:
        return frozenset()
    own = seat.prefecture if seat and table_of(affair) in {_TABLE_3, _TABLE_4} else None
    return not_delegating | {own} if own else not_delegating


def _has_consent(request: SupplyRequest) -> bool:
    return request.consented_on is not None and request.consented_on <= request.on


def _is_of_the_area(request: SupplyRequest) -> bool:
    """A municipality's organ, and where a governor serves, of a municipality of his."""
    seat = request.organ.seat
    if seat is None or seat.role is not NodeRole.MUNICIPALITY:
        return False
    return request.role is not NodeRole.PREFECTURE or seat.prefecture == request.serving.prefecture


def _is_elsewhere(request: SupplyRequest, role: NodeRole) -> bool:
    """An organ of a municipality or prefecture, and not of the prefecture that serves."""
    seat = request.organ.seat
    return seat is not None and seat.role is role and seat.prefecture != request.serving.prefecture


def _comes_through_its_governor(request: SupplyRequest) -> bool:
    through, seat = request.through, request.organ.seat
    if through is None or through.seat is None or seat is None:
        return False
    is_governor = GOVERNOR in {through.slug, *through.capacities} and through.seat.role is NodeRole.PREFECTURE
    return is_governor and through.seat.prefecture == seat.prefecture


def _delegated_away(request: SupplyRequest) -> bool:
    """Whether the centre does it, and no notice of the Minister has put the governor in its place."""
    return _is_delegated(request) and not request.emergency_notice


def _is_delegated(request: SupplyRequest) -> bool:
    """Of an affair that is none the answer is yes: who asks a governor for it is told to ask the centre, too."""
    if request.role is not NodeRole.PREFECTURE or not request.delegating or is_by_ordinance(request.affair):
        return False
    return table_of(request.affair) in {None, *_BY_DELEGATION}


def _basis_of_serving(request: SupplyRequest) -> tuple[str, ...]:
    if request.role is NodeRole.NATIONAL:
        return _DELEGATED.get(table_of(request.affair), ())
    return ("Act Art. 30-27(1)",) if _is_delegated(request) else ()


_DELEGATED: dict[int | None, tuple[str, ...]] = {
    1: ("Act Art. 30-10(1)(iii)",),
    3: ("Act Art. 30-10(1)(v)",),
    4: ("Act Art. 30-10(1)(vi)",),
}


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


RULES: tuple[FailedRule, ...] = (S1, S2, S3, S4, S5, S13, S14, S15, S16, S17, S18, S19, S22, S23, P1, P4)
