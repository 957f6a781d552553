"""The story of 2013-07-08, told on running nodes through the same services and doors that everybody uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from jukinet.cli import common
from jukinet.client.answers import FourItems, Result, VerificationAnswer, VerificationRefused
from jukinet.demo import agreement
from jukinet.demo.plan import CLERK, CUT, MUNICIPALITIES, NOT_CONNECTED, PENSION, STORY_DAY
from jukinet.demo.stage import Stage
from jukinet.demo.telling import Step, expect
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import HOUSEHOLDER, ResidentRecord
from jukinet.domain.municipality import NATIONAL, MunicipalityCode
from jukinet.domain.persons import Address, Place
from jukinet.law.codes import ChangeDocument
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.node.printing import press_of
from jukinet.services import codes, copies, deaths, moves, reads
from jukinet.services.filings import (
    CodeChangeFiling,
    DeathFiling,
    MoveInFiling,
    MoveOutFiling,
    Mover,
    MoveWithinFiling,
    Person,
)
from jukinet.services.register import Registered
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, HACHIOJI, KUNITACHI, YAMATSURI
from jukinet.testing.notifying import IN_PERSON

PENSION_AFFAIR = "t1-77-1"
OUTSIDE_AFFAIR = "t1-999-1"
"""No such row: an affair outside the Act."""


@dataclass
class Story:
    """What one step finds out and a later one needs. ``copy_to`` is where the copy is written."""

    stage: Stage
    copy_to: Path
    resident_no: str = ""
    code: ResidentRecordCode | None = None

    def steps(self) -> list[Step]:
        """Every step, in order."""
        return [
            Step(
                "foreign-codes",
                "Every foreign resident is given a code and a notice",
                "all but those who filed a move-out before the day; the same at prefecture and centre",
                lambda _: self.give_codes(),
            ),
            Step(
                "by-code",
                "The pension service confirms a resident by code",
                "found, with the facts of the register",
                lambda _: self.verify_by_code(),
            ),
            Step(
                "by-items",
                "The pension service confirms her by the four items",
                "found, the same person",
                lambda _: self.verify_by_items(),
            ),
            Step(
                "outside-the-act",
                "The pension service asks for an affair outside the Act",
                "refused by rule S1, and the refusal is in the audit log",
                lambda _: self.ask_outside_the_act(),
            ),
            Step(
                "nationwide-copy",
                "She gets a copy in Fukushima City, showing her Residence Card and stating her code",
                "one copy, issued once although the clerk tries twice",
                lambda _: self.issue_copy(),
            ),
            Step(
                "new-code",
                "She changes her code",
                "the new code finds her; the old one no longer identifies her present record",
                lambda _: self.change_code(),
            ),
            Step(
                "move",
                "She moves from Kunitachi to Chiyoda",
                "the centre's answer follows, and Kunitachi's record is deleted by Chiyoda's notice",
                lambda _: self.move(),
            ),
            Step(
                "not-connected",
                "A resident of Yamatsuri asks for a copy in Hachioji",
                "refused: the town is not connected to the network",
                lambda _: self.ask_for_yamatsuri(),
            ),
            Step(
                "cut-line",
                "Hachioji's line is cut, three changes are made, the line returns",
                "the changes wait while the line is cut, then all stores agree",
                lambda _: self.cut_the_line(),
            ),
        ]

    # -- finding people: from outside, since no clerk would look for somebody at random

    def _pick(self, code: MunicipalityCode, condition: str) -> str:
        schema = code.node_id.schema
        with self.stage.owner() as connection:
            row = connection.execute(
                f"SELECT r.resident_no FROM {schema}.residents r JOIN {schema}.resident_versions v"
                " ON v.resident_id = r.resident_id AND v.history_no = r.last_history_no"
                f" WHERE r.present AND r.move_out_on IS NULL AND {condition} ORDER BY r.resident_id LIMIT 1"
            ).fetchone()
        expect(row, f"nobody in {code} fits the step; build with more RESIDENTS")
        return str(row[0]) if row else ""

    def _read(self, code: MunicipalityCode, resident_no: str) -> reads.Found:
        found = reads.read_resident(self.stage.office(code), CLERK, resident_no)
        if isinstance(found, Refused):
            raise TypeError("the clerk of the story may read every record")
        return found

    def _verify(
        self, who: ResidentRecordCode | FourItems, affair: str = PENSION_AFFAIR
    ) -> VerificationAnswer | VerificationRefused:
        with self.stage.organ(PENSION) as organ:
            return organ.verify(affair=affair, operator="suzuki", case="2013-000123", who=who)

    def _found(self, who: ResidentRecordCode | FourItems) -> VerificationAnswer:
        answer = self._verify(who)
        expect(isinstance(answer, VerificationAnswer), "the request was refused")
        if not isinstance(answer, VerificationAnswer):
            raise TypeError("expected above")
        return answer

    def _centre_says(self, code: ResidentRecordCode, holds: Callable[[VerificationAnswer], bool]) -> bool:
        answer = self._verify(code)
        return isinstance(answer, VerificationAnswer) and holds(answer)

    # -- the steps

    def give_codes(self) -> str:
        before = self._uncoded()
        given = excepted = 0
        for code in MUNICIPALITIES:
            if code == NOT_CONNECTED:
                continue
            done = codes.assign_codes_to_foreign_residents(self.stage.office(code), CLERK)
            if isinstance(done, Refused):
                return self._refused(done)
            given += done.assigned
            excepted += len(done.excepted)
        self.stage.wait("all stores agree", lambda: agreement.at_rest(self.stage), seconds=60)
        left, notices = self._uncoded(), self._code_notices()
        expect(given > 0 and before == given + excepted, f"{before} had no code, {given} were given one")
        expect(left == excepted, f"{left} have no code, {excepted} are excepted")
        expect(notices == given, f"{given} codes, {notices} written notices")
        expect(not (differing := agreement.differences(self.stage)), "; ".join(differing))
        return f"{given} codes and {notices} notices; {excepted} excepted; all stores agree"

    def _uncoded(self) -> int:
        return sum(
            agreement.count(
                self.stage,
                f"SELECT count(*) FROM {code.node_id.schema}.residents"
                " WHERE present AND foreign_resident AND code IS NULL",
            )
            for code in MUNICIPALITIES
            if code != NOT_CONNECTED
        )

    def _code_notices(self) -> int:
        return sum(
            agreement.count(
                self.stage,
                f"SELECT count(*) FROM {code.node_id.schema}.code_notices"
                f" WHERE kind = '{codes.ASSIGNED}' AND decided_on = '{STORY_DAY}'",
            )
            for code in MUNICIPALITIES
        )

    def _refused(self, refused: Refused) -> str:
        sentences = " ".join(failed.sentence for failed in refused.failed)
        expect(False, f"refused: {sentences}")
        return sentences

    def verify_by_code(self) -> str:
        self.resident_no = self._pick(
            KUNITACHI,
            "r.code IS NOT NULL AND v.items->'foreign'->>'stay' = 'mid-to-long-term'"
            " AND v.items->>'sex' = 'female' AND v.items->>'birth_date' < '1990'"
            " AND length(v.items->>'birth_date') = 10 AND v.items->>'relationship' = '世帯主'",
        )
        record = self._read(KUNITACHI, self.resident_no).record
        self.code = record.code
        return self._same_person(self._found(self._known_code()), record)

    def _known_code(self) -> ResidentRecordCode:
        expect(self.code, "the step before gave no code")
        if self.code is None:
            raise TypeError("expected above")
        return self.code

    def _same_person(self, answer: VerificationAnswer, record: ResidentRecord) -> str:
        expect(answer.result is Result.FOUND, f"the centre answered {answer.result}")
        facts = answer.person.facts if answer.person else None
        expect(facts == record.identity_facts(), "the centre's facts are not those of the register")
        return f"found; six facts as in the register; basis {', '.join(answer.basis[:2])}"

    def verify_by_items(self) -> str:
        record = self._read(KUNITACHI, self.resident_no).record
        items = FourItems(record.name.text, record.address.text, record.birth_date, record.sex)
        return self._same_person(self._found(items), record)

    def ask_outside_the_act(self) -> str:
        before = self._refusals_at_the_centre()
        answer = self._verify(self._known_code(), self.outside_affair)
        expect(isinstance(answer, VerificationRefused), "the centre answered instead of refusing")
        rules = [rule.rule for rule in answer.rules] if isinstance(answer, VerificationRefused) else []
        expect("S1" in rules, f"refused by {', '.join(rules)} instead of S1")
        expect(self._refusals_at_the_centre() == before + 1, "the refusal is not in the audit log")
        return f"refused by {', '.join(rules)}; recorded"

    outside_affair: str = OUTSIDE_AFFAIR

    def _refusals_at_the_centre(self) -> int:
        return agreement.count(
            self.stage,
            "SELECT count(*) FROM national.audit_entries"
            " WHERE event = 'supply:query:answered' AND outcome = 'refused'",
        )

    def issue_copy(self) -> str:
        record = self._read(KUNITACHI, self.resident_no).record
        filing = copies.read_filing(
            self._application(KUNITACHI, record)
            | {"code": str(self._known_code()), "wanted": ["household-items", "nationality-and-class"]}
        )
        office = self.stage.office(FUKUSHIMA)
        press = press_of(self.stage.plan.config(FUKUSHIMA.node_id), office.directory)
        first = copies.issue_nationwide_copy(office, CLERK, filing, press)
        second = copies.issue_nationwide_copy(office, CLERK, filing, press)
        if isinstance(first, Refused) or isinstance(second, Refused):
            return self._refused(first if isinstance(first, Refused) else second)  # type: ignore[arg-type]
        expect(first.pages.startswith(b"%PDF"), "what was issued is no PDF")
        expect((second.issue_no, second.pages) == (first.issue_no, first.pages), "two copies were issued")
        expect(second.again and not first.again, "the retry counted as a copy")
        issued = agreement.count(
            self.stage,
            f"SELECT count(*) FROM {FUKUSHIMA.node_id.schema}.audit_entries"
            " WHERE event = 'copies:nationwide:issued'",
        )
        expect(issued == 1, f"{issued} copies are in the audit log")
        common.write_private(self.copy_to, first.pages)
        return f"no. {first.issue_no}, {len(first.pages) // 1024} kB; the retry gave the same pages"

    def _application(self, home: MunicipalityCode, record: ResidentRecord) -> dict[str, Any]:
        return {
            "application_id": self.stage.office(FUKUSHIMA).randomness.token(),
            "home": str(home),
            "applicant": record.kind.value,
            "name": record.name.text,
            "document": {
                "kind": "residence-card" if record.foreign else "drivers-licence",
                "with_photo": True,
            },
            "members": "self",
            "wanted": [],
        }

    def change_code(self) -> str:
        old = self._known_code()
        record = self._read(KUNITACHI, self.resident_no).record
        filing = CodeChangeFiling(
            self.resident_no, record.name.text, record.address.text, old, ChangeDocument.ISSUED_BY_LAW
        )
        done = codes.change_code(self.stage.office(KUNITACHI), CLERK, filing)
        if isinstance(done, Refused):
            return self._refused(done)
        changed = self._read(KUNITACHI, self.resident_no).record
        new = changed.code
        expect(new is not None and new != old, "the register holds no new code")
        self.code = new
        self.stage.wait(
            "the centre finds her by the new code",
            lambda: self._centre_says(self._known_code(), lambda a: a.result is Result.FOUND),
        )
        told = self._same_person(self._found(self._known_code()), changed)
        answer = self._found(old)
        expect(answer.result is Result.NONE and answer.person is None, f"the old code: {answer.result}")
        new_told = any(one.facts.code == new for one in answer.history)
        expect(not new_told, "the old code tells the new one")
        reason = answer.reason.value if answer.reason else "no reason"
        return f"new code: {told.split(';')[0]}; old code: none ({reason})"

    def move(self) -> str:
        before = self._read(KUNITACHI, self.resident_no).record
        filed = moves.file_move_out(
            self.stage.office(KUNITACHI),
            CLERK,
            MoveOutFiling(
                (self.resident_no,),
                Place("東京都千代田区", CHIYODA),
                date(2013, 7, 20),
                STORY_DAY,
                notified_by=IN_PERSON,
            ),
        )
        if isinstance(filed, Refused):
            return self._refused(filed)
        arrived = moves.move_in(self.stage.office(CHIYODA), CLERK, self._move_in(before))
        if isinstance(arrived, Refused):
            return self._refused(arrived)
        here = self._read(CHIYODA, arrived.resident_nos[0]).record
        expect(here.code == before.code, "the code was not carried over")
        self.stage.wait(
            "the centre says Chiyoda",
            lambda: self._centre_says(
                self._known_code(),
                lambda a: a.person is not None and a.person.facts.address.municipality == CHIYODA,
            ),
        )
        self.stage.wait(
            "Kunitachi's record is deleted", lambda: not self._read(KUNITACHI, self.resident_no).present
        )
        self.stage.wait("all stores agree", lambda: agreement.at_rest(self.stage))
        expect(not (differing := agreement.differences(self.stage)), "; ".join(differing))
        return "the centre says Chiyoda; Kunitachi deleted; same code; all stores agree"

    def _move_in(self, before: ResidentRecord) -> MoveInFiling:
        person = Person(
            before.name,
            before.birth_date,
            before.sex,
            HOUSEHOLDER,
            before.code,
            before.koseki,
            before.foreign,
            before.nickname,
            before.former_nicknames,
        )
        return MoveInFiling(
            persons=(person,),
            address=Address(CHIYODA, "東京都千代田区神田神保町一丁目999番地", "見本ビル 401号室"),
            previous_address=Place(before.address.full, KUNITACHI),
            moved_on=STORY_DAY,
            filed_on=STORY_DAY,
            evidence=MoveInEvidence.CERTIFICATE,
            status_shown=True,
            notified_by=IN_PERSON,
        )

    def ask_for_yamatsuri(self) -> str:
        number = self._pick(YAMATSURI, "NOT r.foreign_resident AND length(v.items->>'birth_date') = 10")
        record = self._read(YAMATSURI, number).record
        expect(record.code is None, "a resident of Yamatsuri has a code")
        data = self._application(YAMATSURI, record)
        data |= {"birth_date": str(record.birth_date), "sex": record.sex.value}
        office = self.stage.office(HACHIOJI)
        press = press_of(self.stage.plan.config(HACHIOJI.node_id), office.directory)
        answer = copies.issue_nationwide_copy(office, CLERK, copies.read_filing(data), press)
        if not isinstance(answer, Refused):
            expect(False, "a copy was issued")
            return ""
        rules = [failed.rule for failed in answer.failed]
        expect(rules == ["K7"], f"refused by {', '.join(rules)} instead of K7")
        return f"refused by K7: {answer.failed[0].sentence.split(',')[0]}"

    def cut_the_line(self) -> str:
        self.stage.gateway.cut()
        try:
            centre = agreement.applied(self.stage, NATIONAL)
            self._three_changes()
            waiting = agreement.waiting(self.stage, CUT.node_id)
            expect(waiting >= 3, f"only {waiting} notices wait behind the cut line")
            expect(agreement.applied(self.stage, NATIONAL) == centre, "a notice passed the cut line")
        finally:
            self.stage.gateway.restore()
        self.stage.wait("all stores agree", lambda: agreement.at_rest(self.stage), seconds=60)
        expect(not (differing := agreement.differences(self.stage)), "; ".join(differing))
        return f"{waiting} notices waited; after the return all stores agree"

    def _three_changes(self) -> None:
        office = self.stage.office(HACHIOJI)
        mover = self._pick(HACHIOJI, "r.code IS NOT NULL AND v.items->>'relationship' = '世帯主'")
        record = self._read(HACHIOJI, mover).record
        address = replace(record.address, text="東京都八王子市元本郷町三丁目999番地", building=None)
        within = MoveWithinFiling(
            (Mover(mover, HOUSEHOLDER),),
            address,
            STORY_DAY,
            STORY_DAY,
            new_household=True,
            notified_by=IN_PERSON,
        )
        dead = self._pick(
            HACHIOJI, f"r.code IS NOT NULL AND r.resident_no <> '{mover}' AND v.items->>'birth_date' < '1940'"
        )
        other = self._pick(HACHIOJI, f"r.code IS NOT NULL AND r.resident_no NOT IN ('{mover}', '{dead}')")
        changing = self._read(HACHIOJI, other).record
        expect(changing.code, "nobody has a code")
        if changing.code is None:
            return
        filing = CodeChangeFiling(
            other, changing.name.text, changing.address.text, changing.code, ChangeDocument.CARD
        )
        for done in (
            moves.move_within(office, CLERK, within),
            deaths.record_death(office, CLERK, DeathFiling(dead, date(2013, 7, 7), STORY_DAY)),
            codes.change_code(office, CLERK, filing),
        ):
            expect(isinstance(done, Registered), "a change was refused")
