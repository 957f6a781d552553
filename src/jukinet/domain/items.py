"""The items of a resident record (Act Arts. 7 and 30-45), as one full snapshot.

Owns the shape. Which items a copy may show is in ``jukinet.law.copies``; which of them leave the
municipality as identity information is ``ResidentRecord.identity_facts`` and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import cast

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Place, Private, Sex
from jukinet.domain.relationship import HOUSEHOLDER as HOUSEHOLDER  # noqa: PLC0414  (offered here too)


class RecordKind(StrEnum):
    """Whose record it is."""

    JAPANESE = "japanese"
    FOREIGN = "foreign"
    """A foreign resident (外国人住民, Art. 30-45)."""


class ForeignClass(StrEnum):
    """The classes of the table in Art. 30-45."""

    MID_TO_LONG_TERM = "mid-to-long-term"
    """中長期在留者"""
    SPECIAL_PERMANENT = "special-permanent"
    """特別永住者"""
    TEMPORARY_REFUGE = "temporary-refuge"
    """一時庇護許可者"""
    PROVISIONAL_STAY = "provisional-stay"
    """仮滞在許可者"""
    TRANSITIONAL = "transitional"
    """出生又は国籍喪失による経過滞在者"""


@dataclass(frozen=True, slots=True, repr=False)
class PersonName(Private):
    """A name as entered: NFC with variation selectors, never NFKC.

    ``kana`` stays in the municipality. ``latin`` is the name of a foreign resident as on the Residence Card;
    where it is present it is the legal name, and ``text`` equals it or is the recorded kanji name.
    """

    text: str
    kana: str | None = None
    latin: str | None = None

    @property
    def written(self) -> str:
        """As it stands on a copy: the Latin name, and the kanji name after it where one is recorded."""
        if self.latin is None or self.latin == self.text:
            return self.text
        return f"{self.latin}　{self.text}"


@dataclass(frozen=True, slots=True, repr=False)
class Nickname(Private):
    """通称 with where and when it was recorded (Ord. 30-25, 30-26)."""

    text: str
    recorded_on: date
    recorded_by: MunicipalityCode
    deleted_on: date | None = None
    deleted_by: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Koseki(Private):
    """Item 5 (Japanese only): registered domicile 本籍 and head of the koseki 筆頭者."""

    domicile: str
    head: str


@dataclass(frozen=True, slots=True, repr=False)
class ForeignItems(Private):
    """What Art. 30-45 adds for a foreign resident.

    ``status``, ``period`` and ``expires_on`` are those of the Residence Card (mid-to-long-term), or the
    landing or provisional-stay period; ``document_number`` is the Residence Card's or the Special
    Permanent Resident Certificate's number. ``card_later``: the passport, with its landing permission, says that the
    card is delivered later (Reg. Art. 47), so that there is no number yet.

    Beside the items of the Act (specification 1.1.2): the day of the registration under the former Alien Registration
    Act, and whether the residence was notified to the immigration authority (住居地の届出).
    """

    nationality: str
    """ISO 3166-1 alpha-3, or ``stateless``."""
    became_foreign_resident_on: date
    stay: ForeignClass
    status: str | None = None
    period: str | None = None
    expires_on: date | None = None
    document_number: str | None = None
    card_later: bool = False
    alien_registered_on: date | None = None
    residence_notified: bool = False


class Programme(StrEnum):
    """What somebody can be enrolled in; the words begin the names of the items."""

    HEALTH_INSURANCE = "health_insurance"
    """国民健康保険 (no. 10)"""
    ELDERLY_MEDICAL = "elderly_medical"
    """後期高齢者医療 (no. 10-2)"""
    CARE_INSURANCE = "care_insurance"
    """介護保険 (no. 10-3)"""
    PENSION = "pension"
    """国民年金 (no. 11)"""
    CHILD_ALLOWANCE = "child_allowance"
    """児童手当 (no. 11-2)"""


@dataclass(frozen=True, slots=True, repr=False)
class Programmes(Private):
    """Items 10 to 11-2 as Ord. Arts. 3 to 6 name them: since when, and the day on which it ended; None: not recorded.

    Of the child allowance the month of a day counts (Ord. Art. 6). ``pension_class_since``: since when the class is
    this one, where it changed.
    """

    health_insurance_since: date | None = None
    elderly_medical_since: date | None = None
    care_insurance_since: date | None = None
    pension_class: str | None = None
    pension_since: date | None = None
    child_allowance_since: date | None = None
    health_insurance_ended: date | None = None
    elderly_medical_ended: date | None = None
    care_insurance_ended: date | None = None
    pension_ended: date | None = None
    child_allowance_ended: date | None = None
    pension_class_since: date | None = None
    pension_number: str | None = None

    def since(self, one: Programme) -> date | None:
        return cast("date | None", getattr(self, f"{one}_since"))

    def ended(self, one: Programme) -> date | None:
        return cast("date | None", getattr(self, f"{one}_ended"))

    def stands(self, one: Programme) -> bool:
        """Whether somebody is enrolled; of the pension the class alone may be known."""
        known = self.since(one) or (self.pension_class if one is Programme.PENSION else None)
        return known is not None and self.ended(one) is None


class SpecialAdoption(StrEnum):
    """Why a child moves (specification 1.1.5, 1.1.14)."""

    MADE = "made"
    """特別養子縁組"""
    ENDED = "ended"
    """特別養子縁組の解消"""


@dataclass(frozen=True, slots=True, repr=False)
class MoveOutPlan(Private):
    """A move-out as filed: destination and planned date (Art. 24, Ord. 13(1)).

    ``special``: it is for a special adoption, so that papers about the deleted record leave the destination empty.
    """

    destination: Place
    planned_on: date
    filed_on: date
    special: SpecialAdoption | None = None

    @property
    def shown(self) -> str | None:
        """The destination as a paper names it."""
        return None if self.special else self.destination.text


@dataclass(frozen=True, slots=True, repr=False)
class ConfirmedMove(Private):
    """What the new municipality reported (M3): where the person was recorded and since when."""

    address: Place
    moved_on: date


class DeletionCause(StrEnum):
    """Why a record was deleted ex officio, as Ord. 13(1) has it written into the record."""

    MOVED_OUT = "moved-out"
    """Moved out, notified too late or not at all (転出)."""
    NOT_LIVING_HERE = "not-living-here"
    """Does not live at the address; where the person went is not known (実態なし)."""
    DISAPPEARED = "disappeared"
    """失踪宣告: a ruling of disappearance, told by a koseki filing or notice."""
    RECORDED_TWICE = "recorded-twice"
    """The person has another record that stands (二重記載)."""
    OUTSIDE_THE_ACT = "outside-the-act"
    """The Act no longer applies to the person: a status of residence was lost or has expired; of a Japanese, the
    Koseki Act does not (Act 39, Ord. 33)."""
    NEVER_LIVED_HERE = "never-lived-here"
    """The record should not have been made (誤載)."""


@dataclass(frozen=True, slots=True, repr=False)
class StatedDays(Private):
    """How a day of the record is stated that is partly unknown, or on no calendar (specification 1.1.8).

    The item of the same name keeps a whole day all the same, by which everything is ordered and counted. ``ended_on``:
    the day of death or of the ruling of disappearance, from which the record is deleted.
    """

    became_resident_on: PartialDate | None = None
    address_since: PartialDate | None = None
    became_foreign_resident_on: PartialDate | None = None
    alien_registered_on: PartialDate | None = None
    ended_on: PartialDate | None = None

    def restated(self, given: StatedDays, moved: Collection[str] = ()) -> StatedDays:
        """With what is given; a whole date says that the day is known. ``moved``: the items that got another day."""
        kept = {one.name: None if one.name in moved else getattr(self, one.name) for one in fields(self)}
        said = {one.name: getattr(given, one.name) for one in fields(given)}
        news = {name: None if day.is_exact else day for name, day in said.items() if day is not None}
        return StatedDays(**(kept | news))


@dataclass(frozen=True, slots=True, repr=False)
class ListedItems(Private):
    """The items of a record that tell one person from another in a list, named as they are in it."""

    kind: RecordKind
    name: PersonName
    birth_date: PartialDate
    sex: Sex
    address: Address
    code: ResidentRecordCode | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ResidentRecord(Private):
    """住民票: every item of one person, as one municipality records it on one day.

    Numbers in the comments are those of Art. 7.
    """

    kind: RecordKind
    name: PersonName  # 1
    birth_date: PartialDate  # 2
    sex: Sex  # 3
    household_number: str  # 4
    relationship: str  # 4: 世帯主, or the relationship to the householder
    address: Address  # 7
    recorded_since: date  # 8: the day of the move-in notice, or of recording ex officio
    code: ResidentRecordCode | None = None  # 13
    koseki: Koseki | None = None  # 5
    became_resident_on: date | None = None  # 6, Japanese only
    address_since: date | None = None  # 7: when moved inside the municipality
    previous_address: Place | None = None  # 8
    voter: bool = False  # 9, Japanese only
    programmes: Programmes = Programmes()  # 10 to 11-2
    nickname: Nickname | None = None  # 14
    former_nicknames: tuple[Nickname, ...] = ()
    foreign: ForeignItems | None = None  # Art. 30-45
    move_out: MoveOutPlan | None = None
    confirmed_move: ConfirmedMove | None = None
    deletion_cause: DeletionCause | None = None
    last_registered_address: Place | None = None  # 最終登録住所地: where a move was last notified, if not 8
    stated: StatedDays = StatedDays()

    @property
    def is_householder(self) -> bool:
        return self.relationship == HOUSEHOLDER

    @property
    def whole_days(self) -> dict[str, date | None]:
        """The days that may be stated otherwise, as they are kept."""
        return {
            "became_resident_on": self.became_resident_on,
            "address_since": self.address_since,
            "became_foreign_resident_on": self.foreign.became_foreign_resident_on if self.foreign else None,
            "alien_registered_on": self.foreign.alien_registered_on if self.foreign else None,
        }

    def day(self, item: str) -> PartialDate | None:
        """One of these days as it is shown: as stated, else the whole day."""
        whole, stated = self.whole_days[item], cast("PartialDate | None", getattr(self.stated, item))
        return stated or (PartialDate.of(whole) if whole else None)

    def restated(self, given: StatedDays, before: ResidentRecord) -> ResidentRecord:
        """With days as stated; how a day was stated ends where ``before`` had another whole day."""
        days, stood = self.whole_days, before.whole_days
        moved = [name for name, day in days.items() if day != stood[name]]
        return replace(self, stated=self.stated.restated(given, moved))

    def identity_facts(self) -> IdentityFacts:
        """The six facts of this record: all that may leave the municipality as a notice (Art. 30-5)."""
        return IdentityFacts(
            name=self.name.text,
            nickname=self.nickname.text if self.nickname else None,
            birth_date=self.birth_date,
            sex=self.sex,
            address=self.address,
            code=self.code,
        )
