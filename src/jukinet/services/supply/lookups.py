"""What is said of the persons asked for: the stores' records, judged by the law, for many requests at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NodeRole
from jukinet.law import retention
from jukinet.law import supply as law_supply
from jukinet.law.decisions import Permitted
from jukinet.law.retention import KeptNotice
from jukinet.law.supply import AnswerReason, MatchFacts, Outcome, Result
from jukinet.messages.promises import Promise
from jukinet.services.supply.queries import FourItems, SupplyQuery
from jukinet.store.supply import ItemKeys, Notified, Speaking, SupplyTransaction, Told

POLICIES = ("history: earlier notices of the same code are given with the answer",)
"""What of an answer is our choice and not law; shown in it."""


@dataclass(frozen=True, slots=True, repr=False)
class Verification:
    """An answer: what may be said, of whom, and on which basis. ``person`` where the result is FOUND.

    ``promise``: once its audit entry is committed.
    """

    request_id: str
    result: Result
    reason: AnswerReason | None
    person: Told | None
    history: tuple[Told, ...]
    basis: tuple[str, ...]
    promise: Promise | None = None

    @property
    def subject(self) -> ResidentRecordCode | None:
        """The code of the person of whom anything is told."""
        shown = self.person or next(iter(self.history), None)
        return shown.facts.code if shown else None


@dataclass(frozen=True, slots=True, repr=False)
class _Judged:
    """Who matches one request, and what the law lets be said."""

    one: Speaking | None
    outcome: Outcome


async def look_up(
    tx: SupplyTransaction, asked: Sequence[tuple[SupplyQuery, Permitted]], holder: NodeRole, on: date
) -> list[Verification]:
    """The answers to permitted requests, in their order."""
    judged = [_judge(found, on) for found in await _find(tx, [query for query, _ in asked])]
    codes = [it.one.code for it in judged if it.one is not None and it.outcome.history]
    histories = await tx.histories(codes) if codes else {}
    return [
        _verification(query, permitted, it, _kept(histories, it, holder, on))
        for (query, permitted), it in zip(asked, judged, strict=True)
    ]


async def _find(tx: SupplyTransaction, queries: Sequence[SupplyQuery]) -> list[list[Speaking]]:
    """For each request, the records of those who match: by code at most one."""
    codes = [query.who for query in queries if isinstance(query.who, ResidentRecordCode)]
    items = [_keys(query.who) for query in queries if isinstance(query.who, FourItems)]
    by_code = await tx.by_codes(codes) if codes else {}
    by_items = iter(await tx.by_items(items) if items else [])
    found: list[list[Speaking]] = []
    for query in queries:
        if isinstance(query.who, ResidentRecordCode):
            found.append([by_code[query.who]] if query.who in by_code else [])
        else:
            found.append(next(by_items))
    return found


def _keys(who: FourItems) -> ItemKeys:
    return ItemKeys.of(who.name, who.address, str(who.birth_date), who.sex)


def _judge(found: Sequence[Speaking], on: date) -> _Judged:
    """Those of whom nothing may be said any more are left out before it is counted how many match."""
    alone = [(one, law_supply.outcome(_facts(one), on)) for one in found]
    standing = [_Judged(one, outcome) for one, outcome in alone if outcome != law_supply.NOTHING]
    if len(standing) == 1:
        return standing[0]
    return _Judged(None, law_supply.outcome(MatchFacts(matches=len(standing)), on))


def _facts(one: Speaking) -> MatchFacts:
    return MatchFacts(
        matches=1,
        superseded=one.superseded,
        kept_until=one.retain_until,
        undetermined_from=one.undetermined_from,
    )


def _kept(
    histories: dict[ResidentRecordCode, list[Notified]], judged: _Judged, holder: NodeRole, on: date
) -> tuple[Told, ...]:
    """The earlier states that are still within their terms (Ord. 30-6, 30-11), oldest first.

    The state that answers is no history of itself. A governor's term of a deletion may end earlier than here,
    by a confirmation (Ord. 13(3)), which is not looked up.
    """
    notices = histories.get(judged.one.code, []) if judged.one is not None else []
    shown = judged.one.history_id if judged.one is not None and _tells(judged.outcome) else None
    ends = [later.received_on for _, later in pairwise(notices)]
    return tuple(
        notice.told
        for notice, next_on in zip(notices, [*ends, None], strict=False)
        if notice.history_id != shown and _is_kept(notice, next_on, holder, on)
    )


def _is_kept(notice: Notified, next_on: date | None, holder: NodeRole, on: date) -> bool:
    kept = KeptNotice(notice.told.kind, notice.told.reason, notice.received_on, next_on=next_on)
    until = retention.kept_until(kept, holder)
    return until is None or on <= until


def _tells(outcome: Outcome) -> bool:
    return outcome.result is Result.FOUND


def _verification(
    query: SupplyQuery, permitted: Permitted, judged: _Judged, history: tuple[Told, ...]
) -> Verification:
    outcome = judged.outcome
    return Verification(
        request_id=query.request_id,
        result=outcome.result,
        reason=outcome.reason,
        person=judged.one.told if judged.one is not None and _tells(outcome) else None,
        history=history,
        basis=permitted.basis,
    )
