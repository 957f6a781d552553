"""What a clerk enters: one value an act, read strictly, with every fault at once.

Owns the input of acts. Whether an act is lawful is decided in ``jukinet.law``; who the residents are is
looked up by the acts themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from jukinet.domain.additions import Added, Additions
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import (
    ForeignItems,
    Koseki,
    Nickname,
    PersonName,
    Programmes,
    RecordKind,
    SpecialAdoption,
    StatedDays,
)
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number, check_pension_number
from jukinet.domain.persons import Address, Place, Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.domain.relationship import check_relationship
from jukinet.law.codes import ChangeDocument, StatedMoveOut
from jukinet.law.ex_officio import Basis
from jukinet.law.kinship import KinshipProof
from jukinet.law.notifications import Notifier
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services.added import read_added, read_additions
from jukinet.services.notifying import read_notifier, read_origin
from jukinet.services.stay_items import member as member  # noqa: PLC0414  (offered here too)
from jukinet.services.stay_items import read_foreign, read_former_nicknames, read_nickname, read_stated


@dataclass(frozen=True, slots=True, repr=False)
class Person(Private):
    """Who is to be recorded: what the notification says of one person.

    ``nickname`` and ``former_nicknames`` are those of the move-out certificate. ``kinship``: what proves a foreign
    member's relationship to a foreign householder (Act Art. 30-49). ``programmes``: the enrolments added to the
    notification (Arts. 28 to 29); ``additions``: what else is. ``resident_no``: that of another ward of the same city,
    which is kept, or of the deleted record here of who comes back. ``stated``: days that are not known to the day.
    """

    name: PersonName
    birth_date: PartialDate
    sex: Sex
    relationship: str
    code: ResidentRecordCode | None = None
    koseki: Koseki | None = None
    foreign: ForeignItems | None = None
    nickname: Nickname | None = None
    former_nicknames: tuple[Nickname, ...] = ()
    kinship: KinshipProof | None = None
    programmes: Programmes | None = None
    additions: Additions | None = None
    resident_no: str | None = None
    stated: StatedDays | None = None

    @property
    def kind(self) -> RecordKind:
        return RecordKind.FOREIGN if self.foreign else RecordKind.JAPANESE


@dataclass(frozen=True, slots=True, repr=False)
class BirthFiling(Private):
    """出生: a child joins a household. The birth date is the person's.

    ``filed_on``: None is today. ``koseki_of``: whose koseki in the household is the child's too.
    """

    household_number: str
    child: Person
    filed_on: date | None = None
    koseki_of: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class MoveInFiling(Private):
    """転入届 for one or several persons who form a household, or who join ``household_number``.

    ``although_alike``: the clerk has seen that somebody of the same name, birth date and sex is recorded here, or was
    and left, and is another person. ``move_out``: as the certificate states it; it tells which article gives a foreign
    resident the first code. ``last_registered_address``: where the last record stands, if the move from there to
    ``previous_address`` was not notified (未届). ``notified_by``: who brought it; None where nobody notified.
    ``special``: a child comes for a special adoption, or for its end.
    """

    persons: tuple[Person, ...]
    address: Address
    previous_address: Place | None
    moved_on: date
    filed_on: date
    evidence: MoveInEvidence | None
    status_shown: bool
    household_number: str | None = None
    although_alike: bool = False
    move_out: StatedMoveOut | None = None
    last_registered_address: Place | None = None
    special: SpecialAdoption | None = None
    notified_by: Notifier | None = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves within, with the relationship in the new household (None: as before), and what proves it."""

    resident_no: str
    relationship: str | None = None
    kinship: KinshipProof | None = None


@dataclass(frozen=True, slots=True, repr=False)
class MoveWithinFiling(Private):
    """転居届. ``new_household``: the movers form a household of their own.

    ``other_house``: they moved to another house on the lot that they lived on, whose address is the same. ``basis``: on
    what ground it is entered though nobody notified it.
    """

    movers: tuple[Mover, ...]
    address: Address
    moved_on: date
    filed_on: date
    new_household: bool
    other_house: bool = False
    additions: tuple[Added, ...] = ()
    notified_by: Notifier | None = field(kw_only=True)
    basis: Basis | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, repr=False)
class MoveOutFiling(Private):
    """転出届 for one or several persons. ``special``: a child leaves for a special adoption, or for its end."""

    resident_nos: tuple[str, ...]
    destination: Place
    planned_on: date
    filed_on: date
    special: SpecialAdoption | None = None
    additions: tuple[Added, ...] = ()
    notified_by: Notifier = field(kw_only=True)


@dataclass(frozen=True, slots=True, repr=False)
class DeathFiling(Private):
    """死亡. ``filed_on``: None is today. ``stated``: the day of death, where it is not known to the day."""

    resident_no: str
    died_on: date
    filed_on: date | None = None
    stated: PartialDate | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CodeChangeFiling(Private):
    """住民票コードの変更請求: the form's items as stated, and what was shown (Reg. 9, 10)."""

    resident_no: str
    name: str
    address: str
    code: ResidentRecordCode
    shown: ChangeDocument | None


@dataclass(frozen=True, slots=True, repr=False)
class CodeCorrectionFiling(Private):
    """住民票コードの職権修正. ``right_code``: the person's own code where it is known; else a new one is drawn."""

    resident_no: str
    confirmed: bool
    right_code: ResidentRecordCode | None = None


def read_name(fields: Fields) -> PersonName:
    return PersonName(
        text=fields.text("text"),
        kana=fields.optional_text("kana"),
        latin=fields.optional_text("latin"),
    )


def read_address(fields: Fields) -> Address:
    return Address(
        municipality=fields.take("municipality", MunicipalityCode.parse),
        text=fields.text("text"),
        building=fields.optional_text("building"),
    )


def read_place(fields: Fields) -> Place:
    return Place(
        text=fields.text("text"), municipality=fields.optional("municipality", MunicipalityCode.parse)
    )


def read_koseki(fields: Fields) -> Koseki:
    return Koseki(domicile=fields.text("domicile"), head=fields.text("head"))


def read_person(fields: Fields) -> Person:
    return replace(
        read_newborn(fields),
        code=fields.optional("code", ResidentRecordCode.parse),
        programmes=fields.optional_object("programmes", read_programmes),
        additions=fields.optional_object("additions", read_additions),
        resident_no=fields.optional("resident_no", check_number),
        stated=fields.optional_object("stated", read_stated),
    )


def read_programmes(fields: Fields) -> Programmes:
    """Since when somebody is enrolled in what; the class and the day of the pension come together."""
    programmes = Programmes(
        health_insurance_since=fields.optional_date("health_insurance_since"),
        elderly_medical_since=fields.optional_date("elderly_medical_since"),
        care_insurance_since=fields.optional_date("care_insurance_since"),
        pension_class=fields.optional_text("pension_class"),
        pension_since=fields.optional_date("pension_since"),
        pension_number=fields.optional("pension_number", check_pension_number),
    )
    if (programmes.pension_class is None) != (programmes.pension_since is None):
        fields.fault("pension_since", "must be given together with pension_class")
    if programmes.pension_number and not programmes.pension_class:
        fields.fault("pension_number", "must be given together with pension_class")
    return programmes


def read_newborn(fields: Fields) -> Person:
    """A person who has no code yet: none is asked for (Act Art. 30-42(1))."""
    return Person(
        name=fields.object("name", read_name),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", member(Sex)),
        relationship=fields.take("relationship", check_relationship),
        koseki=fields.optional_object("koseki", read_koseki),
        foreign=fields.optional_object("foreign", read_foreign),
        nickname=fields.optional_object("nickname", read_nickname),
        former_nicknames=read_former_nicknames(fields),
        kinship=fields.optional("kinship", member(KinshipProof)),
    )


def read_birth(data: object) -> BirthFiling:
    with reading(data) as fields:
        return BirthFiling(
            household_number=fields.take("household_number", check_number),
            child=fields.object("child", read_newborn),
            filed_on=fields.optional_date("filed_on"),
            koseki_of=fields.optional("koseki_of", check_number),
        )


def _read_stated_move_out(fields: Fields) -> StatedMoveOut:
    return StatedMoveOut(filed_on=fields.date("filed_on"), planned_on=fields.date("planned_on"))


def read_move_in(data: object) -> MoveInFiling:
    with reading(data) as fields:
        filing = MoveInFiling(
            persons=fields.each("persons", read_person, most=50),
            address=fields.object("address", read_address),
            previous_address=fields.optional_object("previous_address", read_place),
            moved_on=fields.date("moved_on"),
            filed_on=fields.date("filed_on"),
            evidence=fields.optional("evidence", member(MoveInEvidence)),
            status_shown=fields.flag("status_shown", default=False),
            household_number=fields.optional("household_number", check_number),
            although_alike=fields.flag("although_alike", default=False),
            move_out=fields.optional_object("move_out", _read_stated_move_out),
            last_registered_address=fields.optional_object("last_registered_address", read_place),
            special=fields.optional("special", member(SpecialAdoption)),
            notified_by=fields.object("notified_by", read_notifier),
        )
        if not filing.persons:
            fields.fault("persons", "must name at least one person")
        return filing


def _read_mover(fields: Fields) -> Mover:
    return Mover(
        resident_no=fields.take("resident_no", check_number),
        relationship=fields.optional("relationship", check_relationship),
        kinship=fields.optional("kinship", member(KinshipProof)),
    )


def read_move_within(data: object) -> MoveWithinFiling:
    with reading(data) as fields:
        movers = fields.each("movers", _read_mover, most=50)
        filing = MoveWithinFiling(
            movers=movers,
            address=fields.object("address", read_address),
            moved_on=fields.date("moved_on"),
            filed_on=fields.date("filed_on"),
            new_household=fields.flag("new_household", default=False),
            other_house=fields.flag("other_house", default=False),
            additions=read_added(fields, [one.resident_no for one in movers]),
            **read_origin(fields),
        )
        if not filing.movers:
            fields.fault("movers", "must name at least one person")
        return filing


def read_move_out(data: object) -> MoveOutFiling:
    with reading(data) as fields:
        resident_nos = fields.texts("resident_nos", check_number, most=50)
        filing = MoveOutFiling(
            resident_nos=resident_nos,
            destination=fields.object("destination", read_place),
            planned_on=fields.date("planned_on"),
            filed_on=fields.date("filed_on"),
            additions=read_added(fields, resident_nos),
            special=fields.optional("special", member(SpecialAdoption)),
            notified_by=fields.object("notified_by", read_notifier),
        )
        if not filing.resident_nos:
            fields.fault("resident_nos", "must name at least one person")
        return filing


def read_death(data: object) -> DeathFiling:
    with reading(data) as fields:
        return DeathFiling(
            resident_no=fields.take("resident_no", check_number),
            died_on=fields.date("died_on"),
            filed_on=fields.optional_date("filed_on"),
            stated=fields.optional("stated", PartialDate.parse),
        )


def read_code_change(data: object) -> CodeChangeFiling:
    with reading(data) as fields:
        return CodeChangeFiling(
            resident_no=fields.take("resident_no", check_number),
            name=fields.text("name"),
            address=fields.text("address"),
            code=fields.take("code", ResidentRecordCode.parse),
            shown=fields.optional("shown", member(ChangeDocument)),
        )


def read_code_correction(data: object) -> CodeCorrectionFiling:
    with reading(data) as fields:
        return CodeCorrectionFiling(
            resident_no=fields.take("resident_no", check_number),
            confirmed=fields.flag("confirmed"),
            right_code=fields.optional("right_code", ResidentRecordCode.parse),
        )
