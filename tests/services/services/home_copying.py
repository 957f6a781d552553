"""The household of ``copying``, one of whose members asks at home for a copy."""

from __future__ import annotations

from typing import Any

from tests.services.services.copying import settle
from tests.services.supply.asking import ADDRESS

from jukinet.law.decisions import Refused
from jukinet.services.context import Context
from jukinet.services.copy_filings import HomeCopyFiling, read_home_copy
from jukinet.services.home_copies import HomeCopy, issue_home_copy
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

SAKURA, LINH, TARO = "00000000019", "00000000027", "00000000035"
"""Numbers, in the order in which they were loaded."""

ISSUED, AGAIN = "copies:home:issued", "copies:home:given-again"

IN_PERSON = {"capacity": "person", "identity": "driving-licence", "in_writing": True}
BY_AGENT = {
    "capacity": "agent",
    "identity": "passport",
    "in_writing": True,
    "authority": "letter-of-authority",
}


def application(**changes: Any) -> dict[str, Any]:
    """What the clerk enters for the husband, who shows his driving licence."""
    fields = {
        "application_id": "c1" * 16,
        "paper": "copy",
        "resident_no": TARO,
        "name": "渡邉　太郎",
        "address": ADDRESS.full,
        "members": "household",
        "wanted": [],
        "brought_by": IN_PERSON,
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def filing(**changes: Any) -> HomeCopyFiling:
    return read_home_copy(application(**changes))


def at_home(federation: Federation) -> Context:
    """The office, with the household recorded."""
    settle(federation)
    return federation.context(KUNITACHI)


def issue(
    ctx: Context, asked: HomeCopyFiling, claim: OperatorClaim = CLERK, *, printable: bool = True
) -> HomeCopy | Refused:
    return issue_home_copy(ctx, claim, asked, lambda _: int(printable))


def issued(ctx: Context, **changes: Any) -> HomeCopy:
    done = issue(ctx, filing(**changes))
    assert isinstance(done, HomeCopy), done
    return done
