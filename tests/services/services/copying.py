"""A household of Kunitachi, one of whose members applies in Fukushima City for a nationwide copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from tests.services.supply.asking import CODES, hanako, linh

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Koseki, PersonName, ResidentRecord
from jukinet.domain.municipality import NodeId
from jukinet.domain.persons import Sex
from jukinet.law.decisions import Refused
from jukinet.messages import copies as wire
from jukinet.messages import strict_json
from jukinet.services import loading, trail
from jukinet.services.copies import (
    CopyFiling,
    IssuedCopy,
    Press,
    Printing,
    issue_nationwide_copy,
    read_filing,
)
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, NETWORK, Federation
from jukinet.testing.gazetteer import FUKUSHIMA, KUNITACHI

HOME, ISSUER = KUNITACHI.node_id, FUKUSHIMA.node_id
KOSEKI = Koseki("北海道札幌市中央区南一条西九十九丁目1番地", "渡邉　権兵衛")
NEVER = (KOSEKI.domicile, KOSEKI.head, "サクラ")
"""Items of the household that no nationwide copy shows."""


def taro(**changes: Any) -> ResidentRecord:
    """The householder."""
    return hanako(
        **{
            "name": PersonName("渡邉　太郎"),
            "sex": Sex.MALE,
            "relationship": "世帯主",
            "koseki": KOSEKI,
            **changes,
        }
    )


def sakura(**changes: Any) -> ResidentRecord:
    """The child."""
    return hanako(
        **{
            "code": CODES[2],
            "name": PersonName("渡邉　さくら", "ワタナベ　サクラ"),
            "birth_date": PartialDate("2010-12-24"),
            "relationship": "子",
            "koseki": KOSEKI,
            **changes,
        },
    )


def household() -> list[ResidentRecord]:
    """Husband, wife and child, not in the order of a copy."""
    return [sakura(), linh(relationship="妻"), taro()]


def settle(federation: Federation, *records: ResidentRecord) -> None:
    """Record one household in Kunitachi: the one above, or another."""
    done = loading.load_households(federation.context(KUNITACHI), CLERK, [records or household()])
    assert not isinstance(done, Refused), done


def application(**changes: Any) -> dict[str, Any]:
    """What the clerk enters for the wife, who shows her Residence Card and states her code."""
    fields = {
        "application_id": "a1" * 16,
        "home": str(KUNITACHI),
        "applicant": "foreign",
        "name": "TRAN THI LINH",
        "code": str(CODES[1]),
        "document": {"kind": "residence-card"},
        "members": "household",
        "wanted": [],
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def filing(**changes: Any) -> CopyFiling:
    return read_filing(application(**changes))


@dataclass
class FakePress:
    """Prints, as JSON, everything that it is given."""

    printed: list[Printing] = field(default_factory=list)

    def __call__(self, printing: Printing) -> bytes:
        self.printed.append(printing)
        return strict_json.dump(
            {
                "answer": wire.write_answer(printing.data),
                "wanted": sorted(printing.wanted),
                "home": str(printing.home),
                "issued_on": printing.issued_on.isoformat(),
                "issue_no": printing.issue_no,
            }
        )


def issue(
    federation: Federation,
    press: Press,
    asked: CopyFiling | None = None,
    *,
    at: NodeId = ISSUER,
    claim: OperatorClaim = CLERK,
) -> IssuedCopy | Refused:
    return issue_nationwide_copy(federation.context(at), claim, asked or filing(), press)


def issued(federation: Federation, press: Press, asked: CopyFiling | None = None) -> IssuedCopy:
    copy = issue(federation, press, asked)
    assert isinstance(copy, IssuedCopy), copy
    return copy


def entries(federation: Federation, node: NodeId, *events: AuditEvent) -> list[AuditEntry]:
    """The node's entries about copies (or of these events), oldest first."""
    listed = trail.list_entries(federation.context(node), CLERK, most=1000)
    assert not isinstance(listed, Refused)
    found = [entry for _, entry in reversed(listed)]
    return [entry for entry in found if (entry.event in events if events else "copies" in entry.event)]


def open_databases(federation: Federation) -> None:
    """Open what both ends need, before several threads ask for it."""
    federation.context(ISSUER)
    federation.context(HOME, NETWORK)


@dataclass(frozen=True)
class Row:
    application_id: str
    state: str
    issue_no: str | None
    refusal: str | None


def owner(federation: Federation, node: NodeId) -> psycopg.Connection[Any]:
    """A connection that may do anything in a node's schema."""
    return psycopg.connect(federation._conninfo("owner"), options=f"-c search_path={node.schema}")


def copy_rows(federation: Federation, node: NodeId = ISSUER) -> list[Row]:
    with owner(federation, node) as connection:
        found = connection.execute(
            "SELECT application_id, state, issue_no, refusal FROM nationwide_copies ORDER BY application_id"
        ).fetchall()
    return [Row(*row) for row in found]


def calls_answered(federation: Federation, node: NodeId = HOME) -> int:
    with owner(federation, node) as connection:
        row = connection.execute("SELECT count(*) FROM calls_answered").fetchone()
    return int(row[0]) if row else 0
