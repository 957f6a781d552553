"""The book of supplies: every supply of the days asked for, and nothing that was none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.supply.asking import (
    AFFAIR,
    CODES,
    DAY,
    PENSION,
    ask,
    ask_all,
    hanako,
    linh,
    load,
    query,
)
from typer.testing import CliRunner, Result

from jukinet.cli import office
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.services.context import Context
from jukinet.services.supply.book import BY_LINE, Supplies, draw_book
from jukinet.testing.federation import CLERK, Federation

pytestmark = pytest.mark.core

NEXT = date(2013, 7, 9)


def organ(slug: OrganSlug) -> str:
    return f"urn:jukinet:organ:{slug}"


def run(federation: Federation, *words: str, operator: str = "sato") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(NATIONAL)

    arguments = ["supplies", "--as", operator, *words]
    return CliRunner().invoke(office.make_audit_app(opened), arguments)


@case("Act Art. 30-21")
def test_the_book_has_recipient_day_number_and_way_of_every_supply(federation: Federation) -> None:
    load(federation, hanako(), linh())
    ask_all(federation, [query(), query(request_id="request-0002", code=str(CODES[1]))])
    nobody = query(request_id="request-0003", code=str(CODES[9]))
    refused = query(request_id="request-0004", affair="t1-41-1")
    ask_all(federation, [nobody, refused])
    federation.set_date(NEXT)
    ask(federation, query(request_id="request-0005"))
    ctx = federation.context(NATIONAL)
    of_both = (
        Supplies(DAY, organ(PENSION), AFFAIR, 2, BY_LINE),
        Supplies(NEXT, organ(PENSION), AFFAIR, 1, BY_LINE),
    )
    assert draw_book(ctx, CLERK, DAY, NEXT) == of_both
    assert draw_book(ctx, CLERK, DAY, DAY) == of_both[:1]
    assert draw_book(ctx, CLERK, NEXT, NEXT) == of_both[1:]
    assert draw_book(ctx, CLERK, date(2012, 7, 9), date(2013, 7, 7)) == ()
    looks = counter.audit(federation, NATIONAL, "audit:entries:read")
    assert len(looks) == 4


def test_it_is_printed_and_names_nobody(federation: Federation) -> None:
    load(federation, hanako())
    ask(federation, query())
    days = ("--from", "2013-07-08", "--to", "2013-07-08")
    printed = run(federation, *days)
    assert (printed.exit_code, printed.output) == (
        0,
        f"2013-07-08  organ:{PENSION}  {AFFAIR}  1  by-line\n",
    )
    assert json.loads(run(federation, *days, "--json").output) == {
        "supplies": [
            {"on": "2013-07-08", "organ": organ(PENSION), "affair": AFFAIR, "persons": 1, "way": "by-line"}
        ]
    }
    assert run(federation, "--from", "2013-07-09", "--to", "2013-07-09").output == "Nothing was supplied.\n"
    assert run(federation, "--from", "2013-07-09", "--to", "soon").exit_code == 2
    assert run(federation, *days, operator="nobody").exit_code == 3


def test_only_an_operator_who_may_draws_it(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        NATIONAL,
        "audit:entries:read",
        Permission.AUDIT_ENTRIES_READ,
        lambda ctx, claim: draw_book(ctx, claim, DAY, NEXT),
    )
