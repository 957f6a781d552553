"""Whether a search of the register may be made, and which of its conditions narrow it.

The Act has no rule for how an office finds a record in its own register: it holds the office to its duties with it
(Art. 36-2, safe keeping) and keeps browsing apart (Arts. 11, 11-2). So the rule here is a policy: a search is for a
person, and does not list a part of the town: that is ``jukinet.law.browsing``.
"""

from __future__ import annotations

from jukinet.domain import matching
from jukinet.domain.kana import is_kana, loose_kana_key
from jukinet.domain.search_keys import building_key, latin_words
from jukinet.domain.searches import Condition, Search
from jukinet.law.decisions import Decision, judge, policy

Q1 = policy(
    "Q1",
    "Choice of this network: a search is for a person",
    "Too many residents would be listed. Add a code, a number, a card's number, a name (two letters of kana, of Latin, "
    "or of a text's middle), a month or day of birth, or an address beyond the municipality's name.",
)


def decide_search(search: Search, home: str) -> Decision:
    """Permit a search with a condition that narrows it: Q1. ``home`` is the municipality's name."""
    return judge((Q1, bool(selective(search, home))), basis=())


def selective(search: Search, home: str) -> frozenset[Condition]:
    """The conditions of a search that narrow it by themselves."""
    return frozenset(one for one in search.conditions() if _narrows(one, search, home))


def read_through(search: Search, home: str) -> frozenset[Condition]:
    """The conditions whose keys are read through; the others are looked at for those found.

    A year of birth is quicker read through than looked at for everybody of a name. What lies within a text is in no
    order: it is read through only where nothing else narrows.
    """
    narrow = selective(search, home)
    return (narrow - search.within or narrow) | {Condition.BIRTH_DATE}


def _narrows(condition: Condition, search: Search, home: str) -> bool:
    match condition:
        case Condition.SEX | Condition.RELATIONSHIP | Condition.DELETED_BY:
            return False
        case Condition.BIRTH_DATE:
            return search.birth_date is not None and not search.birth_date.is_year
        case Condition.ADDRESS:
            return _is_place(search.address or "", home)
        case Condition.BUILDING:
            return len(building_key(search.building or "")) >= 2
        case (
            Condition.CODE
            | Condition.RESIDENT_NO
            | Condition.HOUSEHOLD_NUMBER
            | Condition.ADDRESS_CODE
            | Condition.DOCUMENT_NUMBER
        ):
            return True
    text = getattr(search, condition.value)
    return _is_name(text) and (condition not in search.within or len(matching.query_name_key(text)) >= 2)


def _is_place(text: str, home: str) -> bool:
    """Beyond the municipality; elsewhere too, a place is more than its first letter."""
    key, here = matching.address_key(text), matching.address_key(home)
    return not here.startswith(key) and len(key) >= 2


def _is_name(text: str) -> bool:
    """One kanji is a surname; one kana or Latin letter is none."""
    if is_kana(text):
        return len(loose_kana_key(text)) >= 2
    if matching.is_japanese(text):
        return True
    words = latin_words(text)
    return len(words) > 1 or len(words[0]) >= 2
