"""What every service is handed: the node, its database, clocks, randomness, peers and signers.

The protocols here are the only seams of the program: what tests replace, and nothing else. ``node`` builds
the real ones; one process can hold many contexts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Protocol, TypeVar

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.law.decisions import Refused
from jukinet.messages.directory import Directory
from jukinet.messages.keys import KeyUse, Signer
from jukinet.messages.kinds import CallKind, Stream
from jukinet.store import node_rows
from jukinet.store.database import Database, Transaction

T = TypeVar("T")

JAPAN = timezone(timedelta(hours=9), "JST")
"""Japan has had no summer time since 1951: a fixed offset."""


class Clock(Protocol):
    """Real time, for protocols, signatures and logs."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...


class Randomness(Protocol):
    """Unpredictable choices: ids, and the draw of codes (Reg. Art. 1)."""

    def token(self) -> str:
        """A random id of 32 hex digits."""
        ...

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit`` − 1, each equally likely."""
        ...

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """``count`` different items, in random order."""
        ...


class Peers(Protocol):
    """The other nodes. Raises ``JukinetError``; UNAVAILABLE where trying again may help."""

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes: ...

    def call(self, to: NodeId, kind: CallKind, envelope: bytes) -> bytes: ...

    def fetch_directory(self, from_: NodeId) -> bytes: ...

    def handshake(self, to: NodeId, question: bytes) -> bytes: ...

    def fetch_log(self, from_: NodeId, path: str) -> bytes: ...


class Signers(Protocol):
    """The node's own keys, one use each; a key device may stand behind any of them."""

    def __getitem__(self, use: KeyUse) -> Signer:
        """The key that counts now."""
        ...

    def at(self, use: KeyUse, moment: datetime) -> Signer:
        """The key that counted at a moment: what waited since before a rotation is signed with it."""
        ...


class TurnedBackError(JukinetError):
    """A refusal found after an act had begun to write: what it wrote is undone, and ``note`` writes the entry alone."""

    def __init__(self, refused: Refused, note: Callable[[Context, Transaction], None]) -> None:
        super().__init__(ErrorKind.FORBIDDEN, " ".join(rule.sentence for rule in refused.failed))
        self.refused = refused
        self.note = note


@dataclass(frozen=True, slots=True)
class Context:
    """One node as one process sees it.

    ``incarnation`` counts restores and is kept outside the database. ``directory`` gives the newest verified
    directory each time it is called.
    """

    node: NodeId
    incarnation: int
    database: Database
    clock: Clock
    randomness: Randomness
    peers: Peers
    signers: Signers
    directory: Callable[[], Directory]
    second_person: bool = False
    """Whether the municipality has a second person complete every act on the register (rule DR6)."""

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """One transaction; see ``Database.begin``. Never open across a peer, a PDF or a key device."""
        try:
            with self.database.begin() as tx:
                yield tx
        except TurnedBackError as error:
            with self.database.begin() as tx:
                error.note(self, tx)
            raise

    def now(self) -> datetime:
        return self.clock.now()

    def business_date(self, tx: Transaction) -> date:
        """The office's calendar day in Japan: pinned, or the real one. It decides law and register.

        One day for a whole transaction, also over midnight.
        """
        if tx.business_date is None:
            tx.business_date = node_rows.pinned_date(tx) or self.now().astimezone(JAPAN).date()
        return tx.business_date

    @property
    def municipality(self) -> MunicipalityCode:
        """The municipality whose node this is; a programming error elsewhere."""
        if self.node.municipality is None:
            raise TypeError(f"{self.node} is not a municipality")
        return self.node.municipality

    @property
    def governor(self) -> NodeId:
        """The prefecture's node that this municipality reports to."""
        if self.node.prefecture is None:
            raise TypeError(f"{self.node} has no governor")
        return self.node.prefecture.node_id

    def standing(self, municipality: MunicipalityCode) -> MunicipalityCode:
        """The municipality that stands for one today: itself, or as the directory says the one that it was merged into.

        Whatever is said to a municipality goes there. A circle, which no centre should sign, ends nowhere.
        """
        directory, passed = self.directory(), {municipality.node_id}
        found = municipality
        while (entry := directory.node(found.node_id)) is not None and entry.successor is not None:
            if entry.successor in passed or entry.successor.municipality is None:
                return municipality
            passed.add(entry.successor)
            found = entry.successor.municipality
        return found

    def is_of_this_city(self, municipality: MunicipalityCode | None) -> bool:
        """Whether a municipality is a ward of the designated city that this node's ward belongs to."""
        return municipality is not None and self.directory().in_one_city(self.node, municipality.node_id)

    def is_connected(self, node: NodeId) -> bool:
        """Whether the directory says that a node takes part in the network."""
        entry = self.directory().node(node)
        return entry is not None and entry.connected
