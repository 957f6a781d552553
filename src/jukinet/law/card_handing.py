"""What whoever comes for a card shows (Ord. Art. 30-15; Reg. Art. 36), and the photograph for one (Reg. Art. 35).

Owns the kinds of papers and which of them go together. Whether a card is issued on them is in ``jukinet.law.cards``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Receiver(StrEnum):
    """Who came for the card (Ord. Art. 30-15)."""

    APPLICANT = "applicant"
    """30-15(1): the applicant"""
    LEGAL_REPRESENTATIVE = "legal-representative"
    """30-15(1): 法定代理人"""
    DESIGNATED = "designated"
    """30-15(2): somebody the applicant named, who cannot come"""


class Paper(StrEnum):
    """What was shown (Reg. Art. 36)."""

    CARD = "card"
    """住民基本台帳カード with a photograph (36(1)(i), (2)(iii))"""
    PLAIN_CARD = "card-without-photo"
    """The same without one"""
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving-licence"
    OTHER_PHOTO = "other-photo-document"
    """Another licence, permit or certificate of a public office with a photograph"""
    ENQUIRY_ANSWER = "enquiry-answer"
    """回答書: the answer to the mayor's written enquiry (36(1)(ii), (2)(i))"""
    WITH_ANSWER = "paper-with-answer"
    """What the mayor asks for together with the answer (36(1)(ii), (2)(i))"""
    QUALIFICATION = "qualification"
    """Of a legal representative: the koseki or other proof (36(1))"""
    DESIGNATION = "designation"
    """Proof that the applicant named the person (36(2)(ii))"""


OFFICIAL = frozenset({Paper.CARD, Paper.PLAIN_CARD, Paper.PASSPORT, Paper.DRIVING_LICENCE, Paper.OTHER_PHOTO})
"""Papers of a public office (36(1)(i), (2)(iii)): one of them is enough."""


class Photo(StrEnum):
    """The photograph of a card of the second form (Reg. Art. 35)."""

    ATTACHED = "attached"
    """Taken within six months before the application, bareheaded, from the front, without a background"""
    NOT_NEEDED = "not-needed"
    """The mayor finds none necessary"""


@dataclass(frozen=True, slots=True)
class Handing:
    """Who came for a card and what was shown.

    ``own``: what the person whom the applicant named showed of themselves. ``cannot_come``: found so of the applicant,
    who is known (30-15(2)).
    """

    to: Receiver
    shown: frozenset[Paper]
    own: Paper | None = None
    cannot_come: bool = False

    @property
    def proved(self) -> bool:
        """Whether the papers of Reg. 36 were shown."""
        answered = {Paper.ENQUIRY_ANSWER, Paper.WITH_ANSWER} <= self.shown
        of_applicant = answered or bool(self.shown & OFFICIAL)
        match self.to:
            case Receiver.APPLICANT:
                return of_applicant
            case Receiver.LEGAL_REPRESENTATIVE:
                return of_applicant and Paper.QUALIFICATION in self.shown
            case Receiver.DESIGNATED:
                return answered and Paper.DESIGNATION in self.shown and self.own in OFFICIAL
