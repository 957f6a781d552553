"""The fixed encoding: injective, and the same for ever."""

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.encoding import PREFIX, encode, encode_identity
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Sex

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6) | st.text("\0\1ab", max_size=4)
PAIRS = st.lists(st.tuples(TEXT, st.none() | TEXT), max_size=4, unique_by=lambda pair: pair[0])


def decode(data: bytes) -> list[tuple[str, str | None]]:
    """An independent reader: what can be read back was injective."""
    assert data.startswith(PREFIX)
    rest = data[len(PREFIX) :]

    def take(length):
        nonlocal rest
        taken, rest = rest[:length], rest[length:]
        assert len(taken) == length
        return taken

    def text():
        return take(int.from_bytes(take(4), "big")).decode()

    pairs = []
    for _ in range(int.from_bytes(take(4), "big")):
        name = text()
        pairs.append((name, text() if take(1) == b"\1" else None))
    assert rest == b""
    return pairs


@given(PAIRS)
def test_what_was_encoded_can_be_read_back(pairs):
    assert decode(encode(pairs)) == pairs


@given(PAIRS, PAIRS)
def test_different_items_give_different_bytes(one, other):
    assert (encode(one) == encode(other)) == (one == other)


def test_the_bytes_never_change():
    assert encode([("a", "é"), ("b", None)]).hex() == (
        "6a756b696e65742d6974656d732d76310a0000000200000001610100000002c3a9000000016200"
    )


def test_absent_empty_and_moved_text_differ():
    given_: list[list[tuple[str, str | None]]] = [
        [("a", None)],
        [("a", "")],
        [],
        [("a", ""), ("b", None)],
        [("ab", "")],
        [("a", "b")],
        [("b", "a")],
    ]
    assert len({encode(pairs) for pairs in given_}) == len(given_)


def test_a_name_comes_once_and_surrogates_never():
    with pytest.raises(ValueError, match="twice"):
        encode([("a", "1"), ("a", "2")])
    with pytest.raises(ValueError, match="surrogates"):
        encode([("a", "\ud800")])


FACTS = IdentityFacts(
    name="架空 花子",
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    address=Address(MunicipalityCode("132152"), "東京都国立市東一丁目2番3号", "架空荘101"),
    code=ResidentRecordCode("24727059608"),
    nickname="架空",
)


def test_every_fact_counts():
    changed = [
        dataclasses.replace(FACTS, name="架空　花子"),
        dataclasses.replace(FACTS, nickname=None),
        dataclasses.replace(FACTS, nickname=""),
        dataclasses.replace(FACTS, birth_date=PartialDate("1980-04-XX")),
        dataclasses.replace(FACTS, sex=Sex.UNKNOWN),
        dataclasses.replace(
            FACTS, address=dataclasses.replace(FACTS.address, municipality=MunicipalityCode("131016"))
        ),
        dataclasses.replace(
            FACTS, address=dataclasses.replace(FACTS.address, text="東京都国立市東一丁目2番4号")
        ),
        dataclasses.replace(FACTS, address=dataclasses.replace(FACTS.address, building=None)),
        dataclasses.replace(FACTS, code=None),
        dataclasses.replace(FACTS, code=ResidentRecordCode("24846016224")),
    ]
    assert len({encode_identity(facts) for facts in [FACTS, *changed]}) == len(changed) + 1


def test_no_fact_is_left_out():
    names = [name for name, _ in decode(encode_identity(FACTS))]
    fields = [field.name for field in dataclasses.fields(IdentityFacts)]
    assert {name.partition(".")[0] for name in names} == set(fields)
    assert {name.partition(".")[2] for name in names} - {""} == {f.name for f in dataclasses.fields(Address)}


def test_the_bytes_of_an_identity_never_change():
    assert hashlib.sha256(encode_identity(FACTS)).hexdigest() == IDENTITY_DIGEST


IDENTITY_DIGEST = "7120868cf882fa0d56a6117001cf50abcd1f1b5b2fbbcae827dc83f08000bb4e"
