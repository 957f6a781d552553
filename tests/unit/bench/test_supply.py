"""The load of the supply door: what is asked, that each signature counts, and what a greedy generator costs."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest
from bench import plot, supply_pgbench, supply_requests
from bench.supply_centre import A_THIRD, corrected
from bench.supply_people import code_of
from bench.supply_requests import AFFAIR, REFUSED, Load
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from jukinet.domain.municipality import NATIONAL
from jukinet.messages import http_signatures
from jukinet.messages.http_signatures import Head
from jukinet.messages.keys import KeyUse, SigningKey

PEOPLE = 1_000


def read(request: bytes) -> tuple[dict[str, str], bytes]:
    """The fields and the body of a request."""
    head, _, body = request.partition(b"\r\n\r\n")
    _, *lines = head.decode().split("\r\n")
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}, body


def test_one_in_twenty_is_refused_and_one_in_ten_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply_requests, "BODIES", 10_000)
    asked = [json.loads(read(one)[1]) for one in islice(Load(PEOPLE).requests(1), 10_000)]
    there = {code_of(number) for number in range(PEOPLE)}
    misses = sum(one["code"] not in there for one in asked)
    assert 900 < misses < 1_100
    assert 400 < sum(one["affair"] == REFUSED for one in asked) < 600
    assert {one["affair"] for one in asked} == {REFUSED, AFFAIR}


def test_each_signed_request_is_proved_until_the_run_ends_and_no_nonce_comes_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supply_requests, "SIGNED_A_SECOND", 100)
    key = Ed25519PrivateKey.generate()
    file = tmp_path / "statement.key"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    own = SigningKey.from_private(key, KeyUse.STATEMENT)
    now = datetime.now(UTC)
    public = own.public(now - timedelta(days=1), now + timedelta(days=1))
    proofs = []
    for request in Load(PEOPLE, key=str(file)).requests(2):
        fields, body = read(request)
        proofs.append(
            http_signatures.verify(
                Head("POST", "/supply/v1/identity-verifications", "", fields),
                sha256(body).digest(),
                to=NATIONAL,
                key_of=lambda key_id: public if key_id == own.key_id else None,
                now=now + timedelta(minutes=4),
            )
        )
    assert len({one.nonce for one in proofs}) == len(proofs) == 200


def test_what_a_generator_takes_beyond_a_third_is_given_to_all() -> None:
    assert corrected(1000, A_THIRD, 2) == 1000
    assert corrected(1000, 0.1, 2) == 1000
    assert corrected(1000, 1.0, 2) == pytest.approx(1000 * (5 / 3))
    assert corrected(1000, 1.0, 4) == pytest.approx(1000 * (11 / 9))


def test_the_plot_of_the_docs_shows_the_figures_that_were_seen() -> None:
    drawn = plot.PLACE.read_text("utf-8")
    seen = plot.figures()
    assert ("not measured yet" in drawn) == (not seen)
    assert [plot.label(value) for value in seen.values() if f">{plot.label(value)}<" not in drawn] == []


def test_pgbench_finds_no_variable_where_the_statement_has_a_colon() -> None:
    """It looks for them in literals too, and would hand over more parameters than the statement has."""
    text = supply_pgbench.script(PEOPLE, "2013-07-08", "urn:jukinet:organ:pension", AFFAIR)
    assert set(re.findall(r"(?<!:):(\w+)", text)) == {"n", "r", "client_id"}
    assert text.count("\\x3A") > 2
