"""Who comes new to the register: whether they may have been here before, and where they were recorded last.

Owns the look for somebody alike, the resident number that is kept between the wards of a city, and of who did not
report a move (未届) the place of last registration and a remark.
The acts that record newcomers are in ``jukinet.services.moves``, ``becoming_eligible`` and ``ex_officio``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Place
from jukinet.law import mergers, wards
from jukinet.law.decisions import Decision, Permitted, Remark, policy
from jukinet.services import acts, notes
from jukinet.services.acts import Act
from jukinet.services.filings import MoveInFiling, Person
from jukinet.store import residents
from jukinet.store.residents import Held

I8 = policy(
    "I8",
    "Choice of this network: no act is entered twice",
    "Somebody of this name, birth date and sex is recorded here already. Look; file again with although_alike if it "
    "is another person.",
)
I9 = policy(
    "I9",
    "Resident-record specification 4.1.1.2",
    "Somebody of this name, birth date and sex was recorded here and left. If it is they, name the resident number of "
    "that record; file again with although_alike if it is another person.",
)
SR41 = policy(
    "SR41",
    "Resident-record specification 4.1.1.2",
    "Each resident number must be that of another deleted record here, and of the same person: of the code or the card "
    "stated, or of the birth date. Look again, or leave the number out.",
)
I10 = policy(
    "I10",
    "Resident-record specification 4.1.1.4",
    "Where a move was not notified, the previous address is the one that was not, and the place of last registration "
    "another. State both, or leave out the latter.",
)

_ALIKE = Remark(
    "Choice of this network: no act is entered twice",
    "Somebody of the same name, birth date and sex was recorded here before; filed as another person.",
)
_LEFT_ALIKE = Remark(
    "Resident-record specification 4.1.1.2",
    "Somebody of the same name, birth date and sex was recorded here and left; filed as another person.",
)
RETURNS = Remark(
    "Resident-record specification 4.1.1.2",
    "Recorded here before: the resident number is that of before.",
)

UNREPORTED = "（未届）"
"""What stands at the end of a previous address that nobody notified (specification 4.1.1.4)."""


def numbers_of_before(act: Act, persons: Sequence[Person]) -> list[str]:
    """Numbers of records by which these persons may have been recorded here: those stated, and of their cards."""
    documents = [
        one.foreign.document_number for one in persons if one.foreign and one.foreign.document_number
    ]
    by_card = chain.from_iterable(residents.number_of_document(act.tx, one) for one in documents)
    return [*(one.resident_no for one in persons if one.resident_no), *by_card]


def records_of_before(act: Act, persons: Sequence[Person], found: Sequence[Held]) -> tuple[Held | None, ...]:
    """The deleted record here of each who comes back (再転入者): by number, by code, or by the number of a card.

    ``found``: locked residents, those of ``numbers_of_before`` and of the codes among them.
    """
    gone = residents.may_return(act.tx, found)
    return tuple(next((one for one in gone if _is_of(one, person)), None) for person in persons)


def _is_of(gone: Held, person: Person) -> bool:
    if person.resident_no is not None:
        return gone.resident_no == person.resident_no
    return _is_certainly_of(gone, person)


def _is_certainly_of(gone: Held, person: Person) -> bool:
    """By a code or a card; neither makes one person of two whose names and birth dates both differ."""
    of_one = gone.record.birth_date == person.birth_date or gone.record.name.text == person.name.text
    if not of_one:
        return False
    card, of_before = person.foreign, gone.record.foreign
    by_code = person.code is not None and gone.record.code == person.code
    number = card.document_number if card else None
    return by_code or bool(number and of_before and number == of_before.document_number)


def _decide_returning(
    persons: Sequence[Person], before: Sequence[Held | None], *, within_city: bool
) -> Decision:
    """Whether the numbers named are those of persons who come back, or of another ward: SR41."""
    fits = all(
        person.resident_no is None
        or (within_city if gone is None else _is_certainly_of(gone, person) or _born_alike(gone, person))
        for person, gone in zip(persons, before, strict=True)
    )
    ids = [gone.resident_id for gone in before if gone is not None]
    return acts.require((SR41, fits and len(set(ids)) == len(ids)))


def _born_alike(gone: Held, person: Person) -> bool:
    return gone.record.birth_date == person.birth_date


def take_number(act: Act, person: Person, gone: Held | None) -> str | None:
    """The number of who comes back (specification 4.1.1.2), whose record of before is set aside; or of another ward."""
    if gone is None:
        return person.resident_no
    number = gone.resident_no.partition("/")[0]
    residents.set_aside(act.tx, number)
    return number


def decide_alike(act: Act, filing: MoveInFiling, before: Sequence[Held | None]) -> Decision:
    """Whether somebody who states no code may be recorded here already, or anybody have been before: I8, I9."""
    uncoded = [person for person in filing.persons if person.code is None]
    twice = len({(person.name.text, person.birth_date, person.sex) for person in uncoded}) < len(uncoded)
    here = twice or any(_alike(act, person, present=True) for person in uncoded)
    new = [person for person, gone in zip(filing.persons, before, strict=True) if gone is None]
    left = any(_alike(act, person, present=False) for person in new)
    if filing.although_alike:
        return Permitted((), (*((_ALIKE,) if here else ()), *((_LEFT_ALIKE,) if left else ())))
    return acts.require((I8, not here), (I9, not left))


def _alike(act: Act, person: Person, *, present: bool) -> bool:
    found = (
        residents.present_by_facts(act.tx, person.name.text, person.birth_date)
        if present
        else residents.left_by_facts(act.tx, person.name.text, person.birth_date)
    )
    return any(held.record.sex is person.sex for held in found)


def decide_unreported(filing: MoveInFiling) -> Decision:
    """Whether what is said of an earlier move that nobody notified fits together: I10."""
    last, previous = filing.last_registered_address, filing.previous_address
    return acts.require((I10, last is None or (previous is not None and previous != last)))


def decide_numbers(act: Act, filing: MoveInFiling, before: Sequence[Held | None]) -> Decision:
    """Whether everybody comes with the right resident number: OU2, OU3 between the wards of a city, and SR41.

    ``before``: the deleted record here of each who comes back.
    """
    within_city = act.ctx.is_of_this_city(left(act, filing))
    stated = [person.resident_no for person in filing.persons if person.resident_no]
    twice = len(set(stated)) < len(stated)
    return acts.every(
        _decide_returning(filing.persons, before, within_city=within_city),
        *(
            wards.decide_kept_number(
                within_city=within_city,
                stated=person.resident_no is not None or gone is not None,
                others=within_city and (twice or (gone is None and _is_taken(act, person))),
            )
            for person, gone in zip(filing.persons, before, strict=True)
        ),
    )


def _is_taken(act: Act, person: Person) -> bool:
    return person.resident_no is not None and residents.has_number(act.tx, person.resident_no)


def previous_address(filing: MoveInFiling) -> Place | None:
    """The previous address as it is recorded: marked where nobody notified the move to it."""
    previous = filing.previous_address
    if previous is None or filing.last_registered_address is None or previous.text.endswith(UNREPORTED):
        return previous
    return replace(previous, text=previous.text + UNREPORTED)


def remark_unreported(act: Act, held: Held) -> None:
    """Remark beside a new record that the move before was not notified, and to where it was (4.1.1.4, 4.2.1.1)."""
    previous = held.record.previous_address
    if previous is not None and held.record.last_registered_address is not None:
        notes.remark(act, held, held.history_no, f"未届転入　転入前住所　{previous.text}")


def left(act: Act, filing: MoveInFiling) -> MunicipalityCode | None:
    """The municipality whose record was left and which is to be told (Act Art. 9(1)): that of last registration.

    None where the person comes from abroad, or comes back here. A certificate may bear a code that has ended since:
    then it is the municipality of whose area the place is a part today.
    """
    place = filing.last_registered_address or filing.previous_address
    there = mergers.code_on(place.municipality, act.today) if place and place.municipality else None
    return None if there == act.ctx.municipality else there
