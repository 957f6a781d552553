"""The walking skeleton: one birth reaches the centre, and an organ is answered, all by public commands.

Real processes, real certificates, one municipality, one prefecture, the centre.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess

import pytest
from tests.acceptance.country import (
    CLERK,
    KUNI,
    NATIONAL,
    NETWORK,
    PARTS,
    PENSION,
    PREF,
    SUPPLY,
    WHOLE,
    Country,
    alive,
    listens,
    until,
    unusual_name,
)
from tests.acceptance.doors import connected, read_response, request

from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.municipality import NodeId
from jukinet.domain.numbers import with_check_digit

pytestmark = pytest.mark.timeout(300)

DOORS = [(node, part) for node, parts in PARTS.items() for part in parts if part in (NETWORK, SUPPLY)]


def test_a_birth_reaches_the_centre_and_an_organ_is_answered(country: Country) -> None:
    until(
        lambda: country.audit(KUNI, "codes:pool:received"),
        "the codes that the centre designated are in the pool",
    )
    before = {node: country.last_entry(node) for node in PARTS}
    mother, child = unusual_name(), unusual_name()
    household, _ = country.household(mother)
    number = country.birth(household, child)
    code = country.code_of(number)
    assert country.do("code", "check", code).code == 0
    country.wait_arrived(code)

    answer = country.verify({"code": code}).json
    assert answer["result"] == "found"
    person = answer["person"]
    assert (person["name"], person["birth_date"], person["sex"], person["code"]) == (
        child,
        "2013-07-01",
        "male",
        code,
    )
    assert person["change"] == {"kind": "recording", "reason": "birth", "occurred_on": "2013-07-01"}
    assert any("30-7" in basis for basis in answer["basis"])

    # Audited at every step, once, by the commands that a person has.
    def about(node: NodeId, event: str) -> list[tuple[object, ...]]:
        found = country.audit(node, event, after=before[node])
        return [
            (one["actor"], one["outcome"], one["subject_code"])
            for one in found
            if one["subject_code"] == code
        ]

    assert about(KUNI, "register:birth:recorded") == [(f"operator:{CLERK}", "done", code)]
    assert about(PREF, "identity:notice:applied") == [(KUNI.uri, "done", code)]
    assert about(NATIONAL, "identity:notice:applied") == [(KUNI.uri, "done", code)]
    assert about(NATIONAL, "supply:query:answered") == [(f"urn:jukinet:organ:{PENSION}", "done", code)]
    supplied = country.audit(NATIONAL, "supply:query:answered", after=before[NATIONAL])[-1]
    assert (supplied["affair"], supplied["reference"]) == ("t1-77-1", answer["request_id"])
    assert supplied["terminal"] == "suzuki / 2013-1"


def test_the_prefecture_refuses_what_the_centre_supplies_for_it(country: Country) -> None:
    """It delegated supply to the centre (Art. 30-10), so it does not answer itself, and says by which rule."""
    ran = country.verify({"code": "24727059608"}, node=PREF, expect=3)
    assert [rule["rule"] for rule in ran.json["refused"]]


def test_every_start_is_the_first_thing_audited(country: Country) -> None:
    for node, parts in PARTS.items():
        entries = country.audit(node, "node:process:started")
        assert {one["reference"] for one in entries} >= set(parts)
        assert {one["actor"] for one in entries} == {"system"}
    assert [one["reference"] for one in country.audit(NATIONAL, "codes:pool:designated")]


def test_a_resident_is_shown_by_number_or_code_from_standard_input(country: Country) -> None:
    name = unusual_name()
    household, (number,) = country.household(name)
    by_number = country.show(number)
    assert (by_number["name"], by_number["household_number"]) == (name, household)
    versions = [one["history_no"] for one in by_number["versions"]]
    assert versions == [1]
    by_code = country.show(str(by_number["code"]))
    assert by_code == by_number


def test_a_code_that_could_be_a_resident_number_finds_its_person_too(country: Country) -> None:
    """Both have eleven digits, and one code in eleven has the check digit of a resident number as well."""
    tens = (f"{ten:010d}" for ten in range(8_000_000_000, 8_000_001_000))
    both = next(
        ten
        for ten in tens
        if is_issuable(ten) and with_check_digit(int(ten)) == str(ResidentRecordCode.compose(ten))
    )
    code = str(ResidentRecordCode.compose(both))
    name = unusual_name()
    country.household(name, code=code)
    assert country.show(code)["name"] == name


@pytest.mark.parametrize(("node", "part"), DOORS, ids=str)
def test_every_door_wants_a_certificate(country: Country, node: NodeId, part: str) -> None:
    port = country.ports[node, part]
    context = ssl.create_default_context(cafile=str(country.pki / "ca.pem"))

    def ask() -> None:
        with connected(port, context) as connection:
            connection.sendall(request("GET", "/healthz"))
            read_response(connection)

    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_without_a_certificate_fails_the_handshake(country: Country) -> None:
    organ = country.pki / "organs" / PENSION
    url = f"{country.url(NATIONAL, SUPPLY)}/readyz"

    def curl(*words: object) -> tuple[int, str]:
        command = ["curl", "--silent", "--show-error", "--max-time", "20", "--cacert", str(organ / "ca.pem")]
        done = subprocess.run([*command, *map(str, words), url], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    code, told = curl()
    # In TLS 1.3 the client thinks that its handshake is done, and learns of the server's just after.
    assert code in (35, 52, 56), told
    assert "{" not in told
    code, told = curl("--cert", organ / "tls.pem", "--key", organ / "tls.key")
    assert (code, told) == (0, '{"node":"national","status":"ready"}')


@pytest.fixture
def without_kunitachi(whole: Country) -> Country:
    """Kunitachi's own processes are ended in order, so that a test can run the node in another way."""
    ended = [whole.processes[KUNI, part] for part in PARTS[KUNI]]
    for process in ended:
        process.terminate()
    assert [process.wait(60) for process in ended] == [0] * len(ended)
    return whole


def test_a_node_runs_as_a_whole_and_ends_as_a_whole(without_kunitachi: Country) -> None:
    whole = without_kunitachi
    assert not listens(whole.ports[KUNI, NETWORK])
    parent = whole.start(KUNI, WHOLE)
    try:
        until(lambda: whole.answers(KUNI, NETWORK) and whole.pid_in_file(KUNI, "worker"), "the node runs")
        pids = [whole.pid_in_file(KUNI, part) for part in PARTS[KUNI]]
        assert all(pid and alive(pid) for pid in pids)
        code = whole.code_of(whole.household(unusual_name())[1][0])
        whole.wait_arrived(code)
        parent.terminate()
        assert parent.wait(60) == 0
    finally:
        parent.kill()
        parent.wait()
        del whole.processes[KUNI, WHOLE]
    until(lambda: not any(alive(pid) for pid in pids if pid), "no child is left")
    assert not listens(whole.ports[KUNI, NETWORK])
    assert [whole.pid_in_file(KUNI, part) for part in PARTS[KUNI]] == [None, None]
