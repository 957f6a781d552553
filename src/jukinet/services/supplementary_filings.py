"""Reading filings on supplementary registers (戸籍の附票): what the koseki office and the election commission tell.

Owns their shape. What they do is in ``jukinet.services.supplementary``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.items import Koseki
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import Fields, reading
from jukinet.domain.supplementary import Removal
from jukinet.services.filings import read_address, read_koseki
from jukinet.services.stay_items import member

MOST = 100
"""Persons in one koseki."""


@dataclass(frozen=True, slots=True, repr=False)
class NewMember(Private):
    """Who is entered; ``address`` None: none in the country since that day, or ``since`` None too: not known yet.

    ``voter``: noted as on the roll of that municipality, for who comes from another register.
    """

    name: str
    address: Address | None
    since: date | None
    voter: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True, repr=False)
class OpeningFiling(Private):
    """A koseki was made, or came with a domicile that moved here (Ord. 18(1))."""

    koseki: Koseki
    made_on: date
    members: tuple[NewMember, ...]


@dataclass(frozen=True, slots=True, repr=False)
class EnteringFiling(Private):
    """Somebody entered the koseki (Ord. 18(2))."""

    register_no: str
    entered_on: date
    members: tuple[NewMember, ...]


@dataclass(frozen=True, slots=True)
class RemovalFiling:
    """Some or all were removed from the koseki (Ord. 19): by their numbers in the register."""

    register_no: str
    removed_on: date
    members: tuple[int, ...]
    ground: Removal


@dataclass(frozen=True, slots=True, repr=False)
class HandOverFiling(Private):
    """The domicile moved (転籍): to which municipality, when, and how the koseki is displayed there."""

    register_no: str
    moved_on: date
    municipality: MunicipalityCode
    koseki: Koseki


@dataclass(frozen=True, slots=True, repr=False)
class CorrectionFiling(Private):
    """Items that changed, were wrong or left out (Ord. 20): of the koseki, or of one member.

    ``address`` None with ``since``: no address in the country since that day.
    """

    register_no: str
    corrected_on: date
    koseki: Koseki | None = None
    member: int | None = None
    name: str | None = None
    address: Address | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class RewritingFiling:
    """改製: which register."""

    register_no: str


@dataclass(frozen=True, slots=True, repr=False)
class Differing(Private):
    """What one member's entries say by the documents from which a lost register is made again."""

    member: int
    name: str | None
    address: Address | None
    since: date | None


@dataclass(frozen=True, slots=True, repr=False)
class RemakingFiling(Private):
    """再製: which register, when it was found lost, and what differs from it."""

    register_no: str
    lost_on: date
    differing: tuple[Differing, ...] = ()


@dataclass(frozen=True, slots=True)
class VoterFiling:
    """What the election commission told (17-2): on the roll of that municipality, or struck off it (None)."""

    register_no: str
    member: int
    municipality: MunicipalityCode | None
    told_on: date


def _read_member(fields: Fields) -> NewMember:
    read = NewMember(
        fields.text("name"),
        fields.optional_object("address", read_address),
        fields.optional_date("since"),
        fields.optional("voter", MunicipalityCode.parse),
    )
    if read.address is not None and read.since is None:
        fields.fault("since", "must be given with an address")
    return read


def read_opening_fields(fields: Fields) -> OpeningFiling:
    return OpeningFiling(
        fields.object("koseki", read_koseki),
        fields.date("made_on"),
        fields.each("members", _read_member, most=MOST),
    )


def read_opening(data: object) -> OpeningFiling:
    with reading(data) as fields:
        return read_opening_fields(fields)


def read_entering(data: object) -> EnteringFiling:
    with reading(data) as fields:
        return EnteringFiling(
            fields.take("register_no", check_number),
            fields.date("entered_on"),
            fields.each("members", _read_member, most=MOST),
        )


def _read_number(fields: Fields) -> int:
    return fields.integer("number", least=1, most=10_000)


def read_removal(data: object) -> RemovalFiling:
    with reading(data) as fields:
        return RemovalFiling(
            fields.take("register_no", check_number),
            fields.date("removed_on"),
            fields.each("members", _read_number, most=MOST),
            fields.take("ground", member(Removal)),
        )


def read_hand_over(data: object) -> HandOverFiling:
    with reading(data) as fields:
        return HandOverFiling(
            fields.take("register_no", check_number),
            fields.date("moved_on"),
            fields.take("municipality", MunicipalityCode.parse),
            fields.object("koseki", read_koseki),
        )


def read_correction(data: object) -> CorrectionFiling:
    with reading(data) as fields:
        about = (
            fields.integer("member", least=1, most=10_000) if fields.has("member") else fields.raw("member")
        )
        read = CorrectionFiling(
            fields.take("register_no", check_number),
            fields.date("corrected_on"),
            fields.optional_object("koseki", read_koseki),
            about,
            fields.optional_text("name"),
            fields.optional_object("address", read_address),
            fields.optional_date("since"),
        )
        if read.address is not None and read.since is None:
            fields.fault("since", "must be given with an address")
        if (about is None) != (read.koseki is not None):
            fields.fault("member", "must be given, or else the koseki, and not both")
        if read.koseki is not None and (read.name is not None or read.since is not None):
            fields.fault("koseki", "must be corrected alone")
        return read


def read_rewriting(data: object) -> RewritingFiling:
    with reading(data) as fields:
        return RewritingFiling(fields.take("register_no", check_number))


def _read_differing(fields: Fields) -> Differing:
    read = Differing(
        fields.integer("member", least=1, most=10_000),
        fields.optional_text("name"),
        fields.optional_object("address", read_address),
        fields.optional_date("since"),
    )
    if read.address is not None and read.since is None:
        fields.fault("since", "must be given with an address")
    return read


def read_remaking(data: object) -> RemakingFiling:
    with reading(data) as fields:
        return RemakingFiling(
            fields.take("register_no", check_number),
            fields.date("lost_on"),
            fields.each("corrections", _read_differing, most=MOST) if fields.has("corrections") else (),
        )


def read_voter(data: object) -> VoterFiling:
    with reading(data) as fields:
        return VoterFiling(
            fields.take("register_no", check_number),
            fields.integer("member", least=1, most=10_000),
            fields.optional("municipality", MunicipalityCode.parse),
            fields.date("told_on"),
        )
