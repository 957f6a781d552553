"""The words of the office's letters, and each as a PDF of one sheet: one table for all (``FORMS``).

No ordinance gives them a form, so words and layout are ours. What a letter says and whether it may be written is in
``jukinet.law.letters``; how it looks, in ``templates/letter.typ``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.documents.boxes import NOTHING, Setter
from jukinet.documents.fonts import FontSet
from jukinet.documents.glyphs import Typecase
from jukinet.documents.history_rows import CAUSES, REASONS
from jukinet.documents.household_form import SPECIMEN, Certifier
from jukinet.documents.nationalities import japanese_name
from jukinet.documents.person_rows import SEXES, STAYS, month_text
from jukinet.documents.typesetting import typeset
from jukinet.domain.changes import RegisterReason
from jukinet.domain.dates import japanese_era
from jukinet.domain.items import DeletionCause, ForeignClass
from jukinet.domain.persons import Sex
from jukinet.law.doubts import DoubtStep
from jukinet.law.letters import Changed, Handling, LetterKind, Rows, Said, Value
from jukinet.law.notifications import Capacity

_ACT, _ORDER = "住民基本台帳法", "住民基本台帳法施行令"
_WRONG = f"・記載に誤りがあると思われるときは、この通知を持参のうえ、申し出てください（{_ACT}第14条第2項）。"
_UNNOTIFIED = (
    "・届出がないときは、事実を確認して、職権により住民票の記載、消除又は修正をすることがあります"
    f"（{_ORDER}第12条第1項）。"
)
_ASK_HERE = "If anything is wrong or unclear, please come to this office with this letter."


@dataclass(frozen=True, slots=True)
class Form:
    """What stands on one kind of letter beside its rows. ``blanks``: rows that somebody fills in by hand."""

    title: str
    sentence: str
    notes: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()


FORMS = {
    LetterKind.ACCEPTED: Form(
        "住民異動届受理通知",
        "あなたに係る次の届出を受理しましたので、お知らせします。",
        (
            "・届出をした覚えがないとき、又は依頼した覚えがないときは、この通知を持参のうえ、すみやかに窓口へ申し出てください。",
            "・この通知は、届出の際に窓口で本人であることの確認ができなかったとき、又は本人以外の者が届出をしたときに送付しています。",
        ),
        (
            "This office has accepted the notification above, which is about you.",
            "If you did not make it, nor ask anybody to make it, please come to this office with this letter at once.",
        ),
    ),
    LetterKind.EX_OFFICIO: Form(
        "職権記載等通知書",
        "あなたの住民票について、届出がなかったので、事実を確認して、職権により次のとおり記載、消除又は修正をしました。"
        f"{_ORDER}第12条第4項の規定により通知します。",
        (_WRONG,),
        (
            "As no notification was made, this office has entered the above in your resident record.",
            _ASK_HERE,
        ),
    ),
    LetterKind.GUARDIANSHIP: Form(
        "成年被後見人の転出について（通知）",
        "次の者は成年被後見人であり、貴市区町村へ転出する旨の届出がありましたので、通知します。",
    ),
    LetterKind.CALL: Form(
        "住民異動届の催告書",
        "住民基本台帳の正確な記録を確保するため、次の者の住民票について届出が必要と認められます。"
        f"次の期限までに届け出るよう、{_ACT}第14条第1項の規定により催告します。",
        (
            "・届出には、この書面と、本人であることを確認できる書類を持参してください。",
            _UNNOTIFIED,
            "・既に届出をしたときは、行き違いですので御容赦ください。",
        ),
        (
            "A notification about the resident record of the person above is due.",
            "Please make it at this office by the day above, and bring this letter and proof of your identity.",
        ),
    ),
    LetterKind.ANSWER: Form(
        "住民票の記載に係る申出について（回答）",
        f"{_ACT}第14条第2項の規定によりあなたから申出のあったことについて、次のとおり回答します。",
        (),
        ("This is the answer to what you pointed out to this office about a resident record.", _ASK_HERE),
    ),
    LetterKind.PERIOD_ENDS: Form(
        "支援措置期間終了通知",
        "あなたの申出による支援措置の期間が、次のとおり満了します。"
        "引き続き支援措置が必要なときは、期間の延長を申し出てください。",
        ("・延長の申出には、この通知と、本人であることを確認できる書類を持参してください。",),
        (
            "The period of the support measure that you applied for ends on the day above.",
            "If you still need it, please apply at this office to have it extended.",
        ),
    ),
    LetterKind.MISSING_NOTICE: Form(
        "転入通知未着照会書",
        f"次の者は、貴市区町村へ転出したものとして住民票を消除しましたが、{_ACT}第9条第1項の規定による転入の通知が"
        "到着していません。貴市区町村での記載の有無を確認のうえ、下欄により回答してください。",
        blanks=("転入の有無", "転入をした年月日", "転入先の住所", "回答者"),
    ),
    LetterKind.RECORD_SHEET: Form(
        "職権記録書",
        "次のとおり、職権により住民票の記載、消除又は修正をする。",
        blanks=("根拠となる条項", "事実を確認した資料", "審査・決裁"),
    ),
    LetterKind.HOUSEHOLDER: Form(
        "世帯主変更通知書",
        "あなたの属する世帯に世帯主がいなくなったので、職権により、次のとおり世帯主を変更する住民票の修正をしました。"
        "その旨を通知します。",
        (_WRONG,),
        (
            "As your household was without a householder, this office has recorded the person above as such.",
            _ASK_HERE,
        ),
    ),
    LetterKind.NO_HOUSEHOLDER: Form(
        "世帯主変更依頼通知書",
        "あなたの属する世帯は、住民票の上で、世帯主がいない状態です。"
        f"世帯主となる方を定めて、世帯変更の届出をしてください（{_ACT}第25条）。",
        ("・届出には、この通知と、本人であることを確認できる書類を持参してください。",),
        (
            "Your household has no householder in the resident record.",
            "Please notify this office who the householder is, and bring this letter and proof of your identity.",
        ),
    ),
    LetterKind.CARD_ENQUIRY: Form(
        "住民基本台帳カードの交付申請についての照会書",
        "あなたから次のとおり住民基本台帳カードの交付の申請がありました。申請をした方が御本人であること、及び御本人の意思による"
        "申請であることを確認するため、照会します。下欄に御本人が記入し、この書面を窓口へお持ちください"
        "（住民基本台帳法施行規則第36条）。",
        (
            "・申請をした覚えがないときは、その旨を記入し、すみやかに返送してください。",
            "・窓口では、この書面とあわせて、本人であることを確認できる書類を提示してください。",
        ),
        (
            "This office was asked for a Basic Resident Registration Card in your name.",
            "If you asked for it, please fill in the lines above and bring this letter, with proof of your identity.",
            "If you did not, please say so above and send the letter back at once.",
        ),
        ("申請をした者（本人・本人以外）", "本人の意思による申請（はい・いいえ）", "回答の年月日", "署名"),
    ),
}

CHECK_SLIP = Form(
    "処理結果確認票",
    "法務大臣からの通知により、住民票に次のとおり職権による修正又は消除をしようとするものです。",
    blanks=("確認者",),
)
"""What a notice of the Minister of Justice would change (specification 4.5.6): a sheet of the office's own."""

_NOT_MOVED = "・これは、町の名称、地番又は住居表示の変更に伴うものです。届出の必要はありません。"

ADDRESS_WILL_CHANGE = Form(
    "住所の表示の変更について（お知らせ）",
    "次のとおり、あなたの世帯の住所の表示が変わる予定です。住民票の記載は、その日以後に職権で修正します。",
    (_NOT_MOVED,),
    (
        "The address of your household will be written as above from the day above, although nobody moves.",
        "You need not notify anything; this office will correct your resident record.",
    ),
)
ADDRESS_CHANGED = Form(
    "住所の表示の変更について（通知）",
    f"次のとおり、あなたの世帯の住所の表示が変わったので、{_ORDER}第12条第2項の規定により、職権で住民票の記載を修正しました。",
    (_NOT_MOVED, _WRONG),
    (
        "The address of your household is written as above, and this office has corrected your resident record.",
        _ASK_HERE,
    ),
)
"""Before and after addresses are changed in bulk (specification 9.7), one sheet a household."""

_LABELS = {
    Said.PERSON: "対象者",
    Said.OCCURRED_ON: "異動の年月日",
    Said.ENTERED_ON: "処理の年月日",
    Said.NOTIFIED_ON: "届出の年月日",
    Said.NOTIFICATION: "届出の種類",
    Said.REASON: "異動の事由",
    Said.CAPACITY: "届出をした者の資格",
    Said.NOTIFIER: "届出をした者の氏名",
    Said.CAUSE: "消除の原因",
    Said.DESTINATION: "転出先の住所",
    Said.OLD_ADDRESS: "転出前の住所",
    Said.LEFT_ON: "転出の年月日",
    Said.PLANNED_ON: "転出予定年月日",
    Said.SINCE: "成年被後見人となった年月日",
    Said.DUE_ON: "届出の期限",
    Said.RECEIVED_ON: "申出の年月日",
    Said.APPLIED_ON: "申請の年月日",
    Said.OUTCOME: "回答",
    Said.BEGINS_ON: "期間の初日",
    Said.ENDS_ON: "期間の末日",
    Said.EXTENDED_FROM: "延長の申出の受付",
    Said.HOUSEHOLDER: "新たな世帯主",
    Said.NOTICE_NO: "通知の番号",
    Said.ISSUED_ON: "通知の年月日",
    Said.RESIDENT_NO: "宛名番号",
    Said.HANDLING: "取込みの可否",
    Said.RULES: "確認を要する規則",
    Said.MEMBERS: "世帯に属する者",
    Said.ADDRESS_BEFORE: "変更前の住所",
    Said.NAME: "氏名",
    Said.NICKNAME: "通称",
    Said.BIRTH_DATE: "生年月日",
    Said.SEX: "性別",
    Said.RELATIONSHIP: "続柄",
    Said.KOSEKI: "本籍・筆頭者",
    Said.BECAME_RESIDENT: "住民となった年月日",
    Said.ADDRESS: "住所",
    Said.ADDRESS_SINCE: "住所を定めた年月日",
    Said.RECORDED_SINCE: "届出等の年月日",
    Said.PREVIOUS_ADDRESS: "転入前の住所",
    Said.VOTER: "選挙人名簿への登録",
    Said.HEALTH_INSURANCE: "国民健康保険の資格取得",
    Said.HEALTH_INSURANCE_ENDED: "国民健康保険の資格喪失",
    Said.ELDERLY_MEDICAL: "後期高齢者医療の資格取得",
    Said.ELDERLY_MEDICAL_ENDED: "後期高齢者医療の資格喪失",
    Said.CARE_INSURANCE: "介護保険の資格取得",
    Said.CARE_INSURANCE_ENDED: "介護保険の資格喪失",
    Said.PENSION_CLASS: "国民年金の種別",
    Said.PENSION_CLASS_SINCE: "国民年金の種別の変更",
    Said.PENSION: "国民年金の資格取得",
    Said.PENSION_ENDED: "国民年金の資格喪失",
    Said.PENSION_NUMBER: "基礎年金番号",
    Said.CHILD_ALLOWANCE: "児童手当の支給開始",
    Said.CHILD_ALLOWANCE_ENDED: "児童手当の支給終了",
    Said.NATIONALITY: "国籍・地域",
    Said.BECAME_FOREIGN_RESIDENT: "外国人住民となった年月日",
    Said.STAY: "法第30条の45の区分",
    Said.STATUS: "在留資格",
    Said.PERIOD: "在留期間等",
    Said.EXPIRES_ON: "在留期間等の満了の日",
    Said.DOCUMENT_NUMBER: "在留カード等の番号",
}
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
_OUTCOMES = {
    DoubtStep.CORRECTED: "申出に基づき確認し、住民票の記載、消除又は修正をしました。",
    DoubtStep.RIGHT: "確認の結果、住民票の記載に誤りは認められませんでした。",
}
_HANDLINGS = {
    Handling.READY: "取込み可",
    Handling.FOR_CLERK: "職員の確認が必要",
    Handling.REPEATED: "取込み済み",
}
_WORDS: dict[type, Mapping[Any, str | None]] = {
    Sex: SEXES,
    ForeignClass: STAYS,
    DeletionCause: CAUSES,
    Capacity: _CAPACITIES,
    DoubtStep: _OUTCOMES,
    Handling: _HANDLINGS,
}
_BY_HAND = "　"


@dataclass(frozen=True, slots=True, repr=False)
class LetterDocument:
    """One letter, ``address`` by lines. ``reference``: how the office finds it; nothing of the person."""

    form: Form
    name: str
    address: tuple[str, ...]
    rows: Rows
    reference: str
    english: bool = False


class LetterPrinter:
    """Prints letters with one set of fonts, read once. Safe to use from several threads."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._typecase = Typecase(fonts)

    def printable(self, letter: LetterDocument) -> bool:
        """Whether the fonts have every character of what it says; sets nothing."""
        setter = Setter(self._typecase)
        _sheet(letter, "letter", setter, date.max)
        return not setter.faults

    def render(
        self, letter: LetterDocument, issuer: Certifier, printed_on: date, *, specimen: bool = False
    ) -> bytes:
        """The letter as PDF/A-2a; the same letter gives the same bytes. Raises as notices of codes do."""
        return self.render_all((letter,), issuer, printed_on, specimen=specimen)

    def render_all(
        self,
        letters: tuple[LetterDocument, ...],
        issuer: Certifier,
        printed_on: date,
        *,
        specimen: bool = False,
    ) -> bytes:
        """One sheet for each of one form, at least one, in their order."""
        setter = Setter(self._typecase)
        form = letters[0].form
        data = {
            "title": form.title,
            "printed_on": setter.runs(japanese_era(printed_on), "printed_on"),
            "issuer_title": setter.runs(issuer.title, "issuer.title"),
            "issuer_name": setter.runs(issuer.name, "issuer.name"),
            "notes": [setter.runs(note, "note") for note in form.notes],
            "slips": [
                _sheet(letter, f"letters[{index}]", setter, printed_on)
                for index, letter in enumerate(letters)
            ],
            "faces": [face.family for face in self._fonts.faces],
            "specimen": SPECIMEN * specimen,
        }
        setter.close()
        return typeset("letter", data, self._fonts, printed_on)


def _sheet(letter: LetterDocument, field: str, setter: Setter, on: date) -> dict[str, Any]:
    form = letter.form
    rows = [(_LABELS[said], _text(said, value, on)) for said, value in letter.rows]
    rows += [(blank, _BY_HAND) for blank in form.blanks]
    return {
        "field": field,
        "heading": form.title,
        "name": setter.runs(f"{letter.name}　様", f"{field}.name") if letter.name else [],
        "address": [setter.runs(line, f"{field}.address") for line in letter.address],
        "sentence": setter.runs(form.sentence, "sentence"),
        "code": "",
        "rows": [(name, setter.runs(text, f"{field}.row")) for name, text in rows],
        "english": [setter.runs(line, "english") for line in form.english] if letter.english else [],
        "reference": setter.runs(letter.reference, "reference"),
    }


def _text(said: Said, value: Value | Changed, on: date) -> str:
    """The words of a row on a day: of a change what stood and what stands, of a first recording that alone."""
    if not isinstance(value, Changed):
        return _word(said, value, on)
    if value.before is None or value.before is False:
        return _word(said, value.after, on)
    return f"「{_word(said, value.before, on)}」を「{_word(said, value.after, on)}」に修正"


_MONTHS = frozenset({Said.CHILD_ALLOWANCE, Said.CHILD_ALLOWANCE_ENDED})


def _word(said: Said, value: Value, on: date) -> str:
    words = _WORDS.get(type(value))
    if value is None or words is not None:
        return (words[value] if words else None) or NOTHING
    if isinstance(value, bool):
        return "有" if value else "無"
    if isinstance(value, date):
        day = (month_text(value) if said in _MONTHS else None) or japanese_era(value)
        return f"{day}から" if said is Said.EXTENDED_FROM else day
    if isinstance(value, RegisterReason):
        return _KINDS.get(value, _OTHERWISE) if said is Said.NOTIFICATION else REASONS[value]
    return japanese_name(value, on) if said is Said.NATIONALITY else value
