"""The search for a code, question and answer: their form on the wire."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.messages.samples import CODE, DIRECTORY, KUNITACHI, NOW, TOKYO, signing_key

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Sex
from jukinet.domain.reading import reading
from jukinet.messages import calls, code_searches
from jukinet.messages.calls import Call
from jukinet.messages.code_searches import CodeAnswer, CodeQuestion
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind

QUESTION = CodeQuestion(MunicipalityCode("132152"), "国立　花子", PartialDate("1980-04-XX"), Sex.FEMALE)
PLAIN = {"home": "132152", "name": "国立　花子", "birth_date": "1980-04-XX", "sex": "female"}


def call() -> Call:
    return Call("a" * 32, CallKind.CODE_SEARCH, KUNITACHI, TOKYO, NOW, NOW + calls.LIFETIME, QUESTION)


def test_what_is_written_is_what_is_read() -> None:
    assert code_searches.write_question(QUESTION) == PLAIN
    sealed = calls.seal_call(call(), signing_key(KUNITACHI))
    opened = calls.open_call(sealed, DIRECTORY.owned_key, sender=KUNITACHI, receiver=TOKYO, now=NOW)
    assert opened.body == QUESTION
    assert "国立" not in repr(opened)


@pytest.mark.parametrize("code", [CODE, None])
def test_an_answer_is_a_code_or_nothing(code: Any) -> None:
    sealed = calls.seal_answer(
        calls.answer_to(call(), CodeAnswer(code), NOW), signing_key(TOKYO, KeyUse.ANSWER), call=call()
    )
    assert calls.open_answer(sealed, DIRECTORY.owned_key, call=call()).body == CodeAnswer(code)
    assert str(CODE) not in repr(CodeAnswer(code))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"home": "132153"}, "home"),
        ({"name": "・"}, "name"),
        ({"birth_date": "1980-13-01"}, "birth_date"),
        ({"sex": "x"}, "sex"),
        ({"address": "東京都国立市"}, "address"),
    ],
)
def test_a_question_is_read_strictly(change: dict[str, str], field: str) -> None:
    with pytest.raises(JukinetError) as refused, reading(PLAIN | change) as fields:
        code_searches.read_question(fields)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_an_answer_tells_no_more_than_the_code() -> None:
    with pytest.raises(JukinetError) as refused, reading({"code": str(CODE), "address": "x"}) as fields:
        code_searches.read_answer(fields)
    assert [fault.field for fault in refused.value.faults] == ["address"]
