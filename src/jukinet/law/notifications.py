"""Who brings a notification, and how that is examined: Act Arts. 26, 27; Ord. Art. 26; Reg. Arts. 8 to 8-3.

Owns the form of every notification of chapters 4 and 4-3 of the Act, and of an application about a nickname
(Ord. 30-26(6)): in writing, by whom, what showed who that is, and what showed that they may. What is notified is in the
modules of each article.

Kept are kinds alone: that a passport was shown, never its number.

Not modelled: fines (Arts. 52, 53), and Acts on electronic procedures: this Act and Order know paper alone (Art. 27(1)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law, policy
from jukinet.law.edition import require_date


class Capacity(StrEnum):
    """For whom somebody brings a notification (現に届出の任に当たつている者)."""

    PERSON = "person"
    """本人: for themselves alone."""
    HOUSEHOLDER = "householder"
    """世帯主: in the members' place too (Art. 26)."""
    MEMBER = "household-member"
    """同一の世帯に属する者: another member of the household, whose authority is not asked for (Art. 27(3))."""
    STATUTORY = "statutory-representative"
    """法定代理人"""
    AGENT = "agent"
    """法定代理人以外の者: at the person's request, or as a law says."""


class IdentityShown(StrEnum):
    """What showed who brings it, or who is represented (Reg. Arts. 8, 8-3)."""

    CARD = "card"
    """住民基本台帳カード with a photograph (i)."""
    PLAIN_CARD = "card-without-photo"
    """The same without one (i): it counts for a notification, and not for a copy (Copies Ordinance Art. 2(3)(i))."""
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving-licence"
    OTHER_PHOTO = "other-photo-document"
    """Another licence, permit or certificate of a public office with a photograph, such as a Residence Card (i)."""
    OTHER_PAPERS = "other-papers"
    """Papers that the mayor finds suitable (ii)."""
    QUESTIONS = "questions"
    """Explained what the register says of the household (ii)."""
    OTHER_WAY = "other-way"
    """Another way that the mayor finds as good (ii)."""
    NOTHING = "nothing"
    """Asked for, and nothing showed it."""


class Particular(StrEnum):
    """What of whoever brings it was shown or explained (Reg. Art. 8-2); what it said is not kept."""

    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    OTHER = "other"
    """Something else that the mayor finds suitable"""


NAME_AND_ADDRESS = (Particular.NAME, Particular.ADDRESS)
"""What the Regulation names."""


class AuthorityShown(StrEnum):
    """What showed that a representative may (Reg. Art. 8-3)."""

    STATUS = "certificate-of-status"
    """戸籍謄本その他その資格を証明する書類 (i)."""
    LETTER = "letter-of-authority"
    """委任状 (ii)."""
    EXPLAINED = "explained"
    """Papers that explain it, or another way that the mayor finds as good (iii)."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """Who brought a notification, in kinds.

    ``in_writing``: on paper, with their address and the day, signed or sealed by them. ``papers_excused``: papers of
    Reg. 8(i) could not be shown for a reason that cannot be helped; ``authority_excused``: nor those of 8-3(i)(ii).
    ``represented``: where the mayor asked who the person represented is, what showed that. ``particulars``: which of
    their own they showed or explained; of one whom nothing identified, which they said.
    """

    capacity: Capacity
    identity: IdentityShown
    in_writing: bool
    authority: AuthorityShown | None = None
    papers_excused: bool = False
    authority_excused: bool = False
    represented: IdentityShown | None = None
    particulars: tuple[Particular, ...] = NAME_AND_ADDRESS

    @property
    def kinds(self) -> str:
        """As an audit entry names it: ``agent, passport, letter-of-authority``."""
        represented = f"represented {self.represented}" if self.represented else None
        return ", ".join(filter(None, (self.capacity, self.identity, self.authority, represented)))


@dataclass(frozen=True, slots=True)
class Matter:
    """What a notification is about, as far as who brings it depends on it.

    ``named``: how many persons it names. ``members``: how many belong to the households concerned, before or after.
    ``headed``: one of these is a householder. ``application``: it asks for or against a nickname (Ord. 30-26).
    """

    named: int
    members: int
    headed: bool
    application: bool = False


NB1 = law(
    "NB1", "Act Art. 27(2)", "Whoever brings a notification must be asked who they are. Say who it was."
)
NB2 = law(
    "NB2",
    "Act Art. 27(1); Ord. Art. 26",
    "It is made in writing, with the day and the address of whoever brings it, signed or sealed by them.",
)
NB3 = law(
    "NB3",
    "Reg. Art. 8(ii)",
    "Other papers and questions stand for the card or a document with a photograph only where these cannot be shown "
    "for a reason that cannot be helped.",
)
NB4 = law(
    "NB4",
    "Act Arts. 26, 27(3)",
    "It names others too. Say whether it was brought as householder, as a member of the household, or for them.",
)
NB5 = law(
    "NB5",
    "Act Art. 26",
    "A householder acts for the members of the household. This one has no householder: say in what capacity.",
)
NB6 = law(
    "NB6",
    "Ord. Art. 30-26(6)",
    "A householder has no place of the applicant's in an application about a nickname. Say member of the household.",
)
NB7 = law(
    "NB7",
    "Act Art. 27(3)",
    "Nobody but the person belongs to the household. Who brings it represents them, and shows the authority.",
)
NB8 = policy(
    "NB8",
    "Choice of this network: Act Art. 27(3) and Reg. Art. 8-3 have the mayor ask, and do not say what follows",
    "A representative must show the authority: by a certificate of the status, or an agent by a letter of authority.",
)
NB9 = law(
    "NB9",
    "Reg. Art. 8-3(iii)",
    "An explanation stands for these papers only where they cannot be shown for a reason that cannot be helped.",
)
CT1 = policy(
    "CT1",
    "Choice of this network: Reg. Art. 8-3 has the mayor ask, and does not say what follows",
    "It was asked who the person represented is. Papers show that, or an explanation: take it when they have one.",
)
CT17 = law(
    "CT17",
    "Act Art. 27(2); Reg. Art. 8-2",
    "Whoever brings it is asked for name and address, and for more where that is found suitable. Ask again.",
)

_FIRST_RANK = frozenset(
    {
        IdentityShown.CARD,
        IdentityShown.PLAIN_CARD,
        IdentityShown.PASSPORT,
        IdentityShown.DRIVING_LICENCE,
        IdentityShown.OTHER_PHOTO,
    }
)
PAPERS = _FIRST_RANK | {IdentityShown.OTHER_PAPERS}
"""What is a paper, and neither an explanation nor another way."""

_PAPERS = {Capacity.STATUTORY: AuthorityShown.STATUS, Capacity.AGENT: AuthorityShown.LETTER}
_SUBPARAGRAPHS = {AuthorityShown.STATUS: "i", AuthorityShown.LETTER: "ii", AuthorityShown.EXPLAINED: "iii"}

ACCEPTED = "acceptance-letter"
"""住民異動届受理通知: the letter to the person that the notification was accepted (specification 4.1.0.3)."""

UNIDENTIFIED = Remark(
    "Act Art. 27(2)",
    "Nothing showed who brought it. It is accepted all the same; send the person the letter that it was.",
)
BY_ANOTHER = Remark(
    "Resident-record specification 4.1.0.3",
    "Somebody else brought it: send the person the letter that it was accepted.",
)


def decide_notifier(notifier: Notifier | None, matter: Matter, *, on: date) -> Decision:
    """Whether it was brought as the law asks (Arts. 26, 27; Ord. 30-26(6)): NB1 to NB9, CT1, CT17.

    The mayor is to ask who brings it; no article says that a notification falls where nothing shows it. Whose authority
    nothing shows is another matter: nobody knows that the person who is to notify has. That it is refused is a policy
    (NB8): the Act has the mayor ask for the authority, too, and goes no further.
    """
    require_date(on)
    if notifier is None:
        return judge((NB1, False), basis=())
    capacity, identity, authority = notifier.capacity, notifier.identity, notifier.authority
    householder = capacity is Capacity.HOUSEHOLDER
    asked = capacity in _PAPERS
    return judge(
        (NB1, True),
        (NB2, notifier.in_writing),
        (NB3, identity in _FIRST_RANK | {IdentityShown.NOTHING} or notifier.papers_excused),
        (NB4, capacity is not Capacity.PERSON or matter.named == 1),
        (NB5, not householder or matter.application or matter.headed),
        (NB6, not householder or not matter.application),
        (NB7, capacity is not Capacity.MEMBER or matter.members > 1),
        (NB8, not asked or authority in {_PAPERS[capacity], AuthorityShown.EXPLAINED}),
        (NB9, not asked or authority is not AuthorityShown.EXPLAINED or notifier.authority_excused),
        (CT17, identity is IdentityShown.NOTHING or set(notifier.particulars).issuperset(NAME_AND_ADDRESS)),
        (CT1, notifier.represented in PAPERS | {IdentityShown.QUESTIONS, None}),
        basis=_basis(notifier, matter),
        remarks=_remarks(notifier),
    )


def _basis(notifier: Notifier, matter: Matter) -> tuple[str, ...]:
    shown = notifier.identity
    return (
        *(("Act Art. 26",) if notifier.capacity is Capacity.HOUSEHOLDER else ()),
        "Ord. Art. 30-26(6)" if matter.application else "Act Art. 27",
        *(
            ()
            if shown is IdentityShown.NOTHING
            else (f"Reg. Art. 8({'i' if shown in _FIRST_RANK else 'ii'})",)
        ),
        *((f"Reg. Art. 8-3({_SUBPARAGRAPHS[notifier.authority]})",) if notifier.authority else ()),
        *(("Reg. Art. 8-3, second sentence",) if notifier.represented else ()),
    )


def _remarks(notifier: Notifier) -> tuple[Remark, ...]:
    if notifier.identity is IdentityShown.NOTHING:
        return (UNIDENTIFIED,)
    own = notifier.capacity in {Capacity.PERSON, Capacity.HOUSEHOLDER}
    return () if own else (BY_ANOTHER,)


def is_told(notifier: Notifier) -> bool:
    """Whether the person is sent the letter that it was accepted, who may not know of it."""
    return bool(_remarks(notifier))


RULES: tuple[FailedRule, ...] = (NB1, NB2, NB3, NB4, NB5, NB6, NB7, NB8, NB9, CT1, CT17)
