"""TCP lines of the test's own, that can be cut, or that carry questions and lose answers."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

HOST = "127.0.0.1"


class Line:
    """Carries bytes from a free port to a target's port and reads none of them."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open = True
        self._losing = False
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.lost = 0
        """How many pieces of answers were lost since ``lose_answers``."""
        threading.Thread(target=self._accept, daemon=True, name=f"line to {target}").start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        with self._lock:
            self._open = False
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def lose_answers(self) -> None:
        """Go on carrying what is asked over the open connections; what is answered disappears."""
        with self._lock:
            self._losing, self.lost = True, 0

    def restore(self) -> None:
        """Carry everything again; connections that lost an answer are broken first."""
        with self._lock:
            losing, self._losing = self._losing, False
        if losing:
            self.cut()
        with self._lock:
            self._open = True

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            try:
                called = socket.create_connection((HOST, self._target), timeout=5) if self._open else None
            except OSError:
                called = None
            if called is None:
                caller.close()
                continue
            called.settimeout(None)
            with self._lock:
                self._ends |= {caller, called}
            for source, sink, answers in ((caller, called, False), (called, caller, True)):
                threading.Thread(target=self._carry, args=(source, sink, answers), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                with self._lock:
                    losing = answers and self._losing
                    self.lost += losing
                if not losing:
                    sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._ends -= {source}
        source.close()
