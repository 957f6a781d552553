"""A clerk's screen: one town's own system, that files an act under one key until it has an answer.

Owns the history of a run: one line of JSON for every answer that a clerk was given, written when it came.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

from jukinet.testing.faults.site import CLERK, HOST, SYSTEM, Site
from jukinet.transport.tls import client_context

DONE, REFUSED, TURNED_AWAY, UNKNOWN = "done", "refused", "turned-away", "unknown"

RECOVERING = "RC1"
"""The rule by which a node acts for nobody until it has recovered from a restore."""
_RECOVERS = 0.5
_AGAIN = (0.05, 0.8)
"""Seconds between tries: doubling from the first to the last."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a clerk was told of one act. ``terminal`` names the act: no other bears it."""

    act: int
    town: str
    kind: str
    terminal: str
    outcome: str
    residents: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    at: float = 0.0


class History:
    """Every answer, in a file, as it came."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._file = file.open("w", encoding="utf-8")
        self.done = 0
        self.refused: dict[str, int] = {}

    def add(self, told: Told) -> None:
        with self._lock:
            self._file.write(json.dumps(asdict(told)) + "\n")
            self._file.flush()
            self.done += told.outcome == DONE
            if told.outcome != DONE:
                why = f"{told.kind} {told.outcome} {' '.join(told.rules)}"
                self.refused[why] = self.refused.get(why, 0) + 1

    def close(self) -> None:
        self._file.close()


class Desk:
    """One clerk's connection to one municipality's register API."""

    def __init__(self, site: Site, town: str, history: History, given_up: threading.Event) -> None:
        self._context = client_context(site.system_tls(town))
        self._port = site.doors[town]
        self._town = town
        self._history = history
        self._given_up = given_up
        self._connection: http.client.HTTPSConnection | None = None

    def file(self, kind: str, act: int, step: int, filing: dict[str, Any]) -> Told:
        """File an act; tries again under the same key until the answer is one of the office's."""
        terminal = f"a{act}-{step}"
        for times in count():
            key = {"Idempotency-Key": f"chaos-{act:08}-{step}-{times}"}
            status, answer = self._until_answered(kind, terminal, filing, key)
            if RECOVERING not in {rule["rule"] for rule in answer.get("rules", ())}:
                break
            # Another question, later: what was refused stays refused under its key.
            self._given_up.wait(_RECOVERS)
        about = (act, self._town, kind, f"{SYSTEM}/{terminal}")
        match status:
            case 200:
                told = Told(*about, DONE, tuple(answer["resident_nos"]), at=time.time())
            case 403:
                rules = tuple(rule["rule"] for rule in answer.get("rules", ()))
                told = Told(*about, REFUSED, (), rules, time.time())
            case None:
                told = Told(*about, UNKNOWN, at=time.time())
            case _:
                faults = tuple(one["field"] for one in answer.get("faults", ()))
                told = Told(*about, TURNED_AWAY, (), (str(status), *faults), time.time())
        self._history.add(told)
        return told

    def look(self, resident: str) -> dict[str, Any] | None:
        """A resident as the register shows them."""
        status, answer = self._until_answered("residents/lookup", "look", {"resident_no": resident}, {})
        return answer if status == 200 else None

    def _until_answered(
        self, path: str, terminal: str, body: dict[str, Any], more: dict[str, str]
    ) -> tuple[int | None, dict[str, Any]]:
        wait, longest = _AGAIN
        headers = {
            "Content-Type": "application/json",
            "Jukinet-Operator": CLERK.operator_id,
            "Jukinet-Terminal": terminal,
            **more,
        }
        data = json.dumps(body).encode()
        while not self._given_up.is_set():
            status, answer = self._once(path, data, headers)
            if status is not None and status < 500:
                return status, answer
            self._given_up.wait(wait)
            wait = min(2 * wait, longest)
        return None, {}

    def _once(self, path: str, data: bytes, headers: dict[str, str]) -> tuple[int | None, dict[str, Any]]:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPSConnection(
                    HOST, self._port, timeout=20, context=self._context
                )
            self._connection.request("POST", f"/register/v1/{path}", data, headers)
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            return None, {}

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
