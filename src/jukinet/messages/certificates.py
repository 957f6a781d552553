"""Who a certificate names: the one URI of the network among its alternative names.

Works on what ``ssl`` hands out after it has verified the chain (``getpeercert()``), so that both ends of
every connection read names by the same rule. Whether that party is known and active is in the directory.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, Party, parse_peer_uri

_PREFIX = "urn:jukinet:"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def party_of(certificate: Mapping[str, object] | None) -> Party:
    """The node, organ or system that a verified certificate names, in the dictionary form of ``getpeercert()``.

    Raises ``JukinetError`` of kind UNAUTHENTIC unless exactly one URI SAN is of the network (RFC 8141: the
    letters ``urn`` and ``jukinet`` in any case count as one, but only our own spelling is a name).
    """
    names = certificate.get("subjectAltName", ()) if certificate else ()
    uris = [
        value
        for kind, value in (names if isinstance(names, tuple) else ())
        if kind == "URI" and value.lower().startswith(_PREFIX)
    ]
    if len(uris) != 1:
        raise JukinetError(
            ErrorKind.UNAUTHENTIC,
            "The certificate must name exactly one node, organ or system (URI urn:jukinet:… as alternative name).",
        )
    try:
        return parse_peer_uri(uris[0])
    except ValueError:
        raise JukinetError(
            ErrorKind.UNAUTHENTIC,
            "The certificate's urn:jukinet: name is not that of a node, organ or system.",
        ) from None


def require_node(
    certificate: Mapping[str, object] | None, node: NodeId, certified_since: datetime | None = None
) -> None:
    """Return if a verified certificate is the one of ``node``; raise UNAUTHENTIC if it is not, or was revoked.

    ``certified_since``: of the directory; what began earlier is revoked.
    """
    if party_of(certificate) != node:
        raise JukinetError(
            ErrorKind.UNAUTHENTIC, f"The server at the address of {node} showed the certificate of another."
        )
    begins = certificate.get("notBefore") if certificate else None
    if certified_since is not None and (begins is None or _moment(str(begins)) < certified_since):
        raise JukinetError(
            ErrorKind.UNAUTHENTIC,
            f"The server at the address of {node} showed a certificate that was revoked.",
        )


def _moment(text: str) -> datetime:
    """A time as ``ssl`` writes it, in the C locale: ``Jul  8 12:00:00 2013 GMT``."""
    month, day, clock, year, _ = text.split()
    number = _MONTHS.index(month) + 1
    hour, minute, second = (int(part) for part in clock.split(":"))
    return datetime(int(year), number, int(day), hour, minute, second, tzinfo=UTC)
