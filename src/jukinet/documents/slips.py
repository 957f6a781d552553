"""Written notices of Resident Record codes (住民票コード通知票, 変更通知票, 修正通知票) as a PDF, one sheet a person.

Owns their words. What they must say is that a code was recorded, changed or corrected, and the code (Act Arts. 30-2(3),
30-3(4); Ord. 30-2(2), 30-4(2)); no ordinance gives them a form, so the layout is ours. Nobody but the person stands on
a sheet. How it looks is in ``templates/letter.typ``; who is told what, in ``jukinet.services.slips``.
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
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import japanese_era
from jukinet.domain.errors import Fault, invalid
from jukinet.law.code_notices import NoticeGround

TITLE = "住民票コード通知票"

_ACT, _ORDER = "住民基本台帳法", "住民基本台帳法施行令"

_HEADINGS = {
    NoticeGround.RECORDED: "住民票コード通知票",
    NoticeGround.START: "住民票コード通知票",
    NoticeGround.CHANGED: "住民票コード変更通知票",
    NoticeGround.CORRECTED: "住民票コード修正通知票",
}
_DONE = {
    NoticeGround.RECORDED: (
        f"あなたの住民票に、次の住民票コードを記載しましたので、{_ACT}第30条の2第3項"
        f"（直近の住民票コードが判明しない場合は、{_ORDER}第30条の2第2項）の規定により通知します。"
    ),
    NoticeGround.START: (
        "あなたの住民票に、次の住民票コードを記載しましたので、"
        f"{_ORDER}の一部を改正する政令（平成22年政令第253号）附則第9条第3項の規定により通知します。"
    ),
    NoticeGround.CHANGED: (
        "あなたの請求により、住民票に記載されている住民票コードの記載の変更をしました。"
        f"新たに記載した住民票コードは次のとおりですので、{_ACT}第30条の3第4項の規定により通知します。"
    ),
    NoticeGround.CORRECTED: (
        "あなたの住民票の住民票コードに係る記載の修正をしました。"
        f"新たに記載した住民票コードは次のとおりですので、{_ORDER}第30条の4第2項の規定により通知します。"
    ),
}
_DAY = {
    NoticeGround.RECORDED: "記載の年月日",
    NoticeGround.START: "記載の年月日",
    NoticeGround.CHANGED: "変更の年月日",
    NoticeGround.CORRECTED: "修正の年月日",
}
_NOTES = (
    "・住民票コードは、無作為に作られた10桁の数字と1桁の検査数字です。大切に保管してください。",
    f"・理由を問わず、いつでも住民票コードの変更を請求することができます（{_ACT}第30条の3）。",
    f"・市町村や都道府県、法律で定められた機関でない者は、第三者に住民票コードを告げるよう求めてはなりません（{_ACT}第30条の43）。",
)
_CARD = "従前の住民票コードが記録された住民基本台帳カードは失効しています。お持ちの方は返納してください。"
_ENGLISH = (
    "This is the notice of your Resident Record code (jūminhyō code), the number of 11 digits above.",
    "Keep it in a safe place. You may ask this office to change it at any time, without a reason.",
    "Nobody outside your household may ask you for it, but municipalities, prefectures and offices named by law.",
)


@dataclass(frozen=True, slots=True, repr=False)
class SlipDocument:
    """One sheet, ``address`` by lines. ``reference``: its number, and nothing of the person."""

    name: str
    address: tuple[str, ...]
    code: ResidentRecordCode
    ground: NoticeGround
    decided_on: date
    reference: str
    english: bool = False


class SlipPrinter:
    """Prints notices with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def printable(self, slip: SlipDocument) -> bool:
        """Whether the fonts have every character of the name and address; sets nothing."""
        try:
            for text in (slip.name, *slip.address):
                self._typecase.runs(text)
        except ValueError:
            return False
        return True

    def render(
        self, slips: tuple[SlipDocument, ...], issuer: Certifier, printed_on: date, *, specimen: bool = False
    ) -> bytes:
        """The notices as PDF/A-2a, in their order; the same notices give the same bytes.

        Raises ``JukinetError`` as copies do: a character that no font has, a text too long for its place.
        """
        if not slips:
            raise invalid(Fault("slips", "must not be empty"))
        setter = Setter(self._typecase)
        data = _form(slips, issuer, printed_on, setter)
        setter.close()
        data |= {"faces": [face.family for face in self._fonts.faces], "specimen": SPECIMEN * specimen}
        return typeset("letter", data, self._fonts, printed_on)


def _form(
    slips: tuple[SlipDocument, ...], issuer: Certifier, printed_on: date, setter: Setter
) -> dict[str, Any]:
    notes = [setter.runs(note, "note") for note in _NOTES]
    return {
        "title": TITLE,
        "printed_on": setter.runs(japanese_era(printed_on), "printed_on"),
        "issuer_title": setter.runs(issuer.title, "issuer.title"),
        "issuer_name": setter.runs(issuer.name, "issuer.name"),
        "notes": notes,
        "slips": [_slip(slip, f"slips[{index}]", setter) for index, slip in enumerate(slips)],
    }


def _slip(slip: SlipDocument, field: str, setter: Setter) -> dict[str, Any]:
    rows = [(_DAY[slip.ground], japanese_era(slip.decided_on))]
    if slip.ground in {NoticeGround.CHANGED, NoticeGround.CORRECTED}:
        rows.append(("住民基本台帳カード", _CARD))
    return {
        "field": field,
        "heading": _HEADINGS[slip.ground],
        "name": setter.runs(f"{slip.name}　様", f"{field}.name"),
        "address": [setter.runs(line, f"{field}.address") for line in slip.address],
        "sentence": setter.runs(_DONE[slip.ground], "sentence"),
        "code": str(slip.code),
        "rows": [(name, setter.runs(text, "row")) for name, text in rows],
        "english": [setter.runs(line, "english") for line in _ENGLISH] if slip.english else [],
        "reference": setter.runs(slip.reference, "reference"),
    }
