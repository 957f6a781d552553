"""How the demonstration is ended, whoever started it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
import typer

from jukinet.demo.commands import _interruptible

ENDING = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture
def ignored() -> Iterator[None]:
    """Both signals ignored: the first as by a shell that starts a command in the background."""
    before = {which: signal.signal(which, signal.SIG_IGN) for which in ENDING}
    yield
    for which, handler in before.items():
        signal.signal(which, handler)


@pytest.mark.usefixtures("ignored")
@pytest.mark.parametrize("which", ENDING)
def test_either_signal_ends_it_in_order_and_is_then_as_before(which: signal.Signals) -> None:
    with pytest.raises(typer.Exit) as ended, _interruptible():
        signal.raise_signal(which)
    assert ended.value.exit_code == 130
    assert [signal.getsignal(one) for one in ENDING] == [signal.SIG_IGN] * 2
