"""What doors tell of their requests has labels from closed lists, whatever an outsider sends."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.routing import Route
from tests.services.network.asgi import send
from tests.services.supply.asking import CODES, PENSION
from tests.unit.node.test_config import SAMPLE

import jukinet
from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NodeId
from jukinet.network.nodes import network_door
from jukinet.network.watching import OTHER, Served
from jukinet.node import config as configs
from jukinet.node import logs
from jukinet.node.metrics import NO_ANSWER, SECONDS, Metrics
from jukinet.testing.federation import NETWORK, Federation
from jukinet.testing.gazetteer import KUNITACHI, YAMATSURI

PREFECTURE = NodeId("pref-13")
NAME = "試験　花子"
CODE = str(CODES[0])
STRANGE = (f"/network/v1/frames/{CODE}", f"/{NAME}", f"/network/v1/calls/{CODE}", "/")


PEERS = (KUNITACHI.node_id, YAMATSURI.node_id, PENSION, None)


def ask_everything(app: Starlette, paths: Iterable[str]) -> int:
    """Every path by every method, from everybody, with a person in path, head and body; how many requests."""
    body = json.dumps({"name": NAME, "code": CODE}, ensure_ascii=False).encode()
    asked = [*product(PEERS, (*paths, *STRANGE), ("GET", "POST", "HEAD", f"X{CODE}"))]

    async def run() -> None:
        for peer, path, method in asked:
            await send(app, method, path, body, peer=peer, headers={"x-name": CODE})

    asyncio.run(run())
    return len(asked)


def test_no_label_and_no_line_has_what_an_outsider_chose(federation: Federation, tmp_path: Path) -> None:
    file = tmp_path / "node.toml"
    file.write_text(SAMPLE, "utf-8")
    log = io.StringIO()
    found, line = Metrics(configs.load(file), "network"), logs.RequestLog("network", log)

    def observe(served: Served) -> None:
        found.request(served)
        line(served)

    app = network_door(federation.context(PREFECTURE, NETWORK), observe=observe)
    routes = {route.path for route in app.routes if isinstance(route, Route)}
    asked = ask_everything(app, routes)
    text = generate_latest(found.registry).decode()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    may = {
        "node": {"pref-13"},
        "part": {"network"},
        "route": routes | {OTHER},
        "method": {"GET", "HEAD", "POST", OTHER},
        "status": {NO_ANSWER, *(str(status) for status in range(100, 600))},
        "kind": {"law", "policy", *(kind.value for kind in ErrorKind)},
        "version": {jukinet.__version__},
        "role": {"prefecture"},
        "le": {"+Inf", *(str(float(bound)) for bound in SECONDS)},
    }
    chosen = [one for one in samples if any(value not in may[name] for name, value in one.labels.items())]
    assert chosen == []
    told = {
        name: [one for one in samples if one.name == f"jukinet_{name}_total"]
        for name in ("requests", "refusals")
    }
    assert sum(one.value for one in told["requests"]) == asked
    assert {one.labels["route"] for one in told["requests"]} == routes | {OTHER}
    kinds = {"unauthentic", "forbidden", "not-connected", "not-found"}
    assert {one.labels["kind"] for one in told["refusals"]} >= kinds
    assert [one for one in (NAME, CODE, "花子") if one in text + log.getvalue()] == []
    parties = {json.loads(one)["party"] for one in log.getvalue().splitlines()}
    assert parties == {None, *(peer.uri for peer in PEERS if peer)}
