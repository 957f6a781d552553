"""What is kept of a person, for that person (本人確認情報開示書), and the letters about a request, as PDF.

Owns their words. The paper says everything that is kept: the six facts of each notice and what changed (Act
Arts. 30-5(1), 30-37), or that nothing is. No ordinance gives these papers a form, so the layout is ours:
``templates/disclosure.typ``, and for the letters ``templates/letter.typ``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.documents.boxes import NOTHING, Setter
from jukinet.documents.fonts import FontSet
from jukinet.documents.glyphs import Typecase
from jukinet.documents.household_form import SPECIMEN, Certifier
from jukinet.documents.person_rows import SEXES
from jukinet.documents.typesetting import typeset
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.dates import japanese_era
from jukinet.domain.japanese_dates import era_text, western_text
from jukinet.domain.persons import IdentityFacts, Private

TITLE = "本人確認情報開示書"

_ACT = "住民基本台帳法"
_FOUND = f"で請求のあったあなたに係る本人確認情報については、{_ACT}第30条の37第2項の規定により、次のとおり開示します。"
_FOUND_FOR = (
    f"で請求のあった本人確認情報については、{_ACT}第30条の37第2項の規定により、次のとおり開示します。"
)
_NOTHING = (
    "で請求のあった本人確認情報については、請求書に記載された事項により調べましたが、存在しませんので、"
    f"{_ACT}第30条の37の規定によりお知らせします。"
)
_PRESENT = "1　現在の本人確認情報"
_HISTORY = "2　本人確認情報の通知の経過（古い順）"
_NOBODY_NOW = "1　現在の本人確認情報はありません。"
_HEADS = ("番号", "通知を受けた日\n通知した市区町村", "変更情報", "本人確認情報")
_CORRECTION = (
    f"・開示を受けた方は、内容の全部又は一部の訂正、追加又は削除を書面により申し出ることができます（{_ACT}第30条の40）。"
    "調査のうえ、結果を書面でお知らせします。"
)
_KEPT = (
    "・都道府県知事及び指定情報処理機関が保存しているのは、住民票コード、氏名（外国人住民は通称を含む。）、生年月日、性別及び"
    "住所と、これらの変更情報だけです。世帯や戸籍に関する事項は保存していません。保存の期間を過ぎたものは消去されています。"
)
_NO_LOG = "・この書面は、本人確認情報がどこに提供されたかを示すものではありません。"
_COMPLAINTS = f"・事務の実施に関する苦情は、当方に申し出てください（{_ACT}第30条の41）。"
_ALL = (
    "This is everything that this office keeps of you in the Basic Resident Registration Network: "
    "section 1 shows what is kept now, section 2 every notice that a municipality sent."
)
_ENGLISH = (
    _ALL,
    "If something is wrong, you may ask this office in writing to correct, add or delete it (Act Art. 30-40).",
)
_KINDS = {
    ChangeKind.RECORDING: "住民票の記載",
    ChangeKind.DELETION: "住民票の消除",
    ChangeKind.CORRECTION: "住民票の記載の修正",
    ChangeKind.CODE_CORRECTION: "住民票コードの記載の修正",
}
_REASONS = {
    NoticeReason.MOVE_IN: "転入等",
    NoticeReason.BIRTH: "出生",
    NoticeReason.RECORDED_EX_OFFICIO: "職権記載等",
    NoticeReason.MOVE_OUT: "転出",
    NoticeReason.DEATH: "死亡",
    NoticeReason.DELETED_EX_OFFICIO: "職権消除等",
    NoticeReason.MOVE_WITHIN: "転居",
    NoticeReason.MINOR_CORRECTION: "軽微な修正",
    NoticeReason.CORRECTED_EX_OFFICIO: "職権修正等",
    NoticeReason.CODE_CHANGE_REQUESTED: "住民票コードの記載の変更請求",
    NoticeReason.CODE_RECORDED_EX_OFFICIO: "住民票コードの職権記載等",
}


@dataclass(frozen=True, slots=True, repr=False)
class Notice(Private):
    """One notice: ``municipality`` by its name; ``held_by``: whose record stands on it now, if one does."""

    municipality: str
    facts: IdentityFacts
    change: ChangeInformation
    notified_on: date
    held_by: str | None


@dataclass(frozen=True, slots=True, repr=False)
class DisclosureDocument(Private):
    """The paper; ``notices`` empty: nothing is kept. ``represented``: whose information it is, where another asked."""

    name: str
    address: str
    represented: str | None
    received_on: date
    made_on: date
    reference: str
    issuer: Certifier
    notices: Sequence[Notice]
    specimen: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class LetterDocument(Private):
    """A letter about a request: what ``sentence`` says, and rows of name and text."""

    name: str
    address: str
    heading: str
    sentence: str
    rows: Sequence[tuple[str, str]]
    made_on: date
    reference: str
    issuer: Certifier
    specimen: bool = False


class DisclosurePrinter:
    """Prints these papers with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def printable(self, document: DisclosureDocument | LetterDocument) -> bool:
        """Whether the fonts have every character; sets nothing."""
        setter = Setter(self._typecase)
        _data(document, setter)
        return not setter.faults

    def render(self, document: DisclosureDocument | LetterDocument) -> bytes:
        """The paper as PDF/A-2a; the same paper gives the same bytes. Raises as notices of codes do."""
        setter = Setter(self._typecase)
        data = _data(document, setter) | {
            "faces": [face.family for face in self._fonts.faces],
            "specimen": SPECIMEN * document.specimen,
        }
        setter.close()
        template = "disclosure" if isinstance(document, DisclosureDocument) else "letter"
        return typeset(template, data, self._fonts, document.made_on)


def _data(document: DisclosureDocument | LetterDocument, setter: Setter) -> dict[str, Any]:
    if isinstance(document, LetterDocument):
        return _letter(document, setter)
    notices = document.notices
    sentence = (_FOUND_FOR if document.represented else _FOUND) if notices else _NOTHING
    whose = f"（{document.represented}に係るもの）" if document.represented else ""
    said = f"{japanese_era(document.received_on)}付け{sentence}{whose}"
    present = [_present(one, f"notices[{index}]", setter) for index, one in enumerate(notices) if one.held_by]
    title = setter.runs(_PRESENT if present else _NOBODY_NOW, "title")
    history = [_row(index, one, setter) for index, one in enumerate(notices)]
    foreign = bool(notices) and notices[-1].change.foreign_record
    return {
        "title": TITLE,
        "name": setter.runs(f"{document.name}　様", "addressee.name"),
        "address": _lines(document.address, "addressee.address", setter),
        "made_on": setter.runs(japanese_era(document.made_on), "made_on"),
        "issuer_title": setter.runs(document.issuer.title, "issuer.title"),
        "issuer_name": setter.runs(document.issuer.name, "issuer.name"),
        "sentence": setter.runs(said, "sentence"),
        "present": [(title, present)] if notices else [],
        "history": [(setter.runs(_HISTORY, "title"), _HEADS, history)] if notices else [],
        "notes": [
            setter.runs(note, "note")
            for note in (*([_CORRECTION] if notices else []), _KEPT, _NO_LOG, _COMPLAINTS)
        ],
        "english": [setter.runs(line, "english") for line in _ENGLISH] if foreign else [],
        "reference": setter.runs(f"{TITLE}　第{document.reference}号", "reference"),
    }


def _lines(address: str, field: str, setter: Setter) -> list[Any]:
    """An address by lines: a building stands after a wide space, and on a line of its own."""
    return [setter.runs(line, field) for line in address.split("\u3000") if line]


def _facts(facts: IdentityFacts, *, foreign: bool) -> list[tuple[str, str]]:
    """The six facts by their names; a birth date as the register writes it (resident-record specification 1.1.9)."""
    born = western_text(facts.birth_date) if foreign else era_text(facts.birth_date)
    return [
        ("氏名", facts.name),
        *([("通称", facts.nickname or NOTHING)] if foreign or facts.nickname else []),
        ("生年月日", born),
        ("性別", SEXES[facts.sex] or NOTHING),
        ("住所", facts.address.full),
        ("住民票コード", str(facts.code) if facts.code else NOTHING),
    ]


def _present(one: Notice, at: str, setter: Setter) -> list[tuple[str, list[tuple[str, str]]]]:
    rows = [
        *_facts(one.facts, foreign=one.change.foreign_record),
        ("記録している市区町村", one.held_by or NOTHING),
        ("最後の通知を受けた日", japanese_era(one.notified_on)),
    ]
    return [(name, setter.runs(text, at)) for name, text in rows]


def _row(index: int, one: Notice, setter: Setter) -> list[list[Any]]:
    change = one.change
    previous = str(change.previous_code) if change.previous_code else "記載なし"
    cells = [
        [str(index + 1)],
        [japanese_era(one.notified_on), one.municipality],
        [
            _KINDS[change.kind],
            f"事由　{_REASONS[change.reason]}",
            f"生じた日　{japanese_era(change.occurred_on)}",
            *([f"修正前のコード　{previous}"] if change.kind is ChangeKind.CODE_CORRECTION else []),
            *(["外国人住民"] if change.foreign_record else []),
        ],
        [
            line
            for name, text in _facts(one.facts, foreign=change.foreign_record)
            for line in _lines_of(name, text)
        ],
    ]
    return [[setter.runs(line, f"notices[{index}]") for line in lines] for lines in cells]


def _lines_of(name: str, text: str) -> list[str]:
    """A fact on its line; of an address the building on one of its own."""
    head, *more = text.split("\u3000") if name == "住所" else [text]
    return [f"{name}\u3000{head}", *(f"\u3000\u3000\u3000{line}" for line in more)]


def _letter(document: LetterDocument, setter: Setter) -> dict[str, Any]:
    return {
        "title": document.heading,
        "printed_on": setter.runs(japanese_era(document.made_on), "made_on"),
        "issuer_title": setter.runs(document.issuer.title, "issuer.title"),
        "issuer_name": setter.runs(document.issuer.name, "issuer.name"),
        "notes": [setter.runs(_COMPLAINTS, "note")],
        "slips": [
            {
                "field": "letter",
                "heading": document.heading,
                "name": setter.runs(f"{document.name}　様", "letter.name"),
                "address": _lines(document.address, "letter.address", setter),
                "sentence": setter.runs(document.sentence, "sentence"),
                "code": "",
                "rows": [(name, setter.runs(text, "row")) for name, text in document.rows],
                "english": [],
                "reference": setter.runs(document.reference, "reference"),
            }
        ],
    }
