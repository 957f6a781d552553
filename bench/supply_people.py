"""The centre's store with so many invented people, for the measurements of supply: made once, kept between runs.

Rows are generated and copied in, each with the keys that the program itself makes of its names and addresses.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

import psycopg

from jukinet.domain import matching
from jukinet.domain.code import WEIGHTS, check_digit
from jukinet.domain.persons import Sex
from jukinet.testing import japanese_names
from jukinet.testing.draws import Draws

FIRST = 100_000_000
"""Nine digits of the first person's code."""
ON = date(2013, 7, 8)
TOWNS = ("132152", "131016", "072010")
_CHUNK = 20_000

_HISTORY = (
    "COPY identity_history (statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record, name,"
    " birth_date, sex, address_in, address, received_on, received_at) FROM STDIN"
)
_RECORDS = (
    "COPY identity_records (code, municipality, live, event_on, recorded_on, history_id, change_kind, reason,"
    " occurred_on, speaks, name, birth_date, sex, address_in, address, name_key, address_key) FROM STDIN"
)

_APART = (
    """
    INSERT INTO identity_history (statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record,
                                  name, birth_date, sex, address_in, address, received_on, received_at)
    SELECT 'bench-' || n, bench_code(n), municipality, change_kind, reason, occurred_on, foreign_record, name,
           birth_date, sex, address_in, address, received_on, received_at
      FROM generate_series(%(blocked)s::bigint, %(end)s::bigint - 1) AS n
      JOIN identity_history ON statement_id = 'bench-' || (n - %(blocked)s::bigint)
        ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO identity_records (code, municipality, live, superseded, retain_until, event_on, recorded_on, history_id,
                                  change_kind, reason, occurred_on, speaks, name, birth_date, sex, address_in, address,
                                  name_key, address_key)
    SELECT bench_code(n), r.municipality, n < %(superseded)s, n >= %(superseded)s,
           CASE WHEN n >= %(superseded)s THEN r.event_on + 1800 END, r.event_on, r.recorded_on, h.history_id,
           r.change_kind, r.reason, r.occurred_on, true, r.name, r.birth_date, r.sex, r.address_in, r.address,
           r.name_key, r.address_key
      FROM generate_series(%(blocked)s::bigint, %(end)s::bigint - 1) AS n
      JOIN identity_history h ON h.statement_id = 'bench-' || n
      JOIN identity_records r ON r.code = bench_code(n - %(blocked)s::bigint)
        ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO supply_blocks (kind, subject, reason, set_by, set_at)
    SELECT 'person', bench_code(n), 'measured', 'operator:bench', '2013-07-08 00:00:00+09'
      FROM generate_series(%(blocked)s::bigint, %(superseded)s::bigint - 1) AS n
        ON CONFLICT DO NOTHING
    """,
    "ANALYZE supply_blocks",
)

_SUM = " + ".join(
    f"(({FIRST} + n) / {10 ** (8 - place)} % 10) * {weight}" for place, weight in enumerate(WEIGHTS[:9])
)
CODE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION bench_code(n bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ({FIRST} + n)::text || (w.w % 11 <= 1)::int::text
        || (11 - (w.w + 2 * (w.w % 11 <= 1)::int) % 11)::text
      FROM (SELECT {_SUM}) AS w (w)
$$
"""
"""``code_of`` in the database, for pgbench."""


def code_of(number: int) -> str:
    """The code of a person by number: always one that may be issued."""
    nine = str(FIRST + number)
    rest = sum(int(digit) * weight for digit, weight in zip(nine, WEIGHTS, strict=False)) % 11
    ten = nine + ("1" if rest <= 1 else "0")
    return ten + check_digit(ten)


def load(connection: psycopg.Connection[tuple[object, ...]], count: int, say: Callable[[str], None]) -> None:
    """Copy everybody in, in the order of their codes, and look over the tables as the server does by itself."""
    with connection.transaction():
        people = _people(count)
        done = 0
        while some := list(islice(people, _CHUNK)):
            for statement, place in ((_HISTORY, 0), (_RECORDS, 1)):
                with connection.cursor() as cursor, cursor.copy(statement) as copy:
                    copy.write("".join(one[place] for one in some))
            done += len(some)
            if done % 1_000_000 < _CHUNK:
                say(f"{done:,} people are loaded")
        connection.execute(
            "SELECT setval(pg_get_serial_sequence('identity_history', 'history_id'), %s)", (count,)
        )
        connection.execute(CODE_FUNCTION)
    connection.execute("VACUUM (ANALYZE)")


@dataclass(frozen=True, slots=True)
class Apart:
    """People whom no load asks for, by their numbers: they are blocked, or their codes were replaced by others."""

    blocked: range
    superseded: range


def set_apart(connection: psycopg.Connection[tuple[object, ...]], count: int, of_each: int) -> Apart:
    """Make so many of each, unless they are there: each has the facts of one of the others."""
    apart = Apart(range(2 * count, 2 * count + of_each), range(2 * count + of_each, 2 * (count + of_each)))
    told = {
        "blocked": apart.blocked.start,
        "superseded": apart.superseded.start,
        "end": apart.superseded.stop,
    }
    with connection.transaction():
        for statement in _APART:
            connection.execute(statement, told)
    return apart


def _people(count: int) -> Iterator[tuple[str, str]]:
    """Two lines for each person, one of the history and one of the record."""
    rng = random.Random(count)  # noqa: S311 - the same people each time
    drawn, draws = japanese_names.names(), Draws(1)
    families = [drawn.surname(draws).text for _ in range(300)]
    given = [drawn.given(draws, sex, 1980).text for sex in (Sex.FEMALE, Sex.MALE) for _ in range(200)]
    names = [f"{one}　{other}" for one in families for other in given]
    named = [(name, matching.key64(next(iter(matching.name_keys(name)), ""))) for name in names]
    places = [
        (town, text, matching.key64(matching.address_key(text)))
        for town in TOWNS
        for text in (
            f"東京都国立市富士見台{number % 4 + 1}丁目{number // 4}番地の1" for number in range(20_000)
        )
    ]
    for number in range(count):
        code = code_of(number)
        name, name_key = named[rng.randrange(len(named))]
        town, address, address_key = places[rng.randrange(len(places))]
        born = (date(1920, 1, 1) + timedelta(rng.randrange(34_000))).isoformat()
        sex = "female" if rng.random() < 0.5 else "male"
        facts = f"{name}\t{born}\t{sex}\t{town}\t{address}"
        change = f"recording\tbirth\t{ON}"
        yield (
            f"bench-{number}\t{code}\t{town}\t{change}\tf\t{facts}\t{ON}\t{ON} 00:00:00+00\n",
            f"{code}\t{town}\tt\t{ON}\t{ON}\t{number + 1}\t{change}\tt\t{facts}\t{name_key}\t{address_key}\n",
        )
