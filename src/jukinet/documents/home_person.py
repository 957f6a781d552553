"""One person as a paper issued at home shows them: with what no nationwide copy may hold."""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.domain.items import Koseki, Nickname, Programmes
from jukinet.law.copy_history import Change, Deletion
from jukinet.messages.copies import CopyPerson


@dataclass(frozen=True, slots=True, repr=False)
class HomePerson(CopyPerson):
    """Only what ``jukinet.law.copies`` lets the paper show is here.

    ``nicknames``: every one, the present one last. ``changes``: the history, where it is asked for; ``deletion``: of a
    deleted record; ``remarks``: those on no change, where they are asked for.
    """

    koseki: Koseki | None = None
    voter: bool = False
    programmes: Programmes | None = None
    nicknames: tuple[Nickname, ...] = ()
    changes: tuple[Change, ...] = ()
    deletion: Deletion | None = None
    remarks: tuple[str, ...] = ()
