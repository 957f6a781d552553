"""What a clerk enters for foreign residents: one value an act, read strictly, with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from jukinet.domain.items import ForeignItems, Koseki, PersonName
from jukinet.domain.numbers import check_number
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import reading
from jukinet.domain.relationship import check_relationship
from jukinet.law.ex_officio import Telling
from jukinet.law.kinship import KinshipProof
from jukinet.law.notifications import Notifier
from jukinet.services.filings import Person, read_address, read_koseki, read_name, read_person
from jukinet.services.notifying import read_notifier
from jukinet.services.stay_items import member, parse_nationality, read_stay


@dataclass(frozen=True, slots=True, repr=False)
class NicknameFiling(Private):
    """通称の記載の申出 (Ord. 30-26(1)): what is asked for, whether its proof was shown, and what was found."""

    resident_no: str
    nickname: str
    filed_on: date
    proof_shown: bool
    found_needed: bool
    notified_by: Notifier = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class NicknameDeletionFiling:
    """通称の削除の申出 (Ord. 30-26(4)). There is no field for a reason: none is asked."""

    resident_no: str
    filed_on: date
    notified_by: Notifier = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class NicknameRemovalFiling:
    """Ex officio (Ord. 30-26(5)). ``found_needless``: it was examined; ``telling``: how the person learns of it."""

    resident_no: str
    found_needless: bool
    telling: Telling | None


@dataclass(frozen=True, slots=True, repr=False)
class AcquiredFiling(Private):
    """国籍の取得, 帰化 among it: name and koseki as the papers of the koseki say. ``filed_on``: None is today."""

    resident_no: str
    name: PersonName
    koseki: Koseki
    acquired_on: date
    filed_on: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class LostFiling(Private):
    """国籍の喪失. ``items``: nationality and class; ``name`` where it is written in another way from now on."""

    resident_no: str
    items: ForeignItems
    lost_on: date
    filed_on: date | None = None
    name: PersonName | None = None


@dataclass(frozen=True, slots=True, repr=False)
class EligibleFiling(Private):
    """Who lived here without a record became a mid-to-long-term resident or the like (Act Art. 30-47)."""

    persons: tuple[Person, ...]
    address: Address
    became_on: date
    filed_on: date
    status_shown: bool
    household_number: str | None = None
    although_alike: bool = False
    notified_by: Notifier = field(kw_only=True)


@dataclass(frozen=True, slots=True, repr=False)
class RelationshipFiling(Private):
    """世帯主との続柄の変更の届出 (Act Art. 30-48)."""

    resident_no: str
    relationship: str
    changed_on: date
    filed_on: date
    kinship: KinshipProof | None
    notified_by: Notifier = field(kw_only=True)


def read_nickname_application(data: object) -> NicknameFiling:
    with reading(data) as fields:
        return NicknameFiling(
            resident_no=fields.take("resident_no", check_number),
            nickname=fields.text("nickname"),
            filed_on=fields.date("filed_on"),
            proof_shown=fields.flag("proof_shown", default=False),
            found_needed=fields.flag("found_needed", default=False),
            notified_by=fields.object("notified_by", read_notifier),
        )


def read_nickname_deletion(data: object) -> NicknameDeletionFiling:
    with reading(data) as fields:
        return NicknameDeletionFiling(
            resident_no=fields.take("resident_no", check_number),
            filed_on=fields.date("filed_on"),
            notified_by=fields.object("notified_by", read_notifier),
        )


def read_nickname_removal(data: object) -> NicknameRemovalFiling:
    with reading(data) as fields:
        return NicknameRemovalFiling(
            resident_no=fields.take("resident_no", check_number),
            found_needless=fields.flag("found_needless"),
            telling=fields.optional("telling", member(Telling)),
        )


def read_acquired(data: object) -> AcquiredFiling:
    with reading(data) as fields:
        return AcquiredFiling(
            resident_no=fields.take("resident_no", check_number),
            name=fields.object("name", read_name),
            koseki=fields.object("koseki", read_koseki),
            acquired_on=fields.date("acquired_on"),
            filed_on=fields.optional_date("filed_on"),
        )


def read_lost(data: object) -> LostFiling:
    with reading(data) as fields:
        lost_on = fields.date("lost_on")
        nationality = fields.take("nationality", parse_nationality)
        return LostFiling(
            resident_no=fields.take("resident_no", check_number),
            items=read_stay(fields, nationality, lost_on),
            lost_on=lost_on,
            filed_on=fields.optional_date("filed_on"),
            name=fields.optional_object("name", read_name),
        )


def read_eligible(data: object) -> EligibleFiling:
    with reading(data) as fields:
        filing = EligibleFiling(
            persons=fields.each("persons", read_person, most=50),
            address=fields.object("address", read_address),
            became_on=fields.date("became_on"),
            filed_on=fields.date("filed_on"),
            status_shown=fields.flag("status_shown", default=False),
            household_number=fields.optional("household_number", check_number),
            although_alike=fields.flag("although_alike", default=False),
            notified_by=fields.object("notified_by", read_notifier),
        )
        if not filing.persons:
            fields.fault("persons", "must name at least one person")
        return filing


def read_relationship(data: object) -> RelationshipFiling:
    with reading(data) as fields:
        return RelationshipFiling(
            resident_no=fields.take("resident_no", check_number),
            relationship=fields.take("relationship", check_relationship),
            changed_on=fields.date("changed_on"),
            filed_on=fields.date("filed_on"),
            kinship=fields.optional("kinship", member(KinshipProof)),
            notified_by=fields.object("notified_by", read_notifier),
        )
