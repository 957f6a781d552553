"""The whole register as a file: what is taken in again gives the same bytes; gated, and on record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.services.conftest import network_on
from tests.services.services import counter, protecting
from tests.services.services.intaking import EXPORTED, empty, taken, town, written
from tests.services.services.test_history import check_register
from tests.unit.services import registers

from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.node.postgres import Cluster
from jukinet.services import export
from jukinet.services.register_cells import Row
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

pytestmark = pytest.mark.core

SURE = replace(CLERK, confirmed=True)


def test_a_register_moves_to_another_node_and_back(
    federation: Federation, cluster: Cluster, prepared: str
) -> None:
    """What a town keeps by ordinary acts, in a node of its own elsewhere, and from there again."""
    counter.load(federation, KUNITACHI, *([row.record] for row in town(12) if row.record.is_householder))
    (mover,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    counter.file_move_out(federation, KUNITACHI, [mover])
    gone = counter.known_numbers(federation, KUNITACHI)[0]
    counter.die(federation, KUNITACHI, gone)
    first = written(federation)
    assert gone.encode() not in first
    assert first.count(b"\r\n") == len(counter.known_numbers(federation, KUNITACHI))
    with (
        throwaway_database(cluster, template=prepared) as name,
        network_on(cluster, name, seed=2) as elsewhere,
    ):
        assert taken(elsewhere, first, claim=SURE).alerts == 0
        assert written(elsewhere) == first
        check_register(elsewhere, KUNITACHI)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(registers.registers())
def test_whatever_people_are_called_a_file_comes_back_as_it_was(
    federation: Federation, register: list[Row]
) -> None:
    empty(federation)
    data = registers.file_of(register)
    assert taken(federation, data, claim=SURE).records == len(register)
    assert written(federation) == data
    for row in register:
        assert counter.read(federation, KUNITACHI, row.resident_no).record == row.record
    check_register(federation, KUNITACHI)


def test_rows_come_by_number_and_streamed(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = town(25)
    taken(federation, registers.file_of(reversed(rows)))
    monkeypatch.setattr(export, "_STEP", 10)
    counts: list[int] = []
    parts: list[bytes] = []
    done = export.export_register(federation.context(KUNITACHI), CLERK, parts.append, counts.append)
    assert not isinstance(done, Refused)
    assert (done.records, counts, len(parts)) == (25, [10, 20], 26)
    assert b"".join(parts) == registers.file_of(rows)


def test_an_export_is_on_record_with_its_digest(federation: Federation) -> None:
    taken(federation, registers.file_of(town(3)))
    parts: list[bytes] = []
    done = export.export_register(federation.context(KUNITACHI), CLERK, parts.append)
    assert not isinstance(done, Refused)
    (entry,) = counter.audit(federation, KUNITACHI, EXPORTED)
    assert (entry["outcome"], entry["reference"]) == ("done", done.digest)
    assert entry["rules"] == [Permission.REGISTER_REGISTER_EXPORT.value, "records 3"]


def test_an_export_that_breaks_is_no_export(federation: Federation) -> None:
    def broken(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="space"):
        export.export_register(federation.context(KUNITACHI), CLERK, broken)
    assert counter.audit(federation, KUNITACHI, EXPORTED) == []
    assert written(federation).count(b"\r\n") == 1


def test_only_an_operator_who_may_exports_and_nothing_is_written_for_others(standing: Federation) -> None:
    parts: list[bytes] = []
    counter.assert_gated(
        standing,
        CHIYODA,
        EXPORTED,
        Permission.REGISTER_REGISTER_EXPORT,
        lambda ctx, claim: export.export_register(ctx, claim, parts.append),
    )
    assert parts == []


def test_those_under_a_support_measure_are_in_it_and_counted(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = protecting.apply(federation, found)
    for protected in (1, 0):
        parts: list[bytes] = []
        done = export.export_register(federation.context(KUNITACHI), CLERK, parts.append)
        assert not isinstance(done, Refused)
        assert (done.records, done.protected) == (1, protected)
        if protected:
            protecting.end(federation, number)
