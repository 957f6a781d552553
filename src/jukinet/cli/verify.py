"""``jukinet verify``: an organ confirms a person. The code or the four items never come as arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jukinet.cli import common
from jukinet.cli.apps import new_app
from jukinet.cli.common import JsonOption
from jukinet.client.answers import FourItems, KnownPerson, VerificationAnswer, VerificationRefused
from jukinet.client.supply import SupplyClient
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.persons import Sex
from jukinet.domain.reading import Fields, reading
from jukinet.messages.wire import parse_member, write_address

app = new_app()


@app.command(
    epilog="Example: jukinet verify who.json --url https://127.0.0.1:7450 --organ DIR --affair t1-77-1 ..."
)
def verify(
    url: Annotated[str, typer.Option(help="The supply door, https://host:port.")],
    affair: Annotated[str, typer.Option(help="A listed affair, such as t1-77-12.")],
    operator: Annotated[str, typer.Option(help="Who asks, at the organ.")],
    case: Annotated[str, typer.Option(help="The file or case it is for.")],
    organ: Annotated[
        Path,
        typer.Option(
            exists=True,
            file_okay=False,
            help="The organ's directory: tls.pem, tls.key, ca.pem, and statement.key to sign with.",
        ),
    ],
    who: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="JSON with code, or name, address, birth_date and sex; - for stdin."
        ),
    ] = "-",
    node: Annotated[str, typer.Option(help="Who must be at the door.")] = str(NATIONAL),
    *,
    as_json: JsonOption = False,
) -> None:
    """Ask a supply door to confirm a person for a listed affair."""
    try:
        at_the_door = NodeId.parse(node)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--node") from None
    with common.told():
        asked = _read_who(common.read_input(who))
        signing_key = organ / "statement.key"
        with SupplyClient(
            url,
            at_the_door,
            cert=organ / "tls.pem",
            key=organ / "tls.key",
            ca=organ / "ca.pem",
            signing_key=signing_key if signing_key.exists() else None,
        ) as client:
            answer = client.verify(affair=affair, operator=operator, case=case, who=asked)
    if isinstance(answer, VerificationRefused):
        _print_refusal(answer, as_json=as_json)
        raise typer.Exit(common.REFUSED)
    _print_answer(answer, as_json=as_json)


def _read_who(data: dict[str, Any]) -> ResidentRecordCode | FourItems:
    with reading(data) as fields:
        return _code_or_items(fields)


def _code_or_items(fields: Fields) -> ResidentRecordCode | FourItems:
    if fields.has("code"):
        return fields.take("code", ResidentRecordCode.parse)
    return FourItems(
        name=fields.text("name"),
        address=fields.text("address"),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", parse_member(Sex)),
    )


def _print_refusal(answer: VerificationRefused, *, as_json: bool) -> None:
    if as_json:
        rules = [{"rule": r.rule, "article": r.article, "kind": r.kind} for r in answer.rules]
        common.print_json({"request_id": answer.request_id, "refused": rules})
        return
    typer.echo(f"Refused: {answer.sentence}", err=True)
    for rule in answer.rules:
        typer.echo(f"  {rule.kind} {rule.rule}, {rule.article}", err=True)


def _print_answer(answer: VerificationAnswer, *, as_json: bool) -> None:
    if as_json:
        common.print_json(
            {
                "request_id": answer.request_id,
                "result": answer.result.value,
                "reason": answer.reason.value if answer.reason else None,
                "person": _plain(answer.person) if answer.person else None,
                "history": [_plain(one) for one in answer.history],
                "basis": list(answer.basis),
                "policy": list(answer.policy),
                "promise": answer.promise.to_plain() if answer.promise else None,
            }
        )
        return
    reason = f" ({answer.reason.value})" if answer.reason else ""
    print(f"result   {answer.result.value}{reason}")
    if answer.person is not None:
        facts = answer.person.facts
        nickname = f"（{facts.nickname}）" if facts.nickname else ""
        print(f"name     {facts.name}{nickname}")
        print(f"born     {facts.birth_date}   sex {facts.sex.value}")
        print(f"address  {facts.address.full}")
    print(f"history  {len(answer.history)} earlier notices")
    print(f"basis    {', '.join(answer.basis)}")


def _plain(person: KnownPerson) -> dict[str, Any]:
    facts = person.facts
    change = person.change
    return {
        "name": facts.name,
        "nickname": facts.nickname,
        "birth_date": str(facts.birth_date),
        "sex": facts.sex.value,
        "address": write_address(facts.address),
        "code": str(facts.code) if facts.code else None,
        "change": None
        if change is None
        else {
            "kind": change.kind.value,
            "reason": change.reason.value,
            "occurred_on": change.occurred_on.isoformat(),
        },
    }
