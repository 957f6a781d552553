"""What stands out in the log, by entries that are made for it: each kind at its bar, and one below it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner, Result

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.cli import office
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import trail
from jukinet.services.analyses import Finding, Kind, analyse, counts
from jukinet.services.context import JAPAN, Context
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

TUESDAY, SATURDAY = date(2013, 7, 9), date(2013, 7, 13)
MARINE_DAY = date(2013, 7, 15)
AFTER = date(2013, 7, 16)
PEOPLE, LOOKS, AWAY = 200, 20, 5
G1 = ("G1 specification 10.3; notice no. 334 of 2002",)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN).astimezone(UTC)


def put(federation: Federation, moment: datetime, actor: str, times: int = 1, **fields: object) -> None:
    """Entries as the log has them; ``people``: each about another one."""
    people = bool(fields.pop("people", False))
    given = {"event": AuditEvent.RESIDENT_READ, "outcome": Outcome.DONE, "resident_no": "1", **fields}
    made = [given | {"resident_no": str(one)} if people else given for one in range(times)]
    with federation.context(KUNITACHI).begin() as tx:
        entries = [AuditEntry(moment, moment.astimezone(JAPAN).date(), actor=actor, **one) for one in made]  # type: ignore[arg-type]
        trail.write(tx, *entries)


def found(federation: Federation, first: date = TUESDAY, last: date = MARINE_DAY) -> list[Finding]:
    federation.clock.moment = at(AFTER, 12)
    outcome = analyse(federation.context(KUNITACHI), CLERK, first, last)
    assert not isinstance(outcome, Refused), outcome
    return list(outcome)


@case("spec 10.2")
def test_work_by_night_and_on_days_off(federation: Federation) -> None:
    for moment in (at(TUESDAY, 7), at(TUESDAY, 12), at(TUESDAY, 20, 59)):
        put(federation, moment, "operator:day")
    for moment in (at(TUESDAY, 6, 59), at(TUESDAY, 21), at(TUESDAY, 0)):
        put(federation, moment, "operator:owl")
    put(federation, at(SATURDAY, 12), "operator:weekend")
    put(federation, at(MARINE_DAY, 23), "operator:holiday")
    put(federation, at(SATURDAY, 3), "system")
    put(federation, at(SATURDAY, 3), "urn:jukinet:organ:pension", event=AuditEvent.SUPPLIED)
    assert found(federation) == [
        Finding(Kind.NIGHT, TUESDAY, "operator:owl", 3),
        Finding(Kind.HOLIDAY, SATURDAY, "operator:weekend", 1),
        Finding(Kind.HOLIDAY, MARINE_DAY, "operator:holiday", 1),
    ]
    # A day of Japan begins at 15:00 UTC of the day before.
    assert found(federation, SATURDAY, SATURDAY) == [Finding(Kind.HOLIDAY, SATURDAY, "operator:weekend", 1)]


@case("spec 10.2")
def test_who_is_turned_away_at_the_gate(federation: Federation) -> None:
    noon = at(TUESDAY, 12)
    put(federation, noon, "operator:stranger", AWAY, outcome=Outcome.REFUSED, rules=G1)
    put(federation, noon, "operator:once", AWAY - 1, outcome=Outcome.REFUSED, rules=G1)
    put(federation, noon, "operator:clerk", AWAY, outcome=Outcome.REFUSED, rules=("N1 Act Art. 22",))
    put(federation, noon, "urn:jukinet:node:x", AWAY, event=AuditEvent.GATE_REFUSED, outcome=Outcome.REFUSED)
    assert [one for one in found(federation) if one.kind is Kind.TURNED_AWAY] == [
        Finding(Kind.TURNED_AWAY, TUESDAY, "operator:stranger", AWAY),
        Finding(Kind.TURNED_AWAY, TUESDAY, "urn:jukinet:node:x", AWAY),
    ]


@case("spec 10.2")
def test_one_who_looks_at_very_many_and_one_who_is_looked_at(federation: Federation) -> None:
    noon = at(TUESDAY, 12)
    put(federation, noon, "operator:mass", PEOPLE, people=True)
    put(federation, noon, "operator:busy", PEOPLE - 1, people=True)
    organ = {"event": AuditEvent.SUPPLIED, "people": True}
    put(federation, noon, "urn:jukinet:organ:pension", PEOPLE, terminal="clerk-7 / case 1", **organ)
    put(federation, noon, "urn:jukinet:organ:pension", PEOPLE - 1, terminal="clerk-8 / case 1", **organ)
    assert found(federation) == [
        Finding(Kind.PEOPLE_BY_ONE, TUESDAY, "operator:mass", PEOPLE),
        Finding(Kind.PEOPLE_BY_ONE, TUESDAY, "urn:jukinet:organ:pension clerk-7", PEOPLE),
    ]
    put(federation, noon, "operator:fan", LOOKS - 1, resident_no="famous")
    put(federation, at(SATURDAY, 12), "operator:fan", 1, resident_no="famous")
    assert [one for one in found(federation) if one.kind is Kind.LOOKS_AT_ONE] == []
    put(federation, noon, "operator:other", 1, resident_no="famous")
    (one,) = [one for one in found(federation) if one.kind is Kind.LOOKS_AT_ONE]
    last = counter.audit(federation, KUNITACHI, "register:resident:read")[-1]["entry_id"]
    assert one == Finding(Kind.LOOKS_AT_ONE, TUESDAY, None, LOOKS, last)


def test_the_counts_are_of_today_and_yesterday_and_name_nobody(federation: Federation) -> None:
    now = federation.context(KUNITACHI).now()
    put(federation, now, "operator:stranger", AWAY, outcome=Outcome.REFUSED, rules=G1)
    put(federation, now - timedelta(days=3), "operator:before", AWAY, outcome=Outcome.REFUSED, rules=G1)
    before = len(counter.audit(federation, KUNITACHI))
    counted = counts(federation.context(KUNITACHI))
    assert set(counted) == set(Kind)
    assert counted[Kind.TURNED_AWAY] == 1
    assert len(counter.audit(federation, KUNITACHI)) == before


def test_only_an_operator_who_may_sees_them(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        "audit:analysis:drawn",
        Permission.AUDIT_ENTRIES_READ,
        lambda ctx, claim: analyse(ctx, claim, TUESDAY, TUESDAY),
    )


def run(federation: Federation, *words: str) -> Result:
    federation.clock.moment = at(AFTER, 12)

    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    return CliRunner().invoke(office.make_audit_app(opened), ["analyse", "--as", "sato", *words])


def test_they_are_printed(federation: Federation) -> None:
    days = ("--from", "2013-07-09", "--to", "2013-07-15")
    assert run(federation, *days).output == "Nothing stands out.\n"
    put(federation, at(SATURDAY, 12), "operator:weekend")
    put(federation, at(TUESDAY, 12), "operator:a", LOOKS, resident_no="famous")
    printed = run(federation, *days)
    assert printed.exit_code == 0
    assert "2013-07-13  1 entries on a day off  operator:weekend" in printed.output
    assert f"{LOOKS} looks at one person  see entry " in printed.output
    assert "famous" not in printed.output
    assert {one["kind"] for one in json.loads(run(federation, *days, "--json").output)["findings"]} == {
        "holiday",
        "looks-at-one",
    }
    assert run(federation, "--from", "2013-07-09", "--to", "2013-07-08").exit_code == 2
    assert len(counter.audit(federation, KUNITACHI, "audit:analysis:drawn")) == 3


def test_only_days_that_the_log_may_tell_of_are_looked_at(federation: Federation) -> None:
    """Up to today in Japan, and no more of them than entries are kept."""
    last, before = f"must be {AFTER}, today in Japan, or before", len(counter.audit(federation, KUNITACHI))
    first = "must be less than 7 years before --to: no entry is kept longer"
    for days, faults in (
        (("2013-07-09", "2013-07-17"), [f"--to: {last}"]),
        (("9999-12-31", "9999-12-31"), [f"--to: {last}"]),
        (("2006-07-16", "2013-07-16"), [f"--from: {first}"]),
        (("0001-01-01", "0009-01-01"), [f"--from: {first}"]),
        (("0001-01-01", "9999-12-31"), [f"--to: {last}", f"--from: {first}"]),
    ):
        told = run(federation, "--from", days[0], "--to", days[1])
        assert told.exit_code == 1
        assert [line.strip() for line in told.output.splitlines()[1:]] == faults
    assert len(counter.audit(federation, KUNITACHI)) == before
    assert run(federation, "--from", "2006-07-17", "--to", "2013-07-16").exit_code == 0
    assert run(federation, "--from", "0001-01-01", "--to", "0001-01-01").exit_code == 0
