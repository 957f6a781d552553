"""A whole register from a file: all of it as after ordinary acts, or nothing and every fault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.intaking import CHECKED, TAKEN, empty, take, taken, town
from tests.services.services.test_history import check_register
from tests.unit.services import registers

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import (
    ForeignClass,
    ForeignItems,
    Koseki,
    MoveOutPlan,
    PersonName,
    Programmes,
    RecordKind,
    StatedDays,
)
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import intake, loading, settings
from jukinet.services.intake import TakenIn
from jukinet.services.intake_checks import Finding
from jukinet.services.operators import OperatorClaim
from jukinet.services.register_cells import Row
from jukinet.store import residents, schema
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

FEW = registers.file_of(town(3))
WIDE = f"has {{}} fields where the first row has {len(registers.NAMES)}"
KEYS = "SELECT resident_id, kind, key, past FROM resident_search_keys ORDER BY 1, 2, 3"


def told(found: list[Finding]) -> list[tuple[int, str, str, bool]]:
    return [(one.line, one.field, one.rule or one.problem, one.alert) for one in found]


@case("Act Art. 5")
def test_a_register_stands_as_after_ordinary_acts(federation: Federation) -> None:
    rows = town(40)
    data = registers.file_of(rows)
    steps: list[tuple[str, int]] = []
    done = taken(federation, data, progress=lambda *step: steps.append(step))
    digest = hashlib.sha256(data).hexdigest()
    assert done == TakenIn(40, digest, alerts=0, codes_drawn=0, without_code=done.without_code)
    assert steps == [("read", steps[0][1]), ("compared", 40), ("taken in", 40)]
    for row in rows:
        found = counter.read(federation, KUNITACHI, row.resident_no)
        assert (found.present, found.record) == (True, row.record)
        (version,) = found.versions
        assert (version.reason, version.effective_on) == ("taken-over", row.record.recorded_since)
        assert (version.operator, version.terminal, version.notified_on) == (
            CLERK.operator_id,
            CLERK.terminal,
            None,
        )
    (entry,) = counter.audit(federation, KUNITACHI, TAKEN)
    assert (entry["outcome"], entry["reference"], entry["rules"]) == (
        "done",
        digest,
        ["Act Art. 5", "records 40"],
    )
    assert (entry["actor"], entry["resident_no"]) == ("operator:sato", None)
    check_register(federation, KUNITACHI)
    assert counter.notices(federation, KUNITACHI) == []
    assert counter.code_notices(federation, KUNITACHI) == []


def test_rows_and_search_keys_are_those_that_an_act_writes(federation: Federation) -> None:
    rows = town(20)
    shows = "SELECT present, code, household_no, foreign_resident, birth_date, sex, name_keys, move_out_on"
    node = KUNITACHI.node_id
    rows[0] = replace(rows[0], record=replace(rows[0].record, move_out=plan()))
    taken(federation, registers.file_of(rows))
    first = counter.owner_rows(federation, node, f"{shows} FROM residents ORDER BY resident_no")
    keys = counter.owner_rows(federation, node, KEYS)
    assert len(keys) > 100
    with counter.owner(federation, node) as connection:
        connection.execute("UPDATE search_key_facts SET made_with = ''")
    schema.migrate(federation._conninfo("owner"), node)
    assert counter.owner_rows(federation, node, KEYS) == keys
    assert first[0]["move_out_on"] == date(2013, 7, 20)
    for row, shown in zip(rows, first, strict=True):
        columns = residents.columns_of(row.record)
        assert {name: shown[name] for name in columns} == columns


def plan(planned: date = date(2013, 7, 20)) -> MoveOutPlan:
    return MoveOutPlan(counter.place(CHIYODA), planned, counter.TODAY)


@case("spec 1.1.13")
def test_acts_go_on_from_what_was_taken_in(federation: Federation) -> None:
    """New numbers lie beyond those of the file; a move-out that was filed elsewhere is completed here."""
    rows = town(10, first=7001)
    rows[0] = replace(rows[0], record=replace(rows[0].record, move_out=plan()))
    taken(federation, registers.file_of(rows))
    household = rows[1].record.household_number
    child = counter.give_birth(federation, KUNITACHI, household)
    assert child == with_check_digit(7011)
    (head,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    last = max(row.record.household_number for row in rows)
    assert counter.read(federation, KUNITACHI, head).record.household_number == with_check_digit(
        int(last[:10]) + 1
    )
    federation.set_date(date(2013, 7, 20))
    federation.run()
    gone = counter.read(federation, KUNITACHI, rows[0].resident_no)
    assert [one.reason for one in gone.versions] == ["taken-over", "move-out"]
    check_register(federation, KUNITACHI)


def test_a_number_is_not_given_twice_after_a_file_of_low_ones(federation: Federation) -> None:
    """A sequence never goes back, whatever a file says."""
    with counter.owner(federation, KUNITACHI.node_id) as connection:
        connection.execute("SELECT setval('resident_serial', 500), setval('household_serial', 600)")
    taken(federation, FEW)
    (head,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    assert head == with_check_digit(501)
    assert counter.read(federation, KUNITACHI, head).record.household_number == with_check_digit(601)


@case("Act Art. 30-2(2)")
def test_a_code_of_the_pool_that_stands_in_the_file_is_given_to_nobody_else(federation: Federation) -> None:
    free = "SELECT code FROM code_pool WHERE drawn_at IS NULL ORDER BY code"
    pool = [row["code"] for row in counter.owner_rows(federation, KUNITACHI.node_id, free)]
    row = registers.one(code=ResidentRecordCode(pool[0]))
    assert taken(federation, registers.file_of([row])).codes_drawn == 1
    left = counter.owner_rows(federation, KUNITACHI.node_id, free)
    assert [one["code"] for one in left] == pool[1:]


def test_statements_add_a_part_of_a_large_register_each(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_STEP", 3)
    monkeypatch.setattr(intake, "_BATCH", 4)
    steps: list[tuple[str, int]] = []
    taken(federation, registers.file_of(town(10)), progress=lambda *step: steps.append(step))
    assert [step for step in steps if step[0] == "taken in"] == [
        ("taken in", count) for count in (3, 6, 9, 10)
    ]
    assert [step for step, _ in steps].count("read") == 3
    check_register(federation, KUNITACHI)
    assert len(counter.known_numbers(federation, KUNITACHI)) == 10


@case(permitted="IN1 IN2 IN3 IN4")
def test_a_town_that_is_not_connected_needs_nobody_to_know(federation: Federation) -> None:
    person = Row(with_check_digit(1), make_person(municipality=YAMATSURI))
    done, _ = take(federation.context(YAMATSURI), registers.file_of([person]), known_to_network=False)
    assert isinstance(done, TakenIn)
    assert (done.records, done.without_code) == (1, 1)


# Refusals


@case(refused="IN1")
def test_a_register_is_taken_into_an_empty_one_and_never_twice(federation: Federation) -> None:
    taken(federation, FEW)
    counter.assert_refused(federation, KUNITACHI, TAKEN, lambda: take(federation, FEW)[0], "IN1")
    both = lambda: take(federation, FEW, known_to_network=False)[0]  # noqa: E731 - an act to be refused
    counter.assert_refused(federation, KUNITACHI, TAKEN, both, "IN1", "IN4")


@case(refused="IN1")
def test_who_is_recorded_while_the_file_is_read_is_not_lost(federation: Federation) -> None:
    def meanwhile(step: str, _: int) -> None:
        if step == "compared":
            loading.load_households(federation.context(KUNITACHI), CLERK, [[make_person(seed=9)]])

    done, _ = take(federation, FEW, progress=meanwhile)
    assert isinstance(done, Refused)
    assert [rule.rule for rule in done.failed] == ["IN1"]
    assert len(counter.known_numbers(federation, KUNITACHI)) == 1


@case(refused="IN4")
def test_a_connected_town_says_that_the_stores_know(standing: Federation) -> None:
    act = lambda: take(standing, FEW, known_to_network=False)[0]  # noqa: E731
    counter.assert_refused(standing, KUNITACHI, TAKEN, act, "IN4")


@pytest.mark.parametrize(("check_only", "event"), [(False, TAKEN), (True, CHECKED)])
def test_only_an_operator_who_may_takes_a_register_in(
    standing: Federation, check_only: bool, event: str
) -> None:
    def unread() -> Iterator[bytes]:
        raise AssertionError("the file was read")
        yield b""

    counter.assert_gated(
        standing,
        CHIYODA,
        event,
        Permission.REGISTER_LOAD_RUN,
        lambda ctx, claim: take(ctx, unread(), claim, check_only=check_only)[0],
    )


@pytest.mark.parametrize("check_only", [False, True])
def test_one_bad_row_and_nothing_is_taken_in(standing: Federation, check_only: bool) -> None:
    rows = town(30)
    cells = [registers.cells_of(row) for row in rows]
    cells[20] |= {"sex": "x", "recorded_since": "2014-01-01"}
    data = registers.typed(*cells)
    found: list[Finding] = []
    event = CHECKED if check_only else TAKEN
    counter.assert_refused(
        standing,
        KUNITACHI,
        event,
        lambda: intake.take_in(
            standing.context(KUNITACHI),
            CLERK,
            data.splitlines(keepends=True),
            found.append,
            check_only=check_only,
            known_to_network=True,
        ),
        "IN2",
    )
    assert told(found) == [
        (22, "sex", "must be one of male, female, unknown", False),
        (22, "recorded_since", "IN10", False),
    ]
    assert counter.audit(standing, KUNITACHI, event)[-1]["reference"] == hashlib.sha256(data).hexdigest()


def test_checking_takes_nothing_in_whatever_stands_here(federation: Federation) -> None:
    counter.load(federation)
    before = counter.contents(federation, KUNITACHI)
    done = taken(federation, FEW, check_only=True, known_to_network=False)
    assert (done.records, done.checked_only) == (3, True)
    assert counter.contents(federation, KUNITACHI) == before
    (entry,) = counter.audit(federation, KUNITACHI, CHECKED)
    assert (entry["outcome"], entry["reference"]) == ("done", done.digest)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(1, "row", "is missing: the file is empty", False)]),
        (FEW.splitlines(keepends=True)[0], [(1, "row", "is the only one: the file has no record", False)]),
        (FEW.decode().encode("utf-16"), [(1, "row", "holds a NUL", False)]),
        (
            FEW.replace(b"kind,", b"kind,died_on,", 1),
            [(1, "died_on", "is not a column of a register", False)],
        ),
        (FEW + b"x\r\n", [(5, "row", WIDE.format(1), False)]),
        (FEW + b"\r\n", [(5, "row", WIDE.format(0), False)]),
        (
            FEW + b'"cut off',
            [(5, "row", "begins a quoted field that does not end; what follows could not be read", False)],
        ),
    ],
)
def test_a_file_that_is_no_register(standing: Federation, data: bytes, expected: object) -> None:
    done, found = take(standing, data, check_only=True)
    assert isinstance(done, Refused)
    assert [rule.rule for rule in done.failed] == ["IN2"]
    assert told(found) == expected


def test_lines_in_another_encoding_are_told_each(standing: Federation) -> None:
    lines = FEW.splitlines(keepends=True)
    lines[2] = lines[2].decode().encode("cp932", errors="ignore")
    _, found = take(standing, b"".join(lines), check_only=True)
    assert [(one.line, one.field) for one in found] == [(3, "row")]
    assert "not UTF-8" in found[0].problem


# Rows beside one another


def findings(standing: Federation, *rows: Row) -> list[tuple[int, str, str, bool]]:
    return told(take(standing, registers.file_of(rows), check_only=True)[1])


def beside(row: Row, serial: int, **changes: Any) -> Row:
    """Another member of the same household."""
    record = make_person(seed=50 + serial, household_number=row.record.household_number, relationship="子")
    return Row(with_check_digit(serial), replace(record, **{"address": row.record.address, **changes}))


HEAD = registers.one(serial=3)


def test_a_household_in_order(standing: Federation) -> None:
    assert findings(standing, HEAD, beside(HEAD, 4), beside(HEAD, 5, relationship="同居人")) == []


@case(refused="IN5")
def test_two_householders(standing: Federation) -> None:
    assert findings(standing, HEAD, beside(HEAD, 4, relationship="世帯主")) == [
        (3, "relationship", "IN5", False)
    ]


@case(refused="IN6")
def test_a_household_without_householder_is_an_alert(standing: Federation) -> None:
    alone = beside(HEAD, 4)
    assert findings(standing, alone, beside(HEAD, 5)) == [(2, "household_no", "IN6", True)]


@case(refused="IN7")
def test_members_at_two_addresses_are_an_alert(standing: Federation) -> None:
    other = beside(HEAD, 4, address=counter.elsewhere_in(KUNITACHI))
    assert findings(standing, HEAD, beside(HEAD, 5), other) == [(4, "address", "IN7", True)]
    room = replace(HEAD.record.address, building="二階")
    assert findings(standing, HEAD, beside(HEAD, 4, address=room)) == []


@case(refused="IN8 IN9")
def test_one_code_and_one_number_are_one_persons(standing: Federation) -> None:
    code = ResidentRecordCode("24727059608")
    rows = [registers.one(serial=one, code=code) for one in (1, 2, 3)]
    assert findings(standing, *rows) == [(3, "code", "IN8", False), (4, "code", "IN8", False)]
    again = Row(HEAD.resident_no, registers.one(serial=4).record)
    _, found = take(standing, registers.file_of([HEAD, again]), check_only=True)
    assert told(found) == [(3, "resident_no", "IN9", False)]
    assert found[0].problem.endswith("(line 2)")


def test_rows_are_compared_even_where_another_cell_is_wrong(standing: Federation) -> None:
    cells = [registers.cells_of(row) for row in (HEAD, beside(HEAD, 4, relationship="世帯主"))]
    cells[0]["sex"] = "x"
    _, found = take(standing, registers.typed(*cells), check_only=True)
    assert [(one.line, one.field) for one in found] == [(2, "sex"), (3, "relationship")]
    # Whose relationship could not be read may be the householder.
    cells = [registers.cells_of(HEAD) | {"relationship": "x"}, registers.cells_of(beside(HEAD, 4))]
    _, found = take(standing, registers.typed(*cells), check_only=True)
    assert [(one.line, one.field) for one in found] == [(2, "relationship")]


def student(**changes: Any) -> Row:
    record = make_person(RecordKind.FOREIGN, seed=1, household_number=with_check_digit(1), nickname=None)
    stay: dict[str, Any] = {
        "birth_date": PartialDate("1985-11-02"),
        "former_nicknames": (),
        "foreign": counter.student(),
    }
    return Row(with_check_digit(1), replace(record, **stay | changes))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            registers.one(name=PersonName("〓田　花子", "タ\ufffd")),
            [("name", "IN15", True), ("name_kana", "IN15", True)],
        ),
        (registers.one(address=counter.ADDRESSES[CHIYODA]), [("address_municipality", "IN13", False)]),
        (registers.one(recorded_since=date(2013, 7, 9)), [("recorded_since", "IN10", False)]),
        (
            registers.one(move_out=MoveOutPlan(counter.place(CHIYODA), date(2014, 1, 1), date(2013, 7, 9))),
            [("move_out_filed_on", "IN10", False)],
        ),
        (registers.one(move_out=MoveOutPlan(counter.place(CHIYODA), date(2014, 1, 1), counter.TODAY)), []),
        (registers.one(birth_date=PartialDate("2013-07-XX")), None),
        (registers.one(birth_date=PartialDate("2013-07-09")), None),
        (registers.one(foreign=counter.student()), "IN12"),
        (
            student(koseki=Koseki("東京都", "国立　太郎")),
            [("koseki_domicile", "IN12", False), ("koseki_head", "IN12", False)],
        ),
        pytest.param(
            registers.one(
                programmes=Programmes(
                    care_insurance_since=date(2013, 4, 2), care_insurance_ended=date(2013, 4, 1)
                )
            ),
            [("care_insurance_ended", "IN16", False)],
            marks=case(refused="IN16"),
        ),
        (student(voter=True), [("voter", "IN12", False)]),
        (student(foreign=None), [("nationality", "IN12", False)]),
        (student(foreign=counter.student(status="学生")), [("status", "SR1", False)]),
        (
            student(foreign=counter.student(alien_registered_on=date(2012, 7, 9))),
            [("alien_registered_on", "IN22", False)],
        ),
        pytest.param(
            registers.one(stated=StatedDays(address_since=PartialDate("1990-XX-XX"))),
            [("address_since_stated", "DY1", False)],
            marks=case("spec 1.1.8", refused="DY1"),
        ),
        (student(foreign=counter.student(nationality="JPN")), [("nationality", "SR9", False)]),
        (
            student(foreign=ForeignItems("USA", date(2013, 4, 1), ForeignClass.TRANSITIONAL)),
            [("stay", "SR11", True)],
        ),
        (student(), []),
    ],
)
def test_what_the_law_finds_in_a_row(standing: Federation, row: Row, expected: Any) -> None:
    found = [one[1:] for one in findings(standing, row)]
    if expected is None:
        assert {rule for _, rule, _ in found} <= {"IN10", "IN11"}
        assert found
    elif isinstance(expected, str):
        assert {rule for _, rule, _ in found} == {expected}
        assert {field for field, _, _ in found} >= {"nationality", "stay", "status"}
    else:
        assert found == expected


@case(refused="IN14")
def test_a_number_that_leaves_no_room(standing: Federation) -> None:
    row = registers.one(household_number=with_check_digit(9_999_999_999))
    assert findings(standing, row) == [(2, "household_no", "IN14", False)]


@case(refused="IN3")
def test_alerts_are_looked_into_and_confirmed(federation: Federation) -> None:
    data = registers.file_of([beside(HEAD, 4), beside(HEAD, 5)])
    counter.assert_refused(federation, KUNITACHI, TAKEN, lambda: take(federation, data)[0], "IN3")
    done, found = take(federation, data, replace(CLERK, confirmed=True))
    assert isinstance(done, TakenIn)
    assert (done.records, done.alerts, len(found)) == (2, 1, 1)
    check_register(federation, KUNITACHI)


def test_no_finding_tells_anything_of_a_person(standing: Federation) -> None:
    cells = registers.cells_of(HEAD)
    secret = "秘匿"
    data = registers.typed({name: f"{secret}{cell}" for name, cell in cells.items()})
    _, found = take(standing, data, check_only=True)
    assert len(found) > 15
    assert not any(secret in str(one) for one in found)


# Faults of the machine


def test_all_of_it_or_nothing(federation: Federation) -> None:
    assert counter.assert_all_or_nothing(federation, KUNITACHI, lambda ctx: take(ctx, FEW)[0]) > 3


@pytest.mark.parametrize("place", ["line", "tell", "read", "compared", "taken in"])
def test_a_process_that_ends_anywhere_leaves_nothing(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(intake, "_STEP", 2)
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))

    def lines() -> Iterator[bytes]:
        yield from FEW.splitlines(keepends=True)
        if place == "line":
            raise SystemError("the process ended here")

    def end(step: str = "tell", _: int = 0) -> None:
        if step == place:
            raise SystemError("the process ended here")

    bad = [b"x,y\r\n"] if place == "tell" else []
    with pytest.raises(SystemError):
        intake.take_in(
            federation.context(KUNITACHI),
            CLERK,
            [*lines(), *bad] if place != "line" else lines(),
            lambda _: end(),
            known_to_network=True,
            progress=end,
        )
    assert counter.contents(federation, KUNITACHI) == before
    assert len(counter.audit(federation, KUNITACHI)) == entries
    taken(federation, FEW)


def test_a_session_that_the_server_ends_leaves_nothing(federation: Federation) -> None:
    before = counter.contents(federation, KUNITACHI)

    def kill(step: str, _: int) -> None:
        if step == "taken in":
            # Another session of the same role may end it.
            with federation.context(KUNITACHI).begin() as tx:
                tx.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks"
                    " WHERE relation = 'residents'::regclass AND mode = 'ExclusiveLock'"
                )

    with pytest.raises(JukinetError) as caught:
        take(federation, FEW, progress=kill)
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    assert counter.contents(federation, KUNITACHI) == before
    taken(federation, FEW)


@case(refused="DR7", permitted="DR7")
def test_where_a_second_person_is_demanded_another_one_has_checked_the_same_file(
    federation: Federation,
) -> None:
    empty(federation)
    data, other = registers.file_of(town(2)), OperatorClaim("suzuki", "counter-2")
    settings.enrol_operator(federation.context(KUNITACHI), CLERK, other.operator_id, "鈴木", list(Permission))
    ctx = replace(federation.context(KUNITACHI), second_person=True)
    for by in (CLERK, other):
        done, _ = take(ctx, data)
        assert isinstance(done, Refused)
        assert [rule.rule for rule in done.failed] == ["DR7"]
        take(ctx, data, claim=by, check_only=True)
    done, _ = take(ctx, data)
    assert isinstance(done, TakenIn)
