"""Who looked at a person: everything about that person, under every code, and nothing about anybody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.services.services import counter, holding
from tests.services.supply.asking import CODES, ask, by_items, hanako, linh, load, query
from tests.services.supply.batching import codes_csv, submitted
from tests.services.supply.batching import run as run_batch
from typer.testing import CliRunner

from jukinet.cli import office
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.services import access_log, reads, supply_blocks
from jukinet.services.access_log import Look
from jukinet.services.context import Context
from jukinet.services.supply import batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

KUNI = KUNITACHI.node_id
DAY, NEXT = date(2013, 7, 8), date(2013, 7, 9)
TOLD = "An authority asked for identity information"
LOOKED = "Staff looked at the record"
READ = "This log of access was read"


def about(
    federation: Federation, code: ResidentRecordCode, node: NodeId = NATIONAL, *days: date
) -> list[Look]:
    found = access_log.about(federation.context(node), CLERK, code, *days)
    assert not isinstance(found, Refused), found
    return list(found.looks)


def replaced(federation: Federation, code: ResidentRecordCode, node: NodeId = NATIONAL) -> bool:
    found = access_log.about(federation.context(node), CLERK, code)
    assert not isinstance(found, Refused), found
    return found.replaced


def told(looks: list[Look]) -> list[tuple[str, str]]:
    return [(one.what.en, one.result.en) for one in looks if one.what.en in (TOLD, LOOKED, READ)]


def test_at_the_centre_every_code_of_the_person_counts_and_nobody_elses(federation: Federation) -> None:
    load(federation, hanako(), linh())
    ask(federation, query())
    ask(federation, by_items(request_id="request-0002"))
    ask(federation, query(request_id="request-0003", code=str(CODES[1])))
    ask(federation, query(request_id="request-0004", affair="t1-41-1"))
    counter.change_code(federation, KUNITACHI, counter.read(federation, KUNITACHI, CODES[0]))
    federation.run()
    with federation.context(KUNITACHI).begin() as tx:
        (row,) = tx.rows(
            "SELECT code FROM residents WHERE present AND code <> ALL(%(c)s)", c=list(map(str, CODES))
        )
    new = ResidentRecordCode(row["code"])
    ask(federation, query(request_id="request-0005", code=str(new)))
    ask(federation, query(request_id="request-0006"))  # With the old code the history is told.
    looks = about(federation, new)
    assert told(looks) == [
        (TOLD, "told"),
        (TOLD, "told"),
        (TOLD, "refused"),
        (TOLD, "told"),
        (TOLD, "told"),
    ]
    numbers = [one.number or 0 for one in looks]
    assert numbers == sorted(numbers, reverse=True)
    assert told(about(federation, new))[0] == (READ, "done")
    assert told(about(federation, CODES[1])) == [(TOLD, "told")]
    # Who has the old code alone is not told of the new one.
    assert (TOLD, "told") in told(about(federation, CODES[0]))
    assert len([one for one in told(about(federation, CODES[0])) if one[0] == TOLD]) == 4


def test_what_a_batch_told_stands_among_the_entries(federation: Federation, tmp_path: Path) -> None:
    load(federation, hanako(), linh())
    ask(federation, query())
    federation.clock.advance(timedelta(minutes=1))
    files = BatchFiles(tmp_path / "batches")
    data = codes_csv([CODES[1], CODES[0], CODES[5], CODES[0]])
    done = submitted(federation, files, data).batch
    assert batch_run.step(federation.context(NATIONAL, "worker"), files, done.id, most=2, parts=1)
    federation.set_date(NEXT)
    run_batch(federation, files, done.id)
    federation.clock.advance(timedelta(minutes=1))
    ask(federation, query(request_id="request-0002"))
    looks = [one for one in about(federation, CODES[0]) if one.what.en == TOLD]
    assert [(one.number is None, one.row) for one in looks] == [
        (False, None),
        (True, f"{done.id}/000000000004"),
        (True, f"{done.id}/000000000002"),
        (False, None),
    ]
    batch = looks[1]
    single = looks[0]
    assert (batch.who, batch.what, batch.result) == (single.who, single.what, single.result)
    assert batch.affair is not None
    assert [one.row for one in about(federation, CODES[1]) if one.row] == [f"{done.id}/000000000001"]
    assert not [one for one in about(federation, CODES[5]) if one.what.en == TOLD]
    of_day = [
        [one.row for one in about(federation, CODES[0], NATIONAL, day, day) if one.row] for day in (DAY, NEXT)
    ]
    assert of_day == [[f"{done.id}/000000000002"], [f"{done.id}/000000000004"]]


def test_a_code_that_another_person_still_has_is_not_taken_for_a_former_one(federation: Federation) -> None:
    """Two had one code by mistake; one was corrected: what was told of the other stays with the other."""
    load(federation, hanako(), linh())
    ask(federation, query())
    with counter.owner(federation, NATIONAL) as connection:
        connection.execute(
            "UPDATE identity_history SET previous_code = %s WHERE code = %s", (str(CODES[0]), str(CODES[1]))
        )
    assert told(about(federation, CODES[1])) == []


def test_a_block_is_told_as_one_and_not_as_a_supply(federation: Federation) -> None:
    load(federation, hanako())
    ctx, whom = federation.context(NATIONAL), supply_blocks.Whom.person(CODES[0])
    supply_blocks.block(ctx, CLERK, whom, "裁判所の命令")
    supply_blocks.unblock(ctx, CLERK, whom, "命令の取消し")
    looks = about(federation, CODES[0])
    assert [one.what.en for one in looks[:2]] == ["Supply about the person was stopped or let go on"] * 2
    assert TOLD not in [one.what.en for one in looks]


def test_at_the_municipality_looks_count_by_number_too(federation: Federation) -> None:
    first, other = counter.load(federation, KUNITACHI, *([one] for one in (hanako(), linh())))
    ctx = federation.context(KUNITACHI)
    for found in (first, other):
        reads.read_resident(ctx, CLERK, found.resident_no)
    with counter.owner(federation, KUNI) as connection:
        connection.execute(
            "UPDATE audit_entries SET subject_code = NULL WHERE event = 'register:resident:read'"
        )
    counter.change_code(federation, KUNITACHI, first)
    new = counter.read(federation, KUNITACHI, first.resident_no).record.code
    assert new is not None
    assert (LOOKED, "done") in told(about(federation, new, KUNI))
    assert {one.who.en for one in about(federation, new, KUNI)} >= {"staff of this office"}
    mine = [one.number for one in about(federation, new, KUNI)]
    with counter.owner(federation, KUNI) as connection:
        rows = connection.execute(
            "SELECT entry_id FROM audit_entries WHERE resident_no = %s", (other.resident_no,)
        ).fetchall()
    assert rows
    assert not {row["entry_id"] for row in rows} & set(mine)


@pytest.mark.parametrize("replace", [holding.recoded, holding.put_right])
@pytest.mark.parametrize(("level", "rule"), [(Level.ERROR, "V1"), (Level.ALERT, "V2")])
def test_a_hold_on_inquiries_keeps_the_log_back_under_a_code_that_was_replaced_too(
    federation: Federation, replace: holding.Act, level: Level, rule: str
) -> None:
    (found,) = counter.load(federation)
    old, ctx = counter.code_of(found), federation.context(KUNITACHI)
    (number,) = holding.hold(federation, found, holding.terms(Process.INQUIRY, level))
    counter.registered(replace(ctx, holding.SEEN, found))
    (row,) = counter.owner_rows(federation, KUNI, "SELECT code FROM residents")
    for code in (old, ResidentRecordCode(row["code"])):
        act = partial(access_log.about, ctx, CLERK, code)
        counter.assert_refused(federation, KUNITACHI, "audit:access-log:read", act, rule)
        entry = counter.audit(federation, KUNITACHI)[-1]
        assert (entry["resident_no"], entry["subject_code"]) == (found.resident_no, str(code))
    holding.lift(federation, number)
    assert (READ, "refused") in told(about(federation, old, KUNI))
    counter.assert_refused(
        federation, KUNITACHI, "audit:access-log:read", lambda: access_log.about(ctx, CLERK, old), rule
    )


def test_who_asks_with_a_code_that_was_replaced_is_told_that_there_is_more(federation: Federation) -> None:
    (found,) = counter.load(federation)
    old = counter.code_of(found)
    for node in (KUNI, NATIONAL):
        assert not replaced(federation, old, node)
    counter.change_code(federation, KUNITACHI, found)
    federation.run()
    new = counter.code_of(counter.read(federation, KUNITACHI, found.resident_no))
    for node in (KUNI, NATIONAL):
        assert replaced(federation, old, node)
        assert not replaced(federation, new, node)
        assert not replaced(federation, CODES[5], node)
    counter.read(federation, KUNITACHI, found.resident_no)
    before, after = (told(about(federation, code, KUNI)).count((LOOKED, "done")) for code in (old, new))
    assert before < after
    printed = run(federation, f"{old}\n")[1]
    assert "The code was replaced by another one: there may be more under that." in printed
    assert json.loads(run(federation, f"{old}\n", "--json")[1])["replaced"] is True
    assert "replaced" not in run(federation, f"{new}\n")[1]


def test_days_can_be_named(federation: Federation) -> None:
    load(federation, hanako())
    ask(federation, query())
    federation.set_date(date(2013, 7, 9))
    ask(federation, query(request_id="request-0002"))
    first, second = date(2013, 7, 8), date(2013, 7, 9)
    assert len(told(about(federation, CODES[0], NATIONAL, first, first))) == 1
    assert (
        len([one for one in about(federation, CODES[0], NATIONAL, second, second) if one.what.en == TOLD])
        == 1
    )


def test_only_an_operator_who_may_reads_it(standing: Federation) -> None:
    for node in (NATIONAL, KUNI):
        counter.assert_gated(
            standing,
            node,
            "audit:access-log:read",
            Permission.AUDIT_PERSON_READ,
            lambda ctx, claim: access_log.about(ctx, claim, CODES[0]),
        )


def run(federation: Federation, text: str, *words: str) -> tuple[int, str]:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(NATIONAL)

    result = CliRunner().invoke(office.make_audit_app(opened), ["about", "--as", "sato", *words], input=text)
    return result.exit_code, result.output


def test_it_is_printed_in_both_languages_and_names_no_clerk_and_no_code(federation: Federation) -> None:
    load(federation, hanako())
    ask(federation, query())
    code, printed = run(federation, f"{CODES[0]}\n")
    assert code == 0
    assert TOLD in printed
    assert "行政機関等への本人確認情報の提供" in printed
    assert "提供した" in printed
    for hidden in (str(CODES[0]), "clerk-7", "2013-0042", "sato", "渡"):
        assert hidden not in printed
    plain = json.loads(run(federation, f"{CODES[0]}\n", "--json")[1])
    assert plain["looks"][0]["what"]["en"] == READ
    code, printed = run(federation, "123\n")
    assert code == 1
    assert "123" not in printed
