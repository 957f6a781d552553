"""The register API (``/register/v1``): acts and looks for a municipality's own systems.

Owns the routes, and what stands in a request's head. Which acts and looks there are is in
``jukinet.services.register_acts`` and ``register_reads``; that a request is done once, in ``keyed``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from jukinet.domain.errors import ErrorKind, Fault, JukinetError, invalid
from jukinet.domain.municipality import Party, SystemId
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.network import gates, openapi, shapes
from jukinet.network.descriptions import Header
from jukinet.network.gates import Endpoint, Gate, GatedRoute, Keeper
from jukinet.network.problems import refused
from jukinet.network.requests import JSON, read_bytes
from jukinet.services import drafts, filing_days, keyed
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.drafts import Entered
from jukinet.services.feed import FeedPage
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Drafted
from jukinet.services.register_acts import DRAFTABLE, FiledAct
from jukinet.services.register_reads import READS, Read
from jukinet.services.tags import Tag

T = TypeVar("T")

THREADS = 4
"""Requests worked on at once; as many as the office's pool has connections."""

MAX_FILING = 1024 * 1024
"""Bytes of one filing."""

MOST_TAGS = 50

_PRIVATE = {"Cache-Control": "no-store"}
"""Resident numbers and records are nobody's to keep on the way."""


@dataclass(frozen=True, slots=True)
class RegisterAccess:
    """What a municipality opens to its own systems: its register, as the office sees it, and to whom.

    ``feeds``: which of them may be told of everybody who changes.
    """

    ctx: Context
    systems: frozenset[SystemId]
    feeds: frozenset[SystemId] = frozenset()


def routes(access: RegisterAccess, keeper: Keeper) -> list[GatedRoute]:
    """The routes of the register API, all behind one gate."""
    api = _RegisterApi(access.ctx, keeper)

    def post(name: str, endpoint: Endpoint, gate: Gate = gates.SYSTEMS) -> GatedRoute:
        return gates.gated(openapi.path_of(name), endpoint, gate, keeper, methods=["POST"])

    return [
        *(post(act.name, partial(api.act, act)) for act in DRAFTABLE),
        *(post(openapi.draft_of(act), partial(api.draft, act)) for act in DRAFTABLE),
        *(post(act.name, partial(api.at_once, act)) for act in openapi.AT_ONCE),
        *(post(read.name, partial(api.read, read), gate_of(read)) for read in READS),
        gates.gated(openapi.PATH, api.openapi, gates.SYSTEMS, keeper, methods=["GET"]),
    ]


def gate_of(read: Read) -> Gate:
    """The feed tells of everybody, so a system is admitted to it by name once more."""
    return gates.FEED if read.answer is FeedPage else gates.SYSTEMS


class _RegisterApi:
    def __init__(self, ctx: Context, keeper: Keeper) -> None:
        self._ctx = ctx
        self._keeper = keeper
        # A limiter of its own: a town's systems take no thread from other nodes, nor these from them.
        self._limiter = CapacityLimiter(THREADS)

    async def act(self, act: FiledAct[Any], request: Request, party: Party) -> Response:
        """An act by one person, where the municipality has no second one complete it."""
        taken = await self._taken(request, party, act.read)

        def do(ctx: Context, claim: OperatorClaim, filing: object) -> object:
            return drafts.do_at_once(ctx, claim, act, filing)

        return await self._do_once(request, taken.asks(act.name), do, taken.filing, act.answer)

    async def draft(self, act: FiledAct[Any], request: Request, party: Party) -> Response:
        """An act entered as a draft: the records of If-Match are kept with it, too."""
        taken = await self._taken(request, party, act.read)

        def do(ctx: Context, claim: OperatorClaim, entered: Entered) -> Drafted | Refused:
            return drafts.enter(ctx, claim, act, entered)

        entered = Entered(taken.dated, taken.head.tags)
        return await self._do_once(request, taken.asks(openapi.draft_of(act)), do, entered, Drafted)

    async def at_once(self, act: FiledAct[Any], request: Request, party: Party) -> Response:
        """An act that no draft is made of: one beside the register, or a step with a draft that is there."""
        taken = await self._taken(request, party, act.read)
        return await self._do_once(request, taken.asks(act.name), act.do, taken.filing, act.answer)

    async def _do_once(
        self,
        request: Request,
        asked: keyed.Request,
        do: Callable[[Context, OperatorClaim, T], object],
        filing: T,
        answer: type,
    ) -> Response:
        work = partial(keyed.do_once, self._ctx, asked, do, filing, answer)
        try:
            outcome = await anyio.to_thread.run_sync(work, limiter=self._limiter)
        except TurnedBackError as error:
            return refused(request.scope, error.refused.failed)
        if isinstance(outcome, Refused):
            return refused(request.scope, outcome.failed)
        return Response(strict_json.dump(shapes.plain(outcome)), headers=_PRIVATE, media_type=JSON)

    async def read(self, read: Read, request: Request, party: Party) -> Response:
        taken = await self._taken(request, party, read.read, acts=False)
        work = partial(read.do, self._ctx, taken.head.claim, taken.filing)
        answer = await anyio.to_thread.run_sync(work, limiter=self._limiter)
        if isinstance(answer, Refused):
            return refused(request.scope, answer.failed)
        tag = {"ETag": f'"{answer.etag}"'} if hasattr(answer, "etag") else {}
        return Response(strict_json.dump(shapes.plain(answer)), headers=_PRIVATE | tag, media_type=JSON)

    async def openapi(self, _request: Request, _party: Party) -> Response:
        # Made of every reader when it is first asked for, which takes seconds: no start of a door waits for that.
        document = await anyio.to_thread.run_sync(openapi.served, limiter=self._limiter)
        return Response(document, media_type=JSON)

    async def _taken(
        self, request: Request, party: Party, read: Callable[[object], T], *, acts: bool = True
    ) -> _Taken[T]:
        """Head and body of a request; raises INVALID with every fault of both at once."""
        if not isinstance(party, SystemId):
            raise JukinetError(ErrorKind.FORBIDDEN, "Only a municipality's own system may use this address.")
        async with self._keeper.recording(party):
            body = await read_bytes(request, limit=MAX_FILING)
        sent = strict_json.parse(body, limit=MAX_FILING)
        faults: list[Fault] = []
        head = _read_head(request, party, faults, acts=acts)
        dated = sent
        try:
            if acts and filing_days.lacks_day(read, sent):
                work = partial(filing_days.dated, self._ctx, read, sent)
                dated = await anyio.to_thread.run_sync(work, limiter=self._limiter)
            filing = read(dated)
        except JukinetError as error:
            raise invalid(*faults, *error.faults) if error.faults else error from None
        if faults:
            raise invalid(*faults)
        return _Taken(head, filing, sent, dated)


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of a request says: from which system, under which key, who acts, on which states of records."""

    system: SystemId
    key: str
    claim: OperatorClaim
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class _Taken(Generic[T]):
    """What a request says: ``sent`` is known again under its key, ``dated`` has its day; ``filing`` is that, read."""

    head: _Head
    filing: T
    sent: dict[str, object]
    dated: dict[str, object]

    def asks(self, act: str) -> keyed.Request:
        head = self.head
        return keyed.Request(head.system, head.key, act, head.claim, self.sent, head.tags)


def _read_head(request: Request, system: SystemId, faults: list[Fault], *, acts: bool) -> _Head:
    """Faults are added to the list; what is returned then has no meaning."""

    def take(header: Header) -> str:
        given = request.headers.getlist(header.name)
        if not given and not header.required:
            return ""
        if len(given) != 1 or not re.fullmatch(header.pattern, given[0], re.ASCII):
            faults.append(Fault(header.name, "is missing" if not given else header.expected))
            return ""
        return given[0]

    operator, terminal = take(openapi.OPERATOR), take(openapi.TERMINAL)
    key = take(openapi.KEY) if acts else ""
    tags = take(openapi.IF_MATCH) if acts else ""
    confirmed = take(openapi.CONFIRMED) != ""
    # The audit log says which of the town's systems vouched for the terminal, and for the operator at it.
    claim = OperatorClaim(operator, f"{system.slug}/{terminal}", confirmed)
    return _Head(system, key, claim, _read_tags(tags, faults))


def _read_tags(text: str, faults: list[Fault]) -> tuple[Tag, ...]:
    found = []
    for part in filter(None, (part.strip().strip('"') for part in text.split(","))):
        try:
            found.append(Tag.parse(part))
        except ValueError as error:
            faults.append(Fault(openapi.IF_MATCH.name, str(error)))
            return ()
    if len(found) > MOST_TAGS:
        faults.append(Fault(openapi.IF_MATCH.name, f"must name at most {MOST_TAGS} records"))
    return tuple(found)
