"""What is hidden of a filing: every place where the reader of any act takes an item that may be hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.conformance.cases import case

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.hiding import Hideable, without_filed
from jukinet.domain.recording import Listing, Object, Shape, Text, shape_of
from jukinet.services.register_acts import DRAFTABLE

STAY = {
    "nationality",
    "stay",
    "status",
    "period",
    "document_number",
    "card_later",
    "became_foreign_resident_on",
}


def filled(shape: Shape) -> Any:
    """A filing with every field that there is."""
    if isinstance(shape, Object):
        return {name: filled(one.shape) for name, one in shape.properties.items()}
    return [filled(shape.item)] if isinstance(shape, Listing) else "said"


def items(shape: Shape, given: Any) -> Iterator[Hideable]:
    """Which hideable items a filing says, judged by its reader: by parsers, and by which fields stand together."""
    if given is None:
        return
    if isinstance(shape, Text) and ResidentRecordCode.parse in shape.parsers:
        yield Hideable.CODE
    if isinstance(shape, Listing):
        for one in given:
            yield from items(shape.item, one)
    if not isinstance(shape, Object):
        return
    if {"domicile", "head"} == set(shape.properties):
        yield Hideable.KOSEKI
    said = {name for name, one in given.items() if one is not None}
    if said & STAY or ("stay" in shape.properties and "expires_on" in said):
        yield Hideable.STAY
    for name, one in shape.properties.items():
        yield from items(one.shape, given[name])


@case("spec 10.4")
@pytest.mark.parametrize("act", DRAFTABLE, ids=lambda act: act.name)
def test_no_filing_says_a_hidden_item_and_every_other_field_stays(act: Any) -> None:
    shape = shape_of(act.read)
    whole = filled(shape)
    there = set(items(shape, whole))
    for item in Hideable:
        assert set(items(shape, without_filed(whole, (item,)))) == there - {item}
    assert without_filed(whole, ()) == whole
    if not there:
        assert without_filed(whole, tuple(Hideable)) == whole


def test_every_item_is_in_some_filing_and_what_only_bears_its_name_stays() -> None:
    assert {one for act in DRAFTABLE for one in items(shape_of(act.read), filled(shape_of(act.read)))} == set(
        Hideable
    )
    card = {"number": "A1", "expires_on": "2022-09-03"}
    assert without_filed(card, tuple(Hideable)) == card
