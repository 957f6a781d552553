"""The profile of signed requests, held against the library http-message-signatures, which shares no code with it."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import http_sf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
    algorithms,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import http_signatures as signed
from jukinet.messages.http_signatures import Head, Proof, SignatureFault, UnprovedError
from jukinet.messages.keys import KeyUse, PublicKey, SigningKey

OURS, OTHERS = (SigningKey.from_seed(bytes([n]) * 32, KeyUse.STATEMENT) for n in (1, 2))
NOW = datetime(2013, 7, 8, 1, 0, tzinfo=UTC)
SPAN = (NOW - timedelta(days=1), NOW + timedelta(days=20_000))
KEYS = {OURS.key_id: OURS.public(*SPAN)}
BODY = '{"name":"渡邉　花子"}'.encode()
NONCE = "0123456789abcdef"
PATH = "/supply/v1/identity-verifications"
FORM, KEY, CONTENT, TIME = SignatureFault


@dataclass
class Message:
    """A request as the library reads it, and as ours does."""

    method: str = "POST"
    path: str = PATH
    query: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    body: bytes = BODY

    @property
    def url(self) -> str:
        return f"https://localhost:7450{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def head(self) -> Head:
        return Head(self.method, self.path, self.query, self.headers)


def made(message: Message | None = None, key: SigningKey = OURS, **how: Any) -> Message:
    message = message or Message()
    told: dict[str, Any] = {"to": NATIONAL, "now": NOW, "nonce": NONCE} | how
    fields = signed.sign(message.head, message.body, key, **told)
    return replace(message, headers=message.headers | fields)


def verified(message: Message, now: datetime = NOW, *, to: NodeId = NATIONAL) -> Proof:
    return signed.verify(message.head, hashlib.sha256(message.body).digest(), to=to, key_of=KEYS.get, now=now)


def faults(message: Message, now: datetime = NOW, *, to: NodeId = NATIONAL) -> tuple[SignatureFault, ...]:
    try:
        verified(message, now, to=to)
    except UnprovedError as error:
        return error.why
    return ()


def altered(message: Message, **fields: str | None) -> Message:
    """With other fields; None: without it."""
    changed = {**message.headers, **{name.replace("_", "-"): value for name, value in fields.items()}}
    return replace(message, headers={name: value for name, value in changed.items() if value is not None})


def test_what_is_signed_is_proved() -> None:
    proof = verified(made())
    assert proof == Proof(OURS.key_id, NONCE, NOW + timedelta(minutes=1))


def test_the_bytes_that_are_signed_are_those_of_the_profile() -> None:
    """Written out by hand from RFC 9421 section 2.5, for whoever signs with curl and openssl."""
    created = int(NOW.timestamp())
    params = (
        '("@method" "@path" "@query" "content-type" "content-digest")'
        f';created={created};expires={created + 60};keyid="{OURS.key_id}";nonce="{NONCE}";tag="jukinet-v1:national"'
    )
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    base = (
        f'"@method": POST\n"@path": {PATH}\n"@query": ?\n"content-type": application/json\n'
        f'"content-digest": sha-256=:{digest}:\n"@signature-params": {params}'
    )
    message = made()
    assert message.headers["content-digest"] == f"sha-256=:{digest}:"
    assert message.headers["signature-input"] == f"sig={params}"
    given = re.fullmatch("sig=:(.*):", message.headers["signature"])
    assert given is not None
    Ed25519PublicKey.from_public_bytes(OURS.raw_public).verify(base64.b64decode(given[1]), base.encode())


CHANGED: dict[str, Message] = {
    "the body": replace(made(), body=BODY.replace(b"name", b"NAME")),
    "nothing left of the body": replace(made(), body=b""),
    "the method": replace(made(), method="PUT"),
    "the path": replace(made(), path=PATH + "/"),
    "a query": replace(made(), query="all=1"),
    "the content type": altered(made(), content_type="application/json; charset=utf-8"),
    "no content type": altered(made(), content_type=None),
    "a path that is not ASCII": replace(made(), path=PATH + "é"),
    "the digest of another body": altered(
        made(), content_digest=signed.digest_field(hashlib.sha256(b"x").digest())
    ),
    "a second digest": altered(made(), content_digest=made().headers["content-digest"] + ", sha-512=:AAAA:"),
    "no digest": altered(made(), content_digest=None),
    "another nonce": altered(
        made(), signature_input=made().headers["signature-input"].replace(NONCE, NONCE[::-1])
    ),
    "a later end": altered(
        made(),
        signature_input=made()
        .headers["signature-input"]
        .replace(f"expires={int(NOW.timestamp()) + 60}", f"expires={int(NOW.timestamp()) + 90}"),
    ),
    "the signature of another request": altered(
        made(), signature=made(replace(Message(), body=b"{}")).headers["signature"]
    ),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_was_changed_after_signing_is_not_what_was_signed(what: str) -> None:
    assert faults(CHANGED[what]) == (CONTENT,)


def _respelled(old: str, new: str) -> Message:
    message = made()
    given = message.headers["signature-input"]
    assert old in given
    return altered(message, signature_input=given.replace(old, new))


FORMLESS: dict[str, Message] = {
    "unsigned": Message(),
    "no input": altered(made(), signature_input=None),
    "no signature": altered(made(), signature=None),
    "two signatures": altered(
        made(), signature=made().headers["signature"] + ", " + made().headers["signature"].replace("sig", "b")
    ),
    "labels that differ": altered(made(), signature=made().headers["signature"].replace("sig", "sgi")),
    "a component less": _respelled(' "content-digest"', ""),
    "a component more": _respelled('"@method"', '"@method" "date"'),
    "components in another order": _respelled('"@method" "@path"', '"@path" "@method"'),
    "no end": _respelled(f";expires={int(NOW.timestamp()) + 60}", ""),
    "no nonce": _respelled(f';nonce="{NONCE}"', ""),
    "a short nonce": _respelled(NONCE, NONCE[:15]),
    "a nonce of strange letters": _respelled(NONCE, NONCE + "$"),
    "a nonce that is a number": _respelled(f'"{NONCE}"', "1234567890123456"),
    "a moment in quotes": _respelled(f"created={int(NOW.timestamp())}", f'created="{int(NOW.timestamp())}"'),
    "a moment with a zero before it": _respelled("created=", "created=0"),
    "a moment too long to count": _respelled("created=", "created=123456789"),
    "another tag": _respelled("jukinet-v1", "jukinet-v2"),
    "a parameter more": _respelled(";tag", ';alg="ed25519";tag'),
    "a parameter twice": _respelled(";tag", f';nonce="{NONCE}";tag'),
    "the id of a key in capitals": _respelled(OURS.key_id, OURS.key_id.upper()),
    "a half signature": altered(made(), signature="sig=:AAAA:"),
}


@pytest.mark.parametrize("what", FORMLESS)
def test_what_is_not_of_the_profile_is_no_signature(what: str) -> None:
    assert faults(FORMLESS[what]) == (FORM,)


def test_a_request_to_another_node_counts_at_none_but_that() -> None:
    assert faults(made(to=NodeId("pref-13"))) == (FORM,)
    assert faults(made(to=NodeId("pref-13")), to=NodeId("pref-13")) == ()


def test_only_a_present_key_of_the_sender_for_this_use_counts() -> None:
    assert faults(made(key=OTHERS)) == (KEY,)
    digest = hashlib.sha256(BODY).digest()

    def with_key(key: PublicKey) -> tuple[SignatureFault, ...]:
        try:
            signed.verify(made().head, digest, to=NATIONAL, key_of=lambda _: key, now=NOW)
        except UnprovedError as error:
            return error.why
        return ()

    assert with_key(OURS.public(NOW - timedelta(days=9), NOW)) == (KEY,)
    assert with_key(OURS.public(NOW + timedelta(seconds=1), NOW + timedelta(days=9))) == (KEY,)
    assert with_key(replace(OURS.public(*SPAN), use=KeyUse.ANSWER)) == (KEY,)
    assert with_key(OURS.public(NOW, NOW + timedelta(seconds=1))) == ()


@pytest.mark.parametrize(
    ("made_at", "lasting", "timely"),
    [
        (0, 60, True),
        (30, 60, True),
        (31, 60, False),
        (-59, 60, True),
        (-60, 60, False),
        (-299, 300, True),
        (0, 300, True),
        (0, 301, False),
        (5, 0, False),
        (20, -10, False),
    ],
)
def test_a_signature_counts_from_its_creation_to_its_end(made_at: int, lasting: int, timely: bool) -> None:
    message = made(now=NOW + timedelta(seconds=made_at), lasting=timedelta(seconds=lasting))
    assert faults(message) == (() if timely else (TIME,))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    late = NOW + timedelta(minutes=2)
    assert faults(replace(made(), body=b""), late) == (CONTENT, TIME)
    assert faults(made(key=OTHERS), late) == (KEY, TIME)


def test_only_a_key_for_statements_signs_requests() -> None:
    with pytest.raises(JukinetError, match="statement"):
        made(key=SigningKey.from_seed(bytes(32), KeyUse.ANSWER))


# The oracle.


class Library(HTTPMessageVerifier):
    max_clock_skew = signed.SKEW


def library_verifies(message: Message) -> bool:
    public = Ed25519PublicKey.from_public_bytes(OURS.raw_public)
    verifier = Library(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={OURS.key_id: public}, private_keys={}),
    )
    try:
        verifier.verify(
            message,
            expect_tag="jukinet-v1:national",
            require_components=signed.COMPONENTS,
            max_age=signed.LONGEST,
            body=message.body,
        )
    except Exception:  # noqa: BLE001 - whatever the library says of it but yes
        return False
    return True


def is_of_the_profile(message: Message) -> bool:
    """The profile in the library's parser: what ours demands beyond what the library does."""
    given: Any = http_sf.parse(message.headers["signature-input"].encode(), tltype="dictionary")
    if len(given) != 1:
        return False
    ((components, params),) = given.values()
    spelled = message.headers["signature-input"]
    return (
        [name for name, _ in components] == list(signed.COMPONENTS)
        and sorted(params) == ["created", "expires", "keyid", "nonce", "tag"]
        and re.fullmatch("[A-Za-z0-9_-]{16,64}", params["nonce"]) is not None
        and 0 < params["expires"] - params["created"] <= 300
        and http_sf.ser(given) == spelled
        and message.headers["content-digest"].count(":") == 2
        and "sha-256=" in message.headers["content-digest"]
    )


def library_signed(message: Message, now: datetime, lasting: int, nonce: str) -> Message:
    message = replace(message, headers=dict(message.headers))
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={OURS.key_id: OURS.private}),
    )
    signer.sign(
        message,
        key_id=OURS.key_id,
        created=now,
        expires=now + timedelta(seconds=lasting),
        nonce=nonce,
        tag="jukinet-v1:national",
        include_alg=False,
        covered_component_ids=signed.COMPONENTS[:-1],
        body=message.body,
    )
    return replace(message, headers={name.lower(): value for name, value in message.headers.items()})


TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=3)


@st.composite
def mutated(draw: st.DrawFn, message: Message) -> Message:
    """One place of a signed request changed, or none."""
    what = draw(st.sampled_from(["nothing", "method", "path", "query", "body", "field", "field", "drop"]))
    if what == "method":
        return replace(message, method=draw(st.sampled_from(["PUT", "POST", "GET", "post"])))
    if what == "path":
        return replace(message, path=message.path + draw(st.sampled_from(["", "/", "%20", "x", ";a", "//"])))
    if what == "query":
        return replace(message, query=draw(st.sampled_from(["", "a", "a=1", "%3F"])))
    if what == "body":
        spot = draw(st.integers(0, len(message.body)))
        return replace(message, body=message.body[:spot] + draw(st.binary(max_size=2)) + message.body[spot:])
    if what in {"field", "drop"}:
        name = draw(st.sampled_from(sorted(message.headers)))
        value = message.headers[name]
        spot, length = draw(st.integers(0, len(value))), draw(st.integers(0, 3))
        changed = value[:spot] + draw(TEXT) + value[spot + length :]
        return altered(message, **{name: None if what == "drop" else changed.strip(" ")})
    return message


def agree(message: Message) -> bool:
    """Ours says yes only where the library does, and always where the message is of the profile besides."""
    ours = faults(message, datetime.fromtimestamp(time.time(), UTC)) == ()
    theirs = library_verifies(message)
    assert theirs or not ours, "ours takes what the library refuses"
    if theirs and not ours:
        assert not is_of_the_profile(message), "ours refuses what is right"
    return ours


@settings(deadline=None, max_examples=250)
@given(st.data())
def test_the_verifier_and_the_library_agree(data: st.DataObject) -> None:
    now = datetime.fromtimestamp(int(time.time()), UTC)
    # Far from the edges, which have tests of their own: the library looks at the machine's clock.
    made_at = now + timedelta(seconds=data.draw(st.sampled_from([0, 0, 0, -20, -40, -3000, 3000])))
    lasting = data.draw(st.sampled_from([60, 60, 290, 4000, -90]))
    body = data.draw(st.sampled_from([BODY, b"", b"{}"]))
    message = replace(Message(), body=body)
    if data.draw(st.booleans()):
        whole = made(message, now=made_at, lasting=timedelta(seconds=lasting))
    else:
        whole = library_signed(message, made_at, lasting, NONCE)
    agree(data.draw(mutated(whole)))


def test_each_signs_what_the_other_takes() -> None:
    now = datetime.fromtimestamp(int(time.time()), UTC)
    assert agree(made(now=now))
    assert agree(library_signed(Message(), now, 60, NONCE))
    assert agree(library_signed(Message(query="a=1"), now, 60, NONCE))
