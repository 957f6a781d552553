"""Copies at home (住民票の写し, 住民票記載事項証明書): who may have one, and on what.

Owns the rules of an application by a resident, for themselves or for members of the household (Act Art. 12; Copies
Ordinance Arts. 4 to 7). What is shown to whom is in the one table of ``jukinet.law.copies``; holds and their lifts are
in ``holds``. Who brings the application is told in the same kinds as of a notification (``notifications.Notifier``):
the papers of Copies Ordinance Arts. 5, 6 are those of Reg. Arts. 8, 8-3, but that a card without a photograph is no
paper of Art. 5(i) and stands where other papers do.

Not modelled: fees (an ordinance of the municipality sets them), the seal, and a copy of the sheet itself where records
are kept on paper (Act Art. 12(1)): here they are kept on disk (Act Art. 6(3)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.law.copies import CopyItem
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.notifications import PAPERS, AuthorityShown, Capacity, IdentityShown, Notifier


class Paper(StrEnum):
    """What is asked for."""

    COPY = "copy"
    """住民票の写し: of records on disk a paper with what they say (Act Arts. 6(3), 12(1))."""
    CERTIFICATE = "certificate"
    """住民票記載事項証明書: that the record says what is asked for, and nothing else."""


class SentTo(StrEnum):
    """Where a paper that is asked for by post is sent (Act Art. 12(7); Copies Ordinance Arts. 4(2)(ii), 5(iii))."""

    OWN_ADDRESS = "own-address"
    """Of who asks"""
    BRINGER = "bringers-address"
    """Of who brings the application for them"""
    OFFICE = "office"
    """The main office of a corporation, that of a public body, or a professional's"""
    ELSEWHERE = "elsewhere"


class ByPost(StrEnum):
    """How who brings an application by post shows who they are (Copies Ordinance Arts. 5(iii), 9(iii), 11(iii), (iv)).

    Without one of these they showed it at the counter, and asked that the paper be sent.
    """

    COPIES = "copies"
    """Copies of the papers were sent."""
    COPIES_AND_OFFICE = "copies-and-office"
    """Together with a paper that shows where the corporation's main office is (11(iii)(ロ))"""
    PUBLISHED = "published"
    """None was: the association publishes its members and where their offices are (11(iv), proviso)"""
    OTHER_WAY = "other-way"
    """Another way that the mayor finds as good"""


CAPACITIES = frozenset({Capacity.PERSON, Capacity.STATUTORY, Capacity.AGENT})
"""A member of the household asks as a person of their own (Art. 12(1)), and needs nobody's authority."""

PARTLY = frozenset(
    {
        CopyItem.NATIONALITY,
        CopyItem.STAY,
        CopyItem.STATUS,
        CopyItem.PERIOD,
        CopyItem.EXPIRES_ON,
        CopyItem.DOCUMENT_NUMBER,
    }
)
"""What a copy, too, may leave out of what is asked for together (Act Arts. 12(5), 12-2(4) as read by 30-51)."""

LEFT_OUT = PARTLY | frozenset(
    {
        CopyItem.BIRTH_DATE,
        CopyItem.SEX,
        CopyItem.BECAME_RESIDENT,
        CopyItem.BECAME_FOREIGN_RESIDENT,
        CopyItem.ADDRESS,
        CopyItem.ADDRESS_SINCE,
        CopyItem.RECORDED_SINCE,
        CopyItem.PREVIOUS_ADDRESS,
    }
)
"""What a certificate may be asked not to show: that, and what is shown unasked. It always names the person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An application, and what the register says to it; no personal value is needed to decide it.

    ``recorded``: whose record is asked for first is recorded here; under Art. 12 that is who asks. ``as_stated``: their
    name and address are as the application states them. ``found``: everybody else who is to be shown is a present
    member of the household, and named so that one alone fits. ``headed``: somebody can be named as householder, where
    that is asked for. ``held``: a hold on issue stands on somebody shown. ``offender``: who asks, or for whom it is
    asked, is named by a support measure as the one from whom it protects.

    ``without_building``: the name of the building is to be left out of the address. ``sending_reason``: why it is to be
    sent elsewhere, and where to, is stated.
    ``of_deleted``: a deleted record is asked for; ``in_term``: one is kept here still; ``alone``: nobody else is.
    ``history``: with the changes; ``remarked``: with the remarks on the record.
    """

    on: date
    paper: Paper
    recorded: bool
    as_stated: bool
    found: bool
    headed: bool
    brought_by: Notifier
    held: bool = False
    offender: bool = False
    reason_stated: bool = False
    plainly_improper: bool = False
    left_out: frozenset[CopyItem] = frozenset()
    without_building: bool = False
    sent_to: SentTo | None = None
    sending_reason: bool = False
    by_post: ByPost | None = None
    of_deleted: bool = False
    in_term: bool = True
    alone: bool = True
    history: bool = False
    remarked: bool = False

    @property
    def kept(self) -> bool:
        """Whether there is a record of the kind that is asked for, as far as its standing goes."""
        return self.recorded or self.of_deleted


HC1 = law("HC1", "Act Art. 12(1)", "Who asks must be recorded in this register.")
HC2 = law(
    "HC2",
    "Act Art. 12(1)",
    "Only who asks and present members of the same household can be shown. Name each as recorded.",
)
HC3 = law(
    "HC3",
    "Act Art. 12(2)(i), (iii)",
    "The name and the address that are stated are not those of this record. Ask again, and look for the right record.",
)
HC4 = law("HC4", "Act Art. 12(3)", "Whoever brings the application must show who they are.")
HC5 = law(
    "HC5",
    "Copies Ordinance Art. 5(ii)",
    "Other papers and questions stand for a card or document with a photograph only where these cannot be shown for a "
    "reason that cannot be helped.",
)
HC6 = law(
    "HC6",
    "Act Art. 12(4); Copies Ordinance Art. 6(i), (ii)",
    "Who asks for somebody else must show that they may: by a certificate of the status, or by a letter of authority.",
)
HC7 = law(
    "HC7",
    "Copies Ordinance Art. 6(iii)",
    "An explanation stands for these papers only where they cannot be shown for a reason that cannot be helped.",
)
HC8 = law("HC8", "Act Art. 12(6)", "An application that plainly has an improper purpose may be refused.")
HC9 = policy(
    "HC9",
    "Resident-record specification 3.4; Act Art. 12(6)",
    "A support measure names who asks as the one from whom it protects. Give nothing, and say nothing of the measure.",
)
HC10 = law(
    "HC10",
    "Copies Ordinance Art. 4(2)(i)",
    "A hold stands on the issue. Ask what the paper is for, and weigh it.",
)
HC11 = law(
    "HC11",
    "Copies Ordinance Art. 4(2)(ii)",
    "Who asks that it be sent elsewhere than to their own address says why, and where to.",
)
HC12 = law(
    "HC12",
    "Act Arts. 12(5), 12-2(4), 12-3(1)",
    "A copy leaves out only what these articles name. For fewer items ask for a certificate of recorded items.",
)
HC13 = policy(
    "HC13",
    "Choice of this network: nobody is named as householder who is none",
    "The household has no householder at present. Record one first, or leave householder and relationship out.",
)
HC14 = law("HC14", "Copies Ordinance Arts. 4(1), 10(1)", "It is asked for in writing.")
HC30 = policy(
    "HC30",
    "Resident-record specification 1.1.5",
    "The record stands. Ask for a copy of it; one of a deleted record is of who left or died.",
)
HC31 = law(
    "HC31",
    "Ord. Art. 34(1)",
    "A deleted record is kept for its term. That is over: say that there is none any more.",
)
HC32 = policy(
    "HC32",
    "Resident-record specification 5.1",
    "A deleted record is copied alone, not together with those of the household.",
)

CT2 = law(
    "CT2",
    "Copies Ordinance Arts. 6, 12",
    "The mayor asked for papers on who the person represented is. Papers alone show that: they are still to come.",
)
CT3 = law(
    "CT3",
    "Copies Ordinance Art. 5(iii)",
    "By post who brings it sends copies of the papers, and has it sent to their own address; or the mayor finds "
    "another way as good.",
)

FIRST_RANK = frozenset(
    {
        IdentityShown.CARD,
        IdentityShown.PASSPORT,
        IdentityShown.DRIVING_LICENCE,
        IdentityShown.OTHER_PHOTO,
    }
)
"""Papers of Copies Ordinance Art. 5(i)."""

_PAPERS = {Capacity.STATUTORY: AuthorityShown.STATUS, Capacity.AGENT: AuthorityShown.LETTER}


def decide_home_copy(asked: Asked) -> Decision:
    """Whether a resident's application is granted (Act Art. 12): HC1 to HC14, HC30 to HC32, CT2, CT3.

    Raises ``JukinetError`` for a day before the edition.
    """
    require_date(asked.on)
    return judge(
        (HC1, asked.kept),
        *_of_the_record(asked),
        *_of_identity(asked.brought_by, asked.by_post),
        *_of_authority(asked.brought_by),
        (CT3, asked.by_post in {None, ByPost.OTHER_WAY} or copies_come_from(asked)),
        (HC8, not asked.plainly_improper),
        (HC10, asked.reason_stated or not asked.held),
        (HC11, asked.sent_to in {None, SentTo.OWN_ADDRESS} or asked.sending_reason),
        *of_any_paper(asked),
        basis=("Act Art. 12(1)", *_basis(asked)),
    )


def _of_the_record(asked: Asked) -> tuple[tuple[FailedRule, bool], ...]:
    return ((HC2, asked.found), (HC3, asked.as_stated or not asked.kept))


def _of_identity(brought_by: Notifier, by_post: ByPost | None) -> tuple[tuple[FailedRule, bool], ...]:
    identity = brought_by.identity
    in_another_way = by_post is ByPost.OTHER_WAY and identity is IdentityShown.OTHER_WAY
    return (
        (HC4, identity is not IdentityShown.NOTHING),
        (
            HC5,
            identity in FIRST_RANK | {IdentityShown.NOTHING} or brought_by.papers_excused or in_another_way,
        ),
    )


def copies_come_from(asked: Asked) -> bool:
    """Whether copies of papers were sent, and it goes to the address of who brings it (5(iii), 11(iii)(イ))."""
    own = asked.sent_to is SentTo.OWN_ADDRESS and asked.brought_by.capacity is Capacity.PERSON
    there = own or asked.sent_to is SentTo.BRINGER
    return asked.by_post is ByPost.COPIES and asked.brought_by.identity in PAPERS and there


def _of_authority(brought_by: Notifier) -> tuple[tuple[FailedRule, bool], ...]:
    authority = brought_by.authority
    asked_for_another = brought_by.capacity in _PAPERS
    explained = authority is AuthorityShown.EXPLAINED
    return (
        (HC6, not asked_for_another or explained or authority is _PAPERS[brought_by.capacity]),
        (HC7, not asked_for_another or not explained or brought_by.authority_excused),
    )


def of_any_paper(asked: Asked) -> tuple[tuple[FailedRule, bool], ...]:
    """What is asked of an application whoever makes it."""
    return (
        (HC9, not asked.offender),
        (HC12, asked.paper is Paper.CERTIFICATE or not (asked.left_out - PARTLY or asked.without_building)),
        (HC13, asked.headed),
        (HC14, asked.brought_by.in_writing),
        (CT2, shows_represented(asked.brought_by)),
        (HC30, not asked.of_deleted or not asked.recorded),
        (HC31, not asked.of_deleted or asked.recorded or asked.in_term),
        (HC32, not asked.of_deleted or asked.alone),
    )


def shows_identity(brought_by: Notifier, by_post: ByPost | None = None) -> bool:
    """Whether whoever brings it shows who they are as Copies Ordinance Arts. 5 and 11(i) ask."""
    return all(holds for _, holds in _of_identity(brought_by, by_post))


def shows_authority(brought_by: Notifier) -> bool:
    """Whether who asks for somebody else shows that they may, as Copies Ordinance Arts. 6 and 12 ask."""
    return all(holds for _, holds in _of_authority(brought_by))


def shows_represented(brought_by: Notifier) -> bool:
    """Whether papers show who the person represented is, where the mayor asked for them (6, 12, second sentences)."""
    return brought_by.represented in PAPERS | {None}


def _basis(asked: Asked) -> tuple[str, ...]:
    rank = "iii" if asked.by_post else "i" if asked.brought_by.identity in FIRST_RANK else "ii"
    return (
        f"Copies Ordinance Art. 5({rank})",
        *(("Act Art. 12(4)",) if asked.brought_by.capacity in _PAPERS else ()),
        *(("Act Art. 12(7)",) if asked.sent_to is not None else ()),
    )


RULES: tuple[FailedRule, ...] = (
    *(HC1, HC2, HC3, HC4, HC5, HC6, HC7, HC8, HC9, HC10, HC11, HC12, HC13, HC14),
    *(HC30, HC31, HC32, CT2, CT3),
)
