"""kill -9 at every place where it could hurt: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import os
import signal

import pytest
from tests.acceptance.country import (
    CLERK,
    KUNI,
    NATIONAL,
    NETWORK,
    PARTS,
    PREF,
    SUPPLY,
    WORKER,
    Country,
    alive,
    birth_filing,
    move_in_filing,
    until,
    unusual_name,
)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def household(whole: Country) -> str:
    """A household whose record has just reached the centre: the lanes' connections are open."""
    number, (head,) = whole.household(unusual_name())
    whole.wait_arrived(whole.code_of(head))
    return number


def unacknowledged(country: Country) -> int:
    return country.count(KUNI, "SELECT coalesce(sum(last_number - acknowledged), 0) FROM lanes_out")


def lose_the_answer_to_a_birth(country: Country, household: str) -> str:
    """A birth that Tokyo has committed and Kunitachi's worker does not know to have arrived; its code."""
    line = country.lines[PREF]
    line.lose_answers()
    code = country.code_of(country.birth(household, unusual_name()))
    until(lambda: line.lost, "Tokyo answered")
    assert country.times_applied(PREF, code) == (1, 1, 1)
    assert unacknowledged(country) == 1
    return code


def test_the_sender_killed_between_commit_and_acknowledgement(whole: Country, household: str) -> None:
    code = lose_the_answer_to_a_birth(whole, household)
    whole.kill(KUNI, WORKER)
    whole.lines[PREF].restore()
    assert unacknowledged(whole) == 1
    whole.start_all()
    until(lambda: unacknowledged(whole) == 0, "Kunitachi learns that it arrived")
    whole.wait_arrived(code)


def test_the_receiver_killed_between_commit_and_acknowledgement(whole: Country, household: str) -> None:
    code = lose_the_answer_to_a_birth(whole, household)
    whole.kill(PREF, NETWORK)
    whole.lines[PREF].restore()
    later = whole.code_of(whole.birth(household, unusual_name()))
    assert not whole.arrived(PREF, [later])
    whole.start_all()
    whole.wait_arrived(code, later)


def test_a_sender_that_hangs_and_wakes_beside_its_successor(whole: Country, household: str) -> None:
    """The old worker was taken for dead. Both go on with the same lane."""
    code = lose_the_answer_to_a_birth(whole, household)
    old = whole.processes[KUNI, WORKER]
    old.send_signal(signal.SIGSTOP)
    try:
        whole.lines[PREF].restore()
        del whole.processes[KUNI, WORKER]
        whole.start_all()
        until(lambda: unacknowledged(whole) == 0, "the successor learns that it arrived")
        old.send_signal(signal.SIGCONT)
        codes = [whole.code_of(whole.birth(household, unusual_name())) for _ in range(2)]
        whole.wait_arrived(code, *codes)
    finally:
        old.kill()
        old.wait()


def test_every_process_killed_while_records_flow(whole: Country) -> None:
    """Thirty records travel; the processes that carry them die under them, one after the other."""
    names = [unusual_name() for _ in range(30)]
    numbers = whole.register("move-in", move_in_filing(*names)).json["resident_nos"]
    for node, part in (
        (PREF, NETWORK),
        (KUNI, WORKER),
        (PREF, WORKER),
        (NATIONAL, NETWORK),
        (NATIONAL, SUPPLY),
        (NATIONAL, WORKER),
        (KUNI, NETWORK),
        (PREF, SUPPLY),
    ):
        whole.kill(node, part)
        whole.start(node, part)
    for node, parts in PARTS.items():
        for part in parts:
            whole.wait_ready(node, part)
    codes = [whole.code_of(number) for number in numbers]
    assert len(set(codes)) == 30
    whole.wait_arrived(*codes)
    assert whole.verify({"code": codes[-1]}).json["person"]["name"] == names[-1]


def test_the_database_server_killed_under_every_process(whole: Country, household: str) -> None:
    before = {key: process.pid for key, process in whole.processes.items()}
    first = whole.code_of(whole.birth(household, unusual_name()))
    old = whole.kill_database()
    refused = whole.register("birth", birth_filing(household, unusual_name()), expect=1)
    assert f"Start it: jukinet node start-database --config {whole.config(KUNI)}" in refused.told
    assert whole.at(KUNI, "node", "start-database").out == "The database server was started.\n"
    assert whole.at(PREF, "node", "start-database").out == "The database server runs already.\n"
    new = whole.cluster.pid()
    assert new is not None
    assert new != old
    later = whole.code_of(whole.birth(household, unusual_name()))
    whole.wait_arrived(first, later)
    assert whole.verify({"code": later}).json["result"] == "found"
    assert {key: process.pid for key, process in whole.processes.items()} == before
    assert all(alive(pid) for pid in before.values()), "no process died with the server"
    assert whole.audit(KUNI, "register:birth:recorded")[-1]["subject_code"] == later


def test_the_centre_killed_and_started_again(whole: Country, household: str) -> None:
    """A supply call fails while it is away, and answers after it is back; births go on meanwhile."""
    first = whole.code_of(whole.birth(household, unusual_name()))
    whole.wait_arrived(first)
    whole.kill(NATIONAL, *PARTS[NATIONAL])
    failed = whole.verify({"code": first}, expect=1)
    assert failed.out == ""
    assert "cannot be reached" in failed.told, failed
    meanwhile = whole.code_of(whole.birth(household, unusual_name()))
    until(lambda: whole.arrived(PREF, [meanwhile]), "Tokyo has it")
    assert not whole.arrived(NATIONAL, [meanwhile])
    whole.start_all()
    assert whole.verify({"code": first}).json["result"] == "found"
    whole.wait_arrived(meanwhile)
    assert whole.verify({"code": meanwhile}).json["result"] == "found"


def test_an_act_killed_before_its_commit_did_not_happen(whole: Country, household: str) -> None:
    """The clerk's command is killed while it waits for a lock: no record, no notice, no entry, no code used."""
    before = whole.stored()
    entry = whole.last_entry(KUNI)
    with whole.locking(KUNI, "LOCK TABLE residents IN ACCESS EXCLUSIVE MODE"):
        command = whole.begin(
            KUNI, "register", "birth", "-", "--as", CLERK, stdin=birth_filing(household, unusual_name())
        )
        until(whole.waits_for_lock, "the act waits")
        os.kill(command.pid, signal.SIGKILL)
        command.wait(60)
    until(lambda: not whole.waits_for_lock(), "its transaction is gone")
    assert whole.last_entry(KUNI) == entry
    assert whole.stored() == before
