"""``jukinet supply block``, ``unblock`` and ``blocks``: what is told, with which exit code."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date

import typer
from tests.services.services.counter import audit
from tests.services.supply.asking import CODES
from typer.testing import CliRunner

from jukinet.cli import supply_blocks
from jukinet.domain.municipality import NATIONAL
from jukinet.testing.federation import EPOCH, Federation


def run(federation: Federation, *words: str, text: str = "", operator: str = "sato") -> tuple[int, str]:
    app = typer.Typer()
    supply_blocks.add_to(app, lambda _: nullcontext(federation.context(NATIONAL)))
    ran = CliRunner().invoke(app, [*words, "--as", operator], input=text)
    return ran.exit_code, ran.stdout + ran.stderr


def test_a_block_stands_is_listed_and_ends(federation: Federation) -> None:
    assert run(federation, "blocks") == (0, "There are no blocks.\n")
    assert run(federation, "block", "--reason", "by order", text=f"{CODES[0].text}\n")[1].endswith(
        "Block 1 stands.\n"
    )
    said = ("--organ", "mofa", "--operator", "clerk-7", "--reason", "key lost")
    assert run(federation, "block", *said) == (0, "Block 2 stands.\n")
    assert run(federation, "blocks")[1] == (
        f"1  person {CODES[0].text}, by sato on 2013-07-08: by order\n"
        "2  operator mofa clerk-7, by sato on 2013-07-08: key lost\n"
    )
    (first, _) = json.loads(run(federation, "blocks", "--json")[1])["blocks"]
    assert (first["block"], first["kind"], first["subject"], first["reason"]) == (
        1,
        "person",
        CODES[0].text,
        "by order",
    )
    assert date.fromisoformat(first["at"][:10]) == EPOCH.date()
    code, told = run(federation, "block", *said)
    assert (code, "SL7" in told) == (3, True)
    assert run(federation, "unblock", *said) == (0, "The block has ended.\n")
    code, told = run(federation, "unblock", *said)
    assert (code, "SL8" in told) == (3, True)
    assert run(federation, "blocks")[1].count("\n") == 1


def test_what_names_nobody_or_a_stranger_is_refused(federation: Federation) -> None:
    for words, text, expected in (
        (("block", "--reason", "x"), "12345678901\n", 2),
        (("block", "--reason", "x", "--operator", "clerk-7"), "", 2),
        (("block", "--reason", "x", "--organ", "No Organ"), "", 2),
        (("block", "--reason", " ", "--organ", "mofa"), "", 1),
    ):
        code, told = run(federation, *words, text=text)
        assert code == expected, told
        assert "12345678901" not in told
    code, told = run(federation, "blocks", operator="nobody")
    assert code == 3, told
    (entry,) = audit(federation, NATIONAL, "supply:blocks:read")
    assert entry["outcome"] == "refused"
