"""The letter that a notification was accepted (住民異動届受理通知) as a PDF, one sheet (specification 4.1.0.3).

Owns its words: day and kind of the notification, in what capacity it was brought, whom it was about, and that it was
accepted. Who brought it is not named: the register keeps no name. Nothing tells where somebody moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.documents.boxes import Setter
from jukinet.documents.fonts import FontSet
from jukinet.documents.glyphs import Typecase
from jukinet.documents.household_form import SPECIMEN, Certifier
from jukinet.documents.typesetting import typeset
from jukinet.domain.changes import RegisterReason
from jukinet.domain.dates import japanese_era
from jukinet.law.notifications import Capacity

TITLE = "住民異動届受理通知"

_KINDS = {
    RegisterReason.MOVE_IN: "転入届",
    RegisterReason.MOVE_IN_FROM_ABROAD: "転入届（国外から）",
    RegisterReason.MOVE_WITHIN: "転居届",
    RegisterReason.MOVE_OUT_FILED: "転出届",
    RegisterReason.HOUSEHOLD_SPLIT: "世帯変更届（世帯分離）",
    RegisterReason.HOUSEHOLD_MERGED: "世帯変更届（世帯合併）",
    RegisterReason.HOUSEHOLD_CHANGED: "世帯変更届",
    RegisterReason.HOUSEHOLDER_CHANGED: "世帯変更届（世帯主変更）",
    RegisterReason.NICKNAME_RECORDED: "通称の記載の申出",
    RegisterReason.NICKNAME_DELETED: "通称の削除の申出",
}
_OTHERWISE = "届出"
_CAPACITIES = {
    Capacity.PERSON: "本人",
    Capacity.HOUSEHOLDER: "世帯主",
    Capacity.MEMBER: "同一の世帯に属する者",
    Capacity.STATUTORY: "法定代理人",
    Capacity.AGENT: "代理人",
}
_SENTENCE = "あなたに係る次の届出を受理しましたので、お知らせします。"
_NOTES = (
    "・届出をした覚えがないとき、又は依頼した覚えがないときは、この通知を持参のうえ、すみやかに窓口へ申し出てください。",
    "・この通知は、届出の際に窓口で本人であることの確認ができなかったとき、又は本人以外の者が届出をしたときに送付しています。",
)
_ENGLISH = (
    "This office has accepted the notification above, which is about you.",
    "If you did not make it, nor ask anybody to make it, please come to this office with this letter at once.",
)


@dataclass(frozen=True, slots=True, repr=False)
class AcceptanceDocument:
    """One letter, ``address`` by lines. ``reference``: how the office finds it; nothing of the person."""

    name: str
    address: tuple[str, ...]
    reason: RegisterReason
    capacity: Capacity | None
    notified_on: date | None
    reference: str
    english: bool = False


class AcceptancePrinter:
    """Prints letters with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def printable(self, letter: AcceptanceDocument) -> bool:
        """Whether the fonts have every character of the name and address; sets nothing."""
        setter = Setter(self._typecase)
        _letter(letter, setter)
        return not setter.faults

    def render(
        self, letter: AcceptanceDocument, issuer: Certifier, printed_on: date, *, specimen: bool = False
    ) -> bytes:
        """The letter as PDF/A-2a; the same letter gives the same bytes. Raises as notices of codes do."""
        setter = Setter(self._typecase)
        data = {
            "title": TITLE,
            "printed_on": setter.runs(japanese_era(printed_on), "printed_on"),
            "issuer_title": setter.runs(issuer.title, "issuer.title"),
            "issuer_name": setter.runs(issuer.name, "issuer.name"),
            "notes": [setter.runs(note, "note") for note in _NOTES],
            "slips": [_letter(letter, setter)],
            "faces": [face.family for face in self._fonts.faces],
            "specimen": SPECIMEN * specimen,
        }
        setter.close()
        return typeset("letter", data, self._fonts, printed_on)


def _letter(letter: AcceptanceDocument, setter: Setter) -> dict[str, Any]:
    day = japanese_era(letter.notified_on) if letter.notified_on else "―"
    capacity = _CAPACITIES[letter.capacity] if letter.capacity else "―"
    rows = [
        ("届出の年月日", day),
        ("届出の種類", _KINDS.get(letter.reason, _OTHERWISE)),
        ("届出をした者の資格", capacity),
        ("異動者", letter.name),
    ]
    return {
        "field": "letter",
        "heading": TITLE,
        "name": setter.runs(f"{letter.name}　様", "letter.name"),
        "address": [setter.runs(line, "letter.address") for line in letter.address],
        "sentence": setter.runs(_SENTENCE, "sentence"),
        "code": "",
        "rows": [(name, setter.runs(text, "row")) for name, text in rows],
        "english": [setter.runs(line, "english") for line in _ENGLISH] if letter.english else [],
        "reference": letter.reference,
    }
