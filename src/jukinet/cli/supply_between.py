"""``jukinet register supply``: a mayor supplies to an organ of another municipality, by ordinance (Act Art. 30-6)."""

from __future__ import annotations

from typing import Annotated

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption, TerminalOption
from jukinet.cli.pki import parsed
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import OrganSlug
from jukinet.services import supply_between
from jukinet.services.supply_between import Asked, Supplied


def add_command(app: typer.Typer, open_context: OpenContext) -> None:
    """``supply``, into the commands of ``register``."""

    @app.command(
        "supply",
        epilog="Example: jukinet register supply --affair o-132152-1 --organ fuchu-mayor"
        " --document 1 --as sato < code",
    )
    def supply(
        affair: Annotated[
            str, typer.Option(metavar="NAME", help="The affair of the ordinance, as it was named.")
        ],
        organ: Annotated[str, typer.Option(metavar="SLUG", help="Who asks, as the directory names it.")],
        document: Annotated[str, typer.Option(metavar="TEXT", help="The number of its paper.")],
        operator: OperatorOption,
        terminal: TerminalOption = None,
        config: ConfigOption = None,
        *,
        as_json: JsonOption = False,
    ) -> None:
        """Supply the six facts of one person, whose code is read from standard input or asked for."""
        slug = parsed(OrganSlug.parse, organ, "--organ")
        asked = Asked(affair, slug, document)
        with common.told(as_json=as_json), open_context(config) as ctx:
            code = ResidentRecordCode.parse(common.read_secret("Code"))
            done = common.permitted(
                supply_between.supply(ctx, common.claim_of(operator, terminal), asked, code)
            )
        _tell(done, as_json=as_json)


def _tell(done: Supplied, *, as_json: bool) -> None:
    facts = done.facts
    plain = {
        "name": facts.name,
        "nickname": facts.nickname,
        "birth_date": str(facts.birth_date),
        "sex": facts.sex.value,
        "address": facts.address.full,
        "code": facts.code.text if facts.code else None,
        "present": done.present,
        "change": {"reason": done.reason.value, "occurred_on": done.occurred_on.isoformat()},
        "basis": list(done.basis),
    }
    if as_json:
        common.print_json(plain)
        return
    nickname = f"（{facts.nickname}）" if facts.nickname else ""
    print(f"name     {facts.name}{nickname}")
    print(f"born     {facts.birth_date}   sex {facts.sex.value}")
    print(f"address  {facts.address.full}")
    print(f"code     {plain['code'] or 'none'}")
    print(f"record   {'stands' if done.present else 'deleted'}: {done.reason.value}, {done.occurred_on}")
    print(f"basis    {', '.join(done.basis)}")
