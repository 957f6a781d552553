"""A municipality with real processes is put back to a backup by the public commands, and finds out what it lost."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.country import CLERK, KUNI, PARTS, PREF, Country, birth_filing, until, unusual_name

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def household(whole: Country) -> str:
    number, (head,) = whole.household(unusual_name())
    whole.wait_arrived(whole.code_of(head))
    return number


def end(country: Country, *parts: str) -> None:
    for part in parts:
        country.processes[KUNI, part].terminate()
        country.processes[KUNI, part].wait(30)


def state(country: Country) -> dict[str, Any]:
    found: dict[str, Any] = country.at(KUNI, "recovery", "status", "--json", "--as", CLERK, expect=None).json
    return found


def test_a_town_is_put_back_and_its_peers_tell_what_it_lost(
    whole: Country, household: str, tmp_path: Path
) -> None:
    made = whole.at(KUNI, "backup", tmp_path, "--json").json
    backup = Path(made["backup"])
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in backup.iterdir()} == {0o600}
    held = whole.code_of(whole.birth(household, unusual_name()))
    whole.wait_arrived(held)
    restore = ("restore", backup, "--replace", "--json")
    assert "Stop the node first" in whole.at(KUNI, *restore, expect=1).told
    end(whole, *PARTS[KUNI])
    whole.lines[PREF].cut()
    beyond = whole.birth(household, unusual_name())  # by the counter alone: it never left the town
    (number,) = [
        one["number"] for one in whole.audit(KUNI, "register:birth:recorded") if one["resident_no"] == beyond
    ]
    put_back = whole.at(KUNI, *restore).json
    assert (put_back["incarnation"], put_back["looked"], put_back["journal"]) == (2, True, True)
    assert put_back["last_audit"] == made["last_audit"]
    whole.start_all()
    # Its governor is away: it reads, and acts for nobody.
    shaken = "SELECT count(*) FROM recovery_handshakes WHERE shaken_at IS NOT NULL"
    until(lambda: whole.count(KUNI, shaken), "the centre has answered")
    told = state(whole)
    assert (told["live"], told["missing"]) == (False, [str(PREF)])
    looked = whole.do("status", "--state", whole.home, expect=1).told
    assert f"{KUNI}: it was put back, and only reads since" in looked
    assert f"it waits for {PREF} (jukinet recovery status)" in looked
    refused = whole.register("birth", birth_filing(household, unusual_name()), expect=3)
    assert "RC1" in refused.told
    whole.lines[PREF].restore()
    live = "SELECT count(*) FROM node_lives WHERE live_at IS NOT NULL"
    until(lambda: whole.count(KUNI, live) == 2, "Tokyo and the centre have answered")
    told = state(whole)
    assert (told["open"], told["beyond"]) == (1, [{"audit": number, "event": "register:birth:recorded"}])
    (item,) = whole.at(KUNI, "recovery", "list", "--json", "--as", CLERK).json
    assert item["what"] == "identity-notice recording birth"
    shown = whole.at(KUNI, "recovery", "show", item["number"], "--as", CLERK).json
    assert shown["said"]["code"] == held
    whole.at(KUNI, "recovery", "confirm", item["number"], "--as", CLERK)
    # The new life goes on where the old one was, with codes of its own.
    until(lambda: whole.count(KUNI, "SELECT count(*) FROM code_pool WHERE drawn_at IS NULL"), "a new pool")
    whole.wait_arrived(whole.code_of(whole.birth(household, unusual_name())))


def test_a_damaged_backup_touches_nothing(whole: Country, household: str, tmp_path: Path) -> None:
    backup = Path(whole.at(KUNI, "backup", tmp_path, "--json").json["backup"])
    table = backup / "residents.copy.gz"
    table.write_bytes(gzip.compress(gzip.decompress(table.read_bytes())[:-9]))
    end(whole, *PARTS[KUNI])
    before = whole.count(KUNI, "SELECT count(*) FROM residents")
    ran = whole.at(KUNI, "restore", backup, "--replace", expect=1)
    assert "is not as it was written" in ran.told
    manifest = json.loads((backup / "manifest.json").read_bytes())
    (backup / "manifest.json").write_text(json.dumps({**manifest, "node": "muni-131016"}))
    assert "not of muni-132152" in whole.at(KUNI, "restore", backup, "--replace", expect=1).told
    assert household
    assert whole.count(KUNI, "SELECT count(*) FROM residents") == before
    assert [one.name for one in tmp_path.iterdir()] == [backup.name]
