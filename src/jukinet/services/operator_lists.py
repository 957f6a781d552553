"""Operators as the access manager keeps them (specification 10.3): many at once from a file, a whole unit, the list.

Owns the reading of a file of operators, and that all of it is done or nothing. One by one they are enrolled in
``jukinet.services.settings``; what somebody may do on a day is asked in ``jukinet.services.operators``. A change that
is prepared beforehand is a file that the operating system's schedule loads on its day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim, new_operator
from jukinet.store import node_rows
from jukinet.store.node_rows import Operator

MOST = 10_000

OU4 = policy(
    "OU4",
    "Resident-record specification 10.3",
    "An enrolment does not end before it begins. Check both days.",
)
OU5 = policy(
    "OU5", "Resident-record specification 10.3", "Nobody of this unit is enrolled here. Look at the list."
)
OU6 = policy(
    "OU6",
    "Choice of this network: a node has an access manager",
    "After that nobody could enrol operators any more. Leave it to somebody who is enrolled now and without end.",
)


@dataclass(frozen=True, slots=True)
class Enrolments:
    """Operators to be enrolled, or changed where they are; ``valid_from``: None is the office's day."""

    rows: tuple[EnrolmentRow, ...]


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """One of them, as the file says it."""

    operator_id: str
    name: str
    unit: str | None
    permissions: frozenset[Permission]
    valid_from: date | None
    valid_to: date | None

    def on(self, today: date) -> Operator:
        return new_operator(
            self.operator_id,
            self.name,
            self.permissions,
            self.valid_from or today,
            valid_to=self.valid_to,
            unit=self.unit,
        )


def _permissions(text: str) -> frozenset[Permission]:
    try:
        return frozenset(Permission(word) for word in text.split())
    except ValueError:
        raise ValueError("must be permissions with spaces between") from None


def _read_row(fields: Fields) -> EnrolmentRow:
    return EnrolmentRow(
        operator_id=fields.text("id"),
        name=fields.text("name"),
        unit=fields.optional_text("unit"),
        permissions=fields.optional("permissions", _permissions, longest=10_000) or frozenset(),
        valid_from=fields.optional_date("valid_from"),
        valid_to=fields.optional_date("valid_to"),
    )


def read_operators(data: object) -> Enrolments:
    with reading(data) as fields:
        given = Enrolments(fields.each("rows", _read_row, most=MOST))
        if not given.rows:
            fields.fault("rows", "must not be empty")
        if len({row.operator_id for row in given.rows}) < len(given.rows):
            fields.fault("rows", "must not name an operator twice")
        return given


def load_operators(ctx: Context, claim: OperatorClaim, given: Enrolments) -> int | Refused:
    """Enrol or change everybody of a file, or nobody; one entry for each. How many."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_OPERATOR_ENROL, AuditEvent.OPERATOR_ENROLLED)
        node_rows.lock_operators(tx)
        operators = [row.on(act.today) for row in given.rows]
        kept = {one.operator_id: one for one in node_rows.operators(tx)} | {
            one.operator_id: one for one in operators
        }
        decision = acts.every(
            act.gate,
            acts.require(
                (OU4, all(one.valid_to is None or one.valid_from <= one.valid_to for one in operators)),
                (OU6, _managed(kept.values(), act.today)),
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        for one in operators:
            node_rows.enrol(tx, one, ctx.now())
            act.done(decision, reference=one.operator_id)
        return len(operators)


def grant_unit(
    ctx: Context, claim: OperatorClaim, unit: str, permissions: Iterable[Permission]
) -> int | Refused:
    """Let everybody of a unit do this and nothing else; one entry for each. How many they are."""
    may = frozenset(permissions)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_OPERATOR_ENROL, AuditEvent.OPERATOR_ENROLLED)
        node_rows.lock_operators(tx)
        everybody = node_rows.operators(tx)
        meant = [one for one in everybody if one.unit == unit]
        changed = [one.with_permissions(may) if one.unit == unit else one for one in everybody]
        decision = acts.every(act.gate, acts.require((OU5, bool(meant)), (OU6, _managed(changed, act.today))))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        for one in meant:
            node_rows.enrol(tx, one.with_permissions(may), ctx.now())
            act.done(decision, reference=one.operator_id)
        return len(meant)


def _managed(operators: Iterable[Operator], today: date) -> bool:
    """Whether somebody can enrol operators today and on any later day."""
    return any(
        Permission.NODE_OPERATOR_ENROL in one.permissions and one.valid_from <= today and one.valid_to is None
        for one in operators
    )


def list_operators(ctx: Context, claim: OperatorClaim) -> tuple[Operator, ...] | Refused:
    """Everybody who is enrolled, was or will be, with what they may do (操作権限一覧表)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_OPERATOR_ENROL, AuditEvent.OPERATORS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        found = tuple(node_rows.operators(tx))
        act.done(Permitted((*act.gate.basis, f"operators {len(found)}")))
        return found
