"""Two had one code by mistake (Act Art. 30-2(2)): what is told of one, and a block of one, is not the other's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.services.services import counter
from tests.services.services.test_code_corrections import correct
from tests.services.services.test_ex_officio import correction
from tests.services.supply.asking import ADDRESS, CODES, ask_all, by_items, found, hanako, load, query
from tests.services.supply.batching import answered, codes_csv
from tests.services.supply.test_answers import (
    FIRST,
    FUKUSHIMA_ADDRESS,
    LEFT,
    RECORDED,
    arrive_in_fukushima,
    change_code,
    changes,
    die,
    leave_for_fukushima,
)
from tests.services.supply.test_blocks import block, unblock

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import PersonName
from jukinet.domain.municipality import NodeId
from jukinet.domain.persons import Address, Sex
from jukinet.law.ex_officio import CorrectionKind
from jukinet.law.supply import AnswerReason, Result
from jukinet.services import ex_officio
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.lookups import Verification
from jukinet.services.supply_blocks import Whom
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

TARO = "見本　太郎"
THERE = Address(CHIYODA, "東京都千代田区九段南一丁目2番1号")


def load_taro(federation: Federation) -> None:
    """Another municipality records another person under Hanako's code."""
    taro = hanako(
        name=PersonName(TARO, "ミホン　タロウ"),
        birth_date=PartialDate("1961-05-06"),
        sex=Sex.MALE,
        address=THERE,
        recorded_since=date(2011, 2, 3),
    )
    load(federation, taro, at=CHIYODA)


def correct_taro(federation: Federation) -> ResidentRecordCode:
    """His municipality corrects it; the code that is his."""
    counter.registered(correct(federation, FIRST, where=CHIYODA))
    federation.run()
    return counter.code_of(counter.read(federation, CHIYODA, FIRST))


@pytest.fixture
def taro(federation: Federation) -> ResidentRecordCode:
    """Taro's code, after both stood under Hanako's and his was corrected."""
    load(federation, hanako())
    load_taro(federation)
    return correct_taro(federation)


def names(answer: Verification) -> set[str]:
    """Of whom an answer tells."""
    return {told.facts.name for told in (*filter(None, [answer.person]), *answer.history)}


def test_the_history_is_of_the_person_who_is_told(
    federation: Federation, tmp_path: Path, taro: ResidentRecordCode
) -> None:
    die(federation)
    assert [names(found(federation, asked)) for asked in (query(), by_items())] == [{"渡邉　花子"}] * 2
    together = ask_all(federation, [query(), query(code=str(taro)), by_items()])
    assert [names(one) for one in together if isinstance(one, Verification)] == [
        {"渡邉　花子"},
        {TARO},
        {"渡邉　花子"},
    ]
    files = BatchFiles(tmp_path / "batches")
    rows = answered(federation, files, codes_csv([CODES[0], taro]), history=True)
    assert [(row["row"], row["result"], row["name"]) for row in rows] == [
        ("1", "found", "渡邉　花子"),
        ("1", "earlier", "渡邉　花子"),
        ("2", "found", TARO),
    ]


def test_nor_while_both_stand_under_one_code(federation: Federation, tmp_path: Path) -> None:
    load(federation, hanako())
    load_taro(federation)
    answer = found(federation, query())
    assert (names(answer), answer.history) == ({TARO}, ()), "he was recorded later"
    rows = answered(federation, BatchFiles(tmp_path / "batches"), codes_csv([CODES[0]]), history=True)
    assert [(row["result"], row["name"]) for row in rows] == [("found", TARO)]


def test_the_others_notice_ends_no_term_of_an_earlier_state(federation: Federation) -> None:
    """What Hanako's next notice replaced is kept from that day on (Ord. 30-11(i)), not from Taro's."""
    load(federation, hanako())
    load_taro(federation)
    federation.set_date(date(2014, 7, 8))
    federation.clock.advance(timedelta(days=365))
    die(federation)
    correct_taro(federation)
    federation.set_date(date(2019, 7, 7))
    answer = found(federation, query())
    assert (answer.result, changes(answer)) == (Result.FOUND, [RECORDED])


def test_a_death_is_told_though_the_other_was_corrected(
    federation: Federation, tmp_path: Path, taro: ResidentRecordCode
) -> None:
    assert found(federation, query()).result is Result.FOUND
    die(federation)
    for asked in (query(), by_items()):
        answer = found(federation, asked)
        assert answer.result is Result.FOUND
        assert answer.person is not None
        assert answer.person.facts.name == "渡邉　花子"
        assert (answer.person.kind, answer.person.reason) == (ChangeKind.DELETION, NoticeReason.DEATH)
    (row,) = answered(federation, BatchFiles(tmp_path / "batches"), codes_csv([CODES[0]]))
    assert (row["result"], row["change_reason"]) == ("found", "death")
    assert found(federation, query(code=str(taro))).result is Result.FOUND


def test_a_death_before_the_other_is_corrected_is_told_too(federation: Federation) -> None:
    load(federation, hanako())
    load_taro(federation)
    die(federation)
    assert names(found(federation, query())) == {TARO}, "of the two the one who lives answers"
    correct_taro(federation)
    assert names(found(federation, query())) == {"渡邉　花子"}


def correct_birth_date(federation: Federation) -> None:
    """In Fukushima it is found that it was always written wrong."""
    filing = correction(FIRST, CorrectionKind.ERROR, birth_date=PartialDate("1979-11-28"))
    filing = replace(filing, occurred_on=date(2013, 7, 10))
    counter.registered(ex_officio.correct_ex_officio(federation.context(FUKUSHIMA), CLERK, filing))
    federation.run()


def test_one_whose_birth_date_was_corrected_after_a_move_stays_one_person(
    federation: Federation, tmp_path: Path
) -> None:
    load(federation, hanako())
    leave_for_fukushima(federation)
    arrive_in_fukushima(federation)
    federation.run()
    correct_birth_date(federation)
    present = found(federation, query())
    assert present.person is not None
    assert present.person.facts.birth_date.text == "1979-11-28"
    moved_in = (ChangeKind.RECORDING, NoticeReason.MOVE_IN)
    assert changes(present) == [RECORDED, LEFT, moved_in]
    files, data = BatchFiles(tmp_path / "batches"), codes_csv([CODES[0]])
    assert [row["result"] for row in answered(federation, files, data, history=True)] == [
        "found",
        *["earlier"] * 3,
    ]
    change_code(federation, FUKUSHIMA_ADDRESS, FUKUSHIMA)
    old = found(federation, query())
    assert (old.result, old.reason) == (Result.NONE, AnswerReason.SUPERSEDED)
    assert changes(old)[:3] == [RECORDED, LEFT, moved_in]
    assert {told.facts.address for told in old.history} == {ADDRESS, FUKUSHIMA_ADDRESS}


def nobody(federation: Federation, *codes: ResidentRecordCode) -> list[bool]:
    """Of which of these codes nothing is told."""
    answers = [found(federation, query(code=str(code))) for code in codes]
    return [(one.result, one.reason, one.history) == (Result.NONE, None, ()) for one in answers]


def test_a_block_of_one_is_not_the_others(federation: Federation, taro: ResidentRecordCode) -> None:
    hers, his = Whom.person(CODES[0]), Whom.person(taro)
    block(federation, hers)
    assert nobody(federation, CODES[0], taro) == [True, False]
    block(federation, his)
    unblock(federation, his)
    assert nobody(federation, CODES[0], taro) == [True, False], "to open him does not open her"
    unblock(federation, hers)
    block(federation, his)
    assert nobody(federation, CODES[0], taro) == [False, True]


@pytest.mark.parametrize("dead", [False, True])
def test_a_block_goes_on_with_each_of_the_two(
    federation: Federation, taro: ResidentRecordCode, dead: bool
) -> None:
    """His next code has nothing to do with her block, whether she lives; hers takes it along."""
    block(federation, Whom.person(CODES[0]))
    if dead:
        die(federation)
    counter.registered(correct(federation, FIRST, where=CHIYODA))
    federation.run()
    his = counter.code_of(counter.read(federation, CHIYODA, FIRST))
    assert nobody(federation, CODES[0], his) == [True, False]
    if not dead:
        change_code(federation)
        hers = counter.code_of(counter.read(federation, KUNITACHI, FIRST))
        assert nobody(federation, hers, his) == [True, False]
        unblock(federation, Whom.person(hers))
        assert nobody(federation, hers, his) == [False, False]


def test_who_came_under_a_blocked_code_is_free_of_the_block_with_a_code_of_his_own(
    federation: Federation,
) -> None:
    load(federation, hanako())
    block(federation, Whom.person(CODES[0]))
    federation.clock.advance(timedelta(seconds=1))
    load_taro(federation)
    assert nobody(federation, CODES[0]) == [True]
    his = correct_taro(federation)
    assert nobody(federation, CODES[0], his) == [True, False]


def test_where_both_stood_under_it_neither_is_opened_but_by_hand(federation: Federation) -> None:
    """Whom the block meant is not known: it is ended for each alone."""
    load(federation, hanako())
    load_taro(federation)
    block(federation, Whom.person(CODES[0]))
    his = correct_taro(federation)
    assert nobody(federation, CODES[0], his) == [True, True]
    unblock(federation, Whom.person(his))
    assert nobody(federation, CODES[0], his) == [True, False]
    counter.registered(correct(federation, FIRST, where=CHIYODA))
    federation.run()
    last = counter.code_of(counter.read(federation, CHIYODA, FIRST))
    assert nobody(federation, CODES[0], last) == [True, False], "what was ended by hand does not come again"


def test_a_block_follows_a_mover_whose_departure_is_told_late(federation: Federation) -> None:
    """Her old place has her still when her new one changes the code: one person all the same."""
    load(federation, hanako())
    leave_for_fukushima(federation)
    arrive_in_fukushima(federation)
    federation.line.cut = {NodeId("pref-13")}
    federation.run()
    change_code(federation, FUKUSHIMA_ADDRESS, FUKUSHIMA)
    hers = counter.code_of(counter.read(federation, FUKUSHIMA, FIRST))
    block(federation, Whom.person(CODES[0]))
    assert nobody(federation, CODES[0], hers) == [True, True]
    unblock(federation, Whom.person(hers))
    assert nobody(federation, hers) == [False]
