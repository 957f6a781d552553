"""Nicknames (通称) of foreign residents: Ord. Arts. 30-25 to 30-27, Reg. Art. 45.

Owns when one is recorded, deleted, or carried over from a certificate. Who brings an application (Ord. 30-26(6)) is in
``jukinet.law.notifications``; the correction of how it is written (Reg. 46), in ``jukinet.law.ex_officio``.

The Order knows no change of a nickname: see docs/explanation/decisions/one-nickname.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.domain.items import Nickname, PersonName
from jukinet.law.decisions import Decision, FailedRule, Permitted, Remark, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.ex_officio import Telling
from jukinet.law.resident_notices import F1

_RECORDING = "Ord. Art. 30-26(1)"

FN1 = law("FN1", _RECORDING, "Only the municipality that records the person handles the nickname.")
FN2 = law("FN2", "Ord. Art. 30-25", "Only a foreign resident's record has a nickname.")
FN3 = law("FN3", _RECORDING, "A nickname is another name than the recorded one.")
FN4 = law(
    "FN4",
    f"{_RECORDING}; Reg. Art. 45(1)",
    "The form must explain why the nickname is needed, and what proves it must be shown.",
)
FN5 = law(
    "FN5",
    "Ord. Art. 30-26(2)",
    "The mayor records a nickname that is needed to certify residence. State that it was examined and found so.",
)
FN6 = policy(
    "FN6",
    "Choice of this network: one nickname at a time",
    "A nickname is recorded already. It can be deleted on request; another one is then applied for with its proof.",
)
FN7 = law("FN7", "Ord. Art. 30-26(4)(5)", "There must be a recorded nickname to delete.")
FN8 = law(
    "FN8",
    "Ord. Art. 30-26(5)",
    "A nickname is deleted ex officio only where it was examined and found needless.",
)
FN9 = law(
    "FN9",
    "Ord. Art. 30-26(5)",
    "The person must be told of it, or a public notice posted where that is difficult. State which.",
)
FN10 = law(
    "FN10",
    "Ord. Arts. 30-26(3), 30-27(2)",
    "Only a move-out certificate brings a nickname and its history along. Otherwise it is applied for.",
)
FN11 = law(
    "FN11",
    "Ord. Art. 30-27",
    "The history must say for each former nickname where and when it was deleted, not before it was recorded, and "
    "none of it may lie after the move.",
)


@dataclass(frozen=True, slots=True)
class NicknameApplication:
    """通称の記載の申出: what is asked for, and what the clerk found.

    ``proof_shown``: what proves that the nickname is needed was shown. ``found_needed``: it was examined and found so.
    """

    text: str
    filed_on: date
    proof_shown: bool
    found_needed: bool


_DELETED_BEFORE = Remark(
    "Ord. Art. 30-26(2)",
    "A nickname was deleted from this record before. Look at its history when examining the need.",
)


def decide_recording(
    application: NicknameApplication,
    name: PersonName,
    nickname: Nickname | None,
    former: Iterable[Nickname],
    *,
    recorded_here: bool,
    foreign: bool,
    on: date,
) -> Decision:
    """Whether a nickname is to be recorded on application (Ord. 30-26(1)(2)): F1, FN1 to FN6."""
    require_date(on)
    names = {_plain(text) for text in (name.text, name.latin) if text}
    return judge(
        (F1, application.filed_on <= on),
        (FN1, recorded_here),
        (FN2, foreign),
        (FN3, _plain(application.text) not in names),
        (FN4, application.proof_shown),
        (FN5, application.found_needed),
        (FN6, nickname is None),
        basis=("Ord. Arts. 30-26(2), 30-27(1)(i)",),
        remarks=(_DELETED_BEFORE,) if tuple(former) else (),
    )


def _plain(text: str) -> str:
    """A name without what spacing, width and capitals make of it; variant characters stay apart."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def decide_deletion(nickname: Nickname | None, filed_on: date, *, recorded_here: bool, on: date) -> Decision:
    """Whether a nickname is to be deleted on request (Ord. 30-26(4)): F1, FN1, FN7. No reason is asked."""
    require_date(on)
    return judge(
        (F1, filed_on <= on),
        (FN1, recorded_here),
        (FN7, nickname is not None),
        basis=("Ord. Arts. 30-26(4), 30-27(1)(ii)",),
    )


def decide_removal(
    nickname: Nickname | None, telling: Telling | None, *, found_needless: bool, recorded_here: bool, on: date
) -> Decision:
    """Whether a nickname may be deleted ex officio (Ord. 30-26(5)): FN1, FN7 to FN9."""
    require_date(on)
    return judge(
        (FN1, recorded_here),
        (FN7, nickname is not None),
        (FN8, found_needless),
        (FN9, telling is not None),
        basis=("Ord. Arts. 30-26(5), 30-27(1)(ii)",),
    )


def decide_carried(
    nickname: Nickname | None,
    former: tuple[Nickname, ...],
    *,
    by_certificate: bool,
    foreign: bool,
    moved_on: date,
) -> Decision:
    """Whether a nickname and its history are recorded as they came (Ord. 30-26(3), 30-27(2)): FN2, FN10, FN11."""
    if nickname is None and not former:
        return Permitted(())
    current = nickname is None or (nickname.deleted_on is None and nickname.deleted_by is None)
    days = [one.recorded_on for one in (nickname, *former) if one is not None]
    return judge(
        (FN2, foreign),
        (FN10, by_certificate),
        (FN11, current and all(_ended(one, moved_on) for one in former) and max(days) <= moved_on),
        basis=("Ord. Arts. 30-26(3), 30-27(2)",),
    )


def _ended(former: Nickname, by: date) -> bool:
    deleted_on = former.deleted_on
    return former.deleted_by is not None and deleted_on is not None and former.recorded_on <= deleted_on <= by


RULES: tuple[FailedRule, ...] = (FN1, FN2, FN3, FN4, FN5, FN6, FN7, FN8, FN9, FN10, FN11)
