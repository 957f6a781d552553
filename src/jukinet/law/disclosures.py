"""Disclosure to the person of the identity-verification information kept of them: Act Arts. 30-37 to 30-41.

Owns who may ask, by when it is answered, what follows where a correction is asked for, and complaints. The Order and
the Regulation add nothing to these articles; how it is shown who asks, they leave to governor and centre.

Not modelled: fines for a disclosure got by deceit (52); the amount of the fee (30-39); a request by way of a mayor,
whom these articles do not name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jukinet.law.days_off import end_of_term
from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law, policy
from jukinet.law.notifications import AuthorityShown, Capacity, IdentityShown
from jukinet.law.parameters import number

DI1 = law("DI1", "Act Art. 30-37(1)", "It is asked for in writing.")
DI2 = law(
    "DI2",
    "Act Art. 30-37(1)",
    "Everybody may ask for their own information, by a statutory representative too. Nobody asks for another's.",
)
DI3 = policy(
    "DI3",
    "Choice of this network: the Act does not say how it is shown who asks",
    "Ask for the card, a document with a photograph or other suitable papers: nothing shows who asks.",
)
DI4 = policy(
    "DI4",
    "Choice of this network: the Act does not say how it is shown who asks",
    "A statutory representative shows a certificate of that status; who asks for themselves shows no authority.",
)
DI5 = law(
    "DI5", "Act Art. 30-39", "Who asks the centre pays the fee that it set. Enter what was paid, in yen."
)
DI6 = policy(
    "DI6", "Choice of this network: a request is closed once", "No such request is open. Look at the list."
)
DI7 = policy(
    "DI7",
    "Choice of this network: what is told has happened",
    "This was done before the request came. Give the days in their order.",
)
DI8 = law(
    "DI8",
    "Act Art. 30-38(2)",
    "A later day is told within the thirty days, of which the day of acceptance is the first. They are over.",
)
DI9 = law("DI9", "Act Art. 30-38(2)", "The new last day lies after the thirty days.")
DI10 = policy(
    "DI10",
    "Choice of this network: again is said only of what was answered",
    "This request was not answered. Answer it first.",
)
DI11 = law(
    "DI11",
    "Act Art. 30-37(2)",
    "It is disclosed in writing, or in another way where who asks agrees. That they agreed is not entered.",
)
DI12 = policy(
    "DI12",
    "Choice of this network: everybody is told of themselves",
    "Nobody with this code has the name, birth date and sex in the request. Check them; if it is that person all the "
    "same, act with --confirm.",
)
DI13 = policy(
    "DI13",
    "Choice of this network: everybody is told of themselves",
    "More than one person would be disclosed. Ask for the code; of a code that two persons have, report it.",
)
DI14 = policy(
    "DI14",
    "Choice of this network: who is blocked may be hidden from a representative",
    "The supply door blocks this person. Ask why before a representative is told; then act with --confirm.",
)
DI15 = law(
    "DI15",
    "Act Art. 30-40",
    "A correction is asked for by who was disclosed something. Nothing was disclosed on this request.",
)
DI16 = law("DI16", "Act Art. 30-40", "A correction is asked for in writing.")
DI17 = law(
    "DI17", "Act Art. 30-40", "A correction is of what was disclosed. That municipality told nothing of it."
)
DI18 = policy(
    "DI18",
    "Choice of this network: one inquiry after the other",
    "An inquiry about this disclosure is under way. Tell its result first.",
)
DI19 = policy(
    "DI19",
    "Choice of this network: a result is told once",
    "No inquiry about this disclosure waits for its result. Look at the list.",
)
DI20 = law(
    "DI20",
    "Act Art. 30-40",
    "The result is that of the inquiry. The municipality has not answered, or answered otherwise: see jukinet errors.",
)
DI21 = policy(
    "DI21",
    "Choice of this network: a complaint is settled once",
    "No such complaint waits for an answer. Look at the list.",
)
DI22 = policy(
    "DI22",
    "Choice of this network: a letter says what was done",
    "No letter tells of this request: it was neither put off nor closed, and no inquiry about it ended.",
)

LATE = Remark("Act Art. 30-38(1)", "The last day for it has passed. Tell the person why.")
LEFT_OUT = Remark(
    "Act Art. 30-37(2)",
    "Notices under the same codes with another birth date or sex were left out. If they are this person's all the "
    "same, disclose them with --again --confirm.",
)
TELL_IN_WRITING = Remark(
    "Act Arts. 12-5, 30-11(5)",
    "No report went over the line: no live record of the area stands there, or the municipality is not connected. Tell "
    "who keeps the record in writing.",
)


class DisclosureStep(StrEnum):
    """What became of a request."""

    EXTENDED = "extended"
    """期限の延長の通知 (30-38(2))"""
    ANSWERED = "answered"
    """開示, also that nothing is kept (30-37(2))"""
    REFUSED = "refused"
    """Closed without a disclosure"""
    CORRECTION_ASKED = "correction-asked"
    """訂正、追加又は削除の申出 (30-40)"""
    CORRECTION_TOLD = "correction-told"
    """調査の結果の通知 (30-40)"""


class Ground(StrEnum):
    """Why a request is closed without a disclosure: the Act knows no secret that could be kept from the person."""

    NOT_OWN = "not-own"
    """Who asked is not the person, or does not represent them"""
    WITHDRAWN = "withdrawn"
    """取下げ"""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in kinds. ``fee``: yen paid, None for nothing."""

    capacity: Capacity
    identity: IdentityShown
    authority: AuthorityShown | None
    in_writing: bool
    fee: int | None

    @property
    def represents(self) -> bool:
        return self.capacity is Capacity.STATUTORY


@dataclass(frozen=True, slots=True)
class Course:
    """A request as far as it has come."""

    received_on: date
    steps: tuple[DisclosureStep, ...]

    @property
    def is_open(self) -> bool:
        return not {DisclosureStep.ANSWERED, DisclosureStep.REFUSED}.intersection(self.steps)

    @property
    def inquiry_waits(self) -> bool:
        """Whether a correction was asked for, and nobody told what came of it."""
        return self.steps.count(DisclosureStep.CORRECTION_ASKED) > self.steps.count(
            DisclosureStep.CORRECTION_TOLD
        )


_SHOWS = frozenset(
    {
        IdentityShown.CARD,
        IdentityShown.PLAIN_CARD,
        IdentityShown.PASSPORT,
        IdentityShown.DRIVING_LICENCE,
        IdentityShown.OTHER_PHOTO,
        IdentityShown.OTHER_PAPERS,
    }
)


def decide_request(asker: Asker, *, centre: bool) -> Decision:
    """Whether a request is accepted: DI1 to DI5. ``centre``: at the designated organ, whose fee the Act knows.

    What a prefecture takes is its ordinance's, and stands in no way of the request here.
    """
    own = asker.capacity in {Capacity.PERSON, Capacity.STATUTORY}
    wanted = AuthorityShown.STATUS if asker.represents else None
    return judge(
        (DI1, asker.in_writing),
        (DI2, own),
        (DI3, asker.identity in _SHOWS),
        (DI4, not own or asker.authority is wanted),
        (DI5, bool(asker.fee) or not centre),
        basis=("Act Art. 30-37(1)", *(("Act Art. 30-39",) if centre else ())),
    )


def last_day(received_on: date) -> date:
    """The last day for an answer: the day of acceptance is counted (受理した日から起算して); a holiday is not it."""
    return end_of_term(received_on + timedelta(days=number("disclosure-days", received_on) - 1))


def decide_extension(course: Course, *, told_on: date, due_on: date) -> Decision:
    """Whether the answer may be put off: DI6 to DI9. ``told_on``: the day of the letter."""
    last = last_day(course.received_on)
    return judge(
        (DI6, course.is_open),
        (DI7, course.received_on <= told_on),
        (DI8, told_on <= last),
        (DI9, last < due_on),
        basis=("Act Art. 30-38(2)",),
    )


def decide_refusal(course: Course, *, told_on: date) -> Decision:
    """Whether a request may be closed without a disclosure: DI6, DI7."""
    return judge((DI6, course.is_open), (DI7, course.received_on <= told_on), basis=("Act Art. 30-37(1)",))


@dataclass(frozen=True, slots=True)
class Finding:
    """What looking for a person came to.

    ``agrees``: not where others than who is stated have the code. ``left_out``: something under the person's codes was,
    because it has another birth date or sex.
    """

    agrees: bool
    several: bool
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request is answered. ``again``: once more; ``otherwise``: not on paper; ``agreed``: so the person wrote."""

    on: date
    again: bool
    otherwise: bool
    agreed: bool
    hidden: bool
    """A representative asks for somebody whom the supply door blocks."""
    confirmed: bool


def decide_answer(course: Course, answer: Answer, finding: Finding, *, due_on: date) -> Decision:
    """Whether a request may be answered: DI6, DI7, DI10 to DI14.

    Late is better than never: LATE says so; LEFT_OUT says what is not on the paper.
    """
    answered = DisclosureStep.ANSWERED in course.steps
    return judge(
        (DI6, course.is_open or answer.again),
        (DI7, course.received_on <= answer.on),
        (DI10, answered or not answer.again),
        (DI11, answer.agreed or not answer.otherwise),
        (DI12, finding.agrees or answer.confirmed),
        (DI13, not finding.several),
        (DI14, not answer.hidden or answer.confirmed),
        basis=("Act Art. 30-37(2)",),
        remarks=(
            *((LATE,) if due_on < answer.on and not answer.again else ()),
            *((LEFT_OUT,) if finding.left_out else ()),
        ),
    )


def decide_correction(course: Course, *, disclosed: bool, in_writing: bool, told_by: bool) -> Decision:
    """Whether a correction is looked into: DI15 to DI18. ``told_by``: the municipality's record was disclosed."""
    return judge(
        (DI15, disclosed),
        (DI16, in_writing),
        (DI17, told_by or not disclosed),
        (DI18, not course.inquiry_waits),
        basis=("Act Art. 30-40",),
    )


def decide_result(course: Course, *, found: bool) -> Decision:
    """Whether the result of an inquiry may be told: DI19, DI20. ``found``: the inquiry came to just that."""
    return judge(
        (DI19, course.inquiry_waits),
        (DI20, found or not course.inquiry_waits),
        basis=("Act Art. 30-40",),
    )


def decide_settling(*, is_open: bool) -> Decision:
    """Whether a complaint may be settled: DI21."""
    return judge((DI21, is_open), basis=("Act Art. 30-41",))


RULES: tuple[FailedRule, ...] = (
    *(DI1, DI2, DI3, DI4, DI5, DI6, DI7, DI8, DI9, DI10, DI11),
    *(DI12, DI13, DI14, DI15, DI16, DI17, DI18, DI19, DI20, DI21, DI22),
)
