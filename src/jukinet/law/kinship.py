"""Proof of the relationship to a foreign householder: Act Arts. 30-48 and 30-49, Ord. 30-28 and 30-29, Reg. 49 and 50.

Owns when a foreign member must prove the relationship to a foreign householder, with what, and the notification of
a change of it. A Japanese member's or householder's kinship stands in the koseki; the articles do not ask for it.

Who shows no proof of a kinship that is one in fact is recorded as 縁故者 (specification 1.1.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.dates import PartialDate
from jukinet.domain.relationship import HOUSEHOLDER, KIN_WITHOUT_NAME, LODGER
from jukinet.law.decisions import Decision, FailedRule, Permitted, judge, law
from jukinet.law.edition import require_date
from jukinet.law.resident_notices import F1, late_remarks


class KinshipProof(StrEnum):
    """What comes with a notification to prove the relationship."""

    DOCUMENT = "document"
    """世帯主との続柄を証する文書 in Japanese (Arts. 30-48, 30-49)"""
    TRANSLATED = "translated"
    """One in another language, with a translation that names the translator (Reg. Art. 49)"""
    UNTRANSLATED = "untranslated"
    """One in another language, and no such translation"""
    CONFIRMED = "confirmed"
    """None; the mayor finds the kinship confirmed: another foreign member becomes householder and moves along, or
    papers kept here show it (Ord. 30-29(iv), Reg. Art. 50)"""


SR21 = law(
    "SR21",
    "Act Arts. 30-48, 30-49; Ord. Art. 30-29",
    "A foreign member must prove the relationship to the foreign householder by a document. Without one, record "
    "縁故者 for kin in fact, 同居人 for others.",
)
SR22 = law(
    "SR22",
    "Reg. Art. 49",
    "A document in another language needs a translation that names the translator.",
)
SR23 = law(
    "SR23",
    "Act Art. 30-48",
    "The relationship changes before it is notified: not for a day in the future, nor before birth.",
)
SR24 = law("SR24", "Act Art. 30-48", "Only who is recorded here can notify a change of the relationship.")
SR25 = law(
    "SR25",
    "Act Art. 30-48",
    "Only a foreign member under a foreign householder notifies it. Others: the koseki tells; correct ex officio.",
)
SR26 = law(
    "SR26",
    "Act Art. 30-48; Ord. Art. 30-28(i)",
    "The relationship must be another one, and not 世帯主: who becomes householder notifies that under Art. 25.",
)


@dataclass(frozen=True, slots=True)
class KinshipCase:
    """A member as a notification would leave them.

    ``came_along``: the householder of the household left is the householder of the one joined, and both moved out
    and in, or within, by one notification (Ord. 30-29(ii)(iii)).
    """

    relationship: str
    foreign_member: bool
    foreign_householder: bool
    came_along: bool
    proof: KinshipProof | None


def decide_proof(case: KinshipCase) -> Decision:
    """Whether the relationship is proved, where it must be (Art. 30-49): SR21, SR22."""
    kin = case.relationship not in {HOUSEHOLDER, KIN_WITHOUT_NAME, LODGER}
    if not (kin and case.foreign_member and case.foreign_householder) or case.came_along:
        return Permitted(())
    return judge(*_proved(case.proof), basis=("Act Art. 30-49",))


def _proved(proof: KinshipProof | None) -> tuple[tuple[FailedRule, bool], ...]:
    return ((SR21, proof is not None), (SR22, proof is not KinshipProof.UNTRANSLATED))


@dataclass(frozen=True, slots=True)
class RelationshipNotification:
    """続柄の変更の届出 (Art. 30-48), as far as the decision needs it."""

    changed_on: date
    filed_on: date
    birth_date: PartialDate
    old: str
    new: str
    both_foreign: bool
    proof: KinshipProof | None


def decide_relationship(notice: RelationshipNotification, *, recorded_here: bool, on: date) -> Decision:
    """Whether a changed relationship may be recorded (Art. 30-48): F1, SR21 to SR26. A late notice is remarked on."""
    require_date(on)
    article, born = "Act Art. 30-48", notice.birth_date.earliest
    # The mayor's own confirmation stands for a document under Art. 30-49 only (Ord. 30-29); here the term is the
    # koseki filing's (Ord. 30-28(ii)), and then the correction is made ex officio.
    shown = None if notice.proof is KinshipProof.CONFIRMED else notice.proof
    in_time = notice.changed_on <= min(notice.filed_on, on) and (born is None or born <= notice.changed_on)
    return judge(
        (F1, notice.filed_on <= on),
        *_proved(shown),
        (SR23, in_time),
        (SR24, recorded_here),
        # Of who is not recorded nothing is known but that.
        (SR25, not recorded_here or (notice.both_foreign and notice.old != HOUSEHOLDER)),
        (SR26, notice.new not in {notice.old, HOUSEHOLDER}),
        basis=(article, "Ord. Arts. 9, 11"),
        remarks=late_remarks(notice.changed_on, notice.filed_on, article, on, what="change"),
    )


RULES: tuple[FailedRule, ...] = (SR21, SR22, SR23, SR24, SR25, SR26)
