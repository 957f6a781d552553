"""What a clerk enters for an act ex officio: one value an act, read strictly, with every fault at once.

``at_request``: somebody asked for the act (申出), on the day ``applied_on`` where it is stated, else today. Without it
``applied_on`` is the day of a filing or notice about the koseki, today where it is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import (
    DeletionCause,
    ForeignItems,
    Koseki,
    PersonName,
    Programmes,
    ResidentRecord,
    StatedDays,
)
from jukinet.domain.numbers import check_number
from jukinet.domain.persons import Address, Place, Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.law.ex_officio import Basis, CorrectionKind
from jukinet.services.filings import (
    MoveInFiling,
    member,
    read_address,
    read_koseki,
    read_name,
    read_person,
    read_place,
    read_programmes,
)
from jukinet.services.notifying import read_basis
from jukinet.services.stay_items import read_foreign, read_stated


@dataclass(frozen=True, slots=True, repr=False)
class RecordingFiling(Private):
    """職権記載: who is recorded, where and since when, as a move-in would say it, and on what ground."""

    entry: MoveInFiling
    basis: Basis
    at_request: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class DeletionFiling(Private):
    """職権消除. ``destination``: where the person went, if it is known.

    ``stated``: the day of a disappearance, where it is not known to the day.
    """

    resident_no: str
    occurred_on: date
    cause: DeletionCause
    basis: Basis
    applied_on: date | None = None
    at_request: bool = False
    destination: Place | None = None
    stated: PartialDate | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Corrections(Private):
    """The items that are to stand; None leaves an item as it is.

    ``nickname``: how the recorded one is written. ``programmes``: every enrolment that is to stand, with those that
    ended; one left out was recorded wrongly. ``stated``: how days are stated; a whole date: the day is known now.
    """

    name: PersonName | None = None
    birth_date: PartialDate | None = None
    sex: Sex | None = None
    address: Address | None = None
    koseki: Koseki | None = None
    became_resident_on: date | None = None
    address_since: date | None = None
    previous_address: Place | None = None
    last_registered_address: Place | None = None
    foreign: ForeignItems | None = None
    nickname: str | None = None
    voter: bool | None = None
    programmes: Programmes | None = None
    stated: StatedDays | None = None

    def standing(self, record: ResidentRecord) -> dict[str, Any]:
        """Item → what is to stand in this record."""
        own = {"nickname", "stated"}
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self) if one.name not in own)
        items: dict[str, Any] = {name: value for name, value in pairs if value is not None}
        if self.nickname is not None and record.nickname is not None:
            # Where and when it was recorded stays: nobody recorded another one.
            items["nickname"] = replace(record.nickname, text=self.nickname)
        stated = replace(record, **items).restated(self.stated or StatedDays(), record).stated
        return items if stated == record.stated else {**items, "stated": stated}

    def applied(self, record: ResidentRecord) -> ResidentRecord:
        """The record as it is to stand."""
        return replace(record, **self.standing(record))

    def changed(self, record: ResidentRecord) -> frozenset[str]:
        """The items that would not stand as they do; a nickname also where there is none to correct."""
        items = {name for name, value in self.standing(record).items() if getattr(record, name) != value}
        missing = self.nickname is not None and record.nickname is None
        return frozenset(items | ({"nickname"} if missing else set()))


@dataclass(frozen=True, slots=True, repr=False)
class CorrectionFiling(Private):
    """職権修正, 軽微な修正 or 誤記修正. ``occurred_on``: from when the corrected items are right.

    ``also``: others for whom the same koseki is to stand.
    """

    resident_no: str
    kind: CorrectionKind
    occurred_on: date
    corrections: Corrections
    basis: Basis
    applied_on: date | None = None
    at_request: bool = False
    also: tuple[str, ...] = ()


def read_recording(data: object) -> RecordingFiling:
    with reading(data) as fields:
        entered_on = fields.date("entered_on")
        filing = RecordingFiling(
            entry=MoveInFiling(
                persons=fields.each("persons", read_person, most=50),
                address=fields.object("address", read_address),
                previous_address=fields.optional_object("previous_address", read_place) or Place("不明"),
                moved_on=fields.date("lives_here_since"),
                filed_on=entered_on,
                evidence=None,
                status_shown=False,
                household_number=fields.optional("household_number", check_number),
                although_alike=fields.flag("although_alike", default=False),
                last_registered_address=fields.optional_object("last_registered_address", read_place),
                notified_by=None,
            ),
            basis=fields.object("basis", read_basis),
            at_request=fields.flag("at_request", default=False),
        )
        if not filing.entry.persons:
            fields.fault("persons", "must name at least one person")
        return filing


def read_deletion(data: object) -> DeletionFiling:
    with reading(data) as fields:
        filing = DeletionFiling(
            resident_no=fields.take("resident_no", check_number),
            occurred_on=fields.date("occurred_on"),
            cause=fields.take("cause", member(DeletionCause)),
            basis=fields.object("basis", read_basis),
            applied_on=fields.optional_date("applied_on"),
            at_request=fields.flag("at_request", default=False),
            destination=fields.optional_object("destination", read_place),
            stated=fields.optional("stated", PartialDate.parse),
        )
        if filing.stated and filing.cause is not DeletionCause.DISAPPEARED:
            fields.fault("stated", "may be given of a disappearance alone")
        return filing


def read_corrections(fields: Fields) -> Corrections:
    return Corrections(
        name=fields.optional_object("name", read_name),
        birth_date=fields.optional("birth_date", PartialDate.parse),
        sex=fields.optional("sex", member(Sex)),
        address=fields.optional_object("address", read_address),
        koseki=fields.optional_object("koseki", read_koseki),
        became_resident_on=fields.optional_date("became_resident_on"),
        address_since=fields.optional_date("address_since"),
        previous_address=fields.optional_object("previous_address", read_place),
        last_registered_address=fields.optional_object("last_registered_address", read_place),
        foreign=fields.optional_object("foreign", read_foreign),
        nickname=fields.optional_text("nickname"),
        voter=fields.flag("voter") if fields.has("voter") else None,
        programmes=fields.optional_object("programmes", _read_enrolments),
        stated=fields.optional_object("stated", read_stated),
    )


def _read_enrolments(fields: Fields) -> Programmes:
    """With what is added to no notification that records somebody: the child allowance (Ord. Art. 29), and ends."""
    return replace(
        read_programmes(fields),
        child_allowance_since=fields.optional_date("child_allowance_since"),
        pension_class_since=fields.optional_date("pension_class_since"),
        health_insurance_ended=fields.optional_date("health_insurance_ended"),
        elderly_medical_ended=fields.optional_date("elderly_medical_ended"),
        care_insurance_ended=fields.optional_date("care_insurance_ended"),
        pension_ended=fields.optional_date("pension_ended"),
        child_allowance_ended=fields.optional_date("child_allowance_ended"),
    )


def read_correction(data: object) -> CorrectionFiling:
    with reading(data) as fields:
        filing = CorrectionFiling(
            resident_no=fields.take("resident_no", check_number),
            kind=fields.take("kind", member(CorrectionKind)),
            occurred_on=fields.date("occurred_on"),
            corrections=fields.object("corrections", read_corrections),
            basis=fields.object("basis", read_basis),
            applied_on=fields.optional_date("applied_on"),
            at_request=fields.flag("at_request", default=False),
            also=fields.texts("also", check_number, most=50) if fields.has("also") else (),
        )
        fields.raw("also")
        if filing.also and filing.corrections != Corrections(koseki=filing.corrections.koseki):
            fields.fault("also", "may be named where the koseki alone is corrected")
        return filing
