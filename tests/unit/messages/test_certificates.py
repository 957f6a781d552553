"""Names in certificates. That real certificates come out this way is in tests/acceptance/test_tls.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug, Party, SystemId
from jukinet.messages.certificates import party_of, require_node


def certificate(*names: tuple[str, str]) -> dict[str, object]:
    return {"subjectAltName": names, "notAfter": "Jul  8 00:00:00 2113 GMT"}


@pytest.mark.parametrize(
    "party",
    [NodeId("national"), NodeId("muni-132152"), OrganSlug("passports"), SystemId("muni-132152:tax-office")],
)
def test_the_one_uri_of_the_network_is_the_name(party: Party) -> None:
    shown = certificate(
        ("DNS", "localhost"), ("URI", "https://x/"), ("URI", party.uri), ("IP Address", "::1")
    )
    assert party_of(shown) == party


@pytest.mark.parametrize(
    "shown",
    [
        None,
        {},
        {"subjectAltName": "urn:jukinet:node:national"},
        certificate(),
        certificate(("DNS", "urn:jukinet:node:national")),
        certificate(("URI", "urn:jukinet:node:national "), ("URI", "urn:jukinet:node:national")),
        certificate(("URI", "urn:jukinet:node:national\0.example")),
        certificate(("URI", "urn:jukinet:node:national\n")),
        certificate(("URI", "xurn:jukinet:node:national")),
        certificate(("URI", "Urn:jukinet:node:national")),
    ],
    ids=str,
)
def test_anything_else_names_nobody(shown: dict[str, object] | None) -> None:
    with pytest.raises(JukinetError) as caught:
        party_of(shown)
    assert caught.value.kind is ErrorKind.UNAUTHENTIC
    assert caught.value.__cause__ is None


def test_a_node_must_be_the_one_that_is_meant() -> None:
    national = NodeId("national")
    require_node(certificate(("URI", national.uri)), national)
    for other in (NodeId("pref-13").uri, OrganSlug("national").uri):
        with pytest.raises(JukinetError, match="certificate of another"):
            require_node(certificate(("URI", other)), national)


def test_one_that_began_before_the_directory_says_is_revoked() -> None:
    national = NodeId("national")
    since = datetime(2013, 7, 8, 12, tzinfo=UTC)
    for begins, good in (
        ("Jul  8 12:00:00 2013 GMT", True),
        ("Jul  8 11:59:59 2013 GMT", False),
        ("Dec 31 23:59:59 2012 GMT", False),
        ("Jan  1 00:00:00 2014 GMT", True),
    ):
        shown = dict(certificate(("URI", national.uri))) | {"notBefore": begins}
        require_node(shown, national)
        if good:
            require_node(shown, national, since)
            continue
        with pytest.raises(JukinetError) as caught:
            require_node(shown, national, since)
        assert caught.value.kind is ErrorKind.UNAUTHENTIC
    with pytest.raises(JukinetError):
        require_node(certificate(("URI", national.uri)), national, since)
