"""Letters to the households of a list: before its run and after, and who gets none."""

from __future__ import annotations

from dataclasses import replace

from tests.conformance.cases import case
from tests.services.services import counter, holding
from tests.services.services.test_address_changes import DAY, NEW, OLD, given, household, run

from jukinet.domain import csv_filings
from jukinet.domain.permissions import Permission
from jukinet.law.holds import Process
from jukinet.law.letters import Said
from jukinet.services import address_changes, address_lists, change_letters
from jukinet.services.address_changes import AddressList
from jukinet.services.change_letters import ChangeLetters, LetterResult
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

PRINTED = "register:change-letter:printed"


def letters(
    federation: Federation, listed: AddressList, *, done: bool, printable: bool = True
) -> ChangeLetters:
    ctx = federation.context(KUNITACHI)
    made = change_letters.write_letters(ctx, CLERK, listed, lambda _: printable, done=done)
    assert isinstance(made, ChangeLetters), made
    return made


@case("spec 9.7")
def test_each_household_is_written_to_once_before_the_run_and_once_after(federation: Federation) -> None:
    home, numbers = household(federation)
    leaving, leavers = household(federation)
    held, members = household(federation)
    counter.file_move_out(federation, KUNITACHI, leavers[:1])
    holding.hold(federation, counter.read(federation, KUNITACHI, members[1]), holding.terms(Process.ISSUE))
    listed = given(home, leaving, held, "00000000051")
    before = letters(federation, listed, done=False)
    assert [result for _, result in before.results] == [
        LetterResult.WRITTEN,
        LetterResult.OTHERWISE,
        LetterResult.HELD,
        LetterResult.NOBODY,
    ]
    (letter,) = before.letters
    head = counter.read(federation, KUNITACHI, numbers[0]).record
    assert (letter.name, letter.address[0], letter.done) == (head.name.text, OLD.text, False)
    said = dict(letter.rows)
    assert (said[Said.ADDRESS_BEFORE], said[Said.ADDRESS], said[Said.OCCURRED_ON]) == (
        OLD.full,
        NEW.full,
        DAY,
    )
    assert str(said[Said.MEMBERS]).count("、") == 1
    assert letters(federation, given(home), done=True).letters == (), "nothing was changed yet"
    run(federation, given(home))
    (after,) = letters(federation, given(home), done=True).letters
    assert (after.address[0], after.done) == (NEW.text, True)
    assert letters(federation, given(home), done=False).letters == ()
    entries = counter.audit(federation, KUNITACHI, PRINTED)
    assert [entry["resident_no"] for entry in entries] == [numbers[0], None, numbers[0], None]


def test_who_cannot_be_printed_gets_none_and_the_act_has_its_gate(federation: Federation) -> None:
    home, _ = household(federation)
    made = letters(federation, given(home), done=False, printable=False)
    assert made.results == ((home, LetterResult.NOT_PRINTABLE),)
    counter.assert_gated(
        federation,
        KUNITACHI,
        PRINTED,
        Permission.REGISTER_CERTIFICATE_ISSUE,
        lambda ctx, claim: change_letters.write_letters(ctx, claim, given(home), lambda _: True, done=False),
    )


@case("spec 9.7")
def test_a_list_of_addresses_goes_out_and_comes_in_as_rows_of_csv(federation: Federation) -> None:
    home, _ = household(federation)
    listed = replace(given(home), handed_to=None)
    rows = csv_filings.rows_of(b"".join(address_lists.write_rows(listed)))
    data = address_lists.placed({"changed_on": str(DAY), "rows": rows}, KUNITACHI)
    assert address_changes.read_address_list(data) == listed
