"""Writing the whole register into a file: every item of every resident, by number, in the form that is taken in.

It supplies everything that a register has, so it has a permission of its own and its audit entry tells the digest. What
a file does not hold (versions before the present, deleted records, holds and support measures) is named in
docs/reference/register-csv.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register_cells import Row
from jukinet.services.register_rows import HEADER, write_cells
from jukinet.store import intake

_STEP = 2_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. ``protected``: how many of them are under a support measure."""

    records: int
    digest: str
    protected: int


def export_register(
    ctx: Context,
    claim: OperatorClaim,
    write: Callable[[bytes], object],
    progress: Callable[[int], None] = lambda _: None,
) -> Exported | Refused:
    """Hand the register to ``write`` row by row, as of one moment; the same register gives the same bytes.

    The audit entry is written last and commits with the end of the reading. Whoever writes a file gives it its name
    after that.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_REGISTER_EXPORT, AuditEvent.REGISTER_EXPORTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        digest, records = hashlib.sha256(HEADER), 0
        write(HEADER)
        for resident_no, record in intake.present(tx):
            line = write_cells(Row(resident_no, record))
            digest.update(line)
            write(line)
            records += 1
            if records % _STEP == 0:
                progress(records)
        protected = intake.count_protected(tx)
        permitted = Permitted((*act.gate.basis, f"records {records}"))
        act.done(permitted, reference=digest.hexdigest())
    return Exported(records, digest.hexdigest(), protected)
