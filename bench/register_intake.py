"""How long a whole register takes to come in from CSV, and how much memory.

    .venv/bin/python bench/register_intake.py [RESIDENTS]

Writes invented residents (500,000) into a file first, which is not measured. Then takes the file in as an operator
would, checks, versions, search keys and audit entry included, on a server of its own on the disk. Prints seconds, rows
a second, how long the export of the same takes, the most memory that this process and the server's processes had, and
ends with 1 above 15 minutes or 1 GB.
"""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.csv_rows import lines_of
from jukinet.domain.numbers import with_check_digit
from jukinet.law.decisions import Refused
from jukinet.node.postgres import Cluster, Role
from jukinet.services.export import export_register
from jukinet.services.intake import take_in
from jukinet.services.register_cells import Row
from jukinet.services.register_rows import HEADER, write_cells
from jukinet.store import schema
from jukinet.testing.cluster import throwaway_cluster, throwaway_directory
from jukinet.testing.federation import CLERK, NODES, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_municipality

ON = date(2013, 7, 8)
MOST_SECONDS = 900
MOST_MEGABYTES = 1024


def codes() -> Iterator[ResidentRecordCode]:
    """Codes that nobody has, in order."""
    serial = 0
    while True:
        serial += 1
        try:
            yield ResidentRecordCode.compose(f"{serial:010d}")
        except ValueError:
            continue  # not to be issued


def write_file(path: Path, residents: int) -> None:
    """The same residents each time, household by household, each with a code."""
    code, serial = codes(), 0
    with path.open("wb") as file:
        file.write(HEADER)
        for household in make_municipality(KUNITACHI, residents, seed=1, on=ON):
            for record in household.records:
                serial += 1
                file.write(write_cells(Row(with_check_digit(serial), replace(record, code=next(code)))))


class Memory(threading.Thread):
    """The most memory that the processes of a server had together, each page counted once."""

    def __init__(self, postmaster: int) -> None:
        super().__init__(daemon=True)
        self.postmaster = postmaster
        self.most = 0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.5):
            self.most = max(self.most, sum(map(proportional, self.processes())))

    def processes(self) -> list[int]:
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text()
        return [self.postmaster, *map(int, children.split())]


def proportional(pid: int) -> int:
    """Kilobytes of a process, shared pages in proportion."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    with throwaway_directory() as place, throwaway_cluster(Cluster) as cluster:
        file = place / "register.csv"
        started = time.monotonic()
        write_file(file, count)
        print(
            f"{count} rows, {file.stat().st_size >> 20} MB, written in {time.monotonic() - started:.0f} s",
            flush=True,
        )
        cluster.create_database("register")
        owner = cluster.dsn(Role.OWNER, "register")
        for node in NODES:
            schema.migrate(owner, node)
        network = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), "register"), seed=1)
        network.enrol_clerks()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        memory = Memory(cluster.pid() or 0)
        memory.start()
        steps: dict[str, float] = {}
        started = time.monotonic()
        with file.open("rb") as opened:
            taken = take_in(
                network.context(KUNITACHI),
                CLERK,
                lines_of(opened),
                print,
                known_to_network=True,
                progress=lambda step, _: steps.update({step: time.monotonic() - started}),
            )
        seconds = time.monotonic() - started
        started = time.monotonic()
        exported = export_register(network.context(KUNITACHI), CLERK, lambda _: None)
        export_seconds = time.monotonic() - started
        memory.done.set()
        network.close()
    if isinstance(taken, Refused) or isinstance(exported, Refused):
        print("it was refused")
        return 1
    if taken.digest != exported.digest:
        print("what was exported is not what was taken in")
        return 1
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    for step, ended in steps.items():
        print(f"  {step} after {ended:.0f} s")
    print(
        f"{taken.records} residents taken in within {seconds:.0f} s: {taken.records / seconds:.0f} a second"
    )
    print(f"the same exported within {export_seconds:.0f} s")
    print(
        f"most memory: this process {megabytes} MB ({before >> 10} MB before), the server {memory.most >> 10} MB"
    )
    return 1 if seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES else 0


if __name__ == "__main__":
    sys.exit(main())
