"""Requests for disclosure and what became of each; what a store was told of a person. Rows are added, never altered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from jukinet.domain import matching
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Private, Sex
from jukinet.law.disclosures import Course, DisclosureStep
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("disclosures")


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, by whom and from where a row is written."""

    at: datetime
    operator: str
    terminal: str | None

    @property
    def params(self) -> dict[str, Any]:
        return {"at": self.at, "operator": self.operator, "terminal": self.terminal}


@dataclass(frozen=True, slots=True, repr=False)
class Taken(Private):
    """One step of a request; ``details`` is what was entered with it, as JSON has it."""

    step: DisclosureStep
    details: Mapping[str, Any]
    done_on: date


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Private):
    """A request as it stands; ``details`` is what was entered."""

    disclosure_id: int
    details: Mapping[str, Any]
    received_on: date
    taken: tuple[Taken, ...]

    @property
    def course(self) -> Course:
        return Course(self.received_on, tuple(one.step for one in self.taken))

    def last(self, *steps: DisclosureStep) -> Taken | None:
        """The newest of these steps."""
        return next((one for one in reversed(self.taken) if one.step in steps), None)


@dataclass(frozen=True, slots=True, repr=False)
class Told(Private):
    """A notice about a person as the store keeps it. ``held_by``: whose live record stands on it now, if one does."""

    municipality: MunicipalityCode
    facts: IdentityFacts
    change: ChangeInformation
    notified_on: date
    held_by: MunicipalityCode | None

    @property
    def chain(self) -> tuple[ResidentRecordCode | None, MunicipalityCode]:
        """Whose notices follow each other: those of one code by one municipality."""
        return self.facts.code, self.municipality


def agreeing(tx: Transaction, name: str, birth_date: PartialDate, sex: Sex, address: str) -> list[str]:
    """The codes of records, present and past, that agree with all four items."""
    keys = matching.record_keys(name, None, address)
    rows = tx.rows(_SQL.agreeing, birth_date=birth_date.text, sex=sex, name=keys.name, address=keys.address)
    return sorted({row["code"] for row in rows})


def linked(tx: Transaction, code: str) -> frozenset[str]:
    """A code with those of the same person that followed it or went before."""
    return frozenset(row["code"] for row in tx.rows(_SQL.linked, code=code))


def told(tx: Transaction, codes: Collection[str]) -> list[Told]:
    """Every notice about these codes, in the order in which they came."""
    return [_told(row) for row in tx.rows(_SQL.told, codes=sorted(codes))]


def told_without_code(tx: Transaction, birth_date: PartialDate, sex: Sex) -> list[Told]:
    """Notices about people who never had a code, of this birth date and sex."""
    return [_told(row) for row in tx.rows(_SQL.told_without_code, birth_date=birth_date.text, sex=sex)]


def _told(row: Row) -> Told:
    def code(text: str | None) -> ResidentRecordCode | None:
        return ResidentRecordCode.checked_before(text) if text else None

    address = Address(MunicipalityCode.checked_before(row["address_in"]), row["address"], row["building"])
    return Told(
        MunicipalityCode.checked_before(row["municipality"]),
        IdentityFacts(
            row["name"],
            PartialDate.checked_before(row["birth_date"]),
            Sex(row["sex"]),
            address,
            code(row["code"]),
            row["nickname"],
        ),
        ChangeInformation(
            ChangeKind(row["change_kind"]),
            NoticeReason(row["reason"]),
            row["occurred_on"],
            row["foreign_record"],
            code(row["previous_code"]),
        ),
        row["received_on"],
        MunicipalityCode.checked_before(row["held_by"]) if row["held_by"] else None,
    )


def add(tx: Transaction, details: object, received_on: date, stamp: Stamp) -> int:
    """Keep a request; its number."""
    row = tx.made(_SQL.add, details=_json(details), received_on=received_on, **stamp.params)
    return int(row["disclosure_id"])


def lock(tx: Transaction, disclosure_id: int) -> Kept | None:
    """A request as the step before left it; no other step is taken beside this transaction."""
    tx.run(_SQL.hold, disclosure_id=disclosure_id)
    row = tx.one(_SQL.found, disclosure_id=disclosure_id, everything=True, most=1)
    return _kept(row) if row else None


def listed(tx: Transaction, *, everything: bool, most: int) -> list[Kept]:
    """Those that wait for something, or all; the oldest first."""
    return [_kept(row) for row in tx.rows(_SQL.found, disclosure_id=None, everything=everything, most=most)]


def _kept(row: Row) -> Kept:
    taken = (
        Taken(DisclosureStep(one["step"]), one["details"], date.fromisoformat(one["done_on"]))
        for one in row["steps"]
    )
    return Kept(row["disclosure_id"], row["details"], row["received_on"], tuple(taken))


def add_step(
    tx: Transaction, kept: Kept, step: DisclosureStep, details: object, done_on: date, stamp: Stamp
) -> None:
    tx.run(
        _SQL.add_step,
        disclosure_id=kept.disclosure_id,
        step_no=len(kept.taken) + 1,
        step=step,
        details=_json(details),
        done_on=done_on,
        **stamp.params,
    )


def _json(details: object) -> str:
    return msgspec.json.encode(details).decode()
