"""What a notification brings along: a Japanese person's koseki, a foreign one's items, nickname, proof of kinship.

Owns the putting of the questions; the answers are in ``jukinet.law.foreign_items``, ``nicknames`` and ``kinship``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jukinet.domain.items import HOUSEHOLDER, ForeignItems, RecordKind, ResidentRecord
from jukinet.law.decisions import Decision, Permitted, law
from jukinet.law.foreign_items import ItemsCase, decide_items, decide_newborn
from jukinet.law.kinship import KinshipCase, decide_proof
from jukinet.law.nicknames import decide_carried
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import acts
from jukinet.services.filings import MoveInFiling, MoveWithinFiling, Person
from jukinet.store import residents
from jukinet.store.residents import Held

LC5 = law(
    "LC5",
    "Act Art. 7(v)",
    "The koseki must be stated: domicile and head. Write なし where there is none, 不明 where it is not known.",
)
SR12 = law(
    "SR12",
    "Act Art. 22(1)(iv)",
    "The previous address must be stated, unless a foreign resident comes from abroad or is recorded nowhere.",
)
SR13 = law(
    "SR13",
    "Act Arts. 30-45, 30-46",
    "Who comes from abroad became a foreign resident on the day of moving in, or later by the status.",
)

SR14 = law(
    "SR14",
    "Act Art. 30-45; Ord. Art. 8-2",
    "Only a foreign resident's record has these items. Who lost the nationality gets one by its own act.",
)


def every(decisions: Iterable[Decision]) -> Decision:
    """All of them together, where no gate stands before them."""
    return acts.every(Permitted(()), *decisions)


def decide_items_of(person: Person, on: date) -> Decision:
    """The items of Art. 30-45 of a foreign resident; the koseki of a Japanese one (LC5)."""
    if person.foreign is None:
        return acts.require((LC5, person.koseki is not None))
    return decide_items(ItemsCase(person.foreign, person.birth_date, person.koseki is not None), on=on)


def decide_recorded(person: Person, on: date) -> Decision:
    """What an entry without a certificate says: the items, and no nickname, which is applied for."""
    return every((decide_items_of(person, on), _carried(person, None)))


def decide_newborn_items(child: Person, on: date) -> Decision:
    """What a birth says of a foreign child."""
    newborn = Permitted(()) if child.foreign is None else decide_newborn(child.foreign, child.birth_date)
    return every((decide_recorded(child, on), newborn))


def decide_corrected(record: ResidentRecord, items: ForeignItems | None, on: date) -> Decision:
    """Whether items of Art. 30-45 may be corrected to these; None leaves them as they are."""
    if items is None:
        return Permitted(())
    whose = acts.require((SR14, record.kind is RecordKind.FOREIGN))
    return every((whose, decide_items(ItemsCase(items, record.birth_date), on=on)))


def _carried(person: Person, by_certificate_on: date | None) -> Decision:
    """The nickname and its history, as far as any came along; the day is that of the move with the certificate."""
    return decide_carried(
        person.nickname,
        person.former_nicknames,
        by_certificate=by_certificate_on is not None,
        foreign=person.foreign is not None,
        moved_on=by_certificate_on or date.max,
    )


def decide_arrival(filing: MoveInFiling, person: Person, on: date) -> Decision:
    """What a move-in says of one person besides the move itself."""
    foreign = person.foreign
    from_abroad = filing.evidence is MoveInEvidence.FROM_ABROAD
    certified_on = filing.moved_on if filing.evidence is MoveInEvidence.CERTIFICATE else None
    before = foreign is not None and from_abroad and foreign.became_foreign_resident_on < filing.moved_on
    stated = filing.previous_address is not None or (foreign is not None and from_abroad)
    rules = acts.require((SR12, stated), (SR13, not before))
    return every((decide_items_of(person, on), _carried(person, certified_on), rules))


def decide_kinship_in(filing: MoveInFiling, found: list[Held]) -> Decision:
    """Whether each who moves in under a foreign householder proves the relationship (Act Art. 30-49).

    Who brings a certificate together with the householder moved out with them (Ord. 30-29(ii)).
    """
    head = next((person for person in filing.persons if person.relationship == HOUSEHOLDER), None)
    if filing.household_number is None or head is not None:
        foreign = head is not None and head.foreign is not None
    else:
        foreign = _headed_by_foreigner(residents.members(found, filing.household_number))
    together = head is not None and filing.evidence is MoveInEvidence.CERTIFICATE
    return every(
        decide_proof(
            KinshipCase(person.relationship, person.foreign is not None, foreign, together, person.kinship)
        )
        for person in filing.persons
    )


def _headed_by_foreigner(members: Iterable[Held]) -> bool:
    heads = [held for held in members if held.record.is_householder]
    return bool(heads) and heads[0].record.kind is RecordKind.FOREIGN


def decide_kinship_within(filing: MoveWithinFiling, movers: list[Held], locked: list[Held]) -> Decision:
    """Whether each who moves under a foreign householder proves the relationship (Act Art. 30-49).

    Nothing is asked where the householder whom they had moves along and stays one (Ord. 30-29(iii)).
    """
    stated = {mover.resident_no: mover for mover in filing.movers}

    def relationship(held: Held) -> str:
        mover = stated.get(held.resident_no)
        return (mover.relationship if mover else None) or held.record.relationship

    def proved(held: Held) -> Decision:
        own = residents.members(locked, held.record.household_number)
        joined = movers if filing.new_household else own
        head = next((one for one in joined if relationship(one) == HOUSEHOLDER), None)
        along = head is not None and head in movers and head in own and head.record.is_householder
        return decide_proof(
            KinshipCase(
                relationship=relationship(held),
                foreign_member=held.record.kind is RecordKind.FOREIGN,
                foreign_householder=head is not None and head.record.kind is RecordKind.FOREIGN,
                came_along=along,
                proof=stated[held.resident_no].kinship,
            )
        )

    return every(proved(held) for held in movers)
