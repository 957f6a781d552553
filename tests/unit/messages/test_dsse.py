from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.messages.samples import NOW, YEAR, signing_key

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import dsse
from jukinet.messages.keys import KeyUse, PublicKey, SigningKey

KIND = "application/vnd.jukinet.test.v1+json"
PAYLOAD = '{"name":"辻"}'.encode()
SIGNER = signing_key("one")
KNOWN = {SIGNER.key_id: SIGNER.public(NOW, NOW + YEAR)}


def opened(envelope: bytes, kind: str = KIND, use: KeyUse = KeyUse.STATEMENT, limit: int = 10_000) -> bytes:
    return dsse.open_envelope(envelope, kind, KNOWN.get, use=use, limit=limit)


def refused(envelope: bytes, **how: Any) -> ErrorKind:
    with pytest.raises(JukinetError) as caught:
        opened(envelope, **how)
    return caught.value.kind


def respelled(**changed: Any) -> bytes:
    """A good envelope with fields replaced, in the canonical spelling."""
    plain = json.loads(dsse.seal(KIND, PAYLOAD, SIGNER)) | changed
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_encoding_is_the_published_one() -> None:
    # The example of the DSSE specification, protocol.md.
    signed = dsse.encode_for_signing("http://example.com/HelloWorld", b"hello world")
    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_count_bytes() -> None:
    assert dsse.encode_for_signing("é", "辻".encode()) == b"DSSEv1 2 \xc3\xa9 3 \xe8\xbe\xbb"


@given(st.tuples(st.text("a 1", max_size=6), st.binary(max_size=6)), st.tuples(st.text("a 1"), st.binary()))
def test_two_contents_are_never_signed_as_the_same_bytes(
    one: tuple[str, bytes], other: tuple[str, bytes]
) -> None:
    assert (dsse.encode_for_signing(*one) == dsse.encode_for_signing(*other)) == (one == other)


@given(st.binary(max_size=300))
def test_what_is_sealed_is_opened(payload: bytes) -> None:
    assert opened(dsse.seal(KIND, payload, SIGNER)) == payload


def test_the_envelope_has_the_published_form() -> None:
    envelope = json.loads(dsse.seal(KIND, PAYLOAD, SIGNER))
    assert set(envelope) == {"payload", "payloadType", "signatures"}
    assert base64.b64decode(envelope["payload"]) == PAYLOAD
    assert envelope["payloadType"] == KIND
    (signature,) = envelope["signatures"]
    assert set(signature) == {"keyid", "sig"}
    SIGNER.private.public_key().verify(
        base64.b64decode(signature["sig"]), dsse.encode_for_signing(KIND, PAYLOAD)
    )


def test_every_changed_removed_or_added_byte_is_refused() -> None:
    envelope = dsse.seal(KIND, PAYLOAD, SIGNER)
    for at in range(len(envelope)):
        for bit in range(8):
            changed = bytes([envelope[at] ^ (1 << bit)])
            assert refused(envelope[:at] + changed + envelope[at + 1 :])
        assert refused(envelope[:at] + envelope[at + 1 :])
        for added in b' "A=\n':
            assert refused(envelope[:at] + bytes([added]) + envelope[at:])


@given(st.data())
def test_no_other_bytes_open(data: st.DataObject) -> None:
    envelope = dsse.seal(KIND, PAYLOAD, SIGNER)
    start = data.draw(st.integers(0, len(envelope)))
    end = data.draw(st.integers(start, len(envelope)))
    mutated = envelope[:start] + data.draw(st.binary(max_size=12)) + envelope[end:]
    if mutated != envelope:
        assert refused(mutated)


@pytest.mark.parametrize(
    "envelope",
    [
        json.dumps(json.loads(dsse.seal(KIND, PAYLOAD, SIGNER))).encode(),  # spaces
        dsse.seal(KIND, PAYLOAD, SIGNER) + b"\n",
        dsse.seal(KIND, PAYLOAD, SIGNER).replace(b"/", b"\\/"),
        respelled(extra=1),
        respelled(signatures=[]),
        respelled(signatures=json.loads(dsse.seal(KIND, PAYLOAD, SIGNER))["signatures"] * 2),
        respelled(signatures={"keyid": SIGNER.key_id, "sig": "AAAA"}),
        respelled(signatures=[{"keyid": SIGNER.key_id}]),
        respelled(signatures=[{"keyid": [SIGNER.key_id], "sig": "AAAA"}]),
        respelled(signatures=[{"keyid": "../" + "0" * 13, "sig": "AAAA"}]),
        respelled(signatures=[{"keyid": SIGNER.key_id, "sig": 1}]),
        respelled(signatures=["x"]),
        respelled(payloadType=5),
        respelled(payloadType=None),
        respelled(payload=5),
        respelled(payload="A"),
        respelled(payload="辻"),
        respelled(payload="AB=="),  # bits that no byte needs
        respelled(payload="_-_-"),
        b"[]",
        b"{}",
        b"",
    ],
)
def test_any_other_form_is_malformed(envelope: bytes) -> None:
    assert refused(envelope) is ErrorKind.MALFORMED


def test_another_type_is_refused_though_the_signature_is_good() -> None:
    assert refused(dsse.seal(KIND, PAYLOAD, SIGNER), kind=KIND + "x") is ErrorKind.UNAUTHENTIC


def test_a_type_written_over_is_refused() -> None:
    relabelled = respelled(payloadType=KIND + "x")
    assert refused(relabelled, kind=KIND + "x") is ErrorKind.UNAUTHENTIC


def test_a_key_of_another_use_is_refused() -> None:
    for use in KeyUse:
        if use is not KeyUse.STATEMENT:
            assert refused(dsse.seal(KIND, PAYLOAD, SIGNER), use=use) is ErrorKind.UNAUTHENTIC


def test_an_unknown_key_is_refused() -> None:
    assert refused(dsse.seal(KIND, PAYLOAD, signing_key("two"))) is ErrorKind.UNAUTHENTIC


def test_a_finder_that_gives_another_key_does_not_help() -> None:
    other = signing_key("two")
    envelope = dsse.seal(KIND, PAYLOAD, other)

    def any_key(_: str) -> PublicKey:
        return KNOWN[SIGNER.key_id]

    with pytest.raises(JukinetError) as caught:
        dsse.open_envelope(envelope, KIND, any_key, use=KeyUse.STATEMENT, limit=10_000)
    assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_a_key_id_that_is_not_the_signers_is_refused() -> None:
    other = signing_key("two")
    liar = SigningKey(SIGNER.key_id, KeyUse.STATEMENT, other.private)
    envelope = dsse.seal(KIND, PAYLOAD, liar)
    assert refused(envelope) is ErrorKind.UNAUTHENTIC
    # Nor where a careless finder gives the key that did sign.
    sealed = dsse.Envelope(envelope, limit=10_000)
    with pytest.raises(JukinetError):
        sealed.open(KIND, other.public(NOW, NOW + YEAR), use=KeyUse.STATEMENT)


def test_the_payload_is_not_reached_before_the_signature_is_checked() -> None:
    sealed = dsse.Envelope(dsse.seal(KIND, PAYLOAD, signing_key("two")), limit=10_000)
    assert (sealed.payload_type, sealed.key_id) == (KIND, signing_key("two").key_id)
    assert "辻" not in repr(sealed)
    with pytest.raises(JukinetError):
        sealed.open(KIND, KNOWN[SIGNER.key_id], use=KeyUse.STATEMENT)


def test_a_large_envelope_is_refused_unread() -> None:
    envelope = dsse.seal(KIND, PAYLOAD, SIGNER)
    assert opened(envelope, limit=len(envelope)) == PAYLOAD
    assert refused(envelope, limit=len(envelope) - 1) is ErrorKind.TOO_LARGE
