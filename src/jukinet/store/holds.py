"""Holds on residents and households, their versions, reasons and lifts. Rows are added, never altered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.persons import Private
from jukinet.law.holds import Hold, Level, Lift, Process
from jukinet.store.database import Row, Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("holds")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes a row, on which day of the office and when."""

    on: date
    at: datetime
    operator: str
    terminal: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a hold is on: one of the two; ``of_measure``: a support measure set it."""

    resident_no: str | None
    household_no: str | None
    of_measure: bool


@dataclass(frozen=True, slots=True, repr=False)
class HoldVersion(Private):
    """One step in the life of a hold: as it was set, or that it was ended."""

    hold: Hold
    version_no: int
    ended: bool
    recorded_on: date
    operator: str
    household_no: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, repr=False)
class LiftGiven(Private):
    """A lift as it was given, and when an act used it up."""

    hold_id: int
    operator: str
    one_act: bool
    until: datetime
    reason: str
    given_at: datetime
    given_by: str
    used_at: datetime | None
    browsing: int | None = None


@dataclass(frozen=True, slots=True)
class PastEnd:
    """A hold whose named end is over, and that nobody has ended."""

    hold_id: int
    resident_no: str | None
    household_no: str | None
    to_on: date


def _hold(row: Row) -> Hold:
    return Hold(row["hold_id"], Process(row["process"]), Level(row["level"]), row["from_on"], row["to_on"])


def any_set(tx: Transaction) -> bool:
    """Whether this register ever had a hold: a register without any is not asked about each resident."""
    row = tx.one(_SQL.any)
    return bool(row and row["some"])


def on_residents(tx: Transaction, resident_ids: Iterable[int]) -> dict[int, list[Hold]]:
    """The holds that nobody has ended, by resident: their own, their household's, those that follow them."""
    found: dict[int, list[Hold]] = {}
    for row in tx.rows(_SQL.on_residents, resident_ids=list(resident_ids)):
        found.setdefault(row["resident_id"], []).append(_hold(row))
    return found


def on_household(tx: Transaction, household_no: str) -> list[Hold]:
    """The holds on a household that nobody has ended: those that somebody who joins comes under."""
    return [_hold(row) for row in tx.rows(_SQL.on_household, household_no=household_no)]


def follow_leaver(tx: Transaction, held: Held, household_no: str) -> None:
    """Let the holds of the household that was left stay on a resident."""
    tx.run(_SQL.follow_leaver, resident_id=held.resident_id, household_no=household_no)


def follow_returner(tx: Transaction, held: Held) -> None:
    """Let the holds on earlier records of the same code, or of the same name and birth date, stand on a new one."""
    tx.run(_SQL.follow_returner, resident_id=held.resident_id)


def insert(
    tx: Transaction,
    *,
    resident_id: int | None,
    household_no: str | None,
    process: Process,
    level: Level,
    from_on: date,
    to_on: date | None,
    reason: str,
    stamp: Stamp,
) -> int:
    """Set a hold; its number."""
    row = tx.made(_SQL.insert, resident_id=resident_id, household_no=household_no)
    hold_id = int(row["hold_id"])
    tx.run(
        _SQL.insert_version,
        hold_id=hold_id,
        process=process,
        level=level,
        from_on=from_on,
        to_on=to_on,
        on=stamp.on,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    tx.run(_SQL.insert_reason, hold_id=hold_id, version_no=1, reason=reason)
    return hold_id


def end(tx: Transaction, hold_id: int, reason: str, stamp: Stamp) -> None:
    """End a hold that stands."""
    row = tx.one(
        _SQL.end,
        hold_id=hold_id,
        on=stamp.on,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    if row is None:
        raise JukinetError(ErrorKind.INTERNAL, "A hold without a version cannot be ended.")
    tx.run(_SQL.insert_reason, hold_id=hold_id, version_no=row["version_no"], reason=reason)


def target(tx: Transaction, hold_id: int) -> Target | None:
    """Whom a hold is on, not locked: to lock them."""
    row = tx.one(_SQL.target, hold_id=hold_id)
    return Target(row["resident_no"], row["household_no"], row["of_measure"]) if row else None


def standing(tx: Transaction, hold_id: int) -> Hold | None:
    """A hold that nobody has ended, or None."""
    row = tx.one(_SQL.last_version, hold_id=hold_id)
    return _hold(row) if row and not row["ended"] else None


def lifts(tx: Transaction, holds: Iterable[Hold], operator: str, now: datetime) -> list[Lift]:
    """The lifts of these holds for an operator that last beyond now."""
    ids = [hold.hold_id for hold in holds]
    rows = tx.rows(_SQL.lifts, hold_ids=ids, operator=operator, now=now)
    return [
        Lift(
            row["lift_id"],
            row["hold_id"],
            row["operator"],
            row["until"],
            row["one_act"],
            row["used"],
            row["browsing"],
        )
        for row in rows
    ]


def insert_lift(
    tx: Transaction,
    hold_id: int,
    *,
    operator: str,
    one_act: bool,
    until: datetime,
    reason: str,
    browsing: int | None,
    stamp: Stamp,
) -> None:
    tx.run(
        _SQL.insert_lift,
        hold_id=hold_id,
        operator=operator,
        one_act=one_act,
        until=until,
        reason=reason,
        browsing=browsing,
        at=stamp.at,
        given_by=stamp.operator,
        terminal=stamp.terminal,
    )


def use_lift(tx: Transaction, lift_id: int, at: datetime) -> bool:
    """Use up a lift for one act; False where another act was faster."""
    return tx.run(_SQL.use_lift, lift_id=lift_id, at=at) == 1


def history(tx: Transaction, resident_id: int) -> list[HoldVersion]:
    """Every version of every hold that is or was on a resident, by hold."""
    return [
        HoldVersion(
            hold=_hold(row),
            version_no=row["version_no"],
            ended=row["ended"],
            recorded_on=row["recorded_on"],
            operator=row["operator"],
            household_no=row["household_no"],
            reason=row["reason"],
        )
        for row in tx.rows(_SQL.history, resident_id=resident_id)
    ]


def lift_history(tx: Transaction, hold_ids: Sequence[int]) -> list[LiftGiven]:
    return [
        LiftGiven(
            hold_id=row["hold_id"],
            operator=row["operator"],
            one_act=row["one_act"],
            until=row["until"],
            reason=row["reason"],
            given_at=row["given_at"],
            given_by=row["given_by"],
            used_at=row["used_at"],
            browsing=row["browsing"],
        )
        for row in tx.rows(_SQL.lift_history, hold_ids=list(hold_ids))
    ]


def past_end(tx: Transaction, on: date) -> list[PastEnd]:
    """Holds whose named end is over, the oldest first."""
    rows = tx.rows(_SQL.past_end, on=on)
    return [PastEnd(row["hold_id"], row["resident_no"], row["household_no"], row["to_on"]) for row in rows]
