"""The Basic Resident Registration Card (住民基本台帳カード): Act Art. 30-44, Ord. Arts. 30-13 to 30-22, Reg. 34 to 41.

Owns who is issued a card, and what is asked of each step in its life. For how long it is valid and when it lapses is
in ``jukinet.law.card_lapse``. The card is a record here: number, form, days, state. Not modelled, where it would stand:
the chip with the code and the sign that proves it genuine (Reg. 7-2), the PIN (Reg. 43), and use for purposes of an
ordinance (30-44(12)), which is an application on the chip.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from jukinet.domain.card import CardForm
from jukinet.domain.items import ResidentRecord
from jukinet.law.card_handing import Handing, Paper, Photo, Receiver
from jukinet.law.card_lapse import CardFacts, CardState, Lapse, lapsed
from jukinet.law.card_lapse import standing as standing  # noqa: PLC0414  (offered here too)
from jukinet.law.decisions import UNCONNECTED, Decision, FailedRule, Remark, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.ex_officio import Telling
from jukinet.law.parameters import number
from jukinet.law.support_measures import month_before


class Ground(StrEnum):
    """Why another card is asked for while one is in force (Ord. 30-17, 30-18; Reg. 38, 40)."""

    LOST = "lost"
    BURNT = "burnt"
    DAMAGED = "damaged"
    """著しく損傷"""
    NOT_WORKING = "not-working"
    """Reg. 38: the card's functions are impaired"""
    EXPIRING = "expiring"
    """Ord. 30-18(1): its last day is near"""
    FULL = "full"
    """Reg. 40: no room is left for entries (追記欄の余白がなくなつたとき)"""
    NEEDED = "needed"
    """Reg. 40: the mayor finds another one specially needed"""

    @property
    def reissue(self) -> bool:
        """Whether it is Ord. 30-17, by whose request the old one lapses; else 30-18, an exchange."""
        return self not in {Ground.EXPIRING, Ground.FULL, Ground.NEEDED}

    @property
    def gone(self) -> bool:
        """Whether there is nothing to hand in (30-17(2))."""
        return self in {Ground.LOST, Ground.BURNT}


CD1 = law("CD1", "Act Art. 30-44(1)", "Only the municipality that records the person issues the card.")
CD2 = law("CD2", "Act Art. 30-44(1)", "The card holds the person's code: one must be recorded first.")
CD3 = law("CD3", "Ord. Art. 30-13", "The applicant must have signed the application, or sealed it.")
CD4 = law(
    "CD4",
    "Ord. Art. 30-15; Reg. Art. 36",
    "Whoever comes for the card must show the papers that the ordinance names.",
)
CD5 = law(
    "CD5",
    "Ord. Art. 30-15(2)",
    "Another person may come only for an applicant who cannot, and who is known to be the applicant.",
)
CD6 = law(
    "CD6",
    "Ord. Art. 30-14",
    "The person has a card in force. Another is issued only as a reissue or in exchange.",
)
CD7 = policy(
    "CD7",
    "Choice of this network: a number names one card",
    "A card with this number is recorded already. Check the number on the card.",
)
CD8 = policy(
    "CD8",
    "Choice of this network: what is entered has happened",
    "The day must not be in the future, nor before what led to it. Check the days.",
)
CD9 = law(
    "CD9",
    "Ord. Art. 30-30(1)",
    "A foreign resident's card ends with the stay: its last day must be recorded and not be over.",
)
CD10 = law(
    "CD10",
    "Ord. Arts. 30-17(1), 30-18(1)",
    "There is no card in force to replace. Issue one on a new application.",
)
CD11 = law(
    "CD11",
    "Ord. Arts. 30-17(2), 30-18(1), (2)",
    "The old card must be handed in, except where it was lost or burnt.",
)
CD12 = law(
    "CD12",
    "Ord. Art. 30-18(1)",
    "A card is exchanged for its age only where less than three months are left of it.",
)
CD13 = law("CD13", "Act Art. 30-44(8)", "Only a card in force, not reported before, is reported as lost.")
CD14 = law(
    "CD14",
    "Ord. Art. 30-19",
    "There is no card in force that was reported lost. A lapsed one that was found is returned.",
)
CD15 = law(
    "CD15",
    "Ord. Art. 30-21",
    "Only a card that this person was issued here, and that is not back yet, is returned.",
)
CD16 = law(
    "CD16",
    "Ord. Art. 30-22(1)",
    "A return is ordered only of a card in force that was issued or given back in error or by negligence.",
)
CD17 = law(
    "CD17",
    "Ord. Art. 30-22(2)",
    "The person must be told of the order in writing, or it is posted. Say which.",
)
CD18 = law(
    "CD18",
    "Ord. Art. 30-20(ii)",
    "The move-in must have been notified within the terms after the planned day and after the move.",
)
CD19 = law(
    "CD19",
    "Ord. Art. 30-20(iii)",
    "The card must be submitted within ninety days after the move-in was notified.",
)
CD20 = law(
    "CD20", "Act Art. 30-44(6), (9)", "The card's last day is over. It is not given back; issue another one."
)
CE6 = law(
    "CE6",
    "Reg. Art. 35",
    "A photograph comes with the application for a card of the second form, unless the mayor finds it unnecessary.",
)
CE7 = law(
    "CE7",
    "Act Art. 30-44(7)",
    "An entry is made on a card in force, of what changed in the record since the last one. There is no such change.",
)
CD21 = policy("CD21", UNCONNECTED, "A municipality that is not connected issues and continues no cards.")


CT8 = law(
    "CT8",
    "Act Art. 30-44(2); Reg. Art. 34",
    "The application states name, address, and code or birth date and sex, as they are recorded. Ask again.",
)
CT9 = law(
    "CT9",
    "Reg. Art. 36(1)(ii), (2)(i)",
    "An answer counts that came to the mayor's own enquiry about this application, and says that they applied and "
    "want it. Enter both first.",
)


@dataclass(frozen=True, slots=True)
class Issue:
    """A card about to be issued. ``last_day``: None where the end of the stay is not known.

    ``as_stated``: the record says what the application does. ``answered``: an enquiry about it was, as it should be.
    """

    recorded_here: bool
    connected: bool
    has_code: bool
    number_free: bool
    signed: bool
    handing: Handing
    applied_on: date
    issued_on: date
    last_day: date | None
    as_stated: bool
    answered: bool
    form: CardForm = CardForm.PLAIN
    photo: Photo | None = None


def _issued(issue: Issue, on: date) -> tuple[tuple[FailedRule, bool], ...]:
    last = issue.last_day
    return (
        (CD21, issue.connected),
        (CD1, issue.recorded_here),
        (CD2, issue.has_code or not issue.connected),
        (CD3, issue.signed),
        (CD4, issue.handing.proved),
        (CD5, issue.handing.to is not Receiver.DESIGNATED or issue.handing.cannot_come),
        (CD7, issue.number_free),
        (CD8, issue.applied_on <= issue.issued_on <= on),
        (CD9, last is not None and issue.issued_on <= last),
        (CE6, issue.form is CardForm.PLAIN or issue.photo is not None),
        (CT8, issue.as_stated),
        (CT9, issue.answered or Paper.ENQUIRY_ANSWER not in issue.handing.shown),
    )


def decide_issue(issue: Issue, *, has_card: bool, on: date) -> Decision:
    """Whether a first card is issued (Act Art. 30-44(1)-(3)): CD1 to CD9, CD21, CE6, CT8, CT9."""
    require_date(on)
    return judge(
        *_issued(issue, on),
        (CD6, not has_card),
        basis=("Act Art. 30-44(3)", "Ord. Arts. 30-12 to 30-16", "Reg. Arts. 34 to 37"),
    )


def decide_replacement(
    issue: Issue, ground: Ground, old: CardFacts | None, *, handed_in: bool, on: date
) -> Decision:
    """Whether a card is issued in place of one in force: a reissue (Ord. 30-17) or an exchange (30-18)."""
    require_date(on)
    # On the day that is so many months before the last one, the whole three months are left still.
    near = old is not None and issue.applied_on > month_before(
        old.expires_on, number("card-renewal-months", on)
    )
    return judge(
        *_issued(issue, on),
        (CD10, old is not None),
        (CD11, handed_in or ground.gone),
        (CD12, ground is not Ground.EXPIRING or old is None or near),
        basis=("Ord. Art. 30-17" if ground.reissue else "Ord. Art. 30-18", "Ord. Art. 30-15", "Reg. Art. 36"),
    )


def in_force(card: CardFacts, on: date) -> bool:
    """Whether a card is this municipality's to act on: live on that day, also where it was reported lost."""
    return standing(card, on).state is CardState.LIVE


def decide_loss(card: CardFacts | None, *, lost_on: date, on: date) -> Decision:
    """Whether a loss is noted (Act Art. 30-44(8)): CD8, CD13. ``card``: the one in force; it stays so (30-19)."""
    return judge(
        (CD13, card is not None and card.lost_on is None), (CD8, lost_on <= on), basis=("Act Art. 30-44(8)",)
    )


def decide_find(card: CardFacts | None, *, found_on: date, on: date) -> Decision:
    """Whether a card in force that was reported lost is back (Ord. 30-19): CD8, CD14."""
    lost_on = card.lost_on if card else None
    return judge(
        (CD14, lost_on is not None),
        (CD8, found_on <= on and (lost_on is None or lost_on <= found_on)),
        basis=("Ord. Art. 30-19",),
    )


LATE_ENTRY = Remark(
    "Act Art. 30-44(7)",
    "The change was to be notified within fourteen days, and the card brought. That was later.",
)


def shown(form: CardForm | None, record: ResidentRecord) -> tuple[object, ...]:
    """What of a record stands on a card (Act Art. 30-44(1), Ord. 30-12); all of it where the form is not known.

    A foreign resident's nickname is read with the name (Ord. 30-26).
    """
    name = (record.name, record.nickname)
    if form is CardForm.PLAIN:
        return name
    return (*name, record.birth_date, record.sex, record.address)


def decide_entry(card: CardFacts | None, *, changed_on: date | None, filed_on: date, on: date) -> Decision:
    """Whether a change is entered on the card in force (Act Art. 30-44(7)): CE7, CD8.

    ``changed_on``: from when what stands on it is another, since the last entry; None: nothing is.
    """
    late = changed_on is not None and filed_on > changed_on + timedelta(days=number("card-days-to-enter", on))
    return judge(
        (CE7, card is not None and changed_on is not None),
        (CD8, filed_on <= on and (changed_on is None or changed_on <= filed_on)),
        basis=("Act Art. 30-44(7)",),
        remarks=(LATE_ENTRY,) if late else (),
    )


def decide_return(card: CardFacts | None, *, returned_on: date, on: date) -> Decision:
    """Whether a card is taken back (Ord. 30-21): CD8, CD15. It is destroyed (30-23), which is not recorded."""
    back = card is None or card.returned_on is not None
    return judge((CD15, not back), (CD8, returned_on <= on), basis=("Ord. Arts. 30-21, 30-23",))


def handed_back(card: CardFacts, on: date) -> CardFacts:
    """A card that came back: one in force lapses by it (Ord. 30-20(ix)); of another it is noted."""
    ended = standing(card, on)
    return replace(
        ended if ended.state is CardState.LAPSED else lapsed(card, Lapse.RETURNED, on), returned_on=on
    )


def decide_order(card: CardFacts | None, *, mistaken: bool, told: Telling | None, on: date) -> Decision:
    """Whether the return of the card in force is ordered (Ord. 30-22): CD16, CD17."""
    require_date(on)
    return judge(
        (CD16, card is not None and mistaken),
        (CD17, told is not None),
        basis=("Ord. Art. 30-22(1), (2)",),
    )


@dataclass(frozen=True, slots=True)
class Continuation:
    """A card of another municipality, submitted with or after a move-in (Act Art. 30-44(5), (6)).

    ``planned_on``: the day planned in the move-out; ``moved_on`` and ``notified_on``: of the move-in here, None for
    who did not move in here. ``issued_on`` and ``expires_on`` as on the card. ``within_city``: from another ward of the
    designated city, of which CD18 and CD19 do not speak (Ord. 32(2)).
    """

    connected: bool
    has_code: bool
    number_free: bool
    issued_on: date
    expires_on: date
    planned_on: date
    moved_on: date | None
    notified_on: date | None
    submitted_on: date
    within_city: bool = False


def decide_continuation(case: Continuation, *, recorded_here: bool, has_card: bool, on: date) -> Decision:
    """Whether a card is continued here: CD1, CD2, CD6 to CD8, CD18 to CD21."""
    require_date(on)
    moved, notified = case.moved_on, case.notified_on
    in_time = moved is not None and notified is not None
    if moved is not None and notified is not None and not case.within_city:
        in_time = notified <= min(
            case.planned_on + timedelta(days=number("card-days-after-plan", on)),
            moved + timedelta(days=number("card-days-after-move", on)),
        )
    begins = notified or case.submitted_on
    return judge(
        (CD21, case.connected),
        (CD1, recorded_here),
        (CD2, case.has_code or not case.connected),
        (CD6, not has_card),
        (CD7, case.number_free),
        (CD8, case.issued_on <= begins <= case.submitted_on <= on),
        (CD18, in_time),
        (
            CD19,
            case.within_city
            or case.submitted_on <= begins + timedelta(days=number("card-days-to-submit", on)),
        ),
        (CD20, case.submitted_on <= case.expires_on),
        basis=("Act Art. 30-44(5), (6)",),
    )


RULES: tuple[FailedRule, ...] = (
    *(CD1, CD2, CD3, CD4, CD5, CD6, CD7, CD8, CD9, CD10, CD11),
    *(CD12, CD13, CD14, CD15, CD16, CD17, CD18, CD19, CD20, CD21, CE6, CE7, CT8, CT9),
)
