"""Affairs of a prefecture's ordinance: entered at its governor's node, served from day to day, and recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services.counter import CrashingClock
from tests.services.supply.asking import CODES, ask, hanako, load, query
from tests.services.supply.batching import ASKED, codes_csv
from tests.services.world import TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.batches import BatchState
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, OrganSlug
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.ordinances import Ground, OrdinanceAffair
from jukinet.messages.directory import OrganEntry, SignaturePolicy
from jukinet.services import ordinances
from jukinet.services.operators import OperatorClaim
from jukinet.services.ordinances import Entered
from jukinet.services.supply import batch_media, batch_run
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.services.supply.lookups import Verification
from jukinet.store.batches import Batch
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

DAY, END = date(2013, 7, 8), date(2013, 8, 1)
MAYOR = OrganSlug("kunitachi-mayor")
SAID = OrdinanceAffair(
    Ground.OWN_MUNICIPALITIES, OrganSlug("mayor"), "東京都住基条例", "第2条", "見本の助成に関する事務", DAY
)
NAME = "o2-13-1"


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def admit(federation: Federation) -> None:
    tls, mayor = SignaturePolicy.TLS_ONLY, (OrganSlug("mayor"),)
    entry = OrganEntry(MAYOR, "国立市長", (), tls, seat=KUNITACHI.node_id, acts_as=mayor)
    federation.directory = replace(federation.directory, organs=(*federation.directory.organs, entry))


@case("Act Art. 30-7(4)(ii)", permitted="S5 S14 S20 P5 P6", refused="S1 S2")
def test_a_mayor_asks_under_an_ordinance_from_its_day_to_its_end(federation: Federation) -> None:
    load(federation, hanako())
    admit(federation)
    asked = query(affair=NAME)
    assert rules(ask(federation, asked, organ=MAYOR, node=TOKYO)) == ["S1"]
    ctx = federation.context(TOKYO)
    assert ordinances.enter(ctx, CLERK, SAID) == Entered(NAME, SAID)
    answer = ask(federation, asked, organ=MAYOR, node=TOKYO)
    assert isinstance(answer, Verification)
    assert answer.basis == ("Act Art. 30-7(4)(ii)", "東京都住基条例 第2条")
    assert rules(ask(federation, asked, organ=MAYOR, node=NATIONAL)) == ["S1"], "the centre has no part in it"
    assert isinstance(ordinances.end(ctx, CLERK, NAME, END), Permitted)
    assert isinstance(ask(federation, asked, organ=MAYOR, node=TOKYO), Verification)
    federation.set_date(END)
    assert rules(ask(federation, asked, organ=MAYOR, node=TOKYO)) == ["S2"]
    listed = ordinances.listing(federation.context(TOKYO), CLERK)
    assert listed == (Entered(NAME, replace(SAID, valid_to=END)),)


@case("Act Art. 30-7(4)(ii)", permitted="S2", refused="S1 S2")
def test_a_mayor_has_a_batch_under_an_ordinance_until_its_end(federation: Federation, tmp_path: Path) -> None:
    load(federation, hanako())
    admit(federation)
    ctx, worker, files = federation.context(TOKYO), federation.context(TOKYO, "worker"), BatchFiles(tmp_path)
    data = codes_csv([CODES[0], CODES[5], CODES[0]])
    asked = replace(ASKED, organ=MAYOR, affair=NAME, rows=3)
    assert rules(batch_media.submit(ctx, CLERK, files, asked, [data])) == ["S1"]
    ordinances.enter(ctx, CLERK, SAID)
    batches = []
    for sent in (data, codes_csv(CODES[:1])):
        taken = batch_media.submit(ctx, CLERK, files, replace(asked, rows=sent.count(b"\n") - 1), [sent])
        assert isinstance(taken, Submitted)
        batches.append(taken.batch.id)
    while batch_run.step(worker, files, batches[0]):
        pass
    ordinances.end(ctx, CLERK, NAME, END)
    federation.set_date(END)
    assert not batch_run.step(worker, files, batches[1])
    done, stopped = (batch_media.show(ctx, CLERK, one) for one in batches)
    assert isinstance(done, Batch)
    assert isinstance(stopped, Batch)
    assert (done.state, done.counts) == (BatchState.DONE, {"found": 2, "none": 1})
    assert done.basis == ("Act Art. 30-7(4)(ii)", "東京都住基条例 第2条")
    assert (stopped.state, stopped.rows_done) == (BatchState.STOPPED, 0)
    assert [rule.split()[0] for rule in stopped.trouble] == ["S2"]
    assert rules(batch_media.hand_out(ctx, CLERK, files, done.id)) == ["S2"]


@case(refused="S20 S21 P5 P6")
def test_what_may_not_be_entered_is_refused_and_recorded(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    assert not isinstance(ordinances.enter(ctx, CLERK, SAID), Refused)
    assert rules(ordinances.enter(ctx, CLERK, SAID)) == ["P5"]
    assert rules(ordinances.enter(ctx, CLERK, replace(SAID, ground=Ground.OWN_USE))) == ["S21"]
    assert rules(ordinances.enter(federation.context(NATIONAL), CLERK, SAID)) == ["S20"]
    assert rules(ordinances.end(ctx, CLERK, "o2-13-9", END)) == ["P6"]
    assert rules(ordinances.end(federation.context(KUNITACHI), CLERK, NAME, END)) == ["P6"]
    found = world.entries(federation, TOKYO, AuditEvent.ORDINANCE_ENTERED)
    assert [one.outcome for one in found] == [Outcome.DONE, Outcome.REFUSED, Outcome.REFUSED]
    assert found[0].reference == NAME


def test_a_stranger_enters_nothing(federation: Federation) -> None:
    nobody = OperatorClaim("nobody")
    ctx = federation.context(TOKYO)
    assert isinstance(ordinances.enter(ctx, nobody, SAID), Refused)
    assert isinstance(ordinances.end(ctx, nobody, NAME, END), Refused)
    assert isinstance(ordinances.listing(ctx, nobody), Refused)
    assert ordinances.listing(ctx, CLERK) == ()


def test_an_affair_and_its_audit_entry_are_there_together_or_not_at_all(federation: Federation) -> None:
    """The clock, which each step asks, stops the act at every one of them."""
    for step in range(20):
        ctx = replace(federation.context(TOKYO), clock=CrashingClock(step))
        try:
            done = ordinances.enter(ctx, CLERK, SAID)
        except SystemError:
            assert ordinances.listing(federation.context(TOKYO), CLERK) == ()
            assert world.entries(federation, TOKYO, AuditEvent.ORDINANCE_ENTERED) == []
        else:
            break
    assert step > 0
    assert (done,) == ordinances.listing(federation.context(TOKYO), CLERK)
    (entry,) = world.entries(federation, TOKYO, AuditEvent.ORDINANCE_ENTERED)
    assert entry.outcome is Outcome.DONE


def test_every_fault_of_the_texts_is_named_and_nothing_is_kept(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    with pytest.raises(JukinetError) as caught:
        ordinances.enter(ctx, CLERK, replace(SAID, ordinance=" ", article="\x00", affair="x" * 10_000))
    assert [fault.field for fault in caught.value.faults] == ["ordinance", "article", "affair"]
    assert ordinances.listing(ctx, CLERK) == ()
