"""``jukinet affairs ordinance``: affairs that an ordinance of a prefecture or a municipality sets, at its node."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.cli.pki import parsed
from jukinet.domain.municipality import OrganSlug
from jukinet.law.ordinances import Ground, OrdinanceAffair
from jukinet.services import ordinances
from jukinet.services.ordinances import Entered


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """Add the group to ``affairs``."""
    group = common.make_app("Affairs that an ordinance of the node's own sets.")
    _add_enter(group, open_context)
    _add_end(group, open_context)
    _add_list(group, open_context)
    app.add_typer(group, name="ordinance")


def _add_enter(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command(
        "enter",
        epilog='Example: jukinet affairs ordinance enter --under "30-7(4)(ii)" --organ mayor'
        ' --ordinance 条例第1号 --article 第2条 --affair "…" --from 2013-07-08 --as sato',
    )
    def enter(
        under: Annotated[
            Ground, typer.Option(metavar="PARAGRAPH", help="The paragraph of the Act: " + ", ".join(Ground))
        ],
        organ: Annotated[
            str, typer.Option(metavar="SLUG", help="Who may ask, as directory or catalogue names it.")
        ],
        ordinance: Annotated[str, typer.Option(metavar="TEXT", help="Title and number of the ordinance.")],
        article: Annotated[str, typer.Option(metavar="TEXT", help="Its article.")],
        affair: Annotated[str, typer.Option(metavar="TEXT", help="The affair, as it stands there.")],
        first: Annotated[
            datetime, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="The first day.")
        ],
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Enter an affair: from its first day on it is served here."""
        slug = parsed(OrganSlug.parse, organ, "--organ")
        said = OrdinanceAffair(under, slug, ordinance, article, affair, first.date())
        with common.told(as_json=as_json), open_context(config) as ctx:
            made = common.permitted(ordinances.enter(ctx, common.claim_of(operator, None), said))
        if as_json:
            common.print_json({"affair": made.name})
            return
        print(f"Entered: it is called {made.name}.")


def _add_end(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("end", epilog="Example: jukinet affairs ordinance end o2-13-1 --on 2014-04-01 --as sato")
    def end(
        name: Annotated[str, typer.Argument(metavar="AFFAIR", help="Its name, such as o2-13-1.")],
        on: Annotated[
            datetime,
            typer.Option(
                formats=["%Y-%m-%d"], metavar="DATE", help="The first day on which it no longer holds."
            ),
        ],
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Enter that an affair ends."""
        with common.told(), open_context(config) as ctx:
            common.permitted(ordinances.end(ctx, common.claim_of(operator, None), name, on.date()))
        print(f"Entered: {name} ends before {on.date()}.")


def _add_list(app: typer.Typer, open_context: OpenContext) -> None:
    @app.command("list", epilog="Example: jukinet affairs ordinance list --as sato")
    def listing(
        operator: OperatorOption, config: ConfigOption = None, *, as_json: JsonOption = False
    ) -> None:
        """List the affairs that were entered here, ended ones too."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(ordinances.listing(ctx, common.claim_of(operator, None)))
        if as_json:
            common.print_json([_plain(one) for one in found])
            return
        for one in found:
            said = one.said
            print(f"{one.name}  {said.organ}  Art. {said.ground}  {said.ordinance} {said.article}")
            print(f"  {said.affair}  from {said.valid_from}{f' to {said.valid_to}' if said.valid_to else ''}")
        print(f"{len(found)} affairs.")


def _plain(one: Entered) -> dict[str, object]:
    said = one.said
    return {
        "affair": one.name,
        "under": said.ground.value,
        "organ": said.organ.text,
        "ordinance": said.ordinance,
        "article": said.article,
        "text": said.affair,
        "valid_from": said.valid_from.isoformat(),
        "valid_to": said.valid_to.isoformat() if said.valid_to else None,
    }
