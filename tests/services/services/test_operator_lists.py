"""Many operators at once and a whole unit: all or nobody, with the days of each, and never nobody to enrol the next."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI

from jukinet.domain.csv_filings import rows_of
from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import operator_lists, settings
from jukinet.services.operator_lists import Enrolments, read_operators
from jukinet.services.operators import OperatorClaim, admit
from jukinet.store.node_rows import Operator
from jukinet.testing.federation import CLERK, Federation

READ, RUN = Permission.REGISTER_RESIDENT_READ, Permission.REGISTER_QUERY_RUN
ENROLLED = "operators:operator:enrolled"


def file(*rows: str) -> Enrolments:
    data = "\r\n".join(("id,name,unit,permissions,valid_from,valid_to", *rows, "")).encode()
    return read_operators({"rows": rows_of(data)})


def listed(federation: Federation) -> dict[str, Operator]:
    found = operator_lists.list_operators(federation.context(KUNI), CLERK)
    assert not isinstance(found, Refused)
    return {one.operator_id: one for one in found}


def may(federation: Federation, operator: str, permission: Permission, on: date) -> bool:
    with federation.context(KUNI).begin() as tx:
        return isinstance(admit(tx, OperatorClaim(operator), permission, on), Permitted)


@case("spec 10.3", permitted="OU4 OU6")
def test_a_file_enrols_many_with_unit_and_days_and_the_list_says_so(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    given = file(
        f"tanaka,田中,市民課,{READ} {RUN},,",
        f"suzuki,鈴木,市民課,{READ},2013-08-01,2013-08-31",
        "guest,客,,,,",
    )
    assert operator_lists.load_operators(ctx, CLERK, given) == 3
    found = listed(federation)
    assert found["tanaka"] == Operator(
        "tanaka", "田中", frozenset({READ, RUN}), counter.TODAY, None, "市民課"
    )
    assert (found["suzuki"].valid_from, found["suzuki"].valid_to) == (date(2013, 8, 1), date(2013, 8, 31))
    assert (found["guest"].permissions, found["guest"].unit) == (frozenset(), None)
    assert CLERK.operator_id in found, "who is not in the file stays"
    assert may(federation, "tanaka", RUN, counter.TODAY)
    assert not may(federation, "suzuki", READ, counter.TODAY)
    assert may(federation, "suzuki", READ, date(2013, 8, 31))
    assert not may(federation, "suzuki", READ, date(2013, 9, 1))
    done = settings.enrol_operator(
        ctx, CLERK, "ito", "伊藤", [READ], valid_to=date(2013, 7, 31), unit="税務課"
    )
    assert isinstance(done, Permitted)
    assert (listed(federation)["ito"].unit, listed(federation)["ito"].valid_to) == (
        "税務課",
        date(2013, 7, 31),
    )


@case("spec 10.3", permitted="OU5 OU6")
def test_a_unit_is_granted_as_one(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    operator_lists.load_operators(ctx, CLERK, file("tanaka,田中,市民課,,,", "ito,伊藤,税務課,,,"))
    assert operator_lists.grant_unit(ctx, CLERK, "市民課", [RUN]) == 1
    assert may(federation, "tanaka", RUN, counter.TODAY)
    assert not may(federation, "ito", RUN, counter.TODAY)
    assert listed(federation)["tanaka"].unit == "市民課"


@case(refused="OU4 OU5 OU6")
def test_what_is_refused_changes_nobody(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    wrong = file(f"tanaka,田中,市民課,{READ},,", f"suzuki,鈴木,市民課,{READ},2013-08-01,2013-07-31")
    locked_out = file(f"{CLERK.operator_id},佐藤,市民課,{READ},,")
    ending = file(f"{CLERK.operator_id},佐藤,,{Permission.NODE_OPERATOR_ENROL},,2013-12-31")
    for given, rule in ((wrong, "OU4"), (locked_out, "OU6"), (ending, "OU6")):
        before = world.tables(federation, KUNI)
        refused = operator_lists.load_operators(ctx, CLERK, given)
        assert isinstance(refused, Refused)
        assert [one.rule for one in refused.failed] == [rule]
        assert world.changed(before, world.tables(federation, KUNI)) == {"audit_entries"}
    refused = operator_lists.grant_unit(ctx, CLERK, "なし課", [READ])
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["OU5"]
    managing = f"{Permission.NODE_OPERATOR_ENROL}"
    operator_lists.load_operators(ctx, CLERK, file(f"{CLERK.operator_id},佐藤,市民課,{managing},,"))
    refused = operator_lists.grant_unit(ctx, CLERK, "市民課", [READ])
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["OU6"]


def test_only_who_may_enrol_sees_and_changes_them(federation: Federation) -> None:
    ctx, novice = federation.context(KUNI), OperatorClaim("tanaka")
    operator_lists.load_operators(ctx, CLERK, file(f"tanaka,田中,市民課,{READ},,"))
    for act in (
        lambda: operator_lists.list_operators(ctx, novice),
        lambda: operator_lists.load_operators(ctx, novice, file("ito,伊藤,,,,")),
        lambda: operator_lists.grant_unit(ctx, novice, "市民課", list(Permission)),
    ):
        refused = act()
        assert isinstance(refused, Refused)
        assert [one.rule for one in refused.failed] == ["G3"]
    assert "ito" not in listed(federation)


@pytest.mark.parametrize("rows", [("tanaka,田中,,no:such:thing,,",), ("tanaka,一,,,,", "tanaka,二,,,,")])
def test_a_file_with_a_fault_enrols_nobody(rows: tuple[str, ...]) -> None:
    with pytest.raises(JukinetError):
        file(*rows)
