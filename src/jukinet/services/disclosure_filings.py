"""What is entered about disclosures, corrections and complaints, each with every fault at once.

Owns their shape, and how a request is kept: as the JSON that it is read from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.matching import query_name_key
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.law.disclosures import Asker, Ground
from jukinet.law.notifications import AuthorityShown, Capacity, IdentityShown
from jukinet.messages.bodies import ErrorItem, ErrorOutcome
from jukinet.services.stay_items import member


@dataclass(frozen=True, slots=True, repr=False)
class Stated(Private):
    """The person as the request states them; ``code`` where they know it."""

    name: str
    birth_date: PartialDate
    sex: Sex
    address: str
    code: ResidentRecordCode | None


@dataclass(frozen=True, slots=True, repr=False)
class Addressee(Private):
    """To whom it is written: a statutory representative, else the person."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, repr=False)
class RequestFiling(Private):
    """開示請求書. ``agreed``: they agree to another way than paper."""

    person: Stated
    representative: Addressee | None
    asker: Asker
    agreed: bool
    received_on: date

    @property
    def addressee(self) -> Addressee:
        return self.representative or Addressee(self.person.name, self.person.address)

    @property
    def plain(self) -> dict[str, Any]:
        """As it is kept; ``read_request`` reads it."""
        representative = self.representative
        return {
            "person": {
                "name": self.person.name,
                "birth_date": self.person.birth_date.text,
                "sex": self.person.sex,
                "address": self.person.address,
                "code": self.person.code.text if self.person.code else None,
            },
            "representative": {"name": representative.name, "address": representative.address}
            if representative
            else None,
            "by": self.asker.capacity,
            "identity": self.asker.identity,
            "authority": self.asker.authority,
            "in_writing": self.asker.in_writing,
            "fee": self.asker.fee,
            "other_way_agreed": self.agreed,
            "received_on": self.received_on.isoformat(),
        }


def read_request(data: object) -> RequestFiling:
    with reading(data) as fields:
        asker = Asker(
            capacity=fields.take("by", member(Capacity)),
            identity=fields.take("identity", member(IdentityShown)),
            authority=fields.optional("authority", member(AuthorityShown)),
            in_writing=fields.flag("in_writing"),
            fee=fields.integer("fee", most=1_000_000, default=0) or None,
        )
        representative = fields.optional_object("representative", _addressee)
        if asker.represents and not fields.has("representative"):
            fields.fault("representative", "is missing: name and address of the statutory representative")
        if fields.has("representative") and not asker.represents:
            fields.fault("representative", "is given for a statutory representative, and for nobody else")
        return RequestFiling(
            person=fields.object("person", _stated),
            representative=representative,
            asker=asker,
            agreed=fields.flag("other_way_agreed", default=False),
            received_on=fields.date("received_on"),
        )


def _addressee(fields: Fields) -> Addressee:
    return Addressee(fields.text("name"), fields.text("address"))


def _stated(fields: Fields) -> Stated:
    return Stated(
        name=fields.take("name", _name),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", member(Sex)),
        address=fields.text("address"),
        code=fields.optional("code", ResidentRecordCode.parse),
    )


def _name(text: str) -> str:
    query_name_key(text)
    return text.strip()


@dataclass(frozen=True, slots=True, repr=False)
class ExtensionFiling(Private):
    """Why the answer takes longer, told on a day, and by when it is given."""

    disclosure: int
    reason: str
    told_on: date
    due_on: date


def read_extension(data: object) -> ExtensionFiling:
    with reading(data) as fields:
        return ExtensionFiling(
            fields.integer("disclosure", least=1),
            fields.text("reason"),
            fields.date("told_on"),
            fields.date("due_on"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class RefusalFiling(Private):
    """Why a request is closed without a disclosure, told on a day."""

    disclosure: int
    ground: Ground
    reason: str
    told_on: date


def read_refusal(data: object) -> RefusalFiling:
    with reading(data) as fields:
        return RefusalFiling(
            fields.integer("disclosure", least=1),
            fields.take("ground", member(Ground)),
            fields.text("reason"),
            fields.date("told_on"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class CorrectionFiling(Private):
    """訂正等の申出: which municipality's record, which facts, and what is said of them."""

    disclosure: int
    municipality: MunicipalityCode
    items: frozenset[ErrorItem]
    said: str
    in_writing: bool
    received_on: date


def read_correction(data: object) -> CorrectionFiling:
    with reading(data) as fields:
        items = frozenset(fields.texts("items", member(ErrorItem), most=len(ErrorItem)))
        if not items:
            fields.fault("items", "must not be empty")
        return CorrectionFiling(
            fields.integer("disclosure", least=1),
            fields.take("municipality", MunicipalityCode.parse),
            items,
            fields.text("said"),
            fields.flag("in_writing"),
            fields.date("received_on"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class ResultFiling(Private):
    """What the inquiry about a correction came to, told on a day."""

    disclosure: int
    outcome: ErrorOutcome
    said: str
    told_on: date


def read_result(data: object) -> ResultFiling:
    with reading(data) as fields:
        return ResultFiling(
            fields.integer("disclosure", least=1),
            fields.take("outcome", member(ErrorOutcome)),
            fields.text("said"),
            fields.date("told_on"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class ComplaintFiling(Private):
    """苦情, as it was said or written."""

    said: str
    received_on: date


def read_complaint(data: object) -> ComplaintFiling:
    with reading(data) as fields:
        return ComplaintFiling(fields.text("said"), fields.date("received_on"))


@dataclass(frozen=True, slots=True, repr=False)
class SettlingFiling(Private):
    """What was answered to a complaint."""

    complaint: int
    said: str
    done_on: date


def read_settling(data: object) -> SettlingFiling:
    with reading(data) as fields:
        return SettlingFiling(
            fields.integer("complaint", least=1), fields.text("said"), fields.date("done_on")
        )


def read_kept(details: Mapping[str, Any]) -> RequestFiling:
    """A request as it was kept."""
    return read_request(dict(details))
