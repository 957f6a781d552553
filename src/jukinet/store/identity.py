"""Identity-verification information at a prefecture or the centre: history, and state per (code, municipality)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain import matching
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("identity")


@dataclass(frozen=True, slots=True)
class PlaceState:
    """One municipality's record of a code: whether it stands, since which event, and how long it is kept.

    ``notified_on``: the business day on which the last notice about it came.
    """

    code: ResidentRecordCode
    municipality: MunicipalityCode
    live: bool
    event_on: date
    recorded_on: date
    superseded: bool
    change_kind: ChangeKind
    reason: NoticeReason
    notified_on: date
    retain_until: date | None
    birth_date: PartialDate
    sex: Sex


def lock_code(tx: Transaction, code: ResidentRecordCode) -> dict[MunicipalityCode, PlaceState]:
    """Hold the code for this transaction; every municipality's record of it.

    An advisory lock, since two municipalities' first records of one code have no common row to lock.
    """
    tx.run(_SQL.lock_code, code=str(code))
    return {
        MunicipalityCode(row["municipality"]): PlaceState(
            code=code,
            municipality=MunicipalityCode(row["municipality"]),
            live=row["live"],
            event_on=row["event_on"],
            recorded_on=row["recorded_on"],
            superseded=row["superseded"],
            change_kind=ChangeKind(row["change_kind"]),
            reason=NoticeReason(row["reason"]),
            notified_on=row["notified_on"],
            retain_until=row["retain_until"],
            birth_date=PartialDate(row["birth_date"]),
            sex=Sex(row["sex"]),
        )
        for row in tx.rows(_SQL.lock_records, code=str(code))
    }


def add_history(
    tx: Transaction,
    statement_id: str,
    municipality: MunicipalityCode,
    facts: IdentityFacts,
    change: ChangeInformation,
    *,
    on: date,
    at: datetime,
) -> int:
    """Append a notice as it came; its number."""
    row = tx.one(
        _SQL.add_history,
        statement_id=statement_id,
        municipality=str(municipality),
        change_kind=change.kind,
        reason=change.reason,
        occurred_on=change.occurred_on,
        foreign_record=change.foreign_record,
        previous_code=str(change.previous_code) if change.previous_code else None,
        received_on=on,
        received_at=at,
        code=str(facts.code) if facts.code else None,
        **_fact_columns(facts),
    )
    return int(row["history_id"]) if row else 0


def _fact_columns(facts: IdentityFacts) -> dict[str, object]:
    return {
        "name": facts.name,
        "nickname": facts.nickname,
        "birth_date": str(facts.birth_date),
        "sex": facts.sex,
        "address_in": str(facts.address.municipality),
        "address": facts.address.text,
        "building": facts.address.building,
    }


def put_record(
    tx: Transaction,
    municipality: MunicipalityCode,
    facts: IdentityFacts,
    change: ChangeInformation,
    *,
    live: bool,
    event_on: date,
    recorded_on: date,
    history_id: int,
) -> None:
    """Set one municipality's record of a code, with its matching keys."""
    tx.run(
        _SQL.put_record,
        code=str(facts.code),
        municipality=str(municipality),
        live=live,
        event_on=event_on,
        recorded_on=recorded_on,
        history_id=history_id,
        change_kind=change.kind,
        reason=change.reason,
        occurred_on=change.occurred_on,
        name_key=_name_key(facts.name),
        nickname_key=_name_key(facts.nickname) if facts.nickname else None,
        address_key=matching.key64(matching.address_key(facts.address.text)),
        **_fact_columns(facts),
    )


def _name_key(name: str) -> int:
    """The key of a name as notified. A name without any letter has the empty key, which no query can have."""
    return matching.key64(next(iter(matching.name_keys(name)), ""))


def supersede(
    tx: Transaction, code: ResidentRecordCode, municipality: MunicipalityCode, event_on: date
) -> None:
    """The record under this code stands under another one now."""
    tx.run(_SQL.supersede, code=str(code), municipality=str(municipality), event_on=event_on)


def settle(
    tx: Transaction,
    code: ResidentRecordCode,
    speaks_in: MunicipalityCode | None,
    undetermined_from: date | None,
) -> None:
    """Write down which record of the code speaks for it, and from when that is undetermined."""
    tx.run(
        _SQL.settle,
        code=str(code),
        speaks_in=str(speaks_in) if speaks_in else None,
        undetermined_from=undetermined_from,
    )


def set_retention(
    tx: Transaction, code: ResidentRecordCode, municipality: MunicipalityCode, until: date | None
) -> None:
    """The last day on which the record may be supplied (Ord. 30-6, 30-11); None: no end yet."""
    tx.run(_SQL.set_retention, code=str(code), municipality=str(municipality), retain_until=until)


def confirm_move_out(
    tx: Transaction,
    statement_id: str,
    code: ResidentRecordCode | None,
    municipality: MunicipalityCode,
    moved_to: MunicipalityCode | None,
    moved_on: date,
    *,
    on: date,
    at: datetime,
) -> None:
    """Keep a move-out confirmation (M4) that came on a business day."""
    tx.run(
        _SQL.confirm_move_out,
        statement_id=statement_id,
        code=str(code) if code else None,
        municipality=str(municipality),
        moved_to=str(moved_to) if moved_to else None,
        moved_on=moved_on,
        on=on,
        at=at,
    )


def first_confirmation(
    tx: Transaction, code: ResidentRecordCode, municipality: MunicipalityCode, *, since: date
) -> date | None:
    """The day on which a municipality's first move-out confirmation about a code came, that day or later."""
    row = tx.one(_SQL.first_confirmation, code=str(code), municipality=str(municipality), since=since)
    return row["day"] if row else None


def facts_of(row: Row) -> IdentityFacts:
    """The six facts in a row of identity_records or identity_history."""
    return IdentityFacts(
        name=row["name"],
        nickname=row["nickname"],
        birth_date=PartialDate(row["birth_date"]),
        sex=Sex(row["sex"]),
        address=Address(MunicipalityCode(row["address_in"]), row["address"], row["building"]),
        code=ResidentRecordCode(row["code"]),
    )


def live_records(
    tx: Transaction, municipality: MunicipalityCode | None = None
) -> Iterator[tuple[MunicipalityCode, IdentityFacts]]:
    """Every live record (of one municipality), by code: what two stores must agree on."""
    for row in tx.rows(_SQL.digest_rows, municipality=str(municipality) if municipality else None):
        yield MunicipalityCode(row["municipality"]), facts_of(row)
