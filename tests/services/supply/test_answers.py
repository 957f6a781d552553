"""What the desk says of a person: every result of the law, from notices that came over the lines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conformance.cases import case
from tests.services.supply.asking import (
    ADDRESS,
    CODES,
    DAY,
    HANAKO,
    ask_all,
    by_items,
    entries,
    found,
    hanako,
    linh,
    load,
    query,
    wire_of,
)

from jukinet.audit.events import Outcome
from jukinet.client.answers import read_answer
from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Nickname, PersonName
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.persons import Address, Place
from jukinet.law.codes import ChangeDocument
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.law.supply import AnswerReason, Result
from jukinet.services import codes, deaths, moves, reads
from jukinet.services.filings import (
    CodeChangeFiling,
    DeathFiling,
    MoveInFiling,
    MoveOutFiling,
    Mover,
    MoveWithinFiling,
    Person,
)
from jukinet.services.register import Registered
from jukinet.services.supply import answers
from jukinet.services.supply.lookups import Verification
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI
from jukinet.testing.notifying import IN_PERSON

pytestmark = pytest.mark.core

RECORDED = (ChangeKind.RECORDING, NoticeReason.RECORDED_EX_OFFICIO)
LEFT = (ChangeKind.DELETION, NoticeReason.MOVE_OUT)
FIRST = "00000000019"
"""The number of the first resident of a register."""
FUKUSHIMA_ADDRESS = Address(FUKUSHIMA, "福島県福島市五老内町3番1号")


def changes(answer: Verification) -> list[tuple[ChangeKind, NoticeReason]]:
    return [(told.kind, told.reason) for told in answer.history]


@case("Act Art. 30-7(3)", permitted="S1 S2 S3")
def test_a_code_finds_its_holder(federation: Federation) -> None:
    record = hanako()
    load(federation, record)
    answer = found(federation, query())
    assert answer.result is Result.FOUND
    assert answer.person is not None
    assert answer.person.facts == record.identity_facts()
    assert (answer.person.kind, answer.person.reason) == RECORDED
    assert answer.person.occurred_on == record.recorded_since
    assert answer.history == ()
    (entry,) = entries(federation)
    assert entry.outcome is Outcome.DONE
    assert (entry.actor, entry.terminal) == ("urn:jukinet:organ:japan-pension-service", "clerk-7 / 2013-0042")
    assert (entry.affair, entry.reference, entry.subject_code) == ("t1-77-12", "request-0001", CODES[0])
    assert entry.rules == answer.basis
    assert "Act Art. 30-7(3)" in answer.basis
    assert entry.business_on == DAY


def test_the_client_reads_what_the_desk_writes(federation: Federation) -> None:
    load(federation, linh())
    said = read_answer(wire_of(found(federation, query(code=str(CODES[1])))), "request-0001")
    assert said.person is not None
    assert said.person.facts == linh().identity_facts()
    assert said.person.change is not None
    assert said.person.change.kind is ChangeKind.RECORDING


def test_the_four_items_find_in_any_spelling(federation: Federation) -> None:
    load(federation, hanako())
    names = ("渡邉　花子", "渡辺花子", "渡邊 花子", "渡邉・花子")
    addresses = (
        ADDRESS.text,
        "国立市富士見台2-47-1",
        "東京都国立市富士見台２丁目４７番地の１　見本ハイツ 101号室",
    )
    asked = [by_items(name=name, address=address) for name in names for address in addresses]
    for answer in ask_all(federation, asked):
        assert isinstance(answer, Verification)
        assert answer.result is Result.FOUND
        assert answer.person is not None
        assert answer.person.facts == hanako().identity_facts(), "told as recorded, not as asked"
    written = entries(federation)
    assert len(written) == len(asked)
    assert {entry.subject_code for entry in written} == {CODES[0]}, "the log of the person found shows it"


@case("Act Art. 30-7(3)")
def test_all_four_items_must_be_equal(federation: Federation) -> None:
    load(federation, hanako())
    others = (
        {"name": "渡邉　花"},
        {"address": "東京都国立市富士見台二丁目47番地の2"},
        {"birth_date": "1979-11-24"},
        {"birth_date": "1979-11-XX"},
        {"sex": "male"},
    )
    asked = [by_items(), *(by_items(**other) for other in others)]
    right, *wrong = ask_all(federation, asked)
    assert isinstance(right, Verification)
    assert right.result is Result.FOUND
    assert [one.result for one in wrong if isinstance(one, Verification)] == [Result.NONE] * len(others)
    assert [(entry.outcome, entry.subject_code) for entry in entries(federation)] == [
        (Outcome.DONE, CODES[0]),
        *[(Outcome.NONE, None)] * len(others),
    ]


@case("Ord. Art. 30-26(7)")
def test_a_foreign_resident_is_found_by_name_and_by_nickname(federation: Federation) -> None:
    load(federation, linh())
    names = ("TRAN THI LINH", "Linh Trần Thị", "見本りん")
    asked = [by_items(name=name, birth_date="1984-02-29") for name in names]
    for answer in ask_all(federation, asked):
        assert isinstance(answer, Verification)
        assert answer.person is not None
        assert answer.person.facts.nickname == "見本　りん"


def test_a_nickname_equal_to_the_name_is_one_person(federation: Federation) -> None:
    load(federation, linh(nickname=Nickname("Tran Thi Linh", date(2012, 7, 9), KUNITACHI)))
    assert found(federation, by_items(name="TRAN THI LINH", birth_date="1984-02-29")).result is Result.FOUND


def test_nobody_is_found(federation: Federation) -> None:
    answer = found(federation, query())
    assert (answer.result, answer.reason, answer.person, answer.history) == (Result.NONE, None, None, ())
    (entry,) = entries(federation)
    assert (entry.outcome, entry.subject_code) == (Outcome.NONE, CODES[0])


def test_a_name_without_letters_is_stored_and_disturbs_nobody(federation: Federation) -> None:
    load(federation, hanako(name=PersonName("☆")), hanako(CODES[1]))
    assert federation.unsent() == 0
    assert found(federation, query()).result is Result.FOUND
    assert found(federation, query(code=str(CODES[1]))).result is Result.FOUND


def change_code(
    federation: Federation,
    address: Address = ADDRESS,
    at: MunicipalityCode = KUNITACHI,
    code: ResidentRecordCode = CODES[0],
) -> Registered:
    filing = CodeChangeFiling(FIRST, "渡邉　花子", address.text, code, ChangeDocument.ISSUED_BY_LAW)
    done = codes.change_code(federation.context(at), CLERK, filing)
    assert isinstance(done, Registered), done
    federation.run()
    return done


@case("Act Art. 30-3(3)")
def test_an_old_code_tells_of_the_past_and_never_the_new_code(federation: Federation) -> None:
    load(federation, hanako())
    change_code(federation)
    held = reads.read_resident(federation.context(KUNITACHI), CLERK, FIRST)
    assert isinstance(held, reads.Found)
    new = held.record.code
    assert new is not None
    assert new != CODES[0]
    old = found(federation, query())
    assert (old.result, old.reason) == (Result.NONE, AnswerReason.SUPERSEDED)
    assert old.person is None
    assert [told.facts.code for told in old.history] == [CODES[0]]
    assert str(new).encode() not in wire_of(old)
    (entry,) = entries(federation)
    assert (entry.outcome, entry.subject_code) == (Outcome.DONE, CODES[0])

    present = found(federation, query(code=str(new)))
    assert present.result is Result.FOUND
    assert present.person is not None
    assert present.person.kind is ChangeKind.CODE_CORRECTION
    assert str(CODES[0]).encode() not in wire_of(present)
    by_four = found(federation, by_items())
    assert by_four.person is not None
    assert by_four.person.facts.code == new

    federation.set_date(date(2018, 7, 7))
    assert found(federation, query()).reason is AnswerReason.SUPERSEDED
    federation.set_date(date(2018, 7, 8))
    after = found(federation, query())
    assert (after.result, after.reason, after.history) == (Result.NONE, None, ())


def test_two_with_the_same_items_are_told_apart_by_nobody(federation: Federation) -> None:
    load(federation, hanako(), hanako(CODES[1]))
    answer = found(federation, by_items())
    assert (answer.result, answer.person, answer.history) == (Result.AMBIGUOUS, None, ())
    (entry,) = entries(federation)
    assert (entry.outcome, entry.subject_code) == (Outcome.NONE, None)
    assert found(federation, query(code=str(CODES[1]))).result is Result.FOUND


def test_one_whose_term_ended_does_not_hide_another(federation: Federation) -> None:
    load(federation, hanako(), hanako(CODES[1]))
    die(federation)
    assert found(federation, by_items()).result is Result.AMBIGUOUS
    federation.set_date(date(2018, 7, 8))
    answer = found(federation, by_items())
    assert answer.result is Result.FOUND
    assert answer.person is not None
    assert answer.person.facts.code == CODES[1]


def test_two_live_records_become_undetermined(federation: Federation) -> None:
    load(federation, hanako())
    federation.set_date(date(2013, 7, 10))
    there = Address(CHIYODA, "東京都千代田区九段南一丁目2番1号")
    load(federation, hanako(address=there, recorded_since=date(2013, 7, 10)), at=CHIYODA)
    during = found(federation, query())
    assert during.result is Result.FOUND
    assert during.person is not None
    assert during.person.facts.address == there, "the later event"
    federation.set_date(date(2013, 8, 8))
    assert found(federation, query()).result is Result.FOUND
    federation.set_date(date(2013, 8, 9))
    after = found(federation, query())
    assert (after.result, after.person, after.history) == (Result.UNDETERMINED, None, ())
    by_four = found(federation, by_items(address=there.text))
    assert by_four.result is Result.UNDETERMINED
    assert [entry.outcome for entry in entries(federation)] == [
        Outcome.DONE,
        Outcome.DONE,
        Outcome.NONE,
        Outcome.NONE,
    ]
    assert {entry.subject_code for entry in entries(federation)} == {CODES[0]}, "by items as by the code"


def test_two_live_records_of_the_same_day_are_undetermined_at_once(federation: Federation) -> None:
    load(federation, hanako())
    load(federation, hanako(address=Address(CHIYODA, "東京都千代田区九段南一丁目2番1号")), at=CHIYODA)
    assert found(federation, query()).result is Result.UNDETERMINED


def leave_for_fukushima(federation: Federation) -> None:
    filing = MoveOutFiling(
        (FIRST,), Place("福島県福島市", FUKUSHIMA), date(2013, 7, 10), DAY, notified_by=IN_PERSON
    )
    done = moves.file_move_out(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, Registered), done
    federation.set_date(date(2013, 7, 10))


def arrive_in_fukushima(federation: Federation) -> None:
    person = Person(
        PersonName("渡邉　花子", "ワタナベ　ハナコ"),
        PartialDate("1979-11-23"),
        hanako().sex,
        "世帯主",
        code=CODES[0],
        koseki=hanako().koseki,
    )
    filing = MoveInFiling(
        (person,),
        FUKUSHIMA_ADDRESS,
        Place(ADDRESS.full, KUNITACHI),
        moved_on=date(2013, 7, 10),
        filed_on=date(2013, 7, 10),
        evidence=MoveInEvidence.CERTIFICATE,
        status_shown=False,
        notified_by=IN_PERSON,
    )
    done = moves.move_in(federation.context(FUKUSHIMA), CLERK, filing)
    assert isinstance(done, Registered), done


@pytest.mark.parametrize("late", ["pref-13", "pref-07"])
def test_a_move_is_told_the_same_whichever_notice_comes_first(federation: Federation, late: str) -> None:
    load(federation, hanako())
    leave_for_fukushima(federation)
    arrive_in_fukushima(federation)
    federation.line.cut = {NodeId(late)}
    federation.run()
    meanwhile = found(federation, query())
    assert meanwhile.person is not None
    if late == "pref-13":
        assert meanwhile.person.facts.address == FUKUSHIMA_ADDRESS, "recorded there, not yet deleted here"
        assert changes(meanwhile) == [RECORDED]
    else:
        assert meanwhile.person.facts.address == ADDRESS, "deleted here, not yet recorded there"
        assert (meanwhile.person.kind, meanwhile.person.reason) == LEFT
    federation.line.cut = set()
    federation.clock.advance(timedelta(hours=1))
    federation.run()
    answer = found(federation, query())
    assert answer.result is Result.FOUND
    assert answer.person is not None
    assert answer.person.facts.address == FUKUSHIMA_ADDRESS
    assert (answer.person.kind, answer.person.reason) == (ChangeKind.RECORDING, NoticeReason.MOVE_IN)
    assert changes(answer) == [RECORDED, LEFT], "every earlier notice, and not the one that answers"
    assert found(federation, by_items(address=FUKUSHIMA_ADDRESS.text)).result is Result.FOUND


def test_a_code_changed_after_a_move_is_an_old_one(federation: Federation) -> None:
    """The record left behind ended on the day on which the new one began: it does not speak for the old code."""
    load(federation, hanako())
    leave_for_fukushima(federation)
    arrive_in_fukushima(federation)
    federation.run()
    change_code(federation, FUKUSHIMA_ADDRESS, FUKUSHIMA)
    old = found(federation, query())
    assert (old.result, old.reason, old.person) == (Result.NONE, AnswerReason.SUPERSEDED, None)
    assert {told.facts.code for told in old.history} == {CODES[0]}


def die(federation: Federation, number: str = FIRST) -> None:
    done = deaths.record_death(federation.context(KUNITACHI), CLERK, DeathFiling(number, DAY, DAY))
    assert isinstance(done, Registered), done
    federation.run()


@case("Ord. Arts. 30-6(iii), 30-11(iii)")
def test_a_death_is_told_until_the_end_of_its_term(federation: Federation) -> None:
    load(federation, hanako())
    die(federation)
    for day in (DAY, date(2018, 7, 7)):
        federation.set_date(day)
        for asked in (query(), by_items()):
            answer = found(federation, asked)
            assert answer.result is Result.FOUND
            assert answer.person is not None
            assert (answer.person.kind, answer.person.reason) == (ChangeKind.DELETION, NoticeReason.DEATH)
            assert answer.person.occurred_on == DAY
            assert changes(answer) == [RECORDED]
    federation.set_date(date(2018, 7, 8))
    for asked in (query(), by_items()):
        gone = found(federation, asked)
        assert (gone.result, gone.reason, gone.person, gone.history) == (Result.NONE, None, None, ())
        assert entries(federation)[-1].outcome is Outcome.NONE


@case("Ord. Arts. 30-6(i), 30-11(i)")
def test_an_earlier_state_is_told_until_the_end_of_its_own_term(federation: Federation) -> None:
    load(federation, hanako())
    federation.set_date(date(2013, 8, 1))
    there = Address(KUNITACHI, "東京都国立市東一丁目2番地の3")
    day = date(2013, 8, 1)
    filing = MoveWithinFiling((Mover(FIRST),), there, day, day, new_household=False, notified_by=IN_PERSON)
    done = moves.move_within(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, Registered), done
    federation.run()
    federation.set_date(date(2018, 7, 31))
    before = found(federation, query())
    assert [told.facts.address for told in before.history] == [ADDRESS]
    federation.set_date(date(2018, 8, 1))
    after = found(federation, query())
    assert after.person is not None
    assert after.person.facts.address == there
    assert after.history == ()
    assert found(federation, by_items()).result is Result.NONE, "an earlier address finds nobody"


def test_earlier_states_are_said_to_be_our_policy(federation: Federation) -> None:
    load(federation, hanako())
    assert "policy" not in answers.write_answer(found(federation, query()))
    die(federation)
    written = answers.write_answer(found(federation, query()))
    assert written["policy"] == [
        "history: earlier notices of the same code are given with the answer",
    ]
    assert HANAKO["name"] == written["person"]["name"]
