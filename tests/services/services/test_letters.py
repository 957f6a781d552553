"""Letters of the office: what each says of what is on record, when none is due, and what stays of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding, protecting
from tests.services.services.test_doubts import couple, follow, note
from tests.services.services.test_ex_officio import correct, correction, delete
from tests.services.services.test_guardianship import record as place_under_guardianship
from tests.services.services.test_households import family, household_of
from typer.testing import CliRunner, Result

from jukinet.cli import common
from jukinet.cli import headless as headless_command
from jukinet.cli import letters as command
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place
from jukinet.law.decisions import Refused
from jukinet.law.doubts import DoubtStep
from jukinet.law.enquiries import EnquiryStep, EnquiryWay
from jukinet.law.ex_officio import Basis, Ground, Telling
from jukinet.law.holds import Process
from jukinet.law.letters import TABLE, By, Changed, LetterKind, Said
from jukinet.law.notifications import AuthorityShown, Capacity, IdentityShown, Notifier
from jukinet.services import cards, ex_officio, households, letters, tellings
from jukinet.services.card_filings import CardEnquiryFiling
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import CorrectionFiling
from jukinet.services.households import Headless
from jukinet.services.letters import Asked, Letter
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

PRINTED = "register:letter:printed"
DAY = counter.TODAY
AGENT = Notifier(Capacity.AGENT, IdentityShown.PASSPORT, in_writing=True, authority=AuthorityShown.LETTER)
NOBODY = with_check_digit(990)


def ask(
    federation: Federation,
    kind: LetterKind,
    number: object,
    version: int | None = None,
    *,
    fonts: bool = True,
) -> Letter | Refused:
    return letters.begin(
        federation.context(KUNITACHI), CLERK, Asked(kind, str(number), version), lambda _: fonts
    )


def written(federation: Federation, kind: LetterKind, number: object, version: int | None = None) -> Letter:
    done = ask(federation, kind, number, version)
    assert isinstance(done, Letter), done
    return done


def refuse(federation: Federation, kind: LetterKind, number: object, *rules: str, **asked: Any) -> None:
    counter.assert_refused(
        federation, KUNITACHI, PRINTED, lambda: ask(federation, kind, number, **asked), *rules
    )


def said(letter: Letter) -> dict[Said, object]:
    return dict(letter.rows)


def last_telling(federation: Federation) -> int:
    told = tellings.list_tellings(federation.context(KUNITACHI), CLERK)
    assert not isinstance(told, Refused)
    return told[-1].telling_id


def moved_by_agent(federation: Federation) -> tuple[str, int]:
    (number,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    counter.move_within(federation, KUNITACHI, number, notified_by=AGENT)
    return number, last_telling(federation)


def corrected(federation: Federation, number: str, **items: Any) -> None:
    """As found out, with a notice to the person."""
    basis = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE)
    plain = correction(number, **items)
    filing = CorrectionFiling(number, plain.kind, DAY, plain.corrections, basis)
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))


@case("spec 4.1.0.3", permitted="LT1 LT2 LT9 CD24")
def test_an_acceptance_goes_to_the_address_before_and_says_nothing_of_the_new_one(
    federation: Federation,
) -> None:
    number, telling = moved_by_agent(federation)
    record = counter.read(federation, KUNITACHI, number).record
    done = written(federation, LetterKind.ACCEPTED, telling)
    before = counter.ADDRESSES[KUNITACHI]
    assert (done.name, done.address) == (record.name.text, (before.text, before.building))
    assert record.address.text not in (*done.address, *said(done).values())
    assert said(done)[Said.NOTIFICATION] == RegisterReason.MOVE_WITHIN
    assert said(done)[Said.CAPACITY] is Capacity.AGENT
    (entry,) = counter.audit(federation, KUNITACHI, PRINTED)
    assert (entry["resident_no"], entry["reference"]) == (number, f"accepted {telling}")
    # It may be printed on a later day, and is open until somebody has noted that it was sent.
    federation.set_date(date(2013, 7, 20))
    assert isinstance(ask(federation, LetterKind.ACCEPTED, telling), Letter)


@case("spec 4.2.0.1", "Ord. Art. 12(4)")
def test_who_did_not_notify_is_told_what_was_corrected_and_where_they_went(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    old, new = counter.ADDRESSES[KUNITACHI], counter.elsewhere_in(KUNITACHI)
    corrected(federation, number, address=new)
    done = written(federation, LetterKind.EX_OFFICIO, last_telling(federation))
    address = said(done)[Said.ADDRESS]
    assert isinstance(address, Changed)
    assert (address.before, address.after) == (old.full, new.full)
    assert done.address == (new.text,)
    assert (said(done)[Said.OCCURRED_ON], Said.NAME in said(done)) == (DAY, False)

    notice = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE)
    to = counter.place(CHIYODA)
    counter.registered(
        delete(federation, number, cause=DeletionCause.MOVED_OUT, destination=to, basis=notice)
    )
    gone = written(federation, LetterKind.EX_OFFICIO, last_telling(federation))
    assert gone.address == (to.text,)
    assert said(gone)[Said.CAUSE] is DeletionCause.MOVED_OUT


@case("spec 9.4")
def test_where_somebody_under_guardianship_moves_is_told_by_its_name(federation: Federation) -> None:
    (one,) = counter.load(federation, seed=1)
    counter.registered(place_under_guardianship(federation, one.resident_no))
    holding.hold(federation, one, holding.terms(Process.ISSUE))
    counter.file_move_out(federation, KUNITACHI, [one.resident_no])
    done = written(federation, LetterKind.GUARDIANSHIP, last_telling(federation))
    assert (done.to, done.name, done.address) == (CHIYODA, "", ())
    assert said(done)[Said.NAME] == one.record.name.written
    assert (said(done)[Said.PLANNED_ON], said(done)[Said.SINCE]) == (date(2013, 7, 10), date(2013, 7, 1))


@case("Act Art. 14", permitted="LT3")
def test_who_is_called_on_and_who_pointed_it_out_are_written_to_apart(federation: Federation) -> None:
    one, other = couple(federation)
    number = note(federation, source="resident", resident_no=other.resident_no, by=one.resident_no)
    refuse(federation, LetterKind.CALL, number, "LT3")
    refuse(federation, LetterKind.ANSWER, number, "LT3")
    follow(federation, number, DoubtStep.CALLED_ON, due_on="2013-07-22")
    call = written(federation, LetterKind.CALL, number)
    assert (call.name, said(call)[Said.DUE_ON]) == (other.record.name.text, date(2013, 7, 22))
    refuse(federation, LetterKind.ANSWER, number, "LT3")
    follow(federation, number, DoubtStep.RIGHT)
    answer = written(federation, LetterKind.ANSWER, number)
    assert answer.name == one.record.name.text
    assert said(answer) == {Said.RECEIVED_ON: DAY, Said.OUTCOME: DoubtStep.RIGHT}
    refuse(federation, LetterKind.CALL, number, "LT3")  # over: nobody is called on any more
    words = "住所は二丁目でなく"
    assert not any(words in str(value) for letter in (call, answer) for value in said(letter).values())


@case("spec 3.4", refused="LT4", permitted="LT4")
def test_the_end_of_a_measure_is_told_from_a_month_before_and_never_to_an_address_that_was_left(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    number = protecting.apply(federation, found)
    refuse(federation, LetterKind.PERIOD_ENDS, number, "LT4")
    protecting.decide(federation, number)
    federation.set_date(date(2014, 6, 6))
    refuse(federation, LetterKind.PERIOD_ENDS, number, "LT4")
    federation.set_date(date(2014, 6, 7))
    done = written(federation, LetterKind.PERIOD_ENDS, number)
    assert (done.name, done.address[0]) == (found.record.name.text, found.record.address.text)
    assert said(done) == {
        Said.BEGINS_ON: DAY,
        Said.ENDS_ON: protecting.LAST,
        Said.EXTENDED_FROM: date(2014, 6, 7),
    }
    counter.file_move_out(
        federation,
        KUNITACHI,
        [found.resident_no],
        planned_on=date(2014, 6, 8),
        filed_on=date(2014, 6, 7),
    )
    federation.set_date(date(2014, 7, 8))
    federation.run()
    refuse(federation, LetterKind.PERIOD_ENDS, number, "LT4")


@case("spec 4.1.3.1.4", refused="LT5 LT9", permitted="LT5")
def test_the_municipality_from_which_no_notice_came_is_asked(federation: Federation) -> None:
    one, abroad, lost = (counter.load(federation, seed=seed)[0] for seed in (1, 2, 3))
    counter.file_move_out(federation, KUNITACHI, [one.resident_no], planned_on=DAY)
    counter.file_move_out(federation, KUNITACHI, [abroad.resident_no], Place("ブラジル"), planned_on=DAY)
    counter.registered(delete(federation, lost.resident_no))
    federation.run()
    refuse(federation, LetterKind.MISSING_NOTICE, one.resident_no, "LT5")
    federation.set_date(date(2013, 7, 20))
    done = written(federation, LetterKind.MISSING_NOTICE, one.resident_no)
    assert (done.to, done.address, done.reference) == (CHIYODA, (), "")
    assert said(done)[Said.LEFT_ON] == DAY
    assert said(done)[Said.NAME] == one.record.name.written
    refuse(federation, LetterKind.MISSING_NOTICE, abroad.resident_no, "LT5")
    refuse(federation, LetterKind.MISSING_NOTICE, lost.resident_no, "LT9")


@case("Reg. Art. 36", refused="CT16", permitted="CT16")
def test_who_is_said_to_have_applied_for_a_card_is_asked(federation: Federation) -> None:
    (one,) = counter.load(federation)
    number, ctx = one.resident_no, federation.context(KUNITACHI)

    def enter(step: EnquiryStep, way: EnquiryWay | None = None) -> None:
        counter.registered(cards.enter_enquiry(ctx, CLERK, CardEnquiryFiling(number, DAY, step, way, DAY)))

    refuse(federation, LetterKind.CARD_ENQUIRY, number, "CT16")
    refuse(federation, LetterKind.CARD_ENQUIRY, NOBODY, "LT1")
    enter(EnquiryStep.SENT, EnquiryWay.POST)
    done = written(federation, LetterKind.CARD_ENQUIRY, number)
    assert (done.name, done.address[0]) == (one.record.name.text, one.record.address.text)
    assert said(done)[Said.APPLIED_ON] == DAY
    enter(EnquiryStep.CONFIRMED)
    refuse(federation, LetterKind.CARD_ENQUIRY, number, "CT16")


@case("spec 4.2.0.1", refused="LT8", permitted="LT8")
def test_the_sheet_of_an_act_ex_officio_says_what_it_changed(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    refuse(federation, LetterKind.RECORD_SHEET, number, "LT8")
    counter.registered(correct(federation, number, address=counter.elsewhere_in(KUNITACHI, 2)))
    sheet = written(federation, LetterKind.RECORD_SHEET, number)
    assert (sheet.name, sheet.address, sheet.to) == ("", (), None)
    assert said(sheet)[Said.REASON] == RegisterReason.CORRECTED_EX_OFFICIO
    assert [one for one in said(sheet) if isinstance(said(sheet)[one], Changed)] == [Said.ADDRESS]
    refuse(federation, LetterKind.RECORD_SHEET, number, "LT8", version=1)
    refuse(federation, LetterKind.RECORD_SHEET, number, "LT8", version=9)
    counter.move_within(federation, KUNITACHI, number)
    assert said(written(federation, LetterKind.RECORD_SHEET, number, 2)) == said(sheet)


@case("spec 4.0.4", refused="LT6 LT7", permitted="LT6 LT7")
def test_who_is_left_without_a_householder_is_asked_and_who_is_left_alone_is_told(
    federation: Federation,
) -> None:
    head, son, wife = family(federation, "子", "妻")
    home = household_of(federation, head)
    refuse(federation, LetterKind.NO_HOUSEHOLDER, home, "LT6")
    refuse(federation, LetterKind.HOUSEHOLDER, home, "LT7")
    assert households.list_headless(federation.context(KUNITACHI), CLERK) == ()
    counter.die(federation, KUNITACHI, head)
    refuse(federation, LetterKind.HOUSEHOLDER, home, "LT7")
    asked = written(federation, LetterKind.NO_HOUSEHOLDER, home)
    names = [counter.read(federation, KUNITACHI, one).record.name.text for one in (wife, son)]
    assert asked.name == names[0], "whoever stands highest"
    assert said(asked)[Said.MEMBERS] == "、".join(names)
    listed = households.list_headless(federation.context(KUNITACHI), CLERK)
    assert listed == (Headless(home, tuple(sorted((son, wife)))),)
    # Only the son is left then: he is recorded as householder, and told.
    counter.die(federation, KUNITACHI, wife)
    assert written(federation, LetterKind.HOUSEHOLDER, home).name == names[1]

    other, alone = family(federation, "妻")
    house = household_of(federation, other)
    counter.die(federation, KUNITACHI, other)
    told = written(federation, LetterKind.HOUSEHOLDER, house)
    record = counter.read(federation, KUNITACHI, alone).record
    assert (told.name, said(told)[Said.HOUSEHOLDER]) == (record.name.text, record.name.text)
    refuse(federation, LetterKind.NO_HOUSEHOLDER, house, "LT6")


@case(refused="LT1 LT2 LT3 LT9 CD24")
def test_what_no_letter_is_due_for_is_refused(federation: Federation) -> None:
    number, telling = moved_by_agent(federation)
    for kind in LetterKind:
        numbered = TABLE[kind].by in {By.RESIDENT, By.HOUSEHOLD}
        refuse(federation, kind, NOBODY if numbered else telling + 5000, "LT1")
    refuse(federation, LetterKind.EX_OFFICIO, telling, "LT2")
    refuse(federation, LetterKind.ACCEPTED, telling, "CD24", fonts=False)
    missing = note(federation, source="office")
    refuse(federation, LetterKind.CALL, missing, "LT3", "LT9")
    follow(federation, missing, DoubtStep.CALLED_ON, due_on="2013-07-22")
    refuse(federation, LetterKind.CALL, missing, "LT9")
    holding.hold(federation, counter.read(federation, KUNITACHI, number), holding.terms(Process.ISSUE))
    refuse(federation, LetterKind.ACCEPTED, telling, "V1")


@pytest.mark.parametrize(
    ("kind", "permission"),
    [
        (LetterKind.ACCEPTED, Permission.REGISTER_CERTIFICATE_ISSUE),
        (LetterKind.CALL, Permission.REGISTER_DOUBT_HANDLE),
        (LetterKind.PERIOD_ENDS, Permission.REGISTER_MEASURE_RECORD),
        (LetterKind.RECORD_SHEET, Permission.REGISTER_RESIDENT_RECORD),
        (LetterKind.NO_HOUSEHOLDER, Permission.REGISTER_CERTIFICATE_ISSUE),
    ],
)
def test_only_who_may_writes_letters(standing: Federation, kind: LetterKind, permission: Permission) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        PRINTED,
        permission,
        lambda ctx, claim: letters.begin(ctx, claim, Asked(kind, "1"), lambda _: True),
    )


def test_only_who_may_lists_households_without_a_householder(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        "register:headless:read",
        Permission.REGISTER_RESIDENT_READ,
        households.list_headless,
    )


# The command line


class FakePress:
    """Prints the kind and number of a letter, and nothing else."""

    def can_print_letter(self, letter: Letter) -> bool:
        return bool(letter.rows)

    def print_letter(self, letter: Letter) -> bytes:
        return f"{letter.kind} {letter.reference}".encode()


def run(federation: Federation, *words: str, text: str = "") -> Result:
    @contextmanager
    def opened(config: Path | None) -> Iterator[tuple[Context, FakePress]]:
        yield federation.context(KUNITACHI), FakePress()

    app = common.make_app("copies")
    app.callback()(lambda: None)
    command.add_to(app, opened)
    return CliRunner().invoke(app, [*words, "--as", "sato"], input=text)


def test_a_letter_is_written_for_its_owner_alone(federation: Federation, tmp_path: Path) -> None:
    _, telling = moved_by_agent(federation)
    out = tmp_path / "letter.pdf"
    printed = run(federation, "letter", "accepted", "--out", str(out), text=f"{telling}\n")
    assert (printed.exit_code, out.read_text()) == (0, f"accepted {telling}"), printed.output
    assert out.stat().st_mode & 0o777 == 0o600
    none = str(tmp_path / "none.pdf")
    for kind, typed, code, words in (
        ("accepted", f"{telling + 50}", common.REFUSED, "LT1"),
        ("accepted", "x", common.FAILED, "telling"),
        ("accepted", "0", common.FAILED, "telling"),
        ("missing-notice", "17", common.FAILED, "resident"),
        ("no-householder", NOBODY, common.REFUSED, "LT1"),
    ):
        wrong = run(federation, "letter", kind, "--out", none, text=f"{typed}\n")
        assert (wrong.exit_code, words in wrong.output) == (code, True), wrong.output
    mistyped = run(federation, "letter", "ex-officio", "--version", "1", "--out", none, text="1\n")
    assert mistyped.exit_code == 2
    assert not Path(none).exists()


def test_households_without_a_householder_are_listed_on_the_command_line(federation: Federation) -> None:
    @contextmanager
    def opened(config: Path | None) -> Iterator[Context]:
        yield federation.context(KUNITACHI)

    app = common.make_app("register")
    app.callback()(lambda: None)
    headless_command.add_command(app, opened)

    def listed(*words: str) -> str:
        return CliRunner().invoke(app, ["without-householder", *words, "--as", "sato"]).output

    assert "Every household" in listed()
    head, son, wife = family(federation, "子", "妻")
    home = household_of(federation, head)
    counter.die(federation, KUNITACHI, head)
    assert listed().startswith(f"{home}  {son}, {wife}")
    assert f'"household_number": "{home}"' in listed("--json")


@case("spec 4.1.0.3", permitted="PR10")
def test_an_acceptance_of_any_notification_is_printed_at_will_with_the_name_of_who_brought_it(
    federation: Federation,
) -> None:
    """Also days later; the name is on the paper that they signed, and the register does not keep it."""
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    counter.move_within(federation, KUNITACHI, number, notified_by=AGENT)
    federation.set_date(date(2013, 8, 1))
    version = counter.read(federation, KUNITACHI, number).versions[-1].history_no
    asked = Asked(LetterKind.ACCEPTED, number, version, "国立　花子")
    letter = letters.begin(federation.context(KUNITACHI), CLERK, asked, lambda _: True)
    assert isinstance(letter, Letter), letter
    rows = dict(letter.rows)
    assert (rows[Said.NOTIFIER], rows[Said.CAPACITY]) == ("国立　花子", Capacity.AGENT)
    first = counter.read(federation, KUNITACHI, number).versions[0].record
    assert letter.address[0] == first.address.text, "at the address before"
    assert "国立" not in repr(asked)
    assert "花子" not in str(counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM notifiers"))
    # Who notified for themselves is named without being asked.
    own = letters.begin(
        federation.context(KUNITACHI), CLERK, Asked(LetterKind.ACCEPTED, number, 1), lambda _: True
    )
    assert isinstance(own, Letter), own
    assert dict(own.rows)[Said.NOTIFIER] == dict(own.rows)[Said.PERSON]


@case("spec 4.1.0.3", refused="PR10 LT1")
def test_what_nobody_notified_has_no_acceptance(federation: Federation) -> None:
    (found,) = counter.load(federation)
    for number, version, rule in ((found.resident_no, 1, "PR10"), (NOBODY, 1, "LT1")):
        refused = ask(federation, LetterKind.ACCEPTED, number, version)
        assert isinstance(refused, Refused)
        assert [one.rule for one in refused.failed] == [rule]
