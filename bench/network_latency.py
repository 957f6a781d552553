"""From an act at a town's counter to the centre's answer: real processes, real lines, one machine.

The generator, which plays the counter and the organ, shares the machine's processors with all eight processes and their
database: at so many acts a second as it leaves room for.
"""

from __future__ import annotations

import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from tests.acceptance.country import AFFAIR, CLERK, DATABASE, KUNI, NATIONAL, PENSION, SUPPLY, Country

from bench import register_load
from bench.results import MeasurementError
from jukinet.client.answers import VerificationRefused
from jukinet.client.supply import SupplyClient
from jukinet.domain.code import ResidentRecordCode, compose, is_issuable
from jukinet.domain.errors import JukinetError
from jukinet.domain.persons import Address, Place
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.node import config
from jukinet.node.postgres import Role
from jukinet.node.wiring import open_node
from jukinet.services import moves
from jukinet.services.context import Context
from jukinet.services.filings import MoveInFiling, Person
from jukinet.services.operators import OperatorClaim
from jukinet.testing.cluster import throwaway_directory
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.notifying import BY_HOUSEHOLDER
from jukinet.testing.people import make_municipality

RATE, SECONDS = 50, 10
"""Acts a second and for how long; the generator runs on the same processors."""
RATES, STEP_SECONDS = (25, 50, 75, 100, 150, 200), 5
"""What is tried for the highest rate, upwards, until one does not hold."""
HIGHEST_P99 = 500.0
_COUNTERS = 4
_PAUSE = 0.005
_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one run, and the highest rate (acts a second) whose p99 stayed under ``HIGHEST_P99``."""

    p50: float
    p99: float
    rate: float


def measure(say: Callable[[str], None], runs: int) -> list[Latency]:
    """So many runs on one network, after a first one that only warms up."""
    found = []
    with _network() as (country, ctx):
        say(f"a town, its prefecture and the centre run; {RATE} acts a second, the generator beside them")
        people = _arrivals()
        _run(country, ctx, people, RATE, 2)
        for number in range(1, runs + 1):
            times = _run(country, ctx, people, RATE, SECONDS)
            p50, p99 = statistics.median(times), _p99(times)
            rate = 0
            for tried in RATES:
                try:
                    at = _p99(_run(country, ctx, people, tried, STEP_SECONDS))
                except JukinetError as error:  # too many at once for the office's connections
                    say(f"run {number}: at {tried} acts a second one is turned away ({error.kind})")
                    break
                say(f"run {number}: at {tried} acts a second p99 is {at:.0f} ms")
                if at >= HIGHEST_P99:
                    break
                rate = tried
            found.append(Latency(p50, p99, rate))
            say(f"run {number}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, up to {rate} acts a second")
    return found


class _Direct(Country):
    """Without the lines that tests cut."""

    def configuration(self, node: object) -> str:
        return super().configuration(node).partition("[gateways]")[0]  # type: ignore[arg-type]


@contextmanager
def _network() -> Iterator[tuple[Country, Context]]:
    with throwaway_directory(Path(tempfile.gettempdir())) as home:
        country = _Direct(home)
        country.cluster.ensure()
        country.cluster.create_database(DATABASE)
        try:
            country.make()
            country.start_all()
            with open_node(config.load(country.config(KUNI)), Role.OFFICE) as node:
                yield country, node.context
        finally:
            country.end()
            country.cluster.destroy()


def _arrivals() -> Iterator[MoveInFiling]:
    """People who move in one by one with their codes, each another one."""
    number = 0
    for household in make_municipality(CHIYODA, 100_000, seed=5, on=register_load.ON):
        record = household.records[0]
        ten = f"{7_000_000_000 + number * 13:010}"
        if record.foreign is not None or not is_issuable(ten):
            number += 1
            continue
        number += 1
        yield MoveInFiling(
            persons=(
                Person(
                    record.name,
                    record.birth_date,
                    record.sex,
                    record.relationship,
                    compose(ten),
                    record.koseki,
                ),
            ),
            address=Address(KUNITACHI, f"東京都国立市富士見台二丁目{number}番1号"),
            previous_address=Place(record.address.text, record.address.municipality),
            moved_on=register_load.ON,
            filed_on=register_load.ON,
            evidence=MoveInEvidence.CERTIFICATE,
            status_shown=True,
            notified_by=BY_HOUSEHOLDER,
        )


@dataclass
class _Watch:
    """What was done at the counter and is not yet answered by the centre."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    begun: dict[str, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)


def _run(
    country: Country, ctx: Context, people: Iterator[MoveInFiling], rate: int, seconds: int
) -> list[float]:
    """Milliseconds of each act, from its beginning at the counter to the answer of the centre's supply door."""
    watch, count = _Watch(), rate * seconds
    filings = [next(people) for _ in range(count)]
    watcher = threading.Thread(target=_answers, args=(country, watch, count))
    watcher.start()
    started = time.perf_counter()
    acts = []
    with ThreadPoolExecutor(_COUNTERS) as counters:
        for index, filing in enumerate(filings):
            time.sleep(max(0.0, started + index / rate - time.perf_counter()))
            acts.append(counters.submit(_act, ctx, filing, watch, time.perf_counter()))
    watcher.join()
    for act in acts:
        act.result()  # An act that failed is told as that, not as one that never arrived.
    if len(watch.took) < count:
        raise MeasurementError(
            f"{count - len(watch.took)} acts did not reach the centre in {_WAIT:g} seconds"
        )
    return watch.took


def _act(ctx: Context, filing: MoveInFiling, watch: _Watch, due: float) -> None:
    """The act, counted from when it was due: a counter that is late is part of the time."""
    code = filing.persons[0].code
    with watch.lock:
        watch.begun[str(code)] = due
    done = moves.move_in(ctx, OperatorClaim(CLERK), filing)
    if isinstance(done, Refused):
        raise MeasurementError(f"a move-in was refused: {[rule.rule for rule in done.failed]}")


def _answers(country: Country, watch: _Watch, count: int) -> None:
    """Look where codes appear, and ask the supply door for each that did."""
    organ, ca = country.pki / "organs" / PENSION, country.pki / "ca.pem"
    dsn = country.cluster.dsn(Role.OWNER, DATABASE)
    last, looks, run = time.perf_counter(), 0, secrets.token_hex(4)
    with (
        psycopg.connect(dsn, options=f"-c search_path={NATIONAL.schema}", autocommit=True) as store,
        SupplyClient(
            country.url(NATIONAL, SUPPLY),
            NATIONAL,
            cert=organ / "tls.pem",
            key=organ / "tls.key",
            ca=ca,
            signing_key=organ / "statement.key",
        ) as door,
    ):
        while len(watch.took) < count and time.perf_counter() - last < _WAIT:
            with watch.lock:
                waiting = list(watch.begun)
            query = "SELECT code FROM identity_records WHERE code = ANY(%s)"
            for (code,) in store.execute(query, (waiting,)).fetchall() if waiting else ():
                looks += 1
                answer = door.verify(
                    affair=AFFAIR,
                    operator=f"{run}-{looks // 500}",  # one alone may not ask so often
                    case="1",
                    who=ResidentRecordCode(code),
                )
                last = time.perf_counter()
                if isinstance(answer, VerificationRefused):
                    raise MeasurementError(f"the supply door refused: {[one.rule for one in answer.rules]}")
                if answer.person is None:
                    continue  # applied, and asked for a moment too early
                with watch.lock:
                    watch.took.append(1000 * (last - watch.begun.pop(code)))
            time.sleep(_PAUSE)


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]
