"""Ten invented persons and what the door answers about each, for an organ that tries its connection.

Owns who is chosen, and what is expected of each: it is read from the store here, not asked at the door, so that an
organ's first steps compare two ways. Files, certificate and script are made by ``jukinet.node.sandbox``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode, compose, is_issuable
from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import IdentityFacts
from jukinet.law.catalogue import QueryKind, packaged
from jukinet.law.decisions import Decision, Permitted, Refused, policy
from jukinet.law.supply import S3
from jukinet.messages.wire import write_address
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import deciding
from jukinet.store import sandbox
from jukinet.store.database import Transaction

SG6 = policy(
    "SG6",
    "Sandbox",
    "Only a node whose configuration says that everybody is invented (node.sandbox) hands out persons to try with.",
)
SG7 = policy(
    "SG7",
    "Sandbox",
    "Only a node with a supply door, which no municipality has, has anybody to be asked for.",
)
SG8 = policy(
    "SG8",
    "Sandbox",
    "The organ must be one that an affair in force names, for which it may ask by code and by the four items.",
)
SG9 = policy("SG9", "Sandbox", "The store must hold enough persons to try with. Load some first.")

BY_CODE, BY_ITEMS = 5, 3
"""How many of the ten are found in each way; of the two others nobody is found."""


@dataclass(frozen=True, slots=True, repr=False)
class Trial:
    """One request, and what must stand in its answer; ``status`` is that of the answer."""

    name: str
    body: Mapping[str, Any]
    expected: Mapping[str, Any]
    status: int = 200


def make(
    ctx: Context, claim: OperatorClaim, organ: OrganSlug, *, is_sandbox: bool
) -> tuple[Trial, ...] | Refused:
    """Ten persons to ask for, and one request that the law refuses."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.SUPPLY_SANDBOX_MAKE, AuditEvent.SANDBOX_MADE)
        stores = ctx.node.role is not NodeRole.MUNICIPALITY
        affair, other = _affairs(ctx, organ, act.today) if stores else ("", "")
        # Where it may not be, nobody is looked at.
        may_look = is_sandbox and stores and isinstance(act.gate, Permitted)
        people = sandbox.persons(tx, BY_CODE + BY_ITEMS) if may_look else []
        decision = acts.every(
            act.gate,
            acts.require(
                (SG6, is_sandbox),
                (SG7, stores),
                (SG8, affair != "" or not stores),
                (SG9, len(people) == BY_CODE + BY_ITEMS or not may_look),
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(organ))
        act.done(decision, reference=str(organ))
        return _trials(people, _unheld(ctx, tx), affair, other)


def _affairs(ctx: Context, organ: OrganSlug, on: date) -> tuple[str, str]:
    """An affair for which the organ may ask here in both ways, if there is one, and one that is not its own."""

    def decided(affair: str, by: QueryKind) -> Decision:
        return deciding.by_law(ctx, organ, affair, by, on, ())

    listed = [one.id for one in packaged().listing(on)]
    own = (one for one in listed if all(isinstance(decided(one, by), Permitted) for by in QueryKind))
    others = (one for one in listed if decided(one, QueryKind.CODE) == Refused((S3,)))
    return next(own, ""), next(others, "")


def _unheld(ctx: Context, tx: Transaction) -> ResidentRecordCode:
    """A code in its right form that nobody has."""
    while True:
        digits = f"{ctx.randomness.below(10**10):010}"
        if is_issuable(digits) and not sandbox.is_held(tx, compose(digits)):
            return compose(digits)


def _trials(
    people: list[IdentityFacts], nobody: ResidentRecordCode, affair: str, other: str
) -> tuple[Trial, ...]:
    first = people[0]
    asked: list[tuple[str, dict[str, Any], Mapping[str, Any]]] = [
        (f"{n:02}-found-by-code", {"code": str(one.code)}, _found(one))
        for n, one in enumerate(people[:BY_CODE], 1)
    ]
    asked += [
        (f"{n:02}-found-by-items", _items(one), _found(one))
        for n, one in enumerate(people[BY_CODE:], BY_CODE + 1)
    ]
    none = {"result": "none"}
    asked.append(("09-nobody-by-code", {"code": str(nobody)}, none))
    asked.append(("10-nobody-by-items", _items(first) | {"name": f"{first.name}子"}, none))
    trials = [Trial(name, _body(name, affair) | who, expected) for name, who, expected in asked]
    refused = _body("11-refused-by-law", other) | {"code": str(first.code)}
    return (*trials, Trial("11-refused-by-law", refused, {"rule": S3.rule}, status=403))


def _body(name: str, affair: str) -> dict[str, Any]:
    return {"request_id": f"sandbox-{name}", "affair": affair, "operator": "trial", "case": "trial"}


def _items(one: IdentityFacts) -> dict[str, Any]:
    return {
        "name": one.name,
        "address": one.address.text,
        "birth_date": str(one.birth_date),
        "sex": one.sex.value,
    }


def _found(one: IdentityFacts) -> dict[str, Any]:
    facts = {"name": one.name, "birth_date": str(one.birth_date), "sex": one.sex.value, "code": str(one.code)}
    return {"result": "found", "address": write_address(one.address)} | facts
