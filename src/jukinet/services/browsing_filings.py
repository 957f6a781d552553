"""What a clerk enters about browsing: requests, applications and what the mayor did, each with every fault at once.

Owns their shape, and how they are kept: as the JSON that they are read from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from jukinet.domain.items import RecordKind
from jukinet.domain.listing import Conditions
from jukinet.domain.matching import address_key
from jukinet.domain.persons import Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.law.browsing import ENQUIRIES, Activity, Application, Breach, PublicRequest, Step
from jukinet.law.enquiries import EnquiryWay
from jukinet.services.stay_items import member

MOST_VIEWERS = 50
MOST_AREAS = 1_000


@dataclass(frozen=True, slots=True, repr=False)
class Named(Private):
    """Somebody who browses, answers for it or asked for it: ``post`` in the body or corporation, ``address``."""

    name: str
    post: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The residents meant (住民の範囲): town areas by their names, and of these who meets the conditions."""

    areas: tuple[str, ...]
    born_from: date | None = None
    born_to: date | None = None
    sex: Sex | None = None

    @property
    def conditions(self) -> Conditions:
        return Conditions(self.born_from, self.born_to, self.sex)


@dataclass(frozen=True, slots=True)
class Whom:
    """Of whom a list of the office is; no ``areas``: of the whole town."""

    areas: tuple[str, ...]
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class ListFiling:
    """The office's own list: of whom, and whether in an order by lot; ``seed``: None for a new one, or one told.

    ``leave_out``: without those who are held back.
    """

    whom: Whom
    by_lot: bool
    seed: str | None
    given: Mapping[str, Any]
    leave_out: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Investigation(Private):
    """犯罪捜査等のための請求: the law that is acted under, and why no more can be said."""

    law: str
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class RequestFiling(Private):
    """A request of a public body (Act Art. 11)."""

    body: str
    official_document: bool
    purpose: str | None
    investigation: Investigation | None
    viewers: tuple[Named, ...]
    wanted: Wanted
    responsible: Named
    received_on: date

    @property
    def facts(self) -> PublicRequest:
        return PublicRequest(
            purpose=self.purpose is not None,
            investigation=self.investigation is not None,
            official_document=self.official_document,
            posts=tuple(one.post is not None for one in (*self.viewers, self.responsible)),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Applicant(Private):
    """申出者; ``representative`` of a corporation, an association with a head among them."""

    corporation: bool
    name: str
    address: str
    representative: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ApplicationFiling(Private):
    """An application of somebody else (Act Art. 11-2), with what the mayor finds (``fair``, ``handlers_approved``)."""

    applicant: Applicant
    activity: Activity
    fair: bool
    purpose: str
    viewers: tuple[Named, ...]
    management: str | None
    handlers_range: str | None
    handlers: tuple[Named, ...]
    handlers_approved: bool
    set_up: str | None
    results: str | None
    commissioned: bool
    client: Named | None
    wanted: Wanted
    responsible: Named
    received_on: date

    @property
    def facts(self) -> Application:
        return Application(
            activity=self.activity,
            fair=self.fair,
            corporation=self.applicant.corporation,
            representative=self.applicant.representative is not None,
            addresses=tuple(one.address is not None for one in (*self.viewers, *self.handlers)),
            posts=tuple(one.post is not None for one in self.viewers),
            management=self.management is not None,
            handlers_range=self.handlers_range is not None,
            handlers=len(self.handlers),
            handlers_approved=self.handlers_approved,
            set_up=self.set_up is not None,
            results=self.results is not None,
            responsible=self._locates_responsible,
            commissioned=self.commissioned,
            client=self.client is not None and self.client.address is not None,
        )

    @property
    def _locates_responsible(self) -> bool:
        one = self.responsible
        return (one.post if self.applicant.corporation else one.address) is not None


@dataclass(frozen=True, slots=True, repr=False)
class StepFiling(Private):
    """What the mayor did, to whom and what it says in ``text``; ``done_on`` is the office's today where not stated.

    ``viewer``: of a letter or an answer to it, who of those who were named, from 1; ``way``: how a letter was sent.
    """

    browsing: int
    step: Step
    breach: Breach | None
    urgent: bool
    done_on: date | None
    text: str | None
    viewer: int | None = None
    way: EnquiryWay | None = None


def read_request(data: object) -> RequestFiling:
    with reading(data) as fields:
        return RequestFiling(
            body=fields.text("body"),
            official_document=fields.flag("official_document"),
            purpose=fields.optional_text("purpose"),
            investigation=fields.optional_object("investigation", _read_investigation),
            viewers=_viewers(fields),
            wanted=fields.object("wanted", _read_wanted),
            responsible=fields.object("responsible", _read_named),
            received_on=fields.date("received_on"),
        )


def read_application(data: object) -> ApplicationFiling:
    with reading(data) as fields:
        filing = ApplicationFiling(
            applicant=fields.object("applicant", _read_applicant),
            activity=fields.take("activity", member(Activity)),
            fair=fields.flag("fair"),
            purpose=fields.text("purpose"),
            viewers=_viewers(fields),
            management=fields.optional_text("management"),
            handlers_range=fields.optional_text("handlers_range"),
            handlers=fields.each("handlers", _read_named, most=MOST_VIEWERS)
            if fields.has("handlers")
            else (),
            handlers_approved=fields.flag("handlers_approved", default=False),
            set_up=fields.optional_text("set_up"),
            results=fields.optional_text("results"),
            commissioned=fields.flag("commissioned"),
            client=fields.optional_object("client", _read_named),
            wanted=fields.object("wanted", _read_wanted),
            responsible=fields.object("responsible", _read_named),
            received_on=fields.date("received_on"),
        )
        if filing.client and not filing.commissioned:
            fields.fault("client", "belongs to an application that was commissioned, and to no other")
        return filing


def read_step(data: object) -> StepFiling:
    with reading(data) as fields:
        filing = StepFiling(
            browsing=fields.integer("browsing", least=1),
            step=fields.take("step", member(Step)),
            breach=fields.optional("breach", member(Breach)),
            urgent=fields.flag("urgent", default=False),
            done_on=fields.optional_date("done_on"),
            text=fields.optional_text("text"),
            viewer=fields.integer("viewer", least=1) if fields.has("viewer") else None,
            way=fields.optional("way", member(EnquiryWay)),
        )
        fields.raw("viewer")
        about_viewer = filing.step in ENQUIRIES
        for name, given, needed in (
            ("text", filing.text, not about_viewer),
            ("viewer", filing.viewer, about_viewer),
            ("way", filing.way, filing.step is Step.ENQUIRED),
        ):
            if (given is not None) is not needed:
                fields.fault(name, "is missing" if needed else "does not belong to this step")
        return filing


def written(filing: RequestFiling | ApplicationFiling) -> str:
    """The JSON that it is read from again."""
    return json.dumps(asdict(filing), ensure_ascii=False, default=str)


def _viewers(fields: Fields) -> tuple[Named, ...]:
    found = fields.each("viewers", _read_named, most=MOST_VIEWERS)
    if not found:
        fields.fault("viewers", "must name at least one person")
    return found


def _read_named(fields: Fields) -> Named:
    return Named(fields.text("name"), fields.optional_text("post"), fields.optional_text("address"))


def _read_applicant(fields: Fields) -> Applicant:
    return Applicant(
        corporation=fields.flag("corporation"),
        name=fields.text("name"),
        address=fields.text("address"),
        representative=fields.optional_text("representative"),
    )


def _read_investigation(fields: Fields) -> Investigation:
    return Investigation(fields.text("law"), fields.text("why"))


def area_name(text: str) -> str:
    """The name of a town area, or ``ValueError``."""
    if not address_key(text):
        raise ValueError("must be the name of a town area")
    return text


def _read_wanted(fields: Fields) -> Wanted:
    found = Wanted(
        areas=fields.texts("areas", area_name, most=MOST_AREAS),
        born_from=fields.optional_date("born_from"),
        born_to=fields.optional_date("born_to"),
        sex=fields.optional("sex", member(Sex)),
    )
    if not found.areas:
        fields.fault("areas", "must name at least one town area")
    return found


def read_whom(fields: Fields) -> Whom:
    return Whom(
        fields.texts("areas", area_name, most=MOST_AREAS) if fields.has("areas") else (),
        Conditions(
            fields.optional_date("born_from"),
            fields.optional_date("born_to"),
            fields.optional("sex", member(Sex)),
            fields.optional("kind", member(RecordKind)),
        ),
    )


def read_seed(fields: Fields) -> str | None:
    """The seed of an earlier draw, where one is given."""
    return fields.optional("seed", _seed)


def _seed(text: str) -> str:
    if len(text) > 64 or not (text.isascii() and text.isalnum()):
        raise ValueError("must be letters and digits, 64 at most")
    return text


def read_list(data: object) -> ListFiling:
    with reading(data) as fields:
        by_lot = fields.flag("by_lot", default=False)
        leave_out = fields.flag("leave_out", default=False)
        return ListFiling(read_whom(fields), by_lot, read_seed(fields), fields.whole(), leave_out)
