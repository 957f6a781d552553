"""What a clerk enters for an act on a card: one value an act, read strictly, with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.card import CardForm, CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.numbers import check_record_number
from jukinet.domain.persons import Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.law.card_handing import Handing, Paper, Photo, Receiver
from jukinet.law.cards import Ground
from jukinet.law.enquiries import EnquiryStep, EnquiryWay
from jukinet.law.ex_officio import Telling
from jukinet.services.stay_items import member


@dataclass(frozen=True, slots=True, repr=False)
class CardApplication(Private):
    """交付申請書 or 再交付申請書, as it states who applies and for which form (Reg. Arts. 34, 39)."""

    name: str
    address: str
    form: CardForm
    code: ResidentRecordCode | None = None
    birth_date: PartialDate | None = None
    sex: Sex | None = None
    photo: Photo | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CardEnquiryFiling(Private):
    """照会: about the application of a day; ``way`` of one that is sent."""

    resident_no: str
    applied_on: date
    step: EnquiryStep
    way: EnquiryWay | None
    done_on: date


@dataclass(frozen=True, slots=True, repr=False)
class CardIssueFiling(Private):
    """交付: the application and how the card was handed over. ``number`` and ``issued_on`` as on the card."""

    resident_no: str
    number: CardNumber
    application: CardApplication
    applied_on: date
    issued_on: date
    signed: bool
    handing: Handing


@dataclass(frozen=True, slots=True, repr=False)
class CardReplacementFiling(Private):
    """再交付, or exchange for a new one. ``handed_in``: the old card came back (Ord. 30-17(2), 30-18(2))."""

    issue: CardIssueFiling
    ground: Ground
    handed_in: bool


@dataclass(frozen=True, slots=True, repr=False)
class CardDayFiling(Private):
    """紛失, 発見 or a change of what stands on it: of the card that the person has, on which day it was notified."""

    resident_no: str
    filed_on: date


@dataclass(frozen=True, slots=True, repr=False)
class CardReturnFiling(Private):
    """返納: the number of the card that is handed back."""

    resident_no: str
    number: CardNumber
    filed_on: date


@dataclass(frozen=True, slots=True, repr=False)
class CardOrderFiling(Private):
    """返納命令. ``mistaken``: found that it was issued or given back in error or by negligence."""

    resident_no: str
    mistaken: bool
    told: Telling | None


@dataclass(frozen=True, slots=True, repr=False)
class CardContinuationFiling(Private):
    """継続利用: a card of another municipality, as submitted; ``planned_on`` as the move-out planned it."""

    resident_no: str
    number: CardNumber
    issued_on: date
    expires_on: date
    planned_on: date
    submitted_on: date
    form: CardForm | None = None


def _read_handing(fields: Fields) -> Handing:
    handing = Handing(
        to=fields.take("to", member(Receiver)),
        shown=frozenset(fields.texts("shown", member(Paper), most=len(Paper))),
        own=fields.optional("own", member(Paper)),
        cannot_come=fields.flag("cannot_come", default=False),
    )
    if handing.own and handing.to is not Receiver.DESIGNATED:
        fields.fault("own", "is what somebody shows whom the applicant named, and nobody else")
    return handing


def _read_application(fields: Fields) -> CardApplication:
    return CardApplication(
        name=fields.text("name"),
        address=fields.text("address"),
        form=fields.take("form", member(CardForm)),
        photo=fields.optional("photo", member(Photo)),
        code=fields.optional("code", ResidentRecordCode.parse),
        birth_date=fields.optional("birth_date", PartialDate.parse),
        sex=fields.optional("sex", member(Sex)),
    )


def _issue(fields: Fields) -> CardIssueFiling:
    return CardIssueFiling(
        resident_no=fields.take("resident_no", check_record_number),
        number=fields.take("number", CardNumber.parse),
        application=fields.object("application", _read_application),
        applied_on=fields.date("applied_on"),
        issued_on=fields.date("issued_on"),
        signed=fields.flag("signed"),
        handing=fields.object("handing", _read_handing),
    )


def read_issue(data: object) -> CardIssueFiling:
    with reading(data) as fields:
        return _issue(fields)


def read_enquiry(data: object) -> CardEnquiryFiling:
    with reading(data) as fields:
        filing = CardEnquiryFiling(
            resident_no=fields.take("resident_no", check_record_number),
            applied_on=fields.date("applied_on"),
            step=fields.take("step", member(EnquiryStep)),
            way=fields.optional("way", member(EnquiryWay)),
            done_on=fields.date("done_on"),
        )
        if (filing.step is EnquiryStep.SENT) != (filing.way is not None):
            fields.fault("way", "must be given where an enquiry is sent, and only there")
        return filing


def read_replacement(data: object) -> CardReplacementFiling:
    with reading(data) as fields:
        return CardReplacementFiling(
            issue=_issue(fields),
            ground=fields.take("ground", member(Ground)),
            handed_in=fields.flag("handed_in", default=False),
        )


def read_day(data: object) -> CardDayFiling:
    with reading(data) as fields:
        return CardDayFiling(
            resident_no=fields.take("resident_no", check_record_number), filed_on=fields.date("filed_on")
        )


def read_return(data: object) -> CardReturnFiling:
    with reading(data) as fields:
        return CardReturnFiling(
            resident_no=fields.take("resident_no", check_record_number),
            number=fields.take("number", CardNumber.parse),
            filed_on=fields.date("filed_on"),
        )


def read_order(data: object) -> CardOrderFiling:
    with reading(data) as fields:
        return CardOrderFiling(
            resident_no=fields.take("resident_no", check_record_number),
            mistaken=fields.flag("mistaken"),
            told=fields.optional("told", member(Telling)),
        )


def read_continuation(data: object) -> CardContinuationFiling:
    with reading(data) as fields:
        return CardContinuationFiling(
            resident_no=fields.take("resident_no", check_record_number),
            number=fields.take("number", CardNumber.parse),
            issued_on=fields.date("issued_on"),
            expires_on=fields.date("expires_on"),
            planned_on=fields.date("planned_on"),
            submitted_on=fields.date("submitted_on"),
            form=fields.optional("form", member(CardForm)),
        )
