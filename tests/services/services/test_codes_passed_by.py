"""Foreign residents whom the first codes of 2013-07-08 passed by (Ord. 2010 no. 253 suppl. 9)."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import NATIONAL
from jukinet.law.codes import StatedMoveOut
from jukinet.services import codes, undoing
from jukinet.services.codes import Assigned
from jukinet.services.filings import CodeCorrectionFiling
from jukinet.services.reads import Found
from jukinet.services.undoing import UndoFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

pytestmark = pytest.mark.core


def excepted(federation: Federation) -> Found:
    """A foreign resident who filed, before the start, a move-out planned for it or later; the office's day is then."""
    counter.turn_back(federation, date(2013, 7, 5))
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    planned_on, filed_on = date(2013, 7, 10), date(2013, 7, 5)
    counter.file_move_out(
        federation, KUNITACHI, [found.resident_no], planned_on=planned_on, filed_on=filed_on
    )
    federation.set_date(counter.TODAY)
    ctx = federation.context(KUNITACHI)
    assert codes.assign_codes_to_foreign_residents(ctx, CLERK) == Assigned(0, (found.resident_no,))
    return found


@case("Ord. 2010 no. 253 suppl. Art. 9(1), (2), (3)", "Ord. Art. 30-5(ii)")
def test_who_was_excepted_gets_the_code_where_recorded_next_and_is_told(federation: Federation) -> None:
    found = excepted(federation)
    federation.set_date(date(2013, 7, 10))
    federation.run()
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert (gone.present, gone.record.code) == (False, None)
    assert counter.live(federation, NATIONAL) == {}, "nobody was told of a record without a code"
    stated = StatedMoveOut(date(2013, 7, 5), date(2013, 7, 10))
    (number,) = counter.move_in(
        federation,
        CHIYODA,
        counter.as_person(gone),
        moved_on=date(2013, 7, 10),
        filed_on=date(2013, 7, 10),
        move_out=stated,
    ).resident_nos
    federation.run()
    code = counter.read(federation, CHIYODA, number).record.code
    assert counter.code_notices(federation, CHIYODA) == [(number, "assigned", str(code))]
    counter.both_stores(federation, CHIYODA, number)
    assert counter.notices(federation, CHIYODA)[-1]["change"]["kind"] == "recording"


@case("Ord. 2010 no. 253 suppl. Art. 9(1)", "Ord. Art. 30-4(1)")
def test_who_was_excepted_and_stays_after_all_gets_the_code_ex_officio(federation: Federation) -> None:
    found = excepted(federation)
    filed = counter.read(federation, KUNITACHI, found.resident_no).versions[-1]
    ctx = federation.context(KUNITACHI)
    counter.registered(undoing.undo(ctx, CLERK, UndoFiling(found.resident_no, filed.history_no)))
    federation.set_date(date(2013, 7, 9))
    with_none = counter.read(federation, KUNITACHI, found.resident_no)
    assert (with_none.present, with_none.record.code, with_none.record.move_out) == (True, None, None)
    correct = CodeCorrectionFiling(found.resident_no, confirmed=True)
    counter.registered(codes.correct_code(ctx, CLERK, correct))
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["previous_code"] == "none"


@case("Ord. 2010 no. 253 suppl. Art. 9(1)")
def test_who_undid_the_move_out_before_the_start_is_given_a_code_by_it(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 5))
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    planned_on, filed_on = date(2013, 7, 10), date(2013, 7, 5)
    counter.file_move_out(
        federation, KUNITACHI, [found.resident_no], planned_on=planned_on, filed_on=filed_on
    )
    version = counter.read(federation, KUNITACHI, found.resident_no).versions[-1]
    ctx = federation.context(KUNITACHI)
    counter.registered(undoing.undo(ctx, CLERK, UndoFiling(found.resident_no, version.history_no)))
    federation.set_date(counter.TODAY)
    assert codes.assign_codes_to_foreign_residents(ctx, CLERK) == Assigned(1, ())
