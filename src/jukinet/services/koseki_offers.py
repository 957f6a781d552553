"""A notice about the koseki (M10, Act Art. 9(2)) as a filing that is filled in: the clerk looks at it and enters it.

Owns whom it is about, by name and birth date, and what of the act's filing the notice says (specification 4.2.0.3,
4.2.0.4, 4.2.2.2). Nothing is recorded by itself: the mayor acts (Ord. 12(2)(i)), and what is lacking is the clerk's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.dates import PartialDate
from jukinet.domain.hiding import Hideable
from jukinet.domain.items import DeletionCause, Koseki
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.domain.relationship import child_of
from jukinet.law.decisions import Refused, policy
from jukinet.law.ex_officio import CorrectionKind, Ground
from jukinet.law.holds import Process
from jukinet.messages import strict_json
from jukinet.messages.ids import parse_id
from jukinet.messages.kinds import MessageKind
from jukinet.messages.koseki_bodies import KosekiEvent, KosekiMatter, read_matter
from jukinet.messages.statements import MAX_ENVELOPE
from jukinet.services import acts, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim, hidden_from
from jukinet.store import koseki_messages as rows
from jukinet.store import residents
from jukinet.store.koseki_messages import KosekiMessage
from jukinet.store.residents import Held

AR3 = policy(
    "AR3",
    "Resident-record specification 4.2.0.3",
    "No notice of this number about what is to be recorded waits. List what is unanswered.",
)

_ACTS = {
    KosekiEvent.BIRTH: "birth",
    KosekiEvent.DEATH: "death",
    KosekiEvent.DISAPPEARED: "delete-ex-officio",
    KosekiEvent.NAME: "correct-ex-officio",
    KosekiEvent.KOSEKI: "correct-ex-officio",
}


@dataclass(frozen=True, slots=True, repr=False)
class Offer(Private):
    """The act that a notice calls for and its filing, as far as it is known.

    ``lacking``: what the clerk adds. ``alike``: all present residents of that name and birth date (of a birth: the
    parent's); where it is one, the filing names them.
    """

    statement_id: str
    act: str
    filing: dict[str, Any]
    lacking: tuple[str, ...]
    alike: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A message about a koseki that waits for a clerk: an id, no name."""

    statement_id: str
    kind: MessageKind
    origin: str


@dataclass(frozen=True, slots=True)
class WaitingNotices:
    """What waits, the oldest first."""

    notices: tuple[WaitingNotice, ...]


def read_which(data: object) -> str:
    with reading(data) as fields:
        return fields.take("statement_id", parse_id)


def list_waiting(ctx: Context, claim: OperatorClaim, _question: None = None) -> WaitingNotices | Refused:
    """Every message about a koseki that waits; what they say, a look at each tells."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.KOSEKI_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        return WaitingNotices(
            tuple(
                WaitingNotice(row["statement_id"], MessageKind(row["kind"]), row["origin"])
                for row in rows.waiting(tx)
            )
        )


def offer(ctx: Context, claim: OperatorClaim, statement_id: str) -> Offer | Refused:
    """Fill in the filing that a notice calls for; a look at everybody whom it may be about (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.KOSEKI_READ)
        found = None if isinstance(act.gate, Refused) else rows.lock_waiting(tx, statement_id)
        matter = _matter(found)
        alike = _alike(act, matter) if matter else []
        holds = withholding.on_all(tx, alike)
        decision = acts.every(
            act.gate,
            acts.require((AR3, matter is not None)),
            *(withholding.decide(tx, one, Process.INQUIRY) for one in holds.values()),
        )
        if found is None or matter is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((AR3,))
            return act.refuse(refused, *(alike or (Subject(),)), reference=statement_id)
        for held in alike or (None,):
            if held is not None:
                withholding.use_lifts(tx, holds.get(held.resident_id, []), Process.INQUIRY)
            act.done(decision, held, reference=statement_id)
        shows_koseki = Hideable.KOSEKI not in hidden_from(tx, claim)
        filing = _filing(matter, matter.filed_on or found.received_on, alike, shows_koseki=shows_koseki)
        return Offer(
            statement_id,
            _ACTS[matter.event],
            filing,
            tuple(_lacking(filing)),
            tuple(held.resident_no for held in alike),
        )


def _matter(found: KosekiMessage | None) -> KosekiMatter | None:
    if found is None or found.kind is not MessageKind.KOSEKI_MATTER:
        return None
    fields = Fields(strict_json.parse(found.body, limit=MAX_ENVELOPE))
    matter = read_matter(fields)
    fields.raise_faults()
    return matter


def _alike(act: Act, matter: KosekiMatter) -> list[Held]:
    """Whom it is about; of several of that name and birth date those at the address that it names, if any."""
    born = matter.event is KosekiEvent.BIRTH
    if born and matter.parent is None:
        return []
    name, birth_date = _facts(matter)
    found = residents.present_by_facts(act.tx, name, birth_date)
    there = [held for held in found if held.record.address.text == matter.address.text]
    return there or found


def _facts(matter: KosekiMatter) -> tuple[str, PartialDate]:
    if matter.event is KosekiEvent.BIRTH and matter.parent is not None:
        return matter.parent.name, matter.parent.birth_date
    return matter.name, matter.birth_date


def _filing(
    matter: KosekiMatter, filed_on: date, alike: Sequence[Held], *, shows_koseki: bool
) -> dict[str, Any]:
    """As JSON; None stands where the notice and the register do not say it."""
    whose = alike[0] if len(alike) == 1 else None
    number, filed, day = (
        whose.resident_no if whose else None,
        filed_on.isoformat(),
        matter.occurred_on.isoformat(),
    )
    basis = {"ground": Ground.KOSEKI.value, "confirmed": True}
    match matter.event:
        case KosekiEvent.BIRTH:
            household = whose.record.household_number if whose else None
            child = _child(matter, whose, shows_koseki=shows_koseki)
            return {"household_number": household, "child": child, "filed_on": filed}
        case KosekiEvent.DEATH:
            return {"resident_no": number, "died_on": day, "filed_on": filed}
        case KosekiEvent.DISAPPEARED:
            cause = DeletionCause.DISAPPEARED.value
            return {
                "resident_no": number,
                "occurred_on": day,
                "cause": cause,
                "basis": basis,
                "applied_on": filed,
            }
        case KosekiEvent.NAME | KosekiEvent.KOSEKI:
            new: dict[str, Any] = {"name": {"text": matter.new_name}} if matter.new_name else {}
            new |= {"koseki": _koseki(matter.new_koseki)} if matter.new_koseki else {}
            return {
                "resident_no": number,
                "kind": CorrectionKind.CHANGE.value,
                "occurred_on": day,
                "corrections": new or None,
                "basis": basis,
                "applied_on": filed,
            }


def _child(matter: KosekiMatter, parent: Held | None, *, shows_koseki: bool) -> dict[str, Any]:
    """With the koseki that the notice names, else that of the parent in the household."""
    inherited = parent.record.koseki if parent and shows_koseki else None
    koseki = matter.new_koseki or inherited
    return {
        "name": {"text": matter.name},
        "birth_date": str(matter.birth_date),
        "sex": matter.sex.value if matter.sex else None,
        "relationship": child_of(parent.record.relationship) if parent else None,
        "koseki": _koseki(koseki) if koseki else None,
    }


def _koseki(koseki: Koseki) -> dict[str, str]:
    return {"domicile": koseki.domicile, "head": koseki.head}


def _lacking(filing: dict[str, Any], at: str = "") -> list[str]:
    """The fields that stand empty."""
    found: list[str] = []
    for name, value in filing.items():
        if value is None:
            found.append(f"{at}{name}")
        elif isinstance(value, dict):
            found += _lacking(value, f"{at}{name}.")
    return found
