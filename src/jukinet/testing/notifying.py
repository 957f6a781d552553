"""Who brings the notifications of tests and of the demonstration, where nothing else is said."""

from __future__ import annotations

from jukinet.law.notifications import Capacity, IdentityShown, Notifier

IN_PERSON = Notifier(Capacity.PERSON, IdentityShown.DRIVING_LICENCE, in_writing=True)
BY_HOUSEHOLDER = Notifier(Capacity.HOUSEHOLDER, IdentityShown.DRIVING_LICENCE, in_writing=True)


def brought_for(named: int) -> Notifier:
    """By the person, where one is named; by the householder, where several are."""
    return IN_PERSON if named == 1 else BY_HOUSEHOLDER
