from __future__ import annotations

from jukinet.messages import bodies
from jukinet.messages.kinds import (
    CALL_OF_TYPE,
    MESSAGE_OF_TYPE,
    ORIGIN_ROLES,
    STREAM_OF,
    BundleKind,
    CallKind,
    MessageKind,
    answer_type,
    payload_type,
)


def test_every_use_has_a_type_string_of_its_own() -> None:
    kinds = [*MessageKind, *CallKind, *BundleKind]
    strings = [payload_type(kind) for kind in kinds] + [answer_type(kind) for kind in CallKind]
    assert len(set(strings)) == len(kinds) + len(CallKind)


def test_type_strings_are_spelled_as_designed() -> None:
    assert payload_type(MessageKind.IDENTITY_NOTICE) == "application/vnd.jukinet.identity-notice.v1+json"
    assert answer_type(CallKind.NATIONWIDE_COPY) == "application/vnd.jukinet.nationwide-copy-answer.v1+json"


def test_every_kind_is_placed() -> None:
    for table in (STREAM_OF, ORIGIN_ROLES, bodies.BODY_OF):
        assert set(table) == set(MessageKind)
    assert set(MESSAGE_OF_TYPE.values()) == set(MessageKind)
    assert set(CALL_OF_TYPE.values()) == set(CallKind)
