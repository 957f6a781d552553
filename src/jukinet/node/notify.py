"""Telling the service manager (systemd) that a process is ready, or about to end: one datagram."""

from __future__ import annotations

import socket
from contextlib import suppress

from jukinet.node.config import notify_socket

READY, STOPPING = "READY=1", "STOPPING=1"


def notify(word: str) -> None:
    """Say it, where somebody waits to hear it. That nobody hears it stops nothing."""
    address = notify_socket()
    if address is None:
        return
    where = "\0" + address[1:] if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.sendto(word.encode("ascii"), where)
