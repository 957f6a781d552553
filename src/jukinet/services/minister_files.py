"""The file in which notices from the Minister of Justice (M13) come: one JSON object a line.

Owns the reading. The line to the Minister's terminal and its layout are not public (Ord. 30-31), so the form is our
own: docs/reference/minister-notices.md. A file with one bad line is refused whole, with the line and the field.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, Fault, JukinetError, invalid
from jukinet.domain.items import ForeignItems, PersonName
from jukinet.domain.matching import query_name_key
from jukinet.domain.persons import Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.messages import strict_json
from jukinet.services.filings import read_name
from jukinet.services.stay_items import member, parse_nationality, read_stay

MOST_LINES = 10_000
LONGEST_LINE = 16 * 1024
LONGEST_FILE = 32 * 1024 * 1024

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class NoticeKind(StrEnum):
    """What the Minister learned."""

    CHANGE = "change"
    """An item changed on a day."""
    CORRECTION = "correction"
    """An item was wrong from a day on."""
    ENDED = "ended"
    """The person belongs to no class of Art. 30-45 any more: the stay ended, or a status without a record began."""


@dataclass(frozen=True, slots=True, repr=False)
class About(Private):
    """Whom a notice is about, as they were recorded until now."""

    name: str
    birth_date: PartialDate
    sex: Sex
    nationality: str
    document_number: str | None


@dataclass(frozen=True, slots=True, repr=False)
class NewItems(Private):
    """What holds from now on; None where nothing changed. ``stay`` is the whole of the class's items."""

    name: PersonName | None
    birth_date: PartialDate | None
    sex: Sex | None
    nationality: str | None
    stay: ForeignItems | None


@dataclass(frozen=True, slots=True, repr=False)
class MinisterNotice(Private):
    """法務大臣からの通知 (Act Art. 30-50)."""

    notice_id: str
    issued_on: date
    kind: NoticeKind
    occurred_on: date
    about: About
    items: NewItems | None
    digest: bytes


def read_file(data: bytes) -> tuple[MinisterNotice, ...]:
    """Every notice of a file, in its order; INVALID with each fault of each line."""
    if len(data) > LONGEST_FILE:
        raise JukinetError(ErrorKind.TOO_LARGE, f"The file is larger than {LONGEST_FILE} bytes.")
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if not 0 < len(lines) <= MOST_LINES:
        raise invalid(Fault("file", f"must hold from 1 to {MOST_LINES} notices, one a line"))
    notices: list[MinisterNotice] = []
    faults: list[Fault] = []
    for number, line in lines:
        try:
            notices.append(_read_line(line))
        except JukinetError as error:
            found = error.faults or (Fault("", error.message),)
            faults += [Fault(f"line {number} {fault.field}".strip(), fault.problem) for fault in found]
    if faults:
        raise invalid(*faults)
    return tuple(notices)


def _read_line(line: bytes) -> MinisterNotice:
    data = strict_json.parse(line, limit=LONGEST_LINE)
    digest = hashlib.sha256(strict_json.dump(data)).digest()
    with reading(data) as fields:
        notice = MinisterNotice(
            notice_id=fields.take("notice_id", _parse_number),
            issued_on=fields.date("issued_on"),
            kind=fields.take("kind", member(NoticeKind)),
            occurred_on=fields.date("occurred_on"),
            about=fields.object("about", _read_about),
            items=fields.optional_object("items", _read_items),
            digest=digest,
        )
        if notice.kind is NoticeKind.ENDED and fields.has("items"):
            fields.fault("items", "must be left out where the stay ended")
        if notice.kind in {NoticeKind.CHANGE, NoticeKind.CORRECTION} and not fields.has("items"):
            fields.fault("items", "is missing")
        return notice


def _parse_number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError("must be 1 to 64 letters, digits, dots, hyphens and underscores")
    return text


def _parse_name(text: str) -> str:
    query_name_key(text)
    return text.strip()


def _read_about(fields: Fields) -> About:
    return About(
        name=fields.take("name", _parse_name),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", member(Sex)),
        nationality=fields.take("nationality", parse_nationality),
        document_number=fields.optional_text("document_number", longest=20),
    )


def _read_items(fields: Fields) -> NewItems:
    if not fields.names():
        fields.fault("", "must name at least one item")
    return NewItems(
        name=fields.optional_object("name", read_name),
        birth_date=fields.optional("birth_date", PartialDate.parse),
        sex=fields.optional("sex", member(Sex)),
        nationality=fields.optional("nationality", parse_nationality),
        stay=fields.optional_object("stay", _read_stay),
    )


def _read_stay(fields: Fields) -> ForeignItems:
    # Nationality and the day of becoming a foreign resident are the record's, and put in there.
    return read_stay(fields, "", date.min)
