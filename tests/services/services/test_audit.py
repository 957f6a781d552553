"""The audit trail: every look at it is in it, its rows are what was said, and they cannot be altered."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI

from jukinet.audit.entries import SALT_BYTES, AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind
from jukinet.law.decisions import Refused
from jukinet.services import trail
from jukinet.services.operators import OperatorClaim
from jukinet.store import audit_log
from jukinet.testing.federation import CLERK, EPOCH, NETWORK, OFFICE, WORKER, Federation
from jukinet.testing.gazetteer import KUNITACHI

FULL = AuditEntry(
    at=EPOCH,
    business_on=world.TODAY,
    event=AuditEvent.SUPPLIED,
    outcome=Outcome.NONE,
    actor="urn:jukinet:organ:mofa",
    terminal="t-1",
    subject_code=world.code(1),
    resident_no="00000000019",
    affair="t1-77-12",
    reference="a" * 32,
    rules=("S1 Act Art. 30-7", "S2"),
)


def test_an_entry_is_read_back_as_it_was_written(federation: Federation) -> None:
    with federation.context(KUNI).begin() as tx:
        audit_log.append(tx, FULL)
        audit_log.append(tx, FULL, FULL)
        numbers, found = zip(*audit_log.newest(tx, most=3), strict=True)
    assert found == (FULL, FULL, FULL)
    assert list(numbers) == sorted(numbers, reverse=True)


def test_the_leaf_is_over_the_salt_and_every_field(federation: Federation) -> None:
    with federation.context(KUNI).begin() as tx:
        audit_log.append(tx, FULL, FULL)
    found = world.rows(
        federation, KUNI, "SELECT salt, leaf FROM audit_entries ORDER BY entry_id DESC LIMIT 2"
    )
    for salt, leaf in found:
        assert len(salt) == SALT_BYTES
        assert bytes(leaf) == hashlib.sha256(b"\x00" + bytes(salt) + FULL.encoded()).digest()
    assert found[0][0] != found[1][0]


def test_every_row_of_real_acts_has_the_leaf_of_its_fields(federation: Federation) -> None:
    found = counter.load(federation)[0]
    counter.give_birth(federation, KUNITACHI, found.record.household_number)
    federation.run()
    with federation.context(KUNI).begin() as tx:
        entries = dict(audit_log.newest(tx, most=1000))
    rows = world.rows(federation, KUNI, "SELECT entry_id, salt, leaf FROM audit_entries")
    assert len(rows) == len(entries) > 3
    for number, salt, leaf in rows:
        assert bytes(leaf) == entries[number].leaf(bytes(salt))


def test_reading_is_recorded_and_so_is_reading_that(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    before = len(world.entries(federation, KUNI, AuditEvent.AUDIT_READ))
    first = trail.list_entries(ctx, CLERK)
    second = trail.list_entries(ctx, CLERK)
    assert not isinstance(first, Refused)
    assert not isinstance(second, Refused)
    assert second[0][1].event is AuditEvent.AUDIT_READ
    assert (second[0][1].actor, second[0][1].outcome) == (CLERK.actor, Outcome.DONE)
    assert len(world.entries(federation, KUNI, AuditEvent.AUDIT_READ)) == before + 2


@case("spec 10.2")
def test_entries_are_listed_newest_first_and_by_kind_and_number(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    everything = trail.list_entries(ctx, CLERK, most=1000)
    assert not isinstance(everything, Refused)
    numbers = [number for number, _ in everything]
    assert numbers == sorted(numbers, reverse=True)
    some = trail.list_entries(ctx, CLERK, most=1000, event=AuditEvent.OPERATOR_ENROLLED)
    assert not isinstance(some, Refused)
    assert list(some) == [one for one in everything if one[1].event is AuditEvent.OPERATOR_ENROLLED]
    later = trail.list_entries(ctx, CLERK, most=1000, after=numbers[1])
    assert not isinstance(later, Refused)
    assert numbers[0] in {number for number, _ in later}
    assert min(number for number, _ in later) > numbers[1]
    few = trail.list_entries(ctx, CLERK, most=2)
    assert not isinstance(few, Refused)
    assert len(few) == 2


def test_who_may_not_read_gets_nothing_and_is_recorded(federation: Federation) -> None:
    stranger = OperatorClaim("nobody")
    refused = trail.list_entries(federation.context(KUNI), stranger)
    assert isinstance(refused, Refused)
    assert [failed.rule for failed in refused.failed] == ["G1"]
    entry = world.entries(federation, KUNI, AuditEvent.AUDIT_READ)[-1]
    assert (entry.actor, entry.outcome) == (stranger.actor, Outcome.REFUSED)


def test_a_start_is_recorded_by_every_process(federation: Federation) -> None:
    for role in (OFFICE, NETWORK, WORKER, "supply"):
        trail.node_started(federation.context(KUNI, role), role)
    found = world.entries(federation, KUNI, AuditEvent.NODE_STARTED)
    assert [(entry.actor, entry.reference) for entry in found] == [
        ("system", role) for role in (OFFICE, NETWORK, WORKER, "supply")
    ]


def test_an_entry_names_nobody_but_by_code_and_number(federation: Federation) -> None:
    found = counter.load(federation)[0]
    counter.give_birth(federation, KUNITACHI, found.record.household_number)
    federation.run()
    record = found.record
    personal = {record.name.text, record.birth_date.text, record.address.text, counter.child().name.text}
    for node in federation.nodes:
        for line in world.tables(federation, node)["audit_entries"]:
            assert not any(value in line for value in personal)
    codes = {entry.subject_code for entry in world.entries(federation, KUNI, AuditEvent.BIRTH_RECORDED)}
    assert all(isinstance(code, ResidentRecordCode) for code in codes)


def test_many_entries_at_once_are_those_of_one_after_the_other(federation: Federation) -> None:
    """With and without rules, codes and numbers; in their order, each with a salt of its own and its own leaf."""
    ctx = federation.context(KUNITACHI)
    plain = AuditEntry(ctx.now(), world.TODAY, AuditEvent.RESIDENT_LISTED, Outcome.DONE, "system")
    entries = [
        plain,
        replace(plain, rules=("one", "two, 三"), reference="a" * 32),
        replace(
            plain, subject_code=ResidentRecordCode("24727059608"), resident_no="1", terminal="t", rules=("x",)
        ),
        replace(plain, affair="t1-77-12", actor="operator:sato"),
    ]
    with ctx.begin() as tx:
        before = audit_log.newest(tx, most=1)[0][0]
        audit_log.append(tx, *entries)
        audit_log.append(tx)
        found = list(reversed(audit_log.newest(tx, most=10, after=before)))
    assert [entry for _, entry in found] == entries
    rows = counter.audit(federation, KUNITACHI)[-len(entries) :]
    assert [bytes(row["leaf"]) for row in rows] == [
        entry.leaf(bytes(row["salt"])) for entry, row in zip(entries, rows, strict=True)
    ]
    assert len({bytes(row["salt"]) for row in rows}) == len(entries)


def test_what_is_no_filing_is_the_operators_entry_and_holds_nothing_of_it(federation: Federation) -> None:
    """Whoever claims to act, enrolled or not: the entry says who, at which act, and the kind of fault."""
    ctx = federation.context(KUNITACHI)
    for claim in (CLERK, OperatorClaim("nobody", "counter-9")):
        trail.filing_unreadable(ctx, claim, "birth", ErrorKind.MALFORMED)
    listed = trail.list_entries(ctx, CLERK, event=AuditEvent.FILING_UNREADABLE)
    assert not isinstance(listed, Refused)
    assert [
        (one.actor, one.terminal, one.outcome, one.reference, one.rules) for _, one in reversed(listed)
    ] == [
        (CLERK.actor, CLERK.terminal, Outcome.REFUSED, "birth", ("malformed",)),
        ("operator:nobody", "counter-9", Outcome.REFUSED, "birth", ("malformed",)),
    ]
    assert {(one.subject_code, one.resident_no, one.affair) for _, one in listed} == {(None, None, None)}
