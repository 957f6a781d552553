"""The acts of ``jukinet register`` that concern foreign residents alone: name, summary, what is read, what is done."""

from __future__ import annotations

from jukinet.services import (
    becoming_eligible,
    foreign_filings,
    nationality,
    nicknames,
    relationships,
)

ACTS = (
    (
        "nickname-record",
        "Record a foreign resident's nickname on application (通称の記載).",
        foreign_filings.read_nickname_application,
        nicknames.record_nickname,
    ),
    (
        "nickname-delete",
        "Delete a nickname on request (通称の削除).",
        foreign_filings.read_nickname_deletion,
        nicknames.delete_nickname,
    ),
    (
        "nickname-remove",
        "Delete a nickname ex officio, which is no longer needed.",
        foreign_filings.read_nickname_removal,
        nicknames.remove_nickname,
    ),
    (
        "nationality-acquired",
        "Make the Japanese record of who became a Japanese national (帰化, 国籍取得).",
        foreign_filings.read_acquired,
        nationality.acquire_nationality,
    ),
    (
        "nationality-lost",
        "Make the foreign record of who lost Japanese nationality (国籍喪失).",
        foreign_filings.read_lost,
        nationality.lose_nationality,
    ),
    (
        "became-eligible",
        "Record who lived here without a record and became a foreign resident (Art. 30-47).",
        foreign_filings.read_eligible,
        becoming_eligible.record_eligible,
    ),
    (
        "relationship",
        "Change a foreign member's relationship to the foreign householder (Art. 30-48).",
        foreign_filings.read_relationship,
        relationships.change_relationship,
    ),
)
