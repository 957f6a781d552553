"""Entries, deletions and corrections ex officio (職権): Ord. Arts. 7 to 9, 12, 13; Reg. Art. 21-2.

Owns on which grounds the mayor acts without a notification, and what must be true then. Codes are corrected under
another article (Ord. 30-4, ``jukinet.law.codes``).

Not modelled: urging somebody to notify first (Art. 14(2) lets the person ask,
and the office's practice decides how long it waits).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import DeletionCause, RecordKind, SpecialAdoption
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.remarks import AR4
from jukinet.law.resident_notices import not_before


class Ground(StrEnum):
    """Why the mayor acts ex officio (Ord. Art. 12)."""

    NOT_NOTIFIED = "not-notified"
    """12(1): a notification is due and was not made; the fact was confirmed."""
    KOSEKI = "koseki"
    """12(2)(i): a koseki filing accepted here, a koseki entry, or a notice under Act Art. 9(2)."""
    VOTERS_ROLL = "voters-roll"
    """12(2)(ii): a notice of the election commission under Act Art. 10."""
    PROGRAMME = "programme"
    """12(2)(iii) to (v): facts learned about insurance, pension or child allowance."""
    DECISION = "decision"
    """12(2)(vi): a decision on an appeal or a dispute, or a judgment."""
    RENAMED = "renamed"
    """12(2)(vii): an area, lot number or residence indication was changed."""
    ERROR = "error"
    """12(3): an omission or a mistake in the register was found and confirmed."""


class Telling(StrEnum):
    """How the person is told of what was done without a notification (Ord. Art. 12(4))."""

    NOTICE = "notice"
    """通知: in writing."""
    POSTED = "posted"
    """公示: where no address is known or telling is otherwise difficult."""


X1 = law("X1", "Ord. Art. 12", "What is entered ex officio has happened: not on a day in the future.")
X2 = law(
    "X2", "Ord. Art. 12(1), (3)", "The facts must be confirmed before the register is changed ex officio."
)
X3 = law(
    "X3",
    "Ord. Art. 12(4)",
    "Who did not notify must be told what was entered, or it is posted publicly. Say which.",
)
X4 = law("X4", "Ord. Art. 7", "The person is already recorded here. Correct the record instead.")
X5 = law("X5", "Ord. Art. 7", "The address must lie in this municipality.")
X6 = law("X6", "Ord. Arts. 7, 8", "Nobody lives or leaves here before birth. Check both dates.")
X7 = law("X7", "Ord. Arts. 8, 9", "Only the record of who is recorded here can be deleted or corrected.")
X8 = policy("X8", "Choice of this network: an act changes something", "Nothing in the record would change.")
X9 = law(
    "X9",
    "Reg. Arts. 11(3)(ii), 21-2",
    "Only the name, a nickname or the address can be corrected as a minor matter.",
)
X10 = law(
    "X10",
    "Ord. Art. 12(3)",
    "An error is corrected as an error, on the ground that it is one; a change that was not notified is not.",
)
X11 = law(
    "X11",
    "Act Art. 30-45",
    "A foreign resident's record has no koseki, no day of becoming resident and no voters' roll.",
)
X12 = law("X12", "Ord. Art. 30-25", "There is no nickname to correct. One is recorded on application.")
X13 = law(
    "X13",
    "Ord. Art. 30-26; Reg. Art. 46",
    "A nickname is corrected as a minor matter of its characters, or as an error. Another one is applied for.",
)
KO1 = law(
    "KO1",
    "Act Art. 39; Ord. Art. 33",
    "The Act ends for a Japanese where the Koseki Act does: the koseki office says so, and is the ground.",
)


LC6 = law(
    "LC6",
    "Act Art. 7(viii)",
    "Who is recorded ex officio is recorded today: that day is the one to enter, not another.",
)


@dataclass(frozen=True, slots=True)
class Basis:
    """On what an act ex officio rests. ``confirmed``: the facts were; ``told``: how the person is told."""

    ground: Ground
    confirmed: bool
    told: Telling | None = None

    @property
    def articles(self) -> tuple[str, ...]:
        return (_ARTICLES[self.ground], *(("Ord. Art. 12(4)",) if self.told else ()))


_ARTICLES = {
    Ground.NOT_NOTIFIED: "Ord. Art. 12(1)",
    Ground.KOSEKI: "Ord. Art. 12(2)(i)",
    Ground.VOTERS_ROLL: "Ord. Art. 12(2)(ii)",
    Ground.PROGRAMME: "Ord. Art. 12(2)(iii)-(v)",
    Ground.DECISION: "Ord. Art. 12(2)(vi)",
    Ground.RENAMED: "Ord. Art. 12(2)(vii)",
    Ground.ERROR: "Ord. Art. 12(3)",
}


def _grounded(basis: Basis) -> tuple[tuple[FailedRule, bool], ...]:
    return (
        (X2, basis.confirmed),
        (X3, basis.ground is not Ground.NOT_NOTIFIED or basis.told is not None),
    )


def decide_ground(basis: Basis) -> Decision:
    """Whether the mayor may act without the notification that is due (Ord. 12(1); specification 4.2.0.2): X2, X3."""
    return judge(*_grounded(basis), basis=basis.articles)


def decide_recording(
    basis: Basis,
    *,
    since: date,
    entered_on: date,
    birth_date: PartialDate,
    address: Address,
    here: MunicipalityCode,
    recorded_here: bool,
    on: date,
) -> Decision:
    """Whether somebody may be recorded ex officio (Ord. Arts. 7, 12): X1 to X6, LC6. ``since``: lives here since."""
    require_date(on)
    return judge(
        (X1, since <= on),
        *_grounded(basis),
        (X4, not recorded_here),
        (X5, address.municipality == here),
        (X6, not_before(since, birth_date)),
        (LC6, entered_on == on),
        basis=("Ord. Art. 7", *basis.articles),
    )


def decide_deletion(
    basis: Basis,
    *,
    cause: DeletionCause,
    record: RecordKind,
    occurred_on: date,
    birth_date: PartialDate,
    recorded_here: bool,
    on: date,
) -> Decision:
    """Whether a record may be deleted ex officio (Ord. Arts. 8, 12, 13): X1 to X3, X6, X7, KO1."""
    require_date(on)
    outside = cause is DeletionCause.OUTSIDE_THE_ACT and record is RecordKind.JAPANESE
    return judge(
        (X1, occurred_on <= on),
        *_grounded(basis),
        (X6, not_before(occurred_on, birth_date)),
        (X7, recorded_here),
        (KO1, not outside or basis.ground is Ground.KOSEKI),
        basis=("Ord. Art. 8", *basis.articles, "Ord. Art. 13(1)"),
    )


class CorrectionKind(StrEnum):
    """What kind of correction it is: the reason that the history and the notice bear."""

    CHANGE = "change"
    """職権修正: something changed, and nobody notified it."""
    MINOR = "minor"
    """軽微な修正 (Reg. 21-2)"""
    ERROR = "error"
    """誤記修正: it was recorded wrongly."""
    SPECIAL_ADOPTION = "special-adoption"
    """特別養子縁組: what it changed of the child."""
    SPECIAL_ADOPTION_ENDED = "special-adoption-ended"
    """特別養子縁組の解消"""


SPECIAL = {
    CorrectionKind.SPECIAL_ADOPTION: SpecialAdoption.MADE,
    CorrectionKind.SPECIAL_ADOPTION_ENDED: SpecialAdoption.ENDED,
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction, as far as the decision needs it. ``items``: names of the items that would change.

    ``has_nickname``: the record has one from that day.
    """

    kind: CorrectionKind
    occurred_on: date
    items: frozenset[str]
    record: RecordKind
    address: Address
    has_nickname: bool = False


_MINOR = frozenset({"name", "nickname", "address"})
JAPANESE_ONLY = frozenset({"koseki", "became_resident_on", "voter"})
"""Items of Art. 7 that a foreign resident's record does not have (Art. 30-45)."""


def decide_correction(
    basis: Basis, correction: Correction, *, here: MunicipalityCode, recorded_here: bool, on: date
) -> Decision:
    """Whether items may be corrected ex officio (Ord. Arts. 9, 12): X1 to X3, X5, X7 to X13, AR4."""
    require_date(on)
    minor, error = correction.kind is CorrectionKind.MINOR, correction.kind is CorrectionKind.ERROR
    foreign = correction.record is RecordKind.FOREIGN
    nickname = "nickname" in correction.items
    minor_articles = ("Reg. Art. 21-2", *(("Reg. Art. 46",) if nickname else ()))
    return judge(
        (X1, correction.occurred_on <= on),
        *_grounded(basis),
        (X5, correction.address.municipality == here),
        (X7, recorded_here),
        (X8, bool(correction.items)),
        (X9, not minor or correction.items <= _MINOR),
        (X10, error == (basis.ground is Ground.ERROR)),
        (AR4, correction.kind not in SPECIAL or basis.ground is Ground.KOSEKI),
        (X11, not foreign or not correction.items & JAPANESE_ONLY),
        (X12, not nickname or correction.has_nickname),
        (X13, not nickname or minor or error),
        basis=("Ord. Art. 9", *basis.articles, *(minor_articles if minor else ())),
    )


RULES: tuple[FailedRule, ...] = (X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, KO1, LC6)
