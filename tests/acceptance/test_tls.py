"""Who gets in: real sockets, real certificates, and every way of not being who one claims to be."""
# size: both ends of one subject; they share the door, the certificates and the helpers above the tests

from __future__ import annotations

import asyncio
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.acceptance.certificates import Authority, serial_of, serial_of_der
from tests.acceptance.doors import DEADLINE, connected, read_response, request, running, until

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages import routes
from jukinet.messages.directory import Directory, NodeEntry
from jukinet.messages.kinds import CallKind, Stream
from jukinet.network.problems import application
from jukinet.network.requests import read_bytes, read_json
from jukinet.network.server import Door
from jukinet.network.tls import peer_of
from jukinet.transport.connections import Limits
from jukinet.transport.peers import HttpPeers
from jukinet.transport.tls import TlsFiles, client_context

NATIONAL = NodeId("national")
TOKYO = NodeId("pref-13")
FUKUSHIMA = NodeId("pref-07")
KUNITACHI = NodeId("muni-132152")
LIMIT = 10_000


async def whoami(request: Request) -> Response:
    return JSONResponse(
        {"peer": peer_of(request.scope).uri, "client": request.client and request.client.host}
    )


async def echo(request: Request) -> Response:
    peer_of(request.scope)
    return JSONResponse(await read_json(request, limit=LIMIT))


async def frame(request: Request) -> Response:
    sender = peer_of(request.scope)
    body = await read_bytes(request, limit=LIMIT)
    ends = [request.headers[name] for name in (routes.SENDER, routes.ADDRESSEE) if name in request.headers]
    shown = f"{request.url.path} from {sender}{ends or ''}: ".encode()
    return Response(shown + body)


async def directory(request: Request) -> Response:
    return Response(b"the directory")


async def explode(_: Request) -> Response:
    raise RuntimeError("山田花子 has no address")


ROUTES = [
    Route("/whoami", whoami),
    Route("/echo", echo, methods=["POST"]),
    Route("/explode", explode),
    Route("/network/v1/frames/{stream}", frame, methods=["POST"]),
    Route("/network/v1/calls/{kind}", frame, methods=["POST"]),
    Route("/network/v1/handshake", frame, methods=["POST"]),
    Route("/network/v1/directory", directory),
]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def national(authority: Authority) -> TlsFiles:
    return authority.issue("national", NATIONAL.uri)


@pytest.fixture(scope="module")
def port(national: TlsFiles) -> Iterator[int]:
    with running(application(ROUTES), national) as (_, bound):
        yield bound


@pytest.fixture(scope="module")
def tokyo(authority: Authority) -> TlsFiles:
    return authority.issue("tokyo", TOKYO.uri)


def ask(port: int, files: TlsFiles, sent: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    with connected(port, client_context(files)) as connection:
        connection.sendall(sent or request())
        return read_response(connection)


# Handshakes that must fail.


def refused(port: int, context: ssl.SSLContext) -> None:
    """In TLS 1.3 the client learns of the refusal with its first read."""
    with pytest.raises((ssl.SSLError, ConnectionError)) as caught, connected(port, context) as connection:  # noqa: PT012
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request())
        read_response(connection)
    # It is the server that refuses: a client that does not trust the server would prove nothing of it.
    assert not isinstance(caught.value, ssl.SSLCertVerificationError | ConnectionRefusedError)


def test_without_a_certificate_there_is_no_connection(port: int, authority: Authority) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(authority.ca)
    refused(port, context)
    own = authority.issue("tokyo", TOKYO.uri)
    context.load_cert_chain(own.cert, own.key)
    with connected(port, context) as connection:
        connection.sendall(request())
        assert read_response(connection)[0] == 200, "the same client, with a certificate"


def test_a_foreign_authoritys_certificate_is_refused(port: int, authority: Authority, tmp_path: Path) -> None:
    foreign = Authority(tmp_path / "foreign")
    refused(port, client_context(foreign.issue("tokyo", TOKYO.uri, ca=authority.ca)))


def test_a_foreign_authority_of_the_same_name_is_refused(
    port: int, authority: Authority, tmp_path: Path
) -> None:
    """The name in the certificate is not what proves it."""
    twin = Authority(tmp_path / "twin", "test authority")
    refused(port, client_context(twin.issue("tokyo", TOKYO.uri, ca=authority.ca)))


def test_an_ended_certificate_is_refused(port: int, authority: Authority) -> None:
    ended = authority.issue("ended", TOKYO.uri, ends=datetime.now(UTC) - timedelta(minutes=1))
    refused(port, client_context(ended))


def test_a_party_may_not_issue_certificates(port: int, authority: Authority, tmp_path: Path) -> None:
    """A chain that ends in a node's own certificate is no chain: that certificate is not a CA."""
    trusted = authority.issue("issuer", TOKYO.uri)
    rogue = Authority(tmp_path / "rogue", "issuer")
    forged = rogue.issue("forged", NATIONAL.uri, ca=authority.ca)
    forged.cert.write_bytes(forged.cert.read_bytes() + trusted.cert.read_bytes())
    refused(port, client_context(forged))


def test_tls_12_is_refused(port: int, tokyo: TlsFiles) -> None:
    context = client_context(tokyo)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    refused(port, context)


def test_plain_http_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
        connection.sendall(request())
        with suppress(ConnectionResetError):
            assert b"HTTP/1.1 2" not in connection.recv(1000)


# Names.


@pytest.mark.parametrize(
    "uri", ["urn:jukinet:node:pref-13", "urn:jukinet:node:muni-132152", "urn:jukinet:organ:pension"]
)
def test_the_peer_is_the_one_its_certificate_names(port: int, authority: Authority, uri: str) -> None:
    status, _, body = ask(port, authority.issue("peer", uri))
    assert (status, json.loads(body)["peer"]) == (200, uri)


def test_other_uris_beside_ours_are_no_names(port: int, authority: Authority) -> None:
    status, _, _ = ask(port, authority.issue("peer", "https://pref-13.example/", TOKYO.uri))
    assert status == 200


@pytest.mark.parametrize(
    "uris",
    [
        (),
        ("https://localhost/national",),
        ("urn:jukinet:node:muni-132151",),
        ("urn:jukinet:node:nowhere",),
        ("urn:jukinet:organ:",),
        ("urn:jukinet:",),
        ("urn:jukinet:root:national",),
        ("URN:JUKINET:node:national",),
        (TOKYO.uri, NATIONAL.uri),
        (TOKYO.uri, TOKYO.uri),
        (TOKYO.uri, "URN:jukinet:node:national"),
        (TOKYO.uri, "urn:jukinet:organ:pension"),
    ],
    ids=str,
)
def test_a_certificate_without_exactly_one_name_is_nobodys(
    port: int, authority: Authority, uris: tuple[str, ...]
) -> None:
    status, headers, body = ask(port, authority.issue("nobody", *uris))
    assert status == 401
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["type"] == "urn:jukinet:problem:unauthentic"


def test_forged_headers_do_nothing(port: int, tokyo: TlsFiles, national: TlsFiles) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "http",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
        "X-Client-Cert": national.cert.read_text().replace("\n", " "),
        "X-SSL-Client-Cert": "national",
        "X-SSL-Client-Verify": "SUCCESS",
        "X-Forwarded-Client-Cert": f"URI={NATIONAL.uri}",
        "Client-Cert": ":bmF0aW9uYWw=:",
        "Jukinet-Peer": NATIONAL.uri,
    }
    status, _, body = ask(port, tokyo, request(headers=forged))
    assert (status, json.loads(body)) == (200, {"peer": TOKYO.uri, "client": "127.0.0.1"})


def test_each_connection_has_its_own_peer(port: int, tokyo: TlsFiles, authority: Authority) -> None:
    other = authority.issue("kunitachi", KUNITACHI.uri)
    with connected(port, client_context(tokyo)) as one, connected(port, client_context(other)) as two:
        for _ in range(3):
            for connection, uri in ((one, TOKYO.uri), (two, KUNITACHI.uri)):
                connection.sendall(request())
                assert json.loads(read_response(connection)[2])["peer"] == uri


def test_an_open_connection_ends_with_its_certificate(port: int, authority: Authority) -> None:
    """The handshake looks at the validity once; an open connection must not outlive it."""
    brief = authority.issue("brief", TOKYO.uri, ends=datetime.now(UTC) + timedelta(seconds=3))
    with connected(port, client_context(brief)) as connection:

        def status() -> int:
            connection.sendall(request())
            return read_response(connection)[0]

        assert status() == 200
        until(lambda: status() == 401, "the certificate ends")
        assert connection.recv(1) == b""


# Requests that cannot be read.

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        (b"{}", {}, 415, "unsupported-type"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "unsupported-type"),
        (b"{}", {"Content-Type": "application/json; charset=shift_jis"}, 415, "unsupported-type"),
        (b"{}", {**JSON, "Content-Encoding": "gzip"}, 415, "unsupported-type"),
        (b"[]", JSON, 400, "malformed"),
        (b"", JSON, 400, "malformed"),
        (b'{"name":"a","name":"b"}', JSON, 400, "malformed"),
        (b'{"name":"a\0b"}', JSON, 400, "malformed"),
        (b'{"name":"a\\u0000b"}', JSON, 400, "malformed"),
        (b'{"name":"\\ud800"}', JSON, 400, "malformed"),
        (b'{"name":"\xff"}', JSON, 400, "malformed"),
        (b'{"n":1.5}', JSON, 400, "malformed"),
        (b'{"n":NaN}', JSON, 400, "malformed"),
        (b'{"a":"' + b"x" * LIMIT + b'"}', JSON, 413, "too-large"),
    ],
)
def test_unreadable_bodies_are_problems(
    port: int, tokyo: TlsFiles, body: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    found, answered, document = ask(port, tokyo, request("POST", "/echo", body, headers))
    assert (found, json.loads(document)["type"]) == (status, f"urn:jukinet:problem:{kind}")
    assert answered["content-type"] == "application/problem+json"


def test_a_body_at_the_limit_is_read(port: int, tokyo: TlsFiles) -> None:
    body = b'{"a":"' + b"x" * (LIMIT - 8) + b'"}'
    assert len(body) == LIMIT
    status, _, answer = ask(port, tokyo, request("POST", "/echo", body, JSON))
    assert (status, json.loads(answer)) == (200, json.loads(body))


def test_a_body_declared_too_large_is_refused_before_it_is_sent(port: int, tokyo: TlsFiles) -> None:
    declared = {**JSON, "Content-Length": str(10**12)}
    sent = request("POST", "/echo", headers=declared, declare=False)
    with connected(port, client_context(tokyo)) as connection:
        connection.sendall(sent)
        status, headers, _ = read_response(connection)
        assert (status, headers["connection"]) == (413, "close")
        assert connection.recv(1) == b""


def test_an_endless_body_is_refused_while_it_is_sent(port: int, tokyo: TlsFiles) -> None:
    chunked = {**JSON, "Transfer-Encoding": "chunked"}
    with connected(port, client_context(tokyo)) as connection:
        connection.sendall(request("POST", "/echo", headers=chunked, declare=False))
        chunk = b"x" * 4096
        for _ in range(4):
            connection.sendall(b"1000\r\n" + chunk + b"\r\n")
        # No last chunk is ever sent: only a server that counts answers now.
        status, headers, _ = read_response(connection)
        assert (status, headers["connection"]) == (413, "close")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request("GET", "/nothing"), 404),
        (request("DELETE", "/whoami"), 405),
        (request("GET", "/whoami/../../etc/passwd"), 404),
    ],
)
def test_unknown_paths_and_methods_are_problems(port: int, tokyo: TlsFiles, sent: bytes, status: int) -> None:
    found, headers, document = ask(port, tokyo, sent)
    assert (found, headers["content-type"]) == (status, "application/problem+json")
    assert json.loads(document)["status"] == status
    assert b"passwd" not in document


def test_an_unknown_error_is_bare_outside_and_in_the_log(
    port: int, tokyo: TlsFiles, caplog: pytest.LogCaptureFixture
) -> None:
    status, _, document = ask(port, tokyo, request("GET", "/explode"))
    assert status == 500
    assert set(json.loads(document)) == {"type", "title", "status", "instance"}
    assert json.loads(document)["type"] == "urn:jukinet:problem:internal"
    assert "RuntimeError" in caplog.text
    assert json.loads(document)["instance"] in caplog.text
    assert "山田" not in caplog.text
    assert "山田".encode() not in document


def test_what_is_no_http_is_refused(port: int, tokyo: TlsFiles) -> None:
    with connected(port, client_context(tokyo)) as connection:
        connection.sendall(b"\x00\x01\x02 nonsense\r\n\r\n")
        assert read_response(connection)[0] == 400


# The door.


def test_small_answers_are_not_held_back(national: TlsFiles, tokyo: TlsFiles) -> None:
    with (
        running(application(ROUTES), national) as (door, port),
        connected(port, client_context(tokyo)) as connection,
    ):
        connection.sendall(request())
        read_response(connection)
        (protocol,) = door.server.server_state.connections
        accepted = protocol.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_only_the_named_address_is_bound(port: int) -> None:
    """127.0.0.1 was named: another address of the same machine, and the same port of it, is free."""
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))
    if socket.has_ipv6:
        with socket.socket(socket.AF_INET6) as probe, pytest.raises(OSError, match=r"refused|assign|reach"):
            probe.connect(("::1", port))


def test_a_port_in_use_is_one_clear_sentence(port: int, national: TlsFiles) -> None:
    door = Door(application(ROUTES), host="127.0.0.1", port=port, files=national)
    with pytest.raises(JukinetError) as caught:
        door.run()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert str(caught.value) == (
        f"Port {port} of 127.0.0.1 is already in use;"
        " stop the other program or choose another port in the configuration."
    )


@pytest.mark.parametrize("host", ["", "*", "example.org", "192.0.2.1", "127.0.0.1:80"])
def test_an_address_that_is_not_ours_is_a_clear_sentence(national: TlsFiles, host: str) -> None:
    with pytest.raises(JukinetError, match="address") as caught:
        Door(application(ROUTES), host=host, port=0, files=national).run()
    assert caught.value.kind is ErrorKind.CONFIGURATION


def test_an_application_that_does_not_start_is_a_clear_sentence(national: TlsFiles) -> None:
    @contextmanager
    def broken(_: object) -> Iterator[None]:
        raise RuntimeError("no database")
        yield

    class Lifespan:
        def __init__(self, app: object) -> None:
            self.context = broken(app)

        async def __aenter__(self) -> None:
            self.context.__enter__()

        async def __aexit__(self, *_: object) -> None: ...

    door = Door(application(ROUTES, lifespan=Lifespan), host="127.0.0.1", port=0, files=national)
    with pytest.raises(JukinetError, match="did not start") as caught:
        door.run()
    assert caught.value.kind is ErrorKind.CONFIGURATION


def test_certificate_and_key_must_belong_together(national: TlsFiles, tokyo: TlsFiles) -> None:
    mixed = TlsFiles(national.cert, tokyo.key, national.ca)
    with pytest.raises(JukinetError, match="belong together") as caught:
        Door(application(ROUTES), host="127.0.0.1", port=0, files=mixed)
    assert caught.value.kind is ErrorKind.CONFIGURATION


def test_a_missing_certificate_is_named(national: TlsFiles, tmp_path: Path) -> None:
    missing = TlsFiles(tmp_path / "tls.pem", national.key, national.ca)
    with pytest.raises(JukinetError, match=r"tls\.pem cannot be read") as caught:
        Door(application(ROUTES), host="127.0.0.1", port=0, files=missing)
    assert caught.value.kind is ErrorKind.CONFIGURATION


@pytest.mark.parametrize("first_half", ["key", "cert"])
def test_a_renewed_certificate_serves_without_a_stop(
    authority: Authority, tokyo: TlsFiles, caplog: pytest.LogCaptureFixture, first_half: str
) -> None:
    files = authority.issue("renewed", NATIONAL.uri)
    first = serial_of(files.cert)
    whole = authority.issue("renewed-2", NATIONAL.uri)
    second = serial_of(whole.cert)
    halves = [(whole.key, files.key), (whole.cert, files.cert)]
    if first_half == "cert":
        halves.reverse()

    def ask_anew(port: int) -> int:
        with connected(port, client_context(tokyo)) as new:
            new.sendall(request())
            assert read_response(new)[0] == 200
            return _shown(new)

    with running(application(ROUTES), files) as (_, port), connected(port, client_context(tokyo)) as old:
        halves[0][0].replace(halves[0][1])
        until(lambda: "the old certificate stays in use" in caplog.text, "half a renewal is noticed")
        assert ask_anew(port) == first
        halves[1][0].replace(halves[1][1])
        until(lambda: ask_anew(port) == second, "the new certificate is shown")
        old.sendall(request())
        assert read_response(old)[0] == 200
        assert _shown(old) == first


def _shown(connection: ssl.SSLSocket) -> int:
    der = connection.getpeercert(binary_form=True)
    assert der is not None
    return serial_of_der(der)


CHILD = """
import sys
from pathlib import Path
from jukinet.network.problems import application
from jukinet.network.server import serve
from jukinet.transport.tls import TlsFiles
from tests.acceptance.test_tls import ROUTES, stuck
from starlette.routing import Route
cert, key, ca = (Path(name) for name in sys.argv[1:4])
app = application([*ROUTES, Route("/stuck", stuck)])
serve(app, host="127.0.0.1", port=0, files=TlsFiles(cert, key, ca), graceful_seconds=1,
    ready=lambda port: print(port, flush=True))
print("ended", flush=True)
"""


async def stuck(_: Request) -> Response:
    await asyncio.Event().wait()
    return Response()


@contextmanager
def child(files: TlsFiles) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A door in a process of its own."""
    command = [sys.executable, "-c", CHILD, str(files.cert), str(files.key), str(files.ca)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_door_though_a_peer_keeps_its_connection(
    national: TlsFiles, tokyo: TlsFiles, which: signal.Signals
) -> None:
    with child(national) as (process, port), connected(port, client_context(tokyo)) as idle:
        idle.sendall(request())
        assert read_response(idle)[0] == 200
        process.send_signal(which)
        # Well under the graceful time: an idle connection is no reason to wait.
        out, err = process.communicate(timeout=5)
        assert (process.returncode, out, err) == (0, "ended\n", "")


def test_a_signal_ends_the_door_though_a_request_never_does(national: TlsFiles, tokyo: TlsFiles) -> None:
    with child(national) as (process, port), connected(port, client_context(tokyo)) as busy:
        busy.sendall(request("GET", "/stuck"))
        with connected(port, client_context(tokyo)) as other:  # so that the first is certainly begun
            other.sendall(request())
            read_response(other)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=DEADLINE)
        assert (process.returncode, out) == (0, "ended\n")


# Calls to other nodes.


@contextmanager
def peers(
    files: TlsFiles,
    addresses: dict[NodeId, int],
    *,
    connected_to: Sequence[bool] = (True,),
    limits: Limits | None = None,
    certified_since: list[datetime | None] | None = None,
    here: NodeId = TOKYO,
    city_of: Mapping[NodeId, NodeId] | None = None,
) -> Iterator[HttpPeers]:
    """``certified_since``, ``connected_to``: what the directory says of it at each moment is the list's last."""
    since = datetime(2013, 7, 8, tzinfo=UTC)
    nodes = tuple(
        NodeEntry(
            id=node,
            name=str(node),
            url=f"https://localhost:{port}",
            keys=(),
            connected=True,
            since=since.date(),
            city=(city_of or {}).get(node),
        )
        for node, port in addresses.items()
    )

    def known() -> Directory:
        begins = certified_since[-1] if certified_since else None
        takes_part = connected_to[-1]
        now = tuple(
            replace(
                node,
                certified_since=begins,
                connected=takes_part,
                reason=None if takes_part else "not yet",
            )
            for node in nodes
        )
        return Directory(version=1, issued_at=since, nodes=now, organs=())

    made = HttpPeers(files, known, limits or Limits(connect=DEADLINE, read=DEADLINE), here=here)
    try:
        yield made
    finally:
        made.close()


def test_every_kind_of_call_arrives(port: int, tokyo: TlsFiles) -> None:
    with peers(tokyo, {NATIONAL: port}) as calls:
        assert (
            calls.deliver(NATIONAL, Stream.IDENTITY, b"1") == b"/network/v1/frames/identity from pref-13: 1"
        )
        sent = calls.call(NATIONAL, CallKind.NATIONWIDE_COPY, b"2")
        assert sent == b"/network/v1/calls/nationwide-copy from pref-13: 2"
        assert calls.fetch_directory(NATIONAL) == b"the directory"


def test_what_a_ward_says_is_brought_to_its_city_and_no_further(
    authority: Authority, tokyo: TlsFiles
) -> None:
    """The other addresses lead nowhere: the next station alone is called, and told whom it is for."""
    city, ward, sibling = KUNITACHI, NodeId("muni-131016"), NodeId("muni-131032")
    path, wards = "/network/v1/frames/identity", {ward: city, sibling: city}
    with running(application(ROUTES), authority.issue("city", city.uri)) as (_, port):
        places = {city: port, ward: 1, sibling: 1, TOKYO: 1}
        with peers(authority.issue("ward", ward.uri), places, here=ward, city_of=wards) as from_ward:
            for to in (TOKYO, sibling):
                said = from_ward.deliver(to, Stream.IDENTITY, b"{}").decode()
                assert said == f"{path} from {ward}['{ward}', '{to}']: {{}}"
            assert from_ward.deliver(city, Stream.IDENTITY, b"{}").decode() == f"{path} from {ward}: {{}}"
        with peers(tokyo, places, city_of=wards) as from_governor:
            assert f"from {TOKYO}['{TOKYO}', '{ward}']" in from_governor.handshake(ward, b"{}").decode()
    with running(application(ROUTES), authority.issue("sibling", sibling.uri)) as (_, port):
        files = authority.issue("the city's own", city.uri)
        with peers(files, {city: 1, sibling: port, ward: 1}, here=city, city_of=wards) as from_city:
            said = from_city.pass_on(ward, sibling, path, b"{}").decode()
            assert f"from {city}['{ward}', '{sibling}']" in said


def test_connections_are_kept_open(national: TlsFiles, tokyo: TlsFiles) -> None:
    with running(application(ROUTES), national) as (door, port), peers(tokyo, {NATIONAL: port}) as calls:
        for _ in range(5):
            calls.deliver(NATIONAL, Stream.IDENTITY, b"frame")
        assert len(door.server.server_state.connections) == 1


def test_a_server_with_another_nodes_certificate_gets_nothing(authority: Authority, tokyo: TlsFiles) -> None:
    """It has the right CA and the right host name, but it is Fukushima's. Nothing may be sent to it."""
    seen: list[str] = []

    async def note(request: Request) -> Response:
        seen.append(request.url.path)
        return Response(b"thank you")

    impostor = authority.issue("fukushima", FUKUSHIMA.uri)
    routes = [Route("/{path:path}", note, methods=["GET", "POST"])]
    with running(application(routes), impostor) as (door, port), peers(tokyo, {NATIONAL: port}) as calls:
        with pytest.raises(JukinetError, match="certificate of another") as caught:
            calls.deliver(NATIONAL, Stream.IDENTITY, b"for the centre only")
        assert caught.value.kind is ErrorKind.UNAUTHENTIC
        assert (seen, door.server.server_state.total_requests) == ([], 0)


def test_a_server_whose_certificate_was_revoked_gets_nothing_and_open_connections_to_it_end(
    national: TlsFiles, tokyo: TlsFiles
) -> None:
    begins = x509.load_pem_x509_certificate(national.cert.read_bytes()).not_valid_before_utc
    said: list[datetime | None] = [None]
    with (
        running(application(ROUTES), national) as (door, port),
        peers(tokyo, {NATIONAL: port}, certified_since=said) as calls,
    ):
        assert calls.fetch_directory(NATIONAL)
        said.append(begins)
        assert calls.fetch_directory(NATIONAL)
        said.append(begins + timedelta(seconds=1))
        with pytest.raises(JukinetError, match="revoked") as caught:
            calls.fetch_directory(NATIONAL)
        assert caught.value.kind is ErrorKind.UNAUTHENTIC
        until(lambda: not door.server.server_state.connections, "no connection is left")


def test_connections_to_a_node_that_takes_no_part_any_more_end(national: TlsFiles, tokyo: TlsFiles) -> None:
    takes_part = [True]
    with (
        running(application(ROUTES), national) as (door, port),
        peers(tokyo, {NATIONAL: port}, connected_to=takes_part) as calls,
    ):
        assert calls.fetch_directory(NATIONAL)
        assert len(door.server.server_state.connections) == 1
        takes_part.append(False)
        with pytest.raises(JukinetError) as caught:
            calls.fetch_directory(NATIONAL)
        assert caught.value.kind is ErrorKind.NOT_CONNECTED
        until(lambda: not door.server.server_state.connections, "no connection is left")


@pytest.mark.parametrize(
    "uris", [(), (NATIONAL.uri, FUKUSHIMA.uri), ("urn:jukinet:organ:national",)], ids=str
)
def test_a_server_without_exactly_one_name_is_refused(
    authority: Authority, tokyo: TlsFiles, uris: tuple[str, ...]
) -> None:
    files = authority.issue("odd", *uris)
    with running(application(ROUTES), files) as (_, port), peers(tokyo, {NATIONAL: port}) as calls:
        with pytest.raises(JukinetError) as caught:
            calls.fetch_directory(NATIONAL)
        assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_a_server_of_another_host_name_is_refused(authority: Authority, tokyo: TlsFiles) -> None:
    files = authority.issue("elsewhere", NATIONAL.uri, dns=("elsewhere.example",))
    with running(application(ROUTES), files) as (_, port), peers(tokyo, {NATIONAL: port}) as calls:
        with pytest.raises(JukinetError) as caught:
            calls.fetch_directory(NATIONAL)
        assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_a_server_of_a_foreign_authority_is_refused(tokyo: TlsFiles, tmp_path: Path) -> None:
    foreign = Authority(tmp_path / "foreign").issue("national", NATIONAL.uri)
    with running(application(ROUTES), foreign) as (_, port), peers(tokyo, {NATIONAL: port}) as calls:
        with pytest.raises(JukinetError) as caught:
            calls.fetch_directory(NATIONAL)
        assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_a_peer_that_is_refused_is_told_so(port: int, authority: Authority, tmp_path: Path) -> None:
    unknown = Authority(tmp_path / "foreign").issue("tokyo", TOKYO.uri, ca=authority.ca)
    with peers(unknown, {NATIONAL: port}) as calls:
        with pytest.raises(JukinetError) as caught:
            calls.fetch_directory(NATIONAL)
        # The server hangs up on the handshake without a word; that our certificate is why is a guess.
        assert caught.value.kind in {ErrorKind.UNAVAILABLE, ErrorKind.UNAUTHENTIC}
        assert "certificate" in str(caught.value)


def test_a_peers_problem_keeps_its_kind_and_faults(port: int, tokyo: TlsFiles) -> None:
    with peers(tokyo, {NATIONAL: port}) as calls:
        with pytest.raises(JukinetError) as caught:
            calls.deliver(NATIONAL, Stream.IDENTITY, b"x" * (LIMIT + 1))
        assert caught.value.kind is ErrorKind.TOO_LARGE
        assert str(caught.value) == f"national answered: The body must have at most {LIMIT} bytes."


def test_an_answer_too_large_is_refused(port: int, tokyo: TlsFiles) -> None:
    with peers(tokyo, {NATIONAL: port}, limits=Limits(answer=100)) as calls:
        with pytest.raises(JukinetError) as caught:
            calls.deliver(NATIONAL, Stream.IDENTITY, b"x" * 101)
        assert caught.value.kind is ErrorKind.TOO_LARGE
        assert calls.fetch_directory(NATIONAL) == b"the directory"


def test_who_is_not_connected_or_not_known_is_not_called(port: int, tokyo: TlsFiles) -> None:
    with peers(tokyo, {NATIONAL: port}, connected_to=(False,)) as calls:
        for node, kind in ((NATIONAL, ErrorKind.NOT_CONNECTED), (FUKUSHIMA, ErrorKind.NOT_FOUND)):
            with pytest.raises(JukinetError) as caught:
                calls.deliver(node, Stream.IDENTITY, b"frame")
            assert caught.value.kind is kind


def test_nobody_there_is_unavailable(tokyo: TlsFiles) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound, not listening: nobody can
        with peers(tokyo, {NATIONAL: free.getsockname()[1]}) as calls:
            with pytest.raises(JukinetError, match="cannot be reached now") as caught:
                calls.fetch_directory(NATIONAL)
            assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_a_peer_that_never_answers_is_unavailable(national: TlsFiles, tokyo: TlsFiles) -> None:
    routes = [Route("/network/v1/directory", stuck)]
    with (
        running(application(routes), national) as (_, port),
        peers(tokyo, {NATIONAL: port}, limits=Limits(connect=DEADLINE, read=0.2)) as calls,
    ):
        with pytest.raises(JukinetError) as caught:
            calls.fetch_directory(NATIONAL)
        assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_a_restarted_peer_is_reached_without_an_error(national: TlsFiles, tokyo: TlsFiles) -> None:
    """The pool holds a connection that died with the old process."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    with peers(tokyo, {NATIONAL: port}) as calls:
        for _ in range(2):
            with running(application(ROUTES), national, port=port):
                assert calls.fetch_directory(NATIONAL) == b"the directory"


def test_our_own_renewed_certificate_is_taken_up(port: int, authority: Authority) -> None:
    files = authority.issue("moving", TOKYO.uri)
    with peers(files, {NATIONAL: port}) as calls:
        assert calls.deliver(NATIONAL, Stream.IDENTITY, b"").endswith(b"from pref-13: ")
        authority.issue("moving", FUKUSHIMA.uri)
        assert calls.deliver(NATIONAL, Stream.IDENTITY, b"").endswith(b"from pref-07: ")
        files.key.write_bytes(b"half a renewal")
        assert calls.deliver(NATIONAL, Stream.IDENTITY, b"").endswith(b"from pref-07: ")


def test_many_threads_share_the_peers(port: int, tokyo: TlsFiles) -> None:
    answers: list[bytes] = []
    with peers(tokyo, {NATIONAL: port}) as calls:

        def work(number: int) -> None:
            for turn in range(10):
                body = f"{number}-{turn}".encode()
                answer = calls.deliver(NATIONAL, Stream.MOVE, body)
                answers.append(answer.removeprefix(b"/network/v1/frames/move from pref-13: "))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE)
    assert sorted(answers) == sorted(f"{n}-{t}".encode() for n in range(12) for t in range(10))
