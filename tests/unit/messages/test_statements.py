from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.messages.samples import (
    BODIES,
    CHIYODA,
    CODE,
    DIRECTORY,
    FULL_NOTICE,
    KUNITACHI,
    NOW,
    OTHER_CODE,
    PENSIONS,
    TOKYO,
    YEAR,
    change,
    facts,
    signing_key,
    statement,
)

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, PrefectureCode
from jukinet.domain.persons import Address
from jukinet.domain.reading import reading
from jukinet.messages import bodies, dsse, statements, strict_json
from jukinet.messages.bodies import CodeDesignation, CodeRequest, IdentityNotice, MoveInNotice
from jukinet.messages.keys import KeyUse, OwnedKey, SigningKey
from jukinet.messages.kinds import CallKind, MessageKind, Stream, answer_type, payload_type
from jukinet.messages.statements import Head, UnreadableBodyError, open_statement, seal_statement

KIND = MessageKind.IDENTITY_NOTICE


def plain(kind: MessageKind = KIND, **changed: Any) -> dict[str, Any]:
    """What a statement's payload says, with fields replaced."""
    return dict(strict_json.parse(statements.write(statement(kind)), limit=10**6)) | changed


def sealed(
    content: dict[str, Any] | bytes, kind: MessageKind = KIND, signer: SigningKey | None = None
) -> bytes:
    """An envelope of whatever content, signed by the statement's origin unless another signer is given."""
    payload = content if isinstance(content, bytes) else strict_json.dump(content)
    return dsse.seal(payload_type(kind), payload, signer or signing_key(BODIES[kind][0]))


def refusal(envelope: bytes) -> JukinetError:
    with pytest.raises(JukinetError) as caught:
        open_statement(envelope, DIRECTORY.owned_key)
    return caught.value


@pytest.mark.parametrize("kind", MessageKind)
def test_a_statement_is_opened_as_it_was_made(kind: MessageKind) -> None:
    made = statement(kind)
    envelope = seal_statement(made, signing_key(made.origin))
    assert open_statement(envelope, DIRECTORY.owned_key) == made


@given(
    st.integers(0, 2**31 - 1),
    st.integers(1, 2**53),
    st.datetimes(NOW.replace(tzinfo=None) - YEAR, (NOW + YEAR - timedelta(days=1)).replace(tzinfo=None)),
)
def test_numbers_and_moments_survive(incarnation: int, number: int, created: datetime) -> None:
    made = statement(incarnation=incarnation, number=number, created=created.replace(tzinfo=NOW.tzinfo))
    assert open_statement(seal_statement(made, signing_key(KUNITACHI)), DIRECTORY.owned_key) == made


def test_the_payload_has_the_designed_fields() -> None:
    for kind in MessageKind:
        assert set(plain(kind)) == {
            "id",
            "origin",
            "incarnation",
            "stream",
            "addressee",
            "number",
            "created",
            "body",
        }


def test_every_changed_byte_is_refused() -> None:
    envelope = seal_statement(statement(), signing_key(KUNITACHI))
    for at in range(len(envelope)):
        for flip in (1, 32):
            refusal(envelope[:at] + bytes([envelope[at] ^ flip]) + envelope[at + 1 :])


@given(st.data())
def test_every_changed_field_is_refused_without_the_key(data: st.DataObject) -> None:
    content = plain()
    fields = data.draw(st.sampled_from([content, content["body"], content["body"]["change"]]))
    name = data.draw(st.sampled_from(sorted(fields)))
    value = data.draw(st.none() | st.booleans() | st.integers(-1, 9) | st.text("ab1-", max_size=6))
    if fields[name] == value:
        return
    envelope = json.loads(sealed(plain()))
    fields[name] = value
    envelope["payload"] = json.loads(sealed(content))["payload"]
    assert refusal(strict_json.dump(envelope)).kind is ErrorKind.UNAUTHENTIC


def test_a_signature_is_checked_before_anything_is_parsed() -> None:
    stranger = SigningKey.from_seed(b"s" * 32, KeyUse.STATEMENT)
    for content in (b"", b"{", b'{"a":1,"a":2}', strict_json.dump({})):
        assert refusal(sealed(content, signer=stranger)).kind is ErrorKind.UNAUTHENTIC
    assert refusal(sealed(b'{"a":1,"a":2}')).kind is ErrorKind.MALFORMED


def test_a_statement_is_never_taken_for_one_of_another_kind() -> None:
    for made in MessageKind:
        envelope = json.loads(seal_statement(statement(made), signing_key(BODIES[made][0])))
        for other in set(MessageKind) - {made}:
            relabelled = strict_json.dump(envelope | {"payloadType": payload_type(other)})
            assert refusal(relabelled).kind is ErrorKind.UNAUTHENTIC


def test_nothing_else_that_a_node_signs_is_taken_for_a_statement() -> None:
    call = CallKind.NATIONWIDE_COPY
    for kind in (payload_type(call), answer_type(call), "application/json", ""):
        envelope = dsse.seal(kind, statements.write(statement()), signing_key(KUNITACHI))
        assert refusal(envelope).kind is ErrorKind.UNAUTHENTIC


def test_a_key_of_another_use_signs_no_statement() -> None:
    for use in (KeyUse.ANSWER, KeyUse.LOG, KeyUse.SEAL):
        signer = signing_key(KUNITACHI, use)
        assert refusal(sealed(plain(), signer=signer)).kind is ErrorKind.UNAUTHENTIC
        with pytest.raises(JukinetError):
            seal_statement(statement(), signer)


@pytest.mark.parametrize("other", [CHIYODA, TOKYO, NATIONAL, PENSIONS])
def test_another_partys_statement_is_refused(other: NodeId) -> None:
    """The key is known and of the right use; only it is not the origin's."""
    assert refusal(sealed(plain(), signer=signing_key(other))).kind is ErrorKind.UNAUTHENTIC


def test_a_node_makes_only_the_statements_of_its_role() -> None:
    for kind, wrong in [
        (MessageKind.IDENTITY_NOTICE, TOKYO),
        (MessageKind.IDENTITY_NOTICE, NATIONAL),
        (MessageKind.MOVE_OUT_CONFIRMED, TOKYO),
        (MessageKind.CODE_DESIGNATION, CHIYODA),
        (MessageKind.CODE_REQUEST, TOKYO),
        (MessageKind.ERROR_REPORT, CHIYODA),
    ]:
        envelope = sealed(plain(kind, origin=wrong.text), kind, signing_key(wrong))
        assert refusal(envelope).kind is ErrorKind.UNAUTHENTIC
        with pytest.raises(JukinetError):
            statements.write(statement(kind, origin=wrong))


def test_a_key_counts_only_within_its_validity() -> None:
    key = signing_key(KUNITACHI)

    def with_validity(start: datetime, end: datetime) -> Callable[[str], OwnedKey | None]:
        owned = OwnedKey(KUNITACHI, key.public(start, end))
        return {key.key_id: owned}.get

    envelope = seal_statement(statement(), key)
    tick = timedelta(microseconds=1)
    assert open_statement(envelope, with_validity(NOW, NOW + tick)) == statement()
    for start, end in [(NOW - YEAR, NOW), (NOW + tick, NOW + YEAR)]:
        with pytest.raises(JukinetError) as caught:
            open_statement(envelope, with_validity(start, end))
        assert caught.value.kind is ErrorKind.UNAUTHENTIC


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id": "A" * 32}, "id"),
        ({"id": "a" * 31}, "id"),
        ({"incarnation": -1}, "incarnation"),
        ({"incarnation": True}, "incarnation"),
        ({"number": 0}, "number"),
        ({"number": "1"}, "number"),
        ({"stream": "move"}, "stream"),
        ({"stream": "identities"}, "stream"),
        ({"addressee": "pref-48"}, "addressee"),
        ({"origin": "muni-132153"}, "origin"),
        ({"created": "2013-07-08T09:00:00+09:00"}, "created"),
        ({"created": "2013-07-08"}, "created"),
        ({"type": "identity-notice"}, "type"),
        ({"to": "pref-13"}, "to"),
    ],
)
def test_a_faulty_head_is_named(changed: dict[str, Any], field: str) -> None:
    error = refusal(sealed(plain(**changed)))
    assert error.kind is ErrorKind.INVALID
    assert not isinstance(error, UnreadableBodyError)
    assert [fault.field for fault in error.faults] == [field]


@pytest.mark.parametrize("body", [None, [], "x", {}, {"name": "x"}])
def test_a_well_signed_statement_with_a_faulty_body_still_has_a_head(body: object) -> None:
    content = plain(number=7) | {"body": body}
    error = refusal(sealed(content))
    assert isinstance(error, UnreadableBodyError)
    assert error.kind is ErrorKind.INVALID
    assert (error.head.origin, error.head.number, error.head.kind) == (KUNITACHI, 7, KIND)
    assert type(error.head) is Head
    assert error.faults


def test_a_municipality_speaks_of_its_own_records_only() -> None:
    elsewhere = Address(MunicipalityCode("131016"), "東京都千代田区丸の内一丁目1番地")
    move_in = BODIES[MessageKind.MOVE_IN_NOTICE][2]
    assert isinstance(move_in, MoveInNotice)
    foreign_bodies: dict[MessageKind, bodies.Body] = {
        MessageKind.IDENTITY_NOTICE: IdentityNotice(facts(address=elsewhere), change()),
        MessageKind.MOVE_IN_NOTICE: MoveInNotice(
            CODE, move_in.name, move_in.birth_date, move_in.sex, elsewhere, move_in.moved_on
        ),
        MessageKind.CODE_REQUEST: CodeRequest("d" * 32, MunicipalityCode("131016"), 5),
        MessageKind.CODE_DESIGNATION: CodeDesignation("c" * 32, MunicipalityCode("131016"), (OTHER_CODE,)),
    }
    minor = replace(change(), kind=ChangeKind.CORRECTION, reason=NoticeReason.MINOR_CORRECTION)
    passed = IdentityNotice(facts(address=elsewhere), minor)  # An area passed to another municipality.
    assert statements.write(statement(MessageKind.IDENTITY_NOTICE, body=passed))
    far = Address(MunicipalityCode("072010"), "福島県福島市五老内町3番1号")
    with pytest.raises(JukinetError):
        statements.write(
            statement(MessageKind.IDENTITY_NOTICE, body=IdentityNotice(facts(address=far), minor))
        )
    for kind, body in foreign_bodies.items():
        with pytest.raises(JukinetError):
            statements.write(statement(kind, body=body))
        content = plain(kind) | {"body": bodies.write(body)}
        assert isinstance(refusal(sealed(content, kind)), UnreadableBodyError)


def designation_of(**changes: Any) -> CodeDesignation:
    return replace(CodeDesignation("c" * 32, MunicipalityCode("132152"), (OTHER_CODE,)), **changes)


ASIDE = designation_of(municipality=None, prefecture=PrefectureCode("13"))


@pytest.mark.parametrize(
    ("origin", "addressee", "body", "taken"),
    [
        (NATIONAL, TOKYO, ASIDE, True),
        (NATIONAL, TOKYO, replace(ASIDE, prefecture=PrefectureCode("07")), False),
        (NATIONAL, TOKYO, replace(ASIDE, prefecture=None), False),
        (NATIONAL, KUNITACHI, ASIDE, False),
        (TOKYO, KUNITACHI, designation_of(), True),
        (TOKYO, KUNITACHI, ASIDE, False),
        (TOKYO, NodeId("pref-14"), replace(ASIDE, prefecture=PrefectureCode("14")), False),
        (NodeId("pref-07"), KUNITACHI, designation_of(), False),
    ],
)
def test_codes_are_for_whom_is_addressed_and_a_governor_designates_in_his_area(
    origin: NodeId, addressee: NodeId, body: CodeDesignation, taken: bool
) -> None:
    said = statement(MessageKind.CODE_DESIGNATION, origin=origin, first_addressee=addressee, body=body)
    if taken:
        sent = strict_json.parse(statements.write(said), limit=10**6)["body"]
        with reading(sent) as fields:
            assert bodies.read(MessageKind.CODE_DESIGNATION, fields) == body
    else:
        with pytest.raises(JukinetError):
            statements.write(said)


@pytest.mark.parametrize(
    "changed",
    [
        {"statement_id": "a"},
        {"stream": Stream.MOVE},
        {"number": 0},
        {"incarnation": -1},
        {"created": NOW.replace(tzinfo=None)},
        {"body": BODIES[MessageKind.CODE_REQUEST][2]},
    ],
)
def test_we_make_nothing_that_we_would_not_take(changed: dict[str, Any]) -> None:
    with pytest.raises(JukinetError):
        seal_statement(statement(**changed), signing_key(KUNITACHI))


def test_a_full_designation_fits_and_a_larger_envelope_does_not() -> None:
    codes = tuple({CODE, OTHER_CODE})
    body = CodeDesignation("c" * 32, MunicipalityCode("132152"), codes * (bodies.MAX_CODES // 2))
    made = statement(MessageKind.CODE_DESIGNATION, body=body)
    assert len(seal_statement(made, signing_key(NATIONAL))) <= statements.MAX_ENVELOPE
    too_large = sealed(plain(extra="x" * statements.MAX_ENVELOPE))
    assert refusal(too_large).kind is ErrorKind.TOO_LARGE


def test_an_error_shows_nothing_of_the_person() -> None:
    content = plain()
    content["body"]["name"] = ["国立 花子"]
    content["body"]["code"] = "24727059609"
    shown = str(refusal(sealed(content)))
    assert "花子" not in shown
    assert "24727059609" not in shown


def test_a_full_notice_is_read_back() -> None:
    envelope = seal_statement(statement(body=FULL_NOTICE), signing_key(KUNITACHI))
    assert open_statement(envelope, DIRECTORY.owned_key).body == FULL_NOTICE
