from __future__ import annotations

from typing import Any

import pytest
from tests.unit.messages.samples import KUNITACHI, TOKYO, signing_key, statement

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import frames, handshakes, strict_json
from jukinet.messages.handshakes import Handshake, HandshakeAnswer, LaneHeld, LaneKnown, Told
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import MAX_ENVELOPE, seal_statement

ENVELOPE = seal_statement(statement(), signing_key(KUNITACHI))
ASKED = Handshake(
    KUNITACHI, TOKYO, 2, (LaneKnown(Stream.IDENTITY, 3, 0), LaneKnown(Stream.MOVE, 0, 7)), 50, Told(1, 3)
)
ANSWER = HandshakeAnswer(
    1,
    (LaneHeld(Stream.IDENTITY, 5, 4, (ENVELOPE, ENVELOPE), Told(1, 9)), LaneHeld(Stream.MOVE, 0, 1)),
    (ENVELOPE,),
)


def question(**changed: Any) -> bytes:
    plain = strict_json.parse(handshakes.write_handshake(ASKED), limit=handshakes.MAX_HANDSHAKE)
    return strict_json.dump(plain | changed)


def answer(**changed: Any) -> bytes:
    plain = strict_json.parse(handshakes.write_answer(ANSWER), limit=handshakes.MAX_HANDSHAKE_ANSWER)
    return strict_json.dump(plain | changed)


def test_question_and_answer_are_read_as_written() -> None:
    assert handshakes.read_handshake(handshakes.write_handshake(ASKED)) == ASKED
    assert handshakes.read_answer(handshakes.write_answer(ANSWER)) == ANSWER


LANE = {"stream": "identity", "acknowledged": 0, "cursor": 0}
HELD = {"stream": "identity", "cursor": 0, "first": 1, "given": [], "told": {"incarnation": 0, "number": 0}}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"from": "x"}, "from"),
        ({"incarnation": 0}, "incarnation"),
        ({"lanes": [LANE, LANE]}, "lanes"),
        ({"lanes": [LANE | {"stream": "x"}]}, "lanes[0].stream"),
        ({"lanes": [LANE | {"cursor": -1}]}, "lanes[0].cursor"),
        ({"void_codes": -1}, "void_codes"),
        ({"said": {"incarnation": 0}}, "said.number"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_faulty_question_is_refused(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(JukinetError) as caught:
        handshakes.read_handshake(question(**changed))
    assert caught.value.kind is ErrorKind.INVALID
    assert [fault.field for fault in caught.value.faults] == [field]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"incarnation": 0}, "incarnation"),
        ({"lanes": [HELD | {"first": 0}]}, "lanes[0].first"),
        ({"lanes": [HELD | {"given": ["辻"]}]}, "lanes[0].given"),
        ({"lanes": [HELD | {"given": ["x" * (MAX_ENVELOPE + 1)]}]}, "lanes[0].given"),
        ({"forwarded": "x"}, "forwarded"),
        ({"forwarded": [""]}, "forwarded"),
    ],
)
def test_a_faulty_answer_is_refused(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(JukinetError) as caught:
        handshakes.read_answer(answer(**changed))
    assert [fault.field for fault in caught.value.faults] == [field]


def test_an_answer_gives_no_more_than_it_can_carry_and_the_first_lane_first() -> None:
    large = b'"' * (MAX_ENVELOPE // 2)
    many = tuple(large for _ in range(40))
    held = HandshakeAnswer(
        1, (LaneHeld(Stream.IDENTITY, 99, 1, many), LaneHeld(Stream.MOVE, 99, 1, many)), many
    )
    fitted = handshakes.fitting(held)
    assert len(handshakes.write_answer(fitted)) <= handshakes.MAX_HANDSHAKE_ANSWER
    first, second = fitted.lanes
    assert 0 < len(first.given) < len(many) or len(first.given) * len(large) <= frames.MAX_FRAME
    assert first.given
    assert len(second.given) <= len(first.given)
    assert (first.cursor, second.cursor) == (99, 99)
