"""Affairs that the Act names itself at the desk, and whose people the centre leaves out for Tables 3 and 4."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.supply.asking import CODES, DAY, HANAKO, PENSION, ask, by_items, hanako, load, query
from tests.services.supply.batching import answered, codes_csv, submitted
from tests.services.supply.test_batches import items_csv
from tests.services.supply.test_blocks import block, unblock
from tests.services.world import TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.batches import BatchFormat, Way
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.law.catalogue import QueryKind
from jukinet.law.decisions import Refused
from jukinet.law.supply import Result
from jukinet.messages.directory import OrganEntry, OrganState, SignaturePolicy
from jukinet.network.batches import read_declaration
from jukinet.services.supply import batches
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.lookups import Verification
from jukinet.services.supply.queries import Consent, read_query
from jukinet.services.supply_blocks import Whom
from jukinet.store.batches import Asked
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

OWN, OTHER = OrganSlug("tokyo-governor"), OrganSlug("fukushima-prefecture")
ELSEWHERE = OrganSlug("fukushima-mayor")
BETWEEN, TABLE_3, CONSENT = "a30-7-5-3", "t3-1_2-1", "a30-8-1-3"


@pytest.fixture
def asking(federation: Federation) -> Federation:
    """A network in which two governors and a mayor of the other prefecture are organs, and Hanako lives in Tokyo."""
    tls, governor = SignaturePolicy.TLS_ONLY, (OrganSlug("governor"),)
    organs = (
        OrganEntry(OWN, "東京都知事", (), tls, seat=TOKYO, acts_as=governor),
        OrganEntry(OTHER, "福島県知事", (), tls, seat=NodeId("pref-07"), acts_as=governor),
        OrganEntry(ELSEWHERE, "福島市長", (), tls, seat=FUKUSHIMA.node_id, acts_as=(OrganSlug("mayor"),)),
    )
    federation.directory = replace(federation.directory, organs=(*federation.directory.organs, *organs))
    load(federation, hanako())
    return federation


def result(federation: Federation, asked: Any, organ: OrganSlug, node: NodeId = NATIONAL) -> Verification:
    answer = ask(federation, asked, organ=organ, node=node)
    assert isinstance(answer, Verification), answer
    return answer


@pytest.mark.parametrize("affair", [BETWEEN, TABLE_3])
@case("Act Arts. 30-7(5)(i), (iii), 30-10(1)(v)")
def test_the_centre_tells_another_governor_of_whom_it_tells_her_own_nothing(
    asking: Federation, affair: str
) -> None:
    for asked in (query(affair=affair), by_items(affair=affair)):
        there = result(asking, asked, OTHER)
        assert there.result is Result.FOUND
        own = result(asking, asked, OWN)
        assert (own.result, own.reason, own.person, own.history) == (Result.NONE, None, None, ())
    entries = world.entries(asking, NATIONAL, AuditEvent.SUPPLIED)
    assert [one.outcome for one in entries] == [Outcome.DONE, Outcome.NONE] * 2


@case("Act Art. 30-7(6)(iii)")
def test_a_mayor_elsewhere_asks_through_his_governor_and_the_asker_counts_not_who_hands_on(
    asking: Federation,
) -> None:
    asked = query(affair="a30-7-6-3", **{"for": ELSEWHERE.text})
    assert result(asking, asked, OTHER).result is Result.FOUND
    (entry,) = world.entries(asking, NATIONAL, AuditEvent.SUPPLIED)
    assert entry.terminal == "clerk-7 / 2013-0042 / for fukushima-mayor"


@case("Act Art. 30-8(1)(iii)", permitted="S22", refused="S22")
def test_the_consent_stands_in_the_entry_and_without_one_nobody_is_looked_up(asking: Federation) -> None:
    consent = {"given_on": "2013-07-01", "affair": "見本の貸付"}
    answer = result(asking, query(affair=CONSENT, consent=consent), OWN, TOKYO)
    assert (answer.result, answer.basis) == (Result.FOUND, ("Act Art. 30-8(1)(iii)",))
    without = ask(asking, query(affair=CONSENT), organ=OWN, node=TOKYO)
    later = consent | {"given_on": "2013-07-09"}
    early = ask(asking, query(affair=CONSENT, consent=later), organ=OWN, node=TOKYO)
    for refused in (without, early):
        assert isinstance(refused, Refused)
        assert [one.rule for one in refused.failed] == ["S22"]
    found = world.entries(asking, TOKYO, AuditEvent.SUPPLIED)
    assert [one.outcome for one in found] == [Outcome.DONE, Outcome.REFUSED, Outcome.REFUSED]
    assert found[0].terminal == "clerk-7 / 2013-0042 / consent 2013-07-01 見本の貸付"


def test_a_consent_is_read_strictly_and_every_fault_of_it_is_told() -> None:
    assert query(consent={"given_on": "2013-07-01", "affair": "x"}).consent == Consent(date(2013, 7, 1), "x")
    with pytest.raises(JukinetError) as caught:
        query(consent={"given_on": "2013-7-1", "affair": " ", "more": 1})
    assert {fault.field for fault in caught.value.faults} == {
        "consent.given_on",
        "consent.affair",
        "consent.more",
    }
    with pytest.raises(JukinetError):
        read_query({"consent": "yes"})


@case("Act Art. 30-11(4)", permitted="S23", refused="S23")
def test_a_file_of_a_governor_goes_by_the_line_and_not_on_media(asking: Federation) -> None:
    ctx = asking.context(NATIONAL)
    asked = Asked(OTHER, BETWEEN, "clerk-7", "2013-0042", QueryKind.CODE, BatchFormat.CSV, Way.LINE, 1)
    with ctx.begin() as tx:
        assert not isinstance(batches.decide(ctx, tx, asked, DAY), Refused)
        refused = batches.decide(ctx, tx, replace(asked, way=Way.MEDIA), DAY)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["S23"]


@case("Act Arts. 30-7(7), 30-11(4)", permitted="S23")
def test_at_a_special_request_a_file_of_a_governor_comes_on_media_and_the_entry_names_its_paper(
    asking: Federation, tmp_path: Path
) -> None:
    files = BatchFiles(tmp_path / "batches")
    asked = {"organ": OTHER, "affair": BETWEEN, "special_request": "福総第1号"}
    (row,) = answered(asking, files, codes_csv([CODES[0]]), **asked)
    assert row["result"] == "found"
    entries = world.entries(asking, NATIONAL, AuditEvent.BATCH_ANSWERED)
    assert [one.terminal for one in entries] == ["clerk-7 / 2013-0042 / special request 福総第1号"]


@case("Act Art. 30-7(6)(i)", "Ord. Art. 30-10", permitted="S16 S17", refused="S16 S17 S18")
def test_a_governor_brings_a_file_for_a_mayor_elsewhere_and_of_the_mayors_own_area_it_tells_nothing(
    asking: Federation, tmp_path: Path
) -> None:
    files = BatchFiles(tmp_path / "batches")
    table_4 = {"organ": OTHER, "affair": "t4-2-1"}
    data = codes_csv([CODES[0]])
    (row,) = answered(asking, files, data, for_organ=ELSEWHERE, **table_4)
    assert row["result"] == "found"
    (entry,) = world.entries(asking, NATIONAL, AuditEvent.BATCH_ANSWERED)
    assert entry.terminal == "clerk-7 / 2013-0042 / for fukushima-mayor"
    asked = Asked(OTHER, "t4-2-1", "clerk-7", "2013-0042", QueryKind.CODE, BatchFormat.CSV, Way.LINE, 1)
    ctx = asking.context(NATIONAL)
    with ctx.begin() as tx:
        by_line = batches.decide(ctx, tx, replace(asked, for_organ=ELSEWHERE), DAY)
        alone = batches.decide(ctx, tx, asked, DAY)
        table_3 = batches.decide(ctx, tx, replace(asked, affair=TABLE_3, for_organ=ELSEWHERE), DAY)
    assert not isinstance(by_line, Refused)
    assert [one.rule for one in alone.failed] == ["S3", "S16", "S17"]  # type: ignore[union-attr]
    assert "S18" in [one.rule for one in table_3.failed]  # type: ignore[union-attr]


@case(refused="S11 SL5")
def test_for_whom_a_governor_asks_must_be_served_too(asking: Federation) -> None:
    """Single requests and batches alike: of Table 4 a mayor asks through the governor alone."""
    ctx = asking.context(NATIONAL)
    single = query(affair="t4-2-1", **{"for": ELSEWHERE.text})
    batch = Asked(OTHER, "t4-2-1", "clerk-7", "2013-0042", QueryKind.CODE, BatchFormat.CSV, Way.LINE, 1)

    def failed() -> list[list[str]]:
        with ctx.begin() as tx:
            decided = batches.decide(ctx, tx, replace(batch, for_organ=ELSEWHERE), DAY)
        answer = ask(asking, single, organ=OTHER)
        found = [one.failed if isinstance(one, Refused) else () for one in (answer, decided)]
        return [[one.rule for one in rules] for rules in found]

    assert failed() == [[], []]
    block(asking, Whom.organ(ELSEWHERE))
    assert failed() == [["SL5"], ["SL5"]]
    unblock(asking, Whom.organ(ELSEWHERE))
    entries = asking.directory.organs
    revoked = (replace(one, state=OrganState.REVOKED) if one.slug == ELSEWHERE else one for one in entries)
    asking.directory = replace(asking.directory, organs=tuple(revoked))
    assert failed() == [["S11"], ["S11"]]


def test_the_same_file_for_two_mayors_is_two_batches(asking: Federation, tmp_path: Path) -> None:
    files, data = BatchFiles(tmp_path / "batches"), codes_csv([CODES[0]])
    other = OrganEntry(
        OrganSlug("koriyama-mayor"),
        "郡山市長",
        (),
        SignaturePolicy.TLS_ONLY,
        seat=FUKUSHIMA.node_id,
        acts_as=(OrganSlug("mayor"),),
    )
    asking.directory = replace(asking.directory, organs=(*asking.directory.organs, other))
    told = [
        submitted(asking, files, data, organ=OTHER, affair="t4-2-1", for_organ=mayor)
        for mayor in (ELSEWHERE, other.slug, ELSEWHERE)
    ]
    assert [one.before for one in told] == [False, False, True]
    assert len({one.batch.id for one in told}) == 2


def test_a_declaration_names_for_whom_a_governor_sends_the_file() -> None:
    said = {
        "affair": "t4-2-1",
        "operator": "clerk-7",
        "case": "2013-0042",
        "by": "code",
        "format": "csv",
        "rows": 1,
        "digest": "0" * 64,
    }
    assert read_declaration(OTHER, said)[0].for_organ is None
    assert read_declaration(OTHER, said | {"for": ELSEWHERE.text})[0].for_organ == ELSEWHERE
    with pytest.raises(JukinetError) as caught:
        read_declaration(OTHER, said | {"for": "A Mayor", "special_request": "x"})
    assert {fault.field for fault in caught.value.faults} == {"for", "special_request"}


@case("Act Art. 30-7(4)(i)", "Ord. Art. 30-8")
def test_a_mayor_of_the_area_brings_a_file_to_his_governor(asking: Federation) -> None:
    mayor = OrganEntry(
        OrganSlug("kunitachi-mayor"),
        "国立市長",
        (),
        SignaturePolicy.TLS_ONLY,
        seat=KUNITACHI.node_id,
        acts_as=(OrganSlug("mayor"),),
    )
    asking.directory = replace(asking.directory, organs=(*asking.directory.organs, mayor))
    asked = Asked(mayor.slug, "t2-3-1", "clerk-7", "1", QueryKind.CODE, BatchFormat.CSV, Way.MEDIA, 1)
    for node, permitted in ((TOKYO, True), (NATIONAL, False)):
        ctx = asking.context(node)
        for way in Way:
            with ctx.begin() as tx:
                decided = batches.decide(ctx, tx, replace(asked, way=way), DAY)
            assert isinstance(decided, Refused) is not permitted


@pytest.mark.parametrize(
    "by", [{"data": codes_csv([CODES[0]])}, {"data": items_csv(HANAKO), "by": QueryKind.FOUR_ITEMS}]
)
@case("Act Arts. 30-7(5)(i), 30-10(1)(v)", "Ord. Art. 30-9")
def test_a_file_leaves_out_whom_a_single_request_does(
    asking: Federation, tmp_path: Path, by: dict[str, Any]
) -> None:
    files = BatchFiles(tmp_path / "batches")
    told = [answered(asking, files, organ=organ, affair=TABLE_3, **by)[0]["result"] for organ in (OTHER, OWN)]
    assert told == ["found", "none"]


@case("Act Art. 30-7(5)(i)")
def test_what_the_own_governor_was_told_earlier_is_no_part_of_the_history(
    asking: Federation, tmp_path: Path
) -> None:
    """She moves from Tokyo to Fukushima: what was notified in Tokyo is history for all but its governor."""
    with world.connect(asking, NATIONAL) as raw:
        raw.execute(
            "INSERT INTO identity_history (statement_id, code, municipality, change_kind, reason, occurred_on,"
            " foreign_record, name, birth_date, sex, address_in, address, received_on, received_at)"
            " SELECT 'moved', code, %(to)s, 'recording', 'move-in', occurred_on, foreign_record, name, birth_date,"
            " sex, %(to)s, address, received_on, received_at FROM identity_history",
            {"to": FUKUSHIMA.text},
        )
        raw.execute(
            "UPDATE identity_records SET municipality = %s, history_id ="
            " (SELECT history_id FROM identity_history WHERE statement_id = 'moved')",
            [FUKUSHIMA.text],
        )
    whole = result(asking, query(), PENSION)
    assert (whole.result, len(whole.history)) == (Result.FOUND, 1)
    own = result(asking, query(affair=TABLE_3), OWN)
    assert (own.result, own.history) == (Result.FOUND, ())
    there = result(asking, query(affair=TABLE_3), OTHER)
    assert (there.result, there.history) == (Result.NONE, ())
    files, data = BatchFiles(tmp_path / "batches"), codes_csv([CODES[0]])
    rows = [
        [row["result"] for row in answered(asking, files, data, history=True, **who)]
        for who in ({}, {"organ": OWN, "affair": TABLE_3}, {"organ": OTHER, "affair": TABLE_3})
    ]
    assert rows == [["found", "earlier"], ["found"], ["none"]], "nor of a batch"
