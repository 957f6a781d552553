from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages.keys import KeyUse
from jukinet.node import keys


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "statement.key"
    keys.write_private(path, keys.private_pem(keys.generate(KeyUse.STATEMENT)))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(JukinetError) as caught:
        keys.load_signing_key(path, KeyUse.STATEMENT)
    assert caught.value.kind is ErrorKind.CONFIGURATION
    return caught.value.message


def test_a_key_is_loaded_as_it_was_written(tmp_path: Path) -> None:
    made = keys.generate(KeyUse.LOG)
    keys.write_private(tmp_path / "log.key", keys.private_pem(made))
    loaded = keys.load_signing_key(tmp_path / "log.key", KeyUse.LOG)
    assert (loaded.key_id, loaded.use, loaded.raw_public) == (made.key_id, KeyUse.LOG, made.raw_public)
    assert keys.generate(KeyUse.LOG).key_id != made.key_id


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_files_and_directories_are_the_owners_alone_under_any_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        keys.make_private_directory(tmp_path / "secrets")
        keys.write_private(tmp_path / "secrets" / "a.key", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "secrets" / "a.key").stat().st_mode & 0o777 == 0o600


def test_an_existing_file_is_replaced_whole_and_nothing_is_left_beside_it(key_file: Path) -> None:
    key_file.chmod(0o644)
    keys.write_private(key_file, b"new")
    assert key_file.read_bytes() == b"new"
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(TypeError):
        keys.write_private(key_file, "not bytes")  # type: ignore[arg-type]
    assert key_file.read_bytes() == before
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o644])
def test_a_file_that_others_may_touch_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert f"chmod 600 {key_file}" in refusal(key_file)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(key_file: Path) -> None:
    os.chown(key_file, 65534, -1)
    assert "chown" in refusal(key_file)


def test_what_is_no_key_is_refused(key_file: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"", b"not a key", pem):
        keys.write_private(key_file, content)
        assert "not a private Ed25519 key" in refusal(key_file)


def test_a_missing_file_or_a_directory_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none.key")
    (tmp_path / "dir.key").mkdir()
    assert "not a regular file" in refusal(tmp_path / "dir.key")


def test_a_pipe_in_its_place_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.key", 0o600)
    assert "not a regular file" in refusal(tmp_path / "pipe.key")


def test_the_root_is_read_from_its_public_file(tmp_path: Path, key_file: Path) -> None:
    root = keys.generate(KeyUse.ROOT)
    (tmp_path / "root.pub").write_bytes(keys.public_pem(root))
    assert keys.load_public_key(tmp_path / "root.pub") == root.raw_public
    for path in (tmp_path / "none.pub", key_file):
        with pytest.raises(JukinetError) as caught:
            keys.load_public_key(path)
        assert caught.value.kind is ErrorKind.CONFIGURATION
