"""``--print-to``: a list of the network's commands as a PDF, too (一覧表への印字, specification 7.1.1.1).

Owns the Japanese heads. In a designated city each ward's node prints its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer

from jukinet.cli import common
from jukinet.domain.dates import japanese_era
from jukinet.messages.kinds import MessageKind
from jukinet.services.context import JAPAN, Context

PrintOption = Annotated[
    Path | None,
    typer.Option("--print-to", metavar="FILE", help="Print the list into this PDF (一覧表), too."),
]

_WORDS = {
    MessageKind.IDENTITY_NOTICE: "本人確認情報通知",
    MessageKind.MOVE_IN_NOTICE: "転入通知",
    MessageKind.MOVE_OUT_CONFIRMED: "転出確定通知",
    MessageKind.KOSEKI_NOTICE: "戸籍附票記載事項通知",
    MessageKind.KOSEKI_MISMATCH: "本籍地からの不一致の通知",
    MessageKind.KOSEKI_MATTER: "戸籍に関する通知",
    MessageKind.CARD_STATUS: "住基カードの状況の通知",
    MessageKind.CARD_CONTINUED: "住基カードの継続利用の通知",
    MessageKind.CODE_DESIGNATION: "住民票コードの指定",
    MessageKind.CODE_REQUEST: "住民票コードの請求",
    MessageKind.ERROR_REPORT: "記載の誤りの通知",
    MessageKind.ERROR_ANSWER: "記載の誤りへの回答",
    "held": "保留",
    "waiting": "送信待ち",
    "delivered": "送信済",
    "taken": "取込済",
    "parked": "要確認",
    "closed": "処理済",
}

NUMBER, ID, KIND, WHEN, STATE, PROBLEM = (
    "番号",
    "電文の識別番号",
    "電文の種類",
    "日時",
    "状態",
    "取り込めない理由",
)
"""Heads that several lists have."""


class TablePress(Protocol):
    """What prints lists of this node, of its office's day."""

    def print(
        self, ctx: Context, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> bytes: ...


OpenTablePress = Callable[[Path | None], AbstractContextManager[tuple[Context, TablePress]]]


def word(text: str) -> str:
    """A kind of statement, or how far one came, in Japanese."""
    return _WORDS.get(text, text)


def moment(at: datetime) -> str:
    """A moment in Japan."""
    there = at.astimezone(JAPAN)
    return f"{japanese_era(there.date())} {there:%H:%M}"


def put(
    open_press: OpenTablePress | None,
    config: Path | None,
    out: Path | None,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    """Print a list into its file, if one is named."""
    if out is None or open_press is None:
        return
    with common.told(), open_press(config) as (ctx, press):
        common.write_private(out, press.print(ctx, title, heads, rows))


def require(out: Path | None) -> None:
    """Refuse as mistyped a file that could not be written."""
    if out is not None:
        common.require_place(out, "--print-to")
