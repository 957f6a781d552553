"""People who do not exist, for copies."""

from dataclasses import replace
from datetime import date

from jukinet.documents.copies import CopyDocument
from jukinet.documents.household_form import Certifier
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.messages.copies import CopyPerson, HouseholdItems, NationalityAndClass, WantedItem

EVERYTHING = frozenset(WantedItem)
ADDRESS = Address(MunicipalityCode("132152"), "東京都国立市富士見台二丁目999番地の99", "見本ハイツ 101号室")

HEAD = HouseholdItems("見本 太郎", "世帯主")
STAY = NationalityAndClass(
    "VNM", ForeignClass.MID_TO_LONG_TERM, "日本人の配偶者等", "3年", date(2015, 6, 30), "AB00000000CD"
)

TARO = CopyPerson(
    name="見本 太郎",
    birth_date=PartialDate("1975-03-02"),
    sex=Sex.MALE,
    address=ADDRESS,
    address_since=PartialDate("2012-10-01"),
    recorded_since=date(2008, 4, 3),
    became_resident_on=PartialDate("2008-04-01"),
    previous_address=Place("北海道札幌市中央区架空町1番地"),
    household=HEAD,
    code=ResidentRecordCode("24727059608"),
)
LINH = replace(
    TARO,
    name="TRAN THI LINH",
    nickname="見本 りん",
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    became_resident_on=None,
    became_foreign_resident_on=PartialDate("2012-07-09"),
    household=HouseholdItems("見本 太郎", "妻"),
    code=ResidentRecordCode("24846016224"),
    foreign=STAY,
)


def document(*persons: CopyPerson, wanted=frozenset(), **changes) -> CopyDocument:
    plain = CopyDocument(
        persons=persons or (TARO, LINH),
        wanted=wanted,
        home_mayor="東京都国立市長",
        issuer=Certifier("福島県福島市長", "架空 一郎"),
        issued_on=date(2013, 7, 8),
        issue_number="20130708 福島市 窓口1 001 011",
    )
    return replace(plain, **changes)
