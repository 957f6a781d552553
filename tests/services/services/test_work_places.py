"""Places where operators work, and the terminals in them."""

from __future__ import annotations

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import work_places
from jukinet.services.work_places import PlaceKind, WorkPlaces
from jukinet.store.work_places import WorkPlace, WorkTerminal
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

PLACED, STOOD = "operators:place:registered", "operators:terminal:registered"


def listed(federation: Federation) -> tuple[list[tuple[str, str, bool]], list[tuple[str, str, bool]]]:
    found = work_places.list_places(federation.context(KUNITACHI), CLERK)
    assert isinstance(found, WorkPlaces)
    return (
        [(one.place, one.name, one.closed) for one in found.places],
        [(one.terminal, one.place, one.closed) for one in found.terminals],
    )


@case("spec 1.3.1", permitted="SR45 SR46")
def test_places_and_terminals_are_registered_moved_and_closed(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    for place, kind, name in (
        ("honcho", PlaceKind.HEAD_OFFICE, "市役所"),
        ("tokura", PlaceKind.BRANCH, "谷保支所"),
    ):
        assert isinstance(work_places.register_place(ctx, CLERK, place, kind, name), WorkPlace)
    for terminal, place in (("counter-1", "honcho"), ("counter-2", "honcho")):
        assert isinstance(work_places.register_terminal(ctx, CLERK, terminal, place), WorkTerminal)
    work_places.register_terminal(ctx, CLERK, "counter-2", "tokura")
    work_places.register_terminal(ctx, CLERK, "counter-1", "honcho", closed=True)
    done = work_places.register_place(ctx, CLERK, "honcho", PlaceKind.HEAD_OFFICE, "旧庁舎", closed=True)
    assert isinstance(done, WorkPlace)
    assert listed(federation) == (
        [("honcho", "旧庁舎", True), ("tokura", "谷保支所", False)],
        [("counter-1", "honcho", True), ("counter-2", "tokura", False)],
    )
    steps = counter.owner_rows(federation, KUNITACHI.node_id, "SELECT count(*) AS n FROM work_terminals")
    assert steps[0]["n"] == 4, "what stood before is kept, as the log names it"


@case("spec 1.3.1", refused="SR45 SR46")
def test_a_terminal_stands_in_an_open_place_and_a_place_with_terminals_is_not_closed(
    federation: Federation,
) -> None:
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        STOOD,
        lambda: work_places.register_terminal(ctx, CLERK, "counter-1", "honcho"),
        "SR45",
    )
    work_places.register_place(ctx, CLERK, "honcho", PlaceKind.HEAD_OFFICE, "市役所")
    work_places.register_terminal(ctx, CLERK, "counter-1", "honcho")
    counter.assert_refused(
        federation,
        KUNITACHI,
        PLACED,
        lambda: work_places.register_place(
            ctx, CLERK, "honcho", PlaceKind.HEAD_OFFICE, "市役所", closed=True
        ),
        "SR46",
    )
    work_places.register_terminal(ctx, CLERK, "counter-1", "honcho", closed=True)
    work_places.register_place(ctx, CLERK, "honcho", PlaceKind.HEAD_OFFICE, "市役所", closed=True)
    refused = work_places.register_terminal(ctx, CLERK, "counter-1", "honcho")
    assert isinstance(refused, Refused)


def test_who_may_and_what_is_no_name(federation: Federation) -> None:
    counter.assert_gated(
        federation,
        KUNITACHI,
        PLACED,
        Permission.NODE_PLACE_REGISTER,
        lambda ctx, claim: work_places.register_place(ctx, claim, "a", PlaceKind.BRANCH, "支所"),
    )
    ctx = federation.context(KUNITACHI)
    for place, name in (("本庁", "市役所"), ("honcho", " ")):
        with pytest.raises(JukinetError):
            work_places.register_place(ctx, CLERK, place, PlaceKind.BRANCH, name)
