"""Witnesses: a log that goes on is cosigned; one that was rolled back, forked or begun anew is an alarm that stays."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.services.test_audit_tree import KUNI, entries, note, sequencer, signed
from tests.services.world import TOKYO
from tests.unit.domain.test_merkle import mth
from typer.testing import CliRunner, Result

from jukinet.audit.events import AuditEvent
from jukinet.cli import office
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.messages.keys import KeyUse
from jukinet.services import audit_tree, vitals, witnesses
from jukinet.services.context import Context
from jukinet.store import audit_tree as rows
from jukinet.store.audit_tree import Witnessed
from jukinet.testing.federation import CLERK, WORKER, Federation, signing_key
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA

pytestmark = pytest.mark.core


def look(federation: Federation) -> int:
    """One look of Tokyo at the logs of its municipalities, of which Kunitachi's alone is there."""
    worker = federation.context(TOKYO, WORKER)
    return witnesses.witness(replace(federation.context(TOKYO, "sequencer"), peers=worker.peers))


def listed(federation: Federation) -> tuple[Witnessed, ...]:
    found = witnesses.list_witnessed(federation.context(TOKYO), CLERK)
    assert isinstance(found, tuple)
    return found


def seen(federation: Federation) -> Witnessed:
    return listed(federation)[-1]


def go_on(federation: Federation, count: int = 3) -> None:
    note(federation.context(KUNI), count)
    federation.clock.advance(timedelta(seconds=1))
    audit_tree.sequence(sequencer(federation))


def test_each_log_has_its_witnesses(federation: Federation) -> None:
    told = federation.directory
    assert witnesses.witnesses_of(told, KUNI) == (TOKYO,)
    assert witnesses.witnesses_of(told, FUKUSHIMA.node_id) == (NodeId("pref-07"),)
    assert witnesses.witnesses_of(told, TOKYO) == (NATIONAL,)
    assert witnesses.witnesses_of(told, NATIONAL) == (NodeId("pref-07"), TOKYO)
    assert witnesses.witness(federation.context(CHIYODA, WORKER)) == 0


def test_a_log_that_goes_on_is_cosigned(federation: Federation) -> None:
    for count in (1, 300, 0, 2):
        go_on(federation, count)
        look(federation)
        found = seen(federation)
        assert (found.size, found.root) == (signed(federation).size, signed(federation).root)
        assert found.problem is None
    assert look(federation) == 0
    body, _, tail = found.note.partition("\n\n")
    name, raw = tail.splitlines()[1].removeprefix("— ").split()
    assert name == "urn:jukinet:node:pref-13"
    told = base64.b64decode(raw)
    public = signing_key(TOKYO, KeyUse.LOG).raw_public
    assert told[:4] == hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    signed_text = f"cosignature/v1\ntime {int.from_bytes(told[4:12], 'big')}\n{body}\n"
    Ed25519PublicKey.from_public_bytes(public).verify(told[12:], signed_text.encode())


def cut_off(federation: Federation) -> None:
    """The tree is put back to an earlier size, and everything after it is forgotten."""
    with world.connect(federation, KUNI) as owner:
        owner.execute("DELETE FROM log_runs WHERE first > 0")
        owner.execute("DELETE FROM log_checkpoints")
        owner.execute("DELETE FROM audit_entries WHERE entry_id > (SELECT max(last_entry) FROM log_runs)")
        owner.execute(
            "UPDATE logs SET size = cardinality(entry_ids) FROM log_runs WHERE logs.incarnation = log_runs.incarnation"
        )
        owner.execute("UPDATE log_tiles SET hashes = substr(hashes, 1, 32 * (SELECT size::int FROM logs))")
        owner.execute("DELETE FROM audit_erased")
    with federation.context(KUNI, "sequencer").begin() as tx:
        head = rows.head(tx)
        assert head is not None
    with world.connect(federation, KUNI) as owner:
        leaves = [bytes(row[0]) for row in owner.execute("SELECT leaf FROM audit_entries ORDER BY entry_id")]
        owner.execute("UPDATE logs SET root = %s", (mth(leaves[: head.size]),))
    audit_tree.sequence(sequencer(federation))


def begun_anew(federation: Federation) -> None:
    """Every trace of the tree is removed, and it is made again without one entry: signed by the same key."""
    with world.connect(federation, KUNI) as owner:
        owner.execute("TRUNCATE logs, log_runs, log_tiles, log_checkpoints")
        first = "(SELECT min(entry_id) FROM audit_entries)"
        owner.execute(f"DELETE FROM audit_entries WHERE entry_id = {first}")
        owner.execute("DELETE FROM audit_erased")
    audit_tree.sequence(sequencer(federation))
    go_on(federation)


def without_admission(federation: Federation) -> None:
    """A life is begun by hand, and nothing says what became of the log before."""
    federation.put_back(KUNI)
    with world.connect(federation, KUNI) as owner:
        owner.execute("TRUNCATE logs, log_runs, log_tiles, log_checkpoints")
    audit_tree.sequence(sequencer(federation))


@pytest.mark.parametrize(
    ("attack", "problem"),
    [(cut_off, "rollback"), (begun_anew, "fork"), (without_admission, "reopened")],
)
def test_what_does_not_follow_is_an_alarm_that_stays(
    federation: Federation, attack: Callable[[Federation], None], problem: str
) -> None:
    go_on(federation)
    go_on(federation)
    look(federation)
    before = seen(federation)
    attack(federation)
    assert look(federation) == 0
    found = seen(federation)
    assert found.problem == problem
    assert (found.size, found.root, found.note) == (before.size, before.root, before.note)
    assert found.refused is not None
    go_on(federation, 5)
    assert look(federation) == 0, "people see to it first"
    (entry,) = world.entries(federation, TOKYO, AuditEvent.LOG_CONTRADICTED)
    assert (entry.reference, entry.rules) == (str(KUNI), (problem,))
    assert vitals.look(federation.context(TOKYO)).contradicted == (str(KUNI),)


@case(permitted="WN1", refused="WN1")
@pytest.mark.parametrize("attack", [cut_off, begun_anew, without_admission])
def test_once_people_have_seen_to_it_the_log_is_witnessed_anew(
    federation: Federation, attack: Callable[[Federation], None]
) -> None:
    for times in (1, 2):
        go_on(federation)
        go_on(federation)
        look(federation)
        attack(federation)
        assert look(federation) == 0
        assert len(world.entries(federation, TOKYO, AuditEvent.LOG_CONTRADICTED)) == times, (
            "an alarm each time"
        )
        assert vitals.look(federation.context(TOKYO)).contradicted == (str(KUNI),)
        found = seen(federation)
        federation.clock.advance(timedelta(seconds=1))
        renew(federation)
        assert vitals.look(federation.context(TOKYO)).contradicted == ()
        kept = replace(found, ended_at=federation.clock.now(), ended_by="sato", reason="an attack")
        assert seen(federation) == kept
        assert look(federation) == 1
        assert seen(federation).size == signed(federation).size
        ended = [one for one in listed(federation) if one.ended_at]
        assert kept in ended, "the old row still stands"
        assert len(ended) == times
    (entry, _) = world.entries(federation, TOKYO, AuditEvent.WITNESS_RENEWED)
    assert (entry.outcome, entry.reference) == ("done", str(KUNI))
    assert_nothing_to_renew(federation)


def renew(federation: Federation) -> None:
    done = witnesses.begin_anew(federation.context(TOKYO), CLERK, KUNI, " an attack ")
    assert not isinstance(done, Refused), done


def assert_nothing_to_renew(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    for node in (KUNI, FUKUSHIMA.node_id):
        act = partial(witnesses.begin_anew, ctx, CLERK, node, "an attack")
        counter.assert_refused(federation, TOKYO, "audit:witness:renewed", act, "WN1")


def test_the_command_says_what_it_did_and_the_list_that_it_was_done(federation: Federation) -> None:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(TOKYO)

    def run(*words: str) -> Result:
        return CliRunner().invoke(office.make_audit_app(opened), [*words, "--as", "sato"])

    go_on(federation)
    go_on(federation)
    look(federation)
    cut_off(federation)
    look(federation)
    assert "seen to at" not in run("witnessed").output
    assert run("witness-anew", "nowhere", "--reason", "an attack").exit_code == 2
    assert run("witness-anew", "muni-131016", "--reason", "an attack").exit_code == 3
    assert run("witness-anew", str(KUNI), "--reason", "an attack").output == (
        "The log of muni-132152 is witnessed anew from the next look on.\n"
    )
    assert "by sato: witnessed anew since" in run("witnessed").output
    (kept,) = json.loads(run("witnessed", "--json").output)
    assert (kept["problem"], kept["ended_by"], kept["reason"]) == ("rollback", "sato", "an attack")


def test_only_an_operator_who_may_has_a_log_witnessed_anew(federation: Federation) -> None:
    assert_nothing_to_renew(federation)
    counter.assert_gated(
        federation,
        TOKYO,
        "audit:witness:renewed",
        Permission.AUDIT_WITNESS_RENEW,
        lambda ctx, claim: witnesses.begin_anew(ctx, claim, KUNI, "an attack"),
    )
    for reason in ("", "x" * 501, "\x00"):
        with pytest.raises(JukinetError) as caught:
            witnesses.begin_anew(federation.context(TOKYO), CLERK, KUNI, reason)
        assert [fault.field for fault in caught.value.faults] == ["reason"]


@pytest.mark.parametrize("lost", [0, 4])
def test_a_restore_is_admitted_and_followed(federation: Federation, lost: int) -> None:
    go_on(federation)
    copied = federation.copy_of(KUNI)
    go_on(federation, lost)
    look(federation)
    before = seen(federation)
    federation.put_back(KUNI, copied)
    audit_tree.sequence(sequencer(federation))
    assert look(federation) == 1
    found = seen(federation)
    assert found.problem is None
    assert found.log == "urn:jukinet:log:muni-132152:2"
    assert found.log != before.log
    go_on(federation)
    assert look(federation) == 1
    assert entries(federation) > 0


def test_who_is_away_is_asked_again(federation: Federation) -> None:
    go_on(federation)
    federation.line.cut = {KUNI}
    assert look(federation) == 0
    federation.line.cut = set()
    assert look(federation) == 1
