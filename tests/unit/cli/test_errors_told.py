"""How an error is told in a terminal: what to do, every fault, and when to come again."""

from __future__ import annotations

import pytest
import typer

from jukinet.cli import common
from jukinet.domain.errors import ErrorKind, Fault, JukinetError


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (
            JukinetError(ErrorKind.LIMITED, "kuni answered: Too many requests.", retry_after=41.2),
            ["kuni answered: Too many requests.", "  Try again in 42 seconds."],
        ),
        (
            JukinetError(ErrorKind.INVALID, "Not [taken].", (Fault("code", "a digit too few"),)),
            ["Not [taken].", "  code: a digit too few"],
        ),
    ],
    ids=["limited", "faults"],
)
def test_an_error_says_what_to_do(
    error: JukinetError, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, common.told():
        raise error
    assert ended.value.exit_code == common.FAILED
    assert capsys.readouterr().err.splitlines() == lines
