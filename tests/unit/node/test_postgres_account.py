"""The system user is made once, however many processes find it missing at the same moment."""

from __future__ import annotations

import pwd
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jukinet.node import postgres_account as accounts


class Machine:
    """One that has no system user until ``useradd`` has ended; each ``useradd`` waits a while for a second one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.there = False
        self.made = 0
        self.second = threading.Event()

    def look_up(self) -> pwd.struct_passwd | None:
        return pwd.getpwnam(self.name) if self.there else None

    def run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        assert command[0] == "useradd"
        self.made += 1
        if self.made > 1:
            self.second.set()
        self.second.wait(0.3)
        self.there = True
        return subprocess.CompletedProcess(command, 0)


def test_processes_that_miss_the_user_at_once_make_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(accounts.own_name())
    monkeypatch.setattr(accounts, "SYSTEM_USER", machine.name)
    monkeypatch.setattr(accounts, "_look_up", machine.look_up)
    monkeypatch.setattr(subprocess, "run", machine.run)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: accounts._system_user(), range(2)))
    assert machine.made == 1
    assert [one.pw_name for one in found] == [machine.name, machine.name]
