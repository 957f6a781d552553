"""What a node knows of itself: whose schema this is, the pinned date, operators, the newest directory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from jukinet.domain.permissions import Permission
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("node")


@dataclass(frozen=True, slots=True)
class Operator:
    """A person enrolled at this node, and what that person may do here."""

    operator_id: str
    name: str
    permissions: frozenset[Permission]
    valid_from: date
    valid_to: date | None = None
    unit: str | None = None

    def with_permissions(self, permissions: frozenset[Permission]) -> Operator:
        return replace(self, permissions=permissions)


def node_id(tx: Transaction) -> str:
    row = tx.one(_SQL.node_id)
    return "" if row is None else str(row["node_id"])


def is_standby(tx: Transaction) -> bool:
    """Whether the server only follows another one."""
    row = tx.one(_SQL.is_standby)
    return row is None or bool(row["standby"])


def schema_version(tx: Transaction) -> str:
    """The newest migration that the schema has had."""
    row = tx.one(_SQL.schema_version)
    return "" if row is None else str(row["version_num"])


def pinned_date(tx: Transaction) -> date | None:
    row = tx.one(_SQL.pinned_date)
    return None if row is None else row["pinned"]


def pin_date(tx: Transaction, pinned: date | None) -> None:
    tx.run(_SQL.pin_date, pinned=pinned)


def find_operator(tx: Transaction, operator_id: str) -> Operator | None:
    row = tx.one(_SQL.operator, operator_id=operator_id)
    return _operator(row) if row else None


def operators(tx: Transaction) -> list[Operator]:
    """Everybody, by unit and id."""
    return [_operator(row) for row in tx.rows(_SQL.operators)]


def _operator(row: Row) -> Operator:
    return Operator(
        operator_id=row["operator_id"],
        name=row["name"],
        permissions=frozenset(Permission(permission) for permission in row["permissions"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        unit=row["unit"],
    )


def lock_operators(tx: Transaction) -> None:
    """Let nobody else enrol until this transaction ends; reading goes on."""
    tx.run(_SQL.lock_operators)


def count_operators(tx: Transaction) -> int:
    row = tx.one(_SQL.count_operators)
    return int(row["operators"]) if row else 0


def enrol(tx: Transaction, operator: Operator, at: datetime) -> None:
    """Enrol or change an operator."""
    tx.run(
        _SQL.enrol,
        operator_id=operator.operator_id,
        name=operator.name,
        permissions=sorted(operator.permissions),
        at=at,
        valid_from=operator.valid_from,
        valid_to=operator.valid_to,
        unit=operator.unit,
    )


def directory_bundle(tx: Transaction) -> bytes | None:
    row = tx.one(_SQL.directory)
    return None if row is None else bytes(row["bundle"])


def keep_directory(tx: Transaction, version: int, bundle: bytes, at: datetime, *, held: bytes | None) -> bool:
    """Keep a verified directory in the place of the one held; False where another is there meanwhile."""
    return tx.run(_SQL.keep_directory, version=version, bundle=bundle, at=at, held=held) == 1
