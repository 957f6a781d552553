"""The supply desk: waiting requests are decided, looked up and audited together, committed, then answered.

The only asynchronous service (measured: requests that share a transaction reach the rate of the database
itself). The law decides each request on its own content, before anybody is looked up; a fault of one request
never touches those gathered with it: where a transaction fails, each of its requests is tried once more by itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from jukinet.audit.entries import SALT_BYTES, AuditEntry, leaf_head, leaf_pieces
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole, OrganSlug
from jukinet.law.catalogue import packaged
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused
from jukinet.messages.directory import OrganState
from jukinet.messages.keys import KeyUse, Signer
from jukinet.messages.promises import Promise
from jukinet.services import audit_tree, trail
from jukinet.services.context import JAPAN, Context
from jukinet.services.supply import askable, deciding, limits, lookups, signatures
from jukinet.services.supply.decisions import S11, Decisions
from jukinet.services.supply.limits import LIMITS, Count, Limits
from jukinet.services.supply.lookups import Limited, Verification
from jukinet.services.supply.queries import FourItems, SupplyQuery
from jukinet.services.supply.signatures import SG5, Checked, Sent
from jukinet.store.supply import ItemKeys, Premises, Settled, SupplyConnection, SupplyDatabase, Together

MOST = 500
"""Requests in one transaction."""
WAIT_SECONDS = 0.002
"""How long the first request waits for others while another transaction is under way; else it waits for none."""
TOGETHER = 2
"""Transactions under way at once, as a rule: of one organ the next waits for the row of its count anyway.

So requests wait here, where they are gathered: sent on every two milliseconds, the next by twos and threes would wait
for each other's commits.
"""
STALLED_SECONDS = 0.1
"""How long they wait for such a transaction to end; then they go beside it, and its trouble is not theirs."""

_LOST = "The answer was lost on its way from the database. Ask again, signed anew."

Answer: TypeAlias = Verification | Refused | Limited


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Waiting:
    """A request on its way to an answer."""

    organ: OrganSlug
    query: SupplyQuery
    signature: Checked
    answered: asyncio.Future[Answer]
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    """Of this request alone, whatever nonce it has: its second try knows by it what the first has done."""

    def tell(self, answer: Answer | Exception) -> None:
        """Answer who waits, if anybody does still. Of an error the door makes a problem document, or logs it."""
        if self.answered.done():
            return
        if isinstance(answer, Exception):
            self.answered.set_exception(answer)
        else:
            self.answered.set_result(answer)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _One:
    """What is settled and committed of one request."""

    waiting: _Waiting
    decision: Decision
    settled: Settled


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Done:
    """What a transaction has done. ``signer``: of the promises, where any could be due."""

    together: Together
    signer: Signer | None
    each: Sequence[_One]


class Desk:
    """Answers requests of organs at a prefecture or the centre. Open it and close it in the event loop that serves."""

    def __init__(self, ctx: Context, database: SupplyDatabase, most: Limits | None = None) -> None:
        self._ctx = ctx
        self._database = database
        self.limits = most or Limits()
        self._decisions = Decisions(ctx)
        self._waiting: deque[_Waiting] = deque()
        self._open = False
        self._due: asyncio.Handle | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._unanswered: set[asyncio.Future[Answer]] = set()

    async def open(self) -> None:
        packaged()  # Reading it takes some tenths of a second, which no request should wait for.
        await self._database.open()
        self._open = True

    async def close(self) -> None:
        """Answer everything that was asked, then close."""
        self._open = False
        if self._unanswered:
            await asyncio.wait(self._unanswered)
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._database.close()

    async def verify(self, organ: OrganSlug, query: SupplyQuery, sent: Sent | None = None) -> Answer:
        """Confirm a person for a listed affair (Act Art. 30-7(3)), or refuse with every rule that failed.

        ``sent``: the request as it came, for its signature.
        """
        if not self._open:
            raise JukinetError(ErrorKind.UNAVAILABLE, "The supply desk is closed.")
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._unanswered.add(answered)
        self._waiting.append(_Waiting(organ, query, signatures.check(self._ctx, organ, sent), answered))
        if self._due is None:
            self._schedule()
        elif len(self._waiting) == MOST:
            self._send()
        try:
            return await answered
        finally:
            self._unanswered.discard(answered)

    async def may_ask(self, organ: OrganSlug) -> bytes | Refused:
        """What an organ may ask here today, as it is sent; one that is no active organ of the directory is refused."""
        async with self._database.connection() as store:
            premises = await store.premises()
            entry = self._ctx.directory().organ(organ)
            if entry is None or entry.state is not OrganState.ACTIVE:
                refused = Refused((S11,))
                await self._note_refusal(store, premises, organ, trail.rules_of(refused))
                return refused
        on = _business_date(premises, self._ctx.now())
        return askable.write_affairs(
            deciding.asker(self._ctx, organ),
            self._ctx.node,
            on,
            delegating=deciding.delegates(self._ctx, on, premises.centre),
            stopped=premises.centre.stopped_tables(on),
            given_up=premises.centre.given_up_tables(on),
            notices=premises.alone,
            ordinances=premises.ordinances,
        )

    async def note_unreadable(self, organ: OrganSlug, error: JukinetError) -> None:
        """Record that an organ sent what is no request; nothing of it is kept."""
        async with self._database.connection() as store:
            await self._note_refusal(store, await store.premises(), organ, (str(error.kind),))

    async def _note_refusal(
        self, store: SupplyConnection, premises: Premises, organ: OrganSlug, rules: tuple[str, ...]
    ) -> None:
        at = self._ctx.now()
        entry = AuditEntry(
            at=at,
            business_on=_business_date(premises, at),
            event=AuditEvent.SUPPLIED,
            outcome=Outcome.REFUSED,
            actor=organ.uri,
            rules=rules,
        )
        await store.append(entry)

    def _schedule(self) -> None:
        """Let those who wait go: at once where nothing is under way, all that arrived together; else a little later."""
        loop = asyncio.get_running_loop()
        if not self._under_way:
            self._due = loop.call_soon(self._send)
            return
        wait = WAIT_SECONDS if len(self._under_way) < TOGETHER else STALLED_SECONDS
        self._due = loop.call_later(wait, self._send)

    def _send(self) -> None:
        """Send those on their way that wait longest."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        if batch:
            task = asyncio.create_task(self._answer(batch))
            self._under_way.add(task)
            task.add_done_callback(self._next)
        if self._waiting:
            self._schedule()

    def _next(self, done: asyncio.Task[None]) -> None:
        self._under_way.discard(done)
        if self._waiting and len(self._under_way) < TOGETHER:
            self._send()

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            done = await self._work(batch)
        except Exception:  # noqa: BLE001 - whatever one request breaks must not reach the others
            await self._mend()
            await asyncio.gather(*(self._answer_alone(waiting) for waiting in batch))
            return
        self._tell(done)

    async def _mend(self) -> None:
        try:
            await self._database.mend()
        except JukinetError:
            return  # What is broken still, the second try of each request will tell it.

    async def _answer_alone(self, waiting: _Waiting) -> None:
        """The second and last try of a request, whether others failed with it or not."""
        try:
            done = await self._work([waiting], tried=True)
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            waiting.tell(error)
            return
        self._tell(done)

    async def _work(self, batch: Sequence[_Waiting], *, tried: bool = False) -> _Done:
        """Decide; look up, write an audit entry each and commit, in one statement. Answers exist only then.

        The business date, the line and the blocks are read for each batch: a date kept from one batch to the next
        would decide on yesterday's after midnight. ``tried``: it failed before.
        """
        async with self._database.connection() as store:
            premises, at = await store.premises(), self._ctx.now()
            on = _business_date(premises, at)
            self._decisions.rest_on(premises, on)
            decisions = [self._decide(waiting) for waiting in batch]
            # Nobody is looked up where no promise could be given.
            permitted = any(isinstance(one, Permitted) for one in decisions)
            signer = self._ctx.signers[KeyUse.LOG] if permitted else None
            together = self._together(at, on)
            count = Count(self.limits, at)
            asked = [
                {
                    **_asked(place, waiting, decision, together, count),
                    **self._once(waiting, tried=tried),
                    **self._left_out(waiting),
                }
                for place, (waiting, decision) in enumerate(zip(batch, decisions, strict=True))
            ]
            settled = await store.answer(together, asked, count.keys())
        each = [_One(*one) for one in zip(batch, decisions, settled, strict=True)]
        return _Done(together, signer, each)

    def _tell(self, done: _Done) -> None:
        """Promise and answer. What fails now was done all the same: it is tried no second time."""
        try:
            promised: Sequence[Promise | None] = [None] * len(done.each)
            if done.signer is not None:
                promised = audit_tree.promise(self._ctx, done.signer, [one.settled.leaf for one in done.each])
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            for one in done.each:
                one.waiting.tell(error)
            return
        for one, promise in zip(done.each, promised, strict=True):
            try:
                answer: Answer | Exception = self._answer_of(one, done.together, promise)
            except Exception as error:  # noqa: BLE001 - told to whoever waits
                answer = error
            one.waiting.tell(answer)

    def _decide(self, waiting: _Waiting, *besides: FailedRule) -> Decision:
        unproved = (*waiting.signature.failed, *besides)
        return self._decisions.decide(waiting.organ, waiting.query, unproved)

    def _once(self, waiting: _Waiting, *, tried: bool) -> dict[str, Any]:
        """The nonce of a signed request, and the rules of its entry where the statement finds that it was used."""
        proof = waiting.signature.proof
        if proof is None:
            return {}
        return {
            "organ": waiting.organ.text,
            "nonce": proof.nonce,
            "nonce_ends": proof.expires,
            "mark": waiting.mark,
            "tried": tried,
            "replay_rules": trail.rules_of(self._decide(waiting, SG5)),
        }

    def _left_out(self, waiting: _Waiting) -> dict[str, Any]:
        query = waiting.query
        prefectures = self._decisions.left_out(query.for_organ or waiting.organ, query.affair)
        return {"left_out": prefectures} if prefectures else {}

    def _together(self, at: datetime, on: date) -> Together:
        return Together(
            at=at,
            on=on,
            event=AuditEvent.SUPPLIED,
            before_outcome=leaf_head(at, on, AuditEvent.SUPPLIED),
            today=limits.day_began(at),
            person_most=self.limits.person_per_day,
            person_rule=limits.person_rule(),
        )

    def _answer_of(self, one: _One, together: Together, promise: Promise | None) -> Answer:
        waiting, decision, settled = one.waiting, one.decision, one.settled
        if settled.result == "lost":
            raise JukinetError(ErrorKind.UNAVAILABLE, _LOST)
        if settled.result == "replayed":
            decision = self._decide(waiting, SG5)
        if isinstance(decision, Refused):
            return decision
        if settled.result == "limited":
            rules = {text.partition(" ")[0] for text in settled.rules}
            refused = Refused(tuple(LIMITS[rule] for rule in sorted(rules)))
            return Limited(refused, limits.retry_after(rules, together.at, together.today))
        return lookups.verification(
            waiting.query.request_id, decision.basis, settled, self._ctx.node.role, together.on, promise
        )


def _business_date(premises: Premises, at: datetime) -> date:
    return premises.pinned or at.astimezone(JAPAN).date()


def _asked(
    place: int, waiting: _Waiting, decision: Decision, together: Together, count: Count
) -> dict[str, Any]:
    """What the statement is told of one request."""
    query, organ = waiting.query, waiting.organ
    code = query.who.text if isinstance(query.who, ResidentRecordCode) else None
    terminal = _terminal(query)
    pieces = leaf_pieces(together.before_outcome, organ.uri, terminal, query.affair, query.request_id)
    row: dict[str, Any] = {
        "place": place,
        "actor": organ.uri,
        "terminal": terminal,
        "affair": query.affair,
        "reference": query.request_id,
        "rules": trail.rules_of(decision),
        "permitted": isinstance(decision, Permitted),
        # Salts need no seam for tests: nothing may depend on their value.
        "salt": "\\x" + secrets.token_hex(SALT_BYTES),
        "before_subject": "\\x" + pieces.before_subject.hex(),
        "before_rules": "\\x" + pieces.before_rules.hex(),
        **count.add(organ, query.operator, items=code is None),
    }
    if isinstance(query.who, FourItems):
        return row | _items(query.who)
    row["code"] = code
    return row


def _items(who: FourItems) -> dict[str, Any]:
    keys = ItemKeys.of(who.name, who.address, str(who.birth_date), who.sex)
    return {
        "birth_date": keys.birth_date,
        "name_key": keys.name_key,
        "address_key": keys.address_key,
        "sex": keys.sex,
    }


def _terminal(query: SupplyQuery) -> str:
    """Who asked in which case, for whom where a governor hands the request on, and with which consent."""
    handed_on = f" / for {query.for_organ}" if query.for_organ else ""
    consent = f" / consent {query.consent.given_on} {query.consent.affair}" if query.consent else ""
    return f"{query.operator} / {query.case}{handed_on}{consent}"


def serves(node: NodeId) -> bool:
    """Whether a node has a supply door at all."""
    return node.role is not NodeRole.MUNICIPALITY
