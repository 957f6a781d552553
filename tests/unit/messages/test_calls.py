from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.unit.messages.samples import (
    CHIYODA,
    CODE,
    DIRECTORY,
    KUNITACHI,
    NOW,
    OTHER_CODE,
    TOKYO,
    YEAR,
    signing_key,
    statement,
)

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.persons import Address, Sex
from jukinet.messages import calls, dsse, strict_json
from jukinet.messages.calls import Answer, Call, answer_to, open_answer, open_call, seal_answer, seal_call
from jukinet.messages.copies import (
    CopyAnswer,
    CopyData,
    CopyPerson,
    CopyRefusal,
    CopyRefusalReason,
    CopyRequest,
    MemberScope,
    WantedItem,
)
from jukinet.messages.keys import KeyUse, OwnedKey, SigningKey
from jukinet.messages.kinds import CallKind, MessageKind, answer_type, payload_type
from jukinet.messages.statements import open_statement, seal_statement

KIND = CallKind.NATIONWIDE_COPY
REQUEST = CopyRequest("国立 花子", CODE, MemberScope.SELF)
PERSON = CopyPerson(
    name="国立 花子",
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    address=Address(MunicipalityCode("132152"), "東京都国立市東一丁目1番地"),
    recorded_since=date(2010, 4, 1),
    became_resident_on=PartialDate("2010-04-01"),
)
DATA = CopyData((PERSON,))
ASKING, ASKED = CHIYODA, KUNITACHI
QUESTION_KEY = signing_key(ASKING)
ANSWER_KEY = signing_key(ASKED, KeyUse.ANSWER)


def call(**changed: Any) -> Call:
    made = Call("a" * 32, KIND, ASKING, ASKED, NOW, NOW + calls.LIFETIME, REQUEST)
    return dataclasses.replace(made, **changed)


def opened(
    envelope: bytes, *, sender: NodeId = ASKING, receiver: NodeId = ASKED, now: datetime = NOW
) -> Call:
    return open_call(envelope, DIRECTORY.owned_key, sender=sender, receiver=receiver, now=now)


def refused(envelope: bytes, **how: Any) -> ErrorKind:
    with pytest.raises(JukinetError) as caught:
        opened(envelope, **how)
    return caught.value.kind


def answered(question: Call, body: CopyAnswer = DATA) -> bytes:
    return seal_answer(answer_to(question, body, NOW), ANSWER_KEY, call=question)


def answer_refused(envelope: bytes, question: Call) -> ErrorKind:
    with pytest.raises(JukinetError) as caught:
        open_answer(envelope, DIRECTORY.owned_key, call=question)
    return caught.value.kind


def test_a_question_is_opened_as_it_was_asked() -> None:
    assert opened(seal_call(call(), QUESTION_KEY)) == call()


def test_an_answer_is_opened_by_who_asked() -> None:
    for body in (DATA, CopyRefusal(CopyRefusalReason.CONSULT_HOME)):
        found = open_answer(answered(call(), body), DIRECTORY.owned_key, call=call())
        assert found == Answer("a" * 32, call().question_digest(), KIND, ASKED, ASKING, NOW, body)


@pytest.mark.parametrize(
    ("late", "kind"),
    [
        (-calls.CLOCK_SKEW, None),
        (-calls.CLOCK_SKEW - timedelta(microseconds=1), ErrorKind.EXPIRED),
        (calls.LIFETIME - timedelta(microseconds=1), None),
        (calls.LIFETIME, ErrorKind.EXPIRED),
        (timedelta(days=400), ErrorKind.EXPIRED),
    ],
)
def test_a_question_expires(late: timedelta, kind: ErrorKind | None) -> None:
    envelope = seal_call(call(), QUESTION_KEY)
    if kind is None:
        assert opened(envelope, now=NOW + late) == call()
    else:
        assert refused(envelope, now=NOW + late) is kind


@pytest.mark.parametrize(
    "changed",
    [
        {"expires": NOW + calls.LIFETIME + timedelta(microseconds=1)},
        {"expires": NOW},
        {"expires": NOW - timedelta(seconds=1)},
        {"to_node": ASKING},
    ],
)
def test_no_question_lives_longer_nor_is_put_to_oneself(changed: dict[str, Any]) -> None:
    with pytest.raises(JukinetError):
        seal_call(call(**changed), QUESTION_KEY)
    envelope = dsse.seal(payload_type(KIND), strict_json.dump(call(**changed).to_plain()), QUESTION_KEY)
    assert refused(envelope) is ErrorKind.INVALID


def test_a_question_is_taken_from_its_sender_by_its_addressee_only() -> None:
    envelope = seal_call(call(), QUESTION_KEY)
    assert refused(envelope, sender=TOKYO) is ErrorKind.UNAUTHENTIC
    assert refused(envelope, receiver=TOKYO) is ErrorKind.UNAUTHENTIC
    for changed in ({"from_node": TOKYO}, {"to_node": TOKYO}):
        forged = dsse.seal(payload_type(KIND), strict_json.dump(call(**changed).to_plain()), QUESTION_KEY)
        assert refused(forged) is ErrorKind.UNAUTHENTIC
    assert refused(seal_call(call(), signing_key(TOKYO))) is ErrorKind.UNAUTHENTIC


def test_the_types_of_question_answer_and_statement_are_never_mixed() -> None:
    question, answer = seal_call(call(), QUESTION_KEY), answered(call())
    told = seal_statement(statement(), signing_key(KUNITACHI))
    assert refused(answer) is ErrorKind.UNAUTHENTIC
    assert refused(told, sender=KUNITACHI, receiver=CHIYODA) is ErrorKind.UNAUTHENTIC
    assert answer_refused(question, call()) is ErrorKind.UNAUTHENTIC
    assert answer_refused(told, call()) is ErrorKind.UNAUTHENTIC
    for envelope in (question, answer):
        with pytest.raises(JukinetError) as caught:
            open_statement(envelope, DIRECTORY.owned_key)
        assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_the_keys_of_question_and_answer_are_never_mixed() -> None:
    payload = strict_json.dump(call().to_plain())
    asked_wrongly = dsse.seal(payload_type(KIND), payload, signing_key(ASKING, KeyUse.ANSWER))
    assert refused(asked_wrongly) is ErrorKind.UNAUTHENTIC
    good = dsse.Envelope(answered(call()), limit=10_000)
    payload = good.open(answer_type(KIND), DIRECTORY.find_key(ASKED, good.key_id), use=KeyUse.ANSWER)
    answered_wrongly = dsse.seal(answer_type(KIND), payload, signing_key(ASKED, KeyUse.STATEMENT))
    assert answer_refused(answered_wrongly, call()) is ErrorKind.UNAUTHENTIC
    with pytest.raises(JukinetError):
        seal_call(call(), signing_key(ASKING, KeyUse.ANSWER))
    with pytest.raises(JukinetError):
        seal_answer(answer_to(call(), DATA, NOW), signing_key(ASKED), call=call())


@pytest.mark.parametrize(
    "changed",
    [
        {"request_id": "b" * 32},
        {"to_node": TOKYO},
        {"from_node": TOKYO},
        {"body": CopyRequest("国立 花子", OTHER_CODE, MemberScope.SELF)},
        {"body": CopyRequest("国立 花代", CODE, MemberScope.SELF)},
        {"body": CopyRequest("国立 花子", CODE, MemberScope.HOUSEHOLD)},
    ],
)
def test_an_answer_fits_one_question(changed: dict[str, Any]) -> None:
    assert answer_refused(answered(call()), call(**changed)) is ErrorKind.UNAUTHENTIC
    assert call(**changed).question_digest() != call().question_digest()


def test_the_same_question_sealed_later_has_the_same_answer() -> None:
    later = call(created=NOW + timedelta(hours=1), expires=NOW + timedelta(hours=1, seconds=30))
    assert later.question_digest() == call().question_digest()
    assert open_answer(answered(call()), DIRECTORY.owned_key, call=later).body == DATA


def test_an_answer_comes_from_who_was_asked() -> None:
    forged = seal_answer(answer_to(call(), DATA, NOW), signing_key(TOKYO, KeyUse.ANSWER), call=call())
    assert answer_refused(forged, call()) is ErrorKind.UNAUTHENTIC


def test_keys_count_only_within_their_validity() -> None:
    def finder(key: SigningKey, owner: NodeId) -> Any:
        return {key.key_id: OwnedKey(owner, key.public(NOW - YEAR, NOW))}.get

    with pytest.raises(JukinetError) as caught:
        open_call(
            seal_call(call(), QUESTION_KEY),
            finder(QUESTION_KEY, ASKING),
            sender=ASKING,
            receiver=ASKED,
            now=NOW,
        )
    assert caught.value.kind is ErrorKind.UNAUTHENTIC
    with pytest.raises(JukinetError) as caught:
        open_answer(answered(call()), finder(ANSWER_KEY, ASKED), call=call())
    assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_every_changed_byte_is_refused() -> None:
    question, answer = seal_call(call(), QUESTION_KEY), answered(call())
    for at in range(len(question)):
        assert refused(question[:at] + bytes([question[at] ^ 1]) + question[at + 1 :])
    for at in range(len(answer)):
        assert answer_refused(answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :], call())


def resealed(envelope: bytes, **changed: Any) -> bytes:
    """An answer with fields replaced, signed anew by who was asked."""
    sealed = dsse.Envelope(envelope, limit=10_000)
    key = DIRECTORY.find_key(ASKED, sealed.key_id)
    content = strict_json.parse(sealed.open(answer_type(KIND), key, use=KeyUse.ANSWER), limit=10_000)
    return dsse.seal(answer_type(KIND), strict_json.dump(content | changed), ANSWER_KEY)


def test_an_answer_with_what_was_not_asked_for_is_neither_sent_nor_taken() -> None:
    too_much = CopyData((dataclasses.replace(PERSON, code=CODE),))
    with pytest.raises(JukinetError):
        answered(call(), too_much)
    asking_more = call(body=dataclasses.replace(REQUEST, wanted=frozenset({WantedItem.CODE})))
    lawful = answered(asking_more, too_much)
    assert open_answer(lawful, DIRECTORY.owned_key, call=asking_more).body == too_much
    forged = resealed(lawful, question_digest=call().question_digest())
    assert answer_refused(forged, call()) is ErrorKind.INVALID


@pytest.mark.parametrize(
    "changed",
    [{"from": TOKYO.text}, {"to": TOKYO.text}, {"request_id": "b" * 32}, {"question_digest": "0" * 64}],
)
def test_an_answer_names_its_question_and_both_ends(changed: dict[str, Any]) -> None:
    assert answer_refused(resealed(answered(call()), **changed), call()) is ErrorKind.UNAUTHENTIC


@pytest.mark.parametrize("changed", [{"body": {}}, {"created": None}, {"to": 1}, {"extra": 1}])
def test_a_faulty_answer_is_refused(changed: dict[str, Any]) -> None:
    assert answer_refused(resealed(answered(call()), **changed), call()) is ErrorKind.INVALID


@pytest.mark.parametrize("changed", [{"request_id": "x"}, {"body": {}}, {"created": 1}, {"extra": 1}])
def test_a_faulty_question_is_refused(changed: dict[str, Any]) -> None:
    content = call().to_plain() | changed
    envelope = dsse.seal(payload_type(KIND), strict_json.dump(content), QUESTION_KEY)
    assert refused(envelope) is ErrorKind.INVALID


def test_statements_and_calls_share_no_type() -> None:
    assert payload_type(KIND) not in {payload_type(kind) for kind in MessageKind}
