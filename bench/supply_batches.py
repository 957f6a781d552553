"""The group ``supply_batches``: batches file to file, beside psql doing the same by hand, and beside DuckDB alone.

    .venv/bin/python -m bench.supply_batches [PEOPLE] [RUNS]

Invented people (1,000,000) in the centre's store, on a server of its own on the disk. Each run asks for as many of them
as there are, at most a million, every tenth of whom is nobody: ours from the file as an organ sends it to the answer
that is handed out, everyone told of in the log's tables and the root over them in its entry; then psql: COPY in, join,
the same rows of audit, COPY out. For four items psql is given the keys ready made, since it cannot make them.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import psycopg

from bench.results import FEWEST_RUNS, Measured, MeasurementError
from jukinet.domain.batches import BatchFormat, BatchState, Way
from jukinet.domain.code import check_digit, is_issuable
from jukinet.domain.municipality import NATIONAL, PREFECTURE_NAMES, OrganSlug
from jukinet.law.catalogue import QueryKind
from jukinet.node.postgres import Cluster, Role
from jukinet.services.supply import batch_media, batch_run
from jukinet.services.supply.batch_files import BatchFiles, blocks_of
from jukinet.services.supply.batches import Asked, Submitted
from jukinet.store import schema
from jukinet.store.supply import ItemKeys
from jukinet.testing.cluster import throwaway_cluster
from jukinet.testing.federation import CLERK, Federation

Say = Callable[[str], None]
PEOPLE, MOST_ASKED = 1_000_000, 1_000_000
ON = date(2013, 7, 8)
TABLES = "supply_batches, supply_batch_parts, supply_batch_rows, bench_rows"
ASKED = Asked(
    OrganSlug("japan-pension-service"),
    "t1-77-12",
    "clerk-7",
    "2013-0042",
    QueryKind.CODE,
    BatchFormat.CSV,
    Way.MEDIA,
    rows=0,
)
_FAMILIES = (
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "渡辺",
    "伊藤",
    "山本",
    "中村",
    "小林",
    "加藤",
    "佐々木",
    "斎藤",
    "清水",
)
_GIVEN = (
    "花子",
    "太郎",
    "一郎",
    "美咲",
    "陽子",
    "健",
    "直樹",
    "恵",
    "翔",
    "さくら",
    "結衣",
    "大輔",
    "和子",
    "正",
)


_TOWNS = ("東西南北大小", "川山田野原島", "本新栄幸緑旭", "台里丘木宮町")
"""With the prefectures sixty thousand places, as many as hold nearly all people."""


@dataclass(frozen=True, slots=True)
class One:
    """An invented person."""

    code: str
    name: str
    born: str
    sex: str
    address: str


def people(count: int) -> Iterator[One]:
    """The same people each time, in the order of their codes, which are spread as codes are."""
    rng, step = random.Random(count), 9_000_000_000 // count  # noqa: S311 - invented people
    for number in range(count):
        ten = 1_000_000_000 + number * step
        while not is_issuable(str(ten)):
            ten += 1
        yield One(
            f"{ten}{check_digit(str(ten))}",
            f"{rng.choice(_FAMILIES)}　{rng.choice(_GIVEN)}",
            (date(1920, 1, 1) + timedelta(rng.randrange(34_000))).isoformat(),
            rng.choice(("female", "male")),
            f"{_town(rng)}{rng.randrange(1, 2_000)}番地の{rng.randrange(1, 9)}",
        )


def _town(rng: random.Random) -> str:
    """An invented one, and a numbered block of it."""
    first, second, third, fourth = map(rng.choice, _TOWNS)
    block = rng.choice(("", "一丁目", "2丁目"))
    return f"{rng.choice(PREFECTURE_NAMES)}{first}{second}市{third}{fourth}{block}"


class Batches:
    """The store, the files that are asked, and what answers them."""

    def __init__(self, cluster: Cluster, database: str, home: Path, count: int) -> None:
        self.dsn = cluster.dsn(Role.OWNER, database) + f" options='-c search_path={NATIONAL.schema}'"
        self.psql = cluster.ensure().program("psql")
        self.home, self.count = home, count
        self.rows = min(count, MOST_ASKED)
        self.federation = Federation(
            lambda role: cluster.dsn(Role(f"jukinet_{role}"), database), nodes=(NATIONAL,)
        )

    def load(self) -> None:
        """Everybody into the store, and into a table of DuckDB."""
        self.federation.enrol_clerks()
        self.federation.set_date(ON)
        with psycopg.connect(self.dsn) as owner, owner.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_rows (LIKE supply_batch_rows INCLUDING ALL)")
            with cursor.copy(
                "COPY identity_history (statement_id, code, municipality, change_kind, reason, occurred_on,"
                " foreign_record, name, birth_date, sex, address_in, address, received_on, received_at) FROM STDIN"
            ) as copy:
                for number, one in enumerate(people(self.count)):
                    facts = (one.name, one.born, one.sex, "132152", one.address)
                    copy.write_row(
                        (str(number), one.code, "132152", "recording", "birth", ON, False, *facts, ON, ON)
                    )
            with cursor.copy(
                "COPY identity_records (code, municipality, live, event_on, recorded_on, history_id, change_kind,"
                " reason, occurred_on, speaks, name, birth_date, sex, address_in, address, name_key, address_key)"
                " FROM STDIN"
            ) as copy:
                for number, one in enumerate(people(self.count), start=1):
                    facts = (one.name, one.born, one.sex, "132152", one.address)
                    made = ItemKeys.of(one.name, one.address, one.born, one.sex)
                    said = (one.code, "132152", True, ON, ON, number, "recording", "birth", ON, True)
                    copy.write_row((*said, *facts, made.name_key, made.address_key))
        with psycopg.connect(self.dsn, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE)")

    def write_questions(self) -> None:
        """The files that are asked: as an organ sends them, and with ready keys for psql."""
        rng = random.Random(7)  # noqa: S311
        asked = list(people(self.count))
        rng.shuffle(asked)
        with (
            (self.home / "codes.csv").open("w") as codes,
            (self.home / "items.csv").open("w") as items,
            (self.home / "keys.csv").open("w") as keys,
        ):
            codes.write("code\n")
            items.write("name,address,birth_date,sex\n")
            for number, one in enumerate(asked[: self.rows]):
                nobody = number % 10 == 0
                born = "1919-01-01" if nobody else one.born
                codes.write(f"{_nobody(one.code) if nobody else one.code}\n")
                items.write(f"{one.name},{one.address},{born},{one.sex}\n")
                made = ItemKeys.of(one.name, one.address, born, one.sex)
                keys.write(f"{born},{made.name_key},{made.address_key},{one.sex}\n")

    def clear(self) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as owner:
            owner.execute(f"TRUNCATE {TABLES}".encode())
        shutil.rmtree(self.home / "batches", ignore_errors=True)

    def ours(self, by: QueryKind) -> tuple[float, float]:
        """Rows a second of the whole, and the share of the time in which the file is taken in, checked and keyed."""
        self.clear()
        files, source = (
            BatchFiles(self.home / "batches"),
            "codes.csv" if by is QueryKind.CODE else "items.csv",
        )
        began = time.perf_counter()
        with (self.home / source).open("rb") as file:
            asked = replace(ASKED, by=by, rows=self.rows)
            done = batch_media.submit(self.federation.context(NATIONAL), CLERK, files, asked, blocks_of(file))
        if not isinstance(done, Submitted):
            raise MeasurementError(f"the batch was refused: {done}")
        checked = time.perf_counter()
        worker = self.federation.context(NATIONAL, "worker")
        while batch_run.step(worker, files, done.batch.id):
            pass
        took = time.perf_counter() - began
        batch = batch_media.show(self.federation.context(NATIONAL), CLERK, done.batch.id)
        found = self.rows - (self.rows + 9) // 10
        if batch.state is not BatchState.DONE or batch.counts.get("found", 0) < 0.99 * found:  # type: ignore[union-attr]
            raise MeasurementError(f"the batch ended as {batch}")
        return self.rows / took, (checked - began) / took

    def by_hand(self, by: QueryKind) -> float:
        """Rows a second of psql."""
        self.clear()
        source = "codes.csv" if by is QueryKind.CODE else "keys.csv"
        script = (_PSQL_CODES if by is QueryKind.CODE else _PSQL_ITEMS).format(
            source=self.home / source, out=self.home / "psql.csv"
        )
        began = time.perf_counter()
        subprocess.run(  # noqa: S603 - the cluster's own psql
            [self.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.dsn],
            input=script.encode(),
            check=True,
            capture_output=True,
        )
        return self.rows / (time.perf_counter() - began)

    def without_audit(self, by: QueryKind) -> float:
        """Rows a second of DuckDB, which joins the same file with a table of its own and writes nothing down."""
        with duckdb.connect(str(self.home / "people.duckdb")) as engine:
            engine.execute(
                "CREATE TABLE IF NOT EXISTS people AS FROM read_csv(?, header = true, all_varchar = true)",
                [self._people()],
            )
            source = self.home / ("codes.csv" if by is QueryKind.CODE else "items.csv")
            on = "code" if by is QueryKind.CODE else "name, address, birth_date, sex"
            began = time.perf_counter()
            engine.execute(
                f"COPY (SELECT * FROM read_csv('{source}', header = true, all_varchar = true)"
                f" LEFT JOIN people USING ({on}))"
                f" TO '{self.home / 'duckdb.csv'}' (FORMAT csv, HEADER)"
            )
            return self.rows / (time.perf_counter() - began)

    def _people(self) -> str:
        place = self.home / "people.csv"
        if not place.exists():
            with place.open("w") as file:
                file.write("code,name,birth_date,sex,address\n")
                file.writelines(
                    f"{o.code},{o.name},{o.born},{o.sex},{o.address}\n" for o in people(self.count)
                )
        return str(place)


def _nobody(code: str) -> str:
    """A code that could be, and is nobody's: next to one that is."""
    ten = int(code[:10]) + 1
    while not is_issuable(str(ten)):
        ten += 1
    return f"{ten}{check_digit(str(ten))}"


_PSQL_CODES = """
BEGIN;
CREATE TEMP TABLE asked (row_no bigint GENERATED ALWAYS AS IDENTITY, code text);
\\copy asked (code) FROM '{source}' WITH (FORMAT csv, HEADER)
ANALYZE asked;
CREATE TEMP TABLE answered AS
    SELECT q.row_no, r.code, r.history_id, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building,
           r.change_kind, r.reason, r.occurred_on
      FROM asked q LEFT JOIN identity_records r ON r.code = q.code AND r.speaks;
INSERT INTO bench_rows (batch_no, row_no, history_id, subject_code)
    SELECT 1, row_no, history_id, code FROM answered WHERE code IS NOT NULL;
\\copy (SELECT * FROM answered ORDER BY row_no) TO '{out}' WITH (FORMAT csv, HEADER)
COMMIT;
"""
_PSQL_ITEMS = """
BEGIN;
CREATE TEMP TABLE asked (row_no bigint GENERATED ALWAYS AS IDENTITY, birth_date text, name_key bigint,
                         address_key bigint, sex text);
\\copy asked (birth_date, name_key, address_key, sex) FROM '{source}' WITH (FORMAT csv)
ANALYZE asked;
CREATE TEMP TABLE answered AS
    SELECT q.row_no, r.code, r.history_id, r.name, r.nickname, r.birth_date, r.sex, r.address_in, r.address, r.building,
           r.change_kind, r.reason, r.occurred_on
      FROM asked q LEFT JOIN identity_records r
        ON r.birth_date = q.birth_date AND r.name_key = q.name_key AND r.address_key = q.address_key
       AND r.sex = q.sex AND r.speaks AND NOT r.superseded;
INSERT INTO bench_rows (batch_no, row_no, history_id, subject_code)
    SELECT DISTINCT ON (row_no) 1, row_no, history_id, code FROM answered WHERE code IS NOT NULL;
\\copy (SELECT * FROM answered ORDER BY row_no) TO '{out}' WITH (FORMAT csv, HEADER)
COMMIT;
"""


def measure(say: Say, count: int = PEOPLE, runs: int = FEWEST_RUNS) -> list[Measured]:
    """``supply_batches.codes`` and ``supply_batches.items``, each run of ours beside one by hand."""
    measured = []
    with TemporaryDirectory() as home, throwaway_cluster(Cluster) as cluster:
        cluster.create_database("batches")
        schema.migrate(cluster.dsn(Role.OWNER, "batches"), NATIONAL)
        batches = Batches(cluster, "batches", Path(home), count)
        say(f"loading {count:,} people")
        batches.load()
        batches.write_questions()
        for name, by in (
            ("supply_batches.codes", QueryKind.CODE),
            ("supply_batches.items", QueryKind.FOUR_ITEMS),
        ):
            ours, hand, bare = [], [], []
            for run in range(1, runs + 1):
                rate, intake = batches.ours(by)
                against = batches.by_hand(by)
                plain = batches.without_audit(by)
                say(
                    f"{name} run {run}: {rate:,.0f} rows/s ({intake:.0%} of it taking in the file) beside"
                    f" {against:,.0f} by psql: {rate / against:.2f}; DuckDB without audit {plain:,.0f}"
                )
                ours.append(rate)
                hand.append(against)
                bare.append(plain)
            beside = f"DuckDB joins the same files without any audit at {statistics.median(bare):,.0f} rows/s"
            measured.append(Measured(name, ours, hand, note=beside))
        batches.federation.close()
    return measured


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    measure(lambda text: print(text, flush=True), *words)
