"""Random histories of one municipality on a pure model: nobody twice, no code held by two, an undoing restores.

And wrong programs, each of which the same histories must find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.unit.services.register_model import Model, check

from jukinet.domain.changes import ChangeKind
from jukinet.law import codes, identity_notices, resident_notices
from jukinet.law import undoing as law_undoing
from jukinet.law.codes import CodeRule, CodeSource
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import register, undoing
from jukinet.services.undone import Past

ACTS = ("newcomer", "birth", "return", "within", "within", "out", "death", "code", "undo", "undo", "next-day")
Steps = list[tuple[str, int, int]]
STEPS: st.SearchStrategy[Steps] = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 4)), min_size=15, max_size=40
)
BACK_UNDER_ANOTHER_CODE: Steps = [
    *(("newcomer", 0, 0), ("death", 0, 0), ("return", 0, 0), ("code", 1, 0), ("undo", 0, 0)),
]
"""Found by such histories: the deletion undone beside the same person's new record, whose code was changed since."""
QUICK = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)


def run(steps: Steps) -> Model:
    model = Model()
    for step in steps:
        model.play(*step)
        check(model)
    return model


def test_whatever_happens_the_register_is_sound() -> None:
    """And no act is one that these histories never do."""
    done: Counter[str] = Counter()

    @QUICK
    @example(BACK_UNDER_ANOTHER_CODE)
    @given(STEPS)
    def histories(steps: Steps) -> None:
        done.update(run(steps).done)

    histories()
    assert done.keys() == {*ACTS, "depart"} - {"next-day"}
    assert min(done.values()) > 50, done


# Wrong programs


def off(module: Any, decide: str, rule: str) -> tuple[Any, str, Callable[..., Any]]:
    """A decision that forgets one rule."""
    right = getattr(module, decide)

    def wrong(*args: Any, **named: Any) -> Any:
        decision = right(*args, **named)
        if isinstance(decision, Permitted):
            return decision
        failed = tuple(one for one in decision.failed if one.rule != rule)
        return Refused(failed) if failed else Permitted(())

    return module, decide, wrong


def without(kind: ChangeKind) -> tuple[Any, str, Callable[..., Any]]:
    """No notice of a kind goes out."""
    right = identity_notices.notices_for

    def wrong(*args: Any, **named: Any) -> Any:
        return tuple(one for one in right(*args, **named) if one.kind is not kind)

    return identity_notices, "notices_for", wrong


def _written(**changes: Any) -> tuple[Any, str, Callable[..., Any]]:
    right = register.written
    return register, "written", lambda *args, **named: right(*args, **(named | changes))


def _written_here_alone(base: Any, later: Any, change: Any, **named: Any) -> Any:
    """An act before others leaves these as they were."""
    return [*WRITTEN(base, [], change, **named), *later]


def _restored_to_the_first(past: Past) -> Any:
    return RESTORED(past)[0], past.first.record


def _nobody_back(*args: Any, back: bool) -> Any:
    """The person, recorded here again, had the code changed since."""
    del back
    return UNDOING(*args, back=False)


WRITTEN, RESTORED, UNDOING = register.written, Past.restored, undoing._undoing

WRONG: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "a person recorded here moves in": off(resident_notices, "decide_move_in", "I3"),
    "an undoing beside a record that stands": off(law_undoing, "decide_undoing", "U3"),
    "an undoing beside a record whose code was changed": (undoing, "_undoing", _nobody_back),
    "an undone code": off(law_undoing, "decide_undoing", "U4"),
    "an undoing of what stands no more": off(law_undoing, "decide_undoing", "U2"),
    "a death of who is not here": off(resident_notices, "decide_death", "D3"),
    "an earlier move undoes a later one": _written(until_changed=False),
    "an act leaves what came later": (register, "written", _written_here_alone),
    "a death that nobody dies of": _written(present=None),
    "later changes are lost": (register, "redone", lambda _before, after, **_: after),
    "later changes are forgotten": (register, "redone", lambda *_, on: on),
    "an undoing restores the act itself": (Past, "restored", _restored_to_the_first),
    "an undoing leaves what came later": (Past, "states", lambda past: [RESTORED(past)] * 1),
    "a code that is known is asked for anew and the old one kept": (
        codes,
        "code_for_new_record",
        lambda *_args, **_named: CodeRule(CodeSource.PREVIOUS, ()),
    ),
    "no notice of a deletion": without(ChangeKind.DELETION),
    "no notice of a correction": without(ChangeKind.CORRECTION),
    "no notice of a recording": without(ChangeKind.RECORDING),
    "no notice of another code": without(ChangeKind.CODE_CORRECTION),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_program_is_found(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*WRONG[wrong])

    @QUICK
    @example(BACK_UNDER_ANOTHER_CODE)
    @given(STEPS)
    def histories(steps: Steps) -> None:
        run(steps)

    with pytest.raises((AssertionError, KeyError, ValueError)):
        histories()
