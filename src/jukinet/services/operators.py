"""Who acts at this node, and whether they may."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.domain.errors import Fault, invalid
from jukinet.domain.hiding import Hideable
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, Permitted, Refused, policy
from jukinet.store import node_rows
from jukinet.store.database import Transaction

_SOURCE = "specification 10.3; notice no. 334 of 2002"

UNKNOWN = policy(
    "G1", _SOURCE, "The operator is not enrolled at this node. Ask the access manager to enrol them."
)
NOT_VALID = policy(
    "G2", _SOURCE, "The operator's enrolment is not valid on this day. Ask the access manager."
)
NOT_ALLOWED = policy("G3", _SOURCE, "The operator lacks the permission for this act. Ask the access manager.")
NOT_FIRST = policy(
    "G4", _SOURCE, "This node has operators: let one of them enrol others (jukinet operator enrol)."
)

SYSTEM = "system"
"""The actor of what a node does of itself: starting, delivering, completing what is due."""

_ID = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_RESERVED = frozenset({SYSTEM})
"""What the audit log calls the node itself."""


@dataclass(frozen=True, slots=True)
class OperatorClaim:
    """Who says to act, from which terminal. What they may do is looked up, never claimed.

    ``confirmed``: this operator has seen the alerts on the records concerned and acts all the same (rule V2).
    """

    operator_id: str
    terminal: str | None = None
    confirmed: bool = False

    @property
    def actor(self) -> str:
        """How the audit log names this operator."""
        return f"operator:{self.operator_id}"


@dataclass(frozen=True, slots=True)
class NodeItself(OperatorClaim):
    """What a node does of itself is entered under its own name; nobody can claim to be it."""

    operator_id: str = SYSTEM

    @property
    def actor(self) -> str:
        return SYSTEM


def admit(tx: Transaction, claim: OperatorClaim, permission: Permission, on: date) -> Decision:
    """The gate of every act by a person: enrolled, valid today, and allowed to do this. Denies by default."""
    operator = node_rows.find_operator(tx, claim.operator_id)
    if operator is None:
        return Refused((UNKNOWN,))
    failed = []
    if on < operator.valid_from or (operator.valid_to is not None and on > operator.valid_to):
        failed.append(NOT_VALID)
    if permission not in operator.permissions:
        failed.append(NOT_ALLOWED)
    return Refused(tuple(failed)) if failed else Permitted((str(permission),))


_SEEN_WITH = {
    Hideable.CODE: Permission.REGISTER_CODE_READ,
    Hideable.KOSEKI: Permission.REGISTER_KOSEKI_READ,
    Hideable.STAY: Permission.REGISTER_STAY_READ,
}


def hidden_from(tx: Transaction, claim: OperatorClaim) -> tuple[Hideable, ...]:
    """The items of a record that the operator may not see (specification 10.4)."""
    operator = node_rows.find_operator(tx, claim.operator_id)
    held = operator.permissions if operator else frozenset()
    return tuple(item for item, permission in _SEEN_WITH.items() if permission not in held)


def new_operator(
    operator_id: str,
    name: str,
    permissions: Iterable[Permission],
    valid_from: date,
    *,
    valid_to: date | None = None,
    unit: str | None = None,
) -> node_rows.Operator:
    """An operator as enrolled from a day on. Raises INVALID for an id that may not be one."""
    if not _ID.fullmatch(operator_id) or operator_id in _RESERVED:
        raise invalid(
            Fault(
                "operator_id",
                "must be 2 to 32 of a-z, 0-9, '.', '_' and '-', begin with a letter, and not be a reserved word",
            )
        )
    return node_rows.Operator(operator_id, name, frozenset(permissions), valid_from, valid_to, unit)
