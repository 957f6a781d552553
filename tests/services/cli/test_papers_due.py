"""``--papers``: what an act calls for is printed with it, and the act stands whatever becomes of that."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.conformance.cases import case
from tests.services.network.registering import RIGHT
from tests.services.services import carding, counter
from typer.testing import CliRunner

from jukinet.cli import register
from jukinet.documents.household_form import Sheets
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.services.certificates import Certificate
from jukinet.services.slips import Slip, SlipBatch
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI


class FakePress:
    """Prints the number of a paper, and of a batch of notices whom they go to."""

    def certificate_pages(self, certificate: Certificate) -> int:
        return len(certificate.persons)

    def print_certificate(self, certificate: Certificate) -> Sheets:
        return Sheets(certificate.number.encode())

    def can_print(self, slip: Slip) -> bool:
        return bool(slip.name)

    def print(self, batch: SlipBatch) -> bytes:
        return " ".join(slip.resident_no for slip in batch.slips).encode()


class BrokenPress(FakePress):
    def print(self, batch: SlipBatch) -> bytes:
        raise JukinetError(ErrorKind.CONFIGURATION, "There is no font.", ())


def run(
    federation: Federation,
    act: str,
    filing: Any,
    *words: str,
    press: FakePress | None = None,
    by: str = "sato",
) -> dict[str, Any]:
    ctx, fake = federation.context(KUNITACHI), press or FakePress()
    both = SimpleNamespace(papers=fake, slips=fake)
    app = register.make_app(lambda _: nullcontext(ctx), lambda _: nullcontext((ctx, both)))
    ran = CliRunner().invoke(app, [act, "-", "--as", by, "--json", *words], input=json.dumps(filing))
    assert ran.exit_code == 0, ran.output
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@case("spec 4.3.3", "spec 4.1.3.0.3", "spec 4.1.3.0.4")
def test_a_notice_of_a_new_code_and_the_certificate_of_a_move_out_come_with_the_act(
    federation: Federation, tmp_path: Path
) -> None:
    to = ("--papers", str(tmp_path))
    moved = run(federation, "move-in", RIGHT["move-in"](federation), *to)
    (notice,) = map(Path, moved["papers"])
    assert (notice.read_text().split(), notice.stat().st_mode & 0o777) == (moved["resident_nos"], 0o600)
    filing = RIGHT["move-out"](federation)
    certificate, waited = map(Path, run(federation, "move-out", filing, *to)["papers"])
    assert waited.name.startswith("codes-"), "a notice that waited is printed now, too"
    assert certificate.name == f"move-out-{certificate.read_text()}.pdf"
    # Who has a card is asked first; what is not asked for is not printed.
    holder = carding.holder(federation).resident_no
    asked = run(federation, "move-out", filing | {"resident_nos": [holder]}, *to)
    assert [Path(one).name.partition("-")[0] for one in asked["papers"]] == ["codes"]
    assert (len(asked["not_printed"]), holder in asked["not_printed"][0]) == (1, True)
    assert "papers" not in run(federation, "birth", RIGHT["birth"](federation))
    assert len(list(tmp_path.iterdir())) == 4


@case("spec 4.3.3")
def test_the_act_stands_where_its_papers_cannot_be_printed(federation: Federation, tmp_path: Path) -> None:
    to = ("--papers", str(tmp_path))
    broken = run(federation, "move-in", RIGHT["move-in"](federation), *to, press=BrokenPress())
    (why,) = broken["not_printed"]
    assert (broken["papers"], "There is no font." in why) == ([], True)
    assert counter.read(federation, KUNITACHI, broken["resident_nos"][0]).present
    novice = counter.without(federation, KUNITACHI, Permission.REGISTER_CERTIFICATE_ISSUE).operator_id
    refused = run(federation, "move-out", RIGHT["move-out"](federation), *to, by=novice)
    assert ["(G3)" in line for line in refused["not_printed"]] == [True]
    app = register.make_app(lambda _: nullcontext(federation.context(KUNITACHI)))
    words = ["birth", "-", "--as", "sato", "--papers", str(tmp_path / "none")]
    assert CliRunner().invoke(app, words, input="{}").exit_code == 2
