"""What the acts ask for, told by their readers: where a code is typed, and which days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.conformance.cases import case

import jukinet
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.reading import parse_date
from jukinet.domain.recording import Listing, Object, Parser, Shape, Text, shape_of
from jukinet.services.copies import read_filing
from jukinet.services.register_acts import BESIDE_ACTS, DRAFTABLE
from jukinet.services.register_reads import READS

PACKAGE = Path(jukinet.__file__).parent

CODES = {
    # Recorded as the last one, where a record is made for who has one (Act Art. 30-2(1)).
    *(("move-in", "persons[].code"), ("became-eligible", "persons[].code")),
    ("record-ex-officio", "persons[].code"),
    # Stated in the request to change it (Act Art. 30-3; Reg. Art. 10), and put back where it is wrong (Ord. 30-4).
    *(("change-code", "code"), ("correct-code", "right_code")),
    # Of the municipality's own residents, which the Act does not forbid to ask for.
    *(("residents/lookup", "code"), ("residents/as-known", "code"), ("residents/search", "conditions.code")),
    ("holds/show", "code"),
    # Stated in an application for a card (Act Art. 30-44(2); Reg. Arts. 34, 39).
    *(("card-issue", "application.code"), ("card-replace", "application.code")),
    # Stated for a nationwide copy (Reg. Art. 4).
    ("nationwide copy", "code"),
}
"""Every place where an operator or a town's own system enters a code, and why the Act needs it there."""

NEEDED = {
    "cli/access_log": "a person's own wish: who looked at them (specification 10.2)",
    "cli/register": "of the municipality's own residents",
    "cli/supply_between": "Act Art. 30-6: of the own residents, whom another municipality's organ names",
    "cli/supply_blocks": "of whom nothing is told at this node, at the supply door",
    "cli/verify": "Act Art. 30-7(3)-(6): what an organ asks for, at its own machine",
    "services/card_filings": "Act Art. 30-44(2); Reg. Arts. 34, 39",
    "services/consistency": "read out of the own register, and typed by nobody",
    "services/copies": "Act Art. 12-4; Reg. Art. 4",
    "services/disclosure_filings": "Act Art. 30-37: whose information is asked for; left out, four items do",
    "services/error_reports": "Act Arts. 12-5, 30-11(5): which record of a municipality is wrong",
    "services/filings": "Act Arts. 30-2(1), 30-3; Reg. Art. 10; Ord. Art. 30-4",
    "services/move_in_by_card": "Act Art. 24-2(4): whose particulars the old municipality is asked for",
    "services/register_columns": "Act Art. 7(xiii): a register that is taken over",
    "services/register_reads": "of the municipality's own residents",
    "services/search_requests": "of the municipality's own residents",
    "services/supply/change_facts": "Act Arts. 30-8(4), 30-11(9)",
    "services/supply/queries": "Act Arts. 30-7(3)-(6), 30-8(1): what an organ that the Act names asks for",
    "network/schemas": "says the form, and reads nothing",
    "network/supply_openapi": "says the form, and reads nothing",
}
"""Every module in which a code comes in from somebody, and what needs it there. Between nodes it goes by message."""

DAYS = {
    *(
        "filed_on",
        "applied_on",
        "entered_on",
        "received_on",
    ),  # when the office was told, or entered it ex officio
    *("moved_on", "planned_on", "died_on", "changed_on", "lives_here_since", "occurred_on"),
    *("acquired_on", "lost_on", "became_on"),  # when it happened
    *("became_foreign_resident_on", "expires_on", "recorded_on", "deleted_on"),  # items as papers say them
    *("became_resident_on", "address_since", "alien_registered_on"),
    *(
        "health_insurance_since",
        "elderly_medical_since",
        "care_insurance_since",
    ),  # as the insured add to a filing
    *("pension_since", "child_allowance_since", "pension_class_since"),
    *("health_insurance_ended", "elderly_medical_ended", "care_insurance_ended"),
    *("pension_ended", "child_allowance_ended"),
    *("issued_on", "submitted_on"),  # as a card says, and when it was handed in elsewhere
    *("from_on", "to_on", "starts_on", "ends_on"),  # from when to when a hold or a measure is to stand
    *("asked_on", "forwarded_here_on", "forwarded_on", "told_on"),  # when others were asked or told
    "ended",  # when an enrolment did, as its office tells
    *("made_on", "removed_on", "corrected_on", "since"),  # of a koseki, as its office tells
    "begun_on",  # when the staff of a survey began to ask
    *(
        "done_on",
        "due_on",
        "destroyed_on",
    ),  # when a step beside the records was taken, and until when somebody is to act
}
"""Every day that is typed. The day of the entry itself is none of them: the office's clock says it."""


def texts(shape: Shape, path: str = "") -> Iterator[tuple[str, tuple[Parser, ...]]]:
    """Every text of a shape by its path, with what parses it."""
    match shape:
        case Object(properties=properties):
            for name, one in properties.items():
                yield from texts(one.shape, f"{path}.{name}" if path else name)
        case Listing(item=item):
            yield from texts(item, f"{path}[]")
        case Text(parsers=parsers):
            yield path, parsers


READERS = {
    **{one.name: one.read for one in (*DRAFTABLE, *BESIDE_ACTS)},
    **{one.name: one.read for one in READS},
    "nationwide copy": read_filing,
}


@case("Act Art. 30-42(1)")
def test_a_code_is_asked_for_only_where_the_act_needs_it() -> None:
    asked = {
        (name, path)
        for name, read in READERS.items()
        for path, parsers in texts(shape_of(read))
        if ResidentRecordCode.parse in parsers
    }
    assert asked == CODES


@case("Act Art. 30-42(1) to (4)")
def test_no_other_door_of_any_node_takes_a_code() -> None:
    found = {
        file.relative_to(PACKAGE).with_suffix("").as_posix()
        for part in ("cli", "node", "office", "services", "network", "worker")
        for file in (PACKAGE / part).rglob("*.py")
        if "ResidentRecordCode.parse" in file.read_text(encoding="utf-8")
    }
    assert found == set(NEEDED)


@case("spec 4.0.3")
def test_the_day_of_the_entry_is_typed_nowhere() -> None:
    typed = {
        path.rpartition(".")[2]
        for act in (*DRAFTABLE, *BESIDE_ACTS)
        for path, parsers in texts(shape_of(act.read))
        if parse_date in parsers
    }
    assert typed == DAYS
