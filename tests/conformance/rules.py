"""Every rule of the program, found by itself: whatever module of law or services has a new one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import jukinet
from jukinet.law.decisions import FailedRule


def every_rule() -> dict[int, FailedRule]:
    """Each rule of the program once, by identity: modules hand rules on to one another."""
    found: dict[int, FailedRule] = {}
    for package in ("law", "services"):
        path = [f"{jukinet.__path__[0]}/{package}"]
        for module in pkgutil.walk_packages(path, f"jukinet.{package}."):
            values = vars(importlib.import_module(module.name)).values()
            found |= {id(value): value for value in values if isinstance(value, FailedRule)}
    return found


@cache
def rules_by_number() -> dict[str, FailedRule]:
    """The same by their numbers, which a test holds to be unique."""
    return {rule.rule: rule for rule in every_rule().values()}
