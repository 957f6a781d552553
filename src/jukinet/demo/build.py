"""Building the demonstration: keys and certificates, schemas, operators, codes, residents. Done once.

What is built is sealed as a template; every start copies it. A build that was interrupted leaves no template
and is done again from its beginning; keys are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jukinet import __version__
from jukinet.demo import agreement
from jukinet.demo.plan import (
    BUILT,
    CLERK,
    EVE,
    LIVE,
    MUNICIPALITIES,
    NODES,
    NOT_CONNECTED,
    ORGANS,
    Plan,
    label_of,
    name_of,
)
from jukinet.demo.stage import Stage, raised
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, OrganSlug
from jukinet.domain.persons import Place
from jukinet.law.decisions import Refused
from jukinet.messages.directory import open_directory
from jukinet.node import migration, pki, pki_members, wiring
from jukinet.node.config import write_sample
from jukinet.node.keys import load_public_key
from jukinet.node.postgres import Cluster
from jukinet.services import designation, loading, moves, settings
from jukinet.services.filings import MoveOutFiling
from jukinet.store import schema, version
from jukinet.testing.gazetteer import CHIYODA
from jukinet.testing.notifying import IN_PERSON
from jukinet.testing.people import make_municipality

_LEAVING = 2
"""Foreign residents of each connected municipality who file a move-out before the day."""


@dataclass(frozen=True, slots=True)
class Built:
    """What the template was made from; another one is built where anything here differs."""

    residents: int
    seed: int
    version: str
    revision: str
    code: str

    @classmethod
    def of(cls, plan: Plan) -> Built:
        return cls(plan.residents, plan.seed, __version__, version.head(), _schema_digest())


def _schema_digest() -> str:
    """The SQL that made the template: while a schema is unreleased, it may change under one revision."""
    digest = hashlib.sha256()
    for text in schema.texts():
        digest.update(text.encode())
    return digest.hexdigest()[:16]


def is_built(plan: Plan, cluster: Cluster) -> bool:
    """Whether a template of just this plan is there."""
    mark = plan.home / "built.json"
    if not mark.exists() or BUILT not in cluster.databases():
        return False
    try:
        return bool(json.loads(mark.read_text("utf-8")) == _plain(Built.of(plan)))
    except ValueError:
        return False


def _plain(built: Built) -> dict[str, object]:
    return {
        "residents": built.residents,
        "seed": built.seed,
        "version": built.version,
        "revision": built.revision,
        "code": built.code,
    }


def make_keys(plan: Plan) -> None:
    """Make what is missing of the network's keys, write the configurations, and sign the directory."""
    now = wiring.SystemClock().now()
    if not (plan.pki / "root.pub").exists():
        pki.init_pki(plan.pki, now)
    members = pki_members.load_members(plan.pki)
    known = {entry.id: entry for entry in members.nodes}
    for node in NODES:
        if node not in known:
            out = node == NOT_CONNECTED.node_id
            pki.issue_node(
                plan.pki,
                node,
                name=name_of(node),
                url=plan.url(node),
                supply_url=plan.supply_url(node),
                now=now,
                connected=not out,
                reason="the town does not take part in the network" if out else None,
                since=date(2002, 8, 5),
            )
        elif known[node].url != plan.url(node):
            # Built with other ports: the host is the same, so keys and certificates stay.
            pki.readdress_node(plan.pki, node, url=plan.url(node), supply_url=plan.supply_url(node))
    for slug, name in ORGANS.items():
        if slug not in {entry.slug for entry in members.organs}:
            pki.issue_organ(plan.pki, slug, name=name, now=now)
    _renew_old_certificates(plan, now)
    # Signed at every start: a directory older than a day admits nobody new.
    pki.sign_directory(plan.pki, now)
    open_directory((plan.pki / "directory.json").read_bytes(), load_public_key(plan.pki / "root.pub"), now)
    for node in NODES:
        file = plan.config_file(node)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(write_sample(plan.config(node)), "utf-8")


def _renew_old_certificates(plan: Plan, now: datetime) -> None:
    """Certificates of more than two months get a new one; the signing keys stay."""
    parties: list[NodeId | OrganSlug] = [*NODES, *ORGANS]
    for party in parties:
        folder = plan.pki / ("nodes" if isinstance(party, NodeId) else "organs") / str(party)
        made = datetime.fromtimestamp((folder / "tls.pem").stat().st_mtime, UTC)
        if now - made > timedelta(days=60):
            pki.renew_tls(plan.pki, party, now)


def build(plan: Plan, cluster: Cluster, progress: Progress) -> None:
    """Build the template from nothing. The processes that will serve the story do the delivering already."""
    (plan.home / "built.json").unlink(missing_ok=True)
    for name in (LIVE, BUILT):
        cluster.drop_database(name, force=True)
    cluster.create_database(LIVE)
    _migrate(plan, progress)
    with raised(plan, cluster, LIVE) as stage:
        _enrol(stage)
        _designate(stage, progress)
        _load(stage, progress)
        _file_move_outs(stage)
        _deliver(stage, progress)
    cluster.create_database(BUILT, LIVE)
    cluster.seal_template(BUILT)
    (plan.home / "built.json").write_text(json.dumps(_plain(Built.of(plan))), "utf-8")


def _migrate(plan: Plan, progress: Progress) -> None:
    task = progress.add_task("schemas", total=len(NODES))
    for node in NODES:
        migration.migrate(plan.config(node))
        progress.advance(task)


def _enrol(stage: Stage) -> None:
    for node in NODES:
        office = stage.office(node)
        _must(settings.enrol_first_operator(office, CLERK.operator_id, "佐藤", valid_from=EVE))
        settings.set_business_date(office, CLERK, EVE)


def _connected() -> list[MunicipalityCode]:
    return [code for code in MUNICIPALITIES if code != NOT_CONNECTED]


def _designate(stage: Stage, progress: Progress) -> None:
    """Codes for everybody and some in store (Reg. 14: by population)."""
    task = progress.add_task("code pools", total=len(_connected()))
    wanted = stage.plan.residents + stage.plan.residents // 5 + 50
    for code in _connected():
        _must(designation.designate_codes(stage.office(NATIONAL), CLERK, code, wanted))
    for code in _connected():
        office = stage.office(code)
        stage.wait(
            f"{label_of(code)} has its codes",
            lambda office=office: designation.free_codes(office) >= wanted,  # type: ignore[misc]
            seconds=60,
        )
        progress.advance(task)


def _must(outcome: object) -> None:
    if isinstance(outcome, Refused):
        sentences = " ".join(failed.sentence for failed in outcome.failed)
        raise JukinetError(ErrorKind.INTERNAL, f"The build was refused: {sentences}")


def _load(stage: Stage, progress: Progress) -> None:
    for index, code in enumerate(MUNICIPALITIES):
        total = stage.plan.residents
        task = progress.add_task(f"residents of {label_of(code)}", total=total)
        households = make_municipality(code, total, seed=stage.plan.seed + index, on=EVE)
        advance: Callable[[int], None] = lambda done, task=task: progress.update(task, completed=done)  # type: ignore[misc]  # noqa: E731
        people = (household.records for household in households)
        _must(loading.load_households(stage.office(code), CLERK, people, advance))


def _file_move_outs(stage: Stage) -> None:
    """Some foreign residents file, before the day, a move-out planned for later: they get no code here."""
    for code in _connected():
        with stage.owner() as connection:
            rows = connection.execute(
                f"SELECT resident_no FROM {code.node_id.schema}.residents"
                " WHERE foreign_resident AND present ORDER BY resident_id LIMIT %s",
                (_LEAVING,),
            ).fetchall()
        for (number,) in rows:
            destination = Place("東京都千代田区", CHIYODA) if code != CHIYODA else Place("ブラジル国")
            filing = MoveOutFiling((str(number),), destination, date(2013, 7, 16), EVE, notified_by=IN_PERSON)
            _must(moves.file_move_out(stage.office(code), CLERK, filing))


def _deliver(stage: Stage, progress: Progress) -> None:
    """Wait until everything has reached the centre, and look whether it agrees."""
    total = agreement.notices(stage)
    task = progress.add_task("notices at the centre", total=total)

    def arrived() -> bool:
        done = agreement.applied(stage, NATIONAL)
        progress.update(task, completed=min(done, total))
        return done >= total and agreement.at_rest(stage)

    stage.wait("every notice reached the centre", arrived, seconds=600)
    differing = agreement.differences(stage)
    if differing:
        raise JukinetError(ErrorKind.INTERNAL, f"The build's stores differ: {differing[0]}")


def make_progress() -> Progress:
    """The bars of the build."""
    return Progress(
        TextColumn("  {task.description:28}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn()
    )


def renew_database(plan: Plan, cluster: Cluster) -> None:
    """Make the live database anew from the template. All nodes are put back together: none remembers a later time."""
    cluster.drop_database(LIVE, force=True)
    cluster.create_database(LIVE, BUILT)
    for node in NODES:
        wiring.forget_lives(plan.config(node).state)


def renew_directories(plan: Plan) -> None:
    """Every node takes the directory that was signed at this start."""
    for node in NODES:
        wiring.refresh_directory(plan.config(node))
