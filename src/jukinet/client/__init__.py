"""What an organ installs: asking the network to verify a person, with typed answers.

    with SupplyClient(url, NodeId("national"), cert=…, key=…, ca=…, signing_key=…) as client:
        answer = client.verify(affair="t1-77-12", operator="clerk-7", case="2013-0042", who=code)

How to begin: docs/how-to/ask-as-an-organ.md.
Needs only ``jukinet.domain`` and ``jukinet.messages`` beside it.
"""

from jukinet.client.affairs import AffairToAsk, QueryKind
from jukinet.client.answers import (
    Change,
    FourItems,
    KnownPerson,
    Reason,
    Result,
    VerificationAnswer,
    VerificationRefused,
)
from jukinet.client.changes import ChangeAnswer, ChangeFact, Fact
from jukinet.client.supply import SupplyClient

__all__ = [
    "AffairToAsk",
    "Change",
    "ChangeAnswer",
    "ChangeFact",
    "Fact",
    "FourItems",
    "KnownPerson",
    "QueryKind",
    "Reason",
    "Result",
    "SupplyClient",
    "VerificationAnswer",
    "VerificationRefused",
]
