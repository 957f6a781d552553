"""The organ's client against a door that answers as it is told, over real mutual TLS."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.acceptance.certificates import Authority
from tests.acceptance.doors import DEADLINE, running

from jukinet.client import (
    AffairToAsk,
    FourItems,
    KnownPerson,
    QueryKind,
    Reason,
    Result,
    SupplyClient,
    VerificationAnswer,
    VerificationRefused,
)
from jukinet.client.connection import Patience
from jukinet.client.signing import RequestSigner, load_key
from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, Fault, JukinetError, invalid
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.domain.persons import Sex
from jukinet.messages import http_signatures, promises
from jukinet.messages.http_signatures import Head, Proof
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.messages.problem_documents import ProblemRule
from jukinet.network.problems import application, limited, problem, refused
from jukinet.network.requests import head_of, read_bytes
from jukinet.network.tls import peer_of
from jukinet.node.keys import private_pem
from jukinet.transport.tls import TlsFiles, server_context

NATIONAL = NodeId("national")
PENSION = OrganSlug("japan-pension-service")
CODE = ResidentRecordCode("24727059608")
ASKED: dict[str, Any] = {"affair": "t1-77-12", "operator": "clerk-7", "case": "2013-0042"}
ITEMS = FourItems("佐藤 花", "東京都国立市東一丁目1番", PartialDate("1980-04-17"), Sex.FEMALE)
PERSON = {
    "name": "佐藤 花",
    "birth_date": "1980-04-XX",
    "sex": "female",
    "address": {"municipality": "132152", "text": "東京都国立市東一丁目1番", "building": "東荘101"},
    "code": CODE.text,
    "change": {"kind": "recording", "reason": "birth", "occurred_on": "1980-04-20"},
}
FOUND = {"result": "found", "basis": ["30-10(1)(iii)"], "policy": ["one person"], "person": PERSON}


class SupplyDoor:
    """Answers with ``answer`` (the request id is added), and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: dict[str, Any] | Response = FOUND
        self.asked: list[dict[str, Any]] = []
        self.peers: list[str] = []
        self.proofs: list[Proof] = []
        """Of requests that were signed: each must prove itself."""
        self.app = application(
            [
                Route("/supply/v1/identity-verifications", self._verify, methods=["POST"]),
                Route("/supply/v1/change-facts", self._verify, methods=["POST"]),
                Route("/supply/v1/affairs", self._affairs, methods=["GET"]),
            ]
        )

    async def _affairs(self, request: Request) -> Response:
        self.peers.append(str(peer_of(request.scope)))
        return self.answer if isinstance(self.answer, Response) else JSONResponse(self.answer)

    async def _verify(self, request: Request) -> Response:
        self.peers.append(str(peer_of(request.scope)))
        data = await read_bytes(request, limit=10_000)
        if "signature" in request.headers:
            self.proofs.append(proved(head_of(request.scope), data))
        body = json.loads(data)
        self.asked.append(body)
        if isinstance(self.answer, Response):
            return self.answer
        return JSONResponse({"request_id": body["request_id"], **self.answer})


SIGNING = SigningKey.from_seed(bytes(32), KeyUse.STATEMENT)


def proved(head: Head, body: bytes) -> Proof:
    now = datetime.fromtimestamp(time.time(), UTC)
    key = SIGNING.public(now - timedelta(days=1), now + timedelta(days=1))
    return http_signatures.verify(
        head, hashlib.sha256(body).digest(), to=NATIONAL, key_of={SIGNING.key_id: key}.get, now=now
    )


@pytest.fixture(scope="module")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "statement.key"
    file.write_bytes(private_pem(SIGNING))
    return file


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def organ(authority: Authority) -> TlsFiles:
    return authority.issue("organ", PENSION.uri)


@pytest.fixture(scope="module")
def national(authority: Authority) -> TlsFiles:
    return authority.issue("national", NATIONAL.uri)


@pytest.fixture
def door() -> SupplyDoor:
    return SupplyDoor()


@contextmanager
def client_of(
    port: int,
    files: TlsFiles,
    *,
    attempts: int = 1,
    read: float = DEADLINE,
    signing_key: Path | None = None,
) -> Iterator[SupplyClient]:
    patience = Patience(attempts=attempts, pause=0.01, connect=DEADLINE, read=read)
    url = f"https://localhost:{port}"
    with SupplyClient(
        url,
        NATIONAL,
        cert=files.cert,
        key=files.key,
        ca=files.ca,
        signing_key=signing_key,
        patience=patience,
    ) as client:
        yield client


@pytest.fixture
def client(door: SupplyDoor, national: TlsFiles, organ: TlsFiles) -> Iterator[SupplyClient]:
    with running(door.app, national) as (_, port), client_of(port, organ) as made:
        yield made


def test_the_affairs_that_may_be_asked_for_are_read(client: SupplyClient, door: SupplyDoor) -> None:
    one = {"affair": "t4-2-1", "ja": "見本", "en": "x", "basis": ["b"], "queries": ["code"], "later": 1}
    door.answer = {"organ": "x", "affairs": [one | {"through_governor": True}]}
    assert client.affairs() == (AffairToAsk("t4-2-1", "見本", "x", ("b",), (QueryKind.CODE,), True),)
    assert door.peers == [PENSION.text]
    door.answer = {"affairs": [one]}
    with pytest.raises(JukinetError) as caught:
        client.affairs()
    assert caught.value.kind is ErrorKind.MALFORMED


def test_a_request_by_code_is_what_the_design_says(client: SupplyClient, door: SupplyDoor) -> None:
    client.verify(**ASKED, who=CODE, request_id="r-1")
    assert door.asked == [{"request_id": "r-1", **ASKED, "code": "24727059608"}]
    assert door.peers == [PENSION.text]


def test_a_request_by_four_items_is_what_the_design_says(client: SupplyClient, door: SupplyDoor) -> None:
    client.verify(**ASKED, who=ITEMS, request_id="r-2")
    assert door.asked == [
        {
            "request_id": "r-2",
            **ASKED,
            "name": "佐藤 花",
            "address": "東京都国立市東一丁目1番",
            "birth_date": "1980-04-17",
            "sex": "female",
        }
    ]


def test_request_ids_are_random_where_none_is_given(client: SupplyClient, door: SupplyDoor) -> None:
    answers = [client.verify(**ASKED, who=CODE) for _ in range(3)]
    ids = {asked["request_id"] for asked in door.asked}
    assert len(ids) == 3
    assert {answer.request_id for answer in answers} == ids


def test_a_found_person_is_typed(client: SupplyClient, door: SupplyDoor) -> None:
    earlier = {**PERSON, "address": {"municipality": "131016", "text": "東京都千代田区一番町1番"}}
    door.answer = {**FOUND, "history": [earlier], "later": "matter", "person": {**PERSON, "new": {}}}
    answer = client.verify(**ASKED, who=CODE)
    assert isinstance(answer, VerificationAnswer)
    assert (answer.result, answer.reason) == (Result.FOUND, None)
    assert (answer.basis, answer.policy) == (("30-10(1)(iii)",), ("one person",))
    assert answer.person is not None
    facts, change = answer.person.facts, answer.person.change
    assert (facts.name, facts.code, facts.sex) == ("佐藤 花", CODE, Sex.FEMALE)
    assert facts.birth_date == PartialDate("1980-04-XX")
    assert (facts.address.municipality.text, facts.address.building) == ("132152", "東荘101")
    assert change is not None
    assert (change.kind, change.reason) == (ChangeKind.RECORDING, NoticeReason.BIRTH)
    assert change.occurred_on.isoformat() == "1980-04-20"
    assert [one.facts.address.municipality.text for one in answer.history] == ["131016"]


def test_a_promise_is_kept_and_one_that_must_be_there_is_checked(
    door: SupplyDoor, national: TlsFiles, organ: TlsFiles
) -> None:
    moment = datetime(2013, 7, 8, 1, 0, tzinfo=UTC)
    key = SigningKey.from_seed(b"l" * 32, KeyUse.LOG)
    public = key.public(moment - timedelta(days=1), moment + timedelta(days=1))
    (good,) = promises.promise(key, "urn:jukinet:log:national:1", [b"\1" * 32], moment)
    (foreign,) = promises.promise(key, "urn:jukinet:log:pref-13:1", [b"\1" * 32], moment)
    files: dict[str, Any] = {"cert": organ.cert, "key": organ.key, "ca": organ.ca}
    with running(door.app, national) as (_, port):
        url = f"https://localhost:{port}"
        with SupplyClient(url, NATIONAL, log_keys=[public], **files) as client:
            door.answer = {**FOUND, "promise": good.to_plain()}
            answer = client.verify(**ASKED, who=CODE)
            assert isinstance(answer, VerificationAnswer)
            assert answer.promise == good
            altered = {**good.to_plain(), "leaf": "00" * 32}
            for wrong in (FOUND, {**FOUND, "promise": foreign.to_plain()}, {**FOUND, "promise": altered}):
                door.answer = wrong
                with pytest.raises(JukinetError) as caught:
                    client.verify(**ASKED, who=CODE)
                assert caught.value.kind is ErrorKind.UNAUTHENTIC


@pytest.mark.parametrize(
    ("answer", "result", "reason"),
    [
        ({"result": "none"}, Result.NONE, None),
        ({"result": "none", "reason": "superseded"}, Result.NONE, Reason.SUPERSEDED),
        ({"result": "ambiguous"}, Result.AMBIGUOUS, None),
        ({"result": "undetermined"}, Result.UNDETERMINED, None),
    ],
)
def test_every_other_result_is_typed(
    client: SupplyClient, door: SupplyDoor, answer: dict[str, Any], result: Result, reason: Reason | None
) -> None:
    door.answer = {**answer, "basis": ["30-10(1)(iii)"]}
    given = client.verify(**ASKED, who=CODE)
    assert isinstance(given, VerificationAnswer)
    assert (given.result, given.reason, given.person, given.history) == (result, reason, None, ())


def test_a_refusal_is_a_value_with_every_rule(client: SupplyClient, door: SupplyDoor) -> None:
    failed = [
        S3,
        _Failed("S9", "policy 2", "policy", "Too many attempts."),
    ]
    door.answer = refused({}, failed)
    answer = client.verify(**ASKED, who=CODE, request_id="r-3")
    assert answer == VerificationRefused(
        "r-3",
        (ProblemRule("S3", "30-7(3)", "law"), ProblemRule("S9", "policy 2", "policy")),
        "The affair is in no table. Too many attempts.",
    )


class _Failed:
    def __init__(self, rule: str, article: str, kind: str, sentence: str) -> None:
        self.rule, self.article, self.kind, self.sentence = rule, article, kind, sentence


S3 = _Failed("S3", "30-7(3)", "law", "The affair is in no table.")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (invalid(Fault("code", "must have the right check digit")), ErrorKind.INVALID),
        (JukinetError(ErrorKind.FORBIDDEN, "The organ is revoked."), ErrorKind.FORBIDDEN),
        (JukinetError(ErrorKind.CONFLICT, "Used for another request."), ErrorKind.CONFLICT),
        (JukinetError(ErrorKind.INTERNAL, "secret"), ErrorKind.UNAVAILABLE),
        (JukinetError(ErrorKind.CONFIGURATION, "/secret/path"), ErrorKind.UNAVAILABLE),
    ],
)
def test_other_problems_are_raised_with_kind_and_faults(
    client: SupplyClient, door: SupplyDoor, error: JukinetError, kind: ErrorKind
) -> None:
    door.answer = problem(error)
    with pytest.raises(JukinetError) as caught:
        client.verify(**ASKED, who=CODE)
    assert caught.value.kind is kind
    assert caught.value.faults == error.faults
    assert "secret" not in str(caught.value)


def test_who_asked_too_much_is_told_when_to_ask_again(client: SupplyClient, door: SupplyDoor) -> None:
    door.answer = limited({}, [_Failed("SL1", "policy", "policy", "Too many requests.")], 41.2)
    with pytest.raises(JukinetError) as caught:
        client.verify(**ASKED, who=CODE)
    assert (caught.value.kind, caught.value.retry_after) == (ErrorKind.LIMITED, 42)
    door.answer = problem(JukinetError(ErrorKind.UNAVAILABLE, "Busy."))
    with pytest.raises(JukinetError) as caught:
        client.affairs()
    assert (caught.value.kind, caught.value.retry_after) == (ErrorKind.UNAVAILABLE, None)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"result": "perhaps", "basis": []},
        {"result": "found", "basis": []},
        {"result": "none", "basis": [], "person": PERSON},
        {"result": "none", "basis": [], "reason": "because"},
        {"result": "none"},
        {"result": "none", "basis": [7]},
        {"result": "none", "basis": [], "history": [{}]},
        {**FOUND, "person": {**PERSON, "code": "24727059609"}},
        {**FOUND, "person": {**PERSON, "birth_date": "yesterday"}},
        {**FOUND, "request_id": "another"},
        Response(b"<html>", media_type="text/html"),
        Response(b'{"result":"none","result":"found"}', media_type="application/json"),
    ],
    ids=str,
)
def test_an_answer_that_is_not_understood_is_no_answer(
    client: SupplyClient, door: SupplyDoor, answer: dict[str, Any] | Response
) -> None:
    door.answer = answer
    with pytest.raises(JukinetError, match="not understood") as caught:
        client.verify(**ASKED, who=CODE)
    assert caught.value.kind is ErrorKind.MALFORMED
    assert "佐藤" not in str(caught.value)


def test_a_redirect_is_not_followed(client: SupplyClient, door: SupplyDoor) -> None:
    door.answer = Response(status_code=307, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(JukinetError) as caught:
        client.verify(**ASKED, who=CODE)
    assert caught.value.kind is ErrorKind.MALFORMED


def test_an_endless_answer_is_cut_off(client: SupplyClient, door: SupplyDoor) -> None:
    door.answer = Response(b" " * (2 * 2**20), media_type="application/json")
    with pytest.raises(JukinetError) as caught:
        client.verify(**ASKED, who=CODE)
    assert caught.value.kind is ErrorKind.TOO_LARGE


def test_values_of_a_person_are_in_no_repr(client: SupplyClient) -> None:
    answer = client.verify(**ASKED, who=CODE)
    assert isinstance(answer, VerificationAnswer)
    assert isinstance(answer.person, KnownPerson)
    for value in (answer, answer.person, ITEMS):
        assert "佐藤" not in repr(value)
        assert CODE.text not in repr(value)


def test_one_connection_serves_many_requests(door: SupplyDoor, national: TlsFiles, organ: TlsFiles) -> None:
    with running(door.app, national) as (server, port), client_of(port, organ) as client:
        for _ in range(5):
            client.verify(**ASKED, who=CODE)
        assert len(server.server.server_state.connections) == 1


# The line.


def test_a_line_that_drops_is_tried_again_with_the_same_request_signed_anew(
    national: TlsFiles, organ: TlsFiles, signing_key: Path
) -> None:
    """The first two connections end after the request was read: its answer is lost, not the request."""
    received: list[tuple[Head, bytes]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=_drop_twice, args=(listener, server_context(national), received))
        thread.start()
        try:
            with client_of(port, organ, attempts=3, signing_key=signing_key) as client:
                answer = client.verify(**ASKED, who=CODE)
        finally:
            thread.join(DEADLINE)
    assert isinstance(answer, VerificationAnswer)
    ids = [json.loads(body)["request_id"] for _, body in received]
    assert ids == [answer.request_id] * 3
    assert len({proved(head, body).nonce for head, body in received}) == 3


def _drop_twice(listener: socket.socket, context: ssl.SSLContext, received: list[tuple[Head, bytes]]) -> None:
    listener.settimeout(DEADLINE)
    for turn in range(3):
        raw, _ = listener.accept()
        with raw, context.wrap_socket(raw, server_side=True) as connection:
            connection.settimeout(DEADLINE)
            received.append(_read_request(connection))
            if turn == 2:
                request_id = json.loads(received[-1][1])["request_id"]
                answer = json.dumps({"request_id": request_id, "result": "none", "basis": []}).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}"
                connection.sendall(head.encode() + b"\r\n\r\n" + answer)


def _read_request(connection: ssl.SSLSocket) -> tuple[Head, bytes]:
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    while len(body) < int(fields["content-length"]):
        body += connection.recv(65536)
    method, path, _ = first.split(" ")
    return Head(method, path, "", fields), body


def test_a_problem_is_not_tried_again(door: SupplyDoor, national: TlsFiles, organ: TlsFiles) -> None:
    door.answer = problem(JukinetError(ErrorKind.UNAVAILABLE, "The database is being restarted."))
    with (
        running(door.app, national) as (_, port),
        client_of(port, organ, attempts=3) as client,
        pytest.raises(JukinetError),
    ):
        client.verify(**ASKED, who=CODE)
    assert len(door.asked) == 1


def test_nobody_there_is_unavailable(organ: TlsFiles) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with (
            client_of(free.getsockname()[1], organ, attempts=2) as client,
            pytest.raises(JukinetError, match="cannot be reached now") as caught,
        ):
            client.verify(**ASKED, who=CODE)
    assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_no_answer_in_time_is_unavailable_and_not_tried_again(national: TlsFiles, organ: TlsFiles) -> None:
    accepted: list[socket.socket] = []

    def listen(listener: socket.socket) -> None:
        listener.settimeout(DEADLINE)
        raw, _ = listener.accept()
        connection = server_context(national).wrap_socket(raw, server_side=True)
        accepted.append(connection)
        _read_request(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, args=(listener,))
        thread.start()
        try:
            with (
                client_of(listener.getsockname()[1], organ, attempts=3, read=0.3) as client,
                pytest.raises(JukinetError) as caught,
            ):
                client.verify(**ASKED, who=CODE)
        finally:
            thread.join(DEADLINE)
            for connection in accepted:
                connection.close()
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert caught.value.kind is ErrorKind.UNAVAILABLE


# Who answers.


@pytest.mark.parametrize(
    "uris",
    [(), ("urn:jukinet:node:pref-13",), (NATIONAL.uri, "urn:jukinet:node:pref-13"), (PENSION.uri,)],
    ids=str,
)
def test_another_nodes_door_is_told_nothing(
    door: SupplyDoor, authority: Authority, organ: TlsFiles, uris: tuple[str, ...]
) -> None:
    impostor = authority.issue("impostor", *uris)
    with running(door.app, impostor) as (server, port), client_of(port, organ, attempts=3) as client:
        with pytest.raises(JukinetError) as caught:
            client.verify(**ASKED, who=CODE)
        assert server.server.server_state.total_requests == 0
    assert caught.value.kind is ErrorKind.UNAUTHENTIC
    assert door.asked == []


def test_a_foreign_authoritys_door_is_told_nothing(door: SupplyDoor, organ: TlsFiles, tmp_path: Path) -> None:
    foreign = Authority(tmp_path / "foreign").issue("national", NATIONAL.uri)
    with (
        running(door.app, foreign) as (_, port),
        client_of(port, organ, attempts=3) as client,
        pytest.raises(JukinetError) as caught,
    ):
        client.verify(**ASKED, who=CODE)
    assert caught.value.kind is ErrorKind.UNAUTHENTIC
    assert door.asked == []


def test_an_organ_of_a_foreign_authority_gets_no_answer(
    door: SupplyDoor, national: TlsFiles, authority: Authority, tmp_path: Path
) -> None:
    files = Authority(tmp_path / "foreign").issue("organ", PENSION.uri, ca=authority.ca)
    with (
        running(door.app, national) as (_, port),
        client_of(port, files, attempts=2) as client,
        pytest.raises(JukinetError, match="certificate"),
    ):
        client.verify(**ASKED, who=CODE)
    assert door.asked == []


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "localhost:1", "https://a:b@localhost:1", "https://h/x"]
)
def test_an_address_that_is_not_https_is_refused(organ: TlsFiles, url: str) -> None:
    with pytest.raises(JukinetError, match="https://host:port") as caught:
        SupplyClient(url, NATIONAL, cert=organ.cert, key=organ.key, ca=organ.ca)
    assert caught.value.kind is ErrorKind.CONFIGURATION


def test_requests_are_signed_where_there_is_a_key(
    door: SupplyDoor, national: TlsFiles, organ: TlsFiles, signing_key: Path
) -> None:
    with running(door.app, national) as (_, port):
        with client_of(port, organ, signing_key=signing_key) as client:
            client.verify(**ASKED, who=CODE)
            client.verify(**ASKED, who=ITEMS)
        with client_of(port, organ) as client:
            client.verify(**ASKED, who=CODE)
    assert len(door.asked) == 3
    assert [proof.key_id for proof in door.proofs] == [SIGNING.key_id] * 2


def test_the_example_of_the_page_for_organs_runs(
    door: SupplyDoor,
    national: TlsFiles,
    organ: TlsFiles,
    signing_key: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = Path("docs/how-to/ask-as-an-organ.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    home = tmp_path / "organ"
    home.mkdir()
    for name, file in {
        "tls.pem": organ.cert,
        "tls.key": organ.key,
        "ca.pem": organ.ca,
        "statement.key": signing_key,
    }.items():
        (home / name).symlink_to(file)
    monkeypatch.chdir(tmp_path)
    with running(door.app, national) as (_, port):
        code = example.replace("https://127.0.0.1:7450", f"https://localhost:{port}")
        for answer in (FOUND, {"result": "none", "basis": []}, refused({}, [S3])):
            door.answer = answer
            exec(compile(code, "ask-as-an-organ.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "found 1980-04-XX",
        "none ",
        "refused by S3 The affair is in no table.",
    ]
    assert len(door.proofs) == 3


def test_a_signing_key_of_no_use_is_named(organ: TlsFiles, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_bytes(organ.key.read_bytes())  # a key, of another kind
    for file in (wrong, tmp_path / "missing.key"):
        with pytest.raises(JukinetError, match=file.name) as caught:
            RequestSigner(load_key(file), NATIONAL)
        assert caught.value.kind is ErrorKind.CONFIGURATION


def test_unusable_files_are_named(organ: TlsFiles, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    with pytest.raises(JukinetError, match=r"missing\.pem") as caught:
        SupplyClient("https://localhost:1", NATIONAL, cert=missing, key=organ.key, ca=organ.ca)
    assert caught.value.kind is ErrorKind.CONFIGURATION
