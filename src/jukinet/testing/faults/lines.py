"""The lines between the nodes: TCP, carrying bytes that they cannot read, until they are told to fail.

A line that is to double or disorder frames is led through a hop (``hops``) for that while; at all other times TLS
goes from end to end.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

HOST = "127.0.0.1"


class Line:
    """One direction of calling: from a node to another's door. Every manner of failing counts what it touched."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._open = True
        self._answers = True
        self._delay = 0.0
        self._hole = False
        self.touched = 0
        self._listener = socket.create_server((HOST, 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._open = False
        self._break()

    def lose_answers(self) -> None:
        """Carry what is asked; break where an answer would come back."""
        self._answers = False

    def slow(self, seconds: float) -> None:
        """Hold every piece back for a while."""
        self._delay = seconds

    def swallow(self) -> None:
        """Take everything, carry nothing, and let both ends wait."""
        self._hole = True

    def lead_to(self, target: int) -> int:
        """Lead new connections to another port and break the old ones; where they went before."""
        before, self._target = self._target, target
        self._break(count=False)
        return before

    def heal(self) -> None:
        """Be a good line again. What was swallowed is gone: those connections break."""
        swallowed, self._hole = self._hole, False
        self._open, self._answers, self._delay = True, True, 0.0
        if swallowed:
            self._break(count=False)

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _break(self, *, count: bool = True) -> None:
        with self._lock:
            if count:
                self.touched += len(self._ends) // 2
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            called = None
            if self._open:
                with suppress(OSError):
                    called = socket.create_connection((HOST, self._target), timeout=5)
            else:
                self.touched += 1
            if called is None:
                caller.close()
                continue
            called.settimeout(None)
            for end in (caller, called):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._ends |= {caller, called}
            threading.Thread(target=self._carry, args=(caller, called, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(called, caller, True), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if answers and not self._answers:
                    self.touched += 1
                    break
                if self._hole:
                    self.touched += 1
                    continue
                if self._delay:
                    self.touched += 1
                    time.sleep(self._delay)
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._ends -= {source}
        source.close()
