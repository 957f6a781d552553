from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.messages.samples import KUNITACHI, TOKYO, signing_key, statement

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import frames, strict_json
from jukinet.messages.frames import Frame, FrameAnswer, FrameRefusal, Parked
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import MAX_ENVELOPE, seal_statement

ENVELOPE = seal_statement(statement(), signing_key(KUNITACHI))
FRAME = Frame(KUNITACHI, TOKYO, Stream.IDENTITY, 0, 7, (ENVELOPE, ENVELOPE))


def frame(**changed: Any) -> bytes:
    plain = strict_json.parse(frames.write_frame(FRAME), limit=frames.MAX_FRAME)
    return strict_json.dump(plain | changed)


def refused(data: bytes) -> JukinetError:
    with pytest.raises(JukinetError) as caught:
        frames.read_frame(data)
    return caught.value


def test_a_frame_is_read_as_written_and_its_statements_verbatim() -> None:
    assert frames.read_frame(frames.write_frame(FRAME)) == FRAME


@given(st.lists(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1), min_size=1))
def test_whatever_stands_in_an_envelope_is_kept(texts: list[str]) -> None:
    sent = Frame(KUNITACHI, TOKYO, Stream.MOVE, 1, 1, tuple(text.encode() for text in texts))
    assert frames.read_frame(frames.write_frame(sent)) == sent


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"from": "muni-132153"}, "from"),
        ({"to": None}, "to"),
        ({"stream": "identity-notice"}, "stream"),
        ({"incarnation": -1}, "incarnation"),
        ({"first_number": 0}, "first_number"),
        ({"first_number": "1"}, "first_number"),
        ({"statements": []}, "statements"),
        ({"statements": "x"}, "statements"),
        ({"statements": ["x"] * (frames.MAX_STATEMENTS + 1)}, "statements"),
        ({"statements": ["x", ""]}, "statements[1]"),
        ({"statements": ["辻"]}, "statements[0]"),
        ({"statements": [{}]}, "statements[0]"),
        ({"statements": ["x" * (MAX_ENVELOPE + 1)]}, "statements[0]"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_faulty_frame_is_refused(changed: dict[str, Any], field: str) -> None:
    error = refused(frame(**changed))
    assert error.kind is ErrorKind.INVALID
    assert [fault.field for fault in error.faults] == [field]


def test_a_frame_has_a_largest_size() -> None:
    assert refused(b"x" * (frames.MAX_FRAME + 1)).kind is ErrorKind.TOO_LARGE


@given(st.lists(st.integers(1, MAX_ENVELOPE), min_size=1, max_size=60))
def test_what_fits_makes_a_frame_that_is_read(sizes: list[int]) -> None:
    envelopes = [b'"' * (size // 2 + 1) for size in sizes]
    taken = frames.fitting(envelopes)
    assert taken == tuple(envelopes[: len(taken)])
    written = frames.write_frame(Frame(KUNITACHI, TOKYO, Stream.IDENTITY, 2**53, 2**53, taken))
    assert len(written) <= frames.MAX_FRAME
    if len(taken) < len(envelopes):
        one_more = tuple(envelopes[: len(taken) + 1])
        longer = frames.write_frame(Frame(KUNITACHI, TOKYO, Stream.IDENTITY, 2**53, 2**53, one_more))
        assert len(longer) > frames.MAX_FRAME - 8192


def test_a_full_frame_is_not_too_large_with_every_quote_escaped() -> None:
    envelopes = [b'"' * MAX_ENVELOPE] * 40
    taken = frames.fitting(envelopes)
    assert 10 < len(taken) < len(envelopes)
    frame_of_all = Frame(KUNITACHI, TOKYO, Stream.IDENTITY, 0, 1, taken)
    assert frames.read_frame(frames.write_frame(frame_of_all)) == frame_of_all


def test_at_least_one_statement_always_fits_and_never_more_than_the_limit() -> None:
    assert len(frames.fitting([b'"' * MAX_ENVELOPE])) == 1
    assert len(frames.fitting([ENVELOPE] * (frames.MOST_SENT + 1))) == frames.MOST_SENT


@pytest.mark.parametrize(
    "answer",
    [
        FrameAnswer(0, 1),
        FrameAnswer(9, 10, (Parked(8, ErrorKind.INVALID), Parked(9, ErrorKind.CONFLICT))),
        FrameAnswer(9, 10, halted=True, refused=FrameRefusal.HALTED),
        *(FrameAnswer(3, 4, refused=reason) for reason in FrameRefusal),
    ],
)
def test_an_answer_is_read_as_written(answer: FrameAnswer) -> None:
    assert frames.read_answer(frames.write_answer(answer)) == answer


@pytest.mark.parametrize(
    "changed",
    [
        {"cursor": -1},
        {"cursor": None},
        {"expected": 0},
        {"halted": "no"},
        {"halted": None},
        {"refused": "because"},
        {"parked": [{"number": 1}]},
        {"parked": [{"number": 1, "reason": "bad"}]},
        {"parked": None},
        {"extra": 1},
    ],
)
def test_a_faulty_answer_is_refused(changed: dict[str, Any]) -> None:
    plain = strict_json.parse(frames.write_answer(FrameAnswer(3, 4)), limit=1000)
    with pytest.raises(JukinetError) as caught:
        frames.read_answer(strict_json.dump(plain | changed))
    assert caught.value.kind is ErrorKind.INVALID
