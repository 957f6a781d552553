"""An answer of the supply desk as it stands on the wire."""

from __future__ import annotations

from typing import Any

from jukinet.messages.wire import write_address
from jukinet.services.supply.lookups import POLICIES, Verification
from jukinet.store.supply import Told


def write_answer(answer: Verification) -> dict[str, Any]:
    """The body of a 200 answer; empty fields are left out."""
    plain: dict[str, Any] = {
        "request_id": answer.request_id,
        "result": answer.result.value,
        "reason": answer.reason.value if answer.reason else None,
        "person": _write(answer.person) if answer.person else None,
        "history": [_write(told) for told in answer.history] or None,
        "basis": list(answer.basis),
        "policy": list(POLICIES) if answer.history else None,
        "promise": answer.promise.to_plain() if answer.promise else None,
    }
    return {name: value for name, value in plain.items() if value is not None}


def _write(told: Told) -> dict[str, Any]:
    facts = told.facts
    plain: dict[str, Any] = {
        "name": facts.name,
        "nickname": facts.nickname,
        "birth_date": str(facts.birth_date),
        "sex": facts.sex.value,
        "address": write_address(facts.address),
        "code": str(facts.code) if facts.code else None,
        "change": {
            "kind": told.kind.value,
            "reason": told.reason.value,
            "occurred_on": told.occurred_on.isoformat(),
        },
    }
    return {name: value for name, value in plain.items() if value is not None}
