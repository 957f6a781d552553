"""Browsing of a part of the register (住民基本台帳の一部の写しの閲覧): Act Arts. 11, 11-2.

With Ord. 14 and Copies Ordinance 1 to 3.
Owns who may browse and for what, what a request or an application must say, what whoever browses must show, and what
the mayor does where somebody deceived or misused. The part itself is name (with a nickname, Ord. 30-26(7)), date of
birth, sex and address of those who are recorded; it is made in ``jukinet.services.browsing``.

Not modelled: by what standard research is of high public interest (a notice of the Minister) and which confirmations
the mayor has laid down (11-2(1)(i), (iii)): the clerk says whether the mayor finds the application fair. That whoever
browses belongs to the corporation that named them rests on its word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, judge, law, policy

BW1 = law(
    "BW1",
    "Act Art. 11(2)(ii); Copies Ordinance Art. 1(2)(iii)",
    "The request must say what the part is needed for; in a criminal investigation or the like, under which law, and "
    "why no more can be said.",
)
BW2 = law("BW2", "Copies Ordinance Art. 1(1)", "A public body asks by an official document.")
BW3 = law(
    "BW3",
    "Act Arts. 11(2)(iii), 11-2(2)(iii)",
    "Of those who browse for a public body the post must be stated, of all others the address.",
)
BW4 = law(
    "BW4",
    "Act Art. 11-2(1)",
    "Others than public bodies browse for research of high public interest, for the welfare of the residents, or to "
    "confirm where somebody lives in a case that the mayor has laid down: for nothing else, and never for profit.",
)
BW5 = law("BW5", "Act Art. 11-2(1)", "The mayor must find the application fair.")
BW6 = law(
    "BW6",
    "Act Art. 11-2(1)",
    "For a corporation its own officers, staff or members browse. State the post of each.",
)
BW7 = law(
    "BW7",
    "Act Art. 11-2(2)(i), (iv), (v)",
    "The application must say how what is learned is kept; that of a corporation also who represents it, and who of "
    "its people handle what is learned.",
)
BW8 = law(
    "BW8",
    "Act Art. 11-2(2)(vi); Copies Ordinance Art. 2(2)(iii)",
    "An application for research must say who carries it out, and what becomes of its results.",
)
BW9 = law(
    "BW9",
    "Act Art. 11-2(3), (4), (5)",
    "Only an individual names others who handle what is learned, and only with the mayor's approval.",
)
BW10 = law(
    "BW10", "Act Arts. 11(1), 11-2(1)", "Only the areas that were asked for are shown. Name one of them."
)
BW11 = law("BW11", "Act Arts. 11(1), 11-2(1)", "Only those who were named browse. State which of them it is.")
BW12 = law(
    "BW12",
    "Copies Ordinance Arts. 1(3), 2(3)",
    "For a public body the identity card of its staff must be shown; by others the card, a passport, a licence or "
    "the like with a photograph, or the answer to a letter with another paper.",
)
BW13 = policy(
    "BW13",
    "Choice of this network: browsing is granted first",
    "No request or application of this number was granted. Look at the list.",
)
BW14 = law(
    "BW14",
    "Act Art. 11-2(1), (9), (10)",
    "An order of the mayor stands against it: nothing more is shown.",
)
BW15 = law(
    "BW15",
    "Act Art. 11-2(8), (10)",
    "The mayor recommends or orders where somebody browsed by deceit, or used or passed on what was learned for "
    "another purpose. State which.",
)
BW16 = law(
    "BW16",
    "Act Art. 11-2(9), (10)",
    "An order follows a recommendation that was not heeded, or a special need for it at once.",
)
BW17 = law(
    "BW17",
    "Act Art. 11-2(8) to (11)",
    "Recommendations, orders and demands for a report are for those who browse under Art. 11-2.",
)
BW18 = policy(
    "BW18",
    "Choice of this network: one town area a list",
    "The gazetteer has no such town area today. Spell it as there; load a gazetteer where there is none.",
)
CT11 = law(
    "CT11",
    "Copies Ordinance Art. 2(2)(ii)",
    "State where who answers for it lives; of a corporation, which post they hold.",
)
CT12 = law(
    "CT12",
    "Copies Ordinance Art. 2(2)(iv)",
    "Of an application that was commissioned it is stated by whom: name and address.",
)
CT13 = law(
    "CT13",
    "Copies Ordinance Art. 2(3)(ii)",
    "An answer counts that came to a letter to this person, together with a paper that the mayor accepts.",
)
CT14 = law(
    "CT14",
    "Copies Ordinance Arts. 1(3), 2(3)(ii)",
    "Staff of a public body show their card: no letter asks them.",
)
CT15 = policy(
    "CT15",
    "Choice of this network: an answer is to a letter",
    "No letter to this person waits for an answer.",
)


class Activity(StrEnum):
    """For what others than public bodies browse (11-2(1))."""

    RESEARCH = "research"
    """調査研究: statistics, opinion polls, scholarship of high public interest (i)"""
    WELFARE = "welfare"
    """公共的団体の地域住民の福祉の向上に寄与する活動 (ii)"""
    RESIDENCE = "residence"
    """営利以外の目的で行う居住関係の確認, as the mayor has laid down (iii)"""
    OTHER = "other"


class ViewerPaper(StrEnum):
    """What whoever browses showed (Copies Ordinance 1(3), 2(3))."""

    STAFF_CARD = "staff-card"
    """国又は地方公共団体の職員たる身分を示す証明書"""
    RESIDENT_CARD = "resident-card"
    """住民基本台帳カード"""
    PASSPORT = "passport"
    LICENCE = "licence"
    """運転免許証 or another licence or certificate of an authority, with a photograph"""
    ANSWER = "answer"
    """回答書: the answer to a letter (2(3)(ii))"""


class Step(StrEnum):
    """What the mayor did about an application (11-2(8) to (11); Copies Ordinance 2(3)(ii)), and what came of it."""

    ENQUIRED = "enquired"
    """照会書 to somebody who is to browse"""
    ANSWERED = "answered"
    """回答書"""

    RECOMMENDED = "recommended"
    """勧告"""
    ORDERED = "ordered"
    """命令"""
    REPORT_DEMANDED = "report-demanded"
    """報告の徴収"""
    REPORTED = "reported"


ENQUIRIES = frozenset({Step.ENQUIRED, Step.ANSWERED})
"""The steps that are about one of those who are to browse."""


class Breach(StrEnum):
    """What a recommendation or an order rests on (11-2(8), (10))."""

    DECEIT = "deceit"
    """偽りその他不正の手段"""
    MISUSE = "misuse"
    """Used for another purpose, or passed on to others (7)"""


@dataclass(frozen=True, slots=True)
class PublicRequest:
    """請求 (11): whether each thing is stated, for as many as browse whether their post is."""

    purpose: bool
    investigation: bool
    official_document: bool
    posts: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """申出 (11-2): what it is for and whether each thing is stated. ``handlers``: others who are to handle it (3).

    ``responsible``: the address, or the post, of who answers for it; ``client``: name and address of who commissioned
    it.
    """

    activity: Activity
    fair: bool
    corporation: bool
    representative: bool
    addresses: tuple[bool, ...]
    posts: tuple[bool, ...]
    management: bool
    handlers_range: bool
    handlers: int
    handlers_approved: bool
    set_up: bool
    results: bool
    responsible: bool
    commissioned: bool
    client: bool


def decide_request(request: PublicRequest) -> Decision:
    """Whether a public body may browse: BW1 to BW3."""
    return judge(
        (BW1, request.purpose or request.investigation),
        (BW2, request.official_document),
        (BW3, all(request.posts)),
        basis=("Act Art. 11(1)", "Copies Ordinance Art. 1"),
    )


def decide_application(one: Application) -> Decision:
    """Whether somebody else may browse: BW3 to BW9, CT11, CT12."""
    of_corporation = one.representative and one.handlers_range
    return judge(
        (BW3, all(one.addresses)),
        (BW4, one.activity is not Activity.OTHER),
        (BW5, one.fair),
        (BW6, all(one.posts) or not one.corporation),
        (BW7, one.management and (of_corporation or not one.corporation)),
        (BW8, (one.set_up and one.results) or one.activity is not Activity.RESEARCH),
        (BW9, not one.handlers or (one.handlers_approved and not one.corporation)),
        (CT11, one.responsible),
        (CT12, one.client or not one.commissioned),
        basis=("Act Art. 11-2(1)", "Copies Ordinance Art. 2"),
    )


_OF_OTHERS = frozenset(ViewerPaper) - {ViewerPaper.STAFF_CARD}


def decide_showing(
    *,
    public: bool,
    paper: ViewerPaper,
    named: bool,
    asked_for: bool,
    ordered: bool,
    answered: bool = False,
    with_answer: bool = False,
) -> Decision:
    """Whether a town area is shown to somebody: BW10 to BW12, BW14, CT13. ``ordered``: an order was made about it.

    ``answered``: they answered the mayor's letter; ``with_answer``: they show a paper besides.
    """
    counts = answered and with_answer
    shown = paper is ViewerPaper.STAFF_CARD if public else paper in _OF_OTHERS
    return judge(
        (BW10, asked_for),
        (BW11, named),
        (BW12, shown),
        (CT13, public or paper is not ViewerPaper.ANSWER or counts),
        (BW14, not ordered),
        basis=("Act Art. 11(1)" if public else "Act Art. 11-2(1)", "Ord. Art. 14"),
    )


_PARAGRAPHS = {Step.RECOMMENDED: "8", Step.ORDERED: "9", Step.REPORT_DEMANDED: "11", Step.REPORTED: "11"}


def decide_enquiry(step: Step, *, public: bool, named: bool, waiting: bool) -> Decision:
    """Whether a letter to somebody who is to browse, or its answer, is entered: BW11, CT14, CT15."""
    return judge(
        (BW11, named),
        (CT14, not public),
        (CT15, step is Step.ENQUIRED or waiting),
        basis=("Copies Ordinance Art. 2(3)(ii)",),
    )


def decide_step(
    step: Step, *, public: bool, breach: Breach | None, recommended: bool, urgent: bool
) -> Decision:
    """Whether the mayor may take a step about a breach or a report: BW15 to BW17.

    ``urgent``: an order at once is specially needed (10).
    """
    about_breach = step in {Step.RECOMMENDED, Step.ORDERED}
    at_once = step is Step.ORDERED and not recommended
    return judge(
        (BW15, breach is not None or not about_breach),
        (BW16, urgent or not at_once),
        (BW17, not public),
        basis=(f"Act Art. 11-2({'10' if at_once else _PARAGRAPHS[step]})",),
    )


RULES: tuple[FailedRule, ...] = (
    *(BW1, BW2, BW3, BW4, BW5, BW6, BW7, BW8, BW9, BW10, BW11, BW12, BW13, BW14, BW15, BW16, BW17, BW18),
    *(CT11, CT12, CT13, CT14, CT15),
)
