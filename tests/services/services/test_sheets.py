"""Printing a list: recorded with its digest, read strictly, and nothing of the register is looked at."""

from __future__ import annotations

import hashlib

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.services import sheets
from jukinet.services.sheets import Form, Label, Sheet
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

PRINTED = "register:sheet:printed"
LIST = "resident_no,postcode,address,building,name\r\n00000000019,1860004,国立市中1,国立荘,国立　一郎\r\n".encode()


def printed(federation: Federation, data: bytes, form: Form) -> Sheet:
    given = sheets.read_list(data)
    made = sheets.print_list(federation.context(KUNITACHI), CLERK, given, form, lambda _: True)
    assert isinstance(made, Sheet), made
    return made


@case("spec 9.6", permitted="CD24")
def test_labels_are_made_of_a_list_and_the_log_says_of_which(standing: Federation) -> None:
    made = printed(standing, LIST, Form.LABELS)
    assert made.labels == (Label("国立　一郎", "1860004", "国立市中1", "国立荘"),)
    entry = counter.audit(standing, KUNITACHI, PRINTED)[-1]
    assert entry["reference"] == hashlib.sha256(LIST).hexdigest()
    assert entry["rules"][1:] == ["as labels", "rows 1"]
    of_query = b"name,address,address_building\r\nA,B,C\r\n"
    assert printed(standing, of_query, Form.LABELS).labels == (Label("A", "", "B", "C"),)
    assert printed(standing, of_query, Form.TABLE).rows == (("A", "B", "C"),)


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (b"", ["line 1"]),
        (b"name,address\r\nA\r\nB,C,D\r\n", ["line 2", "line 3"]),
        (b"name,address\r\nA,\xff\r\n", ["line 2"]),
    ],
)
def test_what_is_no_list_is_told_by_line(data: bytes, fields: list[str]) -> None:
    with pytest.raises(JukinetError) as refused:
        sheets.read_list(data)
    assert [fault.field for fault in refused.value.faults] == fields


def test_labels_need_a_name_and_an_address(standing: Federation) -> None:
    with pytest.raises(JukinetError) as refused:
        printed(standing, b"sex\r\nmale\r\n", Form.LABELS)
    assert [fault.field for fault in refused.value.faults] == ["name", "address"]


@case(refused="CD24")
def test_a_sheet_has_its_gate_and_its_fonts(standing: Federation) -> None:
    given = sheets.read_list(LIST)
    counter.assert_gated(
        standing,
        KUNITACHI,
        PRINTED,
        Permission.REGISTER_QUERY_RUN,
        lambda ctx, claim: sheets.print_list(ctx, claim, given, Form.TABLE, lambda _: True),
    )
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(
        standing,
        KUNITACHI,
        PRINTED,
        lambda: sheets.print_list(ctx, CLERK, given, Form.TABLE, lambda _: False),
        "CD24",
    )
