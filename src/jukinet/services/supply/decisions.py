"""Whether a request may be answered: the law, the directory's word on the organ, and this node's own.

Owns the decision on a request alone, before anybody is looked up. Limits are met later, where requests are counted
(``jukinet.services.supply.limits``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from jukinet.domain.line import LineState
from jukinet.domain.municipality import OrganSlug
from jukinet.law.catalogue import QueryKind, packaged
from jukinet.law.decisions import Decision, FailedRule, Refused, policy
from jukinet.messages.directory import OrganState
from jukinet.services.context import Context
from jukinet.services.line import NC1
from jukinet.services.supply import deciding
from jukinet.services.supply.deciding import AS_EVER
from jukinet.services.supply.limits import SL5, SL6
from jukinet.services.supply.queries import SupplyQuery
from jukinet.store.supply import Premises

S11 = policy("S11", "Directory of the network", "The organ is not an active one of the network's directory.")

_MOST = 10_000
"""Decisions kept: the name of an affair is the sender's text."""


_Asked: TypeAlias = tuple[OrganSlug, OrganSlug | None, str, QueryKind, date | None]


class Decisions:
    """Decisions on requests alone, each made once as long as nothing changes of what they all rest on."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._rest: tuple[object, ...] = ()
        self._premises: Premises | None = None
        self._on = date.min
        self._made: dict[_Asked, tuple[tuple[FailedRule, ...], Decision]] = {}
        self._left_out: dict[tuple[OrganSlug, str], list[str]] = {}

    def rest_on(self, premises: Premises, on: date) -> None:
        """What the decisions that follow rest on. Those made before stand only if it is what it was."""
        rest = (self._ctx.directory(), packaged())
        same = len(self._rest) == len(rest) and all(a is b for a, b in zip(self._rest, rest, strict=True))
        if not same or premises != self._premises or on != self._on or len(self._made) > _MOST:
            self._made, self._left_out = {}, {}
        self._rest, self._premises, self._on = rest, premises, on

    def decide(self, organ: OrganSlug, query: SupplyQuery, unproved: tuple[FailedRule, ...]) -> Decision:
        """Whether it may be answered, or every rule that failed; ``unproved``: those that its signature fails."""
        consented_on = query.consent.given_on if query.consent else None
        asked = organ, query.for_organ, query.affair, query.by, consented_on
        made = self._made.get(asked)
        if made is None:
            made = self._made[asked] = (
                tuple(self._turned_away(organ, query.for_organ)),
                self._of_the_law(*asked),
            )
        turned_away, decision = made
        if self._premises and f"operator {organ.text} {query.operator}" in self._premises.blocked:
            turned_away = (*turned_away, SL6)
        if not turned_away and not unproved:
            return decision
        return Refused((*turned_away, *unproved, *(decision.failed if isinstance(decision, Refused) else ())))

    def left_out(self, organ: OrganSlug, affair: str) -> list[str]:
        """The prefectures whose people are no part of the answer."""
        asked = organ, affair
        found = self._left_out.get(asked)
        if found is None:
            centre = self._premises.centre if self._premises else AS_EVER
            prefectures = deciding.left_out(self._ctx, organ, affair, self._on, centre)
            found = self._left_out[asked] = sorted(one.text for one in prefectures)
        return found

    def _of_the_law(
        self,
        organ: OrganSlug,
        for_organ: OrganSlug | None,
        affair: str,
        by: QueryKind,
        consented_on: date | None,
    ) -> Decision:
        premises = self._premises
        return deciding.by_law(
            self._ctx,
            for_organ or organ,
            affair,
            by,
            self._on,
            premises.alone if premises else (),
            through=organ if for_organ else None,
            ordinances=premises.ordinances if premises else (),
            consented_on=consented_on,
            centre=premises.centre if premises else AS_EVER,
        )

    def _turned_away(self, organ: OrganSlug, for_organ: OrganSlug | None) -> Iterator[FailedRule]:
        """What stands against the organ itself, or against this node serving anybody."""
        premises, directory, both = self._premises, self._ctx.directory(), (organ, for_organ or organ)
        asking = [directory.organ(one) for one in both]
        if premises is None or premises.line.state is not LineState.OPEN:
            yield NC1
        if any(one is None or one.state is not OrganState.ACTIVE for one in asking):
            yield S11
        if premises is not None and any(f"organ {one.text}" in premises.blocked for one in both):
            yield SL5
