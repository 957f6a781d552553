"""The supply desk: waiting requests are looked up and audited together, committed, and only then answered.

The only asynchronous service (measured: requests that share a transaction reach the rate of the database
itself). The law decides each request alone, before it is gathered; a fault of one request never touches those
gathered with it: where a gathered transaction fails, each is tried once more by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole, OrganSlug
from jukinet.law import supply as law_supply
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused, policy
from jukinet.law.supply import AnswerReason, MatchFacts, Result, SupplyRequest
from jukinet.messages.directory import OrganState, SignaturePolicy
from jukinet.services import trail
from jukinet.services.context import JAPAN, Context
from jukinet.services.supply.queries import FourItems, SupplyQuery
from jukinet.store.supply import ItemKeys, Speaking, SupplyDatabase, SupplyTransaction, Told

MOST = 500
"""Requests in one transaction."""
WAIT_SECONDS = 0.002
"""How long the first request waits for others."""

D1 = policy("D1", "Directory of the network", "The organ is not an active one of the network's directory.")
D2 = policy(
    "D2",
    "Directory of the network",
    "The directory asks this organ to sign its requests; this release checks no signatures, so it supplies nothing.",
)

POLICIES = ("history: earlier notices of the same code are given with the answer",)
"""What of an answer is our choice and not law; shown in it."""


@dataclass(frozen=True, slots=True, repr=False)
class Verification:
    """An answer: what may be said, of whom, and on which basis. ``person`` where the result is FOUND."""

    request_id: str
    result: Result
    reason: AnswerReason | None
    person: Told | None
    history: tuple[Told, ...]
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Waiting:
    """A permitted request on its way to an answer."""

    organ: OrganSlug
    query: SupplyQuery
    decision: Permitted
    on: date
    answered: asyncio.Future[Verification]


class Desk:
    """Answers requests of organs at one node. Open it and close it in the event loop that serves."""

    def __init__(self, ctx: Context, database: SupplyDatabase) -> None:
        self._ctx = ctx
        self._database = database
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._gatherer: asyncio.Task[None] | None = None
        self._batches: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        await self._database.open()
        self._gatherer = asyncio.create_task(self._gather())

    async def close(self) -> None:
        """Answer what is gathered, then close."""
        if self._gatherer is not None:
            self._gatherer.cancel()
        if self._batches:
            await asyncio.wait(self._batches)
        await self._database.close()

    async def verify(self, organ: OrganSlug, query: SupplyQuery) -> Verification | Refused:
        """Confirm a person for a listed affair (Act Art. 30-7(3)), or refuse with every rule that failed."""
        async with self._database.begin() as tx:
            on = await self._business_date(tx)
        decision = self._decide(organ, query, on)
        if isinstance(decision, Refused):
            await self._note_refusal(organ, query, decision, on)
            return decision
        answered: asyncio.Future[Verification] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Waiting(organ, query, decision, on, answered))
        return await answered

    async def note_unreadable(self, organ: OrganSlug, error: JukinetError) -> None:
        """Record that an organ sent what is no request; nothing of it is kept."""
        async with self._database.begin() as tx:
            on = await self._business_date(tx)
            rules = (str(error.kind),)
            await tx.append([self._entry(organ, None, Outcome.REFUSED, rules, on)])

    async def _business_date(self, tx: SupplyTransaction) -> date:
        return await tx.pinned_date() or self._ctx.now().astimezone(JAPAN).date()

    def _decide(self, organ: OrganSlug, query: SupplyQuery, on: date) -> Decision:
        """The law's decision, with the directory's on the organ; every rule that failed."""
        directory = self._ctx.directory()
        entry = directory.organ(organ)
        failed: list[FailedRule] = []
        if entry is None or entry.state is not OrganState.ACTIVE:
            failed.append(D1)
        elif entry.signature is SignaturePolicy.REQUIRED:
            failed.append(D2)
        own = directory.node(self._ctx.node)
        decision = law_supply.decide(
            SupplyRequest(
                organ=organ,
                affair=query.affair,
                by=query.by,
                on=on,
                serving=self._ctx.node.role,
                delegating=bool(own and own.delegates),
            )
        )
        if isinstance(decision, Refused):
            failed += decision.failed
        return Refused(tuple(failed)) if failed else decision

    async def _note_refusal(self, organ: OrganSlug, query: SupplyQuery, refused: Refused, on: date) -> None:
        async with self._database.begin() as tx:
            rules = trail.rules_of(refused)
            await tx.append([self._entry(organ, query, Outcome.REFUSED, rules, on)])

    def _entry(
        self,
        organ: OrganSlug,
        query: SupplyQuery | None,
        outcome: Outcome,
        rules: tuple[str, ...],
        on: date,
        code: ResidentRecordCode | None = None,
    ) -> AuditEntry:
        asked = query.who if query and isinstance(query.who, ResidentRecordCode) else None
        return AuditEntry(
            at=self._ctx.now(),
            business_on=on,
            event=AuditEvent.SUPPLIED,
            outcome=outcome,
            actor=organ.uri,
            terminal=f"{query.operator} / {query.case}" if query else None,
            subject_code=code or asked,
            affair=query.affair if query else None,
            reference=query.request_id if query else None,
            rules=rules,
        )

    async def _gather(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(WAIT_SECONDS)
            while len(batch) < MOST and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            task = asyncio.create_task(self._answer(batch))
            self._batches.add(task)
            task.add_done_callback(self._batches.discard)

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            answers = await self._look_up(batch)
        except Exception:  # noqa: BLE001 - whatever one request breaks must not reach the others
            if len(batch) > 1:
                await asyncio.gather(*(self._answer([waiting]) for waiting in batch))
            else:
                _fail(batch[0])
            return
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answered.done():
                waiting.answered.set_result(answer)

    async def _look_up(self, batch: Sequence[_Waiting]) -> list[Verification]:
        """Look up, write one audit entry a request, commit. The answers exist only after the commit."""
        async with self._database.begin() as tx:
            found = await _find(tx, batch)
            told = [_outcome(waiting, one) for waiting, one in zip(batch, found, strict=True)]
            histories = await tx.histories(
                [one[0].code for one, answer in zip(found, told, strict=True) if answer.history and one]
            )
            answers = [
                _verification(waiting, one, outcome, histories)
                for waiting, one, outcome in zip(batch, found, told, strict=True)
            ]
            await tx.append(
                [
                    self._entry(
                        waiting.organ,
                        waiting.query,
                        Outcome.DONE if answer.person or answer.history else Outcome.NONE,
                        answer.basis,
                        waiting.on,
                        one[0].code if one and (answer.person or answer.history) else None,
                    )
                    for waiting, one, answer in zip(batch, found, answers, strict=True)
                ]
            )
        return answers


def _fail(waiting: _Waiting) -> None:
    if not waiting.answered.done():
        waiting.answered.set_exception(
            JukinetError(ErrorKind.UNAVAILABLE, "The request could not be answered now. Try again.")
        )


async def _find(tx: SupplyTransaction, batch: Sequence[_Waiting]) -> list[list[Speaking]]:
    """For each request, the records of those who match: by code at most one."""
    codes = [w.query.who for w in batch if isinstance(w.query.who, ResidentRecordCode)]
    items = [
        ItemKeys.of(w.query.who.name, w.query.who.address, str(w.query.who.birth_date), w.query.who.sex)
        for w in batch
        if isinstance(w.query.who, FourItems)
    ]
    by_code = await tx.by_codes(codes) if codes else {}
    by_items = iter(await tx.by_items(items) if items else [])
    found: list[list[Speaking]] = []
    for waiting in batch:
        who = waiting.query.who
        if isinstance(who, ResidentRecordCode):
            found.append([by_code[who]] if who in by_code else [])
        else:
            found.append(next(by_items))
    return found


def _outcome(waiting: _Waiting, found: list[Speaking]) -> law_supply.Outcome:
    one = found[0] if len(found) == 1 else None
    facts = MatchFacts(matches=len(found))
    if one is not None:
        facts = replace(
            facts,
            superseded=one.superseded,
            kept_until=one.retain_until,
            undetermined_from=one.undetermined_from,
        )
    return law_supply.outcome(facts, waiting.on)


def _verification(
    waiting: _Waiting,
    found: list[Speaking],
    outcome: law_supply.Outcome,
    histories: dict[ResidentRecordCode, list[Told]],
) -> Verification:
    history = histories.get(found[0].code, []) if found and outcome.history else []
    shown = outcome.result is Result.FOUND
    return Verification(
        request_id=waiting.query.request_id,
        result=outcome.result,
        reason=outcome.reason,
        person=found[0].told if shown else None,
        # The last state is the person itself; what came before it is history.
        history=tuple(history[:-1] if shown else history),
        basis=waiting.decision.basis,
    )


def serves(node: NodeId) -> bool:
    """Whether a node has a supply door at all."""
    return node.role is not NodeRole.MUNICIPALITY
