"""Every act that a filing asks for, by its name: one table for every door.

The command line and the register API both take their acts from here, so that neither knows one that the other
does not. How a filing is read is in ``jukinet.services.filings``; what an act does, in its own module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from jukinet.law.decisions import Refused
from jukinet.services import births, codes, deaths, filings, moves
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered

Outcome: TypeAlias = Registered | Refused


@dataclass(frozen=True, slots=True)
class FiledAct:
    """An act on the register: ``read`` takes the filing as parsed JSON, ``do`` is its one transaction.

    ``do`` begins exactly one transaction: the register API joins the record of its answer to it
    (``jukinet.services.keyed``).
    """

    name: str
    summary: str
    read: Callable[[object], Any]
    do: Callable[[Context, OperatorClaim, Any], Outcome]


ACTS = (
    FiledAct("birth", "Record a birth (出生).", filings.read_birth, births.record_birth),
    FiledAct("move-in", "Record a move-in (転入).", filings.read_move_in, moves.move_in),
    FiledAct(
        "move-within",
        "Record a move inside the municipality (転居).",
        filings.read_move_within,
        moves.move_within,
    ),
    FiledAct("move-out", "File a move-out beforehand (転出).", filings.read_move_out, moves.file_move_out),
    FiledAct(
        "death", "Delete the record of somebody who died (死亡).", filings.read_death, deaths.record_death
    ),
    FiledAct(
        "change-code", "Change a code on request (変更請求).", filings.read_code_change, codes.change_code
    ),
)
