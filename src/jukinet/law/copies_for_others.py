"""Copies at home for public bodies and for third parties (Act Arts. 12-2, 12-3).

Owns the rules of who may have one, on what ground and with which items (Ord. Art. 15-2; Copies Ordinance Arts. 8 to
12). What they share with a resident's application is in ``jukinet.law.home_copies``, the table of items in ``copies``.
Whether a ground or a purpose is suitable (相当) the mayor finds; the clerk says it.

Not modelled: the works that Ord. 15-2 takes out again for bodies of a profession (弁護士法人 and others), enquiries of
the office about a ground (Copies Ordinance Art. 10(1), second sentence), and telling the person that somebody had one
(本人通知), which no law of 2013 knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jukinet.law.copies import OnRequest
from jukinet.law.decisions import Decision, FailedRule, judge, law
from jukinet.law.edition import require_date
from jukinet.law.home_copies import FIRST_RANK, Asked, SentTo, of_any_paper, shows_authority, shows_identity
from jukinet.law.notifications import IdentityShown


class Ground(StrEnum):
    """Why a third party needs it (Act Art. 12-3(1))."""

    RIGHT_OR_DUTY = "right-or-duty"
    """自己の権利を行使し、又は自己の義務を履行するため (i)"""
    SUBMISSION = "submission"
    """国又は地方公共団体の機関に提出する必要 (ii)"""
    OTHER_REASON = "other-reason"
    """その他の正当な理由 (iii)"""


class Profession(StrEnum):
    """特定事務受任者 (Act Art. 12-3(3)), or a corporation of theirs."""

    ATTORNEY = "attorney"
    """弁護士"""
    JUDICIAL_SCRIVENER = "judicial-scrivener"
    """司法書士"""
    LAND_SURVEYOR = "land-surveyor"
    """土地家屋調査士"""
    TAX_ACCOUNTANT = "tax-accountant"
    """税理士"""
    LABOUR_CONSULTANT = "labour-consultant"
    """社会保険労務士"""
    PATENT_ATTORNEY = "patent-attorney"
    """弁理士"""
    MARITIME_AGENT = "maritime-agent"
    """海事代理士"""
    ADMINISTRATIVE_SCRIVENER = "administrative-scrivener"
    """行政書士"""


DISPUTES = frozenset(
    {
        Profession.ATTORNEY,
        Profession.JUDICIAL_SCRIVENER,
        Profession.LAND_SURVEYOR,
        Profession.TAX_ACCOUNTANT,
        Profession.LABOUR_CONSULTANT,
        Profession.PATENT_ATTORNEY,
    }
)
"""Whose agency in a dispute is a work for which no client is named (Ord. 15-2(i) to (vi))."""


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
    photograph. ``dispute``: agency in proceedings, in or out of court.
    """

    profession: Profession
    letter: bool
    member_card: bool
    dispute: bool
    client_named: bool


@dataclass(frozen=True, slots=True)
class Other:
    """A third party. ``suitable``, ``more_suitable``: the mayor finds the application so, and that for more items."""

    ground: Ground
    suitable: bool
    more_suitable: bool = False
    mandate: Mandate | None = None


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
    "Who asks that it be sent elsewhere than to their own address or main office says why.",
)
HC29 = law(
    "HC29", "Copies Ordinance Art. 8(2)(ii)", "A paper is sent to the office of the body: state where it is."
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
        *(_of_the_mandate(asked, mandate) if mandate else ((HC26, shows_identity(asked.brought_by)),)),
        (HC27, shows_authority(asked.brought_by)),
        (HC28, asked.sent_to is not SentTo.ELSEWHERE or asked.sending_reason),
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
    return asked.brought_by.identity in FIRST_RANK and asked.brought_by.papers_excused


def _of_the_mandate(asked: Asked, mandate: Mandate) -> tuple[tuple[FailedRule, bool], ...]:
    identity = asked.brought_by.identity
    shown = identity in FIRST_RANK or mandate.member_card or identity is IdentityShown.OTHER_WAY
    exempt = mandate.dispute and mandate.profession in DISPUTES
    return ((HC24, shown and mandate.letter), (HC25, mandate.client_named or exempt))


RULES: tuple[FailedRule, ...] = (
    *(HC15, HC16, HC17, HC18, HC19, HC20, HC21, HC22, HC23, HC24, HC25, HC26, HC27, HC28, HC29),
)
