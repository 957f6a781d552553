"""Disclosure to the person at a prefecture and the centre: asked, answered with everything, put off, closed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO
from typer.testing import CliRunner, Result

from jukinet.cli import disclosures as commands
from jukinet.domain.changes import NoticeReason
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.disclosures import LATE, LEFT_OUT, DisclosureStep
from jukinet.services import disclosure_filings as filings
from jukinet.services import disclosures, supply_blocks
from jukinet.services.context import Context
from jukinet.services.disclosures import Accepted, Disclosed, Letter, Listed
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.services.supply_blocks import Whom
from jukinet.store import disclosures as store
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

REQUESTED, ANSWERED = "disclosure:request:accepted", "disclosure:request:answered"
PUT_OFF, CLOSED = "disclosure:request:put-off", "disclosure:request:refused"
LETTER = "disclosure:letter:printed"
SURE = replace(CLERK, confirmed=True)
CHILD_OF: dict[str, Any] = {
    "by": "statutory-representative",
    "authority": "certificate-of-status",
    "representative": {"name": "国立　親", "address": "東京都国立市東一丁目1番地"},
}


def stated(who: Found, *, code: bool = True, **changes: Any) -> dict[str, Any]:
    record = who.record
    person = {
        "name": record.name.text,
        "birth_date": record.birth_date.text,
        "sex": record.sex.value,
        "address": record.address.full,
    }
    return person | ({"code": str(record.code)} if code else {}) | changes


def request(who: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "person": who,
        "by": "person",
        "identity": "card",
        "in_writing": True,
        "received_on": "2013-07-08",
    } | changes


def ask(federation: Federation, who: dict[str, Any], node: NodeId = TOKYO, **changes: Any) -> int:
    filing = filings.read_request(request(who, **changes))
    done = disclosures.note_request(federation.context(node), CLERK, filing)
    assert isinstance(done, Accepted), done
    return done.disclosure


def answer(
    federation: Federation,
    number: int,
    node: NodeId = TOKYO,
    claim: OperatorClaim = CLERK,
    **how: bool,
) -> Disclosed | Refused:
    return disclosures.answer(federation.context(node), claim, number, lambda _: True, **how)


def disclosed(federation: Federation, who: dict[str, Any], node: NodeId = TOKYO, **changes: Any) -> Disclosed:
    done = answer(federation, ask(federation, who, node, **changes), node)
    assert isinstance(done, Disclosed), done
    return done


def extend(federation: Federation, number: int, told_on: str, due_on: str) -> Permitted | Refused:
    filing = filings.read_extension(
        {"disclosure": number, "reason": "請求が多い", "told_on": told_on, "due_on": due_on}
    )
    return disclosures.extend(federation.context(TOKYO), CLERK, filing)


def close(federation: Federation, number: int, **changes: Any) -> Permitted | Refused:
    entered = {"disclosure": number, "ground": "withdrawn", "reason": "取下書", "told_on": "2013-07-08"}
    return disclosures.refuse(federation.context(TOKYO), CLERK, filings.read_refusal(entered | changes))


def listed(federation: Federation, *, everything: bool = False) -> list[Listed]:
    found = disclosures.list_disclosures(federation.context(TOKYO), CLERK, everything=everything)
    assert not isinstance(found, Refused)
    return list(found)


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


@pytest.fixture
def somebody(federation: Federation) -> Found:
    return counter.load(federation)[0]


@case(
    "Act Art. 30-37(1)",
    "Act Art. 30-37(2)",
    permitted="DI1 DI2 DI3 DI4 DI6 DI7 DI12 DI13",
)
def test_everything_kept_of_a_person_is_disclosed_and_recorded(
    federation: Federation, somebody: Found
) -> None:
    old = counter.code_of(somebody)
    counter.change_code(federation, KUNITACHI, somebody)
    counter.move_within(federation, KUNITACHI, somebody.resident_no)
    federation.run()
    now = counter.read(federation, KUNITACHI, somebody.resident_no)
    new = counter.code_of(now)
    for code in (old, new):
        made = disclosed(federation, stated(now) | {"code": str(code)})
        assert [one.change.reason for one in made.told[1:]] == [
            NoticeReason.CODE_CHANGE_REQUESTED,
            NoticeReason.MOVE_WITHIN,
        ]
        assert [one.facts.code for one in made.told] == [old, new, new]
        assert [one.held_by for one in made.told] == [None, None, KUNITACHI]
        assert made.told[-1].facts.address == now.record.address
    by_items = disclosed(federation, stated(now, code=False))
    assert by_items.told == made.told
    entry = counter.audit(federation, TOKYO, ANSWERED)[-1]
    assert (entry["subject_code"], entry["reference"], entry["outcome"]) == (str(new), "3", "done")
    assert "Act Art. 30-37(2)" in entry["rules"]
    assert now.record.name.text not in str(counter.audit(federation, TOKYO))
    assert listed(federation) == []
    assert [one.steps for one in listed(federation, everything=True)] == [(DisclosureStep.ANSWERED,)] * 3


@case("Act Art. 30-37(1)")
def test_who_moved_is_told_by_the_centre_what_both_places_notified(
    federation: Federation, somebody: Found
) -> None:
    counter.move_in(federation, CHIYODA, counter.as_person(somebody))
    federation.run()
    made = disclosed(federation, stated(somebody), NATIONAL, fee=300)
    assert {one.municipality for one in made.told} == {KUNITACHI, CHIYODA}


@case("Act Art. 30-37(1)", permitted="DI5")
def test_that_nothing_is_kept_is_told_too(federation: Federation, somebody: Found) -> None:
    elsewhere = NodeId("pref-07")
    made = disclosed(federation, stated(somebody), elsewhere)
    assert (made.told, made.addressee.name) == ((), somebody.record.name.text)
    other = disclosed(federation, stated(somebody, code=False, name="国立　別人"), NATIONAL, fee=300)
    assert other.told == ()


@case(refused="DI1 DI2 DI3 DI4 DI5 F1")
def test_what_is_no_request_is_refused_with_every_reason(federation: Federation, somebody: Found) -> None:
    for node, changes, expected in (
        (TOKYO, {"in_writing": False, "identity": "nothing"}, ["DI1", "DI3"]),
        (TOKYO, {"by": "agent", "authority": "letter-of-authority"}, ["DI2"]),
        (TOKYO, CHILD_OF | {"authority": "explained"}, ["DI4"]),
        (NATIONAL, {}, ["DI5"]),
        (TOKYO, {"received_on": "2013-07-09"}, ["F1"]),
    ):
        filing = filings.read_request(request(stated(somebody), **changes))
        act = partial(disclosures.note_request, federation.context(node), CLERK, filing)
        counter.assert_refused(federation, node, REQUESTED, act, *expected)


@case(permitted="DI12", refused="DI12 DI13")
def test_everybody_is_told_of_themselves_alone(federation: Federation) -> None:
    one, other, third = counter.load(
        federation, KUNITACHI, *([make_person(seed=seed, municipality=KUNITACHI)] for seed in (1, 2, 3))
    )
    wrong = ask(federation, stated(one) | {"code": str(counter.code_of(other))})
    refuse = partial(answer, federation, wrong)
    counter.assert_refused(federation, TOKYO, ANSWERED, refuse, "DI12")
    looked_into = answer(federation, wrong, claim=SURE)
    assert isinstance(looked_into, Disclosed)
    assert {told.facts.code for told in looked_into.told} == {other.record.code}
    # By mistake two have one code: each is told of what has their birth date, and nobody of both.
    with counter.owner(federation, TOKYO) as connection:
        for table in ("identity_history", "identity_records"):
            connection.execute(
                f"UPDATE {table} SET code = %s, municipality = %s WHERE code = %s",
                (str(one.record.code), str(CHIYODA), str(other.record.code)),
            )
    own = disclosed(federation, stated(one))
    assert ({told.facts.name for told in own.told}, own.remarks) == ({one.record.name.text}, (LEFT_OUT,))
    everything = answer(federation, own.disclosure, claim=SURE, again=True)
    assert isinstance(everything, Disclosed)
    assert (len(everything.told), everything.remarks) == (len(own.told) + len(looked_into.told), ())
    neither = ask(federation, stated(third) | {"code": str(counter.code_of(one))})
    assert rules(answer(federation, neither)) == ["DI12"]
    assert rules(answer(federation, neither, claim=SURE)) == ["DI13"]


@case(refused="DI13")
def test_of_two_who_agree_in_everything_the_code_is_asked_for(federation: Federation) -> None:
    person = make_person(seed=1, municipality=KUNITACHI)
    one, other = counter.load(federation, KUNITACHI, [person], [person])
    number = ask(federation, stated(one, code=False))
    counter.assert_refused(federation, TOKYO, ANSWERED, partial(answer, federation, number), "DI13")
    assert {told.facts.code for told in disclosed(federation, stated(other)).told} == {other.record.code}


def test_who_never_had_a_code_is_found_by_name_and_birth_date(
    federation: Federation, somebody: Found
) -> None:
    with counter.owner(federation, TOKYO) as connection:
        connection.execute("DELETE FROM identity_records")
        connection.execute("UPDATE identity_history SET code = NULL, change_kind = 'deletion'")
    assert len(disclosed(federation, stated(somebody, code=False)).told) == 1
    assert disclosed(federation, stated(somebody, code=False, name="国立　別人")).told == ()


@case(permitted="DI4 DI14", refused="DI14")
def test_a_representative_is_told_of_who_is_blocked_only_after_another_look(
    federation: Federation, somebody: Found
) -> None:
    ctx = federation.context(TOKYO)
    assert isinstance(
        supply_blocks.block(ctx, CLERK, Whom.person(counter.code_of(somebody)), "by order"), int
    )
    number = ask(federation, stated(somebody), **CHILD_OF)
    counter.assert_refused(federation, TOKYO, ANSWERED, partial(answer, federation, number), "DI14")
    made = answer(federation, number, claim=SURE)
    assert isinstance(made, Disclosed)
    assert (made.represented, made.addressee.name) == (True, "国立　親")
    assert disclosed(federation, stated(somebody)).told == made.told, "the person is told all the same"


@case("Act Art. 30-38(1)", "Act Art. 30-38(2)", permitted="DI6 DI7 DI8 DI9", refused="DI6 DI7 DI8 DI9 F1")
def test_an_answer_is_put_off_in_time_and_is_late_after(federation: Federation, somebody: Found) -> None:
    number, other = (ask(federation, stated(somebody)) for _ in range(2))
    assert [one.due_on for one in listed(federation)] == [date(2013, 8, 6)] * 2
    for told_on, due_on, expected in (
        ("2013-07-07", "2013-08-30", ["DI7"]),
        ("2013-07-08", "2013-08-06", ["DI9"]),
        ("2013-07-09", "2013-08-30", ["F1"]),
    ):
        act = partial(extend, federation, number, told_on, due_on)
        counter.assert_refused(federation, TOKYO, PUT_OFF, act, *expected)
    assert isinstance(extend(federation, number, "2013-07-08", "2013-08-30"), Permitted)
    federation.set_date(date(2013, 8, 7))
    assert rules(extend(federation, other, "2013-08-07", "2013-08-30")) == ["DI8"]
    assert [(one.due_on, one.overdue) for one in listed(federation)] == [
        (date(2013, 8, 30), False),
        (date(2013, 8, 6), True),
    ]
    late, in_time = answer(federation, other), answer(federation, number)
    assert isinstance(late, Disclosed)
    assert isinstance(in_time, Disclosed)
    assert (late.remarks, in_time.remarks) == ((LATE,), ())
    assert rules(extend(federation, number, "2013-08-07", "2013-09-30")) == ["DI6", "DI8"]


@case(permitted="DI10 DI11", refused="DI6 DI10 DI11")
def test_a_request_is_answered_once_and_again_on_purpose(federation: Federation, somebody: Found) -> None:
    number = ask(federation, stated(somebody))
    for how, expected in (({"again": True}, "DI10"), ({"otherwise": True}, "DI11")):
        event = "disclosure:request:answered-again" if "again" in how else ANSWERED
        act = partial(answer, federation, number, **how)  # type: ignore[arg-type]
        counter.assert_refused(federation, TOKYO, event, act, expected)
    assert isinstance(answer(federation, number), Disclosed)
    counter.assert_refused(federation, TOKYO, ANSWERED, partial(answer, federation, number), "DI6")
    assert isinstance(answer(federation, number, again=True), Disclosed)
    assert rules(answer(federation, 99)) == ["DI6"]
    agreed = ask(federation, stated(somebody), other_way_agreed=True)
    assert isinstance(answer(federation, agreed, otherwise=True), Disclosed)


@case(permitted="DI22", refused="DI6 DI7 DI22 CD24")
def test_a_request_is_closed_with_its_ground_and_the_letter_says_it(
    federation: Federation, somebody: Found
) -> None:
    ctx, number = federation.context(TOKYO), ask(federation, stated(somebody))

    def letter(can_print: Callable[[Letter], bool] = lambda _: True) -> Letter | Refused:
        return disclosures.begin_letter(ctx, CLERK, number, can_print)

    counter.assert_refused(federation, TOKYO, LETTER, letter, "DI22")
    counter.assert_refused(
        federation, TOKYO, CLOSED, partial(close, federation, number, told_on="2013-07-07"), "DI7"
    )
    assert isinstance(close(federation, number, ground="not-own", reason="別人"), Permitted)
    entry = counter.audit(federation, TOKYO, CLOSED)[-1]
    assert (entry["outcome"], entry["reference"]) == ("done", f"{number} not-own")
    assert "別人" not in str(counter.audit(federation, TOKYO))
    counter.assert_refused(federation, TOKYO, CLOSED, partial(close, federation, number), "DI6")
    counter.assert_refused(federation, TOKYO, LETTER, partial(letter, lambda _: False), "CD24")
    made = letter()
    assert isinstance(made, Letter)
    assert made.taken.details == {"ground": "not-own", "reason": "別人"}
    assert rules(answer(federation, number)) == ["DI6"]
    fresh = ask(federation, stated(somebody))
    unprintable = partial(disclosures.answer, ctx, CLERK, fresh, lambda _: False)
    counter.assert_refused(federation, TOKYO, ANSWERED, unprintable, "CD24")


def test_only_who_may_handles_requests(federation: Federation, somebody: Found) -> None:
    number = ask(federation, stated(somebody))
    filing = filings.read_request(request(stated(somebody)))
    extension = filings.read_extension(
        {"disclosure": number, "reason": "x", "told_on": "2013-07-08", "due_on": "2013-08-30"}
    )
    for event, attempt in (
        (REQUESTED, lambda ctx, claim: disclosures.note_request(ctx, claim, filing)),
        (PUT_OFF, lambda ctx, claim: disclosures.extend(ctx, claim, extension)),
        (ANSWERED, lambda ctx, claim: disclosures.answer(ctx, claim, number, lambda _: True)),
        (LETTER, lambda ctx, claim: disclosures.begin_letter(ctx, claim, number, lambda _: True)),
        ("disclosure:requests:read", disclosures.list_disclosures),
    ):
        counter.assert_gated(federation, TOKYO, event, Permission.NETWORK_DISCLOSURE_HANDLE, attempt)


def test_a_municipality_issues_copies_instead(federation: Federation, somebody: Found) -> None:
    ctx, filing = federation.context(KUNI), filings.read_request(request(stated(somebody)))
    for act in (
        lambda: disclosures.note_request(ctx, CLERK, filing),
        lambda: disclosures.answer(ctx, CLERK, 1, lambda _: True),
        lambda: disclosures.list_disclosures(ctx, CLERK),
    ):
        with pytest.raises(JukinetError) as raised:
            act()
        assert raised.value.kind is ErrorKind.INVALID


def test_an_act_is_kept_whole_or_not_at_all(federation: Federation, somebody: Found) -> None:
    filing = filings.read_request(request(stated(somebody)))
    assert counter.assert_all_or_nothing(
        federation, TOKYO, lambda ctx: disclosures.note_request(ctx, CLERK, filing)
    )
    number = listed(federation)[0].disclosure
    assert counter.assert_all_or_nothing(
        federation, TOKYO, lambda ctx: disclosures.answer(ctx, CLERK, number, lambda _: True)
    )


def test_a_request_is_read_strictly_and_kept_as_it_was_read(federation: Federation, somebody: Found) -> None:
    for fault in (
        {"by": "漏洩"},
        {"fee": -1},
        {"representative": CHILD_OF["representative"]},
        CHILD_OF | {"representative": None},
        {"x": 1},
        {"person": {"name": "漏洩"}},
    ):
        with pytest.raises(JukinetError) as raised:
            filings.read_request(request(stated(somebody), **fault))
        assert "漏洩" not in str(raised.value)
    filing = filings.read_request(request(stated(somebody), fee=300, **CHILD_OF))
    number = ask(federation, stated(somebody), fee=300, **CHILD_OF)
    with federation.context(TOKYO).begin() as tx:
        kept = store.lock(tx, number)
    assert kept is not None
    assert filings.read_kept(kept.details) == filing
    assert somebody.record.name.text not in repr((filing, kept))


# The commands


class PlainPress:
    """Prints what a paper is about, in words."""

    def can_print(self, disclosed: Disclosed) -> bool:
        return bool(disclosed.addressee.name)

    def print(self, disclosed: Disclosed) -> bytes:
        return f"{len(disclosed.told)}".encode()

    def can_print_letter(self, letter: Letter) -> bool:
        return bool(letter.taken)

    def print_letter(self, letter: Letter) -> bytes:
        return letter.taken.step.encode()


def run(federation: Federation, path: Path, *line: str, filing: dict[str, Any] | None = None) -> Result:
    @contextmanager
    def opened(_: Path | None) -> Iterator[Context]:
        yield federation.context(TOKYO)

    @contextmanager
    def press(_: Path | None) -> Iterator[tuple[Context, PlainPress]]:
        yield federation.context(TOKYO), PlainPress()

    if filing is not None:
        (path / "filing.json").write_text(json.dumps(filing), "utf-8")
        line = (*line, str(path / "filing.json"))
    return CliRunner().invoke(commands.make_app(opened, press), [*line, "--as", CLERK.operator_id])


def test_the_commands_ask_put_off_answer_and_list(
    federation: Federation, tmp_path: Path, somebody: Found
) -> None:
    do = partial(run, federation, tmp_path)
    asked = do("request", filing=request(stated(somebody)))
    assert asked.stdout == "Accepted: no. 1, to be answered by 2013-08-06.\n"
    again = do("request", "--json", filing=request(stated(somebody)))
    assert json.loads(again.stdout) == {"disclosure": 2, "due_on": "2013-08-06"}
    assert do("request", filing={"x": 1}).exit_code == 1
    assert do("request", filing=request(stated(somebody), identity="nothing")).exit_code == 3
    later = {"disclosure": 1, "reason": "x", "told_on": "2013-07-08", "due_on": "2013-08-30"}
    assert do("extend", filing=later).stdout == "Noted: no. 1.\n"
    out = tmp_path / "out.pdf"
    assert do("letter", "1", "--out", str(out)).exit_code == 0
    assert out.read_bytes() == b"extended"
    assert "to be answered by 2013-08-30" in do("list").stdout
    answered = do("answer", "1", "--out", str(out))
    assert (answered.stdout.splitlines()[0], out.read_bytes()) == ("Answered: no. 1, 1 notices.", b"1")
    assert out.stat().st_mode & 0o777 == 0o600
    told = json.loads(do("answer", "1", "--again", "--out", str(out), "--json").stdout)
    assert (told["notices"], told["remarks"]) == (1, [])
    assert do("answer", "1", "--out", str(out)).exit_code == 3
    assert do("answer", "1", "--out", str(tmp_path / "no" / "such")).exit_code == 2
    closed = {"disclosure": 2, "ground": "withdrawn", "reason": "x", "told_on": "2013-07-08"}
    assert do("refuse", filing=closed).exit_code == 0
    assert do("list").stdout == "No request waits.\n"
    everything = json.loads(do("list", "--all", "--json").stdout)["disclosures"]
    assert [one["steps"] for one in everything] == [["extended", "answered", "answered"], ["refused"]]
    assert somebody.record.name.text not in asked.stdout + do("list", "--all").stdout
