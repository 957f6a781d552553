from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.unit.messages.samples import (
    CHIYODA,
    DIRECTORY,
    KUNITACHI,
    NOW,
    PENSIONS,
    TOKYO,
    YEAR,
    directory,
    node_entry,
    organ_entry,
    signing_key,
)

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug, PrefectureCode
from jukinet.messages import directory as directories
from jukinet.messages import dsse, strict_json
from jukinet.messages.directory import (
    CLOCK_SKEW,
    STALE_AFTER,
    Announcement,
    Directory,
    DirectoryKeys,
    OrganState,
    SignaturePolicy,
    is_stale,
    newer,
    open_directory,
    parse_url,
    seal_directory,
    seal_directory_keys,
)
from jukinet.messages.keys import KeyUse, OwnedKey, SigningKey
from jukinet.messages.kinds import BundleKind, payload_type

ROOT = signing_key("root", KeyUse.ROOT)
CENTRE = signing_key("centre", KeyUse.DIRECTORY)
TICK = timedelta(microseconds=1)

HACHIOJI = NodeId("muni-132012")


def root_statement(
    version: int = 1, start: datetime = NOW - YEAR, end: datetime = NOW + YEAR, signer: SigningKey = ROOT
) -> bytes:
    return seal_directory_keys(DirectoryKeys(version, NOW - YEAR, (CENTRE.public(start, end),)), signer)


def bundle(content: Directory = DIRECTORY, signer: SigningKey = CENTRE, root: bytes | None = None) -> bytes:
    return seal_directory(content, signer, root or root_statement())


def opened(data: bytes, now: datetime = NOW) -> Directory:
    return open_directory(data, ROOT.raw_public, now)


def refused(data: bytes, now: datetime = NOW, root: bytes = ROOT.raw_public) -> ErrorKind:
    with pytest.raises(JukinetError) as caught:
        open_directory(data, root, now)
    return caught.value.kind


def forged(content: dict[str, Any] | bytes, signer: SigningKey = CENTRE) -> bytes:
    """A bundle with whatever directory, well signed."""
    payload = content if isinstance(content, bytes) else strict_json.dump(content)
    envelope = dsse.seal(payload_type(BundleKind.DIRECTORY), payload, signer)
    return strict_json.dump({"keys": root_statement().decode(), "directory": envelope.decode()})


def plain(**changed: Any) -> dict[str, Any]:
    return directories.write_directory(DIRECTORY) | changed


def with_node(**changed: Any) -> dict[str, Any]:
    return plain(nodes=[directories.write_node(node_entry(KUNITACHI)) | changed])


def test_a_directory_is_opened_as_it_was_signed() -> None:
    content = Directory(
        7,
        NOW,
        (
            node_entry(NATIONAL, supply_url="https://centre.example:8444"),
            node_entry(TOKYO, delegates=True, announced=Announcement(date(2002, 8, 5), "公報", "見本町")),
            node_entry(KUNITACHI, connected=False, reason="It does not take part.", since=date(2002, 8, 5)),
            node_entry(CHIYODA, successor=KUNITACHI),
            node_entry(HACHIOJI, city=CHIYODA),
        ),
        (organ_entry(signature=SignaturePolicy.TLS_ONLY, state=OrganState.REVOKED),),
        keys_version=3,
    )
    assert opened(bundle(content, root=root_statement(version=3))) == content


def test_entries_and_keys_are_found_by_name() -> None:
    entry = DIRECTORY.node(KUNITACHI)
    assert entry is not None
    assert entry.prefecture == PrefectureCode("13")
    assert DIRECTORY.node(NodeId("pref-07")) is None
    assert DIRECTORY.organ(PENSIONS) == organ_entry()
    assert DIRECTORY.organ(OrganSlug("passports")) is None
    key = signing_key(KUNITACHI).public(NOW - YEAR, NOW + YEAR)
    assert DIRECTORY.owned_key(key.key_id) == OwnedKey(KUNITACHI, key)
    assert DIRECTORY.find_key(KUNITACHI, key.key_id) == key
    assert DIRECTORY.find_key(CHIYODA, key.key_id) is None
    assert DIRECTORY.owned_key("0" * 16) is None


def test_another_root_is_refused() -> None:
    assert refused(bundle(), root=signing_key("r2", KeyUse.ROOT).raw_public) is ErrorKind.UNAUTHENTIC
    usurper = root_statement(signer=signing_key("r2", KeyUse.ROOT))
    assert refused(bundle(root=usurper)) is ErrorKind.UNAUTHENTIC


def test_a_key_that_the_root_does_not_name_is_refused() -> None:
    for signer in (signing_key("other", KeyUse.DIRECTORY), SigningKey.from_seed(b"x" * 32, KeyUse.DIRECTORY)):
        assert refused(bundle(signer=signer)) is ErrorKind.UNAUTHENTIC


def test_the_root_does_not_sign_the_directory_itself() -> None:
    as_directory_key = SigningKey(ROOT.key_id, KeyUse.DIRECTORY, ROOT.private)
    assert refused(bundle(signer=as_directory_key)) is ErrorKind.UNAUTHENTIC


def test_the_two_parts_are_never_mixed() -> None:
    keys, signed = root_statement().decode(), dsse.seal("x/y", b"{}", CENTRE).decode()
    swapped = strict_json.dump({"keys": signed, "directory": keys})
    assert refused(swapped) is ErrorKind.UNAUTHENTIC
    assert refused(strict_json.dump({"keys": keys, "directory": keys})) is ErrorKind.UNAUTHENTIC


def test_keys_of_another_use_sign_nothing_here() -> None:
    statement_key = signing_key(NATIONAL)
    with pytest.raises(JukinetError):
        seal_directory(DIRECTORY, statement_key, root_statement())
    with pytest.raises(JukinetError):
        seal_directory_keys(DirectoryKeys(1, NOW, ()), CENTRE)
    # Even where the root names it: what it names must be for directories.
    named = DirectoryKeys(1, NOW, (statement_key.public(NOW - YEAR, NOW + YEAR),))
    root = seal_directory_keys(named, ROOT)
    assert refused(bundle(root=root)) is ErrorKind.INVALID


def test_the_directory_key_must_be_valid_at_issue() -> None:
    assert opened(bundle(root=root_statement(start=NOW, end=NOW + TICK))) == dataclasses.replace(
        DIRECTORY, keys_version=1
    )
    for start, end in [(NOW - YEAR, NOW), (NOW + TICK, NOW + YEAR)]:
        assert refused(bundle(root=root_statement(start=start, end=end))) is ErrorKind.UNAUTHENTIC


def test_a_directory_from_the_future_is_refused() -> None:
    assert opened(bundle(), now=NOW - CLOCK_SKEW).version == 1
    assert refused(bundle(), now=NOW - CLOCK_SKEW - TICK) is ErrorKind.UNAUTHENTIC
    key = CENTRE.public(NOW - YEAR, NOW + YEAR)
    keys_of_tomorrow = seal_directory_keys(DirectoryKeys(1, NOW + timedelta(days=1), (key,)), ROOT)
    assert refused(bundle(root=keys_of_tomorrow)) is ErrorKind.UNAUTHENTIC


def test_it_is_stale_after_a_day() -> None:
    assert not is_stale(DIRECTORY, NOW + STALE_AFTER)
    assert is_stale(DIRECTORY, NOW + STALE_AFTER + TICK)


def test_it_is_never_accepted_backwards() -> None:
    current = dataclasses.replace(directory(5, NOW), keys_version=2)

    def offered(version: int, issued_at: datetime, keys_version: int) -> bool:
        return newer(current, dataclasses.replace(directory(version, issued_at), keys_version=keys_version))

    assert offered(6, NOW, 2)
    assert offered(9, NOW + YEAR, 3)
    assert offered(1, NOW - YEAR, 3), "whoever stole the former key could sign any version and day"
    assert not offered(5, NOW, 2)
    assert not offered(4, NOW + YEAR, 2)
    assert not offered(6, NOW - TICK, 2)
    assert not offered(6, NOW, 1)


def test_every_changed_byte_is_refused() -> None:
    small = Directory(1, NOW, (node_entry(NATIONAL),), ())
    data = bundle(small)
    for at in range(len(data)):
        assert refused(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "http://localhost:8443"},
        {"url": None},
        {"supply_url": "localhost"},
        {"id": "muni-132153"},
        {"connected": False},
        {"connected": None},
        {"since": "2002-08"},
        {"delegates": True},
        {"id": "muni-132153", "delegates": True, "successor": "muni-131016"},
        {"successor": "pref-13"},
        {"city": "pref-13"},
        {"city": "muni-132152"},
        {"city": "muni-072010"},
        {"city": "muni-131016"},
        {"announced": {"on": "2002-08-05", "notice": "1"}},
        {"id": "pref-13", "delegates": True, "announced": {"on": "2002-08-05"}},
        {"keys": None},
        {"keys": [signing_key(KUNITACHI, KeyUse.ROOT).public(NOW, NOW + YEAR).to_plain()]},
        {"keys": [signing_key(KUNITACHI, KeyUse.DIRECTORY).public(NOW, NOW + YEAR).to_plain()]},
        {"keys": [signing_key(KUNITACHI).public(NOW, NOW + YEAR).to_plain()] * 2},
        {"unknown": 1},
    ],
)
def test_a_faulty_node_is_refused_though_well_signed(changed: dict[str, Any]) -> None:
    assert refused(forged(with_node(**changed))) is ErrorKind.INVALID


def test_a_city_is_there_and_no_ward_itself() -> None:
    city, ward = node_entry(CHIYODA), node_entry(KUNITACHI, city=CHIYODA)
    written = [directories.write_node(one) for one in (city, ward, node_entry(HACHIOJI, city=KUNITACHI))]
    assert opened(forged(plain(nodes=written[:2]))).has_wards(CHIYODA)
    assert refused(forged(plain(nodes=written[1:2]))) is ErrorKind.INVALID
    assert refused(forged(plain(nodes=written))) is ErrorKind.INVALID


def test_whether_a_governor_delegates_is_always_said() -> None:
    silent = directories.write_node(node_entry(TOKYO))
    del silent["delegates"]
    assert refused(forged(plain(nodes=[silent]))) is ErrorKind.INVALID
    for says in (True, False):
        entry = opened(forged(plain(nodes=[silent | {"delegates": says}]))).node(TOKYO)
        assert entry is not None
        assert entry.delegates is says


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 0},
        {"version": "1"},
        {"issued_at": None},
        {"nodes": None},
        {"nodes": [directories.write_node(node_entry(KUNITACHI, keys=()))] * 2},
        {"organs": [directories.write_organ(organ_entry(keys=()))] * 2},
        {"organs": [directories.write_organ(organ_entry()) | {"signature": "sometimes"}]},
        {"organs": [directories.write_organ(organ_entry()) | {"state": None}]},
        {"organs": [directories.write_organ(organ_entry()) | {"seat": "national"}]},
        {"organs": [directories.write_organ(organ_entry()) | {"seat": "muni-13"}]},
        {"organs": [directories.write_organ(organ_entry()) | {"acts_as": "mayor"}]},
        {"organs": [directories.write_organ(organ_entry()) | {"acts_as": ["Mayor"]}]},
        {
            "organs": [
                directories.write_organ(
                    organ_entry(keys=(signing_key(PENSIONS, KeyUse.ANSWER).public(NOW, NOW + YEAR),))
                )
            ]
        },
        {
            "organs": [
                directories.write_organ(
                    organ_entry(keys=(signing_key(KUNITACHI).public(NOW - YEAR, NOW + YEAR),))
                )
            ]
        },
        {"keys_version": 9},
    ],
)
def test_a_faulty_directory_is_refused_though_well_signed(changed: dict[str, Any]) -> None:
    assert refused(forged(plain(**changed))) is ErrorKind.INVALID


def test_an_unreadable_directory_is_refused() -> None:
    assert refused(forged(b'{"version":1,"version":2}')) is ErrorKind.MALFORMED
    for data in (b"{}", b'{"keys":1,"directory":2}', strict_json.dump({"keys": "é", "directory": ""})):
        assert refused(data) is ErrorKind.INVALID
    assert refused(b"x") is ErrorKind.MALFORMED


def test_nothing_is_signed_that_would_not_be_read() -> None:
    twice = Directory(1, NOW, (node_entry(KUNITACHI), node_entry(KUNITACHI)), ())
    plaintext = Directory(1, NOW, (node_entry(KUNITACHI, url="http://localhost"),), ())
    for content in (twice, plaintext):
        with pytest.raises(JukinetError):
            bundle(content)


@pytest.mark.parametrize("url", ["https://localhost:8443", "https://cs.example", "https://[::1]:8443"])
def test_a_door_is_an_https_address(url: str) -> None:
    assert parse_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8443",
        "HTTPS://localhost",
        "https://",
        "https://localhost/",
        "https://localhost/path",
        "https://localhost?x=1",
        "https://localhost#x",
        "https://user@localhost",
        "https://user:secret@localhost",
        "https://localhost:0",
        "https://localhost:99999",
        "https://localhost:x",
        "https://localhost:",
        "https://local host",
        "https://例え.jp",
        "https://[::1",
        "//localhost",
        "localhost:8443",
        "",
    ],
)
def test_anything_else_is_no_door(url: str) -> None:
    with pytest.raises(ValueError, match="must be https"):
        parse_url(url)


KEY = signing_key(KUNITACHI).public(NOW - YEAR, NOW + YEAR)
CHANGES: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing": ({}, True),
    "another address": ({"url": "https://localhost:9"}, True),
    "disconnected": ({"connected": False, "reason": "By choice."}, True),
    "a key's end brought forward": ({"keys": (dataclasses.replace(KEY, valid_to=NOW),)}, True),
    "no keys": ({"keys": ()}, True),
    "certificates revoked": ({"certified_since": NOW}, True),
    "a new key": ({"keys": (KEY, signing_key("other").public(NOW - YEAR, NOW + YEAR))}, False),
    "a key that counts longer": ({"keys": (dataclasses.replace(KEY, valid_to=NOW + 2 * YEAR),)}, False),
    "a key that counts earlier": ({"keys": (dataclasses.replace(KEY, valid_from=NOW - 2 * YEAR),)}, False),
    "a successor": ({"successor": CHIYODA}, False),
    "a city": ({"city": CHIYODA}, False),
    "no longer delegating": ({"delegates": True}, False),
    "a designation": ({"announced": Announcement(date(2013, 7, 1), "Notice")}, False),
}


@pytest.mark.parametrize(("changed", "adds_nothing"), CHANGES.values(), ids=CHANGES)
def test_what_only_takes_away_adds_nothing(changed: dict[str, Any], adds_nothing: bool) -> None:
    before = Directory(1, NOW, (node_entry(KUNITACHI, keys=(KEY,)),), ())
    after = Directory(2, NOW, (node_entry(KUNITACHI, **{"keys": (KEY,)} | changed),), ())
    assert directories.adds_nothing(before, after) is adds_nothing
    terms = {
        "successor",
        "delegates",
        "city",
        "announced",
    } & changed.keys()  # how a party is treated changes both ways
    harmless = not changed or "url" in changed
    assert directories.adds_nothing(after, before) is (harmless or (not adds_nothing and not terms))


def test_a_new_party_and_one_let_in_again_are_additions() -> None:
    revoked = organ_entry(state=OrganState.REVOKED)
    nobody = Directory(1, NOW, (), ())
    kunitachi = Directory(2, NOW, (node_entry(KUNITACHI),), ())
    assert not directories.adds_nothing(nobody, kunitachi)
    assert directories.adds_nothing(kunitachi, nobody)
    active, ended = Directory(1, NOW, (), (organ_entry(),)), Directory(2, NOW, (), (revoked,))
    assert directories.adds_nothing(active, ended)
    assert not directories.adds_nothing(ended, active)
    unsigned = Directory(2, NOW, (), (organ_entry(signature=SignaturePolicy.TLS_ONLY),))
    assert not directories.adds_nothing(active, unsigned)
    assert not directories.adds_nothing(nobody, active)


def test_an_organ_that_becomes_another_or_moves_to_another_is_an_addition() -> None:
    plain = Directory(1, NOW, (), (organ_entry(),))
    mayor = Directory(2, NOW, (), (organ_entry(acts_as=(OrganSlug("mayor"),)),))
    seated = Directory(2, NOW, (), (organ_entry(seat=KUNITACHI),))
    assert not directories.adds_nothing(plain, mayor)
    assert directories.adds_nothing(mayor, plain), "what it was is taken away"
    assert not directories.adds_nothing(plain, seated)
    assert not directories.adds_nothing(seated, plain), "where it sits decides for whom it asks"


def test_revoked_certificates_and_reasons_stand_in_it() -> None:
    content = Directory(
        7,
        NOW,
        (node_entry(KUNITACHI, certified_since=NOW),),
        (organ_entry(state=OrganState.REVOKED, reason="Ended.", certified_since=NOW - YEAR),),
        keys_version=1,
    )
    assert opened(bundle(content)) == content
