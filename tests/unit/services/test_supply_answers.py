"""Answers that find nobody have one length on the wire, however much history there is and however many waited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jukinet.law.supply import AnswerReason, Result
from jukinet.messages.promises import Promise
from jukinet.services.supply import answers
from jukinet.services.supply.desk import MOST
from jukinet.services.supply.lookups import Verification
from jukinet.store.supply import Told

BASIS = (
    "Act Art. 30-7(3)",
    "Act Appended Table 1, row 77",
    "Affairs Ordinance Art. 1(94) no. 1",
    "Act Art. 30-10(1)(iii)",
)
EARLIER = Told(
    "24727059608",
    "modification",
    "address-change",
    "2010-04-01",
    "渡邉　花子",
    None,
    "1979-11-23",
    "female",
    "132152",
    "東京都国立市富士見台二丁目47番地の1",
    "見本ハイツ 101号室",
)


def wire_of(notices: int, waited: int) -> bytes:
    """An answer about nobody who is there, with so many earlier notices of the code, promised with so many others."""
    path = (b"\1" * 32,) * (waited - 1).bit_length()
    moment = datetime(2013, 7, 8, tzinfo=UTC)
    promise = Promise("urn:jukinet:log:national:1", b"\1" * 32, 0, waited, path, moment, "0" * 16, b"\1" * 64)
    reason = AnswerReason.SUPERSEDED if notices else None
    return answers.dump_answer(
        Verification("r" * 36, Result.NONE, reason, None, (EARLIER,) * notices, BASIS, promise)
    )


@pytest.mark.parametrize("waited", [1, 2, 64, MOST])
def test_a_replaced_code_with_a_history_is_as_long_as_nobody(waited: int) -> None:
    assert {len(wire_of(notices, waited)) for notices in range(9)} == {answers.SIZE}
    assert len(wire_of(40, waited)) % answers.SIZE == 0
