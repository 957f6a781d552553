"""How a program that started servers and processes ends where it is told to: as it would after an error."""

from __future__ import annotations

import signal
import sys

ENDED = 128 + signal.SIGTERM
"""The status of a program that SIGTERM ended."""


def end_on_sigterm() -> None:
    """Let SIGTERM raise ``SystemExit`` in the main thread: what was started is stopped and removed on the way out."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))
