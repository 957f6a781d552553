"""What the tests of browsing share: a town of two areas, and requests and applications with plain defaults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.services.services import counter

from jukinet.domain.items import ResidentRecord
from jukinet.domain.persons import Address
from jukinet.law.browsing import ViewerPaper
from jukinet.law.decisions import Refused
from jukinet.services import browsing, gazetteer
from jukinet.services.browsing import AreaList, Granted
from jukinet.services.browsing_filings import read_application, read_request
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

NAKA, NAKA_2, EAST = "東京都国立市中一丁目", "東京都国立市中二丁目", "東京都国立市東"
TOWNS = [
    {"code": f"00{number}0000", "name": name, "kana": "カナ", "valid_from": "1970-01-01"}
    for number, name in enumerate((NAKA, NAKA_2, EAST))
] + [
    {
        "code": "0090000",
        "name": "東京都国立市旧町",
        "kana": "カナ",
        "valid_from": "1970-01-01",
        "valid_to": "2013-07-07",
    }
]


def towns(federation: Federation) -> None:
    given = gazetteer.read_gazetteer({"towns": TOWNS})
    assert not isinstance(gazetteer.load_gazetteer(federation.context(KUNITACHI), CLERK, given), Refused)


def person(seed: int, place: str, **changes: Any) -> ResidentRecord:
    made = make_person(seed=seed, municipality=KUNITACHI, address=Address(KUNITACHI, place))
    return replace(made, household_number="x", **changes)


def people(federation: Federation, *places: str) -> list[Found]:
    """A town with somebody alone at each place, in the order of the places."""
    towns(federation)
    homes = [[person(seed, place)] for seed, place in enumerate(places, 1)]
    found = counter.load(federation, KUNITACHI, *homes)
    by_place = {one.record.address.text: one for one in found}
    return [by_place[place] for place in places]


def request(**changes: Any) -> dict[str, Any]:
    return {
        "body": "見本県統計課",
        "official_document": True,
        "purpose": "国民生活基礎調査",
        "viewers": [{"name": "官田　一", "post": "主任"}],
        "wanted": {"areas": [NAKA]},
        "responsible": {"name": "官田　二", "post": "課長"},
        "received_on": "2013-07-08",
    } | changes


def application(**changes: Any) -> dict[str, Any]:
    return {
        "applicant": {
            "corporation": True,
            "name": "一般社団法人見本調査会",
            "address": "東京都見本区一丁目",
            "representative": "見本　代表",
        },
        "activity": "research",
        "fair": True,
        "purpose": "世論調査の対象者の抽出",
        "viewers": [
            {"name": "調査　一", "post": "調査員", "address": "東京都見本区二丁目"},
            {"name": "調査　二", "post": "調査員", "address": "東京都見本区三丁目"},
        ],
        "management": "施錠した保管庫で保管し、終了後に裁断する",
        "handlers_range": "調査部の職員",
        "set_up": "調査部が実施する",
        "results": "統計として公表する",
        "commissioned": False,
        "wanted": {"areas": [NAKA, EAST]},
        "responsible": {"name": "調査　長", "post": "部長"},
        "received_on": "2013-07-08",
    } | changes


def granted(federation: Federation, filing: dict[str, Any]) -> int:
    read = read_request if "body" in filing else read_application
    done = browsing.grant(federation.context(KUNITACHI), CLERK, read(filing))
    assert isinstance(done, Granted), done
    return done.browsing


def show(
    federation: Federation, number: int, area: str = NAKA, *, printable: bool = True, **changes: Any
) -> AreaList | Refused:
    given: dict[str, Any] = {"viewer": 1, "paper": ViewerPaper.STAFF_CARD} | changes
    ctx = federation.context(KUNITACHI)
    return browsing.show(ctx, CLERK, number, area, can_print=lambda _: printable, **given)


def shown(federation: Federation, number: int, area: str = NAKA, **changes: Any) -> AreaList:
    made = show(federation, number, area, **changes)
    assert isinstance(made, AreaList), made
    return made


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]
