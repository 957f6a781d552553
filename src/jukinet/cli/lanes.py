"""``jukinet network lanes`` and ``release``: lanes that stopped, why, since when, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer

from jukinet.cli import common
from jukinet.cli.common import ConfigOption, JsonOption, OpenContext, OperatorOption
from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import Stream
from jukinet.services import lanes
from jukinet.services.lanes import Direction, Lane, LaneState, Mended

T = TypeVar("T")

AllOption = Annotated[bool, typer.Option("--all", help="Also lanes that are as they should be.")]
DirectionOption = Annotated[
    Direction, typer.Option("--direction", help="out: to the peer; in: from the peer.")
]
MendedOption = Annotated[
    Mended, typer.Option("--reason", help="Where the reason was found and mended: the log will say so.")
]


def add_to(app: typer.Typer, open_context: OpenContext) -> None:
    """The commands, among those of ``network``."""

    @app.command("lanes", epilog="Example: jukinet network lanes --as sato")
    def list_lanes(
        operator: OperatorOption,
        config: ConfigOption = None,
        *,
        everything: AllOption = False,
        as_json: JsonOption = False,
    ) -> None:
        """List the lanes that stopped: why, since when, and what to do first."""
        with common.told(as_json=as_json), open_context(config) as ctx:
            found = common.permitted(lanes.list_lanes(ctx, common.claim_of(operator, None)))
        shown = [lane for lane in found if everything or lane.stopped]
        if as_json:
            common.print_json([_plain(lane) for lane in shown])
            return
        for lane in shown:
            _tell(lane)
        halted = sum(lane.state is LaneState.HALTED for lane in found)
        failing = sum(lane.state is LaneState.FAILING for lane in found)
        print(f"{len(found)} lanes, {halted} halted, {failing} failing.")

    @app.command(
        "release",
        epilog="Example: jukinet network release pref-13 identity --direction out\n\n --reason peer-repaired --as sato",
    )
    def release(
        peer: Annotated[str, typer.Argument(help="The other node, such as pref-13.")],
        stream: Annotated[Stream, typer.Argument(help="The stream of the lane.")],
        direction: DirectionOption,
        mended: MendedOption,
        operator: OperatorOption,
        config: ConfigOption = None,
    ) -> None:
        """Have a stopped lane tried again where it stopped, once the reason is mended; nothing is skipped."""
        node = _parsed(NodeId.parse, peer)
        with common.told(), open_context(config) as ctx:
            common.permitted(
                lanes.release(ctx, common.claim_of(operator, None), direction, node, stream, mended)
            )
        print(f"Released: {direction} {node} {stream}.")


def _parsed(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _tell(lane: Lane) -> None:
    print(f"{lane.name}: {lane.state}{_since(lane.since)}, {_how_far(lane)}")
    if lane.stopped:
        print(f"  {lane.problem or 'why is not known'}: {lanes.first_step(lane.problem)}")
    if lane.next_attempt is not None:
        print(f"  {lane.failures} attempts failed; the next is at {lane.next_attempt:%H:%M:%S} UTC")


def _how_far(lane: Lane) -> str:
    if lane.direction is Direction.OUT:
        return f"the peer has {lane.number}, {lane.unsent} wait"
    return f"done with {lane.number}"


def _since(moment: datetime | None) -> str:
    return f" since {moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _plain(lane: Lane) -> dict[str, object]:
    return {
        "direction": lane.direction.value,
        "peer": lane.peer.text,
        "stream": lane.stream.value,
        "state": lane.state.value,
        "number": lane.number,
        "unsent": lane.unsent,
        "problem": lane.problem,
        "since": lane.since.isoformat() if lane.since else None,
        "failures": lane.failures,
        "next_attempt": lane.next_attempt.isoformat() if lane.next_attempt else None,
        "first": lanes.first_step(lane.problem) if lane.stopped else None,
    }
