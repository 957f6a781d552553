"""Question and answer of the consistency check on the wire: what is written is read back, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.messages.samples import DIRECTORY, KUNITACHI, NOW, TOKYO, signing_key

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.reading import reading
from jukinet.messages import calls
from jukinet.messages.calls import LIFETIME, Call, answer_to, open_answer, open_call, seal_answer, seal_call
from jukinet.messages.consistency import (
    LISTED,
    MOST_PREFIXES,
    TOP,
    CheckAnswer,
    CheckQuestion,
    Listed,
    Opened,
    read_answer,
    write_answer,
)
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind

DIGEST = bytes(range(16))


def call(question: CheckQuestion) -> Call:
    return Call("a" * 32, CallKind.CONSISTENCY, KUNITACHI, TOKYO, NOW, NOW + LIFETIME, question)


def asked(question: CheckQuestion) -> Any:
    envelope = seal_call(call(question), signing_key(KUNITACHI))
    return open_call(envelope, DIRECTORY.owned_key, sender=KUNITACHI, receiver=TOKYO, now=NOW).body


def told(question: CheckQuestion, answer: CheckAnswer) -> Any:
    asked_for = call(question)
    key = signing_key(TOKYO, KeyUse.ANSWER)
    envelope = seal_answer(answer_to(asked_for, answer, NOW), key, call=asked_for)
    return open_answer(envelope, DIRECTORY.owned_key, call=asked_for).body


def line(code: str, municipality: str = "132152") -> Listed:
    return Listed(municipality, code, DIGEST)


def test_question_and_answer_come_back_as_they_were() -> None:
    question = CheckQuestion(("1", "234"), recompute=True)
    answer = CheckAnswer(
        7,
        (
            Opened("1", {"100": DIGEST, "199": DIGEST[::-1]}),
            Opened("234", records=(line("23400000000"), line("23400000000", "131016"), line("23499999999"))),
        ),
        ("23400000000",),
    )
    with pytest.raises(JukinetError):
        told(question, answer)  # the municipalities of one code stand in their order
    opened = answer.opened[1]
    assert opened.records is not None
    ordered = Opened("234", records=(opened.records[1], opened.records[0], opened.records[2]))
    answer = CheckAnswer(7, (answer.opened[0], ordered), answer.parked)
    assert asked(question) == question
    assert told(question, answer) == answer


def test_an_answer_of_the_largest_size_fits() -> None:
    prefixes = tuple(f"{number:03d}" for number in range(MOST_PREFIXES))
    records = [tuple(line(f"{one}{number:08d}") for number in range(LISTED)) for one in prefixes]
    opened = tuple(Opened(one, records=lines) for one, lines in zip(prefixes, records, strict=True))
    question = CheckQuestion(prefixes)
    assert told(question, CheckAnswer(1, opened)).opened == opened
    full = tuple(Opened(one, {f"{one}{below:02d}": DIGEST for below in range(100)}) for one in prefixes)
    assert told(question, CheckAnswer(1, full)).opened == full


@pytest.mark.parametrize(
    "prefixes", [(), ("1", "1"), ("",), ("1a",), ("1234567890",), tuple(f"{n:02d}" for n in range(33))]
)
def test_what_is_no_question_is_refused(prefixes: tuple[str, ...]) -> None:
    with pytest.raises(JukinetError) as raised:
        asked(CheckQuestion(prefixes))
    assert raised.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize(
    "opened",
    [
        (),
        (Opened("2", {}),),
        (Opened("1", {}), Opened("1", {})),
        (Opened("1", records=(line("20000000000"),)),),
        (Opened("1", records=(line("10000000000"), line("10000000000"))),),
        (Opened("1", records=(line("19999999999"), line("10000000000"))),),
    ],
    ids=["nothing", "another", "twice", "of another range", "a record twice", "out of order"],
)
def test_an_answer_to_something_else_is_refused(opened: tuple[Opened, ...]) -> None:
    with pytest.raises(JukinetError) as raised:
        told(CheckQuestion(("1",)), CheckAnswer(1, opened))
    assert raised.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize(
    "changed",
    [
        {"ranges": "AAAA"},
        {"ranges": "*" * 2136},
        {"ranges": None},
        {"records": ["13215210000000000"]},
        {"records": ["13215210000000000" + "A" * 22]},
        {"name": "見本 花子"},
    ],
    ids=["short", "no base64", "neither", "both, and without a digest", "both", "another field"],
)
def test_what_is_no_answer_is_refused(changed: dict[str, Any]) -> None:
    plain = write_answer(CheckAnswer(1, (Opened("1", {}),)))
    plain["opened"][0] |= changed
    with pytest.raises(JukinetError) as raised, reading(plain) as fields:
        read_answer(fields)
    assert raised.value.kind is ErrorKind.INVALID


def test_a_question_of_one_kind_is_not_sent_as_another() -> None:
    wrong = Call(
        "a" * 32, CallKind.NATIONWIDE_COPY, KUNITACHI, TOKYO, NOW, NOW + LIFETIME, CheckQuestion(TOP)
    )
    with pytest.raises(JukinetError):
        calls.seal_call(wrong, signing_key(KUNITACHI))
