"""What came about records, as the certification body's client reads it over a real line."""

from __future__ import annotations

from datetime import date

import pytest
from tests.acceptance.test_client import CODE, SupplyDoor, authority, client, door, national, organ

from jukinet.client import ChangeAnswer, ChangeFact, Fact, SupplyClient, VerificationRefused
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.certification import JC1
from jukinet.network.problems import refused

__all__ = ["authority", "client", "door", "national", "organ"]


def test_what_came_about_records_is_typed(client: SupplyClient, door: SupplyDoor) -> None:
    told = {"code": CODE.text, "fact": "deleted", "told_on": "2013-07-08"}
    door.answer = {"next_since": "2013-07-07", "basis": ["Act Art. 30-11(9)"], "facts": [told]}
    since = date(2013, 7, 1)
    answer = client.change_facts(operator="o", case="1", since=since, codes=[CODE], request_id="request-7")
    assert answer == ChangeAnswer(date(2013, 7, 7), (ChangeFact(CODE, Fact.DELETED, date(2013, 7, 8)),))
    assert door.asked == [
        {"request_id": "request-7", "operator": "o", "case": "1", "since": "2013-07-01", "codes": [CODE.text]}
    ]
    door.answer = door.answer | {"facts": [told | {"fact": "moved"}]}
    with pytest.raises(JukinetError) as caught:
        client.change_facts(operator="o", case="1", since=since, codes=[CODE])
    assert caught.value.kind is ErrorKind.MALFORMED
    door.answer = refused({}, [JC1])
    refusal = client.change_facts(operator="o", case="1", since=since, codes=[CODE])
    assert isinstance(refusal, VerificationRefused)
    assert [rule.rule for rule in refusal.rules] == ["JC1"]
