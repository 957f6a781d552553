"""``supply.same_time``: whether the door's silence tells by the clock why it is silent.

Of somebody who was never there, of one who is blocked, and of a code that was replaced, the answer has one size, and
must take one time: they are asked in turn on one connection, with somebody who is found between them.
"""

from __future__ import annotations

import json
import random
import ssl
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator

from tests.acceptance.doors import connected, read_response

from bench.results import FEWEST_RUNS, Measured, MeasurementError
from bench.supply_centre import UNSIGNED, Centre, Say, owner
from bench.supply_people import code_of, set_apart
from bench.supply_requests import AFFAIR, body_of, post
from jukinet.network.supply import PATH

OF_EACH = 2_000
"""Of each kind in a run: with five runs, 10,000."""
ALIKE = ("none", "blocked", "superseded")


def measure(say: Say, opened: Centre) -> Measured:
    """The slowest kind's median above the fastest's, in per cent."""
    with owner(opened.country) as connection:
        apart = set_apart(connection, opened.people, OF_EACH)
    kinds = {
        "none": [opened.people + number for number in range(OF_EACH)],
        "blocked": apart.blocked,
        "superseded": apart.superseded,
        "found": range(OF_EACH),
    }
    codes = {kind: [code_of(number) for number in numbers] for kind, numbers in kinds.items()}
    values = []
    with opened.door(), connected(opened.port, opened.country.context(UNSIGNED)) as line:
        list(_ask(line, codes, 0))  # A door that has just started is slow to answer at first.
        for run in range(1, FEWEST_RUNS + 1):
            took = defaultdict(list)
            for kind, seconds in _ask(line, codes, run):
                took[kind].append(1000 * seconds)
            medians = {kind: statistics.median(times) for kind, times in took.items()}
            alike = [medians[kind] for kind in ALIKE]
            values.append(100 * (max(alike) / min(alike) - 1))
            told = ", ".join(f"{kind} {medians[kind]:.3f}" for kind in codes)
            say(f"run {run}, medians in ms: {told}; {values[-1]:.1f} % apart")
    return Measured("supply.same_time", values)


def _ask(line: ssl.SSLSocket, codes: dict[str, list[str]], run: int) -> Iterator[tuple[str, float]]:
    """Everybody of every kind once, in turns of changing order: which kind, and how long the answer took."""
    rng = random.Random(run)  # noqa: S311 - the same turns each time
    sizes = set()
    for number, turn in enumerate(zip(*codes.values(), strict=True)):
        asked = list(zip(codes, turn, strict=True))
        rng.shuffle(asked)
        for kind, code in asked:
            sent = post(PATH, body_of(f"times-{number:08}", AFFAIR, number, code))
            began = time.perf_counter()
            line.sendall(sent)
            status, head, content = read_response(line)
            yield kind, time.perf_counter() - began
            _require(kind, status, content)
            if kind in ALIKE:
                sizes.add((len(str(head)), len(content)))
    if len(sizes) != 1:
        raise MeasurementError(f"answers that must have one size have {sizes}")


def _require(kind: str, status: int, content: bytes) -> None:
    """The answer is that of its kind: else another would be measured."""
    told = json.loads(content) if status == 200 else {}
    expected = {"found": ("found", None), "superseded": ("none", "superseded")}.get(kind, ("none", None))
    if (told.get("result"), told.get("reason")) != expected:
        raise MeasurementError(f"who is {kind} was answered with {status} and {told.get('result')}")
