"""The book of supplies: every supply of the days asked for, and nothing that was none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, erasing
from tests.services.supply.asking import (
    AFFAIR,
    CODES,
    DAY,
    PENSION,
    UNLIMITED,
    ask,
    ask_all,
    hanako,
    linh,
    load,
    query,
)
from tests.services.supply.batching import ASKED, codes_csv, submitted
from tests.services.supply.batching import run as run_batch
from typer.testing import CliRunner, Result

from jukinet.audit.events import AuditEvent
from jukinet.cli import office
from jukinet.domain.batches import Way
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services.analyses import Finding, Kind, analyse
from jukinet.services.context import JAPAN, Context
from jukinet.services.supply import batch_door, batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.services.supply.book import Supplies, draw_book
from jukinet.services.supply.signatures import Checked
from jukinet.services.supply.yearly import Line, draw_report
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

NEXT = date(2013, 7, 9)


def organ(slug: OrganSlug) -> str:
    return f"urn:jukinet:organ:{slug}"


def run(federation: Federation, *words: str, operator: str = "sato", group: bool = False) -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(NATIONAL)

    arguments = words if group else ["supplies", "--as", operator, *words]
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
        Supplies(DAY, organ(PENSION), AFFAIR, 2, Way.LINE),
        Supplies(NEXT, organ(PENSION), AFFAIR, 1, Way.LINE),
    )
    assert draw_book(ctx, CLERK, DAY, NEXT) == of_both
    assert draw_book(ctx, CLERK, DAY, DAY) == of_both[:1]
    assert draw_book(ctx, CLERK, NEXT, NEXT) == of_both[1:]
    assert draw_book(ctx, CLERK, date(2012, 7, 9), date(2013, 7, 7)) == ()
    looks = counter.audit(federation, NATIONAL, "audit:entries:read")
    assert len(looks) == 4


@case("Act Art. 30-21", "Reg. Art. 27")
def test_batches_are_counted_row_by_row_in_the_way_in_which_they_came(
    federation: Federation, tmp_path: Path
) -> None:
    load(federation, hanako(), linh())
    ask(federation, query())
    files = BatchFiles(tmp_path / "batches")
    on_media = submitted(federation, files, codes_csv([CODES[0], CODES[1], "x", CODES[5]])).batch
    run_batch(federation, files, on_media.id)
    by_line = replace(ASKED, way=Way.LINE, rows=3)
    data = codes_csv([CODES[0], CODES[0], CODES[6]])
    door = federation.context(NATIONAL, "supply")
    declared = batch_door.declare(door, Checked(), by_line, hashlib.sha256(data).digest())
    assert isinstance(declared, Submitted)
    with files.receiving(declared.batch.id) as incoming:
        incoming.write(data)
    batch_door.take(door, PENSION, declared.batch.id)
    worker = federation.context(NATIONAL, "worker")
    for _checked_and_answered in range(2):
        assert batch_run.step(worker, files, declared.batch.id, most=1, parts=1)
    federation.set_date(NEXT)
    run_batch(federation, files, declared.batch.id, most=1)
    nobody = submitted(federation, files, codes_csv([CODES[7]])).batch
    run_batch(federation, files, nobody.id)
    ctx = federation.context(NATIONAL)
    assert draw_book(ctx, CLERK, DAY, DAY) == (
        Supplies(DAY, organ(PENSION), AFFAIR, 2, Way.LINE),
        Supplies(DAY, organ(PENSION), AFFAIR, 2, Way.MEDIA),
    )
    assert draw_book(ctx, CLERK, NEXT, NEXT) == (Supplies(NEXT, organ(PENSION), AFFAIR, 1, Way.LINE),)
    name = ctx.directory().organ(PENSION).name  # type: ignore[union-attr]
    assert draw_report(ctx, CLERK, 2013) == (
        Line(organ(PENSION), name, date(2013, 7, 1), 3, Way.LINE),
        Line(organ(PENSION), name, date(2013, 7, 1), 2, Way.MEDIA),
    )
    printed = run(federation, "report", "--as", "sato", "--year", "2013", group=True).output
    assert "2 | 磁気ディスクの送付" in printed


@case("Act Art. 30-21", "Reg. Art. 31(1), (2)")
def test_the_book_outlives_the_entries_and_batches_that_it_is_drawn_from(
    federation: Federation, tmp_path: Path
) -> None:
    load(federation, hanako(), linh())
    files = BatchFiles(tmp_path / "batches")
    ask_all(federation, [query(), query(request_id="request-0002", code=str(CODES[1]))])
    batch = submitted(federation, files, codes_csv([CODES[0], CODES[1], CODES[5]])).batch
    run_batch(federation, files, batch.id, most=1)
    ctx = federation.context(NATIONAL)
    book, report = draw_book(ctx, CLERK, DAY, NEXT), draw_report(ctx, CLERK, 2013)
    assert [(one.persons, one.way) for one in book] == [(2, Way.LINE), (2, Way.MEDIA)]  # type: ignore[union-attr]
    erasing.turn(federation, date(2020, 8, 1))
    erasing.erase(federation, NATIONAL)
    for table in ("audit_entries WHERE event = 'supply:query:answered'", "supply_batch_parts"):
        assert counter.owner_rows(federation, NATIONAL, f"SELECT 1 FROM {table}") == []
    assert draw_book(ctx, CLERK, DAY, NEXT) == book
    assert draw_report(ctx, CLERK, 2013) == report
    ask(federation, query(request_id="request-0003"))
    today = date(2020, 8, 1)
    assert [one.persons for one in draw_book(ctx, CLERK, today, today)] == [1]  # type: ignore[union-attr]


@case("spec 10.2")
def test_rows_of_batches_count_in_the_analyses_like_single_requests(
    federation: Federation, tmp_path: Path
) -> None:
    """Just as many as stand out, half of them by batches: of one operator, and of one person."""
    load(federation, hanako())
    ctx, files = federation.context(NATIONAL), BatchFiles(tmp_path / "batches")
    day = ctx.now().astimezone(JAPAN).date()

    def found() -> list[Finding]:
        outcome = analyse(ctx, CLERK, day, day)
        assert not isinstance(outcome, Refused)
        return [one for one in outcome if one.kind in {Kind.PEOPLE_BY_ONE, Kind.LOOKS_AT_ONE}]

    batch = submitted(federation, files, codes_csv([CODES[0]] * 18)).batch
    run_batch(federation, files, batch.id, most=20)
    ask(federation, query())
    assert found() == []
    ask(federation, query(request_id="request-0002"))
    (looked,) = found()
    (*_, last) = counter.audit(federation, NATIONAL, AuditEvent.SUPPLIED)
    assert looked == Finding(Kind.LOOKS_AT_ONE, day, None, 20, last["entry_id"])
    for rows, told in ((180, [Kind.LOOKS_AT_ONE]), (1, [Kind.PEOPLE_BY_ONE, Kind.LOOKS_AT_ONE])):
        more = submitted(federation, files, codes_csv([CODES[0]] * rows)).batch
        run_batch(federation, files, more.id, most=200, limits=UNLIMITED)
        assert [one.kind for one in found()] == told
    # 199 rows of batches, and one person in single requests.
    assert found()[0] == Finding(Kind.PEOPLE_BY_ONE, day, f"{organ(PENSION)} clerk-7", 200)


def test_a_municipality_has_no_batches_and_an_empty_book(federation: Federation) -> None:
    assert draw_book(federation.context(KUNITACHI.node_id), CLERK, DAY, DAY) == ()


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


@case("Act Art. 30-11(6)", "Reg. Art. 27")
def test_the_yearly_report_has_organ_month_number_and_way_of_table_1(federation: Federation) -> None:
    load(federation, hanako(), linh())
    ask_all(federation, [query(), query(request_id="request-0002", code=str(CODES[1]))])
    ask(federation, query(request_id="request-0003", affair="t1-41-1"))
    federation.set_date(date(2013, 8, 1))
    ask(federation, query(request_id="request-0004"))
    with counter.owner(federation, NATIONAL) as connection:
        connection.execute(
            "INSERT INTO audit_entries (at, business_on, event, outcome, actor, affair, rules, salt, leaf)"
            " SELECT at, business_on, event, outcome, actor, 't2-1-1', rules, salt, leaf FROM audit_entries"
            " WHERE event = 'supply:query:answered'"
        )
    ctx = federation.context(NATIONAL)
    name = ctx.directory().organ(PENSION).name  # type: ignore[union-attr]
    assert draw_report(ctx, CLERK, 2013) == (
        Line(organ(PENSION), name, date(2013, 7, 1), 2, Way.LINE),
        Line(organ(PENSION), name, date(2013, 8, 1), 1, Way.LINE),
    )
    assert draw_report(ctx, CLERK, 2012) == ()
    drawn = counter.audit(federation, NATIONAL, "audit:yearly-report:drawn")
    assert [one["reference"] for one in drawn] == ["2013", "2012"]
    refused = partial(draw_report, ctx, CLERK, 2014)
    counter.assert_refused(federation, NATIONAL, "audit:yearly-report:drawn", refused, "AC2")
    there = federation.context(NodeId("pref-13"))
    elsewhere = partial(draw_report, there, CLERK, 2013)
    counter.assert_refused(federation, NodeId("pref-13"), "audit:yearly-report:drawn", elsewhere, "AC1")


def test_the_report_is_printed_as_it_is_published(federation: Federation) -> None:
    load(federation, hanako())
    ask(federation, query())
    command = ("report", "--as", "sato", "--year", "2013")
    printed = run(federation, *command, group=True)
    assert printed.exit_code == 0
    assert printed.output.splitlines()[1:][1].endswith(" | 2013年7月 | 1 | 電気通信回線")
    (line,) = json.loads(run(federation, *command, "--json", group=True).output)["report"]
    assert (line["month"], line["persons"], line["way"]) == ("2013-07", 1, "by-line")


def test_only_an_operator_who_may_draws_it(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        NATIONAL,
        "audit:entries:read",
        Permission.AUDIT_ENTRIES_READ,
        lambda ctx, claim: draw_book(ctx, claim, DAY, NEXT),
    )
