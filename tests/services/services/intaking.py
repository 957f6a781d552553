"""What the tests of intake and export share."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.services.services import counter
from tests.unit.services import registers

from jukinet.domain.csv_rows import lines_of
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import with_check_digit
from jukinet.law.decisions import Refused
from jukinet.services import export, intake
from jukinet.services.context import Context
from jukinet.services.intake import TakenIn
from jukinet.services.intake_checks import Finding
from jukinet.services.register_cells import Row
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_municipality

TAKEN, CHECKED = "register:register:taken-in", "register:register:checked"
EXPORTED = "register:register:exported"


def town(count: int, *, seed: int = 1, first: int = 1) -> list[Row]:
    """The register of an invented town, each with a code."""
    rows: list[Row] = []
    for household in make_municipality(KUNITACHI, count, seed=seed, on=counter.TODAY, foreign_share=0.3):
        for record in household.records:
            serial = first + len(rows)
            rows.append(Row(with_check_digit(serial), replace(record, code=registers._code(serial))))
    return rows


def take(
    where: Federation | Context, data: bytes | Iterable[bytes], claim: Any = CLERK, **options: Any
) -> tuple[TakenIn | Refused, list[Finding]]:
    """Take a file in at Kunitachi, which is connected, and say what was found."""
    ctx = where.context(KUNITACHI) if isinstance(where, Federation) else where
    found: list[Finding] = []
    lines = lines_of(io.BytesIO(data)) if isinstance(data, bytes) else data
    options = {"known_to_network": True, **options}
    return intake.take_in(ctx, claim, lines, found.append, **options), found


def taken(federation: Federation, data: bytes, **options: Any) -> TakenIn:
    done, found = take(federation, data, **options)
    assert isinstance(done, TakenIn), (done, found)
    return done


def written(federation: Federation, where: MunicipalityCode = KUNITACHI) -> bytes:
    """The register of a town as a file."""
    parts: list[bytes] = []
    done = export.export_register(federation.context(where), CLERK, parts.append)
    assert not isinstance(done, Refused)
    data = b"".join(parts)
    assert done.digest == hashlib.sha256(data).hexdigest()
    return data


def empty(federation: Federation) -> None:
    """As if nobody had ever been recorded, which only the owner of the tables can do."""
    with counter.owner(federation, KUNITACHI.node_id) as connection:
        connection.execute("TRUNCATE residents CASCADE")
