"""Identity-verification information at a prefecture or the centre: history, and state per (code, municipality)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain import matching
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Private, Sex
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries, as_json

_SQL = Queries("identity")


@dataclass(frozen=True, slots=True)
class PlaceState:
    """One municipality's record of a code: whether it stands, since which event, and how long it is kept.

    ``notified_on``: the business day on which the last notice about it came. ``speaks``: it is the record that
    answers for the code; ``undetermined_from``: from when it is told to nobody. ``retain_until``: the last day on
    which it may be supplied (Ord. 30-6, 30-11); None: no end yet.
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
    speaks: bool = False
    undetermined_from: date | None = None


Places = dict[MunicipalityCode, PlaceState]


def codes_by_facts(
    tx: Transaction, home: MunicipalityCode, name: str, birth_date: PartialDate, sex: Sex
) -> list[ResidentRecordCode]:
    """Codes of the live records of a municipality by name or nickname, birth date and sex: two at most.

    Of nobody who is blocked.
    """
    rows = tx.rows(
        _SQL.codes_by_facts,
        municipality=home.text,
        name_key=matching.key64(matching.query_name_key(name)),
        birth_date=birth_date.text,
        sex=sex.value,
    )
    return [ResidentRecordCode(row["code"]) for row in rows]


def hold_code(tx: Transaction, code: ResidentRecordCode) -> None:
    """Let no notice about a code be applied until this transaction ends."""
    tx.run(_SQL.lock_codes, codes=[code.text])


def lock_code(tx: Transaction, code: ResidentRecordCode) -> Places:
    """Hold one code for this transaction; every municipality's record of it."""
    return lock_codes(tx, [code])[code]


def lock_codes(tx: Transaction, codes: Collection[ResidentRecordCode]) -> dict[ResidentRecordCode, Places]:
    """Hold the codes for this transaction; every municipality's record of each.

    Advisory locks, since two municipalities' first records of one code have no common row to lock.
    """
    texts = [code.text for code in codes]
    tx.run(_SQL.lock_codes, codes=texts)
    records = tx.ask(_SQL.lock_records, codes=texts)
    found: dict[ResidentRecordCode, Places] = {code: {} for code in codes}
    for row in records():
        state = _state_of(row)
        found[state.code][state.municipality] = state
    return found


def borne(tx: Transaction, code: ResidentRecordCode) -> list[tuple[MunicipalityCode, PartialDate, Sex]]:
    """Every birth date and sex under which each municipality notified a code."""
    return [
        (
            MunicipalityCode.checked_before(row["municipality"]),
            PartialDate.checked_before(row["birth_date"]),
            Sex(row["sex"]),
        )
        for row in tx.rows(_SQL.borne, code=code.text)
    ]


def _state_of(row: Row) -> PlaceState:
    return PlaceState(
        code=ResidentRecordCode.checked_before(row["code"]),
        municipality=MunicipalityCode.checked_before(row["municipality"]),
        live=row["live"],
        event_on=row["event_on"],
        recorded_on=row["recorded_on"],
        superseded=row["superseded"],
        change_kind=ChangeKind(row["change_kind"]),
        reason=NoticeReason(row["reason"]),
        notified_on=row["notified_on"],
        retain_until=row["retain_until"],
        birth_date=PartialDate.checked_before(row["birth_date"]),
        sex=Sex(row["sex"]),
        speaks=row["speaks"],
        undetermined_from=row["undetermined_from"],
    )


@dataclass(frozen=True, slots=True, repr=False)
class Came(Private):
    """A notice as it came: what history keeps of it."""

    statement_id: str
    municipality: MunicipalityCode
    facts: IdentityFacts
    change: ChangeInformation

    @property
    def codes(self) -> list[ResidentRecordCode]:
        """Every code that it is about: that of the record first."""
        return [code for code in (self.facts.code, self.change.previous_code) if code is not None]


def add_histories(tx: Transaction, came: Sequence[Came], *, on: date, at: datetime) -> None:
    """Append notices in their order."""
    rows = [
        {
            "statement_id": one.statement_id,
            "municipality": one.municipality.text,
            "change_kind": one.change.kind,
            "reason": one.change.reason,
            "occurred_on": one.change.occurred_on,
            "foreign_record": one.change.foreign_record,
            "previous_code": one.change.previous_code.text if one.change.previous_code else None,
            "code": one.facts.code.text if one.facts.code else None,
            "name": one.facts.name,
            "nickname": one.facts.nickname,
            "birth_date": one.facts.birth_date.text,
            "sex": one.facts.sex,
            "address_in": one.facts.address.municipality.text,
            "address": one.facts.address.text,
            "building": one.facts.address.building,
        }
        for one in came
    ]
    if rows:
        tx.run(_SQL.add_histories, on=on, at=at, rows=as_json(rows))


def put_records(tx: Transaction, records: Sequence[tuple[PlaceState, Came]]) -> None:
    """Set the records of codes from the notices in the history that they stand on; with their matching keys.

    Facts and reason are the history's: they cannot differ from it.
    """
    rows = [
        {
            **_state_columns(state),
            "recorded_on": state.recorded_on,
            "statement_id": came.statement_id,
            **_key_columns(came.facts),
        }
        for state, came in records
    ]
    if rows:
        tx.run(_SQL.put_records, rows=as_json(rows))


def set_states(tx: Transaction, states: Sequence[PlaceState]) -> None:
    """Set what follows from other notices: whether each record stands, speaks for its code, and how long it is kept."""
    if states:
        tx.run(_SQL.set_states, rows=as_json([_state_columns(state) for state in states]))


def _state_columns(state: PlaceState) -> dict[str, object]:
    return {
        "code": state.code.text,
        "municipality": state.municipality.text,
        "live": state.live,
        "superseded": state.superseded,
        "event_on": state.event_on,
        "retain_until": state.retain_until,
        "speaks": state.speaks,
        "undetermined_from": state.undetermined_from,
    }


def _key_columns(facts: IdentityFacts) -> dict[str, int | None]:
    keys = matching.record_keys(facts.name, facts.nickname, facts.address.text)
    return {"name_key": keys.name, "nickname_key": keys.nickname, "address_key": keys.address}


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


def first_confirmations(
    tx: Transaction, codes: Collection[ResidentRecordCode], *, since: date
) -> dict[tuple[ResidentRecordCode, MunicipalityCode], date]:
    """The day on which a municipality's first move-out confirmation about a code came, that day or later."""
    rows = tx.rows(_SQL.first_confirmations, codes=[str(code) for code in codes], since=since)
    return {
        (ResidentRecordCode(row["code"]), MunicipalityCode(row["municipality"])): row["day"] for row in rows
    }


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
