"""Mergers of municipalities and changes of their boundaries (廃置分合, 境界変更): what becomes of resident records.

Owns when a municipality hands records over and when another one takes them. No article of Act or Order is about it:
that an area belongs to another municipality is a change of administrative areas (行政区画), so addresses are corrected
ex officio (Ord. 12(2)(vii)) and the correction is a minor one (Reg. 21-2(iii)). Who takes over an area takes over its
affairs, the register among them (Order for Enforcement of the Local Autonomy Act, Art. 5). The rest is policy.

Not modelled: an area that goes to another prefecture, whose governor was never notified of the records; and the ward of
a designated city, which is no municipality (Ord. 31).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from jukinet.domain.changes import RegisterReason
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import UNCONNECTED, Decision, FailedRule, judge, law, policy
from jukinet.law.parameters import toml_date

_CHOICE = "Choice of this network: a record is kept in one municipality"

MG1 = law(
    "MG1",
    "Ord. Art. 12(2)(vii)",
    "Records are handed over to another municipality than this one, and every new address lies there.",
)
MG2 = policy(
    "MG2",
    f"{_CHOICE}; not modelled: an area that goes to another prefecture",
    "The other municipality must lie in this prefecture: another governor was never notified of these records.",
)
MG3 = policy(
    "MG3",
    UNCONNECTED,
    "Both municipalities must be connected, or neither. The one that is not joins the network, or leaves it, first.",
)
MG4 = policy("MG4", _CHOICE, "The record was handed over. The municipality that keeps it now corrects it.")
MG5 = policy(
    "MG5",
    _CHOICE,
    "This municipality was merged into another one, which records whoever lives here. Go there with the notification.",
)
MG6 = law(
    "MG6", "Act Art. 30-2(2)", "Somebody is recorded here with this code. Find out which record is surplus."
)
MG7 = policy("MG7", _CHOICE, "This record was taken over before.")
MG8 = policy(
    "MG8",
    _CHOICE,
    "A file that was handed over says of each record since when, and under which address it stood before.",
)


def decide_handing_over(
    to: MunicipalityCode,
    addresses: frozenset[MunicipalityCode],
    *,
    here: MunicipalityCode,
    connected: tuple[bool, bool],
) -> Decision:
    """Whether records may be handed over: MG1 to MG3. ``connected``: this municipality, and the other one."""
    return judge(
        (MG1, to != here and addresses <= {to}),
        (MG2, to.prefecture == here.prefecture),
        (MG3, connected[0] == connected[1]),
        basis=("Ord. Art. 12(2)(vii)", "Reg. Art. 21-2"),
    )


def decide_taking_over(
    predecessor: MunicipalityCode, *, here: MunicipalityCode, connected: tuple[bool, bool]
) -> Decision:
    """Whether a municipality may take records over: MG1 to MG3, from the other side."""
    return judge(
        (MG1, predecessor != here),
        (MG2, predecessor.prefecture == here.prefecture),
        (MG3, connected[0] == connected[1]),
        basis=("Ord. Art. 12(2)(vii)",),
    )


def decide_undoing(reason: RegisterReason | None) -> Decision:
    """Whether an act of this reason is undone by who did it: MG4."""
    return judge((MG4, reason is not RegisterReason.HANDED_OVER), basis=())


def decide_recording(*, merged: bool) -> Decision:
    """Whether somebody may be recorded in a municipality that may have been merged into another one: MG5."""
    return judge((MG5, not merged), basis=())


@dataclass(frozen=True, slots=True)
class TakenRow:
    """What one row of a file that was handed over is beside the register that takes it."""

    code_here: bool = False
    taken_before: bool = False
    stood_before: bool = True


def decide_row(row: TakenRow) -> Decision:
    """Whether a row may be taken over: MG6 to MG8."""
    return judge((MG6, not row.code_here), (MG7, not row.taken_before), (MG8, row.stood_before), basis=())


@dataclass(frozen=True, slots=True)
class CodeChange:
    """From a day on a municipality's area, or all of it that still was one, has another code."""

    old: MunicipalityCode
    new: MunicipalityCode
    changed_on: date
    source: str


@cache
def code_changes() -> Mapping[MunicipalityCode, CodeChange]:
    """The dated map of codes that ended, by the old one. A code ends once."""
    text = (files("jukinet.law") / "municipal_codes.toml").read_text(encoding="utf-8")
    with reading(tomllib.loads(text)) as fields:
        changes = fields.each("changes", _read_change)
    return {change.old: change for change in changes}


def _read_change(fields: Fields) -> CodeChange:
    return CodeChange(
        fields.take("old", MunicipalityCode.parse),
        fields.take("new", MunicipalityCode.parse),
        toml_date(fields, "changed_on"),
        fields.text("source"),
    )


def code_on(code: MunicipalityCode, day: date) -> MunicipalityCode:
    """The code that a municipality's area has on a day: the same, or that of its successor's successor."""
    change = code_changes().get(code)
    return code if change is None or day < change.changed_on else code_on(change.new, day)


RULES: tuple[FailedRule, ...] = (MG1, MG2, MG3, MG4, MG5, MG6, MG7, MG8)
