"""Two had one code by mistake (Act Art. 30-2(2)): what is told of one is not the other's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.services.services import counter
from tests.services.services.test_code_corrections import correct
from tests.services.services.test_ex_officio import CorrectionKind, correction
from tests.services.supply.asking import ADDRESS, CODES, found, hanako, load, query
from tests.services.supply.batching import answered, codes_csv
from tests.services.supply.test_answers import (
    FIRST,
    FUKUSHIMA_ADDRESS,
    LEFT,
    RECORDED,
    arrive_in_fukushima,
    change_code,
    changes,
    leave_for_fukushima,
)

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import PersonName
from jukinet.domain.persons import Address, Sex
from jukinet.law.supply import AnswerReason, Result
from jukinet.services import ex_officio
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.lookups import Verification
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA

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


def names(answer: Verification) -> set[str]:
    """Of whom an answer tells."""
    return {told.facts.name for told in (*filter(None, [answer.person]), *answer.history)}


def test_nor_while_both_stand_under_one_code(federation: Federation, tmp_path: Path) -> None:
    load(federation, hanako())
    load_taro(federation)
    answer = found(federation, query())
    assert (names(answer), answer.history) == ({TARO}, ()), "he was recorded later"
    rows = answered(federation, BatchFiles(tmp_path / "batches"), codes_csv([CODES[0]]), history=True)
    assert [(row["result"], row["name"]) for row in rows] == [("found", TARO)]


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
