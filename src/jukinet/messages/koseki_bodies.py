"""What mayors tell each other about the koseki (戸籍): M9 and what comes back of it (Act Art. 19), M10 (Art. 9(2)).

Owns the three shapes on the wire. M9 holds the items of the supplementary register (戸籍の附票, Art. 17) and no other:
no code, no household, no date of birth. M10 holds what is to be recorded of one event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Koseki
from jukinet.domain.persons import Address, Private, Sex
from jukinet.domain.reading import Fields
from jukinet.messages.ids import parse_id
from jukinet.messages.wire import parse_member, present, read_address, write_address


@dataclass(frozen=True, slots=True, repr=False)
class KosekiNotice(Private):
    """M9, 戸籍附票記載事項通知 (Art. 19(1)). ``address`` None: the person has none here from ``since`` on."""

    koseki: Koseki
    name: str
    address: Address | None
    since: date


class MismatchReason(StrEnum):
    """In what a notice does not fit the koseki (Art. 19(2))."""

    NO_SUCH_KOSEKI = "no-such-koseki"
    NOT_IN_KOSEKI = "not-in-koseki"
    NAME_DIFFERS = "name-differs"


@dataclass(frozen=True, slots=True)
class KosekiMismatch:
    """The fact that a notice does not fit (Art. 19(2)). ``notice``: the id of its statement."""

    notice: str
    reason: MismatchReason


class KosekiEvent(StrEnum):
    """What was filed or recorded in a koseki (Art. 9(2))."""

    BIRTH = "birth"
    DEATH = "death"
    DISAPPEARED = "disappeared"
    """失踪宣告: a ruling of disappearance"""
    NAME = "name"
    KOSEKI = "koseki"
    """Another koseki: marriage, adoption, transfer of the domicile"""


@dataclass(frozen=True, slots=True, repr=False)
class Parent(Private):
    """In whose household a child that was born is recorded."""

    name: str
    birth_date: PartialDate


@dataclass(frozen=True, slots=True, repr=False)
class KosekiMatter(Private):
    """M10 (Art. 9(2)): who lives at the addressee's, what happened, and what is to be recorded of it.

    ``filed_on``: the day of the filing, or of the entry in the koseki. ``sex`` and ``parent`` are of a birth.
    """

    name: str
    birth_date: PartialDate
    address: Address
    event: KosekiEvent
    occurred_on: date
    new_name: str | None = None
    new_koseki: Koseki | None = None
    filed_on: date | None = None
    sex: Sex | None = None
    parent: Parent | None = None


def write_notice(notice: KosekiNotice) -> dict[str, Any]:
    return present(
        koseki=_write_koseki(notice.koseki),
        name=notice.name,
        address=write_address(notice.address) if notice.address else None,
        since=notice.since.isoformat(),
    )


def read_notice(fields: Fields) -> KosekiNotice:
    return KosekiNotice(
        koseki=fields.object("koseki", _read_koseki),
        name=fields.text("name"),
        address=fields.optional_object("address", read_address),
        since=fields.date("since"),
    )


def write_mismatch(mismatch: KosekiMismatch) -> dict[str, Any]:
    return {"notice": mismatch.notice, "reason": mismatch.reason.value}


def read_mismatch(fields: Fields) -> KosekiMismatch:
    return KosekiMismatch(
        fields.take("notice", parse_id), fields.take("reason", parse_member(MismatchReason))
    )


def write_matter(matter: KosekiMatter) -> dict[str, Any]:
    return present(
        name=matter.name,
        birth_date=matter.birth_date.text,
        address=write_address(matter.address),
        event=matter.event.value,
        occurred_on=matter.occurred_on.isoformat(),
        new_name=matter.new_name,
        new_koseki=_write_koseki(matter.new_koseki) if matter.new_koseki else None,
        filed_on=matter.filed_on.isoformat() if matter.filed_on else None,
        sex=matter.sex.value if matter.sex else None,
        parent=_write_parent(matter.parent) if matter.parent else None,
    )


def read_matter(fields: Fields) -> KosekiMatter:
    return KosekiMatter(
        name=fields.text("name"),
        birth_date=fields.take("birth_date", PartialDate.parse),
        address=fields.object("address", read_address),
        event=fields.take("event", parse_member(KosekiEvent)),
        occurred_on=fields.date("occurred_on"),
        new_name=fields.optional_text("new_name"),
        new_koseki=fields.optional_object("new_koseki", _read_koseki),
        filed_on=fields.optional_date("filed_on"),
        sex=fields.optional("sex", parse_member(Sex)),
        parent=fields.optional_object("parent", _read_parent),
    )


def _write_parent(parent: Parent) -> dict[str, Any]:
    return {"name": parent.name, "birth_date": parent.birth_date.text}


def _read_parent(fields: Fields) -> Parent:
    return Parent(fields.text("name"), fields.take("birth_date", PartialDate.parse))


def _write_koseki(koseki: Koseki) -> dict[str, Any]:
    return {"domicile": koseki.domicile, "head": koseki.head}


def _read_koseki(fields: Fields) -> Koseki:
    return Koseki(fields.text("domicile"), fields.text("head"))
