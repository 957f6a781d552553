"""The columns of a register in CSV: one table, by which files are read and written and the reference page is made.

Owns which columns there are; what a column is, in ``jukinet.services.register_cells``. Every item of a record that a
municipality of 2013 has is here (Act Arts. 7 and 30-45), the cause of a deletion excepted: a file holds records that
stand. Whether what a row says may be recorded is in ``jukinet.law.intake``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import (
    ForeignClass,
    Nickname,
    Programme,
    RecordKind,
    SpecialAdoption,
)
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number, check_pension_number
from jukinet.domain.persons import Sex
from jukinet.domain.reading import parse_date, reading
from jukinet.domain.relationship import check_relationship
from jukinet.messages import strict_json
from jukinet.services.register_cells import Column, Form
from jukinet.services.stay_items import member, parse_nationality, read_former_nicknames

_LONGEST_LIST = 2**15


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true, or false or empty")
    return text == "true"


def _former(text: str) -> tuple[Nickname, ...]:
    data = strict_json.parse(b'{"former_nicknames":' + text.encode() + b"}", limit=2 * _LONGEST_LIST)
    with reading(data) as fields:
        return read_former_nicknames(fields)


# A register of half a million writes the same days and towns over and over.
_date = lru_cache(maxsize=50_000)(parse_date)
_town = lru_cache(maxsize=2_000)(MunicipalityCode.parse)
_relationship = lru_cache(maxsize=2_000)(check_relationship)
_JAPANESE, _FOREIGN = RecordKind.JAPANESE, RecordKind.FOREIGN


def _text(name: str, path: str, says: str, article: str, **rest: Any) -> Column:
    return Column(name, path, Form.TEXT, says, article, str.strip, **rest)


def _day(name: str, path: str, says: str, article: str, **rest: Any) -> Column:
    return Column(name, path, Form.DATE, says, article, _date, **rest)


def _stated(name: str, article: str, **rest: Any) -> Column:
    """How a day is stated that is not known to the day; the day is kept in the column of its name all the same."""
    says = f"how `{name}` is stated, if it is partly unknown or on no calendar"
    return Column(f"{name}_stated", f"record.stated.{name}", Form.PARTIAL, says, article, PartialDate, **rest)


def _place(name: str, path: str, says: str, article: str, **rest: Any) -> tuple[Column, Column]:
    """A place that may lie abroad: its text, and the municipality where it lies in one."""
    town = f"the municipality of `{name}`, if it lies in Japan and is known"
    return (
        _text(name, f"{path}.text", says, article, required=True, **rest),
        Column(
            f"{name}_municipality",
            f"{path}.municipality",
            Form.MUNICIPALITY,
            town,
            article,
            _town,
            **rest,
        ),
    )


def _span(programme: Programme, what: str, article: str) -> tuple[Column, Column]:
    """Since when somebody is enrolled, and when that ended."""
    path = f"record.programmes.{programme}"
    return (
        _day(f"{programme}_since", f"{path}_since", f"{what}: since", article),
        _day(f"{programme}_ended", f"{path}_ended", f"{what}: ended", article),
    )


_KOSEKI: dict[str, Any] = {"group": "koseki", "only": _JAPANESE}
_NICKNAME: dict[str, Any] = {"group": "nickname", "only": _FOREIGN}
_STAY: dict[str, Any] = {"group": "foreign", "only": _FOREIGN}
_LEAVES: dict[str, Any] = {"group": "move_out"}
_CONFIRMED: dict[str, Any] = {"group": "confirmed_move"}
_FOREIGN_TABLE = "Act Art. 30-45"

COLUMNS: tuple[Column, ...] = (
    Column(
        "resident_no",
        "resident_no",
        Form.NUMBER,
        "resident number (宛名番号), kept as it is",
        "specification 1.1.13",
        check_number,
        required=True,
    ),
    Column(
        "kind",
        "record.kind",
        Form.WORD,
        "whose record it is",
        "Act Arts. 7, 30-45",
        member(RecordKind),
        required=True,
    ),
    _text("name", "record.name.text", "name", "Act Art. 7(i)", required=True),
    _text("name_kana", "record.name.kana", "its reading", "specification 1.1.18"),
    _text("name_latin", "record.name.latin", "the name in Latin letters, as on the card", "Act Art. 7(i)"),
    Column(
        "birth_date",
        "record.birth_date",
        Form.PARTIAL,
        "date of birth",
        "Act Art. 7(ii)",
        PartialDate,
        required=True,
    ),
    Column("sex", "record.sex", Form.WORD, "sex", "Act Art. 7(iii)", member(Sex), required=True),
    Column(
        "household_no",
        "record.household_number",
        Form.NUMBER,
        "household number (世帯番号), the same for all members, kept as it is",
        "specification 1.1.13",
        check_number,
        required=True,
    ),
    Column(
        "relationship",
        "record.relationship",
        Form.RELATIONSHIP,
        "householder, or relationship to the householder",
        "Act Art. 7(iv)",
        _relationship,
        required=True,
    ),
    _text("koseki_domicile", "record.koseki.domicile", "本籍", "Act Art. 7(v)", required=True, **_KOSEKI),
    _text("koseki_head", "record.koseki.head", "筆頭者", "Act Art. 7(v)", required=True, **_KOSEKI),
    _day(
        "became_resident_on",
        "record.became_resident_on",
        "the day from which the person lives here",
        "Act Art. 7(vi)",
        only=_JAPANESE,
    ),
    _stated("became_resident_on", "specification 1.1.8", only=_JAPANESE),
    Column(
        "address_municipality",
        "record.address.municipality",
        Form.MUNICIPALITY,
        "this municipality",
        "Act Art. 7(vii)",
        _town,
        required=True,
    ),
    _text(
        "address",
        "record.address.text",
        "from the prefecture to the lot or house number",
        "Act Art. 7(vii)",
        required=True,
    ),
    _text("address_building", "record.address.building", "方書", "Act Art. 7(vii)"),
    _day(
        "address_since",
        "record.address_since",
        "since when, if the person moved within the municipality",
        "Act Art. 7(vii)",
    ),
    _stated("address_since", "specification 1.1.8"),
    _day(
        "recorded_since",
        "record.recorded_since",
        "the day of the move-in notification, or of recording ex officio",
        "Act Art. 7(viii)",
        required=True,
    ),
    *_place(
        "previous_address",
        "record.previous_address",
        "the address before",
        "Act Art. 7(viii)",
        group="previous_address",
    ),
    *_place(
        "last_registered_address",
        "record.last_registered_address",
        "where a move was last notified, if that is not the address before",
        "specification 1.1.1",
        group="last_registered_address",
    ),
    Column(
        "voter",
        "record.voter",
        Form.FLAG,
        "in the voters' list",
        "Act Art. 7(ix)",
        _flag,
        only=_JAPANESE,
    ),
    *_span(Programme.HEALTH_INSURANCE, "national health insurance", "Act Art. 7(x)"),
    *_span(Programme.ELDERLY_MEDICAL, "medical insurance of the old", "Act Art. 7(x-2)"),
    *_span(Programme.CARE_INSURANCE, "care insurance", "Act Art. 7(x-3)"),
    _text(
        "pension_class", "record.programmes.pension_class", "class in the pension scheme", "Act Art. 7(xi)"
    ),
    _day(
        "pension_class_since",
        "record.programmes.pension_class_since",
        "since when the class is this one, where it changed",
        "Ord. Art. 5(ii)",
    ),
    *_span(Programme.PENSION, "in it", "Act Art. 7(xi)"),
    Column(
        "pension_number",
        "record.programmes.pension_number",
        Form.PENSION,
        "basic pension number",
        "Ord. Art. 5(iii)",
        check_pension_number,
    ),
    *_span(Programme.CHILD_ALLOWANCE, "child allowance (the month counts)", "Act Art. 7(xi-2)"),
    Column(
        "code",
        "record.code",
        Form.CODE,
        "Resident Record code; empty where there is none",
        "Act Art. 7(xiii)",
        ResidentRecordCode.parse,
    ),
    _text("nickname", "record.nickname.text", "通称", "Ord. Art. 30-25", required=True, **_NICKNAME),
    _day(
        "nickname_recorded_on",
        "record.nickname.recorded_on",
        "when it was first recorded",
        "Ord. Art. 30-27",
        required=True,
        **_NICKNAME,
    ),
    Column(
        "nickname_recorded_by",
        "record.nickname.recorded_by",
        Form.MUNICIPALITY,
        "by which municipality",
        "Ord. Art. 30-27",
        _town,
        required=True,
        **_NICKNAME,
    ),
    Column(
        "former_nicknames",
        "record.former_nicknames",
        Form.LIST,
        "nicknames that were deleted, the oldest first",
        "Ord. Art. 30-27",
        _former,
        only=_FOREIGN,
        longest=_LONGEST_LIST,
    ),
    Column(
        "nationality",
        "record.foreign.nationality",
        Form.NATION,
        "nationality or region",
        _FOREIGN_TABLE,
        parse_nationality,
        required=True,
        **_STAY,
    ),
    _day(
        "became_foreign_resident_on",
        "record.foreign.became_foreign_resident_on",
        "the day from which the person is a foreign resident",
        _FOREIGN_TABLE,
        required=True,
        **_STAY,
    ),
    _stated("became_foreign_resident_on", "specification 1.1.8", only=_FOREIGN),
    Column(
        "stay",
        "record.foreign.stay",
        Form.WORD,
        "class of the table",
        _FOREIGN_TABLE,
        member(ForeignClass),
        required=True,
        **_STAY,
    ),
    _text("status", "record.foreign.status", "status of residence, as on the card", _FOREIGN_TABLE, **_STAY),
    _text("period", "record.foreign.period", "period of stay, as on the card", _FOREIGN_TABLE, **_STAY),
    _day("expires_on", "record.foreign.expires_on", "its last day", _FOREIGN_TABLE, **_STAY),
    _text(
        "document_number",
        "record.foreign.document_number",
        "number of the card or certificate",
        _FOREIGN_TABLE,
        longest=20,
        **_STAY,
    ),
    Column(
        "card_later",
        "record.foreign.card_later",
        Form.FLAG,
        "the passport says that the card is delivered later",
        "Reg. Art. 47",
        _flag,
        **_STAY,
    ),
    _day(
        "alien_registered_on",
        "record.foreign.alien_registered_on",
        "the day of the registration under the former Alien Registration Act",
        "specification 1.1.2",
        **_STAY,
    ),
    _stated("alien_registered_on", "specification 1.1.8", only=_FOREIGN),
    Column(
        "residence_notified",
        "record.foreign.residence_notified",
        Form.FLAG,
        "the residence was notified to the immigration authority",
        "specification 1.1.2",
        _flag,
        **_STAY,
    ),
    *_place(
        "move_out_destination",
        "record.move_out.destination",
        "a move-out that was notified: where to",
        "Act Art. 24",
        **_LEAVES,
    ),
    _day(
        "move_out_planned_on",
        "record.move_out.planned_on",
        "the planned day; the record is deleted then",
        "Act Art. 24",
        required=True,
        **_LEAVES,
    ),
    _day(
        "move_out_filed_on",
        "record.move_out.filed_on",
        "the day of the notification",
        "Act Art. 24",
        required=True,
        **_LEAVES,
    ),
    Column(
        "move_out_special",
        "record.move_out.special",
        Form.WORD,
        "for a special adoption, or for its end",
        "specification 1.1.5",
        member(SpecialAdoption),
        **_LEAVES,
    ),
    *_place(
        "confirmed_move",
        "record.confirmed_move.address",
        "what the new municipality reported of it: where",
        "Act Art. 9(1)",
        **_CONFIRMED,
    ),
    _day(
        "confirmed_move_on",
        "record.confirmed_move.moved_on",
        "since when",
        "Act Art. 9(1)",
        required=True,
        **_CONFIRMED,
    ),
)
"""In the order in which they are written; they are read in any."""

HANDED_OVER: tuple[Column, ...] = (
    _day(
        "handed_over_on",
        "handed_over_on",
        "the day from which the area is the other municipality's",
        "Ord. Art. 12(2)(vii)",
        required=True,
    ),
    _day(
        "begins_on",
        "begins_on",
        "the first day that the record there says anything about",
        "Ord. Art. 12(2)(vii)",
        required=True,
    ),
    _text("address_before", "address_before", "the address before that", "Act Art. 7(vii)", required=True),
    _text("address_before_building", "address_before_building", "its 方書", "Act Art. 7(vii)"),
    Column(
        "held",
        "held",
        Form.FLAG,
        "a hold or a support measure stands on the record",
        "specification 3.1",
        _flag,
    ),
)
"""What a file of records that are handed over to another municipality has besides."""
