from __future__ import annotations

import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug, SystemId
from jukinet.messages.directory import Directory, open_directory
from jukinet.messages.keys import KeyUse
from jukinet.node import keys, pki, pki_members

T = TypeVar("T", bound=x509.ExtensionType)

NOW = datetime(2013, 7, 8, 12, tzinfo=UTC)
KUNITACHI = NodeId("muni-132152")
PENSIONS = OrganSlug("pension-service")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A network of the centre, one municipality and one organ, signed."""
    path = tmp_path / "pki"
    pki.init_pki(path, NOW)
    pki.issue_node(path, NATIONAL, name="Centre", url="https://centre.example:8443", now=NOW)
    pki.issue_node(path, KUNITACHI, name="国立市", url="https://localhost:8443", now=NOW)
    pki.issue_organ(path, PENSIONS, name="日本年金機構", now=NOW)
    pki.sign_directory(path, NOW)
    return path


def certificate(home: Path, party: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((home / party / "tls.pem").read_bytes())


def extension(of: x509.Certificate, kind: type[T]) -> x509.Extension[T]:
    return of.extensions.get_extension_for_class(kind)


def signed(home: Path, now: datetime = NOW) -> Directory:
    return open_directory(
        (home / "directory.json").read_bytes(), keys.load_public_key(home / "root.pub"), now
    )


def refusal(kind: ErrorKind) -> pytest.RaisesExc[JukinetError]:
    def of_kind(error: JukinetError) -> bool:
        return error.kind is kind

    return pytest.RaisesExc(JukinetError, check=of_kind)


def contents(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_everything_is_there_and_the_owners_alone(home: Path) -> None:
    top = {
        "root.key",
        "root.pub",
        "ca.key",
        "ca.pem",
        "directory.key",
        "directory-keys.json",
        "directory.json",
        "members.json",
    }
    assert {path.name for path in home.iterdir() if path.is_file()} == top
    uses = {"statement.key", "answer.key", "log.key", "seal.key"}
    node, organ = home / "nodes" / KUNITACHI.text, home / "organs" / PENSIONS.text
    always = {"tls.key", "tls.pem", "ca.pem", "root.pub"}
    assert {path.name for path in node.iterdir() if path.is_file()} == uses | always
    assert {path.name for path in organ.iterdir() if path.is_file()} == {"statement.key"} | always
    for path in [home, *home.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_a_second_init_refuses_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    before = contents(home)
    with refusal(ErrorKind.CONFLICT):
        pki.init_pki(home, NOW)
    assert contents(home) == before
    (tmp_path / "file").touch()
    with refusal(ErrorKind.CONFLICT):
        pki.init_pki(tmp_path / "file", NOW)


def test_init_takes_an_empty_or_a_deep_new_directory(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "a" / "b" / "c"):
        pki.init_pki(path, NOW)
        assert (path / "root.key").exists()
        assert path.stat().st_mode & 0o777 == 0o700


def test_an_init_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OverflowError):
        pki.init_pki(tmp_path / "pki", NOW, authority_days=10**9)
    assert list(tmp_path.iterdir()) == []


def test_the_authority_signs_leaves_and_nothing_else(home: Path) -> None:
    authority = x509.load_pem_x509_certificate((home / "ca.pem").read_bytes())
    constraints = extension(authority, x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    usage = extension(authority, x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert not usage.value.digital_signature
    assert authority.not_valid_after_utc - NOW == timedelta(days=3650)
    assert isinstance(authority.public_key(), ec.EllipticCurvePublicKey)


def test_a_nodes_certificate_names_it_once_and_serves_and_asks(home: Path) -> None:
    leaf = certificate(home, "nodes/muni-132152")
    names = extension(leaf, x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["urn:jukinet:node:muni-132152"]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert set(extension(leaf, x509.ExtendedKeyUsage).value) == {
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.SERVER_AUTH,
    }
    constraints = extension(leaf, x509.BasicConstraints)
    assert constraints.critical
    assert not constraints.value.ca
    public = leaf.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert public.curve.name == "secp256r1"
    assert leaf.not_valid_after_utc - NOW == timedelta(days=90)
    assert leaf.not_valid_before_utc < NOW


def test_the_host_of_a_door_stands_in_the_certificate(home: Path) -> None:
    names = extension(certificate(home, "nodes/national"), x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "centre.example"]


def test_an_organs_certificate_cannot_serve(home: Path) -> None:
    leaf = certificate(home, "organs/pension-service")
    names = extension(leaf, x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["urn:jukinet:organ:pension-service"]
    assert len(list(names)) == 1
    assert list(extension(leaf, x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_leaves_are_verified_by_their_own_authority_only(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    pki.init_pki(other, NOW)

    def verify(authority: Path, party: str, now: datetime = NOW) -> None:
        store = Store([x509.load_pem_x509_certificate((authority / "ca.pem").read_bytes())])
        verifier = PolicyBuilder().store(store).time(now).build_client_verifier()
        verifier.verify(certificate(home, party), [])

    for party in ("nodes/muni-132152", "organs/pension-service"):
        verify(home, party)
        with pytest.raises(VerificationError):
            verify(other, party)
        with pytest.raises(VerificationError):
            verify(home, party, NOW + timedelta(days=91))


def test_openssl_takes_key_and_certificate_together(home: Path) -> None:
    for party in ("nodes/muni-132152", "organs/pension-service"):
        context = ssl.create_default_context(cafile=home / "ca.pem")
        context.load_cert_chain(home / party / "tls.pem", home / party / "tls.key")


def test_the_directory_names_the_keys_that_lie_with_the_party(home: Path) -> None:
    directory = signed(home)
    assert directory.version == 1
    for use in (KeyUse.STATEMENT, KeyUse.ANSWER, KeyUse.LOG, KeyUse.SEAL):
        key = keys.load_signing_key(home / "nodes" / KUNITACHI.text / f"{use.value}.key", use)
        known = directory.find_key(KUNITACHI, key.key_id)
        assert known is not None
        assert known.use is use
        assert known.verifies(key.sign(b"data"), b"data")
        assert known.is_valid_at(NOW)
    organ_key = keys.load_signing_key(home / "organs" / PENSIONS.text / "statement.key", KeyUse.STATEMENT)
    assert directory.find_key(PENSIONS, organ_key.key_id)


def test_the_directory_is_signed_without_the_root_key(home: Path) -> None:
    (home / "root.key").unlink()
    assert pki.sign_directory(home, NOW + timedelta(hours=1)).version == 2
    assert signed(home, NOW + timedelta(hours=1)).version == 2


def test_a_directory_is_not_signed_with_the_clock_behind(home: Path) -> None:
    pki.sign_directory(home, NOW + timedelta(minutes=4))
    before = (home / "directory.json").read_bytes()
    with refusal(ErrorKind.CONFLICT):
        pki.sign_directory(home, NOW + timedelta(minutes=3))
    with refusal(ErrorKind.UNAUTHENTIC):
        pki.sign_directory(home, NOW - timedelta(days=1))
    assert (home / "directory.json").read_bytes() == before


def test_nobody_is_issued_twice(home: Path) -> None:
    before = contents(home)
    with refusal(ErrorKind.CONFLICT):
        pki.issue_node(home, KUNITACHI, name="x", url="https://localhost:1", now=NOW)
    with refusal(ErrorKind.CONFLICT):
        pki.issue_organ(home, PENSIONS, name="x", now=NOW)
    assert contents(home) == before


@pytest.mark.parametrize("name", ["national", "pref-13", "muni-132152"])
def test_an_organ_is_not_named_like_a_node(home: Path, name: str) -> None:
    with refusal(ErrorKind.CONFLICT):
        pki.issue_organ(home, OrganSlug(name), name="x", now=NOW)


def test_an_organ_of_a_municipality_is_noted_with_its_seat_and_what_it_acts_as(home: Path) -> None:
    acts = (OrganSlug("mayor"), OrganSlug("designated-city-mayor"))
    pki.issue_organ(
        home, OrganSlug("sakai-mayor"), name="堺市長", now=NOW, seat=NodeId("muni-271403"), acts_as=acts
    )
    signed = pki.sign_directory(home, NOW)
    entry = signed.organ(OrganSlug("sakai-mayor"))
    assert entry is not None
    assert (entry.seat, entry.acts_as) == (NodeId("muni-271403"), acts)
    assert signed.organ(PENSIONS) is not None


@pytest.mark.parametrize(
    ("seat", "acts"),
    [
        ("muni-271403", "emperor"),
        ("pref-13", "fukushima-governor"),
        ("muni-271403", "hiroshima-nagasaki-mayor"),
    ],
)
def test_an_organ_acts_as_none_that_the_catalogue_lacks_or_seats_elsewhere(
    home: Path, seat: str, acts: str
) -> None:
    before = contents(home)
    with refusal(ErrorKind.INVALID):
        slug = OrganSlug("an-organ")
        pki.issue_organ(home, slug, name="x", now=NOW, seat=NodeId(seat), acts_as=(OrganSlug(acts),))
    assert contents(home) == before


def test_a_faulty_member_is_refused_and_leaves_nothing(home: Path) -> None:
    before = contents(home)
    chiyoda = NodeId("muni-131016")
    with refusal(ErrorKind.INVALID):
        pki.issue_node(home, chiyoda, name="x", url="http://localhost", now=NOW)
    with refusal(ErrorKind.INVALID):
        pki.issue_node(home, chiyoda, name="x", url="https://localhost", now=NOW, connected=False)
    assert contents(home) == before
    assert not (home / "nodes" / chiyoda.text).exists()


def test_what_an_interrupted_run_left_is_made_anew(home: Path) -> None:
    """Killed after the directory was placed and before the member was noted."""
    chiyoda = NodeId("muni-131016")
    shutil.copytree(home / "nodes" / KUNITACHI.text, home / "nodes" / chiyoda.text)
    pki.issue_node(home, chiyoda, name="千代田区", url="https://localhost:1", now=NOW)
    names = extension(certificate(home, f"nodes/{chiyoda}"), x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [chiyoda.uri]


def test_a_town_that_takes_no_part_and_a_prefecture_that_delegates_are_noted(home: Path) -> None:
    yamatsuri, tokyo = NodeId("muni-074837"), NodeId("pref-13")
    entry = pki.issue_node(
        home,
        yamatsuri,
        name="矢祭町",
        url="https://localhost:1",
        now=NOW,
        connected=False,
        reason="By choice.",
    )
    assert (entry.connected, entry.reason) == (False, "By choice.")
    assert entry.since.isoformat() == "2013-07-08"
    evening = NOW.replace(hour=16)
    assert pki.issue_node(home, tokyo, name="東京都", url="https://localhost:2", now=evening).delegates
    later = pki.sign_directory(home, evening).node(tokyo)
    assert later is not None
    assert later.since.isoformat() == "2013-07-09"  # the day has begun in Japan
    assert not entry.delegates


def test_a_renewal_replaces_the_tls_pair_and_touches_nothing_else(home: Path) -> None:
    node = home / "nodes" / KUNITACHI.text
    before, directory = contents(node), (home / "directory.json").read_bytes()
    old = certificate(home, "nodes/muni-132152")
    later = NOW + timedelta(days=60)
    expires = pki.renew_tls(home, KUNITACHI, later)
    new = certificate(home, "nodes/muni-132152")
    assert expires == new.not_valid_after_utc == later + timedelta(days=90)
    assert new.serial_number != old.serial_number
    assert new.public_key() != old.public_key()
    names = [extension(one, x509.SubjectAlternativeName).value for one in (old, new)]
    assert names[0] == names[1]
    after = contents(node)
    kept = {name for name in before if not name.startswith("tls")}
    assert {name for name in after if not name.startswith("tls")} == kept
    assert all(after[name] == before[name] for name in kept)
    assert after["tls.key"] != before["tls.key"]
    assert len([path for path in node.iterdir() if path.name.startswith("tls-")]) == 1
    assert (home / "directory.json").read_bytes() == directory
    ssl.create_default_context().load_cert_chain(node / "tls.pem", node / "tls.key")
    for path in node.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_key_and_certificate_change_in_one_step(home: Path) -> None:
    """Both hang on one link, and swinging it is all that a renewal does to what is already there."""
    node = home / "nodes" / KUNITACHI.text
    links = {name: (node / name).lstat().st_ino for name in ("tls.key", "tls.pem")}
    former = (node / "tls").resolve()
    pki.renew_tls(home, KUNITACHI, NOW)
    for name, inode in links.items():
        assert (node / name).lstat().st_ino == inode
        assert (node / name).readlink() == Path("tls") / name
    assert (node / "tls").is_symlink()
    assert (node / "tls").resolve() != former
    assert {path.name for path in (node / "tls").iterdir()} == {"tls.key", "tls.pem"}
    assert not [path for path in node.iterdir() if path.name.startswith(".")]


def test_a_renewal_that_fails_leaves_the_pair_in_use(home: Path) -> None:
    node = home / "nodes" / KUNITACHI.text
    before = contents(node)
    (home / "ca.key").chmod(0o644)
    with refusal(ErrorKind.CONFIGURATION):
        pki.renew_tls(home, KUNITACHI, NOW)
    assert contents(node) == before


def test_an_organ_is_renewed_too_and_a_stranger_is_not(home: Path) -> None:
    old = certificate(home, "organs/pension-service")
    pki.renew_tls(home, PENSIONS, NOW)
    assert certificate(home, "organs/pension-service").serial_number != old.serial_number
    for stranger in (NodeId("muni-131016"), OrganSlug("passports")):
        with refusal(ErrorKind.NOT_FOUND):
            pki.renew_tls(home, stranger, NOW)
    shutil.rmtree(home / "organs" / PENSIONS.text)
    with refusal(ErrorKind.NOT_FOUND):
        pki.renew_tls(home, PENSIONS, NOW)


def test_no_leaf_outlives_its_authority(tmp_path: Path) -> None:
    path = tmp_path / "pki"
    pki.init_pki(path, NOW, authority_days=30)
    pki.issue_node(path, NATIONAL, name="Centre", url="https://localhost", now=NOW)
    assert certificate(path, "nodes/national").not_valid_after_utc == NOW + timedelta(days=30)
    with refusal(ErrorKind.CONFIGURATION):
        pki.renew_tls(path, NATIONAL, NOW + timedelta(days=30))


def test_halves_of_two_authorities_are_found_out(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    pki.init_pki(other, NOW)
    shutil.copy(other / "ca.key", home / "ca.key")
    with refusal(ErrorKind.CONFIGURATION):
        pki.renew_tls(home, KUNITACHI, NOW)


def test_where_there_are_no_keys_one_is_told_to_make_them(tmp_path: Path) -> None:
    with refusal(ErrorKind.CONFIGURATION):
        pki.sign_directory(tmp_path, NOW)
    with refusal(ErrorKind.CONFIGURATION):
        pki.issue_organ(tmp_path / "none", PENSIONS, name="x", now=NOW)


def test_members_edited_wrongly_are_not_signed(home: Path) -> None:
    path = home / "members.json"
    path.write_text(
        path.read_text("utf-8").replace("https://localhost:8443", "http://localhost:8443"), "utf-8"
    )
    before = (home / "directory.json").read_bytes()
    with refusal(ErrorKind.INVALID):
        pki.sign_directory(home, NOW)
    assert (home / "directory.json").read_bytes() == before


def test_the_description_holds_no_secret(home: Path) -> None:
    found = pki.describe(home, NOW)
    assert found["directory_version"] == 1
    assert [node["id"] for node in found["nodes"]] == ["national", "muni-132152"]
    assert found["organs"][0]["slug"] == "pension-service"
    assert found["nodes"][0]["tls_expires"] == "2013-10-06T12:00:00.000000Z"
    assert set(found["nodes"][0]["keys"]) == {"statement", "answer", "log", "seal"}
    assert "PRIVATE" not in str(found)


TAX = SystemId("muni-132152:tax-office")


def test_a_system_gets_a_certificate_and_stands_in_no_directory(home: Path) -> None:
    before = {name: (home / name).read_bytes() for name in ("members.json", "directory.json")}
    assert pki.issue_system(home, TAX, now=NOW, tls_days=30) == NOW + timedelta(days=30)
    place = "systems/muni-132152.tax-office"
    leaf = certificate(home, place)
    names = extension(leaf, x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [
        "urn:jukinet:system:muni-132152:tax-office"
    ]
    assert len(list(names)) == 1
    assert list(extension(leaf, x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert {path.name for path in (home / place).iterdir() if path.is_file()} == {
        *("ca.pem", "root.pub", "tls.key", "tls.pem")
    }
    assert {name: (home / name).read_bytes() for name in before} == before
    assert pki.describe(home, NOW)["systems"] == [
        {"system": "muni-132152:tax-office", "tls_expires": "2013-08-07T12:00:00.000000Z"}
    ]


def test_a_system_is_renewed_and_issued_once(home: Path) -> None:
    pki.issue_system(home, TAX, now=NOW)
    old = certificate(home, "systems/muni-132152.tax-office")
    with refusal(ErrorKind.CONFLICT):
        pki.issue_system(home, TAX, now=NOW)
    assert certificate(home, "systems/muni-132152.tax-office") == old
    pki.renew_tls(home, TAX, NOW)
    assert certificate(home, "systems/muni-132152.tax-office").serial_number != old.serial_number
    pki.issue_system(home, SystemId("muni-132152:welfare"), now=NOW)
    assert [one["system"] for one in pki.describe(home, NOW)["systems"]] == [
        "muni-132152:tax-office",
        "muni-132152:welfare",
    ]


def test_only_members_have_systems(home: Path) -> None:
    before = contents(home)
    with refusal(ErrorKind.NOT_FOUND):
        pki.issue_system(home, SystemId("muni-131016:tax-office"), now=NOW)
    with refusal(ErrorKind.NOT_FOUND):
        pki.renew_tls(home, TAX, NOW)
    assert contents(home) == before


def test_a_node_that_moves_keeps_its_keys_and_its_certificate(home: Path) -> None:
    (before,) = (entry for entry in pki_members.load_members(home).nodes if entry.id == KUNITACHI)
    held = contents(home / "nodes")
    pki.readdress_node(home, KUNITACHI, url="https://localhost:9443", supply_url=None)
    after = pki.sign_directory(home, NOW + timedelta(minutes=1)).node(KUNITACHI)
    assert after is not None
    assert (after.url, after.keys) == ("https://localhost:9443", before.keys)
    assert contents(home / "nodes") == held
    with refusal(ErrorKind.INVALID):
        pki.readdress_node(home, KUNITACHI, url="http://localhost:9443", supply_url=None)
    with refusal(ErrorKind.NOT_FOUND):
        pki.readdress_node(home, NodeId("pref-13"), url="https://localhost:9443", supply_url=None)
