"""Places where the town's operators work, and the terminals in them (入力場所・入力端末, specification 1.3.1).

Owns their registration. Each act names its terminal in the log and on the papers it issues; where that stands is said
here. A ward of a designated city keeps its own at its own node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused, policy
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import work_places as store
from jukinet.store.work_places import WorkPlace, WorkTerminal

_SOURCE = "Resident-record specification 1.3.1"
SR45 = policy("SR45", _SOURCE, "A terminal stands in a place that is open. Register the place first.")
SR46 = policy(
    "SR46",
    _SOURCE,
    "Terminals stand in this place. Register them in another, or as closed, before it is closed.",
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", re.ASCII)
LONGEST = 100


class PlaceKind(StrEnum):
    """What a place is."""

    HEAD_OFFICE = "head-office"
    """本庁"""
    BRANCH = "branch"
    """支所"""
    SUB_OFFICE = "sub-office"
    """出張所"""
    DEPARTMENT = "department"
    """A department that uses the register (住民記録システム利用課)."""


@dataclass(frozen=True, slots=True)
class WorkPlaces:
    """Every place and every terminal, closed ones too."""

    places: tuple[WorkPlace, ...]
    terminals: tuple[WorkTerminal, ...]


def _name(text: str, field: str) -> str:
    if not _NAME.fullmatch(text):
        raise invalid(Fault(field, "must be 1 to 64 letters, digits, dots, slashes, hyphens and underscores"))
    return text


def register_place(
    ctx: Context, claim: OperatorClaim, place: str, kind: PlaceKind, name: str, *, closed: bool = False
) -> WorkPlace | Refused:
    """Register a place, or what is different about it now: its name, its kind, that it is closed."""
    if not 1 <= len(name.strip()) <= LONGEST:
        raise invalid(Fault("name", f"must have 1 to {LONGEST} characters"))
    made = WorkPlace(_name(place, "place"), kind.value, name.strip(), closed, ctx.now())
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_PLACE_REGISTER, AuditEvent.PLACE_REGISTERED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=place)
        store.lock(tx)
        standing = [one for one in store.terminals(tx) if one.place == place and not one.closed]
        decision = acts.every(act.gate, acts.require((SR46, not (closed and standing))))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=place)
        store.put_place(tx, made, by=claim.operator_id)
        act.done(decision, reference=place)
        return made


def register_terminal(
    ctx: Context, claim: OperatorClaim, terminal: str, place: str, *, closed: bool = False
) -> WorkTerminal | Refused:
    """Register in which place a terminal stands, or that it is used no more."""
    made = WorkTerminal(_name(terminal, "terminal"), _name(place, "place"), closed, ctx.now())
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_PLACE_REGISTER, AuditEvent.TERMINAL_REGISTERED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=terminal)
        store.lock(tx)
        known = [one for one in store.places(tx) if one.place == place and not (one.closed and not closed)]
        decision = acts.every(act.gate, acts.require((SR45, bool(known))))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=terminal)
        store.put_terminal(tx, made, by=claim.operator_id)
        act.done(decision, reference=terminal)
        return made


def list_places(ctx: Context, claim: OperatorClaim) -> WorkPlaces | Refused:
    """Every place and terminal: to whoever may read the log, which names terminals."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_ENTRIES_READ, AuditEvent.PLACES_READ)
        return acts.look(act, lambda: WorkPlaces(tuple(store.places(tx)), tuple(store.terminals(tx))))
