"""A municipality, or a part of its area, becomes another one's: records are handed over and taken over, none lost."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import carding, counter, holding, supplementing
from tests.services.services.test_address_changes import ACTS
from tests.services.services.test_history import check_register, check_stores

from jukinet.audit.events import AuditEvent
from jukinet.domain.csv_rows import lines_of
from jukinet.domain.items import PersonName
from jukinet.domain.municipality import NATIONAL, MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Place
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import (
    acts,
    address_changes,
    address_lists,
    consistency,
    export,
    intake,
    newcomers,
    undoing,
)
from jukinet.services.address_changes import AddressList, Report, RowResult
from jukinet.services.address_lists import Area, AreaChange
from jukinet.services.context import TurnedBackError
from jukinet.services.intake import TakenIn
from jukinet.services.intake_checks import Finding
from jukinet.services.undoing import UndoFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI

DAY = date(2013, 7, 7)
OLD = counter.ADDRESSES[KUNITACHI]
NEW = Address(CHIYODA, OLD.text.replace("国立市", "千代田区国立"), OLD.building)
AREAS = (Area("東京都国立市", "東京都千代田区国立"),)
CHANGE = AreaChange(DAY, AREAS, CHIYODA)
EVENT, TAKEN = "register:addresses:changed", "register:register:taken-over"


def settle(federation: Federation, **changes: Any) -> list[str]:
    """A household of two, one of them without any plan, and of one, each known to the stores."""
    couple = (
        counter.japanese(name=PersonName("国立　一子")),
        counter.japanese(name=PersonName("国立　二郎"), relationship="夫"),
    )
    numbers = counter.move_in(
        federation, KUNITACHI, *couple, moved_on=date(2013, 7, 1), **changes
    ).resident_nos
    alone = counter.move_in(
        federation, KUNITACHI, counter.japanese(name=PersonName("国立　三子")), moved_on=date(2013, 7, 1)
    )
    federation.run()
    return [*numbers, *alone.resident_nos]


def listed(federation: Federation, change: AreaChange = CHANGE) -> AddressList:
    done = address_lists.list_addresses(federation.context(KUNITACHI), CLERK, change)
    assert not isinstance(done, Refused)
    return done.list


def hand_over(federation: Federation, change: AreaChange = CHANGE) -> Report:
    given = listed(federation, change)
    done = address_changes.change_addresses(federation.context(KUNITACHI), CLERK, given)
    assert isinstance(done, Report), done
    return done


def file_for(federation: Federation) -> bytes:
    parts: list[bytes] = []
    done = export.export_handed_over(federation.context(KUNITACHI), CLERK, CHIYODA, parts.append)
    assert not isinstance(done, Refused)
    return b"".join(parts)


def take(federation: Federation, data: bytes, **options: Any) -> tuple[TakenIn | Refused, list[Finding]]:
    found: list[Finding] = []
    options = {"handed_over_by": KUNITACHI, **options}
    ctx = federation.context(CHIYODA)
    return intake.take_in(ctx, CLERK, lines_of(io.BytesIO(data)), found.append, **options), found


def taken(federation: Federation, data: bytes) -> TakenIn:
    done, found = take(federation, data)
    assert isinstance(done, TakenIn), (done, found)
    return done


@case("Reg. Art. 21-2", "Ord. Art. 12(2)", "spec 9.7", permitted="MG1 MG2 MG3 MG6 MG7 MG8")
def test_whoever_is_handed_over_is_one_record_there_none_here_and_one_in_each_store(
    federation: Federation,
) -> None:
    here_before = counter.move_in(
        federation, CHIYODA, counter.japanese(name=PersonName("千代田　桜"))
    ).resident_nos
    numbers = settle(federation)
    before = {number: counter.read(federation, KUNITACHI, number) for number in numbers}
    told = len(counter.notices(federation, KUNITACHI))
    simulated = address_changes.simulate(federation.context(KUNITACHI), CLERK, listed(federation))
    assert hand_over(federation) == simulated
    assert isinstance(simulated, Report)
    assert simulated.residents == 3
    # One notice a person, minor, with the address that is the other's: none of a deletion, which ends certificates.
    changes = [
        (n["change"]["kind"], n["change"]["reason"]) for n in counter.notices(federation, KUNITACHI)[told:]
    ]
    assert changes == [("correction", "minor-correction")] * 3
    data = file_for(federation)
    assert taken(federation, data).records == 3
    assert counter.notices(federation, CHIYODA)[1:] == [], "the stores were told by who kept the records"
    federation.run()
    assert counter.parked(federation, counter.TOKYO) == counter.parked(federation, NATIONAL) == []
    for number in numbers:
        was = before[number].record
        here = counter.read(federation, KUNITACHI, number)
        assert not here.present
        assert [version.reason for version in here.versions][-2:] == ["minor-correction", "handed-over"]
        there = counter.read(federation, CHIYODA, counter.code_of(here))
        household = there.record.household_number
        assert there.record == replace(was, address=NEW, household_number=household)
        assert there.present
        assert [(version.reason, version.effective_on) for version in there.versions] == [
            ("taken-over", date(2013, 7, 1)),
            ("minor-correction", DAY),
        ]
        counter.both_stores(federation, CHIYODA, there.resident_no)
        places = [
            (row["municipality"], row["live"], row["speaks"])
            for row in counter.stored(federation, NATIONAL, was.code)
        ]
        assert places == [(str(CHIYODA), True, True), (str(KUNITACHI), False, False)]
    homes = {
        counter.read(federation, CHIYODA, counter.code_of(before[one])).record.household_number
        for one in numbers
    }
    assert len(homes) == 2, "who lived together still does"
    assert here_before[0] in counter.known_numbers(federation, CHIYODA)
    check_register(federation, CHIYODA)
    check_register(federation, KUNITACHI)
    check_stores(federation)
    entries = counter.audit(federation, KUNITACHI, EVENT)[-3:]
    assert {entry["reference"] for entry in entries} == {f"handed over to {CHIYODA}"}
    (entry,) = counter.audit(federation, CHIYODA, TAKEN)
    assert entry["rules"][-2:] == ["records 3", f"from {KUNITACHI}"]


@case("Act Art. 19(1), (4)")
def test_the_domicile_is_told_of_each_new_address_by_itself_and_once(federation: Federation) -> None:
    """By who takes the records over: of an address of its own a municipality speaks, and of no other's."""
    supplementing.opened(federation)
    away = counter.japanese(
        name=PersonName("国立　一子"),
        koseki=replace(supplementing.KOSEKI, domicile="福島県福島市五老内町3番1号"),
    )
    counter.move_in(federation, KUNITACHI, counter.japanese(), moved_on=date(2013, 7, 1))
    counter.move_in(federation, KUNITACHI, away, moved_on=date(2013, 7, 1))
    federation.run()
    before = len(supplementing.said(federation, KUNITACHI))
    assert supplementing.stands(federation) == (OLD, date(2013, 7, 1))
    hand_over(federation)
    data = file_for(federation)
    taken(federation, data)
    federation.run()
    assert len(supplementing.said(federation, KUNITACHI)) == before
    told = supplementing.said(federation, CHIYODA)
    assert [(one["name"], one["address"]["text"], one["since"]) for one in told] == [
        (name, NEW.text, "2013-07-01") for name in (supplementing.HANAKO, "国立　一子")
    ]
    assert supplementing.stands(federation) == (NEW, date(2013, 7, 1))
    assert isinstance(take(federation, data)[0], Refused)
    assert len(supplementing.said(federation, CHIYODA)) == 2
    (moved,) = [
        one
        for one in counter.known_numbers(federation, CHIYODA)
        if counter.read(federation, CHIYODA, one).record.name.text == supplementing.HANAKO
    ]
    counter.move_within(federation, CHIYODA, moved, moved_on=date(2013, 7, 8))
    federation.run()
    assert supplementing.stands(federation) == (counter.elsewhere_in(CHIYODA), date(2013, 7, 8))


def test_nobody_finds_a_difference_after_it(federation: Federation) -> None:
    settle(federation)
    hand_over(federation)
    taken(federation, file_for(federation))
    federation.run()
    for node in (KUNITACHI.node_id, CHIYODA.node_id, counter.TOKYO):
        found = consistency.check(federation.context(node), CLERK, recompute=False)
        assert not isinstance(found, Refused)
        assert [one.against for one in found if not one.agrees] == []
        assert sum(one.records for one in found) == (0 if node == KUNITACHI.node_id else 6)


def test_the_successor_goes_on_with_the_records_as_with_its_own(federation: Federation) -> None:
    numbers = settle(federation)
    hand_over(federation)
    taken(federation, file_for(federation))
    federation.run()
    codes = [counter.code_of(counter.read(federation, KUNITACHI, number)) for number in numbers]
    there = [counter.read(federation, CHIYODA, code).resident_no for code in codes]
    counter.move_within(federation, CHIYODA, there[2])
    counter.die(
        federation, CHIYODA, there[0], on=date(2013, 7, 5)
    )  # before the merger, and learned of after it
    federation.run()
    assert counter.parked(federation, counter.TOKYO) == counter.parked(federation, NATIONAL) == []
    check_stores(federation)
    assert (str(CHIYODA), str(codes[0])) not in counter.live(federation, NATIONAL)


def test_a_move_out_that_was_filed_goes_along_and_is_completed_there(federation: Federation) -> None:
    numbers = settle(federation)
    counter.file_move_out(federation, KUNITACHI, [numbers[2]], FUKUSHIMA)
    hand_over(federation)
    taken(federation, file_for(federation))
    code = counter.code_of(counter.read(federation, KUNITACHI, numbers[2]))
    there = counter.read(federation, CHIYODA, code)
    assert there.record.move_out is not None
    federation.set_date(date(2013, 7, 10))
    federation.run()
    assert not counter.read(federation, CHIYODA, there.resident_no).present
    assert not [one for one in counter.live(federation, NATIONAL) if one[1] == str(code)]


def test_a_card_does_not_lapse_with_the_handing_over(federation: Federation) -> None:
    numbers = settle(federation)
    found = counter.read(federation, KUNITACHI, numbers[2])
    card = carding.give(federation, found).cards
    hand_over(federation)
    assert counter.read(federation, KUNITACHI, numbers[2]).cards == card


@case("spec 3.1")
def test_whom_a_hold_protected_is_protected_there_before_anybody_has_looked(federation: Federation) -> None:
    numbers = settle(federation)
    found = counter.read(federation, KUNITACHI, numbers[2])
    holding.hold(federation, found, holding.terms(Process.ISSUE))
    hand_over(federation)
    taken(federation, file_for(federation))
    there = counter.read(federation, CHIYODA, counter.code_of(found))
    others = [
        counter.read(federation, CHIYODA, counter.code_of(counter.read(federation, KUNITACHI, n)))
        for n in numbers[:2]
    ]
    assert [(mark.process, mark.level) for mark in there.holds] == [("issue", "error")]
    assert [other.holds for other in others] == [(), ()]


def test_a_run_that_was_stopped_goes_on(federation: Federation) -> None:
    settle(federation)
    given = listed(federation)

    class StoppedError(Exception):
        pass

    def stop(done: int) -> None:
        raise StoppedError(done)

    with pytest.raises(StoppedError):
        address_changes.change_addresses(federation.context(KUNITACHI), CLERK, given, progress=stop)
    done = address_changes.change_addresses(federation.context(KUNITACHI), CLERK, given)
    assert isinstance(done, Report)
    assert [result for _, result in done.results] == [RowResult.DONE_BEFORE, RowResult.CHANGED]


def test_a_household_is_handed_over_whole_or_not_at_all(federation: Federation) -> None:
    settle(federation)
    given = listed(federation)
    one = replace(given, rows=given.rows[1:])
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: address_changes.change_addresses(ctx, CLERK, one)
    )
    assert crashes > 3


def test_a_record_that_the_other_has_already_is_left_for_a_person(federation: Federation) -> None:
    """The notice that would give it away is parked: nobody can know here which of the two records is right."""
    numbers = settle(federation)
    found = counter.read(federation, KUNITACHI, numbers[2])
    given = listed(federation)
    counter.move_in(federation, CHIYODA, counter.as_person(found), moved_on=date(2013, 7, 8))
    address_changes.change_addresses(federation.context(KUNITACHI), CLERK, given)
    federation.run()
    assert [row["subject_code"] for row in counter.parked(federation, NATIONAL)] == [str(found.record.code)]


def test_a_move_in_from_a_code_that_has_ended_is_told_to_who_has_the_area_today(
    federation: Federation,
) -> None:
    """Oamishirasato became a city in 2013; a certificate of before may still bear the code of the town."""
    filing = counter.move_in_filing(
        CHIYODA, previous_address=Place("千葉県山武郡大網白里町大網115番地の2", MunicipalityCode("124028"))
    )
    ctx = federation.context(CHIYODA)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, CLERK, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        assert newcomers.left(act, filing) == MunicipalityCode("122394")


def test_only_a_part_of_the_area_passes(federation: Federation) -> None:
    numbers = settle(federation)
    counter.move_within(
        federation, KUNITACHI, numbers[2], address=Address(KUNITACHI, "東京都国立市東一丁目1番1号")
    )
    part = replace(CHANGE, areas=(Area("東京都国立市東", "東京都千代田区東"),))
    done = address_lists.list_addresses(federation.context(KUNITACHI), CLERK, part)
    assert not isinstance(done, Refused)
    assert (len(done.list.rows), done.elsewhere) == (1, 1)
    assert hand_over(federation, part).residents == 1
    assert [counter.read(federation, KUNITACHI, number).present for number in numbers] == [True, True, False]
    assert taken(federation, file_for(federation)).records == 1


@case(refused="MG1 MG2 MG3")
def test_what_is_handed_over_wrongly_is_refused_and_stores_nothing(federation: Federation) -> None:
    settle(federation)
    given = listed(federation)
    for changed, rules in (
        (replace(given, handed_to=FUKUSHIMA), ["MG1", "MG2"]),
        (replace(given, handed_to=YAMATSURI), ["MG1", "MG2", "MG3"]),
        (replace(given, handed_to=KUNITACHI), ["MG1"]),
    ):
        for act, event in ACTS:
            counter.assert_refused(
                federation,
                KUNITACHI,
                event,
                lambda act=act, changed=changed: act(federation.context(KUNITACHI), CLERK, changed),  # type: ignore[misc]
                *rules,
            )


@case(refused="MG4")
def test_who_handed_a_record_over_cannot_take_it_back_by_an_undoing(federation: Federation) -> None:
    (*_, number) = settle(federation)
    hand_over(federation)
    last = counter.read(federation, KUNITACHI, number).versions[-1].history_no
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:record:undone",
        lambda: undoing.undo(federation.context(KUNITACHI), CLERK, UndoFiling(number, last)),
        "MG4",
    )


@case(refused="MG5")
def test_nobody_is_recorded_any_more_where_the_directory_names_a_successor(federation: Federation) -> None:
    nodes = tuple(
        replace(node, successor=CHIYODA.node_id) if node.id == KUNITACHI.node_id else node
        for node in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    with pytest.raises(TurnedBackError) as raised:
        counter.move_in(federation, KUNITACHI)
    assert [rule.rule for rule in raised.value.refused.failed] == ["MG5"]
    assert counter.known_numbers(federation, KUNITACHI) == []
    assert [
        one["outcome"] for one in counter.audit(federation, KUNITACHI, "register:merger:stopped-an-act")
    ] == ["refused"]
    counter.move_in(federation, CHIYODA)


@case(refused="MG6 MG7 MG8")
def test_a_file_is_taken_once_whole_and_for_nobody_who_is_here(federation: Federation) -> None:
    numbers = settle(federation)
    hand_over(federation)
    data = file_for(federation)
    text = data.decode()
    known = counter.read(federation, KUNITACHI, numbers[2])
    mover = counter.as_person(known)
    counter.move_in(federation, CHIYODA, mover, moved_on=date(2013, 7, 8))
    for changed, rules in (
        (data, {"MG6"}),
        (text.replace("2013-07-07", "2013-07-09").encode(), {"MG6", "MG8"}),
        (text.replace(f",{OLD.text},", ",,").encode(), {"MG6", "MG8"}),
    ):
        before = counter.contents(federation, CHIYODA)
        done, found = take(federation, changed)
        assert isinstance(done, Refused)
        assert {finding.rule for finding in found} == rules
        after = counter.contents(federation, CHIYODA)
        assert after == before
    # Without whom is here it is taken, and no second time.
    lines = data.splitlines(keepends=True)
    rest = b"".join(line for line in lines if str(known.record.code).encode() not in line)
    assert taken(federation, rest).records == 2
    done, found = take(federation, rest)
    assert isinstance(done, Refused)
    assert {finding.rule for finding in found} == {"MG6", "MG7"}


def test_the_old_numbers_are_kept_and_can_be_read(federation: Federation) -> None:
    numbers = settle(federation)
    hand_over(federation)
    taken(federation, file_for(federation))
    parts: list[bytes] = []
    assert export.export_former_numbers(federation.context(CHIYODA), CLERK, parts.append) == 3
    rows = [line.split(",") for line in b"".join(parts).decode().split()][1:]
    assert {row[1] for row in rows} == set(numbers)
    for _, former, _, number in rows:
        former_code = counter.read(federation, KUNITACHI, former).record.code
        assert counter.read(federation, CHIYODA, number).record.code == former_code


def test_only_who_may_does_each_of_it(federation: Federation) -> None:
    for permission, event, node, attempt in (
        (
            Permission.REGISTER_RECORD_CORRECT,
            "register:addresses:listed",
            KUNITACHI,
            lambda ctx, claim: address_lists.list_addresses(ctx, claim, CHANGE),
        ),
        (
            Permission.REGISTER_REGISTER_EXPORT,
            "register:register:handed-over",
            KUNITACHI,
            lambda ctx, claim: export.export_handed_over(ctx, claim, CHIYODA, lambda _: None),
        ),
        (
            Permission.REGISTER_REGISTER_EXPORT,
            "register:former-numbers:read",
            CHIYODA,
            lambda ctx, claim: export.export_former_numbers(ctx, claim, lambda _: None),
        ),
        (
            Permission.REGISTER_LOAD_RUN,
            TAKEN,
            CHIYODA,
            lambda ctx, claim: intake.take_in(ctx, claim, [], handed_over_by=KUNITACHI),
        ),
    ):
        counter.assert_gated(federation, node, event, permission, attempt)


def test_a_list_reads_back_as_it_was_made(federation: Federation) -> None:

    settle(federation)
    given = listed(federation)
    assert (
        address_changes.read_address_list(json.loads(json.dumps(address_changes.write_address_list(given))))
        == given
    )
