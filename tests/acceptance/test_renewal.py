"""A certificate is renewed while connections are open and statements flow; nobody notices but newcomers."""

from __future__ import annotations

import ssl

import pytest
from tests.acceptance.certificates import serial_of, serial_of_der
from tests.acceptance.country import KUNI, NATIONAL, NETWORK, PREF, SUPPLY, Country, until, unusual_name
from tests.acceptance.doors import connected, read_response, request

from jukinet.domain.municipality import NodeId

pytestmark = pytest.mark.timeout(300)


def shown(connection: ssl.SSLSocket) -> int:
    der = connection.getpeercert(binary_form=True)
    assert der is not None
    return serial_of_der(der)


def shown_anew(country: Country, node: NodeId, part: str) -> int:
    """The certificate that a door shows to who comes now."""
    with connected(country.ports[node, part], country.context(KUNI)) as connection:
        return shown(connection)


def still_answers(connection: ssl.SSLSocket) -> bool:
    connection.sendall(request("GET", "/readyz"))
    return read_response(connection)[0] == 200


def test_a_door_goes_on_while_its_certificate_is_renewed(whole: Country) -> None:
    household, (head,) = whole.household(unusual_name())
    codes = [whole.code_of(head)]
    former = serial_of(whole.tls(PREF).cert)
    pids = {key: process.pid for key, process in whole.processes.items()}
    with (
        connected(whole.ports[PREF, NETWORK], whole.context(KUNI)) as old,
        connected(whole.ports[PREF, SUPPLY], whole.context(KUNI)) as old_supply,
    ):
        assert shown(old) == shown(old_supply) == former
        assert still_answers(old)
        codes.append(whole.code_of(whole.birth(household, unusual_name())))

        told = whole.do("pki", "renew", whole.pki, PREF).out
        assert told.startswith(f"Renewed. The certificate of {PREF} is valid until ")
        new = serial_of(whole.tls(PREF).cert)
        assert new != former

        while shown_anew(whole, PREF, NETWORK) != new:  # statements flow all the time
            assert len(codes) < 40, "the door took up its new certificate"
            codes.append(whole.code_of(whole.birth(household, unusual_name())))
        until(lambda: shown_anew(whole, PREF, SUPPLY) == new, "the supply door shows the new one too")
        assert still_answers(old)
        assert still_answers(old_supply)
        assert shown(old) == former
        codes.append(whole.code_of(whole.birth(household, unusual_name())))
    whole.wait_arrived(*codes)
    assert {key: process.pid for key, process in whole.processes.items()} == pids


def test_a_sender_goes_on_while_its_own_certificate_is_renewed(whole: Country) -> None:
    """Kunitachi's worker shows a new certificate on connections that begin now, after one that it kept open."""
    household, (head,) = whole.household(unusual_name())
    whole.wait_arrived(whole.code_of(head))
    whole.do("pki", "renew", whole.pki, KUNI)
    first = whole.code_of(whole.birth(household, unusual_name()))
    whole.wait_arrived(first)
    # What is open is broken off: from here on only the new certificate can have carried anything.
    whole.lines[PREF].cut()
    whole.lines[PREF].restore()
    second = whole.code_of(whole.birth(household, unusual_name()))
    whole.wait_arrived(second)


def test_an_organ_goes_on_with_a_renewed_certificate(whole: Country) -> None:
    organ = "japan-pension-service"
    before = serial_of(whole.tls(organ).cert)
    whole.do("pki", "renew", whole.pki, organ)
    assert serial_of(whole.tls(organ).cert) != before
    assert whole.verify({"code": "24727059608"}).json["result"] == "none"
    assert [one["actor"] for one in whole.audit(NATIONAL, "supply:query:answered")][-1].endswith(organ)


def test_a_half_done_renewal_changes_nothing(whole: Country) -> None:
    """The new pair is put in place in one step: whatever was interrupted lies beside it and is swept later."""
    home = whole.tls(PREF).cert.parent
    before = serial_of(whole.tls(PREF).cert)
    (home / "tls-interrupted").mkdir(mode=0o700)
    (home / "tls-interrupted" / "tls.key").write_bytes(b"half a key")
    assert shown_anew(whole, PREF, NETWORK) == before
    whole.do("pki", "renew", whole.pki, PREF)
    assert not (home / "tls-interrupted").exists()
    new = serial_of(whole.tls(PREF).cert)
    until(lambda: shown_anew(whole, PREF, NETWORK) == new, "the next renewal is whole")
