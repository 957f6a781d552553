from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.messages.samples import (
    BODIES,
    CODE,
    FULL_NOTICE,
    OTHER_CODE,
    change,
    code_correction,
    facts,
)

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ForeignClass, ForeignItems, PersonName, RecordKind, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.domain.reading import reading
from jukinet.messages import bodies, strict_json
from jukinet.messages.bodies import Body, IdentityNotice
from jukinet.messages.kinds import MessageKind

# Act Art. 30-5(1): items 1 to 3, the address of item 7 and item 13 of Art. 7 (a foreign resident's nickname
# beside item 1: Ord. 30-32), and what Ord. 30-5 nos. i to iv name: that it was recorded, deleted or corrected, the
# reason, its day, the previous code; and that it is a foreign resident's record (Ord. 30-32).
LAWFUL_FIELDS = {
    "name",
    "nickname",
    "birth_date",
    "sex",
    "address.municipality",
    "address.text",
    "address.building",
    "code",
    "change.kind",
    "change.reason",
    "change.occurred_on",
    "change.previous_code",
    "change.foreign_record",
}


LAWFUL_BESIDES: dict[MessageKind, set[str]] = {
    # Act Art. 17: the display of the koseki, name, address, and since when (19(1)). 19(2): the fact.
    MessageKind.KOSEKI_NOTICE: {
        *("koseki.domicile", "koseki.head", "name", "since"),
        *("address.municipality", "address.text", "address.building"),
    },
    MessageKind.KOSEKI_MISMATCH: {"notice", "reason"},
    # Act Art. 9(2): what is to be recorded, of whom; of a birth items 3 to 5, by the parent whose household it is.
    MessageKind.KOSEKI_MATTER: {
        *("name", "birth_date", "address.municipality", "address.text", "event", "occurred_on"),
        *("new_name", "new_koseki.domicile", "new_koseki.head", "filed_on"),
        *("sex", "parent.name", "parent.birth_date"),
    },
    # Ord. 30-24(1)-(4): the fact (その旨), of which card of whom. 30-24(8): the same, with who took it over.
    MessageKind.CARD_STATUS: {"card", "code", "event", "happened_on"},
    MessageKind.CARD_CONTINUED: {"card", "code", "municipality", "continued_on"},
}


def read(kind: MessageKind, plain: dict[str, Any]) -> Body:
    with reading({"body": plain}) as outer:
        return outer.object("body", lambda fields: bodies.read(kind, fields))


def faults_of(kind: MessageKind, plain: dict[str, Any]) -> set[str]:
    with pytest.raises(JukinetError) as caught:
        read(kind, plain)
    assert caught.value.kind is ErrorKind.INVALID
    return {fault.field.removeprefix("body.") for fault in caught.value.faults}


def leaves(plain: dict[str, Any], at: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in plain.items():
        found |= leaves(value, f"{at}{name}.") if isinstance(value, dict) else {at + name}
    return found


def notice(**changed: Any) -> dict[str, Any]:
    return bodies.write(FULL_NOTICE) | changed


def test_an_identity_notice_holds_what_article_30_5_lists_and_nothing_else() -> None:
    assert leaves(bodies.write(FULL_NOTICE)) == LAWFUL_FIELDS


@pytest.mark.parametrize("kind", LAWFUL_BESIDES)
def test_other_statements_hold_what_their_articles_name_and_nothing_else(kind: MessageKind) -> None:
    assert leaves(bodies.write(BODIES[kind][2])) == LAWFUL_BESIDES[kind]
    assert faults_of(kind, bodies.write(BODIES[kind][2]) | {"sex": "x"}) >= {"sex"}


@pytest.mark.parametrize("event", ["left", "restored", "continued-elsewhere", "seen"])
def test_a_card_status_tells_only_what_the_ordinance_has_notified(event: str) -> None:
    plain = bodies.write(BODIES[MessageKind.CARD_STATUS][2]) | {"event": event}
    assert faults_of(MessageKind.CARD_STATUS, plain) == {"event"}


@pytest.mark.parametrize("extra", ["kana", "household", "householder", "koseki", "relationship", "status"])
def test_nothing_else_is_taken_from_a_notice(extra: str) -> None:
    assert faults_of(MessageKind.IDENTITY_NOTICE, notice(**{extra: "x"})) == {extra}


def test_nothing_but_the_six_facts_leaves_a_whole_record() -> None:
    record = ResidentRecord(
        kind=RecordKind.FOREIGN,
        name=PersonName("ヒメナ", kana="カナノオト", latin="XIMENA LATIN"),
        birth_date=PartialDate("1980-04-17"),
        sex=Sex.FEMALE,
        household_number="HOUSEHOLD-7",
        relationship="妻",
        address=Address(MunicipalityCode("132152"), "東京都国立市東一丁目1番地"),
        recorded_since=date(2012, 7, 9),
        code=CODE,
        foreign=ForeignItems(
            nationality="PER",
            became_foreign_resident_on=date(2012, 7, 9),
            stay=ForeignClass.MID_TO_LONG_TERM,
            document_number="AB12345678CD",
        ),
    )
    sent = strict_json.dump(
        bodies.write(IdentityNotice(record.identity_facts(), change(foreign_record=True)))
    )
    for kept in ("カナノオト", "HOUSEHOLD-7", "妻", "PER", "AB12345678CD", "mid-to-long-term"):
        assert kept.encode() not in sent


texts = st.text(st.sampled_from("国立花子辻葛󠄀𠮷 Aあー"), min_size=1, max_size=20).filter(
    lambda text: text == text.strip() != ""
)
codes = st.integers(0, 10**10 - 1).map("{:010}".format).filter(is_issuable).map(ResidentRecordCode.compose)
addresses = st.builds(Address, st.just(MunicipalityCode("132152")), texts, st.none() | texts)
partial_dates = st.sampled_from(["1980-04-17", "1980-04-XX", "1980-XX-XX", "XXXX-XX-XX"]).map(PartialDate)


@st.composite
def notices(draw: st.DrawFn) -> IdentityNotice:
    kind = draw(st.sampled_from(ChangeKind))
    foreign = draw(st.booleans())
    code = draw(codes | st.none()) if kind is ChangeKind.DELETION and foreign else draw(codes)
    previous = draw(codes | st.none()) if kind is ChangeKind.CODE_CORRECTION else None
    told = ChangeInformation(
        kind,
        draw(st.sampled_from(NoticeReason)),
        draw(st.dates()),
        foreign,
        previous if previous != code else None,
    )
    return IdentityNotice(
        IdentityFacts(
            name=draw(texts),
            birth_date=draw(partial_dates),
            sex=draw(st.sampled_from(Sex)),
            address=draw(addresses),
            code=code,
            nickname=draw(texts | st.none()) if foreign else None,
        ),
        told,
    )


@given(notices())
def test_a_notice_is_read_back_as_written_and_never_holds_more(sent: IdentityNotice) -> None:
    plain = strict_json.parse(strict_json.dump(bodies.write(sent)), limit=10_000)
    assert leaves(plain) <= LAWFUL_FIELDS
    assert read(MessageKind.IDENTITY_NOTICE, plain) == sent


@pytest.mark.parametrize("kind", MessageKind)
def test_every_body_is_read_back_as_written(kind: MessageKind) -> None:
    body = BODIES[kind][2]
    assert isinstance(body, bodies.BODY_OF[kind])
    assert read(kind, bodies.write(body)) == body


@pytest.mark.parametrize("kind", MessageKind)
def test_every_missing_field_is_named(kind: MessageKind) -> None:
    optional = (
        {"nickname", "building", "new_name", "new_koseki"}
        | ({"request_id"} if kind is MessageKind.CODE_DESIGNATION else set())
        | ({"code"} if kind is MessageKind.MOVE_IN_NOTICE else set())
        | ({"filed_on", "sex", "parent"} if kind is MessageKind.KOSEKI_MATTER else set())
        | ({"address"} if kind is MessageKind.KOSEKI_NOTICE else set())
    )
    plain = bodies.write(BODIES[kind][2])
    for name in set(plain) - optional:
        rest = {key: value for key, value in plain.items() if key != name}
        assert name in faults_of(kind, rest)
    assert faults_of(kind, {}) == set(plain) - optional - {"code" if "change" in plain else ""}


@pytest.mark.parametrize("kind", MessageKind)
def test_fields_of_another_type_are_refused(kind: MessageKind) -> None:
    plain = bodies.write(BODIES[kind][2])
    for name, value in plain.items():
        for wrong in (True, 7, "", [], {}, ["x"], {"x": 1}, "\u0085"):
            if wrong != value and not (name == "count" and wrong == 7):
                assert any(fault.startswith(name) for fault in faults_of(kind, plain | {name: wrong}))


@pytest.mark.parametrize("kind", MessageKind)
def test_no_fault_shows_what_was_given(kind: MessageKind) -> None:
    plain = bodies.write(BODIES[kind][2])
    for name in plain:
        with pytest.raises(JukinetError) as caught:
            read(kind, plain | {name: "Yamada 24727059609", "Yamada 1": 1})
        assert "Yamada" not in str(caught.value)
        assert "24727059609" not in str(caught.value)


def test_a_code_is_missing_only_where_a_foreign_residents_record_is_deleted() -> None:
    def lacking(kind: ChangeKind, *, foreign: bool) -> IdentityNotice:
        reason = NoticeReason.MOVE_OUT if kind is ChangeKind.DELETION else NoticeReason.BIRTH
        return IdentityNotice(facts(code=None), change(kind=kind, reason=reason, foreign_record=foreign))

    for kind in ChangeKind:
        for foreign in (True, False):
            if kind is ChangeKind.DELETION and foreign:
                plain = bodies.write(lacking(kind, foreign=foreign))
                assert read(MessageKind.IDENTITY_NOTICE, plain) == lacking(kind, foreign=foreign)
                continue
            with pytest.raises(JukinetError):
                bodies.write(lacking(kind, foreign=foreign))
            told = notice()["change"] | {"kind": kind.value, "foreign_record": foreign}
            if kind is not ChangeKind.CODE_CORRECTION:
                told.pop("previous_code")
            plain = {
                key: value for key, value in notice(change=told).items() if key not in {"code", "nickname"}
            }
            assert faults_of(MessageKind.IDENTITY_NOTICE, plain) == {"code"}


def test_a_code_correction_says_which_code_stood_there_or_that_none_did() -> None:
    with_code = bodies.write(FULL_NOTICE)["change"]
    assert with_code["previous_code"] == OTHER_CODE.text
    without = bodies.write(IdentityNotice(facts(), code_correction(previous_code=None)))
    assert without["change"]["previous_code"] == "none"
    again = read(MessageKind.IDENTITY_NOTICE, without)
    assert isinstance(again, IdentityNotice)
    assert again.change.previous_code is None
    silent = {key: value for key, value in with_code.items() if key != "previous_code"}
    assert faults_of(MessageKind.IDENTITY_NOTICE, notice(change=silent)) == {"change.previous_code"}


@pytest.mark.parametrize("given", ["24727059608", "none"])
@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind is not ChangeKind.CODE_CORRECTION])
def test_a_previous_code_belongs_to_a_code_correction(kind: ChangeKind, given: str) -> None:
    told = notice()["change"] | {"kind": kind.value, "previous_code": given}
    assert "change.previous_code" in faults_of(MessageKind.IDENTITY_NOTICE, notice(change=told))
    with pytest.raises(JukinetError):
        bodies.write(IdentityNotice(facts(), change(kind=kind, previous_code=OTHER_CODE)))


def test_a_code_is_not_corrected_to_itself() -> None:
    with pytest.raises(JukinetError):
        bodies.write(IdentityNotice(facts(), code_correction(previous_code=CODE)))
    told = notice()["change"] | {"previous_code": CODE.text}
    assert faults_of(MessageKind.IDENTITY_NOTICE, notice(change=told)) == {"change.previous_code"}


def test_a_nickname_belongs_to_a_foreign_residents_record() -> None:
    with pytest.raises(JukinetError):
        bodies.write(IdentityNotice(facts(nickname="ハナ"), change(foreign_record=False)))
    told = notice()["change"] | {"foreign_record": False}
    assert faults_of(MessageKind.IDENTITY_NOTICE, notice(change=told)) == {"nickname"}


def test_a_designation_repeats_no_code_and_holds_only_what_may_be_issued() -> None:
    plain = bodies.write(BODIES[MessageKind.CODE_DESIGNATION][2])
    for codes_given, fault in [
        ([CODE.text, CODE.text], "codes"),
        ([], "codes"),
        (["07049996220"], "codes[0]"),  # remainder 1: valid on input, never issued
        ([CODE.text, "24727059609"], "codes[1]"),
        ([CODE.text] * (bodies.MAX_CODES + 1), "codes"),
    ]:
        assert fault in faults_of(MessageKind.CODE_DESIGNATION, plain | {"codes": codes_given})


def test_a_move_in_notice_may_lack_the_code_alone() -> None:
    plain = bodies.write(BODIES[MessageKind.MOVE_IN_NOTICE][2])
    del plain["code"]
    notice_without = read(MessageKind.MOVE_IN_NOTICE, plain)
    assert isinstance(notice_without, bodies.MoveInNotice)
    assert notice_without.code is None
    assert bodies.write(notice_without) == plain


def test_a_body_shows_nothing_of_the_person() -> None:
    for _, _, body in BODIES.values():
        assert "花子" not in repr(body)
        assert CODE.text not in repr(body)
