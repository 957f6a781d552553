"""Every look at the register that the register API offers: one table, beside that of the acts.

Owns what a system may ask and the form of the answer. Whether an operator may look, and the audit entry of the
look, are in ``jukinet.services.reads`` and its like.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jukinet.domain.additions import Additions
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.hiding import Hideable
from jukinet.domain.items import ResidentRecord
from jukinet.domain.numbers import check_record_number
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.domain.searches import Search
from jukinet.law.decisions import Refused
from jukinet.law.holds import Hold
from jukinet.law.notifications import Notifier
from jukinet.services import (
    beside_reads,
    dictionary,
    feed,
    holds,
    koseki_offers,
    notes,
    reads,
    searches,
    supplementary_reads,
    surveys,
)
from jukinet.services.context import Context
from jukinet.services.domicile_help import DomicileCandidates, domicile_candidates, read_whose
from jukinet.services.draft_reads import DraftPage, ShownDraft, list_drafts, read_question, show_draft
from jukinet.services.drafts import read_draft
from jukinet.services.operators import OperatorClaim
from jukinet.services.places import Places, Postcodes, find_places, read_typed
from jukinet.services.reads import ShownCard, SupportMark
from jukinet.services.returners import OfBefore, items_of_before
from jukinet.services.search_requests import read_cursor, search_of
from jukinet.services.searches import FoundPage, RecentSearches
from jukinet.store.residents import Version

VERSIONS_IN_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Read:
    """A look: ``read`` takes the question as parsed JSON, ``do`` is its one transaction, ``answer`` its class.

    An answer with an ``etag`` is sent with that as its header too.
    """

    name: str
    summary: str
    read: Callable[[object], Any]
    do: Callable[[Context, OperatorClaim, Any], Any]
    answer: type


@dataclass(frozen=True, slots=True, repr=False)
class LookUp(Private):
    """Whom to show, by resident number or by code, and the versions after which history number."""

    key: str | ResidentRecordCode
    after: int


@dataclass(frozen=True, slots=True, repr=False)
class ShownVersion(Private):
    """One version of a record as the API shows it."""

    history_no: int
    reason: RegisterReason
    effective_on: date
    effective_seq: int
    recorded_at: datetime
    operator: str
    terminal: str | None
    notified_on: date | None
    restates: int | None
    present: bool
    record: ResidentRecord
    notified_by: Notifier | None
    additions: Additions | None


@dataclass(frozen=True, slots=True, repr=False)
class ShownResident(Private):
    """A resident as recorded now, and a page of versions; ``next_after``: ask again after that one, None at the end.

    ``hidden``: items that this operator may not see. They are null here also where they are recorded.
    """

    resident_no: str
    present: bool
    etag: str
    record: ResidentRecord
    postcodes: Postcodes
    guardianship_since: date | None
    hidden: tuple[Hideable, ...]
    holds: tuple[Hold, ...]
    support: tuple[SupportMark, ...]
    cards: tuple[ShownCard, ...]
    versions: tuple[ShownVersion, ...]
    next_after: int | None


def read_look_up(data: object) -> LookUp:
    with reading(data) as fields:
        key = _key(fields)
        return LookUp(key, fields.integer("after", most=2**31 - 1) if fields.has("after") else 0)


def _key(fields: Fields) -> str | ResidentRecordCode:
    """A resident by number or by code."""
    number = fields.optional("resident_no", check_record_number)
    code = fields.optional("code", ResidentRecordCode.parse)
    if fields.has("resident_no") == fields.has("code"):
        fields.fault("resident_no", "must be given, or code, and not both")
    return number or code or ""


def _read_key(data: object) -> str | ResidentRecordCode:
    with reading(data) as fields:
        return _key(fields)


def look_up(ctx: Context, claim: OperatorClaim, question: LookUp) -> ShownResident | Refused:
    """A resident by number or by code, with a page of the history."""
    found = reads.read_resident(ctx, claim, question.key)
    if isinstance(found, Refused):
        return found
    later = [version for version in found.versions if version.history_no > question.after]
    page = later[:VERSIONS_IN_A_PAGE]
    return ShownResident(
        resident_no=found.resident_no,
        present=found.present,
        etag=str(found.tag),
        record=found.record,
        postcodes=found.postcodes,
        guardianship_since=found.guardianship_since,
        hidden=found.hidden,
        holds=found.holds,
        support=found.support,
        cards=found.cards,
        versions=tuple(map(_shown, page)),
        next_after=page[-1].history_no if len(later) > len(page) else None,
    )


@dataclass(frozen=True, slots=True, repr=False)
class AsKnown(Private):
    """Whom to show, by resident number or by code; about which day, as known at the end of which day in Japan."""

    key: str | ResidentRecordCode
    about: date
    known: date


@dataclass(frozen=True, slots=True, repr=False)
class ShownAsKnown(Private):
    """What the office knew then; ``version`` null where nothing was recorded by then that reached back to the day."""

    resident_no: str
    about: date
    known: date
    version: ShownVersion | None
    hidden: tuple[Hideable, ...]


def read_as_known(data: object) -> AsKnown:
    with reading(data) as fields:
        key = _key(fields)
        return AsKnown(key, fields.date("about"), fields.date("known"))


def as_known(ctx: Context, claim: OperatorClaim, question: AsKnown) -> ShownAsKnown | Refused:
    """A resident as the office knew them on one day about another."""
    found = reads.read_as_known(ctx, claim, question.key, question.about, question.known)
    if isinstance(found, Refused):
        return found
    version = _shown(found.version) if found.version else None
    return ShownAsKnown(found.resident_no, found.about, found.known, version, found.hidden)


@dataclass(frozen=True, slots=True, repr=False)
class SearchQuestion(Private):
    """What is looked for, and the page: ``after`` is what the page before gave as ``next``."""

    search: Search
    after: str | None


def _check_cursor(text: str) -> str:
    read_cursor(text)
    return text


def read_search_question(data: object) -> SearchQuestion:
    with reading(data) as fields:
        return SearchQuestion(fields.object("conditions", search_of), fields.optional("after", _check_cursor))


def search(ctx: Context, claim: OperatorClaim, question: SearchQuestion) -> FoundPage | Refused:
    """A page of the residents who fulfil every condition."""
    return searches.search_residents(ctx, claim, question.search, after=question.after)


def read_nothing(data: object) -> None:
    """A question that needs no words."""
    with reading(data):
        return


def own_searches(ctx: Context, claim: OperatorClaim, _question: None) -> RecentSearches | Refused:
    """The last searches of the operator who asks."""
    return searches.own_searches(ctx, claim)


def _shown(version: Version) -> ShownVersion:
    return ShownVersion(
        history_no=version.history_no,
        reason=version.reason,
        effective_on=version.effective_on,
        effective_seq=version.effective_seq,
        recorded_at=version.recorded_at,
        operator=version.operator,
        terminal=version.terminal,
        notified_on=version.notified_on,
        restates=version.restates,
        present=version.present,
        record=version.record,
        notified_by=version.notifier,
        additions=version.additions,
    )


READS = (
    Read(
        "residents/lookup",
        "Show one resident by resident number or Resident Record code, with the history.",
        read_look_up,
        look_up,
        ShownResident,
    ),
    Read(
        "residents/as-known",
        "Show one resident as the office knew them on one day about another.",
        read_as_known,
        as_known,
        ShownAsKnown,
    ),
    Read(
        "residents/search",
        "Find residents by code, numbers, names, birth date and address, past ones too, in pages.",
        read_search_question,
        search,
        FoundPage,
    ),
    Read(
        "residents/recent-searches",
        "Show the conditions of the operator's own last searches, to search so again.",
        read_nothing,
        own_searches,
        RecentSearches,
    ),
    Read(
        "residents/domicile-candidates",
        "List what may be taken over as somebody's domicile: the household's koseki, and their addresses.",
        read_whose,
        domicile_candidates,
        DomicileCandidates,
    ),
    Read(
        "residents/items-of-before",
        "Give the items of a deleted record, to file the move-in of who comes back with.",
        read_whose,
        items_of_before,
        OfBefore,
    ),
    Read(
        "residents/changes",
        "Give everybody as an addressee, then whoever changed since a cursor, holds told too, in pages.",
        feed.read_cursor,
        feed.changes,
        feed.FeedPage,
    ),
    Read(
        "residents/papers",
        "List the papers issued about a resident: copies, certificates, notices of codes.",
        read_whose,
        beside_reads.papers,
        beside_reads.PapersFound,
    ),
    Read(
        "residents/remarks",
        "Show the combined remarks field of a record, and its memos.",
        read_whose,
        notes.read_remarks,
        notes.CombinedField,
    ),
    Read(
        "holds/show",
        "Show every hold that is or was on a resident; reasons only to those who may read them.",
        _read_key,
        holds.show_holds,
        holds.HoldsFound,
    ),
    Read(
        "measures/show",
        "Show every support measure that a resident is or was under, with all that it says.",
        read_whose,
        beside_reads.measures_of,
        beside_reads.MeasuresFound,
    ),
    Read(
        "doubts/list",
        "List the doubts that are open, or all, in pages.",
        beside_reads.read_doubts_question,
        beside_reads.list_doubts,
        beside_reads.DoubtPage,
    ),
    Read(
        "surveys/list",
        "List the surveys under way, or all, in pages.",
        surveys.read_surveys_question,
        surveys.list_surveys,
        surveys.SurveyPage,
    ),
    Read(
        "tellings/list",
        "List who is still to be told of acts, or all decided since a day, in pages.",
        beside_reads.read_tellings_question,
        beside_reads.list_tellings,
        beside_reads.TellingPage,
    ),
    Read(
        "supplementary/show",
        "Show the register of a koseki, by its number or by what the koseki displays.",
        supplementary_reads.read_question,
        beside_reads.supplementary,
        beside_reads.ShownSupplementary,
    ),
    Read(
        "supplementary/handed-over",
        "Show what the mayor of the new domicile is told of a register that ended with the old one.",
        supplementary_reads.read_question,
        supplementary_reads.handed_over,
        supplementary_reads.HandedOver,
    ),
    Read(
        "koseki/waiting",
        "List the messages about a koseki that wait for a clerk, by their ids.",
        read_nothing,
        koseki_offers.list_waiting,
        koseki_offers.WaitingNotices,
    ),
    Read(
        "koseki/offer",
        "Show a notice about the koseki (Art. 9(2)) as the act that it calls for, with its filing filled in.",
        koseki_offers.read_which,
        koseki_offers.offer,
        koseki_offers.Offer,
    ),
    Read(
        "places/find",
        "Find places by postcode, by the first kana of their parts, or by the beginning of an address.",
        read_typed,
        find_places,
        Places,
    ),
    Read(
        "places/choose",
        "Choose an area of the country step by step: prefecture, municipality, large and small area.",
        dictionary.read_step,
        dictionary.choose_place,
        dictionary.Choices,
    ),
    Read(
        "countries/list",
        "List the countries and regions with their names of a day.",
        dictionary.read_country_day,
        dictionary.list_countries,
        dictionary.Countries,
    ),
    Read("drafts/list", "List the drafts that wait or were returned.", read_question, list_drafts, DraftPage),
    Read("drafts/show", "Show a draft with its filing.", read_draft, show_draft, ShownDraft),
)
