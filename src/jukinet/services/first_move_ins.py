"""A move-in recorded with particulars that came by the line, in the certificate's place (Act Art. 24-2).

Owns how a record is made of them. What is asked for, and when, is in ``move_in_by_card``; the move-in itself, with the
code that is carried over and the notice to the municipality that was left (M3), in ``moves``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.additions import Additions
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignItems, Koseki, Nickname, PersonName, Programmes
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Place, Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.domain.relationship import check_relationship
from jukinet.law import move_in_by_card as law
from jukinet.law.decisions import Permitted, Refused, Remark
from jukinet.law.kinship import KinshipProof
from jukinet.law.notifications import Notifier
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.messages.ids import parse_id
from jukinet.messages.particulars import MAX_MEMBERS, Particulars, PersonParticulars
from jukinet.services import acts, moves
from jukinet.services.added import read_additions
from jukinet.services.context import Context
from jukinet.services.filings import (
    MoveInFiling,
    Person,
    read_address,
    read_koseki,
    read_name,
    read_programmes,
)
from jukinet.services.keyed import join
from jukinet.services.move_in_by_card import particulars_of
from jukinet.services.notifying import read_notifier
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.services.stay_items import member, read_foreign, read_nickname
from jukinet.store import move_in_requests as rows
from jukinet.store.move_in_requests import Asked, RequestRow


@dataclass(frozen=True, slots=True, repr=False)
class Corrected(Private):
    """Items as they are right; None where what came by the line stands."""

    name: PersonName | None = None
    birth_date: PartialDate | None = None
    sex: Sex | None = None
    koseki: Koseki | None = None
    foreign: ForeignItems | None = None
    nickname: Nickname | None = None

    def stated(self) -> dict[str, Any]:
        return {name: value for name in _CORRECTABLE if (value := getattr(self, name)) is not None}


_CORRECTABLE = ("name", "birth_date", "sex", "koseki", "foreign", "nickname")

CORRECTED = Remark(
    "Resident-record specification 4.1.1.3",
    "Items that came by the line were corrected: tell the municipality that was left what its record says wrongly.",
)


@dataclass(frozen=True, slots=True, repr=False)
class Newcomer(Private):
    """One person of the particulars, by the place in them (from 1), with what the particulars cannot say.

    ``resident_no``: that of another ward of the same city, which is kept, or of the deleted record here of who comes
    back. ``corrected``: items that are wrong in what came by the line, as they are right (specification 4.1.1.3).
    """

    place: int
    relationship: str
    kana: str | None = None
    kinship: KinshipProof | None = None
    resident_no: str | None = None
    programmes: Programmes | None = None
    additions: Additions | None = None
    corrected: Corrected | None = None


@dataclass(frozen=True, slots=True, repr=False)
class FirstMoveInFiling(Private):
    """最初の転入届, with the number under which the particulars came. The days are those that were told with it."""

    request_id: str
    persons: tuple[Newcomer, ...]
    address: Address
    household_number: str | None
    notified_by: Notifier


def read_first_move_in(data: object) -> FirstMoveInFiling:
    with reading(data) as fields:
        filing = FirstMoveInFiling(
            request_id=fields.take("request_id", parse_id),
            persons=fields.each("persons", _read_newcomer, most=MAX_MEMBERS + 1),
            address=fields.object("address", read_address),
            household_number=fields.optional("household_number", check_number),
            notified_by=fields.object("notified_by", read_notifier),
        )
        if not filing.persons:
            fields.fault("persons", "must name at least one person")
        return filing


def _read_corrected(fields: Fields) -> Corrected:
    return Corrected(
        name=fields.optional_object("name", read_name),
        birth_date=fields.optional("birth_date", PartialDate.parse),
        sex=fields.optional("sex", member(Sex)),
        koseki=fields.optional_object("koseki", read_koseki),
        foreign=fields.optional_object("foreign", read_foreign),
        nickname=fields.optional_object("nickname", read_nickname),
    )


def _read_newcomer(fields: Fields) -> Newcomer:
    return Newcomer(
        place=fields.integer("person", least=1, most=MAX_MEMBERS + 1),
        relationship=fields.take("relationship", check_relationship),
        kana=fields.optional_text("kana"),
        kinship=fields.optional("kinship", member(KinshipProof)),
        resident_no=fields.optional("resident_no", check_number),
        programmes=fields.optional_object("programmes", read_programmes),
        additions=fields.optional_object("additions", read_additions),
        corrected=fields.optional_object("corrected", _read_corrected),
    )


def record_first_move_in(
    ctx: Context, claim: OperatorClaim, filing: FirstMoveInFiling
) -> Registered | Refused:
    """Record persons who moved in with a card, as the particulars tell of them (Act Arts. 22(1), 24-2)."""
    with ctx.begin() as tx:
        row = rows.lock(tx, filing.request_id)
        usable = row is not None and row.state is Asked.ANSWERED
        answer = particulars_of(row) if row is not None and usable else Particulars(())
        places = [one.place for one in filing.persons]
        named = len(set(places)) == len(places) and max(places) <= len(answer.persons)
        told = [answer.persons[place - 1] for place in places] if named else []
        conditions = law.decide_entering(
            law.Entering(
                usable=usable,
                named=named,
                filed_on=row.filed_on if row else None,
                moved_on=row.moved_on if row else None,
                planned_on=tuple(one.planned_on for one in told),
            )
        )
        if row is None or not told:
            return _refuse(join(ctx, tx), claim, filing, conditions)
        entered = moves.enter_newcomers(
            join(ctx, tx),
            claim,
            _filing(filing, row, told),
            AuditEvent.MOVE_IN_BY_CARD_RECORDED,
            (conditions,),
        )
        if isinstance(entered, Refused):
            return entered
        rows.use(tx, filing.request_id, ctx.now())
        corrected = (CORRECTED,) if any(one.corrected for one in filing.persons) else ()
        return replace(entered, remarks=(*entered.remarks, *corrected))


def _refuse(
    ctx: Context, claim: OperatorClaim, filing: FirstMoveInFiling, conditions: Permitted | Refused
) -> Refused:
    """Where there is nobody to record: by what is missing."""
    with ctx.begin() as tx:
        event = AuditEvent.MOVE_IN_BY_CARD_RECORDED
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, event)
        decision = acts.every(act.gate, conditions)
        if not isinstance(decision, Refused):
            raise TypeError("nobody is recorded without particulars")
        return act.refuse(decision, reference=filing.request_id)


def _filing(filing: FirstMoveInFiling, row: RequestRow, told: list[PersonParticulars]) -> MoveInFiling:
    pairs = zip(filing.persons, told, strict=True)
    previous = told[0].address
    return MoveInFiling(
        persons=tuple(_person(one, said, row.moved_on) for one, said in pairs),
        address=filing.address,
        previous_address=Place(previous.full, previous.municipality),
        moved_on=row.moved_on,
        filed_on=row.filed_on,
        # What came by the line says what the certificate would: Art. 24-2 sets 22(2) aside.
        evidence=MoveInEvidence.CERTIFICATE,
        # Of a move from abroad alone a card of residence is asked for.
        status_shown=False,
        household_number=filing.household_number,
        notified_by=filing.notified_by,
    )


def _person(newcomer: Newcomer, said: PersonParticulars, moved_on: date) -> Person:
    """As the certificate would say it, with what was corrected.

    Kana and the place in the household are this municipality's own.
    """
    person = Person(
        name=PersonName(said.name, newcomer.kana, said.latin),
        birth_date=said.birth_date,
        sex=said.sex,
        relationship=newcomer.relationship,
        code=said.code,
        koseki=said.koseki,
        foreign=_foreign(said, moved_on),
        nickname=said.foreign.nickname if said.foreign else None,
        former_nicknames=said.foreign.former_nicknames if said.foreign else (),
        kinship=newcomer.kinship,
        resident_no=newcomer.resident_no,
        programmes=_enrolled(newcomer, said),
        additions=newcomer.additions,
    )
    return replace(person, **newcomer.corrected.stated()) if newcomer.corrected else person


def _enrolled(newcomer: Newcomer, said: PersonParticulars) -> Programmes | None:
    """What the notification adds; the basic pension number comes with the particulars (Ord. Arts. 24-3(v), 28(i))."""
    added = newcomer.programmes
    if added is None or added.pension_class is None or added.pension_number is not None:
        return added
    return replace(added, pension_number=said.enrolment.pension_number)


def _foreign(said: PersonParticulars, moved_on: date) -> ForeignItems | None:
    """The class came before the move, so the later of the two days is that of the move (Art. 30-45)."""
    if said.foreign is None:
        return None
    return ForeignItems(
        nationality=said.foreign.nationality,
        became_foreign_resident_on=moved_on,
        stay=said.foreign.stay,
        status=said.foreign.status,
        period=said.foreign.period,
        expires_on=said.foreign.expires_on,
        document_number=said.foreign.document_number,
        card_later=said.foreign.document_number is None and said.foreign.status is not None,
    )
