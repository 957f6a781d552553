"""A governor serves in the centre's place from the Minister's notice to its end, and not because the centre is down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.acceptance.country import (
    CLERK,
    DAY,
    NATIONAL,
    PARTS,
    PENSION,
    PREF,
    SUPPLY,
    Country,
    unusual_name,
)

from jukinet.client import SupplyClient, VerificationRefused
from jukinet.domain.code import ResidentRecordCode

pytestmark = pytest.mark.timeout(300)

TABLE_1, TABLE_3, TABLE_4 = "t1-77-1", "t3-1_2-1", "t4-2-1"
NOT_HIS = "S5"


@pytest.fixture
def governor(whole: Country) -> Iterator[SupplyClient]:
    """The pension service at the governor's door."""
    tls, home = whole.tls(PENSION), whole.pki / "organs" / PENSION
    with SupplyClient(
        whole.url(PREF, SUPPLY),
        PREF,
        cert=tls.cert,
        key=tls.key,
        ca=tls.ca,
        signing_key=home / "statement.key",
    ) as client:
        yield client


def make_public(whole: Country, *notices: int) -> None:
    """Each notice and its end: what is not made public yet is told by the governor's status until it is."""
    for notice in notices:
        publish = (
            "network",
            "alone",
            "publish",
            notice,
            "--gazette",
            "公報第5号",
            "--on",
            DAY,
            "--as",
            CLERK,
        )
        whole.at(PREF, *publish)
        whole.at(PREF, *publish, "--of-end")


def test_only_the_ministers_notice_lets_a_governor_serve_and_only_until_its_end(
    whole: Country, governor: SupplyClient
) -> None:
    name = unusual_name()
    code = whole.code_of(whole.household(name)[1][0])
    whole.wait_arrived(code)
    entry = whole.last_entry(PREF)

    def said(affair: str) -> set[str] | str:
        """The rules that stand in the way, or on what basis she is told of."""
        answer = governor.verify(
            affair=affair, operator="suzuki", case="2013-1", who=ResidentRecordCode(code)
        )
        if isinstance(answer, VerificationRefused):
            return {one.rule for one in answer.rules}
        assert answer.person is not None
        assert answer.person.facts.name == name
        return " ".join(answer.basis)

    def record(*words: object, document: str) -> None:
        whole.at(PREF, "network", "alone", *words, "--document", document, "--on", DAY, "--as", CLERK)

    whole.kill(NATIONAL, *PARTS[NATIONAL])
    assert said(TABLE_1) == {NOT_HIS}, "a centre that is down is no case of the Act"
    assert all(NOT_HIS in said(table) for table in (TABLE_3, TABLE_4))

    record("begin", "--cause", "disaster", "--work", "iii", document="総行市第1号")
    assert "30-27(1)" in said(TABLE_1)
    assert all(NOT_HIS in said(table) for table in (TABLE_3, TABLE_4)), "the notice was of another work"
    # What else stands in the way is that these tables are not the pension service's.
    record("begin", "--cause", "ordered-to-stop", "--work", "v", "--work", "vi", document="総行市第2号")
    assert not any(NOT_HIS in said(table) for table in (TABLE_3, TABLE_4))

    record("end", 1, document="総行市第9号")
    assert said(TABLE_1) == {NOT_HIS}, "the cause ceased, though the centre still does not answer"
    assert not any(NOT_HIS in said(table) for table in (TABLE_3, TABLE_4))
    record("end", 2, document="総行市第10号")
    assert all(NOT_HIS in said(table) for table in (TABLE_1, TABLE_3, TABLE_4))

    make_public(whole, 1, 2)
    first, _ = whole.at(PREF, "network", "alone", "list", "--json", "--as", CLERK).json
    days = ("begun_on", "published_on", "ended_on", "end_published_on")
    assert [first[day] for day in days] == [DAY] * 4
    shown = [
        (one["outcome"], one["subject_code"])
        for one in whole.audit(PREF, "supply:query:answered", after=entry)
    ]
    assert shown.count(("done", code)) == 1, "she was told of once"
    assert len(shown) == 14
