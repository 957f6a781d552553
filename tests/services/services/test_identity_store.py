"""Identity stores: what each notice makes of the records, what contradicts them, and how long they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.persons import IdentityFacts, Sex
from jukinet.messages.bodies import IdentityNotice, MoveIn, MoveOutConfirmed
from jukinet.services import identity_store
from jukinet.testing.federation import NETWORK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

CODE, OTHER = ResidentRecordCode("24727059608"), ResidentRecordCode("24846016224")
IN = (ChangeKind.RECORDING, NoticeReason.MOVE_IN)
OUT = (ChangeKind.DELETION, NoticeReason.MOVE_OUT)
DIED = (ChangeKind.DELETION, NoticeReason.DEATH)
EX_OFFICIO = (ChangeKind.DELETION, NoticeReason.DELETED_EX_OFFICIO)
WITHIN = (ChangeKind.CORRECTION, NoticeReason.MOVE_WITHIN)
CORRECTED = (ChangeKind.CORRECTION, NoticeReason.CORRECTED_EX_OFFICIO)
RECODED = (ChangeKind.CODE_CORRECTION, NoticeReason.CODE_CHANGE_REQUESTED)
STORES = (counter.TOKYO, NATIONAL)
FIVE, EIGHTY = date(2018, 7, 7), date(2093, 7, 7)


@pytest.fixture
def federation(standing: Federation) -> Federation:
    """The stores of one network, empty on 2013-07-08: made so for each test, which is quicker than a new one."""
    standing.set_date(counter.TODAY)
    for node in STORES:
        tables = ["identity_history", "identity_records", "audit_entries"]
        tables += ["move_out_confirmations"] if node == counter.TOKYO else []
        with counter.owner(standing, node) as connection:
            connection.execute(f"TRUNCATE {', '.join(tables)}".encode())
    return standing


def tell(
    federation: Federation,
    node: NodeId,
    what: tuple[ChangeKind, NoticeReason],
    where: MunicipalityCode = KUNITACHI,
    on: date = date(2013, 7, 6),
    **changes: Any,
) -> None:
    """A notice of a municipality arrives at a store."""
    previous = changes.pop("previous_code", None)
    foreign = changes.pop("foreign_record", False)
    facts = IdentityFacts("国立　花子", PartialDate("1980-04-17"), Sex.FEMALE, counter.ADDRESSES[where], CODE)
    notice = IdentityNotice(replace(facts, **changes), ChangeInformation(*what, on, foreign, previous))
    ctx = federation.context(node, NETWORK)
    with ctx.begin() as tx:
        identity_store.apply_notice(ctx, tx, notice, where.node_id, federation.randomness.token())


def confirm(federation: Federation, node: NodeId, where: MunicipalityCode = KUNITACHI) -> None:
    """A move-out confirmation of a municipality arrives."""
    body = MoveOutConfirmed(CODE, "国立　花子", MoveIn(counter.ADDRESSES[CHIYODA], date(2013, 7, 6)))
    ctx = federation.context(node, NETWORK)
    with ctx.begin() as tx:
        identity_store.take_confirmation(ctx, tx, body, where.node_id, federation.randomness.token())


def row(
    federation: Federation, node: NodeId, code: ResidentRecordCode = CODE, where: MunicipalityCode = KUNITACHI
) -> dict[str, Any]:
    (found,) = [one for one in counter.stored(federation, node, code) if one["municipality"] == str(where)]
    return found


def term(
    federation: Federation, node: NodeId, code: ResidentRecordCode = CODE, where: MunicipalityCode = KUNITACHI
) -> date | None:
    until: date | None = row(federation, node, code, where)["retain_until"]
    return until


# What a notice makes of the records


@pytest.mark.parametrize("node", STORES)
@case("Reg. Art. 13")
def test_a_life_of_notices_leaves_the_last_state_and_every_one_as_history(
    federation: Federation, node: NodeId
) -> None:
    tell(federation, node, IN)
    tell(federation, node, CORRECTED, on=date(2013, 7, 7), name="国立　華子")
    assert (row(federation, node)["event_on"], row(federation, node)["name"]) == (
        date(2013, 7, 6),
        "国立　華子",
    )
    tell(federation, node, WITHIN, on=counter.TODAY, address=counter.elsewhere_in(KUNITACHI))
    assert row(federation, node)["event_on"] == counter.TODAY
    tell(federation, node, OUT, on=date(2013, 7, 9))
    last = row(federation, node)
    assert (last["live"], last["speaks"]) == (False, True)
    # The day of taking up the place stays; the day of leaving it is the notice's own.
    assert (last["event_on"], last["occurred_on"]) == (counter.TODAY, date(2013, 7, 9))
    federation.set_date(date(2013, 7, 20))
    tell(federation, node, IN, on=date(2013, 7, 20))
    back = row(federation, node)
    assert (back["live"], back["retain_until"], back["event_on"]) == (True, None, date(2013, 7, 20))
    history = counter.owner_rows(federation, node, "SELECT * FROM identity_history ORDER BY history_id")
    assert [one["reason"] for one in history] == [
        "move-in",
        "corrected-ex-officio",
        "move-within",
        "move-out",
        "move-in",
    ]
    applied = counter.audit(federation, node, "identity:notice:applied")
    assert [(one["subject_code"], one["actor"]) for one in applied] == [
        (str(CODE), "urn:jukinet:node:muni-132152")
    ] * 5


@pytest.mark.parametrize("node", STORES)
def test_a_correction_does_not_put_off_a_conflict(federation: Federation, node: NodeId) -> None:
    tell(federation, node, IN, on=date(2013, 6, 1))
    tell(federation, node, IN, CHIYODA)
    before = row(federation, node, where=CHIYODA)
    assert before["undetermined_from"] == date(2013, 8, 7)
    federation.set_date(date(2013, 8, 1))
    tell(federation, node, CORRECTED, CHIYODA, name="国立　華子")
    after = row(federation, node, where=CHIYODA)
    assert (after["undetermined_from"], after["recorded_on"]) == (date(2013, 8, 7), counter.TODAY)


@pytest.mark.parametrize("node", STORES)
def test_the_later_of_two_live_records_speaks_whichever_came_first(
    federation: Federation, node: NodeId
) -> None:
    tell(federation, node, IN, CHIYODA, on=date(2013, 7, 6))
    tell(federation, node, IN, KUNITACHI, on=date(2013, 7, 1))
    assert (row(federation, node)["speaks"], row(federation, node, where=CHIYODA)["speaks"]) == (False, True)
    tell(federation, node, OUT, CHIYODA, on=date(2013, 7, 7))
    assert (row(federation, node)["speaks"], row(federation, node, where=CHIYODA)["speaks"]) == (True, False)


@pytest.mark.parametrize("node", STORES)
def test_two_live_records_of_one_day_contradict_each_other_at_once(
    federation: Federation, node: NodeId
) -> None:
    tell(federation, node, IN)
    tell(federation, node, IN, CHIYODA)
    rows = counter.stored(federation, node, CODE)
    assert sum(one["speaks"] for one in rows) == 1
    assert [one["undetermined_from"] for one in rows if one["speaks"]] == [date(2013, 7, 6)]


@pytest.mark.parametrize("node", STORES)
@pytest.mark.parametrize("death_first", [True, False])
def test_a_planned_day_of_moving_out_does_not_outlast_the_death_in_the_new_place(
    federation: Federation, node: NodeId, *, death_first: bool
) -> None:
    """The plan was 1 August; they moved on 20 July and died there on the 25th."""
    tell(federation, node, IN, on=date(2013, 7, 1))
    federation.set_date(date(2013, 7, 25))
    tell(federation, node, IN, CHIYODA, on=date(2013, 7, 20))
    ends = [(DIED, CHIYODA, date(2013, 7, 25)), (OUT, KUNITACHI, date(2013, 8, 1))]
    for what, where, on in ends if death_first else reversed(ends):
        tell(federation, node, what, where, on=on)
    speaking = [one for one in counter.stored(federation, node, CODE) if one["speaks"]]
    assert [(one["municipality"], one["reason"]) for one in speaking] == [(str(CHIYODA), "death")]


@pytest.mark.parametrize("node", STORES)
@pytest.mark.parametrize(("left", "died"), [(KUNITACHI, CHIYODA), (CHIYODA, KUNITACHI)])
def test_of_two_places_taken_up_on_one_day_the_one_not_left_speaks(
    federation: Federation, node: NodeId, left: MunicipalityCode, died: MunicipalityCode
) -> None:
    for where in (left, died):
        tell(federation, node, IN, where)
    tell(federation, node, DIED, died, on=counter.TODAY)
    tell(federation, node, OUT, left, on=counter.TODAY)
    speaking = [one["municipality"] for one in counter.stored(federation, node, CODE) if one["speaks"]]
    assert speaking == [str(died)]


# What contradicts them


CONTRADICTED = "identity:record:contradicted"


@pytest.mark.parametrize("node", STORES)
@pytest.mark.parametrize(
    ("changes", "differing"),
    [
        ({"birth_date": PartialDate("1980-04-18")}, ["birth-date"]),
        ({"sex": Sex.MALE}, ["sex"]),
        ({"birth_date": PartialDate("1980-04-18"), "sex": Sex.MALE}, ["birth-date", "sex"]),
        ({"name": "国立　華子"}, None),
    ],
)
def test_two_persons_under_one_code_are_an_alarm_and_nothing_is_refused(
    federation: Federation, node: NodeId, changes: dict[str, Any], differing: list[str] | None
) -> None:
    tell(federation, node, IN, on=date(2013, 6, 1))
    tell(federation, node, IN, CHIYODA, **changes)
    assert row(federation, node, where=CHIYODA)["live"]
    # The same once more says nothing new.
    tell(federation, node, WITHIN, CHIYODA, **changes, address=counter.elsewhere_in(CHIYODA))
    alarms = counter.audit(federation, node, CONTRADICTED)
    assert [(one["subject_code"], one["actor"], one["rules"]) for one in alarms] == (
        [(str(CODE), CHIYODA.node_id.uri, differing)] if differing else []
    )


@pytest.mark.parametrize("node", STORES)
def test_a_corrected_birth_date_is_compared_anew_and_with_other_municipalities_alone(
    federation: Federation, node: NodeId
) -> None:
    corrected = PartialDate("1980-04-18")
    tell(federation, node, IN)
    tell(federation, node, CORRECTED, birth_date=corrected)
    assert counter.audit(federation, node, CONTRADICTED) == []
    tell(federation, node, IN, CHIYODA, on=counter.TODAY, birth_date=corrected)
    assert counter.audit(federation, node, CONTRADICTED) == []
    tell(federation, node, CORRECTED, CHIYODA, birth_date=PartialDate("1980-04-19"))
    assert len(counter.audit(federation, node, CONTRADICTED)) == 1


@pytest.mark.parametrize(
    ("earlier", "what", "changes", "kind"),
    [
        ([IN], IN, {}, ErrorKind.CONFLICT),
        ([], OUT, {}, ErrorKind.CONFLICT),
        ([IN, OUT], OUT, {}, ErrorKind.CONFLICT),
        ([], WITHIN, {}, ErrorKind.CONFLICT),
        ([IN, OUT], WITHIN, {}, ErrorKind.CONFLICT),
        ([], RECODED, {"previous_code": OTHER}, ErrorKind.CONFLICT),
        ([IN], RECODED, {"previous_code": OTHER}, ErrorKind.CONFLICT),
        ([IN, OUT], RECODED, {"code": OTHER, "previous_code": CODE}, ErrorKind.CONFLICT),
        ([], RECODED, {}, ErrorKind.INVALID),
        ([], (ChangeKind.RECORDING, NoticeReason.DEATH), {}, ErrorKind.INVALID),
        ([], IN, {"nickname": "花"}, ErrorKind.INVALID),
        ([], IN, {"code": None}, ErrorKind.INVALID),
        ([], IN, {"foreign_record": True, "today": date(2013, 7, 7)}, ErrorKind.INVALID),
    ],
)
def test_a_notice_that_contradicts_the_store_changes_nothing(
    federation: Federation,
    earlier: list[tuple[ChangeKind, NoticeReason]],
    what: tuple[ChangeKind, NoticeReason],
    changes: dict[str, Any],
    kind: ErrorKind,
) -> None:
    for one in earlier:
        tell(federation, counter.TOKYO, one)
    changes = dict(changes)
    if "today" in changes:
        counter.turn_back(federation, changes.pop("today"))
    before = counter.contents(federation, counter.TOKYO)
    with pytest.raises(JukinetError) as caught:
        tell(federation, counter.TOKYO, what, **changes)
    assert caught.value.kind is kind
    assert counter.contents(federation, counter.TOKYO) == before


def test_only_a_municipality_notifies_and_confirms(standing: Federation) -> None:
    ctx = standing.context(NATIONAL, NETWORK)
    facts = IdentityFacts(
        "国立　花子", PartialDate("1980-04-17"), Sex.FEMALE, counter.ADDRESSES[KUNITACHI], CODE
    )
    notice = IdentityNotice(facts, ChangeInformation(*IN, counter.TODAY, foreign_record=False))
    body = MoveOutConfirmed(CODE, "国立　花子", MoveIn(counter.ADDRESSES[CHIYODA], counter.TODAY))
    with pytest.raises(JukinetError, match="Only a municipality"), ctx.begin() as tx:
        identity_store.apply_notice(ctx, tx, notice, counter.TOKYO, "0" * 32)
    with pytest.raises(JukinetError, match="Only a municipality"), ctx.begin() as tx:
        identity_store.take_confirmation(ctx, tx, body, counter.TOKYO, "0" * 32)


# How long deleted records are kept (Ord. 30-6, 30-11)


@pytest.mark.parametrize("node", STORES)
@pytest.mark.parametrize("deletion", [OUT, EX_OFFICIO])
def test_a_deletion_that_nothing_follows_is_kept_eighty_years(
    federation: Federation, node: NodeId, deletion: tuple[ChangeKind, NoticeReason]
) -> None:
    tell(federation, node, IN)
    assert term(federation, node) is None
    tell(federation, node, deletion)
    assert term(federation, node) == EIGHTY


@pytest.mark.parametrize("node", STORES)
@pytest.mark.parametrize(
    ("followed_on", "until"),
    [(counter.TODAY, FIVE), (date(2015, 1, 1), FIVE), (FIVE, FIVE), (date(2020, 2, 3), date(2020, 2, 3))],
)
def test_the_next_notice_about_the_person_ends_the_term_but_not_before_five_years(
    federation: Federation, node: NodeId, followed_on: date, until: date
) -> None:
    tell(federation, node, IN)
    tell(federation, node, OUT)
    federation.set_date(followed_on)
    tell(federation, node, IN, CHIYODA, on=followed_on)
    assert term(federation, node) == until
    assert term(federation, node, where=CHIYODA) is None


@pytest.mark.parametrize("node", STORES)
def test_only_the_first_that_follows_counts(federation: Federation, node: NodeId) -> None:
    tell(federation, node, IN)
    tell(federation, node, OUT)
    for year in (2020, 2022):
        federation.set_date(date(year, 2, 3))
        what = IN if year == 2020 else WITHIN
        tell(federation, node, what, CHIYODA, on=date(year, 2, 3))
    assert term(federation, node) == date(2020, 2, 3)


@pytest.mark.parametrize("node", STORES)
def test_a_notice_that_came_before_the_deletion_does_not_follow_it(
    federation: Federation, node: NodeId
) -> None:
    tell(federation, node, IN, on=date(2013, 6, 1))
    tell(federation, node, IN, CHIYODA)
    tell(federation, node, OUT)
    assert term(federation, node) == EIGHTY


@pytest.mark.parametrize("node", STORES)
def test_another_code_of_the_person_is_a_notice_about_them(federation: Federation, node: NodeId) -> None:
    tell(federation, node, IN, on=date(2013, 6, 1))
    tell(federation, node, IN, CHIYODA)
    tell(federation, node, OUT)
    federation.set_date(date(2020, 2, 3))
    tell(federation, node, RECODED, CHIYODA, on=date(2020, 2, 3), code=OTHER, previous_code=CODE)
    assert term(federation, node) == date(2020, 2, 3)
    # The replaced record's own term is five years from the notice that replaced it (no. i).
    assert term(federation, node, where=CHIYODA) == date(2025, 2, 2)
    federation.set_date(date(2021, 1, 1))
    tell(federation, node, IN, FUKUSHIMA, on=date(2021, 1, 1))
    assert term(federation, node, where=CHIYODA) == date(2025, 2, 2)


@pytest.mark.parametrize("node", STORES)
def test_a_notice_about_somebody_else_changes_no_term(federation: Federation, node: NodeId) -> None:
    tell(federation, node, IN)
    tell(federation, node, OUT)
    tell(federation, node, IN, CHIYODA, code=OTHER)
    assert term(federation, node) == EIGHTY


@pytest.mark.parametrize("node", STORES)
def test_a_death_is_kept_five_years_whatever_follows(federation: Federation, node: NodeId) -> None:
    tell(federation, node, IN)
    tell(federation, node, DIED)
    assert term(federation, node) == FIVE
    federation.set_date(date(2020, 2, 3))
    tell(federation, node, IN, CHIYODA, on=date(2020, 2, 3))
    assert term(federation, node) == FIVE


def test_a_confirmed_move_ends_the_governors_term(federation: Federation) -> None:
    tell(federation, counter.TOKYO, IN)
    tell(federation, counter.TOKYO, OUT)
    federation.set_date(date(2019, 1, 2))
    confirm(federation, counter.TOKYO)
    assert term(federation, counter.TOKYO) == date(2019, 1, 2)
    # A later notice does not lengthen it again.
    federation.set_date(date(2021, 1, 2))
    tell(federation, counter.TOKYO, IN, CHIYODA, on=date(2021, 1, 2))
    assert term(federation, counter.TOKYO) == date(2019, 1, 2)


def test_a_confirmation_of_the_same_day_counts_though_it_came_first(federation: Federation) -> None:
    """Deletion and confirmation come of one act, on two lanes: either may be the first to arrive."""
    tell(federation, counter.TOKYO, IN)
    confirm(federation, counter.TOKYO)
    assert term(federation, counter.TOKYO) is None
    tell(federation, counter.TOKYO, OUT)
    assert term(federation, counter.TOKYO) == FIVE


def test_a_confirmation_of_an_earlier_move_does_not_follow_a_later_deletion(federation: Federation) -> None:
    tell(federation, counter.TOKYO, IN)
    confirm(federation, counter.TOKYO)
    federation.set_date(date(2013, 7, 9))
    tell(federation, counter.TOKYO, OUT)
    assert term(federation, counter.TOKYO) == date(2093, 7, 8)


def test_a_confirmation_ends_the_term_of_the_record_of_its_sender_alone(federation: Federation) -> None:
    """Kunitachi → Chiyoda → Fukushima: what Chiyoda confirms does not follow up Kunitachi's deletion."""
    node = counter.TOKYO
    for where, on in ((KUNITACHI, date(2013, 7, 1)), (CHIYODA, date(2013, 7, 6))):
        tell(federation, node, IN, where, on=on)
        tell(federation, node, OUT, where, on=on)
    with counter.owner(federation, node) as connection:  # As if nothing had followed the first deletion yet.
        connection.execute("UPDATE identity_records SET retain_until = %s", (EIGHTY,))
    federation.set_date(date(2019, 1, 2))
    confirm(federation, node, CHIYODA)
    assert term(federation, node, where=CHIYODA) == date(2019, 1, 2)
    assert term(federation, node) == EIGHTY


def test_another_municipalitys_confirmation_of_the_day_does_not_follow_a_deletion(
    federation: Federation,
) -> None:
    tell(federation, counter.TOKYO, IN)
    confirm(federation, counter.TOKYO, CHIYODA)
    tell(federation, counter.TOKYO, OUT)
    assert term(federation, counter.TOKYO) == EIGHTY


def test_a_whole_move_leaves_the_terms_of_the_law_at_both_stores(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=counter.TODAY)
    federation.run()
    assert {term(federation, node, counter.code_of(found)) for node in STORES} == {EIGHTY}
    federation.set_date(date(2013, 7, 9))
    counter.move_in(federation, CHIYODA, counter.as_person(found), moved_on=counter.TODAY)
    federation.run()
    assert {term(federation, node, counter.code_of(found)) for node in STORES} == {FIVE}
    assert {term(federation, node, counter.code_of(found), CHIYODA) for node in STORES} == {None}
