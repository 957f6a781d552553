"""A wrong program is wrong in one thing: what it does not mean to break it passes on as it was given."""

from __future__ import annotations

import inspect

import pytest

from jukinet.services import register
from jukinet.testing.faults import breaks


def test_a_forgotten_code_change_leaves_every_other_notice_as_it_was_called_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By every parameter of the right one: a wrong program that a call breaks enters nothing, so nothing is caught."""
    asked = inspect.signature(register.notify)
    told: list[dict[str, object]] = []

    def right(*given: object, **named: object) -> None:
        told.append(asked.bind(*given, **named).arguments)

    monkeypatch.setattr(register, "notify", right)
    breaks.install("forget-code")
    given = {name: None if name == "before" else name for name in asked.parameters}
    by_name = {
        name: value
        for name, value in given.items()
        if asked.parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
    }
    register.notify(*(value for name, value in given.items() if name not in by_name), **by_name)  # type: ignore[arg-type]
    assert told == [given]
