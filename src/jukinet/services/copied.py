"""Who stands on a copy, and with which items: the same for a nationwide copy and for one at home."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields

from jukinet.documents.home_person import HomePerson
from jukinet.domain.items import ResidentRecord
from jukinet.law.copies import CopyItem
from jukinet.law.copy_history import Step, changes_of, deletion_of
from jukinet.messages.copies import CopyPerson, HouseholdItems, MemberScope, NationalityAndClass
from jukinet.services.answering import is_named
from jukinet.services.copy_filings import Extent
from jukinet.store.home_copies import Shown
from jukinet.store.residents import Held


def chosen(
    scope: MemberScope, names: Iterable[str], one: Held, household: Sequence[Held]
) -> list[Held] | None:
    """Whom the copy is to show; None where a name fits nobody of the household, or more than one."""
    match scope:
        case MemberScope.SELF:
            return [one]
        case MemberScope.HOUSEHOLD:
            return list(household)
        case MemberScope.NAMED:
            fitting = [[held for held in household if is_named(held.record, name)] for name in names]
            if any(len(held) != 1 for held in fitting):
                return None
            return list({held[0].resident_no: held[0] for held in fitting}.values())


def person_of(
    record: ResidentRecord, head: ResidentRecord | None, visible: Collection[CopyItem]
) -> CopyPerson:
    """The items that the table of ``law.copies`` lets this copy show, and no other."""
    foreign = record.foreign

    def shows(item: CopyItem) -> bool:
        return item in visible

    return CopyPerson(
        name=record.name.written,
        birth_date=record.birth_date,
        sex=record.sex,
        address=record.address,
        recorded_since=record.recorded_since,
        became_resident_on=record.day("became_resident_on") if shows(CopyItem.BECAME_RESIDENT) else None,
        became_foreign_resident_on=(
            record.day("became_foreign_resident_on")
            if foreign and shows(CopyItem.BECAME_FOREIGN_RESIDENT)
            else None
        ),
        nickname=record.nickname.text if record.nickname and shows(CopyItem.NICKNAME) else None,
        address_since=record.day("address_since") if shows(CopyItem.ADDRESS_SINCE) else None,
        previous_address=record.previous_address if shows(CopyItem.PREVIOUS_ADDRESS) else None,
        household=(
            HouseholdItems(head.name.written, record.relationship)
            if head is not None and shows(CopyItem.RELATIONSHIP)
            else None
        ),
        code=record.code if shows(CopyItem.CODE) else None,
        foreign=(
            NationalityAndClass(
                nationality=foreign.nationality,
                stay=foreign.stay,
                status=foreign.status,
                period=foreign.period,
                expires_on=foreign.expires_on,
                document_number=foreign.document_number,
            )
            if foreign and shows(CopyItem.NATIONALITY) and shows(CopyItem.STAY)
            else None
        ),
    )


def home_person_of(
    shown: Shown,
    visible: frozenset[CopyItem],
    left_out: frozenset[CopyItem],
    extent: Extent,
    steps: Sequence[Step] = (),
) -> HomePerson:
    """One person of a paper that is issued at home: what its table lets it show, and no other.

    ``left_out``: of that, what the paper does not show all the same, nor its changes. ``steps``: the versions up to the
    one that is shown, where the history or a deleted record is asked for.
    """
    record = shown.held.record
    person = person_of(record, shown.head.record if shown.head else None, visible)
    nicknames = (*record.former_nicknames, *filter(None, (record.nickname,)))
    return HomePerson(
        **{one.name: getattr(person, one.name) for one in fields(CopyPerson)},
        koseki=record.koseki if CopyItem.KOSEKI in visible else None,
        voter=record.voter and CopyItem.VOTER in visible,
        programmes=record.programmes if CopyItem.PROGRAMMES in visible else None,
        nicknames=nicknames if CopyItem.NICKNAME_HISTORY in visible else (),
        changes=changes_of(steps, visible - left_out, special=extent.special) if extent.history else (),
        deletion=deletion_of(steps) if extent.deleted else None,
    )
