from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.messages.samples import NOW, YEAR, signing_key

from jukinet.domain.errors import JukinetError
from jukinet.domain.reading import reading
from jukinet.messages.keys import KeyUse, PublicKey, SigningKey, key_id_of

KEY = signing_key("one")
PUBLIC = KEY.public(NOW, NOW + YEAR)


def read(plain: dict[str, Any]) -> PublicKey:
    with reading({"key": plain}) as fields:
        return fields.object("key", PublicKey.from_fields)


def test_the_id_is_the_start_of_the_digest_of_the_raw_key() -> None:
    raw = KEY.private.public_key().public_bytes_raw()
    assert PUBLIC.raw == raw
    assert PUBLIC.key_id == KEY.key_id == key_id_of(raw) == hashlib.sha256(raw).hexdigest()[:16]


def test_a_seed_gives_the_key_of_rfc_8032() -> None:
    # Section 7.1, test 1.
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SigningKey.from_seed(seed, KeyUse.LOG)
    assert key.raw_public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974")


def test_a_key_survives_the_wire() -> None:
    assert read(PUBLIC.to_plain()) == PUBLIC


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "0" * 16},
        {"id": None},
        {"use": "everything"},
        {"use": "STATEMENT"},
        {"key": "AAAA"},
        {"key": PUBLIC.to_plain()["key"] + "="},
        {"key": "!" * 44},
        {"valid_to": PUBLIC.to_plain()["valid_from"]},
        {"valid_from": "2013-07-08"},
        {"private": "x"},
    ],
)
def test_a_faulty_key_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(JukinetError):
        read(PUBLIC.to_plain() | changed)


def test_validity_includes_its_start_and_excludes_its_end() -> None:
    tick = timedelta(microseconds=1)
    assert [PUBLIC.is_valid_at(moment) for moment in (NOW - tick, NOW, NOW + YEAR - tick, NOW + YEAR)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_signature_fits_one_key_and_one_content() -> None:
    signature = KEY.sign(b"data")
    assert PUBLIC.verifies(signature, b"data")
    assert not PUBLIC.verifies(signature, b"date")
    assert not PUBLIC.verifies(signature[:-1], b"data")
    assert not PUBLIC.verifies(b"", b"data")
    assert not signing_key("two").public(NOW, NOW + YEAR).verifies(signature, b"data")


def test_a_private_key_is_not_shown() -> None:
    assert repr(KEY) == "SigningKey(use='statement')"
