"""Classes, statuses and periods of stay of foreign residents who do not exist (Art. 30-45).

The statuses are those of 2013, before the reform of 2015. Which of them a person holds follows nationality,
age and place in the household, plausibly and not by any statistics. Numbers of cards are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.domain.dates import age_on
from jukinet.domain.items import ForeignClass, ForeignItems
from jukinet.testing.draws import Draws, Weighted
from jukinet.testing.foreign_names import Nationality

FOREIGN_RECORDS_BEGAN = date(2012, 7, 9)
"""The day from which foreign residents have resident records (2009 Act no. 77)."""

TRANSITION = timedelta(days=60)
"""How long a child born in Japan needs no status (Immigration Act Art. 22-2)."""

PERMANENT = "永住者"
LONG_TERM = "定住者"
SPOUSE_OF_JAPANESE = "日本人の配偶者等"
SPOUSE_OF_PERMANENT = "永住者の配偶者等"
DEPENDENT = "家族滞在"
STUDENT = "留学"
TRAINEE = "技能実習2号ロ"
FIRST_YEAR_TRAINEE = "技能実習1号ロ"
ENGINEER = "技術"
HUMANITIES = "人文知識・国際業務"
SKILLED = "技能"
TRANSFEREE = "企業内転勤"
INSTRUCTOR = "教育"
PROFESSOR = "教授"
MANAGER = "投資・経営"
DESIGNATED = "特定活動"

_PERIODS = {
    STUDENT: (("4年3月", 51), ("2年3月", 27), ("1年3月", 15), ("1年", 12), ("6月", 6)),
    TRAINEE: (("1年", 12),),
    FIRST_YEAR_TRAINEE: (("1年", 12), ("6月", 6)),
    LONG_TERM: (("5年", 60), ("3年", 36), ("1年", 12)),
    DESIGNATED: (("1年", 12), ("6月", 6)),
}
"""Periods of stay and their months; those of other statuses are ``_USUAL_PERIODS``."""
_USUAL_PERIODS = (("5年", 60), ("3年", 36), ("1年", 12))

_ANYWHERE = {
    PERMANENT: 30, STUDENT: 20, HUMANITIES: 15, ENGINEER: 12, MANAGER: 4, SKILLED: 5, LONG_TERM: 5,
    DESIGNATED: 3, TRAINEE: 6,
}  # fmt: skip
_WESTERN = {
    PERMANENT: 30,
    HUMANITIES: 32,
    INSTRUCTOR: 14,
    PROFESSOR: 8,
    TRANSFEREE: 7,
    STUDENT: 6,
    DESIGNATED: 3,
}
_LATIN_AMERICAN = {PERMANENT: 62, LONG_TERM: 36, SPOUSE_OF_JAPANESE: 2}
_PROFILES = {
    "CHN": {PERMANENT: 30, STUDENT: 26, TRAINEE: 16, HUMANITIES: 11, ENGINEER: 8, LONG_TERM: 5, SKILLED: 4},
    "KOR": {PERMANENT: 42, STUDENT: 18, HUMANITIES: 20, ENGINEER: 9, LONG_TERM: 5, MANAGER: 3, TRANSFEREE: 3},
    "TWN": {PERMANENT: 45, STUDENT: 25, HUMANITIES: 18, ENGINEER: 5, LONG_TERM: 4, TRANSFEREE: 3},
    "PHL": {PERMANENT: 55, LONG_TERM: 28, TRAINEE: 9, ENGINEER: 4, DESIGNATED: 4},
    "VNM": {TRAINEE: 34, FIRST_YEAR_TRAINEE: 14, STUDENT: 28, ENGINEER: 9, PERMANENT: 12, LONG_TERM: 3},
    "IDN": {TRAINEE: 36, FIRST_YEAR_TRAINEE: 12, STUDENT: 14, PERMANENT: 22, DESIGNATED: 8, LONG_TERM: 8},
    "NPL": {STUDENT: 50, SKILLED: 28, ENGINEER: 4, HUMANITIES: 6, PERMANENT: 10, LONG_TERM: 2},
    "IND": {ENGINEER: 38, SKILLED: 18, TRANSFEREE: 18, PERMANENT: 20, STUDENT: 6},
    "stateless": {PERMANENT: 40, LONG_TERM: 60},
    **dict.fromkeys(("BRA", "PER", "BOL"), _LATIN_AMERICAN),
    **dict.fromkeys(("USA", "GBR", "CAN", "AUS", "FRA", "DEU"), _WESTERN),
}  # fmt: skip
_DRAWN = {code: Weighted(profile) for code, profile in _PROFILES.items()}
_DRAWN_ANYWHERE = Weighted(_ANYWHERE)

_SEEKS_REFUGE = ("MMR", "IRN", "LKA", "PAK", "stateless")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person's stay rests on; ``sponsor`` is the status of the householder, if foreign."""

    nation: Nationality
    special: bool = False
    married_to_japanese: bool = False
    sponsor: str | None = None
    family: bool = False


def foreign_items(draws: Draws, standing: Standing, born: date, since: date, on: date) -> ForeignItems:
    """The items of one foreign resident who is one since ``since``; a period of stay ends after ``on``."""
    nation = standing.nation.code
    if standing.special:
        number = document_number(draws)
        return ForeignItems(nation, since, ForeignClass.SPECIAL_PERMANENT, document_number=number)
    if since == born and on < born + TRANSITION:
        return ForeignItems(nation, since, ForeignClass.TRANSITIONAL)
    if nation in _SEEKS_REFUGE and not standing.family and draws.chance(0.04):
        return _refuge(draws, nation, since, on)
    status = _status(draws, standing, age_on(born, on))
    stay, number = ForeignClass.MID_TO_LONG_TERM, document_number(draws)
    if status == PERMANENT:
        return ForeignItems(nation, since, stay, status, "無期限", document_number=number)
    period, months = draws.pick(_PERIODS.get(status, _USUAL_PERIODS))
    expires = on + timedelta(days=draws.between(1, months * 30))
    return ForeignItems(nation, since, stay, status, period, expires, number)


def document_number(draws: Draws) -> str:
    """A number of a Residence Card or a Special Permanent Resident Certificate: AB12345678CD."""
    return draws.capitals(2) + draws.digits(8) + draws.capitals(2)


def _refuge(draws: Draws, nation: str, since: date, on: date) -> ForeignItems:
    provisional = draws.chance(0.7)
    stay = ForeignClass.PROVISIONAL_STAY if provisional else ForeignClass.TEMPORARY_REFUGE
    return ForeignItems(
        nation, since, stay, period="6月", expires_on=on + timedelta(days=draws.between(1, 180))
    )


def _status(draws: Draws, standing: Standing, age: int) -> str:
    if standing.married_to_japanese:
        return SPOUSE_OF_JAPANESE if draws.chance(0.6) else PERMANENT
    if standing.family:
        return _family_status(draws, standing.sponsor)
    drawn = draws.weighted(_DRAWN.get(standing.nation.code, _DRAWN_ANYWHERE))
    # Students and trainees are young, permanent residents have been here for long.
    if drawn in {STUDENT, TRAINEE, FIRST_YEAR_TRAINEE} and age > 34:
        return PERMANENT
    if drawn == PERMANENT and age < 28:
        return STUDENT
    return drawn


def _family_status(draws: Draws, sponsor: str | None) -> str:
    if sponsor == PERMANENT:
        return draws.pick((PERMANENT, SPOUSE_OF_PERMANENT, PERMANENT))
    if sponsor in {LONG_TERM, SPOUSE_OF_JAPANESE}:
        return LONG_TERM
    return DEPENDENT
