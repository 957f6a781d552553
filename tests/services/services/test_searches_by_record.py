"""Finding residents by what only the record or the gazetteer says: how it was deleted, in which town area it lies."""

from __future__ import annotations

from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.test_searches import TOWN, asked, change, settle

from jukinet.domain.changes import RegisterReason
from jukinet.domain.persons import Sex
from jukinet.services import gazetteer
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI


@case("spec 2.1.3")
def test_who_was_deleted_is_found_by_what_deleted_them(federation: Federation) -> None:
    """By the deletion that stands, not by what was written to the record after it, nor by one that was undone."""
    residents_of = settle(federation, {name: TOWN[name] for name in ("hanako", "taro", "mutsumi")})
    counter.die(federation, KUNITACHI, residents_of["hanako"])
    change(federation, residents_of["hanako"], sex=Sex.UNKNOWN)
    counter.file_move_out(federation, KUNITACHI, [residents_of["taro"]], planned_on=counter.TODAY)
    federation.run()

    def by(reason: RegisterReason) -> list[str]:
        return [row.resident_no for row in asked(federation, kana="ワタ", deleted_by=reason).rows]

    assert by(RegisterReason.DEATH) == [residents_of["hanako"]]
    assert by(RegisterReason.MOVE_OUT) == [residents_of["taro"]]
    assert by(RegisterReason.DELETED_EX_OFFICIO) == []


@case("spec 2.1.3")
def test_a_town_area_s_code_finds_who_lives_there(federation: Federation) -> None:
    residents_of = settle(federation, TOWN)
    area = {"code": "010001", "name": "東京都国立市東一丁目", "kana": "x", "valid_from": "1960-01-01"}
    given = gazetteer.read_gazetteer({"towns": [area]})
    gazetteer.load_gazetteer(federation.context(KUNITACHI), CLERK, given)
    for code, found in (
        ("010001", ["hanako", "mutsumi"]),
        ("13215010001", ["hanako", "mutsumi"]),
        ("13216010001", []),
        ("010002", []),
    ):
        rows = asked(federation, address_code=code).rows
        assert [row.resident_no for row in rows] == [residents_of[name] for name in found]


def test_an_old_code_finds_nobody(federation: Federation) -> None:
    """Who changed a code left the old one behind: nobody gets from it to the new one."""
    (found,) = counter.load(federation)
    counter.change_code(federation, KUNITACHI, found)
    now = counter.read(federation, KUNITACHI, found.resident_no)
    assert asked(federation, code=counter.code_of(found), deleted=True).total == 0
    assert asked(federation, code=counter.code_of(now)).total == 1
