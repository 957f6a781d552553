"""What an operator is told to see to: the worst first, each with what to do, and within 80 columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.node import vital

from jukinet.domain.line import LineState
from jukinet.domain.municipality import NodeId
from jukinet.node.attention import BEHIND, EXPIRES_SOON, to_attend
from jukinet.services.recovery import Recovering
from jukinet.store.line import Line
from jukinet.store.vitals import Waiting

TOLD = {
    "line-cut": "its line is cut since 2013-07-08 05:00Z: identity-verification information."
    " Reason: a drill (when it is over: jukinet network restore)",
    "recovering": "it was put back, and only reads since 2013-07-08 05:00Z: it waits for pref-13, national"
    " (jukinet recovery status)",
    "lost-acts": "acts that a restore lost wait for a person: 2 (jukinet recovery list)",
    "lane-halted": "its lane to pref-13 (identity) is halted: the peer halted the lane: it must be repaired and"
    " released there, then here",
    "lane-halted-in": "its lane from national (pool) is halted: an origin used a number twice: find out with the peer"
    " which of the two was restored, or is not what it says it is; then release",
    "lane-behind": "pref-13 lacks 12 statements (identity) since 2013-07-08 05:40Z, last problem unavailable:"
    " look at that node, then at the line to it; it is tried again by itself",
    "statements-parked": "2 statements parked, for a person to see to (jukinet network parked)",
    "log-behind": "the tree of its audit log is 35 s behind, 40 entries (see whether its worker runs)",
    "log-contradicted": (
        "the log of muni-132152 contradicts what was seen of it as a witness (jukinet audit witnessed)"
    ),
    "records-differ": "2 records differ from another node's (jukinet consistency list)",
    "check-unread": "so much differs from pref-13 that not all of it was named (jukinet consistency check)",
    "check-late": "no comparison with pref-13 came to its end since 2013-07-07 17:00Z (jukinet consistency check)",
    "check-late-in": "no comparison from the rows with itself came to its end since 2013-07-06 05:00Z"
    " (jukinet consistency check --recompute)",
    "peer-silent": "3 statements for pref-13 since 2013-07-08 05:40Z: it has not shaken hands since this node was put"
    " back (look at that node, then at the line to it)",
    "statements-held": "3 statements of a kind sent by hand held since 2013-07-08 04:00Z (jukinet network let-go, or"
    " automatic)",
    "outbox-behind": "3 statements unsigned since 2013-07-08 05:44Z: see what its worker's log says",
    "directory-old": "its directory, version 1, is older than a day, so nobody new is let in"
    " (at the centre: jukinet pki directory)",
    "codes-low": "only 3 codes are left in its pool (at the centre: jukinet code designate)",
}


def test_nothing_is_told_where_all_is_well() -> None:
    assert to_attend(vital.WELL, vital.ENDS) == ()


@pytest.mark.parametrize("ill", vital.ILL)
def test_what_is_wrong_is_told_with_what_to_do(ill: str) -> None:
    assert to_attend(vital.ILL[ill], vital.ENDS) == (TOLD[ill],)


def test_a_line_that_is_cut_comes_before_everything() -> None:
    cut = Line(LineState.IDENTITY, vital.ago(minutes=5), "A terminal was stolen.", 3)
    told = to_attend(replace(vital.ILL["lane-halted"], line=cut), vital.ENDS)
    assert told == (
        (
            "its line is cut since 2013-07-08 05:55Z: identity-verification information. Reason: A terminal was stolen."
            " (when it is over: jukinet network restore)"
        ),
        TOLD["lane-halted"],
    )


def test_the_worst_comes_first() -> None:
    ill = replace(
        vital.ILL["codes-low"],
        lanes_out=(replace(vital.LANE, halted=True), vital.ILL["lane-behind"].lanes_out[0]),
        parked=vital.ILL["statements-parked"].parked,
    )
    ends = {"tls": vital.NOW, "ca": vital.NOW + timedelta(days=13)}
    order = ["lane", "certificate", "statements", "lacks", "3", "authority's"]
    told = to_attend(ill, ends)
    assert [one.split()[1] for one in told] == order


def test_a_node_that_recovers_names_few_of_whom_it_waits_for_or_its_worker() -> None:
    prefectures = tuple(NodeId(f"pref-{number:02}") for number in range(1, 48))
    (told,) = to_attend(replace(vital.WELL, recovering=Recovering(vital.NOW, prefectures)), vital.ENDS)
    assert "it waits for pref-01, pref-02, pref-03 and 44 more (jukinet" in told
    (told,) = to_attend(replace(vital.WELL, recovering=Recovering(vital.NOW, ())), vital.ENDS)
    assert told.endswith("see whether its worker runs")


def test_what_a_person_holds_is_told_after_a_while() -> None:
    for age, told in ((timedelta(minutes=15), False), (timedelta(minutes=15, seconds=1), True)):
        held = replace(vital.WELL, held=Waiting(1, vital.NOW - age))
        assert bool(to_attend(held, vital.ENDS)) is told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"waiting": 1, "since": vital.ago(minutes=14)}, False),
        ({"waiting": 1, "since": vital.NOW - BEHIND}, False),
        ({"waiting": 1, "since": vital.ago(minutes=15, seconds=1)}, True),
        ({"waiting": 1, "since": vital.ago(seconds=1), "failures": 1, "problem": "unavailable"}, True),
        ({"failures": 3, "problem": "unavailable"}, False),  # nothing is lacking any more
    ],
)
def test_a_peer_is_behind_after_a_failure_or_a_while(changes: dict[str, object], told: bool) -> None:
    assert bool(to_attend(vital.lane(**changes), vital.ENDS)) is told


@pytest.mark.parametrize(
    ("problem", "advice"),
    [
        (None, "see whether its worker runs"),
        ("unavailable", "look at that node, then at the line to it; it is tried again by itself"),
        (
            "unauthentic",
            "a signature, key or certificate is not accepted: compare certificates and the directory",
        ),
    ],
)
def test_what_to_do_follows_from_the_problem(problem: str | None, advice: str) -> None:
    (told,) = to_attend(vital.lane(waiting=1, since=vital.ago(hours=1), problem=problem), vital.ENDS)
    assert told.endswith(advice)
    assert "lacks 1 statement (identity)" in told


def test_a_directory_is_told_a_day_after_it_was_signed() -> None:
    for age, told in ((timedelta(hours=24), False), (timedelta(hours=24, seconds=1), True)):
        held = replace(vital.WELL.directory, issued_at=vital.NOW - age)
        assert bool(to_attend(replace(vital.WELL, directory=held), {})) is told


def test_an_end_is_told_two_weeks_before_and_as_an_end_after() -> None:
    def told(**left: float) -> tuple[str, ...]:
        return to_attend(vital.WELL, {"statement": vital.NOW + timedelta(**left)})

    assert timedelta(days=14) == EXPIRES_SOON
    assert told(days=14, seconds=1) == ()
    assert told(days=14) == ("its statement key (jukinet pki rotate) ends on 2013-07-22: renew it",)
    assert told(days=0) == ("its statement key (jukinet pki rotate) ended on 2013-07-08: renew it",)
    assert to_attend(vital.WELL, {"tls": vital.NOW + timedelta(days=1)}) == (
        "its certificate (jukinet pki renew) ends on 2013-07-09: renew it",
    )
