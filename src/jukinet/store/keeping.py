"""The one list of what a node keeps of persons: for how long, under which law, and what erases it.

Owns the list. How long a term is stands in ``jukinet.law.retention``; the judgement of each row, and the deletion, in
``migrations/sql/0005_*.sql``. A test walks the tables of every role and fails for one that may hold something of a
person and is not listed.

A table that is added later gets a row here, and in its migration a part of a subject or a subject of its own with its
predicate (``0005_common.sql`` says how), then ``SELECT retention_close()``.
"""
# size: one list of every table; in parts nobody would see that one is missing

from __future__ import annotations

from dataclasses import dataclass

from jukinet.domain.municipality import NodeRole
from jukinet.law import retention
from jukinet.law.retention import Term

MUNICIPALITY = frozenset({NodeRole.MUNICIPALITY})
PREFECTURE = frozenset({NodeRole.PREFECTURE})
STORES = PREFECTURE | {NodeRole.NATIONAL}
EVERYWHERE = MUNICIPALITY | STORES


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged and erased as one thing, as the database names it; ``basis`` stands in its audit entries.

    ``by_backups``: only where the operator has said how far back a backup reaches.
    """

    name: str
    basis: str
    roles: frozenset[NodeRole]
    by_backups: bool = False


SUBJECTS = (
    Subject("residents", "Ord. Art. 34(1)", MUNICIPALITY),
    Subject("rewritten", "Ord. Art. 34(1), second sentence", MUNICIPALITY),
    Subject("supplementary", "Ord. Art. 34(1), (2)", MUNICIPALITY),
    Subject("copy_pages", "policy: pages kept a week", MUNICIPALITY),
    Subject("copies", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("home_copies", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("papers_destroyed", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("move_in_requests", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("koseki_messages", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("browsing", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("doubts", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("surveys", "Ord. Art. 34(3)", MUNICIPALITY),
    Subject("disclosures", "policy: requests and complaints kept as filings", STORES),
    Subject("complaints", "policy: requests and complaints kept as filings", STORES),
    Subject("misuses", "policy: cases and opinions kept as filings", PREFECTURE),
    Subject("opinions", "policy: cases and opinions kept as filings", PREFECTURE),
    Subject("identity", "Ord. Arts. 30-6, 30-11", STORES),
    Subject("confirmations", "Ord. Arts. 34(3), 30-6(ii)", PREFECTURE),
    Subject("card_statuses", "policy: statuses of cards kept while a card may be in force", STORES),
    Subject("answers", "policy: answers kept a day", EVERYWHERE),
    Subject("api_answers", "policy: answers kept a day", MUNICIPALITY),
    Subject("drafts", "policy: drafts kept thirty days", MUNICIPALITY),
    Subject("recent_searches", "policy: conditions of searches kept a week", MUNICIPALITY),
    Subject("batch_settings", "policy: what batches were given kept till the next year's", MUNICIPALITY),
    Subject("parked", "Ord. Art. 34(3)", EVERYWHERE),
    Subject("differences", "Ord. Art. 34(3)", EVERYWHERE),
    Subject("error_reports", "Ord. Art. 34(3)", EVERYWHERE),
    Subject("statements", "Ord. Art. 34(3)", EVERYWHERE, by_backups=True),
    Subject("batches", "policy: as audit entries", STORES),
    Subject("audit", "policy: entries kept seven years", EVERYWHERE),
)
"""In the order in which they are erased: what holds on to another comes first."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """One table. ``subjects`` empty: nothing erases it, and ``kept`` says why."""

    table: str
    holds: str
    kept: str
    basis: str
    terms: tuple[Term, ...] = ()
    subjects: tuple[str, ...] = ()


_RECORD = "as long as the record stands; a deleted one for its term from the day of the deletion"
_UNTIL_BACKUP = (
    "for the term from its day, until it was delivered, as long as a backup that lacks it may be restored"
    " (`retention.backup_days`), and in an identity store as long as what was made of it"
)

_UNTIL_DECIDED = "as long as the record, and the record with it: the Act sets no term, so no calendar ends it"
_HELD_BACK = {
    "holds": "that a resident or a household is held back",
    "hold_versions": "what is held back, from when, and whether a person ended it",
    "hold_followers": "whom a hold follows",
    "hold_reasons": "why",
    "hold_lifts": "who may act all the same, until when, and why",
    "hold_lift_uses": "which of these were used",
    "support_measures": "that somebody asked for protection",
    "support_measure_versions": "the course of a measure",
    "support_measure_details": "addresses, offender, offices",
    "support_measure_persons": "who is protected",
    "support_measure_forwards": "which municipalities were told",
}

_SUPPLEMENTARY = {
    "supplementary_registers": "that a koseki has a supplementary register (戸籍の附票)",
    "supplementary_members": "by which key of the name a person of it is found",
    "supplementary_entries": "koseki, names, addresses with their days, and rolls of those who vote abroad",
    "supplementary_copies": "that a copy of it was issued, of whom in it, and for what kind of asker",
    "supplementary_holds": "that it is held back, and why",
}

LIST = (
    # The register.
    Keeping(
        "residents",
        "who is recorded: number, code, birth date, keys of names",
        _RECORD,
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "resident_versions",
        "the record itself, every version",
        f"{_RECORD}; what was before a rewriting (改製) for its term from the day of that",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS, retention.REWRITTEN_RECORDS),
        ("residents", "rewritten"),
    ),
    Keeping(
        "resident_changes",
        "the number of a person's last change, for the town's own systems",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "guardianships",
        "that somebody is an adult under guardianship, or no more, and by what the office knows it",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "code_notices",
        "that a person was to be told a code in writing",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "code_notice_prints",
        "when such a notice was printed, and by whom",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "move_out_certificates",
        "who stood on which certificate of a move-out, and whose household it was",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "cards",
        "which card a person was issued: its number and day",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "card_versions",
        "what became of a card: lost, lapsed and why, returned",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "card_applications",
        "on which application a card was handed over: its form, who came, and what kinds of papers they showed",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "card_enquiries",
        "that the mayor enquired in writing about an application for a card, and what came of it",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "tellings",
        "that a person was to be told of an entry, or that it was laid open",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "telling_steps",
        "that a letter was sent, or a posting began and ended, and who noted it",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "additions",
        "what was added to a notification: numbers of insurance papers, occupation, a former name",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "notifiers",
        "in what capacity a notification was brought, and by what kinds of papers that was shown",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    *(
        Keeping(
            table,
            holds,
            "with the record",
            "Ord. Art. 34(1)",
            (retention.DELETED_RECORDS,),
            ("residents",),
        )
        for table, holds in {
            "resident_notes": "that a remark or memo was written beside a record",
            "resident_note_versions": "what it said, changed and deleted ones too, and who wrote it",
            "household_places": "at which place among its household the office set a member",
        }.items()
    ),
    Keeping(
        "former_numbers",
        "the numbers that a resident had in the municipality that handed the record over",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    Keeping(
        "resident_search_keys",
        "keys of names, birth dates and addresses, present and past",
        "with the record",
        "Ord. Art. 34(1)",
        (retention.DELETED_RECORDS,),
        ("residents",),
    ),
    *(Keeping(table, holds, _UNTIL_DECIDED, "policy") for table, holds in _HELD_BACK.items()),
    Keeping(
        "code_pool",
        "codes, drawn ones among them",
        "for ever: a code once drawn never becomes free again",
        "Act Art. 30-2(2)",
    ),
    Keeping(
        "code_notice_batches",
        "which batches of notices reached their file; nobody is named",
        "for ever: a number and a moment a batch",
        "policy",
    ),
    Keeping(
        "code_stock_levels",
        "below how many free codes the office is warned, and who set it",
        "for ever: a few numbers of the office's own",
        "policy",
    ),
    Keeping(
        "code_requests",
        "when the centre was asked for codes, and by whom",
        "for ever: a few numbers of the office's own",
        "policy",
    ),
    Keeping(
        "nationwide_copies",
        "applications for nationwide copies; for a while the pages",
        "pages for their days after the application, the rest for its term",
        "Ord. Art. 34(3); pages: policy",
        (retention.COPY_PAGES, retention.FILINGS),
        ("copy_pages", "copies"),
    ),
    Keeping(
        "home_copies",
        "applications for copies at home, in kinds: the paper, the items, who asked and how that was shown",
        "for the term from the day of issue",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("home_copies",),
    ),
    Keeping(
        "home_copy_persons",
        "who stood on which of these papers, and whose household it was",
        "with the application, and not longer than any record that they name",
        "Ord. Art. 34(3)",
        (retention.FILINGS, retention.DELETED_RECORDS),
        ("home_copies", "residents"),
    ),
    Keeping(
        "papers_destroyed",
        "that a paper was destroyed, by the number on it, and why",
        "for the term from the day on which it was noted",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("papers_destroyed",),
    ),
    Keeping(
        "move_in_requests",
        "move-ins with the card: what came in the certificate's place (M8)",
        "for the term from the last that became of it",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("move_in_requests",),
    ),
    Keeping(
        "koseki_messages",
        "what other mayors told about the koseki (M9, M10)",
        "until a clerk has seen to it, then for the term",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("koseki_messages",),
    ),
    *(
        Keeping(
            table,
            holds,
            "as long as somebody stands in the register; one that was deleted or written anew for its term from then:"
            " the long one where somebody left it, or stood in it, with no address in the country, and not by death",
            "Ord. Art. 34(1), (2)",
            (retention.SUPPLEMENTARY, retention.SUPPLEMENTARY_ABROAD),
            ("supplementary",),
        )
        for table, holds in _SUPPLEMENTARY.items()
    ),
    *(
        Keeping(
            table,
            holds,
            "for the term from the end of the year of the last that became of it: the state of browsing is published"
            " once a year",
            "Ord. Art. 34(3)",
            (retention.FILINGS,),
            ("browsing",),
        )
        for table, holds in {
            "browsings": "who was granted to browse a part of the register, for what, and who was named",
            "browsing_steps": "which town area was shown when, to which of them, and what the mayor did",
        }.items()
    ),
    *(
        Keeping(
            table,
            holds,
            "until it is closed, and for the term from then",
            "Ord. Art. 34(3)",
            (retention.FILINGS,),
            ("doubts",),
        )
        for table, holds in {
            "doubts": "that a record was said to be missing or wrong, and by whom",
            "doubt_steps": "whether somebody was called on to notify, how a dispute went on, and how it was closed",
        }.items()
    ),
    *(
        Keeping(
            table,
            holds,
            "until it has ended, and for the term from then",
            "Ord. Art. 34(3)",
            (retention.FILINGS,),
            ("surveys",),
        )
        for table, holds in {
            "surveys": "of what there is or was a survey",
            "survey_staff": "who of the staff asked, and by which card",
            "survey_steps": "whom they asked, and whether there was an answer",
        }.items()
    ),
    # Identity stores.
    *(
        Keeping(
            table,
            holds,
            f"{until}, and for the term of filings from then",
            "policy",
            (retention.FILINGS,),
            (subject,),
        )
        for table, (holds, until, subject) in {
            "disclosures": (
                "who asked what is kept of them: name, birth date, sex, address, code",
                "until it is answered or closed, and no inquiry is under way",
                "disclosures",
            ),
            "disclosure_steps": (
                "what became of such a request, and which corrections were asked for",
                "until it is answered or closed, and no inquiry is under way",
                "disclosures",
            ),
            "complaints": ("what was complained of", "until it is settled", "complaints"),
            "complaints_settled": ("what was answered to a complaint", "until it is settled", "complaints"),
            "misuses": ("who misused codes, and how", "until it is settled", "misuses"),
            "misuse_steps": ("what the governor did about it", "until it is settled", "misuses"),
            "council_opinions": (
                "what the prefecture's council said, and to what",
                "until it is given",
                "opinions",
            ),
        }.items()
    ),
    Keeping(
        "identity_history",
        "every notice of identity-verification information",
        "a recording or correction for its term from the next notice about the person; a deletion for its term, and"
        " until the person was heard of again or the longest term has passed; one by death for its term",
        "Ord. Arts. 30-6, 30-11",
        (retention.REPLACED, retention.DELETED, retention.DELETED_LONGEST, retention.DEATH),
        ("identity",),
    ),
    Keeping(
        "identity_records",
        "the present state of each code in each municipality",
        "as long as it is live; then with the notice that made it so",
        "Ord. Arts. 30-6, 30-11",
        (retention.REPLACED, retention.DELETED, retention.DELETED_LONGEST, retention.DEATH),
        ("identity",),
    ),
    Keeping(
        "move_out_confirmations",
        "move-out confirmations (M4)",
        "for its term, and as long as the deletion whose own term it ends",
        "Ord. Arts. 34(3), 30-6(ii)(b)(2)",
        (retention.FILINGS,),
        ("confirmations",),
    ),
    Keeping(
        "card_statuses",
        "what became of which card of whom (M11)",
        "for the term from its day: longer than any card is in force",
        "policy",
        (retention.CARD_STATUS,),
        ("card_statuses",),
    ),
    Keeping(
        "designated_codes",
        "every code ever designated",
        "for ever: a code is never designated again",
        "Act Art. 30-7(2)",
    ),
    Keeping(
        "supply_book",
        "how many persons an organ was told of on a day, by entries and batches that are erased; nobody is named",
        "for ever: the book is kept until the centre's work ends (Reg. Art. 31(2))",
        "Act Art. 30-21",
    ),
    Keeping(
        "reserved_codes",
        "codes that the centre put aside for this governor, and to which municipality he designated them",
        "for ever: a code is never designated again",
        "Act Art. 30-7(2)",
    ),
    Keeping(
        "designations",
        "who designated codes, to whom and when",
        "for ever, with the codes; of persons it names the operator alone",
        "Act Art. 30-7(2)",
    ),
    Keeping(
        "code_requests_received",
        "which municipality asked for how many codes; nobody is named",
        "for ever, with the designations",
        "Act Art. 30-7(2)",
    ),
    # The network.
    Keeping(
        "outbox",
        "what is reported, before it is signed",
        "with its statement",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("statements",),
    ),
    Keeping(
        "statements",
        "every statement signed or received, verbatim",
        _UNTIL_BACKUP,
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("statements",),
    ),
    Keeping(
        "signed_again",
        "the same statement in the envelope of another key",
        "with its statement",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("statements",),
    ),
    Keeping(
        "lane_out_items",
        "which statement was sent under which number",
        "with its statement",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("statements",),
    ),
    Keeping(
        "parked",
        "statements that wait for a person, with the code that they are about",
        "until a person closes it, then for the term",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("parked", "statements"),
    ),
    Keeping(
        "recovery_items",
        "which statements of lost acts a restored node was given back, and who closed each",
        "with its statement",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("statements",),
    ),
    Keeping(
        "recovery_handshakes",
        "with which peers a restored node shook hands, and who let it go on without one",
        "for ever: a row for each peer and restore; of persons it names the operator alone",
        "policy",
    ),
    Keeping(
        "pool_renewals",
        "how many codes a restored municipality was designated anew",
        "for ever, with the designations; it names no person",
        "Act Art. 30-7(2)",
    ),
    Keeping(
        "calls_answered",
        "signed answers to other nodes' questions (M6)",
        "as long as the question may be asked again",
        "policy",
        (retention.ANSWERS,),
        ("answers",),
    ),
    Keeping(
        "api_answers",
        "what the register API answered: resident numbers and remarks",
        "as long as the request may come again",
        "policy",
        (retention.ANSWERS,),
        ("api_answers",),
    ),
    # Beside the register.
    *(
        Keeping(
            table,
            holds,
            "for the term from the last that became of it; one that waits, from its entry",
            "policy",
            (retention.DRAFTS,),
            ("drafts",),
        )
        for table, holds in {
            "drafts": "what was entered and waits for a second person",
            "draft_steps": "what became of it, and the note with which it was returned",
        }.items()
    ),
    Keeping(
        "recent_searches",
        "conditions of searches, for the operator who made them",
        "for the term from the search",
        "policy",
        (retention.RECENT_SEARCHES,),
        ("recent_searches",),
    ),
    Keeping(
        "batch_settings",
        "what lists, samples and other batches of the office were given",
        "for the term from the run",
        "policy",
        (retention.BATCH_SETTINGS,),
        ("batch_settings",),
    ),
    Keeping(
        "sending_modes",
        "which kinds were sent by hand, since when, why and who said so",
        "for ever: a few rows of the office's own",
        "policy",
    ),
    # The node.
    *(
        Keeping(
            table,
            holds,
            "for ever: a few rows of the node's own; of persons they name operators alone",
            "policy",
        )
        for table, holds in {
            "line_measures": "who asked for the line to be cut or opened, and why",
            "line_steps": "who confirmed it, and when",
            "alone_notices": "the Minister's notices under Art. 30-27(2), and who recorded them",
            "alone_ends": "that they ended",
            "alone_publications": "where they were made public",
            "centre_stops": "that works of the centre stand still, and who recorded it",
            "centre_resumptions": "that they are done again",
            "delegation_ends": "that a governor ends the delegation to the centre",
            "centre_demands": "what the Minister and governors demand of the centre",
            "centre_demand_answers": "what was done about it",
            "supply_fees": "what organs pay for what they are told, as the centre set it",
            "supply_fee_approvals": "that governors approved it",
            "ordinance_affairs": "the affairs for which an ordinance of its own lets it supply",
            "ordinance_affair_ends": "that they ended",
            "work_places": "where operators work, and who registered it",
            "work_terminals": "in which place a terminal stands, and who registered it",
        }.items()
    ),
    Keeping(
        "supply_blocks",
        "that a person with this code, an organ or its operator is not served, and who said so, and why",
        "for ever: a few rows; who was answered as if they were not there may be asked about at any time",
        "policy",
    ),
    Keeping(
        "joining_segments",
        "the six facts of everybody, as a municipality that joins wrote them",
        "until it takes part: beginning the stream ends it",
        "Act Art. 30-5; specification 7.1.1.2",
    ),
    Keeping(
        "sent_copies",
        "the six facts as last sent to the governor, of each record that stands",
        "as long as the record stands: the notice of its deletion ends it",
        "Act Art. 30-5; specification 7.1.1.2",
    ),
    Keeping(
        "consistency_differences",
        "that a record with this code differed between two nodes",
        "until it is gone, and for the term from then",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("differences",),
    ),
    Keeping(
        "error_reports",
        "that facts of a record were reported to be wrong, and what came of it",
        "until it is answered, and for the term from then",
        "Ord. Art. 34(3)",
        (retention.FILINGS,),
        ("error_reports",),
    ),
    Keeping(
        "audit_entries",
        "who did what to whose record",
        "for the term; then its leaf alone is kept (`audit_erased`)",
        "policy",
        (retention.AUDIT,),
        ("audit",),
    ),
    Keeping(
        "supply_batches",
        "which organ asked by a file, and the secret of its leaves; the files themselves are kept for thirty days",
        "for the term of audit entries from its end",
        "policy",
        (retention.AUDIT,),
        ("batches",),
    ),
    Keeping(
        "supply_batch_parts",
        "how many rows of a batch were answered when, and on which basis",
        "with the batch",
        "policy",
        (retention.AUDIT,),
        ("batches",),
    ),
    Keeping(
        "supply_batch_rows",
        "of whom a batch told",
        "with the batch; the root over their leaves stays in the log",
        "policy",
        (retention.AUDIT,),
        ("batches",),
    ),
    Keeping(
        "log_witnessed_before",
        "roots of other nodes' logs that were contradicted, signed; who had them witnessed anew, and why",
        "for ever: it is evidence, and seldom there",
        "policy",
    ),
    Keeping(
        "operators",
        "the names of those who may act here",
        "as long as versions and audit entries name who acted",
        "Ord. Art. 34(1); policy",
    ),
    *(
        Keeping(
            table,
            holds,
            "for ever: a few rows of the office's own, and papers rest on them",
            "policy",
        )
        for table, holds in {
            "certifiers": "who certifies papers, the mayor or a deputy, and on which days",
            "seals": "images of the official seals, and who entered them",
            "reason_remarks": "what is remarked on every change of a reason, and who set it",
        }.items()
    ),
)

PLAIN_TABLES = {
    "node_facts": "whose schema this is",
    "business_clock": "the office's day",
    "schema_version": "the version of the tables",
    "signed_directory": "nodes and organs, no persons",
    "origin_streams": "numbers of streams",
    "lanes_out": "numbers of lanes",
    "lanes_in": "numbers of lanes",
    "lane_in_items": "numbers and digests of what came; a digest covers random ids and a signature",
    "origins_seen": "numbers of streams",
    "joining": "how far a municipality is that joins, and the roots of what it wrote",
    "node_lives": "when the node was put back to a backup, and when it had recovered",
    "recovery_beyond": "audit numbers and events of acts that a restore lost for good",
    "logs": "how large the tree of the audit log is, and its root",
    "log_runs": "which audit numbers the leaves are",
    "log_tiles": "hashes of salted leaves",
    "log_checkpoints": "roots, signed",
    "log_witnessed": "roots of other nodes' logs, signed",
    "audit_erased": "leaves: salted hashes whose salts are gone",
    "search_key_facts": "by which rules search keys were made",
    "match_key_facts": "by which rules the keys of the four items were made",
    "gazetteer_editions": "how many town areas were loaded, and when",
    "town_areas": "names of places",
    "town_lots": "numbers of places",
    "town_buildings": "names of buildings",
    "postal_editions": "how many postal areas were loaded, and when",
    "postal_areas": "names of places",
    "dictionary_editions": "how many areas of the address dictionary were loaded, and when",
    "dictionary_areas": "codes and names of places",
    "minister_notices": "numbers and digests of notices that were taken in",
    "minister_notices_waiting": "numbers of notices that a clerk must see to, and the rules that stood in the way",
    "consistency_checks": "when nodes compared what they hold, and how many records differed",
    "consistency_due": "when they compare next",
    "supply_counts": "how often organs and their operators asked within an hour",
    "request_nonces": "random words of organs: signatures that count no more",
    "retention_terms": "terms",
    "retention_subjects": "names of tables",
    "retention_parts": "names of tables",
}
"""Tables that hold nothing of a person, and what they hold instead."""

PLAIN_COLUMNS = frozenset(
    {
        *("one", "node_id", "pinned", "version_num", "version", "bundle", "fetched_at"),
        *(
            "peer",
            "stream",
            "origin",
            "addressee",
            "first_addressee",
            "incarnation",
            "outcome",
            "cursor",
            "halted",
        ),
        *("last_number", "acknowledged", "failures", "attempt_after", "last_problem", "lane_number"),
        *("halted_at", "failing_since"),
        *(
            "check_id",
            "against",
            "recomputed",
            "began_at",
            "ended_at",
            "problem",
            "records",
            "moving",
            "differing",
        ),
        *("unread", "bytes", "next_at"),
        *("organ", "nonce", "expires_at", "mark"),
        *("last_number", "acknowledged", "failures", "attempt_after", "failing_since", "halted_at"),
        *("last_problem", "lane_number"),
        *(
            "size",
            "root",
            "settled",
            "pending_entry",
            "pending_at",
            "pending_until",
            "window_ms",
            "admission",
            "first",
        ),
        *(
            "entry_ids",
            "last_entry",
            "level",
            "hashes",
            "hour",
            "signed_at",
            "note",
            "node",
            "log",
            "seen_at",
        ),
        *("refused", "problem_at"),
        *("statement_id", "digest", "received_at", "entry_id", "leaf", "erased_at"),
        *("made_with", "through", "notice_id", "taken_at", "rules", "since", "over_at"),
        *("began_at", "live_at", "backup_at", "last_audit", "void_codes", "journal_read"),
        *("audit_no", "event", "statements", "state", "manifest"),
        *("edition", "towns", "loaded_at", "town_code", "town_name", "town_kana", "town_key", "valid_to"),
        *("postcode", "lot_kind", "lot_number", "lot_key", "lot_order", "building", "areas"),
        *("municipality", "area_name", "area_kana", "area_key", "area_code", "area_names"),
        *("parameter", "valid_from", "value", "subject", "base", "key_column", "key_type", "lock_table"),
        *("kind", "count"),
        *("lock_column", "in_time_order", "place", "part", "part_column", "keys_by", "blanks", "only_before"),
    }
)
"""Names of columns that hold nothing of a person: a plain table has these and no other."""


def subjects_of(role: NodeRole) -> tuple[Subject, ...]:
    """What a node of this role erases, in order."""
    return tuple(subject for subject in SUBJECTS if role in subject.roles)


def unlisted(columns: dict[str, set[str]]) -> dict[str, set[str]]:
    """Of tables with their columns, those that may hold something of a person and have no term."""
    listed = {one.table for one in LIST}
    unknown = {table: names for table, names in columns.items() if table not in listed | PLAIN_TABLES.keys()}
    grown = {table: columns[table] - PLAIN_COLUMNS for table in columns.keys() & PLAIN_TABLES.keys()}
    return unknown | {table: names for table, names in grown.items() if names}
