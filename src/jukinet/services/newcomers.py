"""Who comes new to the register: whether they may have been here before, and where they were recorded last.

Owns the look for somebody alike, the resident number that is kept between the wards of a city, and of who did not
report a move (未届) the place of last registration and a remark.
The acts that record newcomers are in ``jukinet.services.moves``, ``becoming_eligible`` and ``ex_officio``.
"""

from __future__ import annotations

from dataclasses import replace

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
    "Somebody of this name, birth date and sex was recorded here and left. If it is they, state the code of that "
    "record; file again with although_alike if it is another person, or had no code.",
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
    "Somebody of the same name, birth date and sex was recorded here and left; filed without their code.",
)

_NUMBER_BACK = Remark(
    "Resident-record specification 1.1.13",
    "The resident number of the other ward is that of this person's earlier record here: a new one was given.",
)

UNREPORTED = "（未届）"
"""What stands at the end of a previous address that nobody notified (specification 4.1.1.4)."""


def decide_alike(act: Act, filing: MoveInFiling) -> Decision:
    """Whether somebody who states no code may be recorded here already, or have been before: I8, I9."""
    uncoded = [person for person in filing.persons if person.code is None]
    twice = len({(person.name.text, person.birth_date, person.sex) for person in uncoded}) < len(uncoded)
    here = twice or any(_alike(act, person, present=True) for person in uncoded)
    left = any(_alike(act, person, present=False) for person in uncoded)
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


def decide_numbers(act: Act, filing: MoveInFiling) -> Decision:
    """Whether everybody comes with the resident number that is kept between the wards of a city: OU2, OU3."""
    there = left(act, filing)
    within_city = act.ctx.is_of_this_city(there)
    stated = [person.resident_no for person in filing.persons if person.resident_no]
    twice = len(set(stated)) < len(stated)
    return acts.every(
        Permitted(()),
        *(
            wards.decide_kept_number(
                within_city=within_city,
                stated=person.resident_no is not None,
                others=twice or _is_others(act, person),
            )
            for person in filing.persons
        ),
        Permitted((), tuple(_NUMBER_BACK for person in filing.persons if _kept(act, person) is False)),
    )


def _is_others(act: Act, person: Person) -> bool:
    return (
        _kept(act, person) is False and residents.code_under(act.tx, person.resident_no or "") != person.code
    )


def _kept(act: Act, person: Person) -> bool | None:
    """Whether the number that somebody comes with is free here; None where none is stated."""
    if person.resident_no is None:
        return None
    return not residents.has_number(act.tx, person.resident_no)


def kept_number(act: Act, person: Person) -> str | None:
    """The number that somebody keeps; None for a new one, also of who comes back to a record that has it here."""
    return person.resident_no if _kept(act, person) else None


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
