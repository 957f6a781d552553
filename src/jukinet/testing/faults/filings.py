"""What the clerks enter, as JSON that a town's own system sends. Nobody in it exists."""

from __future__ import annotations

from typing import Any

from jukinet.testing.faults.plan import PlannedAct
from jukinet.testing.faults.site import DAY

Json = dict[str, Any]

_TODAY = DAY.isoformat()
_ONE = {"capacity": "person", "identity": "driving-licence", "in_writing": True}
_SEVERAL = {"capacity": "householder", "identity": "driving-licence", "in_writing": True}
_KANA = "ケンサ タロウ"
_TOWNS = {
    "131016": "東京都千代田区神田神保町一丁目",
    "132152": "東京都国立市富士見台二丁目",
    "072010": "福島県福島市五老内町",
}
"""A street of each municipality, by its code."""


def code_of(town: str) -> str:
    """A municipality's code in its node's id."""
    return town.removeprefix("muni-")


def address(town: str, number: int) -> Json:
    code = code_of(town)
    return {"municipality": code, "text": f"{_TOWNS[code]}{number % 9000 + 1}番地{number % 37 + 1}"}


def place(town: str) -> Json:
    return {"municipality": code_of(town), "text": _TOWNS[code_of(town)]}


def _name(act: PlannedAct, member: int = 0) -> Json:
    return {"text": f"検査　{act.number}号{member or ''}", "kana": _KANA}


def _koseki(act: PlannedAct) -> Json:
    return {"domicile": "東京都国立市富士見台二丁目1番地", "head": f"検査　{act.number}号"}


def birth(act: PlannedAct, household: str) -> Json:
    child = {
        "name": _name(act),
        "birth_date": f"2013-10-{act.other % 30 + 1:02}",
        "sex": "male" if act.other % 2 else "female",
        "relationship": "子",
        "koseki": _koseki(act),
    }
    return {"household_number": household, "child": child, "filed_on": _TODAY}


def arrival(act: PlannedAct) -> Json:
    """One to three persons from abroad, each of whom gets a code."""
    persons = [
        {
            "name": _name(act, member),
            "birth_date": f"19{50 + (act.other + member) % 45}-{act.other % 12 + 1:02}-{act.pick % 28 + 1:02}",
            "sex": "female" if (act.other + member) % 2 else "male",
            "relationship": "同居人" if member else "世帯主",
            "koseki": _koseki(act),
        }
        for member in range(1 + act.other % 3)
    ]
    return {
        "persons": persons,
        "address": address(act.town, act.pick),
        "previous_address": {"text": "ブラジル国"},
        "moved_on": _TODAY,
        "filed_on": _TODAY,
        "evidence": "from-abroad",
        "notified_by": _SEVERAL if len(persons) > 1 else _ONE,
    }


def within(act: PlannedAct, resident: str) -> Json:
    return {
        "movers": [{"resident_no": resident, "relationship": "世帯主"}],
        "address": address(act.town, act.other),
        "moved_on": _TODAY,
        "filed_on": _TODAY,
        "new_household": True,
        "notified_by": _ONE,
    }


def move_out(resident: str, destination: Json) -> Json:
    return {
        "resident_nos": [resident],
        "destination": destination,
        "planned_on": _TODAY,
        "filed_on": _TODAY,
        "notified_by": _ONE,
    }


def move_in(act: PlannedAct, to: str, record: Json) -> Json:
    """Who left one municipality takes up an address in another, as the move-out certificate says."""
    person = {key: record[key] for key in ("name", "birth_date", "sex", "code", "koseki")}
    return {
        "persons": [person | {"relationship": "世帯主"}],
        "address": address(to, act.other),
        "previous_address": {
            "text": record["address"]["text"],
            "municipality": record["address"]["municipality"],
        },
        "moved_on": _TODAY,
        "filed_on": _TODAY,
        "evidence": "certificate",
        "notified_by": _ONE,
    }


def death(resident: str) -> Json:
    return {"resident_no": resident, "died_on": _TODAY, "filed_on": _TODAY}


def change_code(resident: str, record: Json) -> Json:
    return {
        "resident_no": resident,
        "name": record["name"]["text"],
        "address": record["address"]["text"],
        "code": record["code"],
        "shown": "card",
    }


def correction(act: PlannedAct, resident: str) -> Json:
    return {
        "resident_no": resident,
        "kind": "error",
        "occurred_on": _TODAY,
        "corrections": {"name": {"text": f"訂正　{act.number}号", "kana": _KANA}},
        "basis": {"ground": "error", "confirmed": True},
    }


def undo(resident: str, history_no: int) -> Json:
    return {"resident_no": resident, "history_no": history_no}


def copy(act: PlannedAct, home: str, record: Json) -> Json:
    return {
        "application_id": f"{act.pick:016x}{act.number:016x}",
        "home": code_of(home),
        "applicant": "japanese",
        "name": record["name"]["text"],
        "code": record["code"],
        "document": {"kind": "drivers-licence", "with_photo": True},
        "members": "self",
        "wanted": [],
    }
