"""The certificate of a move-out (転出証明書): Ord. Arts. 23, 24; what it shows, and when it is issued.

Owns the table of its items and the rules of its issue. The move-out is filed by ``jukinet.law.resident_notices``.

The paper in its place for who notified more than fourteen days after moving (転出証明書に準ずる証明書), which no
article knows, shows the same of the record that was deleted ex officio (specification 4.1.3.0.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jukinet.domain.items import RecordKind
from jukinet.domain.persons import Place
from jukinet.law.copies import CopyItem
from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law, policy


class Certified(StrEnum):
    """What only the certificate of a move-out shows."""

    DESTINATION = "destination"
    PLANNED_ON = "planned-on"


@dataclass(frozen=True, slots=True)
class Shown:
    """One row: the item, whose certificate has it, and by which article."""

    item: CopyItem | Certified
    kinds: frozenset[RecordKind]
    source: str


_BOTH = frozenset(RecordKind)
_JAPANESE, _FOREIGN = frozenset({RecordKind.JAPANESE}), frozenset({RecordKind.FOREIGN})
_READING = "Ord. Art. 23(2) as read by Art. 30-32"

TABLE = (
    Shown(CopyItem.NAME, _BOTH, "Ord. Art. 23(2); Act Art. 7(i)"),
    Shown(CopyItem.BIRTH_DATE, _BOTH, "Ord. Art. 23(2); Act Art. 7(ii)"),
    Shown(CopyItem.SEX, _BOTH, "Ord. Art. 23(2); Act Art. 7(iii)"),
    Shown(CopyItem.HOUSEHOLDER, _BOTH, "Ord. Art. 23(2); Act Art. 7(iv)"),
    Shown(CopyItem.RELATIONSHIP, _BOTH, "Ord. Art. 23(2); Act Art. 7(iv)"),
    Shown(CopyItem.KOSEKI, _JAPANESE, "Ord. Art. 23(2); Act Art. 7(v)"),
    Shown(CopyItem.CODE, _BOTH, "Ord. Art. 23(2); Act Art. 7(xiii)"),
    Shown(CopyItem.ADDRESS, _BOTH, "Ord. Art. 23(2)(i)"),
    Shown(Certified.DESTINATION, _BOTH, "Ord. Art. 23(2)(ii)"),
    Shown(Certified.PLANNED_ON, _BOTH, "Ord. Art. 23(2)(ii)"),
    Shown(CopyItem.PROGRAMMES, _BOTH, "Ord. Art. 23(2)(iii) to (v)"),
    Shown(CopyItem.NICKNAME, _FOREIGN, "Ord. Arts. 23(2), 30-26(3)(i)"),
    Shown(CopyItem.NICKNAME_HISTORY, _FOREIGN, "Ord. Art. 30-27(3)"),
    Shown(CopyItem.NATIONALITY, _FOREIGN, _READING),
    *(
        Shown(item, _FOREIGN, _READING)
        for item in (
            CopyItem.STAY,
            CopyItem.STATUS,
            CopyItem.PERIOD,
            CopyItem.EXPIRES_ON,
            CopyItem.DOCUMENT_NUMBER,
        )
    ),
)
"""In the order of Arts. 23(2) and 30-27. What is not here stands on no certificate."""


def shown(kind: RecordKind) -> frozenset[CopyItem | Certified]:
    """The items that the certificate of a person shows."""
    return frozenset(row.item for row in TABLE if kind in row.kinds)


class Again(StrEnum):
    """Why a certificate is issued once more (Ord. 24(2))."""

    LOST = "lost"
    """亡失"""
    DESTROYED = "destroyed"
    """滅失"""
    SOILED = "soiled"
    """汚損"""
    DAMAGED = "damaged"
    """破損"""


MG14 = law(
    "MG14",
    "Ord. Art. 24(1)",
    "The certificate is issued where a move-out was filed. None was, or it was undone.",
)
MG15 = law(
    "MG15",
    "Ord. Art. 24(1); Act Art. 24-2(1), (2)",
    "No certificate is owed where the move-in is notified with the card: the new municipality asks for the items. One"
    " that is wanted all the same is asked for on_request, and says that the card is used.",
)
MG16 = law("MG16", "Ord. Art. 24(1)", "No certificate is issued to who leaves Japan.")
MG17 = law(
    "MG17",
    "Ord. Art. 24(2)",
    "The certificate was issued. It is issued again where it was lost, destroyed, soiled or damaged: say which.",
)
MG18 = policy(
    "MG18",
    "Choice of this network: again is said only of what was there",
    "No certificate was issued for this move-out. Issue the first one.",
)
MG19 = policy(
    "MG19",
    "Choice of this network: one certificate, one move",
    "Those on one certificate leave one household for one place on one day. Issue one for each move.",
)

PR8 = policy(
    "PR8",
    "Resident-record specification 4.1.3.0.3",
    "Whose record was deleted ex officio after a late notification gets the paper in the certificate's place, and"
    " nobody else does: late says which one is issued.",
)

HAS_CARD = Remark(
    "Act Art. 24-2(1)",
    "Somebody on it has a card: with it they need no certificate. Ask whether they will use it.",
)


@dataclass(frozen=True, slots=True)
class Leaver:
    """One person of a certificate: where to, if a move-out was filed; whether one was issued for it; a card.

    ``late``: nobody filed it in time, and the record was deleted ex officio.
    """

    destination: Place | None
    issued: bool = False
    has_card: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Which paper is asked for: ``late``, the one in the certificate's place; ``again``, on which ground.

    ``with_card``: they will notify the move-in with it; ``on_request``: and want a certificate all the same.
    """

    with_card: bool = False
    on_request: bool = False
    late: bool = False
    again: Again | None = None


ORDINARY = Way()


def decide_certificate(leavers: tuple[Leaver, ...], way: Way, *, together: bool) -> Decision:
    """Whether a certificate is issued to these, or the paper in its place: MG14 to MG19, PR8."""
    again = way.again
    filed = [one for one in leavers if one.destination is not None]
    whole = len(filed) == len(leavers) > 0
    return judge(
        (MG14, whole),
        (MG15, way.on_request or not way.with_card),
        (MG16, all(one.destination and one.destination.municipality for one in filed)),
        (MG17, again is not None or not any(one.issued for one in filed)),
        (MG18, again is None or all(one.issued for one in filed)),
        (MG19, together),
        (PR8, all(one.late is way.late for one in leavers)),
        basis=(_basis(way),),
        remarks=(HAS_CARD,) if any(one.has_card for one in leavers) else (),
    )


def _basis(way: Way) -> str:
    if way.late or way.on_request:
        number = 3 if way.late else 4
        return f"Resident-record specification 4.1.3.0.{number}"
    return "Ord. Art. 24(2)" if way.again else "Ord. Art. 24(1)"


RULES: tuple[FailedRule, ...] = (MG14, MG15, MG16, MG17, MG18, MG19, PR8)
