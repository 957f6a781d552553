"""Sending a paper to a printer of the machine (specification 10.7): CUPS, by its command ``lp``.

Owns the call. Which paper it is, is on record before; the name of the printer stands in its number and in its row.
"""

from __future__ import annotations

import shutil
import subprocess

from jukinet.domain.errors import ErrorKind, JukinetError

_SECONDS = 60


def send(pdf: bytes, printer: str, tray: str | None = None, *, command: str = "lp") -> None:
    """Hand a paper to a printer, once. UNAVAILABLE where it was not taken; then it is in its file all the same."""
    found = shutil.which(command)
    given = [
        "-d",
        printer,
        *(["-o", f"InputSlot={tray}"] if tray else []),
        "-t",
        "jukinet",
    ]
    try:
        done = found is not None and subprocess.run(
            [found, *given], input=pdf, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        done = False
    if not done or done.returncode != 0:
        raise JukinetError(
            ErrorKind.UNAVAILABLE,
            "The printer did not take the paper. It is in its file: print it from there.",
        )
