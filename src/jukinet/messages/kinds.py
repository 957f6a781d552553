"""The names of everything that nodes say to each other.

A type string (``payload_type``) is signed with every payload and never used twice, so that an answer can
never be taken for a statement, nor a statement of one kind for one of another.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from jukinet.domain.municipality import NodeRole


class Stream(StrEnum):
    """What is delivered in one order of its own, from one node to the next."""

    IDENTITY = "identity"
    MOVE = "move"
    KOSEKI = "koseki"
    CARD = "card"
    POOL = "pool"
    ERROR = "error"


class MessageKind(StrEnum):
    """The kinds of statement. The numbers are those of the message catalogue (M1 to M16)."""

    IDENTITY_NOTICE = "identity-notice"
    """M1, forwarded as M2: 本人確認情報の通知 (Arts. 30-5, 30-11)"""
    MOVE_IN_NOTICE = "move-in-notice"
    """M3: 転入通知 (Art. 9(1))"""
    MOVE_OUT_CONFIRMED = "move-out-confirmed"
    """M4: 転出確定通知 (Ord. 13(3))"""
    KOSEKI_NOTICE = "koseki-notice"
    """M9: 戸籍附票記載事項通知 (Art. 19(1))"""
    KOSEKI_MISMATCH = "koseki-mismatch"
    """M9, back: what was told does not fit the koseki (Art. 19(2))"""
    KOSEKI_MATTER = "koseki-matter"
    """M10: what is to be recorded of a koseki filing (Art. 9(2))"""
    CARD_STATUS = "card-status"
    """M11: what became of a card (Ord. 30-24(1)-(4)), forwarded as it is (30-24(6))"""
    CARD_CONTINUED = "card-continued"
    """M11, passed on to the mayor of the place before (Ord. 30-24(8))"""
    CODE_DESIGNATION = "code-designation"
    """M12: codes designated for a municipality (Art. 30-7(1), Reg. 14), or put aside for a governor (30-7(2))"""
    CODE_REQUEST = "code-request"
    """M12, back: a municipality expects to run short (Reg. 14)"""
    ERROR_REPORT = "error-report"
    """M16: a record is found to be wrong (Arts. 30-11(5), 12-5)"""
    ERROR_ANSWER = "error-answer"
    """M16, back: what the municipality found (Art. 14(1))"""


class CallKind(StrEnum):
    """The kinds of call: a question that is answered while a person waits."""

    NATIONWIDE_COPY = "nationwide-copy"
    """M5 and M6: 住民票の写しの広域交付 (Art. 12-4, Ord. 15-3)"""
    MOVE_OUT_PARTICULARS = "move-out-particulars"
    """M7 and M8: 転出証明書情報 (Art. 24-2(3), (4), Ord. 24-3)"""
    CODE_SEARCH = "code-search"
    """The code of who applies for a copy elsewhere by birth date and sex (Reg. 4(1); Act 30-7(4)(iii), (6)(iii))"""
    CONSISTENCY = "consistency"
    """Digests of what two nodes should hold alike (Arts. 30-5(3), 30-11(1); resident-record specification 7.1.1.2)"""


class BundleKind(StrEnum):
    """Signed things that are neither statement nor call."""

    DIRECTORY_KEYS = "directory-keys"
    """The root key's word on which keys sign the directory."""
    DIRECTORY = "directory"
    JOINING = "joining"
    """The manifest of the segments by which a municipality joins."""
    LOG_PROMISE = "log-promise"
    """The audit log's word on entries that it has yet to take into its tree."""


STREAM_OF = MappingProxyType(
    {
        MessageKind.IDENTITY_NOTICE: Stream.IDENTITY,
        MessageKind.MOVE_IN_NOTICE: Stream.MOVE,
        MessageKind.MOVE_OUT_CONFIRMED: Stream.MOVE,
        MessageKind.KOSEKI_NOTICE: Stream.KOSEKI,
        MessageKind.KOSEKI_MISMATCH: Stream.KOSEKI,
        MessageKind.KOSEKI_MATTER: Stream.KOSEKI,
        MessageKind.CARD_STATUS: Stream.CARD,
        MessageKind.CARD_CONTINUED: Stream.CARD,
        MessageKind.CODE_DESIGNATION: Stream.POOL,
        MessageKind.CODE_REQUEST: Stream.POOL,
        MessageKind.ERROR_REPORT: Stream.ERROR,
        MessageKind.ERROR_ANSWER: Stream.ERROR,
    }
)

ORIGIN_ROLES = MappingProxyType(
    {
        MessageKind.IDENTITY_NOTICE: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.MOVE_IN_NOTICE: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.MOVE_OUT_CONFIRMED: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.KOSEKI_NOTICE: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.KOSEKI_MISMATCH: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.KOSEKI_MATTER: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.CARD_STATUS: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.CARD_CONTINUED: frozenset({NodeRole.NATIONAL}),
        # Delegated to the centre (Art. 30-10(1)(i)); a governor does it in its place (30-27(1)), or by himself.
        MessageKind.CODE_DESIGNATION: frozenset({NodeRole.NATIONAL, NodeRole.PREFECTURE}),
        MessageKind.CODE_REQUEST: frozenset({NodeRole.MUNICIPALITY}),
        MessageKind.ERROR_REPORT: frozenset({NodeRole.NATIONAL, NodeRole.PREFECTURE}),
        MessageKind.ERROR_ANSWER: frozenset({NodeRole.MUNICIPALITY, NodeRole.PREFECTURE}),
    }
)
"""Which role may make a statement of a kind."""


def payload_type(kind: MessageKind | CallKind | BundleKind) -> str:
    """The type string of a statement, a call's question, or a bundle."""
    return f"application/vnd.jukinet.{kind.value}.v1+json"


def answer_type(kind: CallKind) -> str:
    """The type string of a call's answer."""
    return f"application/vnd.jukinet.{kind.value}-answer.v1+json"


MESSAGE_OF_TYPE = MappingProxyType({payload_type(kind): kind for kind in MessageKind})
CALL_OF_TYPE = MappingProxyType({payload_type(kind): kind for kind in CallKind})
