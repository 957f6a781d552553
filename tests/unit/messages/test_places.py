"""Which municipality a domicile lies in, by its text and the names in the directory."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conformance.cases import case

from jukinet.domain.municipality import MunicipalityCode
from jukinet.messages.directory import Directory
from jukinet.testing.federation import NODES, make_directory

YOKOHAMA, TSURUMI = MunicipalityCode("141003"), MunicipalityCode("141011")
FUCHU_TOKYO, FUCHU_HIROSHIMA = MunicipalityCode("132063"), MunicipalityCode("342084")


@pytest.fixture(scope="module")
def directory() -> Directory:
    named = {FUCHU_TOKYO: "府中市", FUCHU_HIROSHIMA: "府中市", YOKOHAMA: "横浜市", TSURUMI: "鶴見区"}
    plain = make_directory(NODES)
    template = plain.nodes[-1]
    more = [
        replace(
            template,
            id=code.node_id,
            name=name,
            keys=(),
            city=YOKOHAMA.node_id if code == TSURUMI else None,
        )
        for code, name in named.items()
    ]
    nodes = (*plain.nodes, *more)
    return Directory(plain.version, plain.issued_at, nodes, plain.organs)


@case("Act Art. 19(1)")
@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("東京都国立市富士見台二丁目47番地", "132152"),
        ("国立市富士見台二丁目47番地", "132152"),
        ("東京都 国立市　東1", "132152"),
        ("福島県福島市五老内町3番", "072010"),
        ("福島県東白川郡矢祭町大字東舘", "074829"),
        ("矢祭町大字東舘", "074829"),
        ("東京都府中市宮西町", "132063"),
        ("広島県府中市府川町", "342084"),
        ("府中市宮西町", None),
        ("福島県国立市東1", None),
        ("神奈川県横浜市鶴見区鶴見中央三丁目", "141011"),
        ("横浜市鶴見区鶴見中央三丁目", "141011"),
        ("神奈川県横浜市中区", None),
        ("大阪府大阪市", None),
        ("", None),
    ],
)
def test_where_a_domicile_lies(directory: Directory, place: str, code: str | None) -> None:
    found = directory.municipality_at(place)
    assert (str(found) if found else None) == code
