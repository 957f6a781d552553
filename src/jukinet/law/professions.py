"""Specified professionals (特定事務受任者, Act Art. 12-3(3)), and works for which no client is named (Ord. 15-2).

Owns the list. What a work is, the Act of its profession says; the Order points to it by article, and so does this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Profession(StrEnum):
    """特定事務受任者 (Act Art. 12-3(3)), or a corporation of theirs."""

    ATTORNEY = "attorney"
    """弁護士"""
    JUDICIAL_SCRIVENER = "judicial-scrivener"
    """司法書士"""
    LAND_SURVEYOR = "land-surveyor"
    """土地家屋調査士"""
    TAX_ACCOUNTANT = "tax-accountant"
    """税理士"""
    LABOUR_CONSULTANT = "labour-consultant"
    """社会保険労務士"""
    PATENT_ATTORNEY = "patent-attorney"
    """弁理士"""
    MARITIME_AGENT = "maritime-agent"
    """海事代理士"""
    ADMINISTRATIVE_SCRIVENER = "administrative-scrivener"
    """行政書士"""


class Work(StrEnum):
    """Agency in a dispute (紛争処理の手続についての代理業務), as Ord. 15-2 lists it; never advice alone."""

    ATTORNEY = "attorney"
    """裁判手続又は裁判外における民事上若しくは行政上の紛争処理の手続についての代理業務, but the next (i)"""
    ATTORNEY_30_6 = "attorney-30-6-1"
    """Of these the agencies of Attorneys Act Art. 30-6(1): an attorney's alone, not a corporation's (i)"""
    SCRIVENER_3_1_3 = "scrivener-3-1-3"
    """Judicial Scriveners Act Art. 3(1)(iii) (ii)"""
    SCRIVENER_3_1_6 = "scrivener-3-1-6"
    """Art. 3(1)(vi): a scrivener's alone, not a corporation's (ii)"""
    SCRIVENER_3_1_7 = "scrivener-3-1-7"
    """Art. 3(1)(vii), without the advice (ii)"""
    SCRIVENER_3_1_8 = "scrivener-3-1-8"
    """Art. 3(1)(viii), without the advice (ii)"""
    SURVEYOR_3_1_2 = "surveyor-3-1-2"
    """Land and House Investigators Act Art. 3(1)(ii), 審査請求の手続 (iii)"""
    SURVEYOR_3_1_4 = "surveyor-3-1-4"
    """Art. 3(1)(iv) (iii)"""
    SURVEYOR_3_1_7 = "surveyor-3-1-7"
    """Art. 3(1)(vii) (iii)"""
    TAX_2_1_1 = "tax-2-1-1"
    """Certified Public Tax Accountants Act Art. 2(1)(i), 不服申立て with its arguments and statements (iv)"""
    LABOUR_2_1_1_3 = "labour-2-1-1-3"
    """Labour and Social Security Attorneys Act Art. 2(1)(i-3): 審査請求, 異議申立て, 再審査請求 (v)"""
    LABOUR_2_1_1_4 = "labour-2-1-1-4"
    """Art. 2(1)(i-4) to (i-6), without the advice (v)"""
    PATENT_4_1 = "patent-4-1"
    """Patent Attorneys Act Art. 4(1): 不服申立て, 異議申立て, 裁定の取消し (vi)"""
    PATENT_4_2_1 = "patent-4-2-1"
    """Art. 4(2)(i): 不服申立て at customs or the Minister of Finance (vi)"""
    PATENT_4_2_2 = "patent-4-2-2"
    """Art. 4(2)(ii) (vi)"""
    PATENT_6 = "patent-6"
    """Art. 6, lawsuits: a patent attorney's alone, not a corporation's (vi)"""
    PATENT_6_2 = "patent-6-2"
    """Art. 6-2(1), suits about infringement: a patent attorney's alone, not a corporation's (vi)"""


_NOT_OF_CORPORATIONS = frozenset(
    {Work.ATTORNEY_30_6, Work.SCRIVENER_3_1_6, Work.PATENT_6, Work.PATENT_6_2},
)
"""What Ord. 15-2(i), (ii), (vi) take out again for 弁護士法人, 司法書士法人 and 特許業務法人."""

WORKS: Mapping[Profession, frozenset[Work]] = MappingProxyType(
    {
        Profession.ATTORNEY: frozenset({Work.ATTORNEY, Work.ATTORNEY_30_6}),
        Profession.JUDICIAL_SCRIVENER: frozenset(
            {Work.SCRIVENER_3_1_3, Work.SCRIVENER_3_1_6, Work.SCRIVENER_3_1_7, Work.SCRIVENER_3_1_8}
        ),
        Profession.LAND_SURVEYOR: frozenset({Work.SURVEYOR_3_1_2, Work.SURVEYOR_3_1_4, Work.SURVEYOR_3_1_7}),
        Profession.TAX_ACCOUNTANT: frozenset({Work.TAX_2_1_1}),
        Profession.LABOUR_CONSULTANT: frozenset({Work.LABOUR_2_1_1_3, Work.LABOUR_2_1_1_4}),
        Profession.PATENT_ATTORNEY: frozenset(
            {Work.PATENT_4_1, Work.PATENT_4_2_1, Work.PATENT_4_2_2, Work.PATENT_6, Work.PATENT_6_2}
        ),
        Profession.MARITIME_AGENT: frozenset(),
        Profession.ADMINISTRATIVE_SCRIVENER: frozenset(),
    }
)
"""Whose works they are (Ord. 15-2(i) to (vi))."""


def works_without_client(profession: Profession, *, corporation: bool) -> frozenset[Work]:
    """The works for which a professional, or a corporation of that profession, names no client."""
    works = WORKS[profession]
    return works - _NOT_OF_CORPORATIONS if corporation else works
