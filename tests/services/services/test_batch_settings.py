"""What a batch was given is kept with its run, told to who may run it, and what differs from it is named."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import typer
from tests.conformance.cases import case
from tests.services.services import counter
from typer.testing import CliRunner

from jukinet.cli import register_files
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import batch_settings, browsing, queries, samples
from jukinet.services.batch_settings import Batch, Last
from jukinet.services.browsing_filings import read_list
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

READ = "register:batch-setting:read"


def last(federation: Federation, batch: Batch) -> Last:
    found = batch_settings.last_given(federation.context(KUNITACHI), CLERK, batch)
    assert isinstance(found, Last), found
    return found


@case("spec 9.1")
def test_each_batch_remembers_what_it_was_given_and_a_refused_one_does_not(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    assert last(federation, Batch.QUERY) == Last({})
    runs: tuple[tuple[Batch, dict[str, Any], Any], ...] = (
        (
            Batch.QUERY,
            {"columns": ["name"], "conditions": []},
            lambda given: queries.run_query(ctx, CLERK, queries.read_query(given), lambda _: None),
        ),
        (
            Batch.SAMPLE,
            {"count": 3, "sex": "female"},
            lambda given: samples.draw_sample(ctx, CLERK, samples.read_sample(given)),
        ),
        (
            Batch.BROWSING_LIST,
            {"by_lot": True},
            lambda given: browsing.prepare(ctx, CLERK, read_list(given), lambda _: True),
        ),
    )
    for batch, given, run in runs:
        assert not isinstance(run(given), Refused)
        found = last(federation, batch)
        assert (found.given, found.given_on, found.operator) == (given, counter.TODAY, CLERK.operator_id)
    refused = browsing.prepare(ctx, CLERK, read_list({"areas": ["東京都国立市"]}), lambda _: True)
    assert isinstance(refused, Refused)
    assert last(federation, Batch.BROWSING_LIST).given == {"by_lot": True}
    select = {"tables": {"residents": ["sex"]}, "select": "SELECT count(*) FROM residents"}
    queries.run_select(ctx, CLERK, queries.read_select(select), lambda _: None)
    assert last(federation, Batch.QUERY).given == select
    assert last(federation, Batch.QUERY).changed(select | {"select": "SELECT 1"}) == ("select",)


def test_who_may_not_run_a_batch_does_not_learn_what_it_was_given(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        READ,
        Permission.REGISTER_SAMPLE_DRAW,
        lambda ctx, claim: batch_settings.last_given(ctx, claim, Batch.SAMPLE),
    )


@case("spec 9.1")
def test_a_batch_begins_with_what_it_was_given_and_says_what_differs(
    federation: Federation, tmp_path: Path
) -> None:
    app = typer.Typer()
    register_files.add_to(app, lambda _: nullcontext(federation.context(KUNITACHI)))
    file, out = tmp_path / "query.json", tmp_path / "list.csv"

    def run(given: dict[str, Any], *words: str) -> str:
        file.write_text(json.dumps(given), "utf-8")
        ran = CliRunner().invoke(app, ["query", str(file), "--out", str(out), "--as", "sato", *words])
        assert ran.exit_code == 0, ran.output
        return ran.output

    assert "As on" not in run({"columns": ["name", "sex"]})
    told = run({"columns": ["sex"]}, "--again")
    assert f"As on {counter.TODAY} by {CLERK.operator_id}, but for: columns." in told
    assert out.read_text("utf-8") == "sex\n"
    told = run({"conditions": [{"column": "sex", "comparison": "is", "value": "male"}]}, "--again")
    assert "but for: conditions." in told
    assert out.read_text("utf-8") == "sex\n"
    assert "but for: nothing." in run({}, "--again")
    shown = CliRunner().invoke(app, ["last-given", "query", "--as", "sato"])
    assert json.loads(shown.output)["columns"] == ["sex"]
