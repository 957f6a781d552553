"""Applications for copies and certificates at home, as they are filed (Act Arts. 12(2), 12-2(2), 12-3(4)).

What is stated is compared and weighed, and not kept: kinds alone are (``jukinet.store.home_copies``). The paper that
was handed in is (Ord. Art. 34(3)), on paper.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from jukinet.domain import matching
from jukinet.domain.numbers import check_record_number
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.law.certifiers import Choice
from jukinet.law.copies import Asker, CopyItem, OnRequest
from jukinet.law.copies_for_others import Body, Ground, Mandate, Other, PurposeShown
from jukinet.law.home_copies import CAPACITIES, LEFT_OUT, ByPost, Paper, SentTo
from jukinet.law.notifications import Capacity, Notifier
from jukinet.law.professions import Profession, Work
from jukinet.messages import strict_json
from jukinet.messages.copies import MAX_PERSONS, MemberScope
from jukinet.messages.ids import parse_id
from jukinet.services.certifiers import read_choice
from jukinet.services.notifying import read_bringer
from jukinet.services.stay_items import member

MOST_PRINTS = 20


@dataclass(frozen=True, slots=True, repr=False)
class Agent(Private):
    """Who brings an application for somebody else, as stated (Arts. 12(2)(ii), 12-3(4)(ii))."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, repr=False)
class PublicBody(Private):
    """国又は地方公共団体の機関, with who acts for it (Art. 12-2(2)). ``affair``: the law that lays it down."""

    name: str
    official: str
    affair: str
    asks: Body


@dataclass(frozen=True, slots=True, repr=False)
class ThirdParty(Private):
    """申出者 (Art. 12-3(4)); of a corporation with who represents it. ``client``: for whom a professional asks."""

    name: str
    address: str
    purpose: str
    asks: Other
    representative: str | None = None
    client: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, self.representative, self.client)))


@dataclass(frozen=True, slots=True)
class Extent:
    """What of the register is asked for besides the present record.

    ``history``: its changes (履歴), ``special``: those too that are left out unasked (specification 1.1.4);
    ``deleted``: a deleted record (除票) in place of one that stands; ``remarks``: remarks on the record (備考, 1.1.14);
    ``personal``: each person on pages of their own (個人票), which they have anyhow with the first and the third.
    """

    history: bool = False
    special: bool = False
    deleted: bool = False
    remarks: bool = False
    personal: bool = False

    @property
    def told(self) -> tuple[str, ...]:
        """As the history of issues keeps it, beside the items that were asked for."""
        asked = (
            ("history", self.history),
            ("special-history", self.special),
            ("deleted", self.deleted),
            ("remarks", self.remarks),
            ("personal", self.personal),
        )
        return tuple(word for word, is_asked in asked if is_asked)


@dataclass(frozen=True, slots=True, repr=False)
class HomeCopyFiling(Private):
    """An application. ``application_id``: 32 hex digits, the clerk's screen makes it once.

    ``resident_no``: whose record is asked for first, as the clerk found it; ``name`` and ``address`` are theirs as the
    application states them. That is who asks (Art. 12), unless ``asked_by`` says who else does. ``in_given_order``: the
    named members stand on it as they are named, and not in the order of specification 5.2. ``without_building``: the
    building is left out of the address, where a certificate is asked for so (5.4). ``prints``: how many, each with a
    number of its own (5.5), on ``printer`` where that is known; ``choice``: how they are certified (5.6).
    """

    application_id: str
    paper: Paper
    resident_no: str
    name: str
    address: str
    members: MemberScope
    names: tuple[str, ...]
    in_given_order: bool
    wanted: frozenset[OnRequest]
    left_out: frozenset[CopyItem]
    without_building: bool
    brought_by: Notifier
    agent: Agent | None
    sent_to: SentTo | None
    sending_reason: str | None
    sending_place: str | None
    by_post: ByPost | None
    reason: str | None
    plainly_improper: bool
    asked_by: PublicBody | ThirdParty | None
    extent: Extent
    prints: int
    choice: Choice
    digest: bytes
    printer: str | None = None

    @property
    def asker(self) -> Asker:
        if self.asked_by is None:
            return Asker.HOUSEHOLD
        return Asker.PUBLIC_BODY if isinstance(self.asked_by, PublicBody) else Asker.THIRD_PARTY

    @property
    def names_householder(self) -> bool:
        """Whether the householder's name is asked for."""
        return OnRequest.HOUSEHOLD_ITEMS in self.wanted

    @property
    def askers(self) -> tuple[str, ...]:
        """The names of those who ask, beside the person of the record."""
        names = self.asked_by.names if isinstance(self.asked_by, ThirdParty) else ()
        return (*names, *((self.agent.name,) if self.agent else ()))


def read_home_copy(data: object) -> HomeCopyFiling:
    """Read an application, with every fault at once."""
    with reading(data) as fields:
        filing = HomeCopyFiling(
            application_id=fields.take("application_id", parse_id),
            paper=fields.take("paper", member(Paper)),
            resident_no=fields.take("resident_no", check_record_number),
            name=fields.take("name", parse_name),
            address=fields.text("address"),
            members=fields.take("members", member(MemberScope)),
            names=fields.texts("names", parse_name, most=MAX_PERSONS) if fields.has("names") else (),
            in_given_order=fields.flag("in_given_order", default=False),
            wanted=frozenset(fields.texts("wanted", member(OnRequest), most=len(OnRequest))),
            left_out=frozenset(fields.texts("left_out", _parse_left_out, most=len(LEFT_OUT)))
            if fields.has("left_out")
            else frozenset(),
            without_building=fields.flag("without_building", default=False),
            brought_by=fields.object("brought_by", read_bringer),
            agent=fields.optional_object("agent", _read_agent),
            sent_to=fields.optional("sent_to", member(SentTo)),
            sending_reason=fields.optional_text("sending_reason"),
            sending_place=fields.optional_text("sending_place"),
            by_post=fields.optional("by_post", member(ByPost)),
            reason=fields.optional_text("reason"),
            plainly_improper=fields.flag("plainly_improper", default=False),
            asked_by=read_asked_by(fields),
            extent=Extent(
                history=fields.flag("history", default=False),
                special=fields.flag("special_history", default=False),
                deleted=fields.flag("deleted", default=False),
                remarks=fields.flag("remarks", default=False),
                personal=fields.flag("personal", default=False),
            ),
            prints=fields.integer("prints", least=1, most=MOST_PRINTS) if fields.has("prints") else 1,
            choice=read_choice(fields),
            digest=hashlib.sha256(strict_json.dump(data)).digest() if isinstance(data, dict) else b"",
        )
        for name in ("names", "left_out"):
            fields.raw(name)
        _check(fields, filing)
        return filing


def _check(fields: Fields, filing: HomeCopyFiling) -> None:
    if (filing.members is MemberScope.NAMED) != bool(filing.names):
        fields.fault("names", "belong to a paper for named members, and to no other")
    if filing.in_given_order and not filing.names:
        fields.fault("in_given_order", "belongs to a paper for named members, and to no other")
    if filing.without_building and filing.extent.history:
        fields.fault(
            "without_building", "must not be asked for together with the history, which tells of buildings"
        )
    if filing.extent.special and not filing.extent.history:
        fields.fault("special_history", "belongs to a paper with the history, and to no other")
    if filing.by_post and not filing.sent_to:
        fields.fault("by_post", "belongs to a paper that is sent (sent_to), and to no other")
    if filing.brought_by is None:  # its fault is noted
        return
    if filing.brought_by.capacity not in CAPACITIES:
        fields.fault("brought_by.capacity", "must be person, statutory-representative or agent")
    if isinstance(filing.asked_by, PublicBody) and filing.brought_by.capacity is not Capacity.PERSON:
        fields.fault("brought_by.capacity", "must be person: who acts for a public body is its official")
    if (filing.brought_by.capacity is Capacity.PERSON) != (filing.agent is None):
        fields.fault("agent", "must be given where somebody asks for the person, and only there")


def parse_name(text: str) -> str:
    """A name by which somebody can be found; ``ValueError`` for another."""
    matching.query_name_key(text)
    return text.strip()


def _parse_left_out(text: str) -> CopyItem:
    item = member(CopyItem)(text)
    if item not in LEFT_OUT:
        raise ValueError("must be an item that is shown unasked, other than the name")
    return item


def _read_agent(fields: Fields) -> Agent:
    return Agent(fields.take("name", parse_name), fields.text("address"))


def read_asked_by(fields: Fields) -> PublicBody | ThirdParty | None:
    body = fields.optional_object("public_body", _read_body)
    other = fields.optional_object("third_party", _read_other)
    if body is not None and other is not None:
        fields.fault("third_party", "must not be given together with public_body")
    return body or other


def _read_body(fields: Fields) -> PublicBody:
    return PublicBody(
        name=fields.text("name"),
        official=fields.text("official"),
        affair=fields.text("affair"),
        asks=Body(
            necessary=fields.flag("necessary"),
            reason_stated=fields.optional_text("reason") is not None,
            secrecy_explained=fields.optional_text("why_no_reason") is not None,
            official_letter=fields.flag("official_letter"),
            staff_card=fields.flag("staff_card", default=False),
            office_stated=fields.optional_text("office_address") is not None,
        ),
    )


def _read_other(fields: Fields) -> ThirdParty:
    client, mandate = fields.optional_object("profession", _read_mandate) or (None, None)
    representative = fields.optional("representative", parse_name)
    return ThirdParty(
        name=fields.take("name", parse_name),
        address=fields.text("address"),
        purpose=fields.text("purpose"),
        asks=Other(
            ground=fields.take("ground", member(Ground)),
            suitable=fields.flag("suitable"),
            more_suitable=fields.flag("more_suitable", default=False),
            corporation=representative is not None,
            mandate=mandate,
            purpose_shown=fields.optional("purpose_papers", member(PurposeShown)),
        ),
        representative=representative,
        client=client,
    )


def _read_mandate(fields: Fields) -> tuple[str | None, Mandate]:
    client = fields.optional("client", parse_name)
    fields.text("business")  # stated (Art. 12-3(4)(v)), and not kept
    return client, Mandate(
        profession=fields.take("kind", member(Profession)),
        letter=fields.flag("letter"),
        member_card=fields.flag("member_card", default=False),
        client_named=client is not None,
        corporation=fields.flag("corporation", default=False),
        work=fields.optional("work", member(Work)),
    )
