"""What the tests of retention share: both calendars turned together, rows of every subject, runs and what they left."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from tests.services.services import counter

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.municipality import NodeId
from jukinet.services import retention
from jukinet.services.retention import Report
from jukinet.store import snapshots
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

PURGE = "purge"
KUNI = KUNITACHI.node_id
BACKUPS = 90
"""Far shorter than any term, so that the term decides."""


def noon(day: date) -> datetime:
    """Midday in Japan."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def turn(federation: Federation, day: date) -> None:
    """Make it that day by the real calendar and by every office's."""
    federation.clock.moment = noon(day)
    federation.set_date(day)


def erase(federation: Federation, node: NodeId = KUNI, backup_days: int | None = BACKUPS) -> Report:
    report = retention.erase_due(federation.context(node, PURGE), CLERK, backup_days)
    assert isinstance(report, Report), report
    assert report.erased
    return report


def dry_run(federation: Federation, node: NodeId = KUNI, backup_days: int | None = BACKUPS) -> Report:
    report = retention.count_due(federation.context(node, PURGE), CLERK, backup_days)
    assert isinstance(report, Report), report
    assert not report.erased
    return report


def erased_entries(federation: Federation, node: NodeId, run: str | None = None) -> list[dict[str, Any]]:
    """The entries of erasures (of one run), each checked: its leaf is over what it says."""
    found = counter.audit(federation, node, AuditEvent.RETENTION_ERASED)
    for row in found:
        assert leaf_of(row) == bytes(row["leaf"]), row["entry_id"]
    return [row for row in found if run is None or row["reference"] == run]


def leaf_of(row: dict[str, Any]) -> bytes:
    """The leaf as the rest of the program makes it, from the row."""
    entry = AuditEntry(
        at=row["at"],
        business_on=row["business_on"],
        event=AuditEvent(row["event"]),
        outcome=Outcome(row["outcome"]),
        actor=row["actor"],
        terminal=row["terminal"],
        subject_code=row["subject_code"],
        resident_no=row["resident_no"],
        affair=row["affair"],
        reference=row["reference"],
        rules=tuple(row["rules"]),
    )
    return hashlib.sha256(b"\x00" + bytes(row["salt"]) + entry.encoded()).digest()


def told(entries: list[dict[str, Any]]) -> Counter[str]:
    """Rows by table, as the entries say."""
    sums: Counter[str] = Counter()
    for entry in entries:
        for said in entry["rules"][1:]:
            table, count = said.split()
            sums[table] += int(count)
    return sums


def sizes(federation: Federation, node: NodeId) -> Counter[str]:
    """Rows of every table, and pages that are kept."""
    found = Counter({table: len(rows) for table, rows in counter.contents(federation, node).items()})
    found["audit_entries"] = len(counter.audit(federation, node))
    if "nationwide_copies" in found:
        kept = counter.owner_rows(federation, node, "SELECT count(pages) AS n FROM nationwide_copies")
        found["nationwide_copies.pages"] = kept[0]["n"]
    return found


# Rows by hand ---------------------------------------------------------------------------------------------------


@dataclass
class Rows:
    """Puts rows of one node there as its processes would have, on any day."""

    connection: psycopg.Connection[Any]
    serial: int = 0

    def _next(self) -> int:
        self.serial += 1
        return self.serial

    def _put(self, table: str, **values: object) -> Any:
        names, places = ", ".join(values), ", ".join(["%s"] * len(values))
        query = f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING *"
        return self.connection.execute(query.encode(), list(values.values())).fetchone()

    def resident(self, deleted_on: date | None, *, seen_on: date | None = None) -> int:
        """Somebody recorded on 8 July 2012, and deleted (in law on one day, entered on another)."""
        record = make_person(seed=self._next(), municipality=KUNITACHI)
        row = self._put(
            "residents",
            resident_no=f"r{self.serial}",
            present=deleted_on is None,
            code=None,
            household_no=record.household_number,
            foreign_resident=False,
            birth_date=str(record.birth_date),
            name_keys=[],
            last_history_no=1 if deleted_on is None else 2,
        )
        number = int(row["resident_id"])
        self.version(number, 1, "move-in", date(2012, 7, 9))
        if deleted_on is not None:
            self.version(number, 2, "death", deleted_on, seen_on=seen_on, present=False)
        return number

    def draft(self, on: date, *, settled_on: date | None = None) -> None:
        """A draft entered on a day, waiting or completed on another."""
        row = self._put(
            "drafts", act="death", filing="{}", tags=[], operator="sato", terminal=None, entered_at=noon(on)
        )
        if settled_on is not None:
            self._put(
                "draft_steps",
                draft_id=row["draft_id"],
                step_no=1,
                step="completed",
                operator="suzuki",
                taken_at=noon(settled_on),
            )

    def browsing(self, on: date, *, shown_on: date) -> None:
        """Browsing that was granted on one day, and shown on another."""
        row = self._put(
            "browsings",
            public_body=True,
            details="{}",
            received_on=on,
            recorded_on=on,
            recorded_at=noon(on),
            operator="sato",
        )
        self._put(
            "browsing_steps",
            browsing_id=row["browsing_id"],
            step="shown",
            details="{}",
            done_on=shown_on,
            recorded_at=noon(shown_on),
            operator="sato",
        )

    def doubt(self, on: date, *, closed_on: date) -> None:
        """A doubt that was noted on one day and closed on another, and one that is open."""
        for said in ("open", "closed"):
            row = self._put(
                "doubts",
                source="office",
                said=said,
                received_on=on,
                recorded_at=noon(on),
                operator="sato",
            )
        self._put(
            "doubt_steps",
            doubt_id=row["doubt_id"],
            step_no=1,
            step="right",
            done_on=closed_on,
            recorded_at=noon(closed_on),
            operator="sato",
        )

    def survey(self, on: date, *, ended_on: date) -> None:
        """A survey that began on one day and ended on another, and one under way."""
        for about in ("under way", "ended"):
            row = self._put(
                "surveys", kind="regular", about=about, begun_on=on, recorded_at=noon(on), operator="sato"
            )
            survey = row["survey_id"]
            self._put("survey_staff", survey_id=survey, staff_no=1, name="調査　花子", card_no="第1号")
        self._put(
            "survey_steps",
            survey_id=survey,
            step_no=1,
            step="ended",
            done_on=ended_on,
            recorded_at=noon(ended_on),
            operator="sato",
        )

    def disclosure(self, on: date, *, answered_on: date) -> None:
        """One answered, one open, and one with an inquiry under way, answered again since."""
        answered = ("answered", answered_on)
        for steps in ((answered,), (), (answered, ("correction-asked", answered_on), answered)):
            row = self._put(
                "disclosures", details="{}", received_on=on, recorded_at=noon(on), operator="sato"
            )
            for number, (step, day) in enumerate(steps, 1):
                self._put(
                    "disclosure_steps",
                    disclosure_id=row["disclosure_id"],
                    step_no=number,
                    step=step,
                    details="{}",
                    done_on=day,
                    recorded_at=noon(day),
                    operator="sato",
                )

    def complaint(self, on: date, *, settled_on: date) -> None:
        """One that was settled, and one that waits."""
        for said in ("waits", "settled"):
            row = self._put("complaints", said=said, received_on=on, recorded_at=noon(on), operator="sato")
        self._put(
            "complaints_settled",
            complaint_id=row["complaint_id"],
            said="done",
            done_on=settled_on,
            recorded_at=noon(settled_on),
            operator="sato",
        )

    def misuse(self, on: date, *, settled_on: date) -> None:
        """One that was settled, and two that are open: nothing was done, or a recommendation not followed."""
        for step in (None, "not-followed", "settled"):
            row = self._put(
                "misuses",
                violation="asked",
                who="見本商店",
                said="x",
                known_on=on,
                recorded_at=noon(on),
                operator="sato",
            )
            if step:
                self._put(
                    "misuse_steps",
                    misuse_id=row["misuse_id"],
                    step_no=1,
                    step=step,
                    done_on=settled_on,
                    said="x",
                    recorded_at=noon(settled_on),
                    operator="sato",
                )

    def opinion(self, on: date) -> None:
        given = {"said": "x", "paper": "1", "given_on": on, "operator": "sato"}
        self._put("council_opinions", **given, recorded_at=noon(on))

    def batch_setting(self, on: date) -> None:
        given = {"batch": "sample", "given": "{}", "given_on": on, "operator": "sato"}
        self._put("batch_settings", **given, recorded_at=noon(on))

    def search(self, on: date) -> None:
        self._put("recent_searches", operator="sato", conditions="{}", searched_at=noon(on))

    def version(
        self,
        resident: int,
        number: int,
        reason: str,
        on: date,
        *,
        seen_on: date | None = None,
        present: bool = True,
        seq: int = 1,
    ) -> None:
        record = make_person(seed=resident, municipality=KUNITACHI)
        self._put(
            "resident_versions",
            resident_id=resident,
            history_no=number,
            reason=reason,
            effective_on=on,
            effective_seq=seq,
            recorded_at=noon(seen_on or on),
            operator="sato",
            present=present,
            items=Jsonb(None, dumps=lambda _: snapshots.to_json(record)),
        )

    def copy(self, on: date, *, state: str = "issued") -> str:
        name = f"{self._next():032x}"
        self._put(
            "nationwide_copies",
            application_id=name,
            input_digest=b"",
            home="072010",
            state=state,
            operator="sato",
            applied_on=on,
            pages=b"%PDF" if state == "issued" else None,
            changed_at=noon(on),
        )
        return name

    def home_copy(self, on: date, *persons: int) -> None:
        """A copy at home that shows these residents, or one who is recorded for it."""
        serial = self._next()
        row = self._put(
            "home_copies",
            application_id=f"{serial:032x}",
            input_digest=b"",
            paper="copy",
            asker="household",
            brought_by="person, passport",
            wanted=[],
            left_out=[],
            whole=True,
            persons=max(1, len(persons)),
            issue_no=str(serial),
            issued_on=on,
            operator="sato",
            recorded_at=noon(on),
        )
        for place, person in enumerate(persons or [self.resident(None)]):
            self._put(
                "home_copy_persons", copy_id=row["copy_id"], place=place, resident_id=person, history_no=1
            )

    def answer(self, on: date) -> str:
        name = f"{self._next():032x}"
        self._put(
            "calls_answered",
            request_id=name,
            peer="muni-072010",
            kind="nationwide-copy",
            request_digest=b"",
            answer=b"{}",
            answered_at=noon(on),
        )
        return name

    def statement(self, on: date, *, number: int | None = None, acknowledged: bool = True) -> str:
        """A statement of this node's own that went out on a lane of its own."""
        serial = self._next()
        name, peer = f"{serial:032x}", f"peer-{serial}"
        kept = {"statement_id": name, "kind": "move-in-notice", "stream": "move"}
        self._put("outbox", addressee=peer, body=b"{}", created_at=noon(on), number=1, signed=True, **kept)
        self._put(
            "statements",
            origin="muni-132152",
            incarnation=1,
            first_addressee=peer,
            number=serial,
            envelope=b"{}",
            digest=b"",
            stored_at=noon(on),
            **kept,
        )
        self._put("lanes_out", peer=peer, stream="identity", last_number=1, acknowledged=int(acknowledged))
        self._put("lane_out_items", peer=peer, stream="identity", statement_id=name, lane_number=number or 1)
        return name

    def parked(self, on: date, *, closed_on: date | None, acknowledged: bool = False) -> int:
        """Parked, and sent on all the same; the statement may still be under way."""
        name = self.statement(on, acknowledged=acknowledged)
        row = self._put(
            "parked",
            peer="pref-13",
            stream="move",
            lane_number=self.serial,
            statement_id=name,
            subject_code=None,
            problem="conflict",
            parked_at=noon(on),
            resolved_at=noon(closed_on) if closed_on else None,
        )
        return int(row["parked_id"])

    def entry(self, on: date, *, business_on: date | None = None) -> int:
        row = self._put(
            "audit_entries",
            at=noon(on),
            business_on=business_on or on,
            event="register:resident:read",
            outcome="done",
            actor="operator:sato",
            rules=[],
            salt=b"s" * 16,
            leaf=hashlib.sha256(str(self._next()).encode()).digest(),
        )
        return int(row["entry_id"])

    def notice(
        self,
        on: date,
        kind: str = "correction",
        reason: str = "move-within",
        *,
        code: str | None = "24727059608",
        previous: str | None = None,
        municipality: str = "132152",
        seen_on: date | None = None,
    ) -> int:
        row = self._put(
            "identity_history",
            statement_id=f"{self._next():032x}",
            code=code,
            municipality=municipality,
            change_kind=kind,
            reason=reason,
            occurred_on=on,
            foreign_record=False,
            previous_code=previous,
            name="見本　花子",
            birth_date="1980-04-17",
            sex="female",
            address_in=municipality,
            address="見本町一丁目999番地",
            received_on=on,
            received_at=noon(seen_on or on),
        )
        return int(row["history_id"])

    def record(self, history: int, *, live: bool, until: date | None) -> None:
        """The state that a notice made."""
        self.connection.execute(
            "INSERT INTO identity_records (code, municipality, live, event_on, recorded_on, history_id, change_kind,"
            " reason, occurred_on, speaks, retain_until, name, birth_date, sex, address_in, address, name_key,"
            " address_key) SELECT code, municipality, %s, occurred_on, received_on, history_id, change_kind, reason,"
            " occurred_on, false, %s, name, birth_date, sex, address_in, address, 0, 0"
            " FROM identity_history WHERE history_id = %s",
            [live, until, history],
        )

    def confirmation(self, on: date, code: str = "24727059608", municipality: str = "132152") -> str:
        name = f"{self._next():032x}"
        self._put(
            "move_out_confirmations",
            statement_id=name,
            code=code,
            municipality=municipality,
            moved_on=on,
            received_on=on,
            received_at=noon(on),
        )
        return name


def later(day: date) -> date:
    return day + timedelta(days=1)
