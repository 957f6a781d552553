"""Promises: what is signed, and that nothing of it can be put in another's place."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.test_merkle import made, mth
from tests.unit.messages.samples import KUNITACHI, NOW, TOKYO, signing_key

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.reading import reading
from jukinet.messages import promises
from jukinet.messages.keys import KeyUse
from jukinet.messages.promises import Promise

LOG = promises.log_name(TOKYO, 2)
KEY = signing_key(TOKYO, KeyUse.LOG)
SPAN = (NOW - timedelta(days=1), NOW + timedelta(days=1))
PUBLIC = KEY.public(*SPAN)
BY = NOW + timedelta(seconds=10)


def promised(size: int = 5) -> list[Promise]:
    return promises.promise(KEY, LOG, made(size), BY)


def read(plain: object) -> Promise:
    with reading(plain) as fields:
        return Promise.from_fields(fields)


@given(st.integers(1, 40), st.data())
def test_each_is_read_as_written_and_believed(size: int, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(promised(size)))
    again = read(json.loads(json.dumps(one.to_plain())))
    assert again == one
    again.require_signed(TOKYO, [PUBLIC])


def test_what_is_signed_can_be_made_by_hand() -> None:
    """Against the text of the reference, with nothing of the program but the promise itself."""
    one = promised()[3]
    said = (
        f'{{"integrate_by":"{one.to_plain()["integrate_by"]}","log":"urn:jukinet:log:pref-13:2",'
        f'"root":"{mth(made(5)).hex()}","size":5}}'
    ).encode()
    kind = b"application/vnd.jukinet.log-promise.v1+json"
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(said), said)
    Ed25519PublicKey.from_public_bytes(KEY.raw_public).verify(one.signature, signed)
    assert len({each.signature for each in promised()}) == 1, (
        "one signature for all that were entered together"
    )


ALTERED: dict[str, Callable[[Promise], Promise]] = {
    "another leaf": lambda one: replace(one, leaf=hashlib.sha256(b"").digest()),
    "another place": lambda one: replace(one, index=one.index + 1),
    "a smaller tree": lambda one: replace(one, size=one.size - 1),
    "a place outside": lambda one: replace(one, index=one.size),
    "a path cut short": lambda one: replace(one, path=one.path[:-1]),
    "a longer path": lambda one: replace(one, path=(*one.path, one.leaf)),
    "more time": lambda one: replace(one, integrate_by=one.integrate_by + timedelta(days=1)),
    "another life": lambda one: replace(one, log=promises.log_name(TOKYO, 1)),
    "another node": lambda one: replace(one, log=promises.log_name(KUNITACHI, 2)),
    "another key": lambda one: replace(one, key_id="0" * 16),
    "another signature": lambda one: replace(one, signature=bytes(64)),
}


@pytest.mark.parametrize("alter", ALTERED.values(), ids=ALTERED)
def test_what_was_altered_is_not_believed(alter: Callable[[Promise], Promise]) -> None:
    with pytest.raises(JukinetError) as caught:
        alter(promised()[2]).require_signed(TOKYO, [PUBLIC])
    assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_only_a_log_key_of_the_node_promises() -> None:
    other = signing_key(TOKYO, KeyUse.ANSWER)
    with pytest.raises(JukinetError):
        promises.promise(other, LOG, made(1), BY)
    for keys in (
        [],
        [signing_key(KUNITACHI, KeyUse.LOG).public(*SPAN)],
        [replace(PUBLIC, use=KeyUse.ANSWER)],
    ):
        with pytest.raises(JukinetError) as caught:
            promised()[0].require_signed(TOKYO, keys)
        assert caught.value.kind is ErrorKind.UNAUTHENTIC


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("leaf", "AB" * 32),
        ("path", ["00"]),
        ("path", ["00" * 32] * 65),
        ("size", 0),
        ("index", -1),
        ("signature", base64.b64encode(bytes(63)).decode()),
        ("signature", "é"),
        ("log", None),
    ],
)
def test_every_field_has_its_form(field: str, value: object) -> None:
    with pytest.raises(JukinetError) as caught:
        read(promised()[0].to_plain() | {field: value})
    assert [fault.field.partition("[")[0] for fault in caught.value.faults] == [field]
