"""The register API over ASGI: requests of a town's own system, and a filing of every act that is right here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from itertools import count
from typing import Any, TypeVar

from starlette.applications import Starlette
from tests.services.network import registering_beside
from tests.services.network.asgi import Peer, Reply, send
from tests.services.services import carding, counter, drafting

from jukinet.domain.card import CardNumber
from jukinet.domain.items import HOUSEHOLDER, Nickname, PersonName
from jukinet.domain.municipality import MunicipalityCode, SystemId
from jukinet.messages import strict_json
from jukinet.network import openapi, shapes
from jukinet.network.nodes import network_door
from jukinet.network.register import RegisterAccess
from jukinet.services import card_filings, cards, ex_officio, ex_officio_filings
from jukinet.services import move_in_by_card as move_in_by_card_service
from jukinet.services.filings import BirthFiling, DeathFiling
from jukinet.services.reads import Found
from jukinet.services.register_acts import DRAFTABLE
from jukinet.services.register_reads import READS
from jukinet.testing.federation import CLERK, NETWORK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.notifying import brought_for

T = TypeVar("T")
Plain = dict[str, Any]

TAX = SystemId("muni-132152:tax-office")
WELFARE = SystemId("muni-132152:welfare")
LOOK_UP, SEARCH = "residents/lookup", "residents/search"
LOOKS = {one.name for one in READS}
OPERATIONS = (
    *(act.name for act in openapi.ACTS),
    *(read.name for read in READS),
    *(openapi.draft_of(act) for act in DRAFTABLE),
)
"""The name of every operation that asks for something."""


def door(federation: Federation, where: MunicipalityCode = KUNITACHI) -> Starlette:
    """A municipality's network door that admits two systems of Kunitachi; one of them follows the register."""
    access = RegisterAccess(federation.context(where), frozenset({TAX, WELFARE}), frozenset({TAX}))
    return network_door(federation.context(where, NETWORK), access)


def at_door(federation: Federation, work: Callable[[Starlette], Awaitable[T]]) -> T:
    async def run() -> T:
        async with asyncio.timeout(60):
            return await work(door(federation))

    return asyncio.run(run())


def head(key: str = "", **changes: str | None) -> dict[str, str]:
    """What a request has in its head; None leaves a header out."""
    plain: dict[str, str | None] = {"jukinet-operator": "sato", "jukinet-terminal": "counter-1"}
    plain |= {"idempotency-key": f"key-of-the-test-{key}"} if key else {}
    plain |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in plain.items() if value is not None}


async def ask(
    app: Starlette, what: str, body: Plain, key: str = "", peer: Peer = TAX, **changes: str | None
) -> Reply:
    """One request of a system."""
    path = f"/register/v1/{what}"
    return await send(app, "POST", path, strict_json.dump(body), peer=peer, headers=head(key, **changes))


def post(
    federation: Federation, what: str, body: Plain, key: str = "", peer: Peer = TAX, **changes: str | None
) -> Reply:
    return at_door(federation, lambda app: ask(app, what, body, key, peer, **changes))


def etag(federation: Federation, number: str) -> str:
    reply = post(federation, LOOK_UP, {"resident_no": number})
    assert reply.status == 200, reply
    return reply.headers["etag"]


# A filing of every act that is done if it is the next that comes. Each makes the people whom it needs.


_SERIAL = count(1)
"""Tells apart those whom filings are about who are not recorded yet: an act and a draft of it must not meet in one."""


def _letters(number: int) -> str:
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in str(number))


def _resident(federation: Federation) -> Found:
    return counter.load(federation, seed=len(counter.known_numbers(federation, KUNITACHI)))[0]


def birth(federation: Federation) -> Plain:
    return birth_in(_resident(federation).record.household_number)


def birth_in(household: str) -> Plain:
    filing = plain(BirthFiling(household, counter.child(), counter.TODAY))
    # A newborn has no code, was nowhere before, and the filing adds nothing about insurance.
    for none in ("code", "programmes", "additions", "resident_no", "stated"):
        del filing["child"][none]
    return filing


def left(federation: Federation) -> Plain:
    """Somebody whose record was deleted, not by death."""
    number = _resident(federation).resident_no
    counter.file_move_out(federation, KUNITACHI, [number], planned_on=counter.TODAY)
    federation.run()
    return {"resident_no": number}


def move_in(_federation: Federation) -> Plain:
    newcomer = counter.japanese(name=PersonName(f"国立　転入{next(_SERIAL)}"))
    return plain(counter.move_in_filing(KUNITACHI, newcomer))


def move_in_by_card(federation: Federation) -> Plain:
    """Somebody of Chiyoda left with a card, and what a certificate would say has come."""
    serial = next(_SERIAL)
    seed = len(counter.known_numbers(federation, CHIYODA))
    (found,) = counter.load(federation, CHIYODA, seed=seed)
    card = CardNumber(f"CARD{serial}")
    carding.give(federation, found, CHIYODA, number=card)
    counter.file_move_out(federation, CHIYODA, [found.resident_no], KUNITACHI)
    asked = {
        "request_id": f"{serial:032x}",
        "previous": str(CHIYODA),
        "card": str(card),
        "card_submitted": True,
        "code": str(found.record.code),
        "name": found.record.name.text,
        "moved_on": "2013-07-06",
        "filed_on": counter.TODAY.isoformat(),
    }
    ctx = federation.context(KUNITACHI)
    came = move_in_by_card_service.ask_particulars(ctx, CLERK, move_in_by_card_service.read_filing(asked))
    assert isinstance(came, move_in_by_card_service.Received), came
    return {
        "request_id": asked["request_id"],
        "persons": [{"person": 1, "relationship": HOUSEHOLDER}],
        "address": plain(counter.ADDRESSES[KUNITACHI]),
        "notified_by": plain(brought_for(1)),
    }


def move_within(federation: Federation) -> Plain:
    return plain(counter.move_within_filing(KUNITACHI, _resident(federation).resident_no))


def move_out(federation: Federation) -> Plain:
    return plain(counter.move_out_filing([_resident(federation).resident_no]))


def move_in_notice(federation: Federation) -> Plain:
    number = _resident(federation).resident_no
    counter.file_move_out(federation, KUNITACHI, [number], planned_on=counter.TODAY)
    return {
        "resident_no": number,
        "address": plain(counter.ADDRESSES[CHIYODA]),
        "moved_on": counter.TODAY.isoformat(),
        "received_on": counter.TODAY.isoformat(),
    }


def death(federation: Federation) -> Plain:
    return plain(DeathFiling(_resident(federation).resident_no, counter.TODAY, counter.TODAY))


def change_code(federation: Federation) -> Plain:
    return plain(counter.code_change_filing(_resident(federation)))


def _family(federation: Federation, *relationships: str) -> tuple[str, list[str]]:
    """A household that moved in, the householder first: its number and theirs."""
    serial = len(counter.known_numbers(federation, KUNITACHI))
    persons = [
        counter.japanese(name=PersonName(f"国立　家族{serial + place}"), relationship=relationship)
        for place, relationship in enumerate(("世帯主", *relationships))
    ]
    numbers = list(counter.move_in(federation, KUNITACHI, *persons, although_alike=True).resident_nos)
    return counter.read(federation, KUNITACHI, numbers[0]).record.household_number, numbers


_DATES = {"changed_on": counter.TODAY.isoformat(), "filed_on": counter.TODAY.isoformat()}
_IN_PERSON: Plain = {"capacity": "person", "identity": "other-photo-document", "in_writing": True}
_BY_HOUSEHOLDER = _IN_PERSON | {"capacity": "householder"}


def _members(**relationships: str) -> list[Plain]:
    return [{"resident_no": number, "relationship": one} for number, one in relationships.items()]


def split_household(federation: Federation) -> Plain:
    _, numbers = _family(federation, "妻", "子")
    return {"movers": _members(**{numbers[2]: "世帯主"}), "notified_by": _IN_PERSON, **_DATES}


def merge_households(federation: Federation) -> Plain:
    home, _ = _family(federation)
    _, numbers = _family(federation)
    return {"movers": _members(**{numbers[0]: "母"}), "into": home, "notified_by": _IN_PERSON, **_DATES}


def change_household(federation: Federation) -> Plain:
    home, _ = _family(federation)
    _, numbers = _family(federation, "妻")
    return {"movers": _members(**{numbers[1]: "妹"}), "into": home, "notified_by": _IN_PERSON, **_DATES}


def change_householder(federation: Federation) -> Plain:
    home, numbers = _family(federation, "妻")
    return {
        "household_number": home,
        "members": _members(**{numbers[0]: "夫", numbers[1]: "世帯主"}),
        "notified_by": _BY_HOUSEHOLDER,
        **_DATES,
    }


_KOSEKI = {"ground": "koseki", "confirmed": True}


def record_ex_officio(_federation: Federation) -> Plain:
    filing = counter.move_in_filing(
        KUNITACHI, counter.japanese(name=PersonName(f"国立　職権{next(_SERIAL)}"))
    )
    return {
        "persons": plain(filing.persons),
        "address": plain(filing.address),
        "lives_here_since": filing.moved_on.isoformat(),
        "entered_on": filing.filed_on.isoformat(),
        "basis": _KOSEKI,
    }


def delete_ex_officio(federation: Federation) -> Plain:
    return {
        "resident_no": _resident(federation).resident_no,
        "occurred_on": counter.TODAY.isoformat(),
        "cause": "disappeared",
        "basis": _KOSEKI,
    }


def correct_ex_officio(federation: Federation) -> Plain:
    return {
        "resident_no": _resident(federation).resident_no,
        "kind": "minor",
        "occurred_on": counter.TODAY.isoformat(),
        "corrections": {"name": {"text": "髙橋　花子"}},
        "basis": _KOSEKI,
    }


def undo(federation: Federation) -> Plain:
    return {"resident_no": _resident(federation).resident_no, "history_no": 1}


def correct_code(federation: Federation) -> Plain:
    return {"resident_no": _resident(federation).resident_no, "confirmed": True}


def rewrite(federation: Federation) -> Plain:
    return {"resident_no": _resident(federation).resident_no}


def remake(federation: Federation) -> Plain:
    return {"resident_no": _resident(federation).resident_no, "lost_on": counter.TODAY.isoformat()}


def _foreigner(federation: Federation, **changes: Any) -> str:
    person = counter.foreign(**changes)
    return counter.move_in(federation, KUNITACHI, person, although_alike=True).resident_nos[0]


def nickname_record(federation: Federation) -> Plain:
    return {
        "resident_no": _foreigner(federation),
        "nickname": "国立　アンナ",
        "filed_on": counter.TODAY.isoformat(),
        "proof_shown": True,
        "found_needed": True,
        "notified_by": _IN_PERSON,
    }


def _nicknamed(federation: Federation) -> str:
    return _foreigner(federation, nickname=Nickname("国立　アンナ", date(2013, 1, 7), CHIYODA))


def nickname_delete(federation: Federation) -> Plain:
    return {
        "resident_no": _nicknamed(federation),
        "filed_on": counter.TODAY.isoformat(),
        "notified_by": _IN_PERSON,
    }


def nickname_remove(federation: Federation) -> Plain:
    return {"resident_no": _nicknamed(federation), "found_needless": True, "telling": "notice"}


def nationality_acquired(federation: Federation) -> Plain:
    return {
        "resident_no": _foreigner(federation),
        "name": {"text": "国立　杏奈"},
        "koseki": {"domicile": "東京都国立市", "head": "国立　杏奈"},
        "acquired_on": counter.TODAY.isoformat(),
        "filed_on": counter.TODAY.isoformat(),
    }


def nationality_lost(federation: Federation) -> Plain:
    return {
        "resident_no": _resident(federation).resident_no,
        "nationality": "USA",
        "stay": "transitional",
        "lost_on": counter.TODAY.isoformat(),
        "filed_on": counter.TODAY.isoformat(),
    }


def became_eligible(_federation: Federation) -> Plain:
    name = f"NEWMAN {_letters(next(_SERIAL))}"
    newcomer = PersonName(name, latin=name)
    filing = counter.move_in_filing(
        KUNITACHI, counter.foreign(name=newcomer, foreign=counter.student(became=counter.TODAY))
    )
    return {
        "persons": plain(filing.persons),
        "address": plain(filing.address),
        "became_on": counter.TODAY.isoformat(),
        "filed_on": counter.TODAY.isoformat(),
        "status_shown": True,
        "notified_by": _IN_PERSON,
    }


def relationship(federation: Federation) -> Plain:
    persons = (
        counter.foreign(),
        counter.foreign(name=PersonName("SMITH BETH", latin="SMITH BETH"), relationship="同居人"),
    )
    numbers = counter.move_in(federation, KUNITACHI, *persons, although_alike=True).resident_nos
    return {
        "resident_no": numbers[1],
        "relationship": "妹",
        "kinship": "translated",
        "notified_by": _IN_PERSON,
        **_DATES,
    }


def _card_issue(who: Found, which: str = "A") -> Plain:
    """A card with a number that no other example has: they are all made before any is tried."""
    record = who.record
    return {
        "resident_no": who.resident_no,
        "number": f"{who.resident_no}{which}",
        "application": {
            "name": record.name.written,
            "address": record.address.full,
            "form": "form-1",
            "code": str(record.code),
        },
        "applied_on": counter.TODAY.isoformat(),
        "issued_on": counter.TODAY.isoformat(),
        "signed": True,
        "handing": {"to": "applicant", "shown": ["passport"]},
    }


def _holder(federation: Federation, who: Found | None = None) -> tuple[str, str]:
    """Somebody with a card, and its number."""
    filing = _card_issue(who or _resident(federation))
    counter.registered(
        cards.issue_card(federation.context(KUNITACHI), CLERK, card_filings.read_issue(filing))
    )
    return filing["resident_no"], filing["number"]


def card_enquiry(federation: Federation) -> Plain:
    today = counter.TODAY.isoformat()
    number = _resident(federation).resident_no
    return {"resident_no": number, "applied_on": today, "step": "sent", "way": "post", "done_on": today}


def card_issue(federation: Federation) -> Plain:
    return _card_issue(_resident(federation))


def card_replace(federation: Federation) -> Plain:
    who = _resident(federation)
    _holder(federation, who)
    return _card_issue(who, "B") | {"ground": "lost"}


def card_lost(federation: Federation) -> Plain:
    return {"resident_no": _holder(federation)[0], "filed_on": counter.TODAY.isoformat()}


def card_found(federation: Federation) -> Plain:
    filing = card_lost(federation)
    counter.registered(cards.report_loss(federation.context(KUNITACHI), CLERK, card_filings.read_day(filing)))
    return filing


def card_change(federation: Federation) -> Plain:
    """The name stands on every card."""
    number, _ = _holder(federation)
    corrected = correct_ex_officio(federation) | {"resident_no": number}
    filing = ex_officio_filings.read_correction(corrected)
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    return {"resident_no": number, "filed_on": counter.TODAY.isoformat()}


def card_return(federation: Federation) -> Plain:
    number, card = _holder(federation)
    return {"resident_no": number, "number": card, "filed_on": counter.TODAY.isoformat()}


def card_order_return(federation: Federation) -> Plain:
    return {"resident_no": _holder(federation)[0], "mistaken": True, "told": "notice"}


def card_continue(federation: Federation) -> Plain:
    _, (number, *_) = _family(federation)
    return {
        "resident_no": number,
        "number": f"{number}A",
        "issued_on": "2012-09-03",
        "expires_on": "2022-09-03",
        "planned_on": "2013-07-06",
        "submitted_on": counter.TODAY.isoformat(),
    }


def _draft(federation: Federation) -> Plain:
    """What another operator entered."""
    second = drafting.enrol_second(federation)
    return {"draft": drafting.enter(federation, "death", death(federation), second).draft}


def send_back(federation: Federation) -> Plain:
    return {**_draft(federation), "note": "Which day?"}


def corrected(federation: Federation) -> Plain:
    """One's own."""
    filing = death(federation)
    return {"draft": drafting.enter(federation, "death", filing).draft, "filing": filing}


def nothing(_federation: Federation) -> Plain:
    return {}


def look_up(federation: Federation) -> Plain:
    return {"resident_no": _resident(federation).resident_no}


def changes(federation: Federation) -> Plain:
    """Somebody is there to be told of."""
    _resident(federation)
    return {}


def as_known(federation: Federation) -> Plain:
    today = counter.TODAY.isoformat()
    return {**look_up(federation), "about": today, "known": today}


def search(federation: Federation) -> Plain:
    return {"conditions": {"name": _resident(federation).record.name.text}}


def plain(filing: object) -> Plain:
    """A filing as JSON; what an answer's form says of a dataclass is right for it too."""
    written: Plain = shapes.plain(filing)
    return written


RIGHT: dict[str, Callable[[Federation], Plain]] = {
    "birth": birth,
    "move-in": move_in,
    "move-in-by-card": move_in_by_card,
    "move-within": move_within,
    "move-out": move_out,
    "move-in-notice": move_in_notice,
    "death": death,
    "change-code": change_code,
    "split-household": split_household,
    "merge-households": merge_households,
    "change-household": change_household,
    "change-householder": change_householder,
    "record-ex-officio": record_ex_officio,
    "delete-ex-officio": delete_ex_officio,
    "correct-ex-officio": correct_ex_officio,
    "undo": undo,
    "correct-code": correct_code,
    "rewrite": rewrite,
    "remake": remake,
    "nickname-record": nickname_record,
    "nickname-delete": nickname_delete,
    "nickname-remove": nickname_remove,
    "nationality-acquired": nationality_acquired,
    "nationality-lost": nationality_lost,
    "became-eligible": became_eligible,
    "relationship": relationship,
    "card-enquiry": card_enquiry,
    "card-issue": card_issue,
    "card-replace": card_replace,
    "card-lost": card_lost,
    "card-found": card_found,
    "card-change": card_change,
    "card-return": card_return,
    "card-order-return": card_order_return,
    "card-continue": card_continue,
    "drafts/complete": _draft,
    "drafts/return": send_back,
    "drafts/withdraw": _draft,
    "drafts/correct": corrected,
    "drafts/list": nothing,
    "drafts/show": _draft,
    LOOK_UP: look_up,
    "residents/as-known": as_known,
    SEARCH: search,
    "residents/recent-searches": nothing,
    "enrolment": lambda federation: {
        **look_up(federation),
        "programme": "care_insurance",
        "since": "2013-07-01",
    },
    "guardianship": lambda federation: {
        **look_up(federation),
        "stands": True,
        "changed_on": "2013-07-01",
        "source": "a certificate of registration that was shown",
    },
    "residents/domicile-candidates": look_up,
    "residents/items-of-before": left,
    "residents/changes": changes,
    "places/find": lambda _federation: {"kana": "ト ク フ"},
    "places/choose": lambda _federation: {"under": "13215"},
    "countries/list": lambda _federation: {"on": "2013-07-08"},
}
RIGHT |= registering_beside.RIGHT
RIGHT |= {openapi.draft_of(act): RIGHT[act.name] for act in DRAFTABLE}
"""By the name of the act or the look. A test asks that none is missing."""
