"""The supplementary register of a koseki (戸籍の附票): Act Arts. 16 to 19, Ord. Arts. 18 to 21.

Owns what may be written into one, and which change of a resident record is told to the mayor of the domicile. The
koseki itself is another office's: what stands in it is known here from what that office says. How long a deleted
register is kept is in ``jukinet.law.retention``.

Not modelled: the rolls of those who vote abroad, which the election commission keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause, Koseki, RecordKind, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Private
from jukinet.domain.supplementary import Member, Register, Removal, member_key
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date

KF1 = law("KF1", "Act Art. 16(1)", "The domicile lies in another municipality, which keeps this register.")
KF2 = law("KF2", "Act Art. 16(1)", "There is a register of this koseki: one is made for each koseki.")
KF3 = law(
    "KF3",
    "Act Art. 16(1)",
    "There is no register of this number, or it is deleted: one is kept while somebody stands in the koseki.",
)
KF4 = law(
    "KF4",
    "Act Art. 17(ii)",
    "Each person of a koseki is entered once, by name. Look at who stands in the register.",
)
KF5 = law(
    "KF5", "Ord. Art. 19", "Only who stands in the register can be removed from it, or corrected in it."
)
KF6 = law("KF6", "Act Art. 18", "What has not happened yet is not written: no day may lie in the future.")
KF7 = policy(
    "KF7",
    "Choice of this network: an entry follows what it is about",
    "The day lies before the register was made, or before the person was entered into it.",
)
KF8 = policy(
    "KF8", "Choice of this network: an entry says something new", "Nothing in the register would change."
)
KF9 = law(
    "KF9", "Act Art. 17-2(1)", "Only who is noted as on a roll of those who vote abroad is struck off it."
)
KF10 = law(
    "KF10",
    "Act Art. 19(2)",
    "What was told does not fit a koseki of this register. Enter the koseki or its member, or tell the sender.",
)

KF12 = law(
    "KF12",
    "Act Art. 19(3)",
    "A register is handed over, whole, to the mayor of another municipality to which the domicile moved.",
)


_NO_DOMICILE = frozenset({"なし", "不明"})
"""What a record has in place of a domicile: there is none, or it is not known."""


@dataclass(frozen=True, slots=True, repr=False)
class Concerned(Private):
    """The items of Art. 17 as a resident record has them; ``since``: the day on which the address was fixed."""

    koseki: Koseki
    name: str
    address: Address | None
    since: date


def concerned(record: ResidentRecord, since: date) -> Concerned | None:
    """The items of a record that concern a supplementary register; None for who has no koseki, or an unknown one."""
    if (
        record.kind is not RecordKind.JAPANESE
        or record.koseki is None
        or record.koseki.domicile in _NO_DOMICILE
    ):
        return None
    return Concerned(record.koseki, record.name.text, record.address, record.address_since or since)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a record ended that was deleted."""

    reason: RegisterReason
    on: date
    cause: DeletionCause | None
    left_country: bool


def told_of(before: Concerned | None, after: Concerned | None, ending: Ending) -> Concerned | None:
    """What the mayor of the domicile is told of an act (Act Art. 19(1)); None: nothing.

    A change of any of the four items is told. Of who goes to another municipality, that one tells. Death, a ruling of
    disappearance and the loss of nationality are written into the koseki first, and reach the register from there. Of
    two records of one person (二重記載) the office says itself which stands.
    """
    if after is not None:
        return after if after != before else None
    if before is None:
        return None
    if ending.reason is RegisterReason.UNDONE_REMOVING or ending.cause is DeletionCause.NEVER_LIVED_HERE:
        return taken_back(before)
    if ending.left_country or ending.cause is DeletionCause.NOT_LIVING_HERE:
        return Concerned(before.koseki, before.name, None, ending.on)
    return None


def taken_back(said: Concerned) -> Concerned:
    """That an address was told which should not have been: none since the very day from which it was told."""
    return Concerned(said.koseki, said.name, None, said.since)


def decide_opening(
    *, here: bool, known: bool, names: Sequence[str], days: Sequence[date], made_on: date, on: date
) -> Decision:
    """Whether a register is made (Ord. 18(1)): KF1, KF2, KF4, KF6. ``days``: on which addresses were fixed."""
    require_date(on)
    return judge(
        (KF1, here),
        (KF2, not known),
        (KF4, bool(names) and _each_once(names)),
        (KF6, max([made_on, *days]) <= on),
        basis=("Act Art. 16(1)", "Ord. Art. 18(1)"),
    )


def decide_entering(
    register: Register | None, names: Sequence[str], days: Sequence[date], *, entered_on: date, on: date
) -> Decision:
    """Whether somebody who entered the koseki is entered (Ord. 18(2)): KF3, KF4, KF6, KF7."""
    require_date(on)
    there = [one.name for one in register.members if one.present] if register else []
    return judge(
        (KF3, register is not None and register.present),
        (KF4, bool(names) and _each_once([*there, *names])),
        (KF6, max([entered_on, *days]) <= on),
        (KF7, register is None or register.opened_on <= entered_on),
        basis=("Ord. Art. 18(2)",),
    )


def decide_removing(
    register: Register | None, numbers: Sequence[int], ground: Removal, *, removed_on: date, on: date
) -> Decision:
    """Whether somebody removed from the koseki is removed (Ord. 19): KF3, KF5, KF6, KF7, KF12."""
    require_date(on)
    found = [register.member(number) for number in numbers] if register else []
    standing = [one for one in found if one is not None and one.present]
    named = bool(numbers) and len(set(numbers)) == len(numbers)
    return judge(
        (KF3, register is not None and register.present),
        (KF5, register is None or (named and len(standing) == len(numbers))),
        (KF6, removed_on <= on),
        (KF7, ground is Removal.ERROR or all(one.entered_on <= removed_on for one in standing)),
        (KF12, ground is not Removal.DOMICILE_MOVED),
        basis=("Ord. Art. 19",),
    )


def decide_handing_over(register: Register | None, *, elsewhere: bool, moved_on: date, on: date) -> Decision:
    """Whether a register ends with a domicile that moved (転籍, Act Art. 19(3), Ord. 19): KF3, KF6, KF7, KF12."""
    require_date(on)
    return judge(
        (KF3, register is not None and register.present),
        (KF6, moved_on <= on),
        (KF7, register is None or register.opened_on <= moved_on),
        (KF12, elsewhere),
        basis=("Act Art. 19(3)", "Ord. Art. 19"),
    )


def decide_correcting(
    register: Register | None,
    member: int | None,
    *,
    here: bool,
    known: bool,
    name: str | None,
    changes: bool,
    day: date,
    on: date,
) -> Decision:
    """Whether items are corrected that changed, were wrong or left out (Ord. 20): KF1 to KF6, KF8."""
    require_date(on)
    found = register.member(member) if register and member is not None else None
    others = (
        [one.name for one in register.members if one.present and one.number != member] if register else []
    )
    return judge(
        (KF1, here),
        (KF2, not known),
        (KF3, register is not None and register.present),
        (KF4, name is None or _each_once([*others, name])),
        (KF5, register is None or member is None or (found is not None and found.present)),
        (KF6, day <= on),
        (KF8, register is None or changes),
        basis=("Act Art. 18", "Ord. Art. 20"),
    )


def decide_rewriting(register: Register | None, *, on: date) -> Decision:
    """Whether a register is written anew (改製): KF3. The mayor needs no other reason than a need (Ord. 16)."""
    require_date(on)
    return judge((KF3, register is not None and register.present), basis=("Ord. Art. 21(2)", "Ord. Art. 16"))


def decide_remaking(register: Register | None, *, lost_on: date, on: date) -> Decision:
    """Whether a lost register is made again (再製): KF3, KF6, KF7. What differs is decided like any correction."""
    require_date(on)
    return judge(
        (KF3, register is not None and register.present),
        (KF6, lost_on <= on),
        (KF7, register is None or register.opened_on <= lost_on),
        basis=("Ord. Art. 21(2)", "Ord. Art. 17"),
    )


def decide_voting(
    register: Register | None, member: int, roll: MunicipalityCode | None, *, day: date, on: date
) -> Decision:
    """Whether what the election commission told is written (Act Art. 17-2): KF3, KF5, KF6, KF8, KF9.

    ``roll``: the municipality on whose roll the person is; None: struck off.
    """
    require_date(on)
    found = register.member(member) if register else None
    return judge(
        (KF3, register is not None and register.present),
        (KF5, register is None or (found is not None and found.present)),
        (KF6, day <= on),
        (KF8, found is None or roll is None or found.voter != roll),
        (KF9, found is None or roll is not None or found.voter is not None),
        basis=("Act Art. 17-2",),
    )


def is_abroad(member: Member) -> bool:
    """Whether by a correction no address in the country stands (在外者等, Ord. 34(2))."""
    stay = member.stay
    return stay is not None and stay.address is None


def _each_once(names: Sequence[str]) -> bool:
    keys = [member_key(name) for name in names]
    return len(set(keys)) == len(keys)


RULES: tuple[FailedRule, ...] = (KF1, KF2, KF3, KF4, KF5, KF6, KF7, KF8, KF9, KF10, KF12)
