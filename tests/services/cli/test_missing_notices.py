"""``jukinet register missing-notices`` on a register: what is printed, as JSON too, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner, Result

from jukinet.cli import register
from jukinet.services.context import Context
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI, YAMATSURI


def run(federation: Federation, *words: str, operator: str = "sato") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    return CliRunner().invoke(register.make_app(opened), ["missing-notices", "--as", operator, *words])


@case("spec 4.1.3.1.4")
def test_who_left_is_printed_by_number_with_the_municipality_to_ask(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.file_move_out(federation, KUNITACHI, [number], YAMATSURI, planned_on=counter.TODAY)
    federation.run()
    assert run(federation).output == "No notice is missing.\n"
    federation.set_date(date(2013, 7, 20))
    printed = run(federation)
    assert (printed.exit_code, printed.output) == (0, f"{number}  left 平成25年7月8日  for {YAMATSURI}\n")
    assert json.loads(run(federation, "--json", "--before", "2013-07-09").output) == {
        "missing": [{"resident_no": number, "left_on": "2013-07-08", "municipality": str(YAMATSURI)}]
    }
    assert run(federation, "--before", "2013-07-08").output == "No notice is missing.\n"
    assert found.record.name.text not in printed.output


@pytest.mark.parametrize(("words", "code"), [(("--before", "yesterday"), 2), ((), 3)], ids=["day", "nobody"])
def test_what_is_mistyped_or_not_allowed(federation: Federation, words: tuple[str, ...], code: int) -> None:
    result = run(federation, *words, operator="sato" if words else "nobody")
    assert result.exit_code == code
    assert "yesterday" not in result.output
