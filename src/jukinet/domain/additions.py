"""What somebody adds to a notification about insurance, pension, allowance and rice (付記; Act Arts. 28 to 30).

Owns the shape. It is no item of the record: since when somebody is enrolled is (``jukinet.domain.items.Programmes``),
and is stated beside. Which notification has which of it is in ``jukinet.law.added``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from jukinet.domain.persons import Private


@dataclass(frozen=True, slots=True, repr=False)
class InsurancePapers(Private):
    """Symbol and number, as written, of the insurance card (被保険者証) and of the certificate in its place."""

    card: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Additions(Private):
    """What one person adds. ``former_name``: as it was when the pension ended, where it changed since.

    ``health_insurance``: the papers of the householder, to whom they are issued; ``elderly_medical``: one's own, or on
    arrival those of who is insured in the household. ``rice``: they receive rationed rice.
    """

    health_insurance: InsurancePapers | None = None
    occupation: str | None = None
    elderly_medical: InsurancePapers | None = None
    care_insurance_card: str | None = None
    pension: bool = False
    former_name: str | None = None
    child_allowance: bool = False
    rice: bool = False

    @property
    def items(self) -> frozenset[str]:
        """The names of what is added."""
        return frozenset(one.name for one in fields(self) if getattr(self, one.name))


@dataclass(frozen=True, slots=True, repr=False)
class Added(Private):
    """What is added for one of those whom a notification names."""

    resident_no: str
    added: Additions
