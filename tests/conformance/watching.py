"""Watches the decisions of the program while a case runs, and changes the law for a mutant.

Owns the three places through which every decision goes: ``judge`` (a rule and whether it holds), ``Refused``
(a rule that was reported in any other way) and the table of parameters. They are replaced in this process
only, before anything else of the program is imported; the product has no switch for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jukinet.law import decisions, parameters
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused, Remark
from jukinet.law.parameters import Parameter


@dataclass
class Seen:
    """What was decided while one case ran."""

    refused: set[str] = field(default_factory=set)
    permitted: set[str] = field(default_factory=set)
    """Rules that held in a decision that permits."""
    parameters: set[str] = field(default_factory=set)


class Watch:
    """The state of the watching: what was seen, and how the law is changed at the moment."""

    def __init__(self) -> None:
        self.seen = Seen()
        self.judged: set[str] = set()
        """Every rule that ``judge`` ever saw: of these alone it can be told that they held."""
        self.disabled: str | None = None
        self.altered: Parameter | None = None

    def remaining(self, failed: tuple[FailedRule, ...]) -> tuple[FailedRule, ...]:
        return tuple(rule for rule in failed if rule.rule != self.disabled)

    def install(self) -> None:
        """Put the three watched places where the program's own are."""
        _install_judge(self)
        _install_refused(self)
        table = _Table(self, parameters.packaged())
        vars(parameters)["packaged"] = lambda: table


def _install_judge(watch: Watch) -> None:
    original = decisions.judge

    def judge(
        *checks: tuple[FailedRule, bool], basis: tuple[str, ...], remarks: tuple[Remark, ...] = ()
    ) -> Decision:
        asked = tuple((rule, bool(holds) or rule.rule == watch.disabled) for rule, holds in checks)
        decision = original(*asked, basis=basis, remarks=remarks)
        numbers = {rule.rule for rule, _ in checks}
        watch.judged |= numbers
        if isinstance(decision, Permitted):
            watch.seen.permitted |= numbers
        return decision

    vars(decisions)["judge"] = judge


def _install_refused(watch: Watch) -> None:
    refused: Any = Refused
    original = refused.__init__

    def new(cls: type, failed: tuple[FailedRule, ...] = ()) -> object:
        """Where only the disabled rule failed nothing is refused."""
        if failed and not watch.remaining(failed):
            return Permitted(())
        return object.__new__(cls)

    def init(self: Refused, failed: tuple[FailedRule, ...]) -> None:
        remaining = watch.remaining(failed)
        watch.seen.refused |= {rule.rule for rule in remaining}
        original(self, remaining)

    refused.__new__ = staticmethod(new)
    refused.__init__ = init


class _Table(Mapping[str, Parameter]):
    """The parameters, one of them altered; a parameter that is looked up is noted."""

    def __init__(self, watch: Watch, table: Mapping[str, Parameter]) -> None:
        self._watch = watch
        self._table = table

    def __getitem__(self, name: str) -> Parameter:
        held = self._table[name]
        self._watch.seen.parameters.add(name)
        altered = self._watch.altered
        return altered if altered is not None and altered.name == name else held

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)
