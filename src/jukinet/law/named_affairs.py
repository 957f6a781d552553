"""Affairs that the Act names itself, without a table: Arts. 30-7(4)(iii), (5)(iii), (6)(iii) and 30-8(1)(iii).

Owns what they are for ``jukinet.law.supply``: to each apply the rules of the table to whose paragraph it belongs,
since the Act sets both under one head, and delegates both together (30-10(1)(iv) to (vi)).
"""

from __future__ import annotations

from functools import cache

from jukinet.law.catalogue import GOVERNOR, OF_THE_ACT, Affair, Organ, QueryKind, packaged
from jukinet.law.edition import VALID_FROM

CONSENT = "a30-8-1-3"
"""What the governor uses with the consent of the person."""
BETWEEN_GOVERNORS = "a30-7-5-3"
"""What a governor asks of another for the accuracy of the registers of his municipalities (30-7(10))."""

_MAYOR = "mayor"
_REGISTER_WORK = ("住民基本台帳に関する事務の処理", "The work of the Basic Resident Register")
_TEXTS = {
    "a30-7-4-3": (_MAYOR, *_REGISTER_WORK),
    BETWEEN_GOVERNORS: (
        GOVERNOR.text,
        "法第三十条の七第十項に規定する事務の処理",
        "Helping the municipalities of the prefecture to keep their registers right (Art. 30-7(10))",
    ),
    "a30-7-6-3": (_MAYOR, *_REGISTER_WORK),
    CONSENT: (
        GOVERNOR.text,
        "本人確認情報の利用につき本人が同意した事務の遂行",
        "An affair in which the person consented to the use",
    ),
}


@cache
def named() -> tuple[Affair, ...]:
    """Every such affair; its organ is the catalogue's."""
    organs = {organ.slug.text: organ for organ in packaged().organs().values()}
    return tuple(_affair(name, table, organs) for name, table in OF_THE_ACT.items())


def _affair(name: str, table: int, organs: dict[str, Organ]) -> Affair:
    slug, ja, en = _TEXTS[name]
    article, paragraph, number = name.removeprefix("a30-").split("-")
    place = f"30-{article}({paragraph})({'i' * int(number)})"
    return Affair(
        id=name,
        table=table,
        row="",
        number=int(number),
        organs=(organs[slug],),
        act_ja="住民基本台帳法",
        act_en="Basic Resident Register Act",
        article=f"Art. {place}",
        affair_ja=ja,
        affair_en=en,
        basis=(f"Act Art. {place}",),
        queries=frozenset(QueryKind),
        valid_from=VALID_FROM,
    )
