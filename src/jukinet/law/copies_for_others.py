"""Copies at home for public bodies and for third parties (Act Arts. 12-2, 12-3).

Owns the rules of who may have one, on what ground and with which items (Ord. Art. 15-2; Copies Ordinance Arts. 8 to
12). What they share with a resident's application is in ``jukinet.law.home_copies``, the table of items in ``copies``.
Whether a ground or a purpose is suitable (相当) the mayor finds; the clerk says it.

The professions and their works are in ``jukinet.law.professions``.

Not modelled: telling the person that somebody had one (本人通知), which no law of 2013 knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jukinet.law.copies import OnRequest
from jukinet.law.decisions import Decision, FailedRule, judge, law
from jukinet.law.edition import require_date
from jukinet.law.home_copies import (
    FIRST_RANK,
    Asked,
    ByPost,
    SentTo,
    copies_come_from,
    of_any_paper,
    shows_authority,
    shows_identity,
)
from jukinet.law.notifications import PAPERS, IdentityShown
from jukinet.law.professions import Profession, Work, works_without_client


class Ground(StrEnum):
    """Why a third party needs it (Act Art. 12-3(1))."""

    RIGHT_OR_DUTY = "right-or-duty"
    """自己の権利を行使し、又は自己の義務を履行するため (i)"""
    SUBMISSION = "submission"
    """国又は地方公共団体の機関に提出する必要 (ii)"""
    OTHER_REASON = "other-reason"
    """その他の正当な理由 (iii)"""


@dataclass(frozen=True, slots=True)
class Body:
    """What a public body states and shows, as far as it decides. ``necessary``: for an affair that a law lays down."""

    necessary: bool
    reason_stated: bool
    secrecy_explained: bool
    official_letter: bool
    staff_card: bool
    office_stated: bool


@dataclass(frozen=True, slots=True)
class Mandate:
    """That a specified professional asks, on a client's ground (Act Art. 12-3(2)).

    ``letter``: the association's form with the official seal. ``member_card``: a card of the profession with a
    photograph. ``corporation``: one of the profession asks (弁護士法人 and others). ``work``: agency in a dispute.
    """

    profession: Profession
    letter: bool
    member_card: bool
    client_named: bool
    corporation: bool = False
    work: Work | None = None

    @property
    def names_client(self) -> bool:
        """Whether the client is named, where one must be (Act Art. 12-3(4)(v); Ord. 15-2)."""
        exempt = works_without_client(self.profession, corporation=self.corporation)
        return self.client_named or self.work in exempt


class PurposeShown(StrEnum):
    """What came when the mayor asked for papers on the purpose (Copies Ordinance Art. 10(1), second sentence)."""

    SHOWN = "shown"
    """提示"""
    HANDED_IN = "handed-in"
    """提出"""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Other:
    """A third party. ``suitable``, ``more_suitable``: the mayor finds the application so, and that for more items.

    ``purpose_shown``: where the mayor asked for papers on the purpose.
    """

    ground: Ground
    suitable: bool
    more_suitable: bool = False
    corporation: bool = False
    mandate: Mandate | None = None
    purpose_shown: PurposeShown | None = None

    @property
    def shows_purpose(self) -> bool:
        """Whether papers on the purpose came, where the mayor asked for them."""
        return self.purpose_shown is not PurposeShown.NOTHING

    @property
    def kinds(self) -> tuple[str, ...]:
        """As the history of issues keeps it: ``right-or-duty, attorney, work attorney-30-6-1``."""
        mandate = self.mandate
        return (
            self.ground,
            *((mandate.profession,) if mandate else ()),
            *((f"work {mandate.work}",) if mandate and mandate.work else ()),
            *((f"purpose {self.purpose_shown}",) if self.purpose_shown else ()),
        )


HC15 = law(
    "HC15", "Act Arts. 12-2(1), 12-3(1)", "Whose record is asked for must be recorded in this register."
)
HC16 = law(
    "HC16",
    "Act Arts. 12-2(2)(iii), 12-3(4)(iii)",
    "Each who is to be shown is stated by name and address, as recorded. Look for the right record, or ask again.",
)
HC17 = law("HC17", "Act Art. 12-2(1)", "A public body has it where an affair that a law lays down needs it.")
HC18 = law(
    "HC18",
    "Act Art. 12-2(2)(iv); Copies Ordinance Art. 8(2)(i)",
    "A public body states the reason; or, where its nature forbids that as in an investigation, why it cannot.",
)
HC19 = law("HC19", "Copies Ordinance Art. 8(1)", "A public body asks by an official letter.")
HC20 = law(
    "HC20",
    "Act Art. 12-2(3); Copies Ordinance Art. 9",
    "Who acts for a public body shows a card of its staff; where that cannot be, a document with a photograph.",
)
HC21 = law(
    "HC21",
    "Act Arts. 12-2(1), 12-3(7)",
    "Nobody but the person and the household is shown the Resident Record code. Leave it out.",
)
HC22 = law("HC22", "Act Art. 12-3(1)", "The ground that is stated must be found suitable.")
HC23 = law(
    "HC23",
    "Act Art. 12-3(7), (8)",
    "More than the basic items is shown only as far as the purpose needs it and that is found suitable.",
)
HC24 = law(
    "HC24",
    "Act Art. 12-3(5); Copies Ordinance Art. 11(ii)",
    "A specified professional asks on the form of the association, with the official seal, and shows a document or the "
    "card of the profession with a photograph.",
)
HC25 = law(
    "HC25",
    "Act Art. 12-3(4)(v); Ord. Art. 15-2",
    "The client is named, but where the work is agency in a dispute of a profession that the Order lists.",
)
HC26 = law(
    "HC26",
    "Act Art. 12-3(5); Copies Ordinance Art. 11(i)",
    "Whoever brings it must show who they are; by other papers only where one with a photograph cannot be shown.",
)
HC27 = law(
    "HC27",
    "Act Art. 12-3(6); Copies Ordinance Art. 12",
    "Who asks for somebody else must show that they may: by a certificate of the status, or by a letter of authority; "
    "an explanation only where these cannot be shown.",
)
HC28 = law(
    "HC28",
    "Copies Ordinance Art. 10(2)",
    "Who asks that it be sent elsewhere than to their own address or main office says why, and where to.",
)
HC29 = law(
    "HC29", "Copies Ordinance Art. 8(2)(ii)", "A paper is sent to the office of the body: state where it is."
)
CT4 = law(
    "CT4",
    "Copies Ordinance Art. 9(iii)",
    "By post who acts for a public body sends a copy of the papers; or the mayor finds another way as good.",
)
CT5 = law(
    "CT5",
    "Copies Ordinance Art. 11(iii)",
    "By post who brings it sends copies of the papers, and has it sent to their own address; for a corporation to its "
    "main office, with a paper that shows where it is; or the mayor finds another way as good.",
)
CT6 = law(
    "CT6",
    "Copies Ordinance Art. 11(iv)",
    "By post a professional sends a copy of a document or card with a photograph, but where the association publishes "
    "its members, and has it sent to the office.",
)
CT7 = law(
    "CT7",
    "Copies Ordinance Art. 10(1)",
    "The mayor asked for papers on the purpose. They are to be shown or handed in first.",
)


def decide_for_body(asked: Asked, body: Body, requested: frozenset[OnRequest]) -> Decision:
    """Whether a public body is given the paper (Act Art. 12-2)."""
    require_date(asked.on)
    return judge(
        *_of_the_record(asked),
        (HC17, body.necessary),
        (HC18, body.reason_stated or body.secrecy_explained),
        (HC19, body.official_letter),
        (HC20, body.staff_card or _instead_of_staff_card(asked)),
        (CT4, asked.by_post in {None, ByPost.COPIES, ByPost.OTHER_WAY}),
        (HC21, OnRequest.CODE not in requested),
        (HC29, asked.sent_to is None or body.office_stated),
        *of_any_paper(asked),
        basis=("Act Art. 12-2(1)", *(("Act Art. 12-2(5)",) if asked.sent_to else ())),
    )


def decide_for_other(asked: Asked, other: Other, requested: frozenset[OnRequest]) -> Decision:
    """Whether a third party is given the paper (Act Art. 12-3)."""
    require_date(asked.on)
    mandate = other.mandate
    return judge(
        *_of_the_record(asked),
        (HC21, OnRequest.CODE not in requested),
        (HC22, other.suitable),
        (HC23, other.more_suitable or not (_tells_more(asked) or requested - {OnRequest.CODE})),
        *(_of_the_mandate(asked, mandate) if mandate else _of_themselves(asked, other)),
        (HC27, shows_authority(asked.brought_by)),
        (
            HC28,
            asked.sent_to in {None, SentTo.OWN_ADDRESS} or _to_office(asked, other) or asked.sending_reason,
        ),
        (CT7, other.shows_purpose),
        *of_any_paper(asked),
        basis=(
            "Act Art. 12-3(2)" if mandate else "Act Art. 12-3(1)",
            *(("Act Art. 12-3(8)",) if requested or _tells_more(asked) else ()),
            *(("Act Art. 12-3(9)",) if asked.sent_to else ()),
        ),
    )


def _of_the_record(asked: Asked) -> tuple[tuple[FailedRule, bool], ...]:
    return (
        (HC15, asked.kept),
        (HC16, (asked.found and asked.as_stated) or not asked.kept),
    )


def _tells_more(asked: Asked) -> bool:
    return asked.history or asked.remarked


def _instead_of_staff_card(asked: Asked) -> bool:
    by = asked.brought_by
    in_another_way = asked.by_post is ByPost.OTHER_WAY and by.identity is IdentityShown.OTHER_WAY
    return in_another_way or (by.identity in FIRST_RANK and by.papers_excused)


def _to_office(asked: Asked, other: Other) -> bool:
    """Whether it goes to the main office of a corporation, or to the professional's."""
    return asked.sent_to is SentTo.OFFICE and (other.corporation or other.mandate is not None)


def _of_themselves(asked: Asked, other: Other) -> tuple[tuple[FailedRule, bool], ...]:
    by = asked.brought_by
    of_corporation = (
        asked.by_post is ByPost.COPIES_AND_OFFICE
        and by.identity in PAPERS
        and other.corporation
        and asked.sent_to is SentTo.OFFICE
    )
    posted = asked.by_post in {None, ByPost.OTHER_WAY} or of_corporation or copies_come_from(asked)
    return ((HC26, shows_identity(by, asked.by_post)), (CT5, posted))


def _of_the_mandate(asked: Asked, mandate: Mandate) -> tuple[tuple[FailedRule, bool], ...]:
    identity, by_post = asked.brought_by.identity, asked.by_post
    papers = identity in FIRST_RANK or mandate.member_card
    published = by_post is ByPost.PUBLISHED
    copied = published or (by_post is ByPost.COPIES and papers)
    return (
        (HC24, (papers or published or identity is IdentityShown.OTHER_WAY) and mandate.letter),
        (HC25, mandate.names_client),
        (CT6, by_post is None or (copied and asked.sent_to is SentTo.OFFICE)),
    )


RULES: tuple[FailedRule, ...] = (
    *(HC15, HC16, HC17, HC18, HC19, HC20, HC21, HC22, HC23, HC24, HC25, HC26, HC27, HC28, HC29),
    *(CT4, CT5, CT6, CT7),
)
