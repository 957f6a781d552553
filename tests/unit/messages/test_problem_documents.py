"""Problem documents from outside: nothing in them may surprise the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.errors import ErrorKind, Fault
from jukinet.messages.problem_documents import MEDIA_TYPE, Problem, ProblemRule, read_problem


def read(document: Any, status: int = 403, content_type: str = MEDIA_TYPE) -> Problem:
    return read_problem(status, content_type, json.dumps(document).encode())


def test_kind_sentence_faults_and_rules_are_read() -> None:
    found = read(
        {
            "type": "urn:jukinet:problem:forbidden",
            "detail": "No.",
            "faults": [{"field": "code", "problem": "is missing"}],
            "rules": [
                {"rule": "S1", "article": "30-7", "kind": "law", "sentence": "as later versions may say"}
            ],
            "extension": {"of": "theirs"},
        }
    )
    rules = (ProblemRule("S1", "30-7", "law"),)
    assert found == Problem(ErrorKind.FORBIDDEN, "No.", (Fault("code", "is missing"),), rules)


@pytest.mark.parametrize(
    ("status", "kind"), [(400, ErrorKind.MALFORMED), (404, ErrorKind.MALFORMED), (502, ErrorKind.UNAVAILABLE)]
)
def test_what_is_no_problem_document_goes_by_its_status(status: int, kind: ErrorKind) -> None:
    for body, content_type in (
        (b"<html>", "text/html"),
        (b"", ""),
        (b"{", MEDIA_TYPE),
        (b'{"type":"about:blank"}', MEDIA_TYPE),
        (b'{"type":"urn:jukinet:problem:unheard-of"}', MEDIA_TYPE),
        (b'{"type":["urn:jukinet:problem:forbidden"]}', MEDIA_TYPE),
        (b'{"type":"urn:jukinet:problem:forbidden"}', "application/json"),
    ):
        found = read_problem(status, content_type, body)
        assert (found.kind, found.sentence) == (kind, f"status {status}, without a problem document.")


@pytest.mark.parametrize(
    "part",
    [{"faults": "many"}, {"faults": [1]}, {"rules": [{"rule": "S1"}]}, {"detail": 7}, {"detail": "a\u0007b"}],
    ids=str,
)
def test_a_half_intelligible_document_keeps_its_kind_alone(part: dict[str, Any]) -> None:
    found = read({"type": "urn:jukinet:problem:conflict", **part})
    assert found == Problem(ErrorKind.CONFLICT, "a problem of the kind conflict.")


def test_a_long_sentence_is_cut() -> None:
    found = read({"type": "urn:jukinet:problem:conflict", "detail": "long " * 1000})
    assert len(found.sentence) == 300


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_the_peers_inner_errors_are_to_us_its_absence(kind: ErrorKind) -> None:
    inside = kind in {ErrorKind.INTERNAL, ErrorKind.CONFIGURATION}
    error = Problem(kind, "It broke.").error("pref-13")
    assert error.kind is (ErrorKind.UNAVAILABLE if inside else kind)
    assert str(error) == "pref-13 answered: It broke."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
KNOWN = st.fixed_dictionaries(
    {"type": st.just("urn:jukinet:problem:invalid")},
    optional={"detail": JSON, "title": JSON, "faults": JSON, "rules": JSON},
)


@given(JSON | KNOWN, st.integers(400, 599))
def test_no_document_breaks_the_reader(document: Any, status: int) -> None:
    assert isinstance(read(document, status), Problem)


@given(st.binary())
def test_no_bytes_break_the_reader(body: bytes) -> None:
    assert isinstance(read_problem(500, MEDIA_TYPE, body), Problem)
