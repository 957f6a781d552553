"""How the harness starts the processes of nodes: one process that has read the program, and forks each of them.

Reading the program takes most of a start, and starts are many here. Each child is the product's own command line
(``jukinet node run ...``), with a clock that the harness can shift, and where the run asks for it one of the wrong
programs of ``breaks``.

``python -m jukinet.testing.faults.process`` takes one order a line on its standard input and answers with a pid.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop as uvloop  # noqa: PLC0414 - read here, for the children

from jukinet.node import commands as commands  # noqa: PLC0414 - as above
from jukinet.node import processes, wiring
from jukinet.testing.faults import breaks

RIGHT = "-"
"""The program as it is."""


@dataclass(frozen=True, slots=True)
class Order:
    """A process that is wanted. ``clock``: the file with the seconds by which its clock is off."""

    words: tuple[str, ...]
    log: str
    clock: str
    broken: str

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"


def shift_clock(file: Path) -> None:
    """Let the program's clock be off by what the file says; what was read last holds while it cannot be read."""
    known = [0.0]

    def now(_clock: wiring.SystemClock) -> datetime:
        with suppress(OSError, ValueError):  # being written
            known[0] = float(file.read_text("ascii"))
        return datetime.now(UTC) + timedelta(seconds=known[0])

    setattr(wiring.SystemClock, "now", now)  # noqa: B010 - a class's method is replaced on purpose


def main() -> None:
    """Fork a child for each order; whoever was killed is buried without being asked after."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the harness's, which then ends all in order
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    end_with_parent = processes.die_with_parent()
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            end_with_parent()
            _be(order)
        print(pid, flush=True)  # noqa: T201 - the answer


def _be(order: Order) -> None:
    """Be the process that was ordered, and never return."""
    code = 1
    try:
        os.setpgid(0, 0)
        for number in (signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        _redirect(order.log)
        shift_clock(Path(order.clock))
        if order.broken != RIGHT:
            breaks.install(order.broken)
        sys.argv = ["jukinet", *order.words]
        runpy.run_module("jukinet", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: str) -> None:
    """Nothing to read, and a log file to write to, as a service manager gives."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, number in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, number)


if __name__ == "__main__":
    main()
