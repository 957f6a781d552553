"""What the tests of drafts share: two clerks, and a filing entered as a draft."""

from __future__ import annotations

from typing import Any

from tests.services.services import counter

from jukinet.domain.permissions import Permission
from jukinet.network import shapes
from jukinet.services import drafts, settings
from jukinet.services.drafts import Entered
from jukinet.services.filings import DeathFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.services.register import Drafted
from jukinet.services.register_acts import named
from jukinet.services.tags import Tag
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

SECOND = OperatorClaim("tanaka", "counter-7")


def enrol_second(federation: Federation, *without: Permission) -> OperatorClaim:
    """A second person with every permission but these."""
    held = [one for one in Permission if one not in without]
    settings.enrol_operator(federation.context(KUNITACHI), CLERK, SECOND.operator_id, "田中", held)
    return SECOND


def enter(
    federation: Federation,
    act: str,
    filing: object,
    claim: OperatorClaim = CLERK,
    tags: tuple[Tag, ...] = (),
) -> Drafted:
    """A filing, or its JSON, entered as a draft."""
    plain: dict[str, Any] = filing if isinstance(filing, dict) else shapes.plain(filing)
    if act == "birth":
        # A newborn has no code, was nowhere before, and the filing adds nothing about insurance.
        for none in ("code", "programmes", "additions", "resident_no", "stated"):
            plain["child"].pop(none, None)
    done = drafts.enter(federation.context(KUNITACHI), claim, named(act), Entered(plain, tags))
    assert isinstance(done, Drafted), done
    return done


def death_of(found: Found) -> DeathFiling:
    return DeathFiling(found.resident_no, counter.TODAY, counter.TODAY)


def entered_death(federation: Federation) -> tuple[Found, int]:
    """Somebody recorded, and their death as a draft."""
    (found,) = counter.load(federation, seed=len(counter.known_numbers(federation, KUNITACHI)))
    return found, enter(federation, "death", death_of(found)).draft
