"""What an organ may ask for at this node today: the affairs that it may name, with kinds of query and items.

Owns the answer. Which these are is decided in ``jukinet.law.supply``. It is said from catalogue and directory alone,
about nobody, and is no entry of the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from jukinet.domain.municipality import NodeId
from jukinet.law import serving_alone
from jukinet.law.catalogue import Affair, Asker
from jukinet.law.serving_alone import WORK_OF_TABLE, Alone
from jukinet.law.supply import may_ask
from jukinet.messages import strict_json

ITEMS = ("name", "nickname", "birth_date", "sex", "address", "code", "change")
"""What an answer tells of a person: the information whole, as the Act supplies it."""


def write_affairs(
    organ: Asker,
    serving: NodeId,
    on: date,
    *,
    delegating: bool,
    notices: Sequence[Alone],
    ordinances: tuple[Affair, ...],
    stopped: frozenset[int],
    given_up: frozenset[int],
) -> bytes:
    """The body of the answer, as sent."""
    emergency = frozenset(table for table in WORK_OF_TABLE if serving_alone.serves(notices, table, on))
    return _written(organ, serving, on, delegating, emergency, ordinances, stopped, given_up)


@lru_cache(maxsize=512)
def _written(
    organ: Asker,
    serving: NodeId,
    on: date,
    delegating: bool,
    emergency: frozenset[int],
    ordinances: tuple[Affair, ...],
    stopped: frozenset[int],
    given_up: frozenset[int],
) -> bytes:
    """Kept, since it takes milliseconds that those who wait for persons would wait too."""
    found = may_ask(
        organ,
        serving,
        on,
        delegating=delegating,
        emergency=emergency,
        ordinances=ordinances,
        stopped=stopped,
        given_up=given_up,
    )
    affairs: list[dict[str, Any]] = [
        {
            "affair": one.affair.id,
            "ja": one.affair.affair_ja,
            "en": one.affair.affair_en,
            "basis": list(one.affair.basis),
            "queries": sorted(one.affair.queries),
            "through_governor": one.through_governor,
        }
        for one in found
    ]
    return strict_json.dump(
        {
            "organ": organ.slug.text,
            "node": serving.text,
            "on": on.isoformat(),
            "items": list(ITEMS),
            "affairs": affairs,
        }
    )
