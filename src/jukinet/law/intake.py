"""A whole register taken in from a file of an earlier system: what its records must be, each and together.

Owns the conditions. The Act has none for a change of systems: the register stays the same one (Art. 5), and no record
is made by it. So what is asked of each record is what the Act says a record holds, and what may be so in a register
that is kept well is no fault: a household whose householder has died is an alert. Alerts stop the intake until an
operator has looked into them. Items of foreign residents are judged as everywhere (``jukinet.law.foreign_items``),
nicknames too (``jukinet.law.nicknames``).

Not examined, because no file can show it: whether a code is that of the person (codes are random and tell nothing of
the municipality), and whether two rows of alike persons are one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.decisions import UNCONNECTED, Decision, FailedRule, judge, law, policy
from jukinet.law.foreign_items import SR11

_CHOICE = "Choice of this network"

IN1 = policy(
    "IN1",
    f"{_CHOICE}: a register is taken in whole",
    "Records stand here already, or stood here: a whole register is taken into an empty one alone. What is wrong in a "
    "record is corrected by the acts of the register.",
)
IN2 = policy(
    "IN2",
    f"{_CHOICE}: all rows or none",
    "Rows of the file have faults; nothing was taken in. Put right what the report says and take in the whole file.",
)
IN3 = policy(
    "IN3",
    f"{_CHOICE}: alerts are looked into first",
    "The report has alerts; nothing was taken in. Look into them; if they are as they should be, say so (--confirm).",
)
IN4 = policy(
    "IN4",
    UNCONNECTED,
    "This municipality is connected, and nobody is told of what is taken in. Make sure that prefecture and centre hold "
    "these records from the earlier system, then say so (--known-to-network).",
)
IN5 = law(
    "IN5", "Act Art. 7(iv)", "A household has one householder; another row of this household is that too."
)
IN6 = policy(
    "IN6",
    "Resident-record specification 4.0.4; Act Art. 25",
    "No row of this household is the householder. That may be so until its members have notified who it is.",
)
IN7 = policy(
    "IN7",
    "Resident-record specification 4.1.4.1",
    "The members of a household live at one address; this row has another one than the first of its household.",
)
IN8 = law("IN8", "Act Art. 30-2(2)", "Two persons never have the same code; another row has this one.")
IN9 = policy("IN9", "Resident-record specification 1.1.13", "Another row has the same resident number.")
IN10 = policy("IN10", f"{_CHOICE}: a record says what has happened", "The day must not lie after today.")
IN11 = policy("IN11", f"{_CHOICE}: a record says what has happened", "The day must not lie before the birth.")
IN12 = law(
    "IN12",
    "Act Arts. 7, 30-45",
    "A foreign resident's record has the items of Art. 30-45, and only a Japanese record has koseki, the day of "
    "becoming a resident and the voters' list.",
)
IN13 = law(
    "IN13", "Act Arts. 5, 7(vii)", "A register holds those who have their address in the municipality."
)
IN14 = policy(
    "IN14",
    "Resident-record specification 1.1.13",
    "New numbers follow the highest one: it must leave room for them and be below 90000000000.",
)
IN15 = policy(
    "IN15",
    f"{_CHOICE}: no character is lost unseen",
    "The text has a mark that stands for a lost character (U+FFFD or 〓). Find the right one in the earlier system.",
)

ALERTS = frozenset({IN6, IN7, IN15, SR11})
"""What may be so in a register that is kept well: told, and confirmed by whoever takes it in."""

_HIGHEST = "9"


def decide_register(*, empty: bool, connected: bool, known: bool) -> Decision:
    """Whether a register may be taken in here: IN1, IN4. ``known``: the stores hold it from the earlier system."""
    return judge((IN1, empty), (IN4, known or not connected), basis=("Act Art. 5",))


def decide_file(*, faults: bool, alerts: bool, confirmed: bool) -> Decision:
    """Whether a file that was read to its end is taken in: IN2, IN3."""
    return judge((IN2, not faults), (IN3, confirmed or not alerts), basis=("Act Art. 5",))


def decide_day(day: date, born: date | None, *, on: date) -> Decision:
    """Whether a record may say that something happened on that day: IN10, IN11. ``born``: the earliest it can be."""
    return judge((IN10, day <= on), (IN11, born is None or born <= day), basis=())


def decide_birth(born: date | None, *, on: date) -> Decision:
    """Whether somebody can have been born by now: IN10. ``born``: the earliest it can be."""
    return judge((IN10, born is None or born <= on), basis=())


def decide_item(kind: RecordKind, only: RecordKind) -> Decision:
    """Whether an item that only one kind of record has may stand in a record: IN12."""
    return judge((IN12, kind is only), basis=())


def decide_kind(kind: RecordKind, *, foreign_items: bool) -> Decision:
    """Whether a record has the items that make it one of its kind: IN12."""
    return judge((IN12, foreign_items or kind is RecordKind.JAPANESE), basis=())


def decide_address(where: MunicipalityCode, here: MunicipalityCode) -> Decision:
    """Whether a record belongs to this municipality: IN13."""
    return judge((IN13, where == here), basis=())


def decide_number(number: str) -> Decision:
    """Whether a number of an earlier system leaves room for those that are given here: IN14."""
    return judge((IN14, number < _HIGHEST), basis=())


def decide_text(text: str) -> Decision:
    """Whether a text came over whole: IN15."""
    return judge((IN15, "\ufffd" not in text and "〓" not in text), basis=())


@dataclass(frozen=True, slots=True)
class AmongOthers:
    """What one row is beside the others of its file."""

    number_again: bool = False
    code_again: bool = False
    second_householder: bool = False
    without_householder: bool = False
    apart: bool = False


def decide_among(row: AmongOthers) -> Decision:
    """Whether a row agrees with the other rows of its file: IN5 to IN9."""
    return judge(
        (IN5, not row.second_householder),
        (IN6, not row.without_householder),
        (IN7, not row.apart),
        (IN8, not row.code_again),
        (IN9, not row.number_again),
        basis=(),
    )


RULES: tuple[FailedRule, ...] = (
    *(IN1, IN2, IN3, IN4, IN5, IN6, IN7, IN8, IN9, IN10, IN11, IN12, IN13, IN14, IN15),
)
