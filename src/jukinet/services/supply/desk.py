"""The supply desk: waiting requests are decided, looked up and audited together, committed, then answered.

The only asynchronous service (measured: requests that share a transaction reach the rate of the database
itself). The law decides each request on its own content, before anybody is looked up; a fault of one request
never touches those gathered with it: where a transaction fails, each of its requests is tried once more by itself.
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
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NodeId, NodeRole, OrganSlug
from jukinet.law import catalogue
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused, policy
from jukinet.law.serving_alone import Alone
from jukinet.messages.directory import OrganState
from jukinet.messages.keys import KeyUse
from jukinet.services import audit_tree, trail
from jukinet.services.context import JAPAN, Context
from jukinet.services.line import NC1
from jukinet.services.supply import askable, deciding, lookups, signatures
from jukinet.services.supply.lookups import Verification
from jukinet.services.supply.queries import SupplyQuery
from jukinet.services.supply.signatures import SG5, Checked, Sent
from jukinet.store.line import Line
from jukinet.store.supply import SupplyDatabase, SupplyTransaction

MOST = 500
"""Requests in one transaction."""
WAIT_SECONDS = 0.002
"""How long the first request waits for others."""

S11 = policy("S11", "Directory of the network", "The organ is not an active one of the network's directory.")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Waiting:
    """A request on its way to an answer."""

    organ: OrganSlug
    query: SupplyQuery
    signature: Checked
    answered: asyncio.Future[Verification | Refused]


class Desk:
    """Answers requests of organs at one node. Open it and close it in the event loop that serves."""

    def __init__(self, ctx: Context, database: SupplyDatabase) -> None:
        self._ctx = ctx
        self._database = database
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._gatherer: asyncio.Task[None] | None = None
        self._batches: set[asyncio.Task[None]] = set()
        self._unanswered: set[asyncio.Future[Verification | Refused]] = set()

    async def open(self) -> None:
        catalogue.packaged()  # Reading it takes some tenths of a second, which no request should wait for.
        await self._database.open()
        self._gatherer = asyncio.create_task(self._gather())

    async def close(self) -> None:
        """Answer everything that was asked, then close."""
        gatherer, self._gatherer = self._gatherer, None
        if self._unanswered:
            await asyncio.wait(self._unanswered)
        if self._batches:
            await asyncio.wait(self._batches)
        if gatherer is not None:
            gatherer.cancel()
        await self._database.close()

    async def verify(
        self, organ: OrganSlug, query: SupplyQuery, sent: Sent | None = None
    ) -> Verification | Refused:
        """Confirm a person for a listed affair (Act Art. 30-7(3)), or refuse with every rule that failed.

        ``sent``: the request as it came, for its signature.
        """
        if self._gatherer is None:
            raise JukinetError(ErrorKind.UNAVAILABLE, "The supply desk is closed.")
        answered: asyncio.Future[Verification | Refused] = asyncio.get_running_loop().create_future()
        self._unanswered.add(answered)
        answered.add_done_callback(self._unanswered.discard)
        checked = signatures.check(self._ctx, organ, sent)
        self._queue.put_nowait(_Waiting(organ, query, checked, answered))
        return await answered

    async def may_ask(self, organ: OrganSlug) -> bytes | Refused:
        """What an organ may ask here today, as it is sent; one that is no active organ of the directory is refused."""
        async with self._database.begin() as tx:
            on = await self._business_date(tx)
            notices = await tx.alone() if self._ctx.node.role is NodeRole.PREFECTURE else ()
        directory = self._ctx.directory()
        entry, own = directory.organ(organ), directory.node(self._ctx.node)
        if entry is None or entry.state is not OrganState.ACTIVE:
            return Refused((S11,))
        return askable.write_affairs(
            deciding.asker(self._ctx, organ),
            self._ctx.node,
            on,
            delegating=own is None or own.delegates,
            notices=notices,
        )

    async def note_unreadable(self, organ: OrganSlug, error: JukinetError) -> None:
        """Record that an organ sent what is no request; nothing of it is kept."""
        async with self._database.begin() as tx:
            on = await self._business_date(tx)
            await tx.append([self._entry(organ, None, Outcome.REFUSED, (str(error.kind),), on)])

    async def _business_date(self, tx: SupplyTransaction) -> date:
        return await tx.pinned_date() or self._ctx.now().astimezone(JAPAN).date()

    def _decide(
        self, waiting: _Waiting, replayed: bool, on: date, line: Line, notices: Sequence[Alone]
    ) -> Decision:
        """The law's decision, with the directory's on the organ and the node's on its line; every rule that failed."""
        organ, query = waiting.organ, waiting.query
        directory = self._ctx.directory()
        entry = directory.organ(organ)
        asking = directory.organ(query.for_organ or organ)
        failed: list[FailedRule] = [] if line.state is LineState.OPEN else [NC1]
        if any(one is None or one.state is not OrganState.ACTIVE for one in (entry, asking)):
            failed.append(S11)
        failed += waiting.signature.failed
        if replayed:
            failed.append(SG5)
        decision = deciding.by_law(
            self._ctx, organ, query.affair, query.by, on, notices, for_organ=query.for_organ
        )
        if isinstance(decision, Refused):
            failed += decision.failed
        return Refused(tuple(failed)) if failed else decision

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
            terminal=_terminal(query) if query else None,
            subject_code=code or asked,
            affair=query.affair if query else None,
            reference=query.request_id if query else None,
            rules=rules,
        )

    def _entry_of(self, waiting: _Waiting, answer: Verification | Refused, on: date) -> AuditEntry:
        if isinstance(answer, Refused):
            return self._entry(waiting.organ, waiting.query, Outcome.REFUSED, trail.rules_of(answer), on)
        outcome = Outcome.NONE if answer.subject is None else Outcome.DONE
        return self._entry(waiting.organ, waiting.query, outcome, answer.basis, on, answer.subject)

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
            answers = await self._work(batch)
        except Exception:  # noqa: BLE001 - whatever one request breaks must not reach the others
            await asyncio.gather(*(self._answer_alone(waiting) for waiting in batch))
            return
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answered.done():
                waiting.answered.set_result(answer)

    async def _answer_alone(self, waiting: _Waiting) -> None:
        """The second and last try of a request, whether others failed with it or not."""
        try:
            (answer,) = await self._work([waiting])
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            if not waiting.answered.done():
                # The door makes a problem document of it, and logs what was not foreseen.
                waiting.answered.set_exception(error)
            return
        if not waiting.answered.done():
            waiting.answered.set_result(answer)

    async def _work(self, batch: Sequence[_Waiting]) -> list[Verification | Refused]:
        """Decide, look up, write one audit entry a request, commit, promise. The answers exist only after the commit.

        All of it rests on one business date, read in the transaction: a date kept from one batch to the next
        would decide on yesterday's after midnight.
        """
        async with self._database.begin() as tx:
            on = await self._business_date(tx)
            line = await tx.line()
            notices = await tx.alone() if self._ctx.node.role is NodeRole.PREFECTURE else ()
            replayed = await _replayed(tx, batch)
            decisions = [
                self._decide(waiting, again, on, line, notices)
                for waiting, again in zip(batch, replayed, strict=True)
            ]
            permitted = [
                (waiting.query, decision)
                for waiting, decision in zip(batch, decisions, strict=True)
                if isinstance(decision, Permitted)
            ]
            # Nobody is looked up where no promise could be given.
            signer = self._ctx.signers[KeyUse.LOG] if permitted else None
            found = iter(await lookups.look_up(tx, permitted, self._ctx.node.role, on))
            answers = [one if isinstance(one, Refused) else next(found) for one in decisions]
            leaves = await tx.append(
                [self._entry_of(waiting, one, on) for waiting, one in zip(batch, answers, strict=True)]
            )
        if signer is None:
            return answers
        promised = audit_tree.promise(self._ctx, signer, leaves)
        return [
            one if isinstance(one, Refused) else replace(one, promise=made)
            for one, made in zip(answers, promised, strict=True)
        ]


async def _replayed(tx: SupplyTransaction, batch: Sequence[_Waiting]) -> list[bool]:
    """Whether each comes with a nonce that was used before, be it by one gathered with it, which came first."""
    shown = [(str(one.organ), one.signature.proof) for one in batch]
    nonces = [(organ, proof.nonce, proof.expires) for organ, proof in shown if proof is not None]
    fresh = await tx.spend(nonces) if nonces else set()
    replayed = []
    for organ, proof in shown:
        used = (organ, proof.nonce) if proof is not None else None
        replayed.append(used is not None and used not in fresh)
        fresh -= {used}
    return replayed


def _terminal(query: SupplyQuery) -> str:
    """Who asked in which case, and for whom where a governor hands the request on."""
    handed_on = f" / for {query.for_organ}" if query.for_organ else ""
    return f"{query.operator} / {query.case}{handed_on}"


def serves(node: NodeId) -> bool:
    """Whether a node has a supply door at all."""
    return node.role is not NodeRole.MUNICIPALITY
