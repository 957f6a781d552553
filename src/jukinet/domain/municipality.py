"""Codes of municipalities and prefectures, and the names of nodes, organs and a municipality's own systems.

Owns the spelling of every name by which one party of the network knows another.
Which nodes and organs exist, with which keys, is in the signed directory (``jukinet.messages.directory``); which
systems a municipality admits, in its own configuration.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from jukinet.domain.scalars import Scalar

NODE_URI = "urn:jukinet:node:"
ORGAN_URI = "urn:jukinet:organ:"
SYSTEM_URI = "urn:jukinet:system:"

# fmt: off
PREFECTURE_NAMES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)
# fmt: on
"""The 47 prefectures in the order of their codes (JIS X 0401)."""

_CODE = re.compile(r"[0-9]{6}")
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")


def municipality_check_digit(five: str) -> str:
    """The check digit of a five-digit code: the last digit of 11 − (Σ digit·(6,5,4,3,2) mod 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(five, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


class PrefectureCode(Scalar):
    """都道府県コード, ``01`` to ``47``."""

    __slots__ = ()
    personal = False

    @classmethod
    def check(cls, text: str) -> str:
        if not re.fullmatch(r"[0-9]{2}", text) or not 1 <= int(text) <= len(PREFECTURE_NAMES):
            raise ValueError("must be a prefecture code, 01 to 47")
        return text

    @property
    def name(self) -> str:
        """The name in Japanese, such as 東京都."""
        return PREFECTURE_NAMES[int(self.text) - 1]

    @property
    def node_id(self) -> NodeId:
        return NodeId.checked_before(f"pref-{self.text}")


class MunicipalityCode(Scalar):
    """全国地方公共団体コード of a municipality: six digits, the last a check digit.

    A prefecture's own code (000 after its two digits) is not a municipality's and is refused.
    """

    __slots__ = ()
    personal = False

    @classmethod
    def check(cls, text: str) -> str:
        return _check_municipality(text)

    @property
    def prefecture(self) -> PrefectureCode:
        """The prefecture that the municipality lies in."""
        return PrefectureCode.checked_before(self.text[:2])

    @property
    def node_id(self) -> NodeId:
        return NodeId.checked_before(f"muni-{self.text}")


@lru_cache(maxsize=4096)
def _check_municipality(text: str) -> str:
    """Remembered: every address and every statement has one, and the country has but 1,900 of them."""
    if not _CODE.fullmatch(text) or text[2:5] == "000" or not 1 <= int(text[:2]) <= len(PREFECTURE_NAMES):
        raise ValueError("must be the six digits of a municipality")
    if text[5] != municipality_check_digit(text[:5]):
        raise ValueError("must be the six digits of a municipality, with the right check digit")
    return text


class NodeRole(StrEnum):
    """What a node is."""

    MUNICIPALITY = "municipality"
    PREFECTURE = "prefecture"
    NATIONAL = "national"


class NodeId(Scalar):
    """The name of a node: ``national``, ``pref-13`` or ``muni-132152``."""

    __slots__ = ()
    personal = False

    @classmethod
    def check(cls, text: str) -> str:
        if text == NodeRole.NATIONAL.value:
            return text
        kind, _, rest = text.partition("-")
        try:
            if kind == "pref":
                return f"pref-{PrefectureCode(rest)}"
            if kind == "muni":
                return f"muni-{MunicipalityCode(rest)}"
        except ValueError:
            pass
        raise ValueError("must be a node: national, pref-13 or muni-132152")

    @property
    def role(self) -> NodeRole:
        if self.text.startswith("muni-"):
            return NodeRole.MUNICIPALITY
        return NodeRole.PREFECTURE if self.text.startswith("pref-") else NodeRole.NATIONAL

    @property
    def municipality(self) -> MunicipalityCode | None:
        """The municipality whose node this is, or None."""
        return MunicipalityCode.checked_before(self.text[5:]) if self.text.startswith("muni-") else None

    @property
    def prefecture(self) -> PrefectureCode | None:
        """The prefecture whose node this is, or in which the municipality lies; None for the centre."""
        return None if self.text == NodeRole.NATIONAL else PrefectureCode.checked_before(self.text[5:7])

    @property
    def schema(self) -> str:
        """The PostgreSQL schema of the node."""
        return self.text.replace("-", "_")

    @property
    def uri(self) -> str:
        """The URI SAN of the node's certificate."""
        return NODE_URI + self.text


NATIONAL = NodeId("national")
"""The centre (指定情報処理機関)."""


class OrganSlug(Scalar):
    """The name of an organ that is supplied with information: ``[a-z][a-z0-9-]{1,40}``."""

    __slots__ = ()
    personal = False

    @classmethod
    def check(cls, text: str) -> str:
        if not _SLUG.fullmatch(text):
            raise ValueError("must be a name of 2 to 41 small letters, digits and hyphens")
        return text

    @property
    def uri(self) -> str:
        """The URI SAN of the organ's certificate."""
        return ORGAN_URI + self.text


class SystemId(Scalar):
    """The name of a municipality's own system: its node and a slug, such as ``muni-132152:tax-office``.

    The node is part of the name, so that no municipality can admit, or be taken for, another one's.
    """

    __slots__ = ()
    personal = False

    @classmethod
    def check(cls, text: str) -> str:
        node, _, slug = text.partition(":")
        try:
            if NodeId(node).role is NodeRole.MUNICIPALITY and _SLUG.fullmatch(slug):
                return text
        except ValueError:
            pass
        raise ValueError("must be a municipality's system, such as muni-132152:tax-office")

    @property
    def node(self) -> NodeId:
        """The municipality whose system this is."""
        return NodeId(self.text.partition(":")[0])

    @property
    def slug(self) -> str:
        """Its name within the municipality."""
        return self.text.partition(":")[2]

    @property
    def uri(self) -> str:
        """The URI SAN of the system's certificate."""
        return SYSTEM_URI + self.text


Party: TypeAlias = NodeId | OrganSlug | SystemId
"""Whoever a certificate of the network can name."""


def parse_peer_uri(uri: str) -> Party:
    """Who a URI names; ``ValueError`` where it names no party of the network."""
    if uri.startswith(NODE_URI):
        return NodeId(uri.removeprefix(NODE_URI))
    if uri.startswith(ORGAN_URI):
        return OrganSlug(uri.removeprefix(ORGAN_URI))
    if uri.startswith(SYSTEM_URI):
        return SystemId(uri.removeprefix(SYSTEM_URI))
    raise ValueError(f"must be a name that begins with {NODE_URI}, {ORGAN_URI} or {SYSTEM_URI}")
