from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.messages.samples import KUNITACHI, NOW, TOKYO, signing_key, statement

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import segments, strict_json
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.keys import OwnedKey
from jukinet.messages.segments import Manifest, Segment

NOTICE = statement().body
assert isinstance(NOTICE, IdentityNotice)
LINE = segments.write_line(NOTICE)
DATA = LINE + b"\n"
MANIFEST = Manifest(KUNITACHI, 1, 0, NOW, (Segment("segment-00001.jsonl", 1, segments.root_of([LINE])),))
SPAN = (NOW - timedelta(days=1), NOW + timedelta(days=1))


def rfc(lines: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\0" + lines[0]).digest()
    k = 1
    while k * 2 < len(lines):
        k *= 2
    return hashlib.sha256(b"\1" + rfc(lines[:k]) + rfc(lines[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_root_is_that_of_the_rfc(lines: list[bytes]) -> None:
    assert segments.root_of(lines) == rfc(lines).hex()


def opened(payload: bytes, owner: Any = KUNITACHI, span: Any = SPAN) -> Manifest:
    key = signing_key(KUNITACHI)
    envelope = segments.seal_manifest(payload, key)
    return segments.open_manifest(envelope, lambda _: OwnedKey(owner, key.public(*span)) if owner else None)


def test_a_manifest_is_read_as_written_and_says_how_many() -> None:
    assert opened(segments.write_manifest(MANIFEST)) == MANIFEST
    assert MANIFEST.rows == 1
    assert segments.read_segment(MANIFEST, MANIFEST.segments[0], DATA) == [NOTICE]


@pytest.mark.parametrize(
    ("owner", "span"),
    [(None, SPAN), (TOKYO, SPAN), (KUNITACHI, (NOW + timedelta(hours=1), NOW + timedelta(days=1)))],
)
def test_who_did_not_make_it_is_not_believed(owner: Any, span: Any) -> None:
    with pytest.raises(JukinetError) as caught:
        opened(segments.write_manifest(MANIFEST), owner, span)
    assert caught.value.kind is ErrorKind.UNAUTHENTIC


@pytest.mark.parametrize("name", ["../segment", ".hidden", "a/b", "辻", ""])
def test_a_segment_lies_beside_its_manifest(name: str) -> None:
    plain = strict_json.parse(segments.write_manifest(MANIFEST), limit=10**6)
    plain["segments"][0]["name"] = name
    with pytest.raises(JukinetError) as caught:
        segments.read_manifest(strict_json.dump(plain))
    assert [fault.field for fault in caught.value.faults] == ["segments[0].name"]


@pytest.mark.parametrize("data", [b"", DATA[:-1], DATA * 2, DATA.replace(b"1", b"2", 1), DATA + b"x"])
def test_another_segment_is_refused(data: bytes) -> None:
    with pytest.raises(JukinetError) as caught:
        segments.read_segment(MANIFEST, MANIFEST.segments[0], data)
    assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_a_record_of_another_municipality_is_refused() -> None:
    elsewhere = Manifest(TOKYO, 1, 0, NOW, MANIFEST.segments)
    with pytest.raises(JukinetError) as caught:
        segments.read_segment(elsewhere, MANIFEST.segments[0], DATA)
    assert caught.value.kind is ErrorKind.INVALID
