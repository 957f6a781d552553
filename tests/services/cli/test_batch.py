"""``jukinet batch``: what is told, with which exit code."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from tests.services.services.counter import owner
from tests.services.supply.asking import CODES, hanako, linh, load
from tests.services.supply.batching import codes_csv
from typer.testing import CliRunner

from jukinet.cli import batch
from jukinet.domain.municipality import NATIONAL
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.limits import Limits
from jukinet.testing.federation import Federation

NAMED = (
    *("--organ", "japan-pension-service", "--affair", "t1-77-12"),
    *("--operator", "clerk-7", "--case", "2013-0042"),
)


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    return BatchFiles(tmp_path / "batches")


def run(federation: Federation, files: BatchFiles, *words: str, text: bytes = b"") -> tuple[int, str]:
    app = batch.make_app(lambda _: nullcontext((federation.context(NATIONAL), files, Limits())))
    ran = CliRunner().invoke(app, [*words, "--as", "sato"], input=text)
    return ran.exit_code, ran.stdout + ran.stderr


def plain(federation: Federation, files: BatchFiles, *words: str) -> Any:
    code, told = run(federation, files, *words, "--json")
    assert code == 0, told
    return json.loads(told)


def test_a_batch_from_the_medium_to_the_answer(
    federation: Federation, files: BatchFiles, tmp_path: Path
) -> None:
    load(federation, hanako(), linh())
    data = codes_csv([CODES[0], "x", CODES[1]])
    code, told = run(federation, files, "submit", "-", *NAMED, "--rows", "3", text=data)
    assert code == 0, told
    number = told.split()[1].rstrip(":")
    assert told == f"Batch {number}: ready, 0 of 3 rows answered.\n"
    code, told = run(federation, files, "submit", "-", *NAMED, "--rows", "3", text=data)
    assert told == f"This file was submitted before, as batch {number}: ready, 0 of 3 rows answered.\n"
    code, told = run(federation, files, "result", number, "--out", str(tmp_path / "answer.csv"))
    assert (code, "SB4" in told) == (3, True)
    assert run(federation, files, "run", number) == (
        0,
        f"Batch {number}: done, 3 of 3 rows answered.\n  found: 2\n  unreadable: 1\n",
    )
    assert run(federation, files, "list")[1] == (
        f"{number}  japan-pension-service  t1-77-12  done, 3 of 3 rows answered\n"
    )
    out = tmp_path / "answer.csv"
    promise = tmp_path / "promise.json"
    code, told = run(federation, files, "result", number, "--out", str(out), "--promise", str(promise))
    assert (code, told) == (0, f"The answer is in {out}.\n")
    assert json.loads(promise.read_bytes()) == plain(federation, files, "show", number)["promise"]
    assert promise.stat().st_mode & 0o077 == 0
    assert out.read_bytes() == files.answer(number).read_bytes()
    assert out.stat().st_mode & 0o077 == 0
    assert plain(federation, files, "show", number, "--proof")["proved"] is True
    with owner(federation, NATIONAL) as connection:
        connection.execute("DELETE FROM supply_batch_rows WHERE row_no = 3")
    code, told = run(federation, files, "show", number, "--proof")
    assert (code, "THE ROOT DIFFERS" in told) == (1, True)
    assert plain(federation, files, "list")["batches"][0]["id"] == number


def test_faults_are_told_with_their_lines(standing: Federation, files: BatchFiles) -> None:
    code, told = run(standing, files, "submit", "-", *NAMED, "--rows", "9", text=b"code\na,b\n1\nc,d\n")
    assert code == 1
    assert told == (
        "The file has faults; nothing of it was kept.\n"
        "  line 2: must have 1 columns, and has 2\n"
        "  line 4: must have 1 columns, and has 2\n"
    )
    code, told = run(standing, files, "submit", "-", *NAMED, "--rows", "1", "--affair", "pensions", text=b"")
    assert (code, "--affair" in told) == (2, True)
    code, told = run(standing, files, "show", "nothing")
    assert (code, "SB1" in told) == (3, True)
    code, told = run(standing, files, "cancel", "nothing")
    assert (code, "SB1" in told) == (3, True)
