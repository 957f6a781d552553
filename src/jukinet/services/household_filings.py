"""What a clerk enters for a change of household: one value an act, read strictly, with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from jukinet.domain.additions import Added
from jukinet.domain.numbers import check_number
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.domain.relationship import check_relationship
from jukinet.law.ex_officio import Basis
from jukinet.law.kinship import KinshipProof
from jukinet.law.notifications import Notifier
from jukinet.services.added import read_added
from jukinet.services.notifying import read_origin
from jukinet.services.stay_items import member


@dataclass(frozen=True, slots=True)
class Member:
    """A member with the relationship to the householder that holds from the change on, and what proves it."""

    resident_no: str
    relationship: str
    kinship: KinshipProof | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HouseholdFiling(Private):
    """世帯変更届. ``movers`` change the household; ``others`` stay where they are with another relationship.

    ``into``: the household that is joined; None makes a new one. ``basis``: on what ground nobody needs to notify it.
    """

    movers: tuple[Member, ...]
    changed_on: date
    filed_on: date
    into: str | None = None
    others: tuple[Member, ...] = ()
    additions: tuple[Added, ...] = ()
    notified_by: Notifier | None = field(kw_only=True)
    basis: Basis | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, repr=False)
class HouseholderFiling(Private):
    """世帯主変更. ``members``: everybody whose relationship changes, the new householder among them."""

    household_number: str
    members: tuple[Member, ...]
    changed_on: date
    filed_on: date
    additions: tuple[Added, ...] = ()
    notified_by: Notifier | None = field(kw_only=True)
    basis: Basis | None = field(default=None, kw_only=True)


def _read_member(fields: Fields) -> Member:
    return Member(
        resident_no=fields.take("resident_no", check_number),
        relationship=fields.take("relationship", check_relationship),
        kinship=fields.optional("kinship", member(KinshipProof)),
    )


def _read_members(fields: Fields, name: str, *, needed: bool = True) -> tuple[Member, ...]:
    if not needed and not fields.has(name):
        fields.raw(name)
        return ()
    members = fields.each(name, _read_member, most=50)
    if needed and not members:
        fields.fault(name, "must name at least one person")
    return members


def _read(data: object, *, joins: bool) -> HouseholdFiling:
    with reading(data) as fields:
        movers = _read_members(fields, "movers")
        others = _read_members(fields, "others", needed=False)
        numbers = [one.resident_no for one in (*movers, *others)]
        filing = HouseholdFiling(
            movers=movers,
            others=others,
            additions=read_added(fields, numbers),
            changed_on=fields.date("changed_on"),
            filed_on=fields.date("filed_on"),
            into=fields.take("into", check_number) if joins else None,
            **read_origin(fields),
        )
        if len(set(numbers)) < len(numbers):
            fields.fault("others", "must not name anybody twice")
        return filing


def read_split(data: object) -> HouseholdFiling:
    return _read(data, joins=False)


def read_joining(data: object) -> HouseholdFiling:
    return _read(data, joins=True)


def read_householder(data: object) -> HouseholderFiling:
    with reading(data) as fields:
        members = _read_members(fields, "members")
        return HouseholderFiling(
            household_number=fields.take("household_number", check_number),
            members=members,
            additions=read_added(fields, [one.resident_no for one in members]),
            changed_on=fields.date("changed_on"),
            filed_on=fields.date("filed_on"),
            **read_origin(fields),
        )
