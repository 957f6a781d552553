"""What a node holds live, as digests: by ranges of codes, record by record, and what is on its way.

Both sides of a comparison read the view ``live_copies``: at a municipality what it sent, at a store what is live there.
A digest is either the one that the database keeps with the row, by a function of its own, or computed anew from the
row's items by the query, which knows nothing of that function.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.encoding import DIGEST_BYTES, IDENTITY_ITEMS, PREFIX
from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.domain.persons import Private
from jukinet.messages import strict_json
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("consistency")

_COLUMNS = ("name", "nickname", "birth_date", "sex", "address_in", "address", "building", "code")
"""The columns of the items, in the order of the encoding."""


def _literal(raw: bytes) -> str:
    return f"'\\x{raw.hex()}'::bytea"


_PRESENT, _ABSENT = _literal(b"\x01"), _literal(b"\x00")


def _number(value: int) -> bytes:
    return value.to_bytes(4, "big")


def _item(name: str, column: str) -> str:
    """One item as ``jukinet.domain.encoding.encode`` writes it, as an expression over a column that may be null."""
    head = _literal(_number(len(name.encode())) + name.encode())
    present = f"{_PRESENT} || int4send(octet_length({column})) || convert_to({column}, 'UTF8')"
    return f"{head} || coalesce({present}, {_ABSENT})"


def _digest() -> str:
    """The digest of a record as an expression over its columns."""
    head = _literal(PREFIX + _number(len(IDENTITY_ITEMS)))
    items = " || ".join(_item(name, column) for name, column in zip(IDENTITY_ITEMS, _COLUMNS, strict=True))
    return f"substr(sha256({head} || {items}), 1, {DIGEST_BYTES})"


_COMPUTED = f"(SELECT municipality, code, {_digest()} AS digest FROM live_copies)"


def _over(sql: str, *, recompute: bool) -> str:
    return sql.replace("{copies}", _COMPUTED if recompute else "live_copies")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose records are compared: municipalities from ``first`` to ``last``."""

    first: str
    last: str

    @classmethod
    def of(cls, node: NodeId) -> Scope:
        """What a node answers for: its own records, those of its area, all."""
        if node.municipality is not None:
            return cls(node.municipality.text, node.municipality.text)
        if node.prefecture is not None:
            number = node.text.rpartition("-")[2]
            return cls(f"{number}0000", f"{number}9999")
        return cls("000000", "999999")

    def bounds(self) -> dict[str, str]:
        return {"first": self.first, "last": self.last}


EVERYTHING = Scope("000000", "999999")


@dataclass(frozen=True, slots=True, repr=False)
class Line(Private):
    """One live record: whose, of which code, and the digest of its six facts."""

    municipality: str
    code: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Range:
    """How many records begin with some digits, and the digest over all of them in their order."""

    records: int
    digest: bytes


Ranges = dict[str, Range]
"""By the digits with which the codes of a range begin; a range without records is not there."""


def _bounds(prefix: str) -> dict[str, str]:
    """The first and the last of eleven digits that begin so."""
    return {"low": prefix.ljust(11, "0"), "high": prefix.ljust(11, "9")}


def ranges(tx: Transaction, scope: Scope, prefix: str, *, recompute: bool) -> Ranges:
    """The ranges two digits longer than the prefix."""
    sql = _over(_SQL.ranges, recompute=recompute)
    rows = tx.rows(sql, depth=len(prefix) + 2, **_bounds(prefix), **scope.bounds())
    return {row["range"]: Range(row["records"], bytes(row["digest"])) for row in rows}


def lines(tx: Transaction, scope: Scope, prefix: str, most: int, *, recompute: bool) -> list[Line]:
    """The records of a range, ``most`` of them."""
    sql = _over(_SQL.records, recompute=recompute)
    rows = tx.rows(sql, most=most, **_bounds(prefix), **scope.bounds())
    return [Line(row["municipality"], row["code"], bytes(row["digest"])) for row in rows]


def _whole(sql: str, prefix: str) -> tuple[str, dict[str, str]]:
    """A statement over the range of two digits, of a hundred that leave no row out, whatever its code; its bounds."""
    here = int(prefix)
    low = "code >= %(low)s" if here else ""
    high = "code < %(high)s" if here < _RANGES - 1 else ""
    bounds = {"low": f"{here:02d}".ljust(11, "0"), "high": f"{here + 1:02d}".ljust(11, "0")}
    return sql.replace("{range}", " AND ".join(filter(None, (low, high)))), bounds


_RANGES = 100


def altered(
    tx: Transaction, scope: Scope, known: list[str], prefix: str, most: int
) -> list[tuple[str, str, bool]]:
    """(municipality, code, whether the row itself is altered) of rows that the program did not leave so.

    ``most`` of them. ``known``: the municipalities that are nodes; a row of another is a stray.
    """
    sql, bounds = _whole(_SQL.altered.replace("{digest}", _digest()), prefix)
    rows = tx.rows(sql, known=known, most=most, **bounds, **scope.bounds())
    return [(row["municipality"], row["code"], row["altered"]) for row in rows]


def count(tx: Transaction, prefix: str) -> int:
    """How many live records of a range of two digits there are, whosever they are."""
    sql, bounds = _whole(_SQL.count_range, prefix)
    row = tx.one(sql, **bounds)
    return int(row["records"]) if row else 0


def cursor(tx: Transaction, peer: NodeId) -> int:
    """How far the peer's identity lane was taken here."""
    row = tx.one(_SQL.cursor, peer=str(peer))
    return int(row["cursor"]) if row else 0


def last_number(tx: Transaction, peer: NodeId) -> int:
    """The last number given on the identity lane to the peer."""
    row = tx.one(_SQL.last_number, peer=str(peer))
    return int(row["last_number"]) if row else 0


def parked_codes(tx: Transaction, prefix: str, most: int) -> list[str]:
    """Codes of a range about which something is parked here."""
    return [row["code"] for row in tx.rows(_SQL.parked_codes, most=most, **_bounds(prefix))]


def moving(tx: Transaction, role: NodeRole, peer: NodeId, taken: int) -> frozenset[str]:
    """Codes of notices that are on their way to a peer whose cursor stands at ``taken``."""
    codes: set[str | None] = set()
    if role is NodeRole.MUNICIPALITY:
        for row in tx.rows(_SQL.moving_own, peer=str(peer), cursor=taken):
            body = strict_json.parse(bytes(row["body"]), limit=2**20)
            codes |= {body.get("code"), body["change"].get("previous_code")}
    else:
        for row in tx.rows(_SQL.moving_forwarded, peer=str(peer), cursor=taken):
            codes |= {row["code"], row["previous_code"]}
    return frozenset(code for code in codes if code)


@dataclass(frozen=True, slots=True, repr=False)
class RegisterDifference(Private):
    """A code about which the register and what was sent differ; ``items``: which facts, where both have it."""

    code: str
    registered: bool
    sent: bool
    items: tuple[str, ...]


def register_differences(tx: Transaction, most: int) -> list[RegisterDifference]:
    """Everybody present compared with what was last sent, ``most`` of those who differ; the digests computed."""
    found = []
    for row in tx.rows(_SQL.register_differences.replace("{digest}", _digest()), most=most):
        registered, sent = row["code"] is not None, row["sent_code"] is not None
        pairs = zip(IDENTITY_ITEMS, _COLUMNS, strict=True)
        items = tuple(name for name, column in pairs if row[column] != row[f"sent_{column}"])
        code = row["code"] if registered else row["sent_code"]
        found.append(RegisterDifference(code, registered, sent, items if registered and sent else ()))
    return found


def count_registered(tx: Transaction) -> int:
    row = tx.one(_SQL.count_registered)
    return int(row["records"]) if row else 0


def take_over(tx: Transaction, at: object) -> int:
    """Let everybody recorded here count as sent, of whom nothing was: an earlier system sent it."""
    row = tx.one(_SQL.take_over, at=at)
    return int(row["taken"]) if row else 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a comparison that the worker makes again and again.

    ``since``: when one last came to its end or, before that, when the first was begun. ``unread``: what of the last one
    that ended differs and was not named.
    """

    against: str
    recomputed: bool
    since: datetime
    unread: int


def last_checks(tx: Transaction) -> tuple[Checked, ...]:
    """Of each comparison that was begun."""
    return tuple(
        Checked(row["against"], row["recomputed"], row["since"], row["unread"])
        for row in tx.rows(_SQL.last_checks)
    )
