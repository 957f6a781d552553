"""``jukinet consistency``: what is printed, as JSON too, when it waits, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO
from typer.testing import CliRunner, Result

from jukinet.audit.events import AuditEvent
from jukinet.cli import consistency
from jukinet.services.context import Context
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI


def run(federation: Federation, *words: str, operator: str = "sato") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    def wait(seconds: float) -> None:
        federation.clock.advance(timedelta(seconds=seconds))

    return CliRunner().invoke(consistency.make_app(opened, wait), [*words, "--as", operator])


def test_a_difference_is_told_with_what_to_do_about_it(federation: Federation) -> None:
    (found,) = counter.load(federation)
    code = counter.code_of(found)
    agreed = run(federation, "check")
    assert agreed.exit_code == 0
    assert agreed.output == (
        "With this node itself: 1 records, 0 differences.\nWith pref-13: 1 records, 0 differences.\n"
    )
    assert run(federation, "list").output == "Nothing is known to differ.\n"
    with counter.owner(federation, TOKYO) as connection:
        connection.execute("UPDATE identity_records SET name = '別人'")
    seen = run(federation, "check", "--now")
    line = f"{KUNITACHI} {code}  differs from pref-13"
    assert (seen.exit_code, f"  {line}, unconfirmed\n" in seen.output) == (1, True)
    before = federation.clock.now()
    confirmed = run(federation, "check")
    assert (confirmed.exit_code, f"  {line}\n" in confirmed.output) == (1, True)
    assert federation.clock.now() - before == timedelta(seconds=61)
    assert "To repair" in confirmed.output
    assert max(map(len, confirmed.output.splitlines())) <= 80
    listed = json.loads(run(federation, "list", "--json").output)["differences"]
    assert [(one["code"], one["kind"], one["confirmed"]) for one in listed] == [(str(code), "differs", True)]
    plain = json.loads(run(federation, "check", "--json").output)["checks"]
    assert [one["against"] for one in plain] == ["own", "pref-13"]
    shown = world.entries(federation, KUNI, AuditEvent.DIFFERENCES_READ)
    assert [one.subject_code for one in shown].count(code) == 5
    assert found.record.name.text not in seen.output + confirmed.output


def test_who_may_not_compare_is_refused(federation: Federation) -> None:
    for words in (["check"], ["list"]):
        assert run(federation, *words, operator="nobody").exit_code == 3
    assert world.rows(federation, KUNI, "SELECT * FROM consistency_checks") == []
