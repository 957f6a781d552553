"""What is asked and answered at ``/supply/v1/change-facts``, for the designated certification body alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.client.answers import known
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.reading import Fields, reading
from jukinet.messages import strict_json
from jukinet.messages.wire import parse_member

MOST_CODES = 500
"""Persons of one request."""
MAX_CHANGES = 1024 * 1024
"""Bytes of one answer."""


class Fact(StrEnum):
    """What came about a record."""

    CORRECTED = "corrected"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, repr=False)
class ChangeFact:
    """That a record was corrected or deleted: ``code`` as it was asked for, ``told_on`` the day of the notice."""

    code: ResidentRecordCode
    fact: Fact
    told_on: date


@dataclass(frozen=True, slots=True, repr=False)
class ChangeAnswer:
    """``next_since``: the day from which to ask the next time, so that nothing is passed over."""

    next_since: date
    facts: tuple[ChangeFact, ...]


def write_change_request(
    request_id: str, operator: str, case: str, since: date, codes: Iterable[ResidentRecordCode]
) -> bytes:
    """A request as it is sent."""
    return strict_json.dump(
        {
            "request_id": request_id,
            "operator": operator,
            "case": case,
            "since": since.isoformat(),
            "codes": [code.text for code in codes],
        }
    )


_ANSWER = {
    **dict.fromkeys(("request_id", "next_since")),
    "facts": [dict.fromkeys(("code", "fact", "told_on"))],
}


def read_change_answer(data: bytes, request_id: str) -> ChangeAnswer:
    """Read a 200 answer to the request of this id; raises MALFORMED, with faults, if it is not one."""
    try:
        with reading(known(strict_json.parse(data, limit=MAX_CHANGES), _ANSWER)) as fields:
            if fields.text("request_id") != request_id:
                fields.fault("request_id", "must be that of the request")
            return ChangeAnswer(fields.date("next_since"), fields.each("facts", _read))
    except JukinetError as error:
        raise JukinetError(
            ErrorKind.MALFORMED, "The node's answer is not understood.", error.faults
        ) from error


def _read(fields: Fields) -> ChangeFact:
    return ChangeFact(
        code=fields.take("code", ResidentRecordCode.parse),
        fact=fields.take("fact", parse_member(Fact)),
        told_on=fields.date("told_on"),
    )
