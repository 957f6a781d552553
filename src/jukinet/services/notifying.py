"""Who brings a notification, as the acts ask it; or on what ground there is none (specification 4.2.0.2).

Owns the reading, and the putting of the question; the answer is in ``jukinet.law.notifications``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypedDict

from jukinet.domain.items import HOUSEHOLDER
from jukinet.domain.reading import Fields
from jukinet.law.decisions import Decision
from jukinet.law.ex_officio import Basis, Ground, Telling
from jukinet.law.notifications import (
    AuthorityShown,
    Capacity,
    IdentityShown,
    Matter,
    Notifier,
    Particular,
    decide_notifier,
)
from jukinet.services.acts import Act
from jukinet.services.stay_items import member
from jukinet.store.residents import Held


def read_notifier(fields: Fields) -> Notifier:
    """Who brings a notification."""
    brought = read_bringer(fields)
    if not fields.has("particulars"):
        fields.raw("particulars")
        return brought
    return replace(brought, particulars=fields.texts("particulars", member(Particular), most=len(Particular)))


def read_bringer(fields: Fields) -> Notifier:
    """Who brings anything, an application for a copy among them."""
    notifier = Notifier(
        capacity=fields.take("capacity", member(Capacity)),
        identity=fields.take("identity", member(IdentityShown)),
        in_writing=fields.flag("in_writing"),
        authority=fields.optional("authority", member(AuthorityShown)),
        papers_excused=fields.flag("papers_excused", default=False),
        authority_excused=fields.flag("authority_excused", default=False),
        represented=fields.optional("represented", member(IdentityShown)),
    )
    if notifier.represented and notifier.capacity not in {Capacity.STATUTORY, Capacity.AGENT}:
        fields.fault("represented", "is asked where somebody acts for the person, and only there")
    return notifier


def read_basis(fields: Fields) -> Basis:
    return Basis(
        ground=fields.take("ground", member(Ground)),
        confirmed=fields.flag("confirmed"),
        told=fields.optional("told", member(Telling)),
    )


class Origin(TypedDict):
    """Exactly one of the two."""

    notified_by: Notifier | None
    basis: Basis | None


def read_origin(fields: Fields) -> Origin:
    notified_by = fields.optional_object("notified_by", read_notifier)
    basis = fields.optional_object("basis", read_basis)
    if (notified_by is None) == (basis is None):
        fields.fault("notified_by", "must be given; or basis, where nobody notified, and not both")
    return Origin(notified_by=notified_by, basis=basis)


def decide(
    act: Act,
    notifier: Notifier | None,
    *,
    named: int,
    household: Collection[Held],
    stated: Collection[str] = (),
    newcomers: int = 0,
) -> Decision:
    """Whether a notification was brought as the law asks.

    ``named``: how many persons it names; ``household``: who is recorded in the households concerned; ``stated``:
    relationships that hold after it; ``newcomers``: how many of those named are not in ``household``.
    """
    relationships = {*(held.record.relationship for held in household), *stated}
    members = len({held.resident_id for held in household}) + newcomers
    return decide_notifier(notifier, Matter(named, members, HOUSEHOLDER in relationships), on=act.today)


def decide_application(act: Act, notifier: Notifier, household: Collection[Held]) -> Decision:
    """The same for an application about a nickname, which is about one person (Ord. 30-26(6))."""
    matter = Matter(1, len(household), headed=True, application=True)
    return decide_notifier(notifier, matter, on=act.today)
