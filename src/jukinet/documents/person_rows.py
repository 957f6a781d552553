"""The rows that one person has on a copy in household form.

Owns which box holds which item, and the Japanese words in it. Only what the paper is to show is read from the person:
an item given by mistake is not printed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from jukinet.documents.boxes import OMITTED, Box, Row, label, value
from jukinet.documents.nationalities import japanese_name
from jukinet.domain.dates import PartialDate, japanese_era
from jukinet.domain.items import ForeignClass, ForeignItems, Nickname, RecordKind
from jukinet.domain.japanese_dates import era_text, western_text
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Sex
from jukinet.law.copies import CopyItem
from jukinet.messages.copies import CopyPerson, NationalityAndClass

COLUMNS = (7.0, 22.0, 47.0, 22.0, 27.0, 22.0, 31.0)
"""Widths in millimetres: the person's number, then three times a label and its value."""

SEXES = {Sex.MALE: "男", Sex.FEMALE: "女", Sex.UNKNOWN: None}
STAYS = {
    ForeignClass.MID_TO_LONG_TERM: "中長期在留者",
    ForeignClass.SPECIAL_PERMANENT: "特別永住者",
    ForeignClass.TEMPORARY_REFUGE: "一時庇護許可者",
    ForeignClass.PROVISIONAL_STAY: "仮滞在許可者",
    ForeignClass.TRANSITIONAL: "出生又は国籍喪失による経過滞在者",
}
_NUMBERS = {
    ForeignClass.MID_TO_LONG_TERM: "在留カードの\n番号",
    ForeignClass.SPECIAL_PERMANENT: "特別永住者\n証明書の番号",
}
_PERIODS = {
    ForeignClass.TEMPORARY_REFUGE: "上陸期間",
    ForeignClass.PROVISIONAL_STAY: "仮滞在期間",
}


def person_rows(
    person: CopyPerson, shown: frozenset[CopyItem], at: str, on: date, *, own_address: bool
) -> list[Row]:
    """The rows of one person on a day; ``at`` names the person in errors, ``own_address`` adds the address."""
    rows = [_name_row(person, shown, at)]
    if person.nickname is not None and CopyItem.NICKNAME in shown:
        rows.append(Row((label("通称"), value(person.nickname, f"{at}.nickname", span=5, size=10.5))))
    rows.append(_birth_row(person, shown, at))
    if own_address:
        rows.append(Row((label("住所"), value(person.address.full, f"{at}.address", span=5))))
    rows.append(_dates_row(person, shown, at))
    place = person.previous_address.text if person.previous_address else None
    previous = asked(CopyItem.PREVIOUS_ADDRESS, shown, place, f"{at}.previous_address", span=5)
    rows.append(Row((label("転入前の住所"), previous)))
    if kind_of(person) is RecordKind.FOREIGN:
        rows += stay_rows(person.foreign, shown, f"{at}.foreign", on)
    return rows


def kind_of(person: CopyPerson) -> RecordKind:
    """Whose record it is: a foreign resident has the day of becoming one in place of item 6."""
    return RecordKind.JAPANESE if person.became_foreign_resident_on is None else RecordKind.FOREIGN


def _name_row(person: CopyPerson, shown: frozenset[CopyItem], at: str) -> Row:
    code = person.code.text if person.code else None
    return Row(
        (
            label("氏名"),
            value(person.name, f"{at}.name", span=3, size=14),
            label("住民票コード"),
            asked(CopyItem.CODE, shown, code, f"{at}.code"),
        ),
        weight=1.35,
    )


def _birth_row(person: CopyPerson, shown: frozenset[CopyItem], at: str) -> Row:
    foreign = kind_of(person) is RecordKind.FOREIGN
    born = western_text(person.birth_date) if foreign else era_text(person.birth_date)
    relationship = person.household.relationship if person.household else None
    return Row(
        (
            label("生年月日"),
            asked(CopyItem.BIRTH_DATE, shown, born, f"{at}.birth_date"),
            label("性別"),
            asked(CopyItem.SEX, shown, SEXES[person.sex], f"{at}.sex"),
            label("続柄"),
            asked(CopyItem.RELATIONSHIP, shown, relationship, f"{at}.household.relationship"),
        )
    )


def _dates_row(person: CopyPerson, shown: frozenset[CopyItem], at: str) -> Row:
    foreign = kind_of(person) is RecordKind.FOREIGN
    since = person.became_foreign_resident_on if foreign else person.became_resident_on
    became = CopyItem.BECAME_FOREIGN_RESIDENT if foreign else CopyItem.BECAME_RESIDENT
    return Row(
        (
            label("外国人住民と\nなった年月日" if foreign else "住民となった\n年月日"),
            asked(became, shown, stated_text(since), f"{at}.became_resident_on"),
            label("住所を定めた\n年月日"),
            asked(CopyItem.ADDRESS_SINCE, shown, stated_text(person.address_since), f"{at}.address_since"),
            label("届出等の\n年月日"),
            asked(CopyItem.RECORDED_SINCE, shown, day_text(person.recorded_since), f"{at}.recorded_since"),
        )
    )


_STAY = frozenset(
    {
        CopyItem.NATIONALITY,
        CopyItem.STAY,
        CopyItem.STATUS,
        CopyItem.PERIOD,
        CopyItem.EXPIRES_ON,
        CopyItem.DOCUMENT_NUMBER,
    }
)


def stay_rows(
    items: NationalityAndClass | ForeignItems | None, shown: Collection[object], at: str, on: date
) -> list[Row]:
    """Nationality and class of a foreign resident with what the class has (Art. 30-45), as far as it is shown."""
    visible = _STAY & frozenset(shown)
    if items is None or not visible:
        return [Row((label("国籍・地域、\n在留資格等"), value(None if visible else OMITTED, at, span=5)))]
    number = asked(CopyItem.DOCUMENT_NUMBER, visible, items.document_number, f"{at}.document_number")
    period = asked(CopyItem.PERIOD, visible, items.period, f"{at}.period")
    third = (label("番号"), value(None, f"{at}.document_number"))
    if CopyItem.STAY not in visible:
        third = (label("番号"), number)
    elif items.stay in _NUMBERS:
        third = (label(_NUMBERS[items.stay]), number)
    elif items.stay in _PERIODS:
        third = (label(_PERIODS[items.stay]), period)
    nationality = japanese_name(items.nationality, on)
    rows = [
        Row(
            (
                label("国籍・地域"),
                asked(CopyItem.NATIONALITY, visible, nationality, f"{at}.nationality"),
                label("第30条の45に\n規定する区分"),
                asked(CopyItem.STAY, visible, STAYS[items.stay], f"{at}.stay"),
                *third,
            )
        )
    ]
    if items.stay is ForeignClass.MID_TO_LONG_TERM:
        rows.append(_permission_row(items, visible, period, at))
    return rows


def _permission_row(
    items: NationalityAndClass | ForeignItems, visible: frozenset[CopyItem], period: Box, at: str
) -> Row:
    expires = western_text(PartialDate.of(items.expires_on)) if items.expires_on else None
    return Row(
        (
            label("在留資格"),
            asked(CopyItem.STATUS, visible, items.status, f"{at}.status"),
            label("在留期間"),
            period,
            label("在留期間の\n満了の日"),
            asked(CopyItem.EXPIRES_ON, visible, expires, f"{at}.expires_on"),
        )
    )


def asked(item: CopyItem, shown: frozenset[CopyItem], text: str | None, at: str, *, span: int = 1) -> Box:
    """The value of an item that the paper is to show; else the word that it was left out."""
    return value(text if item in shown else OMITTED, at, span=span)


def day_text(day: date | None) -> str | None:
    return japanese_era(day) if day else None


def stated_text(day: PartialDate | None) -> str | None:
    """A day as stated, which may be partly unknown."""
    return era_text(day) if day else None


def month_text(day: date | None) -> str | None:
    """The month of a day, where the law asks for no more."""
    return japanese_era(day).partition("月")[0] + "月" if day else None


def nickname_text(one: Nickname, municipalities: Mapping[MunicipalityCode, str]) -> str:
    """A nickname, with where and when it was recorded and deleted (Ord. 30-27)."""

    def done(day: date, where: MunicipalityCode | None, what: str) -> str:
        place = municipalities.get(where, str(where)) if where else ""
        return f"　{japanese_era(day)}{what}（{place}）"

    said = one.text + done(one.recorded_on, one.recorded_by, "記載")
    return said if one.deleted_on is None else said + done(one.deleted_on, one.deleted_by, "削除")
