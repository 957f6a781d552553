"""What a batch of the office was given the last time, to begin the next one with (specification 9.1).

Owns which batches there are. What one is given is kept in its own transaction, where it was permitted: the same rows
tell the next operator, who may do the same, what it was, and the command what differs from it now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.services import acts
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import batch_settings as store
from jukinet.store.batch_settings import Setting

LONGEST = 1024 * 1024


class Batch(StrEnum):
    """What runs over many records and is run again and again."""

    QUERY = "query"
    """``jukinet register query``, by conditions or by a statement"""
    SAMPLE = "sample"
    """``jukinet register sample``"""
    BROWSING_LIST = "browsing-list"
    """``jukinet browsing prepare``"""


_PERMISSIONS = {
    Batch.QUERY: Permission.REGISTER_QUERY_RUN,
    Batch.SAMPLE: Permission.REGISTER_SAMPLE_DRAW,
    Batch.BROWSING_LIST: Permission.REGISTER_BROWSING_SHOW,
}


@dataclass(frozen=True, slots=True, repr=False)
class Last(Private):
    """What a batch was given the last time, when and by whom; nothing, where that is not kept."""

    given: Mapping[str, Any]
    given_on: date | None = None
    operator: str | None = None

    def changed(self, now: Mapping[str, Any]) -> tuple[str, ...]:
        """The names of what differs now."""
        names = dict.fromkeys((*self.given, *now))
        return tuple(name for name in names if self.given.get(name) != now.get(name))


def keep(act: Act, batch: Batch, given: Mapping[str, Any]) -> None:
    """Keep what an act that is permitted was given."""
    setting = Setting(strict_json.dump(dict(given)).decode(), act.today, act.claim.operator_id)
    store.keep(act.tx, batch, setting, recorded_at=act.ctx.now(), terminal=act.claim.terminal)


def last_given(ctx: Context, claim: OperatorClaim, batch: Batch) -> Last | Refused:
    """What a batch was given the last time, for who may run it; looking at it is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _PERMISSIONS[batch], AuditEvent.BATCH_SETTING_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=batch)
        found = store.last(tx, batch)
        if found is None:
            act.nobody(act.gate, reference=batch)
            return Last({})
        act.done(act.gate, reference=batch)
        given = strict_json.parse(found.given.encode(), limit=LONGEST)
        return Last(given, found.given_on, found.operator)
