"""Keys and members as they change while the network runs; and which key a node signs with meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from tests.unit.node.test_pki import KUNITACHI, NOW, PENSIONS, certificate, contents, home, refusal, signed

from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages.directory import (
    STALE_AFTER,
    Announcement,
    Directory,
    NodeEntry,
    OrganEntry,
    OrganState,
    newer,
)
from jukinet.messages.keys import KeyUse, PublicKey
from jukinet.node import keys, pki, pki_changes
from jukinet.node.key_files import KeyFiles
from jukinet.services.key_ring import KeyRing
from jukinet.testing.federation import FakeClock

__all__ = ["home"]

STATEMENT = KeyUse.STATEMENT
HOUR = timedelta(hours=1)


def entry_of(directory: Directory) -> NodeEntry:
    entry = directory.node(KUNITACHI)
    assert entry is not None
    return entry


def listed(entry: NodeEntry | OrganEntry, use: KeyUse = STATEMENT) -> list[PublicKey]:
    return [key for key in entry.keys if key.use is use]


def ring(home: Path, directory: Directory, *uses: KeyUse) -> tuple[KeyRing, FakeClock]:
    clock = FakeClock(NOW)
    files = KeyFiles(home / "nodes" / KUNITACHI.text, uses or (STATEMENT,))
    return KeyRing(KUNITACHI, clock, lambda: directory, files), clock


def test_a_new_key_stands_beside_the_present_one_and_counts_later(home: Path) -> None:
    (former,) = listed(entry_of(signed(home)))
    others = [key for key in entry_of(signed(home)).keys if key.use is not STATEMENT]
    added = pki_changes.rotate_key(home, KUNITACHI, STATEMENT, NOW)
    pki.sign_directory(home, NOW)
    entry = entry_of(signed(home))
    begins = NOW + timedelta(hours=25)
    assert begins - NOW > STALE_AFTER  # whoever may still be served knows of it
    assert listed(entry) == [
        PublicKey(former.key_id, STATEMENT, former.raw, former.valid_from, begins + STALE_AFTER),
        added,
    ]
    assert added.valid_from == begins
    assert [key for key in entry.keys if key.use is not STATEMENT] == others
    path = home / "nodes" / KUNITACHI.text / f"statement-{added.key_id}.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.load_signing_key(path, STATEMENT).key_id == added.key_id


def test_a_running_node_takes_the_new_key_up_when_it_counts_and_signs_old_moments_with_the_old(
    home: Path,
) -> None:
    (former,) = listed(entry_of(signed(home)))
    held = signed(home)
    files = KeyFiles(home / "nodes" / KUNITACHI.text, (STATEMENT,))
    running = KeyRing(KUNITACHI, FakeClock(NOW), lambda: held, files)
    assert running[STATEMENT].key_id == former.key_id
    added = pki_changes.rotate_key(home, KUNITACHI, STATEMENT, NOW, lead=HOUR)
    assert running.at(STATEMENT, NOW + 2 * HOUR).key_id == former.key_id  # it has not learnt of it
    pki.sign_directory(home, NOW)
    held = signed(home)
    assert running[STATEMENT].key_id == former.key_id
    assert running.at(STATEMENT, NOW + HOUR).key_id == added.key_id
    assert running.at(STATEMENT, NOW + timedelta(minutes=59)).key_id == former.key_id


def test_no_moment_is_left_without_a_key(home: Path) -> None:
    """A node that forgot: its key ended, and acts of that time wait for a signature."""
    (former,) = listed(entry_of(signed(home)))
    late = former.valid_to + timedelta(days=3)
    added = pki_changes.rotate_key(home, KUNITACHI, STATEMENT, late)
    assert added.valid_from == former.valid_to
    assert added.valid_to == late + timedelta(days=730)


def test_without_a_key_that_counts_nothing_is_signed(home: Path) -> None:
    unlisted, _ = ring(home, signed(home))
    (former,) = listed(entry_of(signed(home)))
    with refusal(ErrorKind.CONFIGURATION):
        unlisted.at(STATEMENT, former.valid_to)
    (home / "nodes" / KUNITACHI.text / "statement.key").unlink()
    with refusal(ErrorKind.CONFIGURATION):
        ring(home, signed(home))


def test_a_process_reads_the_keys_of_its_uses_and_no_others(home: Path) -> None:
    answers, _ = ring(home, signed(home), KeyUse.ANSWER)
    assert answers[KeyUse.ANSWER].use is KeyUse.ANSWER
    with refusal(ErrorKind.CONFIGURATION):
        answers[STATEMENT]
    nothing = KeyFiles(home / "nowhere", ())
    assert nothing(STATEMENT) == ()


def test_a_key_that_others_may_read_stops_nothing_that_runs(home: Path) -> None:
    running, _ = ring(home, signed(home))
    added = pki_changes.rotate_key(home, KUNITACHI, STATEMENT, NOW, lead=timedelta(0))
    (home / "nodes" / KUNITACHI.text / f"statement-{added.key_id}.key").chmod(0o644)
    assert running[STATEMENT].use is STATEMENT
    with refusal(ErrorKind.CONFIGURATION):
        KeyFiles(home / "nodes" / KUNITACHI.text, (STATEMENT,))


def test_credentials_in_other_hands_count_no_more_from_that_moment(home: Path) -> None:
    future = pki_changes.rotate_key(home, KUNITACHI, STATEMENT, NOW)
    before = certificate(home, f"nodes/{KUNITACHI}")
    former = {key.key_id: key for key in entry_of(signed(home)).keys}
    later = NOW + timedelta(days=1, microseconds=5)
    made = pki_changes.replace_credentials(home, KUNITACHI, later)
    pki.sign_directory(home, later)
    entry = entry_of(signed(home, later))
    assert {key.use for key in made} == {key.use for key in former.values()}
    assert future.key_id not in {key.key_id for key in entry.keys}
    for key in entry.keys:
        if key.key_id in former:
            assert (key.valid_from, key.valid_to) == (former[key.key_id].valid_from, later)
        else:
            assert key.valid_from == later
    after = certificate(home, f"nodes/{KUNITACHI}")
    assert entry.certified_since == after.not_valid_before_utc
    assert before.not_valid_before_utc < entry.certified_since
    assert isinstance(after.public_key(), type(before.public_key()))
    assert after.public_key() != before.public_key()


def test_an_organs_credentials_too(home: Path) -> None:
    later, files = NOW + HOUR, home / "organs" / PENSIONS.text
    before = keys.load_signing_key(files / "statement.key", STATEMENT)
    (made,) = pki_changes.replace_credentials(home, PENSIONS, later)
    pki.sign_directory(home, later)
    assert (
        keys.load_signing_key(files / "statement.key", STATEMENT).key_id == made.key_id
    )  # what the organ's programs sign with
    assert keys.load_signing_key(files / f"statement-{before.key_id}.key", STATEMENT).key_id == before.key_id
    assert len(list(files.glob("statement*.key"))) == 2
    organ = signed(home, later).organ(PENSIONS)
    assert organ is not None
    assert [key.valid_to for key in listed(organ)] == [later, made.valid_to]
    assert organ.certified_since is not None
    leaf = x509.load_pem_x509_certificate((home / "organs" / PENSIONS.text / "tls.pem").read_bytes())
    assert leaf.not_valid_before_utc == organ.certified_since


def test_an_organ_is_revoked_with_its_reason(home: Path) -> None:
    pki_changes.revoke_organ(home, PENSIONS, "The agreement ended.")
    pki.sign_directory(home, NOW)
    organ = signed(home).organ(PENSIONS)
    assert organ is not None
    assert (organ.state, organ.reason) == (OrganState.REVOKED, "The agreement ended.")


def test_a_node_is_disconnected_with_date_and_reason_and_connected_again(home: Path) -> None:
    gone, back = date(2013, 7, 9), date(2015, 3, 30)
    pki_changes.disconnect_node(home, KUNITACHI, "By choice.", gone)
    pki.sign_directory(home, NOW)
    entry = entry_of(signed(home))
    assert (entry.connected, entry.reason, entry.since) == (False, "By choice.", gone)
    with refusal(ErrorKind.CONFLICT):
        pki_changes.disconnect_node(home, KUNITACHI, "Again.", back)
    pki_changes.connect_node(home, KUNITACHI, back)
    pki.sign_directory(home, NOW + HOUR)
    entry = entry_of(signed(home, NOW + HOUR))
    assert (entry.connected, entry.reason, entry.since) == (True, None, back)
    with refusal(ErrorKind.CONFLICT):
        pki_changes.connect_node(home, KUNITACHI, back)


def test_the_directorys_own_key_is_replaced_by_the_root_and_never_comes_back(home: Path) -> None:
    first = signed(home)
    old_key, old_names = (home / "directory.key").read_bytes(), (home / "directory-keys.json").read_bytes()
    pki_changes.rotate_directory_key(home, NOW + HOUR)
    second = pki.sign_directory(home, NOW + HOUR)
    assert (first.keys_version, second.keys_version, second.version) == (1, 2, 2)
    assert newer(first, second)
    # Who has the former key cannot undo it: a later version under it is not newer.
    keys.write_private(home / "directory.key", old_key)
    keys.write_private(home / "directory-keys.json", old_names)
    (home / "directory.json").unlink()
    for _ in range(3):
        forged = pki.sign_directory(home, NOW + 2 * HOUR)
    assert forged.version == 3
    assert not newer(second, forged)


def test_a_half_done_change_of_the_directorys_key_is_repeated(home: Path) -> None:
    names = (home / "directory-keys.json").read_bytes()
    pki_changes.rotate_directory_key(home, NOW)
    keys.write_private(home / "directory-keys.json", names)  # the process ended before the second file
    with refusal(ErrorKind.UNAUTHENTIC):
        pki.sign_directory(home, NOW + HOUR)
    pki_changes.rotate_directory_key(home, NOW + HOUR)
    assert pki.sign_directory(home, NOW + HOUR).keys_version == 2


def test_strangers_and_parties_of_other_machines_are_refused_and_change_nothing(home: Path) -> None:
    before = contents(home)
    stranger = NodeId("muni-131016")
    for change in (
        lambda: pki_changes.rotate_key(home, stranger, STATEMENT, NOW),
        lambda: pki_changes.replace_credentials(home, stranger, NOW),
        lambda: pki_changes.disconnect_node(home, stranger, "x", NOW.date()),
    ):
        with refusal(ErrorKind.NOT_FOUND):
            change()
    with refusal(ErrorKind.INVALID):
        pki_changes.rotate_key(home, PENSIONS, KeyUse.ANSWER, NOW)
    (home / "root.key").rename(home / "offline")
    with refusal(ErrorKind.CONFIGURATION):
        pki_changes.rotate_directory_key(home, NOW)
    (home / "offline").rename(home / "root.key")
    assert contents(home) == before


def test_the_list_names_the_key_that_counts(home: Path) -> None:
    added = pki_changes.rotate_key(home, NATIONAL, STATEMENT, NOW, lead=HOUR)
    (national, _) = pki.describe(home, NOW)["nodes"]
    assert national["keys"]["statement"] != added.key_id
    (national, _) = pki.describe(home, datetime(2013, 7, 8, 13, tzinfo=UTC))["nodes"]
    assert national["keys"]["statement"] == added.key_id


@pytest.mark.parametrize("reason", ["", "x\0y"])
def test_a_reason_that_nobody_could_read_is_refused(home: Path, reason: str) -> None:
    before = contents(home)
    with refusal(ErrorKind.INVALID):
        pki_changes.disconnect_node(home, KUNITACHI, reason, NOW.date())
    assert contents(home) == before


def test_a_ward_has_a_city_that_is_none_itself(home: Path) -> None:
    chiyoda, minato = NodeId("muni-131016"), NodeId("muni-131032")
    for node in (chiyoda, minato):
        pki.issue_node(home, node, name=str(node), url="https://localhost:1", now=NOW)
    assert pki_changes.note_ward(home, KUNITACHI, chiyoda).city == chiyoda
    pki.sign_directory(home, NOW)
    assert entry_of(signed(home)).city == chiyoda
    before = contents(home)
    for node, city in ((minato, minato), (minato, KUNITACHI), (minato, NATIONAL), (chiyoda, minato)):
        with refusal(ErrorKind.INVALID):
            pki_changes.note_ward(home, node, city)
    assert contents(home) == before


def test_a_merged_municipality_has_a_successor_that_stands_for_itself(home: Path) -> None:
    chiyoda, minato = NodeId("muni-131016"), NodeId("muni-131032")
    for node in (chiyoda, minato):
        pki.issue_node(home, node, name=str(node), url="https://localhost:1", now=NOW)
    merged = pki_changes.merge_node(home, KUNITACHI, chiyoda)
    assert (merged.successor, merged.connected) == (chiyoda, True)
    pki.sign_directory(home, NOW)
    assert entry_of(signed(home)).successor == chiyoda
    before = contents(home)
    for node, into in ((minato, minato), (minato, KUNITACHI), (minato, NATIONAL)):
        with refusal(ErrorKind.INVALID):
            pki_changes.merge_node(home, node, into)
    assert contents(home) == before


def test_where_designation_and_delegation_were_made_public_stands_in_the_directory(home: Path) -> None:
    tokyo, day = NodeId("pref-13"), date(2013, 8, 1)
    pki.issue_node(home, tokyo, name="東京都", url="https://localhost:1", now=NOW)
    first = Announcement(date(1999, 11, 1), "告示第1号", "東京都千代田区見本町1番地")
    moved = replace(first, on=day, notice="告示第2号", office="東京都千代田区見本町2番地")
    assert pki_changes.announce_node(home, NATIONAL, first).announced == first
    for late in (None, date(2013, 7, 19)):
        with refusal(ErrorKind.INVALID):
            pki_changes.announce_node(home, NATIONAL, moved, reported_on=late)
    with refusal(ErrorKind.INVALID):
        pki_changes.announce_node(home, NATIONAL, replace(first, on=day), name="New")
    reported = date(2013, 7, 18)
    named = pki_changes.announce_node(home, NATIONAL, moved, name="New", reported_on=reported)
    assert (named.name, named.announced) == ("New", moved)
    delegates = Announcement(date(2002, 8, 5), "東京都公報第1号")
    assert pki_changes.announce_node(home, tokyo, delegates).announced == delegates
    with refusal(ErrorKind.INVALID):
        pki_changes.announce_node(home, KUNITACHI, delegates)
    pki.sign_directory(home, NOW)
    held = {one.id: one.announced for one in signed(home).nodes}
    assert (held[NATIONAL], held[tokyo], held[KUNITACHI]) == (moved, delegates, None)
