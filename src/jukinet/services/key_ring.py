"""Which of its own keys a node signs with: the one that the directory lets count at the moment.

Owns the choice. Where private keys come from is handed in (files, in ``jukinet.node.key_files``), and looked at each
time, so that a key that was put beside the old one is used as soon as the directory names it, without a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages.directory import Directory
from jukinet.messages.keys import KeyUse, Signer
from jukinet.services.context import Clock


@dataclass(frozen=True, slots=True)
class KeyRing:
    """A node's signers. ``private`` gives every key of a use that lies here, in any order."""

    owner: NodeId
    clock: Clock
    directory: Callable[[], Directory]
    private: Callable[[KeyUse], Sequence[Signer]]

    def __getitem__(self, use: KeyUse) -> Signer:
        return self.at(use, self.clock.now())

    def at(self, use: KeyUse, moment: datetime) -> Signer:
        """The key whose validity began last among those that count at the moment.

        Raises CONFIGURATION where none does: what were signed with another, every receiver would refuse.
        """
        entry = self.directory().node(self.owner)
        listed = {
            key.key_id: key.valid_from
            for key in (entry.keys if entry else ())
            if key.use is use and key.is_valid_at(moment)
        }
        fitting = [signer for signer in self.private(use) if signer.key_id in listed]
        if not fitting:
            raise JukinetError(
                ErrorKind.CONFIGURATION,
                f"No key for the use {use.value} that counts lies here and stands in the directory."
                f" Where the keys of the network are kept: jukinet pki rotate DIR {self.owner} --use {use.value}",
            )
        return max(fitting, key=lambda signer: listed[signer.key_id])
