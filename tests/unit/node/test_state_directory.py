"""The program and the scripts keep state in the same place."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jukinet.node.config import state_directory

SCRIPT = Path(__file__).parents[3] / "scripts" / "state-directory"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"JUKINET_STATE": "/tmp/somewhere"},
        {"HOME": "/srv/someone"},
        {"HOME": "/srv/someone/"},
        {"HOME": "/srv/someone", "XDG_STATE_HOME": "/srv/someone/state"},
        {"HOME": "/srv/someone", "XDG_STATE_HOME": "relative"},
        {"HOME": ""},
    ],
)
@pytest.mark.parametrize("as_root", [True, False])
def test_the_scripts_agree(settings: dict[str, str], as_root: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUKINET_STATE", "XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    # Both sides are told who they run as: the script through an ``id`` of ours, the program through its own call.
    user = 0 if as_root else 1000
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "getuid", lambda: user)
    told = subprocess.run(
        ["bash", "-c", f"id() {{ echo {user}; }}; export -f id; exec {SCRIPT}"],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **settings},
        check=False,
    )
    if told.returncode:
        with pytest.raises(Exception, match="home"):
            state_directory()
    else:
        assert str(state_directory()) == told.stdout.strip()
