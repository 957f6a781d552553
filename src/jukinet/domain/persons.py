"""Who a person is, as the network knows it: the six facts, and nothing more.

本人確認情報 (identity-verification information) is name, with the nickname of a foreign resident,
address, date of birth, sex and Resident Record code, and the changes to these (Act Art. 30-5(1)).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode


class Private:
    """A ``repr`` that names the kind and shows nothing of the person: what is logged by mistake tells nobody."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Sex(StrEnum):
    """Sex as recorded; the wire uses these words, forms print 男 and 女."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, repr=False)
class Address(Private):
    """An address (住所) in one municipality.

    ``text`` runs from the prefecture to the lot or house number, as recorded; ``building`` (方書) is
    what the register writes after it, and takes no part in matching.
    """

    municipality: MunicipalityCode
    text: str
    building: str | None = None

    @property
    def full(self) -> str:
        """The address as printed on one line."""
        return f"{self.text}　{self.building}" if self.building else self.text


@dataclass(frozen=True, slots=True, repr=False)
class Place(Private):
    """A former address or a destination, which may lie abroad or be known only as text."""

    text: str
    municipality: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True, repr=False)
class IdentityFacts(Private):
    """The six facts (Act Art. 7 nos. 1–3, 7, 13; nickname: Ord. 30-26(7)).

    ``code`` is None only where a foreign resident who never had one is deleted
    (Ord. 2010 no. 253 suppl. 9; see ``jukinet.law.identity_notices``).
    """

    name: str
    birth_date: PartialDate
    sex: Sex
    address: Address
    code: ResidentRecordCode | None
    nickname: str | None = None
