"""An answer of the supply desk as it stands on the wire."""

from __future__ import annotations

from typing import Any

import msgspec

from jukinet.law.supply import Result
from jukinet.services.supply.lookups import POLICIES, Verification
from jukinet.store.supply import Told

SIZE = 4096
"""Bytes of an answer that finds nobody: who was never there, who is blocked and who is told of as history alone cannot
be told apart by the length of what goes over the line.

Eight earlier notices, of usual length, have room in it; of a code that had more within the five years that they are
kept the answer is twice as long, or more.
"""

_POLICIES = list(POLICIES)
_ENCODER = msgspec.json.Encoder(order="sorted")


def dump_answer(answer: Verification) -> bytes:
    """The body of a 200 answer. What follows the JSON is spaces, which no reader of JSON minds."""
    body = _ENCODER.encode(write_answer(answer))
    if answer.result is Result.FOUND:
        return body
    return body.ljust(-(-len(body) // SIZE) * SIZE)


def write_answer(answer: Verification) -> dict[str, Any]:
    """An answer as plain values; empty fields are left out."""
    plain: dict[str, Any] = {
        "request_id": answer.request_id,
        "result": answer.result.value,
        "basis": answer.basis,
    }
    if answer.reason is not None:
        plain["reason"] = answer.reason.value
    if answer.person is not None:
        plain["person"] = _write(answer.person)
    if answer.promise is not None:
        plain["promise"] = answer.promise.to_plain()
    if answer.history:
        plain["history"] = [_write(told) for told in answer.history]
        plain["policy"] = _POLICIES
    return plain


def _write(told: Told) -> dict[str, Any]:
    address = {"municipality": told.address_in, "text": told.address}
    if told.building is not None:
        address["building"] = told.building
    plain: dict[str, Any] = {
        "name": told.name,
        "birth_date": told.birth_date,
        "sex": told.sex,
        "address": address,
        "code": told.code,
        "change": {
            "kind": told.change_kind,
            "reason": told.change_reason,
            "occurred_on": told.changed_on,
        },
    }
    if told.nickname is not None:
        plain["nickname"] = told.nickname
    return plain
