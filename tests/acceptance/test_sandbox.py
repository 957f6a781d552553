"""An organ's first five minutes: the directory that ``jukinet sandbox organ`` makes, and its script, at a real door.

Needs curl and openssl, which the script is for.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.acceptance.country import (
    CLERK,
    KUNI,
    NATIONAL,
    PENSION,
    PREF,
    Country,
    clean_environment,
    move_in_filing,
    unusual_name,
)

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("curl") is None or shutil.which("openssl") is None, reason="needs curl and openssl"
    ),
]


def ask(home: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(home / "ask.sh"), *names],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=clean_environment(),
    )


def test_the_script_of_a_sandbox_gets_signed_answers(country: Country, tmp_path: Path) -> None:
    filing = move_in_filing(*(unusual_name() for _ in range(9)))
    for index, person in enumerate(filing["persons"]):
        person["birth_date"] = f"19{50 + index}-02-03"
    numbers = country.register("move-in", filing).json["resident_nos"]
    country.wait_arrived(*(country.code_of(number) for number in numbers))
    last = country.last_entry(NATIONAL)

    home = tmp_path / "organ"
    words = ("sandbox", "organ", "--out", home, "--as", CLERK)
    made = country.at(NATIONAL, *words, "--json").json
    assert (made["persons"], made["organ"]) == (10, PENSION)
    assert country.at(NATIONAL, *words, expect=1).told.endswith("is not empty; name a new directory.")
    assert {path.stat().st_mode & 0o777 for path in home.rglob("*") if path.is_file()} == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700

    ran = ask(home)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "11 of 11 answered as expected"
    one = ask(home, "01-found-by-code")
    assert (one.returncode, '"result":"found"' in one.stdout) == (0, True)
    asked = country.audit(NATIONAL, "supply:query:answered", after=last)
    assert [entry["outcome"] for entry in asked] == ["done"] * 8 + ["none"] * 2 + ["refused", "done"]
    assert {entry["actor"] for entry in asked} == {f"urn:jukinet:organ:{PENSION}"}

    # What answers otherwise than expected is told: another expectation, and another's key.
    expected = home / "expected" / "02-found-by-code.txt"
    expected.write_text(expected.read_text("utf-8").replace('"found"', '"none"'), "utf-8")
    assert ask(home, "02-found-by-code").returncode == 1
    shutil.copyfile(country.pki / "nodes" / str(KUNI) / "statement.key", home / "statement.key")
    spoilt = ask(home)
    assert (spoilt.returncode, spoilt.stdout.splitlines()[-1]) == (1, "1 of 11 answered as expected")
    assert spoilt.stdout.count('"rule":"SG2"') == 10, "what the law refuses is refused all the same"


def test_where_people_are_real_none_are_handed_out(country: Country, tmp_path: Path) -> None:
    home = tmp_path / "organ"
    ran = country.at(PREF, "sandbox", "organ", "--out", home, "--as", CLERK, "--json", expect=3)
    assert [one["rule"] for one in ran.json["refused"]] == ["SG6", "SG8"], "the governor delegates"
    assert not home.exists()
