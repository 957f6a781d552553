"""A process tells the service manager that it is ready, where one waits."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from jukinet.node.config import NOTIFY_VARIABLE
from jukinet.node.notify import READY, STOPPING, notify


@pytest.mark.parametrize("abstract", [False, True], ids=["a path", "an abstract name"])
def test_what_is_said_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, abstract: bool) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        name = f"@{tmp_path}" if abstract else str(tmp_path / "notify")
        manager.bind(name.replace("@", "\0") if abstract else name)
        manager.settimeout(5)
        monkeypatch.setenv(NOTIFY_VARIABLE, name)
        notify(READY)
        notify(STOPPING)
        assert (manager.recv(100), manager.recv(100)) == (b"READY=1", b"STOPPING=1")


@pytest.mark.parametrize("nowhere", ["", "/nowhere/at/all"])
def test_that_nobody_hears_it_stops_nothing(monkeypatch: pytest.MonkeyPatch, nowhere: str) -> None:
    monkeypatch.setenv(NOTIFY_VARIABLE, nowhere)
    notify(READY)
