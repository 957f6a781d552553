"""Supplementary registers that pass to another municipality with an area: all of them, none lost, none twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.supplementing import HANDED_OVER, KOSEKI, OPENED, OPENING, look, opened
from typer.testing import CliRunner

from jukinet.cli import supplementary as commands
from jukinet.domain.items import Koseki
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import supplementary, supplementary_areas, supplementary_reads
from jukinet.services.context import Context
from jukinet.services.supplementary_areas import AreaFiling, Passed
from jukinet.services.supplementary_filings import OpeningFiling
from jukinet.store.supplementary import Kept
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

TODAY = counter.TODAY
OLD, NEW = KOSEKI.domicile[: KOSEKI.domicile.index("市") + 1], "東京都千代田区国立"
AREA = AreaFiling(TODAY, CHIYODA, OLD, NEW)
LOT = KOSEKI.domicile.removeprefix(OLD)


def settle(federation: Federation) -> list[str]:
    """Two in the area, and one whose domicile is written without the prefecture: of another area, by its text."""
    koseki = (KOSEKI, replace(KOSEKI, head="国立　一郎"), Koseki(f"国立市{LOT}", "国立　三郎"))
    return [opened(federation, replace(OPENING, koseki=one)) for one in koseki]


def pass_on(federation: Federation, filing: AreaFiling = AREA) -> Passed:
    done = supplementary_areas.hand_over_area(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, Passed), done
    return done


def told(federation: Federation) -> tuple[OpeningFiling, ...]:
    found = supplementary_areas.handed_over_with(federation.context(KUNITACHI), CLERK, AREA)
    assert not isinstance(found, Refused)
    return found


def make(federation: Federation, openings: tuple[OpeningFiling, ...]) -> Passed | Refused:
    return supplementary_areas.open_handed_over(federation.context(CHIYODA), CLERK, openings)


@case("Act Art. 19(3)", permitted="KF6 KF12")
def test_every_register_of_an_area_ends_here_and_is_made_there(federation: Federation) -> None:
    one, two, stays = settle(federation)
    before = look(federation, one).register
    left = ((stays, ("written otherwise",)),)
    assert pass_on(federation) == Passed(2, left)
    assert [look(federation, number).register.present for number in (one, two, stays)] == [False, False, True]
    assert make(federation, told(federation)) == Passed(2)
    there = supplementary_reads.show(federation.context(CHIYODA), CLERK, Koseki(NEW + LOT, KOSEKI.head))
    assert isinstance(there, Kept)
    assert [(who.name, who.stay) for who in there.register.members] == [
        (who.name, who.stay) for who in before.members
    ]
    # Nothing of it is done twice, and what was told is told whole again.
    assert pass_on(federation) == Passed(0, left)
    assert make(federation, told(federation)) == Passed(0, known=2)


@case("Act Art. 19(3)")
def test_a_run_that_was_stopped_goes_on(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, _ = settle(federation)
    hand_over, seen = supplementary.hand_over, []

    def stop(*given: object) -> object:
        seen.append(given)
        if len(seen) == 2:
            raise SystemError
        return hand_over(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(supplementary, "hand_over", stop)
    with pytest.raises(SystemError):
        pass_on(federation)
    monkeypatch.undo()
    assert [look(federation, number).register.present for number in (one, two)] == [False, True]
    assert pass_on(federation).registers == 1
    assert len(told(federation)) == 2


@case(refused="KF6 KF7 KF12")
def test_what_does_not_pass_is_told(federation: Federation) -> None:
    one, *_ = settle(federation)
    ctx = federation.context(KUNITACHI)
    for changed, rule in (
        (replace(AREA, moved_on=date(2013, 7, 9)), "KF6"),
        (replace(AREA, municipality=KUNITACHI), "KF12"),
    ):
        act = partial(supplementary_areas.hand_over_area, ctx, CLERK, changed)
        counter.assert_refused(federation, KUNITACHI, HANDED_OVER, act, rule)
    early = pass_on(federation, replace(AREA, moved_on=date(2010, 3, 31)))
    assert (early.registers, dict(early.left)[one]) == (0, ("KF7",))
    elsewhere = (replace(OPENING, koseki=Koseki("福島県福島市1", "外")),)
    assert make(federation, elsewhere) == Passed(0, (("1", ("KF1",)),))


def test_each_is_done_by_who_may(federation: Federation) -> None:
    record, read = Permission.REGISTER_SUPPLEMENTARY_RECORD, Permission.REGISTER_SUPPLEMENTARY_READ
    for event, may, act in (
        (HANDED_OVER, record, lambda c, w: supplementary_areas.hand_over_area(c, w, AREA)),
        (OPENED, record, lambda c, w: supplementary_areas.open_handed_over(c, w, (OPENING,))),
        ("register:supplementary:read", read, lambda c, w: supplementary_areas.handed_over_with(c, w, AREA)),
    ):
        counter.assert_gated(federation, KUNITACHI, event, may, act)


def test_the_commands(federation: Federation, tmp_path: Path) -> None:
    settle(federation)
    area = {"moved_on": "2013-07-08", "municipality": str(CHIYODA), "old": OLD, "new": NEW}
    out = str(tmp_path / "told.json")

    def run(where: MunicipalityCode, *words: str, plain: object = None) -> tuple[int, str]:
        @contextmanager
        def opened_as(config: Path | None) -> Iterator[Context]:
            yield federation.context(where)

        done = CliRunner().invoke(
            commands.make_app(opened_as), [*words, "--as", "sato"], input=json.dumps(plain)
        )
        return done.exit_code, done.output

    code, output = run(KUNITACHI, "hand-over-area", "-", "--out", out, plain=area)
    assert (code, output.splitlines()[0]) == (3, "Handed over: 2."), output
    assert "(written otherwise)" in output
    assert run(CHIYODA, "open-all", out) == (0, "Made: 2.\n")
    assert run(CHIYODA, "open-all", out) == (0, "Made: 0. Made before: 2.\n")
    assert run(KUNITACHI, "open-all", out)[0] == 3
