"""``jukinet pki``: keys, certificates and the signed directory of a network.

Owns what the operator types and reads. The work is done by ``jukinet.node.pki``, which is handed in. These
commands act as the system: they need the files, and no enrolled operator.

Exit codes: 0 done; 1 refused or failed, with a sentence on standard error; 2 the command was mistyped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

import typer

from jukinet.cli import common
from jukinet.domain.municipality import NodeId, OrganSlug, Party, SystemId
from jukinet.messages.directory import Directory, NodeEntry, OrganEntry, SignaturePolicy

T = TypeVar("T")

Home = Annotated[
    Path, typer.Argument(metavar="DIR", help="The directory that holds all keys of the network.")
]
TlsDays = Annotated[int, typer.Option(min=1, max=825, help="Days that the TLS certificate is valid.")]
KeyDays = Annotated[int, typer.Option(min=1, max=3650, help="Days that the signing keys are valid.")]


class PkiTools(Protocol):
    """What the commands need done; the module ``jukinet.node.pki`` is one."""

    def init_pki(self, path: Path, now: datetime, *, authority_days: int = ...) -> None: ...

    def issue_node(
        self,
        path: Path,
        node_id: NodeId,
        *,
        name: str,
        url: str,
        now: datetime,
        supply_url: str | None = ...,
        connected: bool = ...,
        reason: str | None = ...,
        since: date | None = ...,
        delegates: bool = ...,
        tls_days: int = ...,
        key_days: int = ...,
    ) -> NodeEntry: ...

    def issue_organ(
        self,
        path: Path,
        slug: OrganSlug,
        *,
        name: str,
        now: datetime,
        signature: SignaturePolicy = ...,
        seat: NodeId | None = ...,
        acts_as: tuple[OrganSlug, ...] = ...,
        tls_days: int = ...,
        key_days: int = ...,
    ) -> OrganEntry: ...

    def issue_system(
        self, path: Path, system: SystemId, *, now: datetime, tls_days: int = ...
    ) -> datetime: ...

    def sign_directory(self, path: Path, now: datetime) -> Directory: ...

    def renew_tls(self, path: Path, party: Party, now: datetime, *, tls_days: int = ...) -> datetime: ...

    def describe(self, path: Path, now: datetime) -> dict[str, Any]: ...


def make_app(tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> typer.Typer:
    """The commands, to be mounted as ``pki``. ``tools`` is called only when a command runs."""
    app = common.make_app("Make and renew keys and certificates, and sign the directory.")
    _add_init(app, tools, now)
    _add_node(app, tools, now)
    _add_organ(app, tools, now)
    _add_system(app, tools, now)
    _add_directory(app, tools, now)
    _add_renew(app, tools, now)
    _add_list(app, tools, now)
    return app


def _add_init(app: typer.Typer, tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> None:
    @app.command(epilog="Example: jukinet pki init ./pki")
    def init(
        home: Home,
        authority_days: Annotated[
            int, typer.Option(min=1, max=7300, help="Days that the certificate authority is valid.")
        ] = 3650,
    ) -> None:
        """Make the root key, the certificate authority and the directory key, in a new directory."""
        with common.told():
            tools().init_pki(home, now(), authority_days=authority_days)
            _say(f"Made {home}. Move {home / 'root.key'} offline, and give every node {home / 'root.pub'}.")


def _add_node(app: typer.Typer, tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> None:
    @app.command(
        epilog="Example: jukinet pki node ./pki muni-132152 --name 国立市 --url https://localhost:8443"
    )
    def node(
        home: Home,
        node_id: Annotated[str, typer.Argument(metavar="NODE_ID", help="national, pref-13, muni-132152 …")],
        name: Annotated[str, typer.Option(help="The name that people read.")],
        url: Annotated[str, typer.Option(help="Its network door: https://host:port.")],
        supply_url: Annotated[str | None, typer.Option(help="Its supply door, if it has one.")] = None,
        not_connected: Annotated[
            str | None, typer.Option(metavar="REASON", help="It takes no part in the network, and why.")
        ] = None,
        since: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Since when it is (not) connected.")
        ] = None,
        delegates: Annotated[
            bool, typer.Option(help="A prefecture: whether it delegates to the centre (Art. 30-10).")
        ] = True,
        tls_days: TlsDays = 90,
        key_days: KeyDays = 730,
    ) -> None:
        """Make the keys and the certificate of a node, and note it for the next directory."""
        party = parsed(NodeId.parse, node_id, "NODE_ID")
        with common.told():
            entry = tools().issue_node(
                home,
                party,
                name=name,
                url=url,
                now=now(),
                supply_url=supply_url,
                connected=not_connected is None,
                reason=not_connected,
                since=since.date() if since else None,
                delegates=delegates,
                tls_days=tls_days,
                key_days=key_days,
            )
            _say(f"Made {home / 'nodes' / entry.id.text}. Next: jukinet pki directory {home}")


def _add_organ(app: typer.Typer, tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> None:
    @app.command(epilog="Example: jukinet pki organ ./pki pension-service --name 日本年金機構")
    def organ(
        home: Home,
        slug: Annotated[str, typer.Argument(metavar="SLUG", help="Small letters, digits and hyphens.")],
        name: Annotated[str, typer.Option(help="The name that people read.")],
        signature: Annotated[
            SignaturePolicy, typer.Option(help="Whether its requests must be signed.")
        ] = SignaturePolicy.REQUIRED,
        seat: Annotated[str, typer.Option(help="Whose organ it is: muni-132152, pref-13.")] = "",
        acts_as: Annotated[
            list[str] | None, typer.Option(help="What the catalogue calls it, such as mayor; again for more.")
        ] = None,
        tls_days: TlsDays = 90,
        key_days: KeyDays = 730,
    ) -> None:
        """Make the key and the certificate of an organ, and note it for the next directory."""
        party = parsed(OrganSlug.parse, slug, "SLUG")
        place = parsed(NodeId.parse, seat, "--seat") if seat else None
        capacities = tuple(parsed(OrganSlug.parse, one, "--acts-as") for one in acts_as or ())
        with common.told():
            entry = tools().issue_organ(
                home,
                party,
                name=name,
                now=now(),
                signature=signature,
                seat=place,
                acts_as=capacities,
                tls_days=tls_days,
                key_days=key_days,
            )
            _say(f"Made {home / 'organs' / entry.slug.text}. Next: jukinet pki directory {home}")


def _add_system(app: typer.Typer, tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> None:
    @app.command(epilog="Example: jukinet pki system ./pki muni-132152 tax-office")
    def system(
        home: Home,
        node_id: Annotated[str, typer.Argument(metavar="NODE_ID", help="The municipality: muni-132152 …")],
        slug: Annotated[str, typer.Argument(metavar="SLUG", help="Small letters, digits and hyphens.")],
        tls_days: TlsDays = 90,
    ) -> None:
        """Make the certificate of a municipality's own system. The municipality admits it in its configuration."""
        node = parsed(NodeId.parse, node_id, "NODE_ID")
        party = parsed(SystemId.parse, f"{node}:{slug}", "SLUG")
        with common.told():
            expires = tools().issue_system(home, party, now=now(), tls_days=tls_days)
            _say(f"Made {home / 'systems' / f'{party.node}.{party.slug}'}, valid until {expires:%Y-%m-%d}.")
            _say(f'Next: "{party.slug}" under register.systems in the configuration of {party.node}.')


def _add_directory(app: typer.Typer, tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> None:
    @app.command(epilog="Example: jukinet pki directory ./pki")
    def directory(home: Home) -> None:
        """Sign the next version of the directory. Do it after every change, and at least once a day."""
        with common.told():
            signed = tools().sign_directory(home, now())
            counted = f"{len(signed.nodes)} nodes and {len(signed.organs)} organs"
            _say(f"Signed version {signed.version} with {counted}: {home / 'directory.json'}")


def _add_renew(app: typer.Typer, tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> None:
    @app.command(epilog="Example: jukinet pki renew ./pki muni-132152")
    def renew(
        home: Home,
        party: Annotated[
            str, typer.Argument(metavar="PARTY", help="Whose certificate: NODE_ID, SLUG or NODE_ID:SLUG.")
        ],
        tls_days: TlsDays = 90,
    ) -> None:
        """Replace a TLS key and certificate, in one step. A running node takes them up by itself."""
        found = parsed(_parse_party, party, "PARTY")
        with common.told():
            expires = tools().renew_tls(home, found, now(), tls_days=tls_days)
            _say(f"Renewed. The certificate of {found} is valid until {expires:%Y-%m-%d %H:%M} UTC.")


def _add_list(app: typer.Typer, tools: Callable[[], PkiTools], now: Callable[[], datetime]) -> None:
    @app.command(name="list", epilog="Example: jukinet pki list ./pki --json")
    def listing(
        home: Home,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    ) -> None:
        """List the members, their key ids, and when their certificates expire."""
        with common.told():
            found = tools().describe(home, now())
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True))
            return
        for line in _lines(found):
            typer.echo(line)


def _lines(found: dict[str, Any]) -> list[str]:
    """A member is a few lines, each whole: ids and addresses are copied from here."""
    version = found["directory_version"]
    lines = [f"Directory version {version}" if version else "Directory not signed yet"]
    for node in found["nodes"]:
        ward = f"ward of {node['city']}, " if node.get("city") else ""
        state = ward + ("connected" if node["connected"] else f"not connected: {node['reason']}")
        addresses = [one for one in (node["url"], node.get("supply_url")) if one]
        lines += _member_lines(node["id"], state, node, *addresses)
    for organ in found["organs"]:
        lines += _member_lines(organ["slug"], organ["state"], organ)
    for system in found["systems"]:
        lines += [
            "",
            system["system"],
            f"  own system, certificate until {(system['tls_expires'] or '')[:10]}",
        ]
    return lines


def _member_lines(party: str, state: str, member: dict[str, Any], *addresses: str) -> list[str]:
    expires = (member["tls_expires"] or "keys not here")[:10]
    return [
        "",
        f"{party}  {member['name']}",
        *(f"  {address}" for address in addresses),
        f"  {state}",
        f"  certificate until {expires}, statement key {member['keys'].get('statement', 'none that counts')}",
    ]


def parsed(parse: Callable[[str], T], text: str, what: str) -> T:
    """An argument, or what is wrong with it as a mistyped command."""
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=what) from None


def parse_member(text: str) -> NodeId | OrganSlug:
    """A node's id, or an organ's name."""
    with suppress(ValueError):
        return NodeId.parse(text)
    return OrganSlug.parse(text)


def _parse_party(text: str) -> Party:
    with suppress(ValueError):
        return SystemId.parse(text)
    return parse_member(text)


def _say(sentence: str) -> None:
    typer.echo(sentence)
