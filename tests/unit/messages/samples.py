"""Invented keys, people and messages that the tests of this folder share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from jukinet.domain.card import CardEvent, CardNumber
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Koseki
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, OrganSlug
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.messages.bodies import (
    Body,
    CodeDesignation,
    CodeRequest,
    ErrorAnswer,
    ErrorItem,
    ErrorOutcome,
    ErrorReport,
    IdentityNotice,
    MoveIn,
    MoveInNotice,
    MoveOutConfirmed,
)
from jukinet.messages.card_bodies import CardContinued, CardStatus
from jukinet.messages.directory import Directory, NodeEntry, OrganEntry
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.messages.kinds import STREAM_OF, MessageKind
from jukinet.messages.koseki_bodies import (
    KosekiEvent,
    KosekiMatter,
    KosekiMismatch,
    KosekiNotice,
    MismatchReason,
    Parent,
)
from jukinet.messages.statements import Statement

NOW = datetime(2013, 7, 8, 0, 0, tzinfo=UTC)
YEAR = timedelta(days=365)

KUNITACHI = NodeId("muni-132152")
CHIYODA = NodeId("muni-131016")
TOKYO = NodeId("pref-13")
PENSIONS = OrganSlug("pension-service")

CODE = ResidentRecordCode("24727059608")
OTHER_CODE = ResidentRecordCode("24846016224")
CARD = CardNumber("1310160000001A")


def signing_key(owner: NodeId | OrganSlug | str, use: KeyUse = KeyUse.STATEMENT) -> SigningKey:
    """The one key of an owner for a use, the same in every run."""
    return SigningKey.from_seed(f"{owner}/{use.value}".encode().ljust(32, b".")[:32], use)


def node_entry(node: NodeId, **changed: object) -> NodeEntry:
    uses = (KeyUse.STATEMENT, KeyUse.ANSWER, KeyUse.LOG, KeyUse.SEAL)
    fields: dict[str, object] = {
        "id": node,
        "name": f"Node {node}",
        "url": "https://localhost:8443",
        "keys": tuple(signing_key(node, use).public(NOW - YEAR, NOW + YEAR) for use in uses),
        "connected": True,
        "since": date(2002, 8, 5),
    }
    return NodeEntry(**(fields | changed))  # type: ignore[arg-type]


def organ_entry(slug: OrganSlug = PENSIONS, **changed: object) -> OrganEntry:
    keys = (signing_key(slug).public(NOW - YEAR, NOW + YEAR),)
    return OrganEntry(**({"slug": slug, "name": "Pensions", "keys": keys} | changed))  # type: ignore[arg-type]


def directory(version: int = 1, issued_at: datetime = NOW) -> Directory:
    nodes = tuple(node_entry(node) for node in (NATIONAL, TOKYO, KUNITACHI, CHIYODA))
    return Directory(version, issued_at, nodes, (organ_entry(),))


DIRECTORY = directory()


def facts(**changed: object) -> IdentityFacts:
    fields: dict[str, object] = {
        "name": "国立 花子",
        "birth_date": PartialDate("1980-04-17"),
        "sex": Sex.FEMALE,
        "address": Address(MunicipalityCode("132152"), "東京都国立市富士見台二丁目47番地の1", "さくら荘"),
        "code": CODE,
    }
    return IdentityFacts(**(fields | changed))  # type: ignore[arg-type]


def change(**changed: object) -> ChangeInformation:
    fields: dict[str, object] = {
        "kind": ChangeKind.RECORDING,
        "reason": NoticeReason.MOVE_IN,
        "occurred_on": date(2013, 7, 8),
        "foreign_record": False,
    }
    return ChangeInformation(**(fields | changed))  # type: ignore[arg-type]


def code_correction(**changed: object) -> ChangeInformation:
    fields: dict[str, object] = {
        "kind": ChangeKind.CODE_CORRECTION,
        "reason": NoticeReason.CODE_CHANGE_REQUESTED,
        "foreign_record": True,
        "previous_code": OTHER_CODE,
    }
    return change(**(fields | changed))


FULL_NOTICE = IdentityNotice(facts(nickname="国立 ハナ"), code_correction())
"""A notice with every field that a notice may have."""

BODIES: dict[MessageKind, tuple[NodeId, NodeId, Body]] = {
    MessageKind.IDENTITY_NOTICE: (KUNITACHI, TOKYO, FULL_NOTICE),
    MessageKind.MOVE_IN_NOTICE: (
        KUNITACHI,
        CHIYODA,
        MoveInNotice(
            code=CODE,
            name="国立 花子",
            birth_date=PartialDate("1980-04-17"),
            sex=Sex.FEMALE,
            new_address=Address(MunicipalityCode("132152"), "東京都国立市東一丁目1番地"),
            moved_on=date(2013, 7, 1),
        ),
    ),
    MessageKind.MOVE_OUT_CONFIRMED: (
        CHIYODA,
        TOKYO,
        MoveOutConfirmed(
            code=CODE,
            name="国立 花子",
            move_in=MoveIn(
                Address(MunicipalityCode("132152"), "東京都国立市東一丁目1番地"), date(2013, 7, 1)
            ),
        ),
    ),
    MessageKind.KOSEKI_NOTICE: (
        KUNITACHI,
        CHIYODA,
        KosekiNotice(
            Koseki("東京都千代田区丸の内一丁目1番地", "千代田 太郎"),
            "千代田 花子",
            Address(MunicipalityCode("132152"), "東京都国立市東一丁目1番地", "さくら荘"),
            date(2013, 7, 1),
        ),
    ),
    MessageKind.KOSEKI_MISMATCH: (CHIYODA, KUNITACHI, KosekiMismatch("a" * 32, MismatchReason.NAME_DIFFERS)),
    MessageKind.KOSEKI_MATTER: (
        CHIYODA,
        KUNITACHI,
        KosekiMatter(
            "千代田 花子",
            PartialDate("1980-04-17"),
            Address(MunicipalityCode("132152"), "東京都国立市東一丁目1番地"),
            KosekiEvent.KOSEKI,
            date(2013, 7, 1),
            "国立 花子",
            Koseki("東京都国立市東一丁目1番地", "国立 太郎"),
            date(2013, 6, 28),
            Sex.FEMALE,
            Parent("千代田 太郎", PartialDate("1950-01-01")),
        ),
    ),
    MessageKind.CARD_STATUS: (
        KUNITACHI,
        TOKYO,
        CardStatus(CARD, CODE, CardEvent.ISSUED, date(2013, 7, 8)),
    ),
    MessageKind.CARD_CONTINUED: (
        NATIONAL,
        CHIYODA,
        CardContinued(CARD, CODE, MunicipalityCode("132152"), date(2013, 7, 8)),
    ),
    MessageKind.CODE_DESIGNATION: (
        NATIONAL,
        KUNITACHI,
        CodeDesignation("c" * 32, MunicipalityCode("132152"), (CODE, OTHER_CODE), "d" * 32),
    ),
    MessageKind.CODE_REQUEST: (KUNITACHI, NATIONAL, CodeRequest("d" * 32, MunicipalityCode("132152"), 500)),
    MessageKind.ERROR_REPORT: (
        NATIONAL,
        TOKYO,
        ErrorReport(
            "e" * 32, CODE, MunicipalityCode("132152"), frozenset({ErrorItem.NAME, ErrorItem.ADDRESS})
        ),
    ),
    MessageKind.ERROR_ANSWER: (KUNITACHI, TOKYO, ErrorAnswer("e" * 32, ErrorOutcome.CORRECTED)),
}


def statement(kind: MessageKind = MessageKind.IDENTITY_NOTICE, **changed: object) -> Statement:
    origin, addressee, body = BODIES[kind]
    fields: dict[str, object] = {
        "statement_id": "a" * 32,
        "kind": kind,
        "origin": origin,
        "incarnation": 0,
        "stream": STREAM_OF[kind],
        "first_addressee": addressee,
        "number": 1,
        "created": NOW,
        "body": body,
    }
    return Statement(**(fields | changed))  # type: ignore[arg-type]
