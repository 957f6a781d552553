"""``jukinet pki``: what is changed of a network's members later.

Owns what the operator types and reads; the work is ``jukinet.node.pki_changes``, which is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Protocol

import typer

from jukinet.cli import common
from jukinet.cli.pki import Home, KeyDays, TlsDays, parse_member, parsed
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.messages.directory import Announcement, NodeEntry, OrganEntry
from jukinet.messages.keys import KeyUse, PublicKey

DIRECTORY = "directory"

Member = Annotated[str, typer.Argument(metavar="PARTY", help="Whose: NODE_ID or SLUG.")]
NodeName = Annotated[str, typer.Argument(metavar="NODE_ID", help="pref-13, muni-132152 …")]
Reason = Annotated[str, typer.Option(help="Why: the directory shows it to everybody in the network.")]
Since = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Since when; else today.")
]


class PkiChanges(Protocol):
    """What the commands need done; the module ``jukinet.node.pki_changes`` is one."""

    def rotate_key(
        self,
        path: Path,
        party: NodeId | OrganSlug,
        use: KeyUse,
        now: datetime,
        *,
        lead: timedelta = ...,
        key_days: int = ...,
    ) -> PublicKey: ...

    def rotate_directory_key(self, path: Path, now: datetime, *, key_days: int = ...) -> PublicKey: ...

    def replace_credentials(
        self,
        path: Path,
        party: NodeId | OrganSlug,
        now: datetime,
        *,
        tls_days: int = ...,
        key_days: int = ...,
    ) -> tuple[PublicKey, ...]: ...

    def revoke_organ(self, path: Path, slug: OrganSlug, reason: str) -> OrganEntry: ...

    def disconnect_node(self, path: Path, node_id: NodeId, reason: str, since: date) -> NodeEntry: ...

    def merge_node(self, path: Path, node_id: NodeId, into: NodeId) -> NodeEntry: ...

    def note_ward(self, path: Path, node_id: NodeId, city: NodeId) -> NodeEntry: ...

    def connect_node(self, path: Path, node_id: NodeId, since: date) -> NodeEntry: ...

    def announce_node(
        self,
        path: Path,
        node_id: NodeId,
        made: Announcement,
        *,
        name: str | None = ...,
        reported_on: date | None = ...,
    ) -> NodeEntry: ...


Changes = Callable[[], PkiChanges]
Now = Callable[[], datetime]


def add_to(app: typer.Typer, changes: Changes, now: Now) -> None:
    """Add the commands to those of ``pki``."""
    _add_rotate(app, changes, now)
    _add_replace(app, changes, now)
    _add_revoke(app, changes)
    _add_connections(app, changes, now)
    _add_merge(app, changes)
    _add_ward(app, changes)
    _add_announce(app, changes)


def _add_rotate(app: typer.Typer, changes: Changes, now: Now) -> None:
    @app.command(epilog="Example: jukinet pki rotate ./pki muni-132152 --use statement")
    def rotate(
        home: Home,
        party: Annotated[
            str, typer.Argument(metavar="PARTY", help="Whose key: NODE_ID, SLUG, or directory.")
        ],
        use: Annotated[KeyUse, typer.Option(help="What the key signs.")] = KeyUse.STATEMENT,
        lead: Annotated[
            int,
            typer.Option(
                min=0, max=8760, metavar="HOURS", help="From when it counts; meanwhile all learn of it."
            ),
        ] = 25,
        key_days: KeyDays = 730,
    ) -> None:
        """Put a new signing key beside the present one. A running node takes it up by itself when it begins to count.

        The key of the directory itself counts at once; the root key must be here for it.
        """
        with common.told():
            if party == DIRECTORY:
                changes().rotate_directory_key(home, now(), key_days=key_days)
                _next(home, "Made a new key for the directory")
                return
            found = parsed(parse_member, party, "PARTY")
            key = changes().rotate_key(home, found, use, now(), lead=timedelta(hours=lead), key_days=key_days)
            _next(
                home,
                f"Made {key.use.value} key {key.key_id}, which counts from {key.valid_from:%Y-%m-%d %H:%M} UTC",
            )


def _add_replace(app: typer.Typer, changes: Changes, now: Now) -> None:
    @app.command(epilog="Example: jukinet pki replace ./pki muni-132152")
    def replace(home: Home, party: Member, tls_days: TlsDays = 90, key_days: KeyDays = 730) -> None:
        """Replace all keys and the certificate of a party at once: they may be in other hands.

        What the old keys sign from now on counts nowhere; open connections with the old certificate end.
        """
        found = parsed(parse_member, party, "PARTY")
        with common.told():
            made = changes().replace_credentials(home, found, now(), tls_days=tls_days, key_days=key_days)
            _next(home, f"Made {len(made)} keys and a certificate for {found}; carry them to its machine")


def _add_revoke(app: typer.Typer, changes: Changes) -> None:
    @app.command(epilog="Example: jukinet pki revoke ./pki pension-service --reason 'Agreement ended.'")
    def revoke(
        home: Home,
        slug: Annotated[str, typer.Argument(metavar="SLUG", help="The organ.")],
        reason: Reason,
    ) -> None:
        """Supply an organ with nothing any longer; connections that it has open end at their next request."""
        found = parsed(OrganSlug.parse, slug, "SLUG")
        with common.told():
            changes().revoke_organ(home, found, reason)
            _next(home, f"Revoked {found}")


def _add_connections(app: typer.Typer, changes: Changes, now: Now) -> None:
    @app.command(epilog="Example: jukinet pki disconnect ./pki muni-074837 --reason 'By choice.'")
    def disconnect(home: Home, node_id: NodeName, reason: Reason, since: Since = None) -> None:
        """Let a node take no part in the network. It keeps its register, and what it has not sent yet."""
        found = parsed(NodeId.parse, node_id, "NODE_ID")
        with common.told():
            changes().disconnect_node(home, found, reason, _day(since, now))
            _next(home, f"Disconnected {found}")

    @app.command(epilog="Example: jukinet pki connect ./pki muni-074837 --since 2015-03-30")
    def connect(home: Home, node_id: NodeName, since: Since = None) -> None:
        """Let a node take part in the network (again). What it has not sent goes out then."""
        found = parsed(NodeId.parse, node_id, "NODE_ID")
        with common.told():
            changes().connect_node(home, found, _day(since, now))
            _next(home, f"Connected {found}")


def _add_merge(app: typer.Typer, changes: Changes) -> None:
    @app.command(epilog="Example: jukinet pki merge ./pki muni-132152 --into muni-132012")
    def merge(
        home: Home,
        node_id: NodeName,
        into: Annotated[str, typer.Option(metavar="NODE_ID", help="The municipality that succeeds it.")],
    ) -> None:
        """Note that a municipality was merged into another: what is said to it goes there from now on.

        Disconnect it once nothing waits there any more (jukinet node lanes).
        """
        found, successor = parsed(NodeId.parse, node_id, "NODE_ID"), parsed(NodeId.parse, into, "--into")
        with common.told():
            changes().merge_node(home, found, successor)
            _next(home, f"Merged {found} into {successor}")


def _add_ward(app: typer.Typer, changes: Changes) -> None:
    @app.command(epilog="Example: jukinet pki ward ./pki muni-141011 --of muni-141003")
    def ward(
        home: Home,
        node_id: NodeName,
        of: Annotated[str, typer.Option(metavar="NODE_ID", help="The node of the designated city.")],
    ) -> None:
        """Note that a node is that of a ward: what it says, and what is said to it, goes through the city's."""
        found, city = parsed(NodeId.parse, node_id, "NODE_ID"), parsed(NodeId.parse, of, "--of")
        with common.told():
            changes().note_ward(home, found, city)
            _next(home, f"{found} is a ward of {city}")


def _add_announce(app: typer.Typer, changes: Changes) -> None:
    @app.command(epilog="Example: jukinet pki announce ./pki pref-13 --on 2002-08-05 --notice 公報第1号")
    def announce(
        home: Home,
        node_id: NodeName,
        on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="From which day.")],
        notice: Annotated[
            str, typer.Option(metavar="TEXT", help="The gazette, or the number of the notice.")
        ],
        office: Annotated[
            str | None, typer.Option(metavar="TEXT", help="The centre's main office (Art. 30-13(1)).")
        ] = None,
        name: Annotated[str | None, typer.Option(metavar="TEXT", help="The centre's new name.")] = None,
        reported_on: Annotated[
            datetime | None,
            typer.Option(
                formats=["%Y-%m-%d"], metavar="DATE", help="When it reported the change (30-13(2))."
            ),
        ] = None,
    ) -> None:
        """Note where the centre's designation, or that a governor delegates to it, was made public."""
        found, made = parsed(NodeId.parse, node_id, "NODE_ID"), Announcement(on.date(), notice, office)
        with common.told():
            changes().announce_node(home, found, made, name=name, reported_on=common.day_of(reported_on))
            _next(home, f"Noted for {found}: {notice}")


def _day(since: datetime | None, now: Now) -> date:
    """Today in Japan where none is given."""
    return since.date() if since else (now() + timedelta(hours=9)).date()


def _next(home: Path, done: str) -> None:
    typer.echo(f"{done}.")
    typer.echo(f"It counts with the next directory: jukinet pki directory {home}")
