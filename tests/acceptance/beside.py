"""Nodes that one test adds to the country, by the same commands, and ends again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.acceptance.country import (
    CLERK,
    DEADLINE,
    NATIONAL,
    PREF,
    WORKER,
    Country,
    Ran,
    free_port,
    move_in_filing,
)

from jukinet.domain.municipality import NodeId


@dataclass(frozen=True)
class Added:
    """A municipality of Tokyo. ``city``: it is a ward of that one; ``outside``: why it takes no part yet."""

    node: NodeId
    name: str
    parts: tuple[str, ...]
    city: NodeId | None = None
    outside: str | None = None

    @property
    def code(self) -> str:
        """Its six digits."""
        return str(self.node).removeprefix("muni-")


@contextmanager
def beside(country: Country, *added: Added) -> Iterator[None]:
    """Make the nodes, and let the others know of them; whatever the block starts of them ends with it, and well."""
    for one in added:
        _note(country, one)
    country.do("pki", "directory", country.pki)
    with ThreadPoolExecutor(len(added) + 2) as offices:
        begun: list[Future[Any]] = [
            offices.submit(country.at, node, "node", "migrate") for node in (NATIONAL, PREF)
        ]
        begun += [offices.submit(country.make_node, one.node) for one in added]
    for done in begun:
        done.result()
    try:
        yield
    finally:
        _end(country, [one.node for one in added])


def _note(country: Country, one: Added) -> None:
    country.names[one.node] = one.name
    for part in one.parts:
        country.metrics[one.node, part] = free_port()
        if part != WORKER:
            country.ports[one.node, part] = free_port()
    apart = ["--not-connected", one.outside] if one.outside else []
    words = ("--name", one.name, "--url", country.url(one.node))
    country.do("pki", "node", country.pki, one.node, *words, *apart)
    if one.city is not None:
        country.do("pki", "ward", country.pki, one.node, "--of", one.city)


def _end(country: Country, nodes: list[NodeId]) -> None:
    begun = [country.processes.pop(key) for key in list(country.processes) if key[0] in nodes]
    running = [one for one in begun if one.poll() is None]
    for one in running:
        one.terminate()
    for one in running:
        assert one.wait(DEADLINE) == 0


def start(country: Country, one: Added) -> None:
    """Start every process of a node, and wait until it is ready."""
    for part in one.parts:
        country.start(one.node, part)
    for part in one.parts:
        country.wait_ready(one.node, part)


def newcomers(one: Added, *names: str) -> dict[str, Any]:
    """People who move in there from abroad, the first as householder, as a clerk enters it."""
    place = f"東京都{one.name}見本一丁目1番地"
    filing = move_in_filing(*names, koseki={"domicile": place, "head": names[0]})
    return filing | {"address": {"municipality": one.code, "text": place}}


def register(country: Country, one: Added, act: str, filing: object) -> Ran:
    words = ("register", act, "-", "--as", CLERK, "--terminal", "counter-1", "--json")
    return country.at(one.node, *words, stdin=filing)
