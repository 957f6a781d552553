"""The last question of a run: a number that the receiver has, with other bytes under it.

A sender that was restored without a new incarnation would ask it. The answer must be a halted lane and an alarm, and
nothing of the second statement may stay. It comes last, since a halted lane takes nothing more.
"""

from __future__ import annotations

import http.client
import secrets
from dataclasses import replace
from datetime import UTC, datetime

from jukinet.domain.municipality import NodeId
from jukinet.messages.directory import open_directory
from jukinet.messages.frames import Frame, write_frame
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import open_statement, seal_statement
from jukinet.node.keys import load_public_key, load_signing_key
from jukinet.node.postgres import Role
from jukinet.testing.faults.site import HOST, LIVE, Site
from jukinet.transport.tls import client_context

_LAST = """
SELECT i.lane_number, s.envelope FROM lane_out_items i JOIN statements s USING (statement_id)
 WHERE i.peer = %s AND i.stream = 'identity' AND i.lane_number IS NOT NULL ORDER BY i.lane_number DESC LIMIT 1
"""


def reuse_number(site: Site, sender: str, receiver: str) -> str:
    """Send another statement under the last number of a lane; the id of that statement."""
    with site.cluster(sender).connect(Role.OWNER, LIVE) as connection:
        connection.execute(f"SET search_path = {NodeId(sender).schema}")
        row = connection.execute(_LAST, (receiver,)).fetchone()
    if row is None:
        raise TypeError("nothing was sent on this lane")
    number, envelope = int(str(row[0])), bytes(row[1])
    pki = site.pki
    directory = open_directory(
        (pki / "directory.json").read_bytes(), load_public_key(pki / "root.pub"), datetime.now(UTC)
    )
    said = replace(open_statement(envelope, directory.owned_key), statement_id=secrets.token_hex(16))
    key = load_signing_key(pki / "nodes" / sender / "statement.key", KeyUse.STATEMENT)
    frame = Frame(
        NodeId(sender),
        NodeId(receiver),
        Stream.IDENTITY,
        said.incarnation,
        number,
        (seal_statement(said, key),),
    )
    connection_out = http.client.HTTPSConnection(
        HOST, site.doors[receiver], timeout=20, context=client_context(site.tls(sender))
    )
    try:
        headers = {"Content-Type": "application/json"}
        connection_out.request("POST", "/network/v1/frames/identity", write_frame(frame), headers)
        connection_out.getresponse().read()
    finally:
        connection_out.close()
    return said.statement_id
