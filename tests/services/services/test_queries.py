"""Lists of other sources than records as they stand, and by a statement: what they read, and that they do no more."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.conformance.cases import case
from tests.services.services import carding, counter, holding

from jukinet.domain.csv_rows import read_rows
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import PersonName
from jukinet.domain.list_files import ListForm
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import export, queries
from jukinet.services.export import Exported
from jukinet.services.queries import Listed
from jukinet.services.sources import TABLES, Source
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

RUN = "register:query:run"


def run(
    federation: Federation, form: ListForm = ListForm.CSV, **asked: Any
) -> tuple[Listed | Refused, bytes]:
    written: list[bytes] = []
    ctx = federation.context(KUNITACHI)
    if "select" in asked:
        done = queries.run_select(ctx, CLERK, queries.read_select(asked), written.append, form)
    else:
        done = queries.run_query(ctx, CLERK, queries.read_query(asked), written.append, form)
    return done, b"".join(written)


def rows(federation: Federation, **asked: Any) -> list[list[str]]:
    done, data = run(federation, **asked)
    assert isinstance(done, Listed), done
    return [list(row.cells) for row in read_rows(data.splitlines(keepends=True))][1:]


def test_a_list_is_of_versions_deleted_records_cards_or_papers(federation: Federation) -> None:
    found = carding.holder(federation)
    number = found.resident_no
    counter.move_within(federation, KUNITACHI, number)
    (dead,) = counter.move_in(federation, KUNITACHI, counter.japanese(), although_alike=True).resident_nos
    counter.die(federation, KUNITACHI, dead, date(2013, 7, 6))
    of_versions = {
        "of": "versions",
        "columns": ["history_no", "reason", "present"],
        "conditions": [{"column": "resident_no", "comparison": "is", "value": dead}],
    }
    assert rows(federation, **of_versions) == [["1", "move-in", "true"], ["2", "death", ""]]
    deleted = {"of": "deleted", "columns": ["resident_no", "deletion_cause"]}
    assert rows(federation, **deleted) == [[dead, ""]]
    (card,) = rows(federation, of="cards", columns=["resident_no", "card_number", "state"])
    assert card == [number, str(found.cards[0].number), "live"]
    kinds = {kind for _, kind in rows(federation, of="papers", columns=["resident_no", "kind"])}
    assert kinds == {"code-assigned"}


@case(permitted="OF7")
def test_a_statement_computes_over_the_tables_that_it_names(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.move_in(
        federation, KUNITACHI, counter.japanese(name=PersonName("国立　二"), sex=found.record.sex)
    )
    back = counter.move_in(federation, KUNITACHI, counter.japanese(name=PersonName("国立　三")))
    held = counter.read(federation, KUNITACHI, back.resident_nos[0])
    holding.hold(federation, held, holding.terms(Process.INQUIRY))
    asked: dict[str, Any] = {
        "tables": {"residents": ["resident_no", "name", "sex"], "cards": ["resident_no", "state"]},
        "select": "SELECT sex, count(*) AS heads, sum(state IS NOT NULL) AS cards, group_concat(name, '/')"
        " FROM residents LEFT JOIN cards USING (resident_no) GROUP BY sex",
    }
    done, data = run(federation, **asked)
    assert done == Listed(1, 1)
    heads, (sex, heads_count, cards, names) = (list(row.cells) for row in read_rows(data.splitlines(True)))
    assert heads[:3] == ["sex", "heads", "cards"]
    assert (sex, heads_count, cards) == (found.record.sex, "2", "1")
    assert "国立　三" not in names, "who is held back is in no table"
    entry = counter.audit(federation, KUNITACHI, RUN)[-1]
    assert "of residents: resident_no, name, sex" in entry["rules"]
    assert not any("SELECT" in rule or "国立" in rule for rule in entry["rules"])
    assert rows(
        federation, tables={"residents": ["name"]}, select="SELECT max(name) FROM residents WHERE 0"
    ) == [[""]]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM residents",
        "ATTACH 'other.sqlite' AS other",
        "PRAGMA writable_schema = 1",
        "CREATE TABLE t AS SELECT 1",
        "SELECT shoe_size FROM residents",
        "SELECT name FROM cards",
        "SELECT 1; SELECT 2",
        "SELECT load_extension('x')",
        "SELECT randomblob(100000000)",
        "not SQL",
        "VACUUM INTO 'copy.sqlite'",
    ],
)
def test_a_statement_that_does_anything_but_read_its_tables_is_not_run(
    standing: Federation, statement: str
) -> None:
    with pytest.raises(JukinetError) as refused:
        run(standing, tables={"residents": ["resident_no"]}, select=statement)
    assert refused.value.kind is ErrorKind.INVALID
    assert [fault.field for fault in refused.value.faults] == ["select"]
    assert "shoe" not in str(refused.value.faults)


@case("spec 10.4", refused="OF7")
def test_no_statement_reads_an_item_that_the_operator_may_not_see(standing: Federation) -> None:
    novice = counter.without(standing, KUNITACHI, Permission.REGISTER_CODE_READ)
    ctx = standing.context(KUNITACHI)
    filing = queries.read_select({"tables": {"versions": ["code"]}, "select": "SELECT 1"})
    counter.assert_refused(
        standing, KUNITACHI, RUN, lambda: queries.run_select(ctx, novice, filing, lambda _: None), "OF7"
    )
    counter.assert_gated(
        standing,
        KUNITACHI,
        RUN,
        Permission.REGISTER_QUERY_RUN,
        lambda ctx, claim: queries.run_select(ctx, claim, filing, lambda _: None),
    )


def test_a_list_is_written_as_xml_too(federation: Federation) -> None:
    name = "国立　<&\"'>"
    counter.move_in(federation, KUNITACHI, counter.japanese(name=PersonName(name)))
    done, data = run(federation, ListForm.XML, columns=["name", "kind"])
    assert done == Listed(1, 0)
    (row,) = ET.fromstring(data).findall("row")
    assert [(cell.get("name"), cell.text) for cell in row] == [("name", name), ("kind", "japanese")]


def test_a_whole_source_is_written_with_every_column_and_whoever_is_held_back(federation: Federation) -> None:
    """What a town needs of its data when it changes its system is more than who stands in the register."""
    (number,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    holding.hold(federation, counter.read(federation, KUNITACHI, number), holding.terms(Process.INQUIRY))
    counter.move_within(federation, KUNITACHI, number)
    ctx = federation.context(KUNITACHI)
    for source, count in ((Source.VERSIONS, 2), (Source.DELETED, 0), (Source.PAPERS, 1), (Source.CARDS, 0)):
        written: list[bytes] = []
        done = export.export_source(ctx, CLERK, source, written.append)
        assert isinstance(done, Exported), done
        assert done.records == count
        heads = next(iter(read_rows(b"".join(written).splitlines(True)))).cells
        assert list(heads) == [column.name for column in TABLES[source].columns]
    entry = counter.audit(federation, KUNITACHI, "register:register:exported")[0]
    assert "of versions" in entry["rules"]
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:register:exported",
        Permission.REGISTER_REGISTER_EXPORT,
        lambda ctx, claim: export.export_source(ctx, claim, Source.VERSIONS, lambda _: None),
    )
